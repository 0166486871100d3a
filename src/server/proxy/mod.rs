//! Between a client and a server: what passes is looked at, kept, and played again.
//!
//! ```text
//!   client ──▶ Proxy ──▶ server          Replay is a Handler: the server that was recorded
//!                │
//!                └──▶ watch: Passing, without secrets ──▶ Recording, a text
//! ```
//!
//! A [`Proxy`] hands octets on as they are, frame by frame; a message that cannot be read passes, too. What its watch sees,
//! and what a recording has, is a copy in which passwords are masked.
//!
//! | file | has |
//! |---|---|
//! | `proxying` | the proxy: where it listens, whom it connects with |
//! | `pump` | octets from one side to the other |
//! | `passing` | what the watch sees |
//! | `masked` | messages without their secrets |
//! | `recording` | the text, written and read |
//! | `replay` | the handler that plays it |

mod masked;
mod passing;
mod proxying;
mod pump;
mod recording;
mod replay;

pub use passing::{Party, Passed, Passing};
pub use proxying::{Proxy, RunningProxy};
pub use recording::{Recording, RecordingError};
pub use replay::Replay;

#[cfg(test)]
mod tests;
