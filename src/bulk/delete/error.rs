//! Why a subtree was not deleted to its end.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use crate::error::{Counted, Error};
use crate::model::ResultCode;

use super::DeleteReport;

/// Why a subtree was not deleted to its end, and how much of it was.
#[derive(Debug)]
pub struct DeleteError(Box<Parts>);

#[derive(Debug)]
struct Parts {
    kind: DeleteErrorKind,
    deleted: u64,
}

/// The kinds of [`DeleteError`].
#[derive(Debug)]
#[non_exhaustive]
pub enum DeleteErrorKind {
    /// A search failed, or the control was refused.
    Server(Error),
    /// A temporary file, or the target of a preview, cannot be written.
    File(io::Error),
    /// The control deletes whole subtrees, and less was asked for.
    NotWhole,
    /// The server wanted to be asked again and again.
    TooManyRequests {
        /// How often it was asked.
        limit: u32,
    },
}

impl DeleteError {
    pub(super) fn with_report(mut self, report: &DeleteReport) -> Self {
        self.0.deleted = report.deleted;
        self
    }

    /// Returns why.
    pub fn kind(&self) -> &DeleteErrorKind {
        &self.0.kind
    }

    /// Returns how many entries had been deleted.
    pub fn deleted(&self) -> u64 {
        self.0.deleted
    }

    /// Returns the code with which the server refused.
    pub fn code(&self) -> Option<ResultCode> {
        match self.kind() {
            DeleteErrorKind::Server(error) => error.code(),
            _ => None,
        }
    }
}

impl fmt::Display for DeleteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            DeleteErrorKind::Server(error) => error.fmt(f)?,
            DeleteErrorKind::File(error) => write!(f, "the names cannot be written: {error}")?,
            DeleteErrorKind::NotWhole => {
                f.write_str(
                    "the control deletes whole subtrees: take neither filter, scope nor a base to keep",
                )?;
            }
            DeleteErrorKind::TooManyRequests { limit } => {
                write!(f, "the server did a part of the tree {limit} times, and is not done")?;
            }
        }
        match self.deleted() {
            0 => Ok(()),
            deleted => write!(f, " ({} deleted)", Counted(deleted, "entry was", "entries were")),
        }
    }
}

impl StdError for DeleteError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self.kind() {
            DeleteErrorKind::Server(error) => Some(error),
            DeleteErrorKind::File(error) => Some(error),
            DeleteErrorKind::NotWhole | DeleteErrorKind::TooManyRequests { .. } => None,
        }
    }
}

impl<K: Into<DeleteErrorKind>> From<K> for DeleteError {
    fn from(kind: K) -> Self {
        Self(Box::new(Parts { kind: kind.into(), deleted: 0 }))
    }
}

impl From<Error> for DeleteErrorKind {
    fn from(error: Error) -> Self {
        Self::Server(error)
    }
}

impl From<io::Error> for DeleteErrorKind {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}
