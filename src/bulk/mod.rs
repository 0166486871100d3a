//! Many records at once: into a directory, and what became of each.
//!
//! | to | take |
//! |---|---|
//! | add, replace or change many entries | [`Load`], which returns a [`Report`]; an [`Outcome`] says of one record how it ended, and never more than is known |
//! | read a subtree into a file | [`Export`] |
//! | delete a subtree | [`Delete`] |
//! | make a subtree what a file says | [`Mirror`], which returns a [`Plan`] |
//!
//! | part | does |
//! |---|---|
//! | `schedule` | which record may go next: a state machine without IO |
//! | `run`, `sending`, `answers` | the task that carries out a load: from the input to the connections, and back |
//! | `worker`, `window`, `pace` | one connection, how many operations are under way on it, how many records a second |
//! | `attempt`, `verify`, `pack` | one record on one connection, or several that are packed; whether one was carried out whose answer was lost |
//! | `books`, `journal`, `undo`, `apart` | what is written down of each record, and that no file is another |

mod answers;
mod apart;
mod attempt;
mod books;
mod connections;
mod delete;
mod error;
mod export;
mod growing;
mod journal;
mod likeness;
mod load;
mod mirror;
mod mode;
mod outcome;
mod pace;
mod pack;
mod progress;
mod record;
mod records;
mod report;
mod run;
mod schedule;
mod sending;
mod supported;
mod undo;
mod verify;
mod window;
mod worker;

pub use connections::Connections;
pub use delete::{Delete, DeleteBy, DeleteError, DeleteErrorKind, DeleteReport};
pub use error::LoadError;
pub use export::{Count, Export, ExportError, ExportErrorKind, ExportReport};
pub use load::Load;
pub use mirror::{Extra, Mirror, MirrorError, MirrorErrorKind, Plan, PlanSummary};
pub use mode::Mode;
pub use outcome::{Outcome, OutcomeKind, Rejection};
pub use progress::Progress;
pub use record::Record;
pub use records::{records, try_records};
pub use report::{Failure, Report, Stop};

#[cfg(all(test, feature = "directory"))]
mod tests;
