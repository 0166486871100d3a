//! Many records at once: into a directory, and what became of each.
//!
//! An [`Outcome`] says of one record how it ended, and never more than is known. [`Export`] reads a subtree into a file.

mod export;
mod outcome;
mod progress;

pub use export::{Count, Export, ExportError, ExportErrorKind, ExportReport};
pub use outcome::{Outcome, OutcomeKind, Rejection};
pub use progress::Progress;
