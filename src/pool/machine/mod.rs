//! The pool's rules: who gets which connection, when one is made, asked or given up.
//!
//! A plain state machine: it opens no socket, reads no clock and rolls no dice. What happened goes in by a method
//! with the time (since the pool began) and, where chance plays a part, a random number; what is to be done comes
//! out by [`Machine::next_action`], and when to come back without anything having happened by
//! [`Machine::next_time`].
//!
//! ```text
//!                     connected                      release
//!   Connect ─▶ attempt ────────▶ connection (idle) ◀──────────┐
//!                 │ failed         │   ▲   │  └──── lease ─▶ leased (shared: n, or exclusive)
//!                 ▼           Check│   │ok │ idle, old,        │ lost, check failed
//!             the server's         ▼   │   ▼ renewed           ▼
//!               health          checked     Close            gone
//! ```
//!
//! Begin with `machine`, then `serve` (who gets a connection), `grow` (when one is made) and `upkeep` (when one is
//! asked or given up). `server` is the health of a server, `choice` the choice among several, `affinity` which of them
//! an operation is kept to.
//!
//! **At every moment attempts and connections together are at most the maximum**, unless it was lowered below what
//! is leased; then none is made until they are fewer.

mod affinity;
mod choice;
mod connection;
mod grow;
#[allow(clippy::module_inception, reason = "the type that the folder is about")]
mod machine;
mod queue;
mod rules;
mod serve;
mod server;
mod upkeep;

pub(super) use affinity::{Keys, hash};
pub(super) use choice::{Choice, Strategy};
pub(super) use connection::{ConnectionId, LeaseKind, Proof};
pub(super) use machine::{Action, Census, Machine};
pub(super) use queue::WaiterId;
pub(super) use rules::{Rules, Time};
pub(super) use server::{Health, ServerId};

#[cfg(test)]
mod tests;
