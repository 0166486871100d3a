//! Many records at once: into a directory, and what became of each.
//!
//! An [`Outcome`] says of one record how it ended, and never more than is known.

mod outcome;

pub use outcome::{Outcome, OutcomeKind, Rejection};
