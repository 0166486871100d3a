//! Layers that wrap a handler.
//!
//! | layer | does |
//! |---|---|
//! | [`AccessLog`] | writes a line for each operation and each end of a connection, as text or as JSON |
//! | [`Counter`] | counts operations, entries and connections |
//! | [`Recorder`] | keeps the requests and their answers, and waits for some |
//! | [`Delay`] | makes operations wait |
//! | [`RateLimit`] | lets so many operations begin in a time |
//! | [`ConcurrencyLimit`] | lets so many operations run at once |
//! | [`Faults`] | misbehaves on command or at random |

mod access_log;
mod concurrency_limit;
mod counter;
mod delay;
mod faults;
mod rate_limit;
mod recorder;

pub use access_log::{AccessLog, LogFormat};
pub use concurrency_limit::ConcurrencyLimit;
pub use counter::{Counter, Counts};
pub use delay::Delay;
pub use faults::{Fault, FaultParseError, Faults, StreamFault};
pub use rate_limit::RateLimit;
pub use recorder::{Exchange, Recorder};
