//! LDIF files: over [`std::io::Read`], over tokio's readers, on several cores, sorted beyond memory.
//!
//! What LDIF is, [`ldif`](crate::ldif) knows, which does no IO; here octets come from somewhere.
//!
//! | to | take |
//! |---|---|
//! | open a file by its name, `-` and compressed ones too | [`Input`], [`Output`] |
//! | read records one after the other | [`Records`], of any [`Read`](std::io::Read) |
//! | read them in groups | [`Records::chunks`] |
//! | read them with several cores | [`ParallelRecords`] |
//! | read them in an asynchronous program | `RecordStream`, of any `AsyncRead` (feature `client`) |
//! | let values stand in files of a folder | [`FolderResolver`] |
//! | find the changes that make one file into another | [`Diff`] |
//!
//! **Memory does not grow with the file:** each of them says what it holds. A [`FileError`] names file, line and column.

mod backwards;
mod blocks;
mod chunks;
mod diff;
mod error;
mod folder;
mod input;
mod output;
mod parallel;
mod records;
mod sort;
mod stored;
#[cfg(feature = "client")]
mod stream;

#[cfg(feature = "bulk")]
pub(crate) use backwards::Backwards;
pub use chunks::Chunks;
#[cfg(feature = "bulk")]
pub(crate) use diff::Unsorted;
pub use diff::{Diff, DiffOptions, Order};
pub use error::{FileError, FileErrorKind, RecordProblem};
pub use folder::FolderResolver;
pub use input::{Input, Progress};
pub use output::Output;
pub use parallel::ParallelRecords;
pub use records::Records;
#[cfg(feature = "bulk")]
pub(crate) use sort::{Sorted, Sorter};
#[cfg(feature = "client")]
pub use stream::RecordStream;
