//! Which record may go next: a state machine without IO.
//!
//! ```text
//!            push                next                      finish
//!  records ───────▶ waiting ──▶ ready ──▶ running ─────────────────▶ gone
//!                      ▲          ▲  retry │  │ hold                  │
//!                      │          └────────┘  ▼                       │
//!                      │          ▲          held ◀── its parent ─────┤
//!                      │          └───────────┘      was made         │
//!                      └──────────────────────────────────────────────┘
//!                              what waited for it comes nearer
//! ```
//!
//! A record waits for the earlier ones that touch what it touches, which [`Claims`] says, and for no other.

mod claims;
mod held;
mod scheduler;

pub(super) use claims::Claims;
pub(super) use scheduler::{Bounds, RecordId, Scheduler};

#[cfg(test)]
mod tests;
