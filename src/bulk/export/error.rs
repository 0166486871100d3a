//! Why an export did not come to its end.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Counted, Error};
use crate::ldif::WriteError;
use crate::model::{LdapString, ResultCode};

use super::ExportReport;

/// An export that did not come to its end: why, what had been written, and where that is.
#[derive(Debug)]
pub struct ExportError(Box<Parts>);

#[derive(Debug)]
struct Parts {
    kind: ExportErrorKind,
    report: ExportReport,
    partial: Option<PathBuf>,
}

/// Why an export did not come to its end.
#[derive(Debug)]
#[non_exhaustive]
pub enum ExportErrorKind {
    /// A search failed, or the server ended it.
    Search(Error),
    /// The server sent an entry that LDIF cannot hold.
    Entry {
        /// Its name.
        dn: LdapString,
        /// What is wrong with it.
        error: WriteError,
    },
    /// The file cannot be written.
    Output(io::Error),
}

impl ExportError {
    pub(super) fn new(kind: ExportErrorKind, report: ExportReport) -> Self {
        Self(Box::new(Parts { kind, report, partial: None }))
    }

    pub(super) fn with_partial(mut self, path: Option<PathBuf>) -> Self {
        self.0.partial = path;
        self
    }

    /// Returns why.
    pub fn kind(&self) -> &ExportErrorKind {
        &self.0.kind
    }

    /// Returns what had been written.
    pub fn report(&self) -> &ExportReport {
        &self.0.report
    }

    /// Returns the file with what had been written, if it was kept. Its last line is a comment that says that it is not
    /// whole.
    pub fn partial(&self) -> Option<&Path> {
        self.0.partial.as_deref()
    }

    /// Whether the server ends searches after so many entries or so much time: [pages](super::Export::pages) are small
    /// searches.
    pub fn is_limit(&self) -> bool {
        let ExportErrorKind::Search(error) = &self.0.kind else { return false };
        matches!(
            error.code(),
            Some(
                ResultCode::SIZE_LIMIT_EXCEEDED
                    | ResultCode::TIME_LIMIT_EXCEEDED
                    | ResultCode::ADMIN_LIMIT_EXCEEDED
            )
        )
    }
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            ExportErrorKind::Search(error) => write!(f, "{error}")?,
            ExportErrorKind::Entry { dn, error } => {
                write!(f, "the server sent {:?}, which LDIF cannot hold: {error}", dn.as_str())?;
            }
            ExportErrorKind::Output(error) => write!(f, "the export cannot be written: {error}")?,
        }
        if let Some(partial) = self.partial() {
            let count = Counted(self.0.report.entries, "entry is", "entries are");
            write!(f, "; {count} in {}", partial.display())?;
        }
        Ok(())
    }
}

impl StdError for ExportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(match &self.0.kind {
            ExportErrorKind::Search(error) => error,
            ExportErrorKind::Entry { error, .. } => error,
            ExportErrorKind::Output(error) => error,
        })
    }
}

impl From<Error> for ExportErrorKind {
    fn from(error: Error) -> Self {
        Self::Search(error)
    }
}

/// An export that was not begun.
impl From<Error> for ExportError {
    fn from(error: Error) -> Self {
        Self::new(error.into(), ExportReport::default())
    }
}
