//! What goes wrong with a file.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::ldif::{Fault, Position};
use crate::model::LdapString;

/// A file that cannot be read, is no LDIF, or does not hold what is needed: which file, where in it, and why.
#[derive(Debug)]
pub struct FileError(Box<Parts>);

#[derive(Debug)]
struct Parts {
    path: PathBuf,
    kind: FileErrorKind,
}

impl FileError {
    pub(super) fn new(path: &Path, kind: impl Into<FileErrorKind>) -> Self {
        Self(Box::new(Parts { path: path.to_owned(), kind: kind.into() }))
    }

    /// Returns the file; `-` is the standard input stream.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Returns what is wrong with it.
    pub fn kind(&self) -> &FileErrorKind {
        &self.0.kind
    }
}

impl fmt::Display for FileError {
    /// Begins with file, line and column, as compilers do, so that editors find the place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.0.path.display();
        match &self.0.kind {
            FileErrorKind::Io(error) => write!(f, "{path}: {error}"),
            FileErrorKind::Fault(fault) => {
                write!(f, "{path}:{}:{}: {}", fault.line(), fault.column(), fault.kind())?;
                if let crate::ldif::FaultKind::Expected(_) = fault.kind() {
                    write!(f, ", found {}", fault.found())?;
                }
                match fault.dn() {
                    Some(dn) => write!(f, " (record {}, {})", fault.record().number(), dn.escape_debug()),
                    None => write!(f, " (record {})", fault.record().number()),
                }
            }
            FileErrorKind::Record { position, dn, problem } => {
                let dn = dn.escape_debug();
                write!(
                    f,
                    "{path}:{}:1: expected {} (record {}, {dn})",
                    position.line(),
                    problem.as_str(),
                    position.number()
                )
            }
        }
    }
}

impl Error for FileError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0.kind {
            FileErrorKind::Io(error) => Some(error),
            FileErrorKind::Fault(fault) => Some(fault),
            FileErrorKind::Record { .. } => None,
        }
    }
}

/// What is wrong with a file.
#[derive(Debug)]
#[non_exhaustive]
pub enum FileErrorKind {
    /// It cannot be opened, read or written.
    Io(io::Error),
    /// It is no LDIF.
    Fault(Fault),
    /// A record is LDIF, and cannot be used.
    Record {
        /// Where it begins.
        position: Position,
        /// The name of its entry.
        dn: LdapString,
        /// What it should be like.
        problem: RecordProblem,
    },
}

impl From<io::Error> for FileErrorKind {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Fault> for FileErrorKind {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Why a record cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordProblem {
    /// It is a change, and an entry is needed.
    NotContent,
    /// It is an entry, and a change is needed.
    NotChange,
    /// Its name is no distinguished name.
    Name,
    /// It stands before one that it has to follow.
    NotSorted,
    /// There is an entry of its name already.
    Duplicate,
    /// It is not at or below the entry that all have to be below.
    Elsewhere,
}

impl RecordProblem {
    const fn as_str(self) -> &'static str {
        match self {
            Self::NotContent => "an entry and no change",
            Self::NotChange => "a change ('changetype:') and no entry",
            Self::Name => "a distinguished name",
            Self::NotSorted => "a name that sorts behind the one before",
            Self::Elsewhere => "a name at or below the base",
            Self::Duplicate => "a name that no other entry has",
        }
    }
}
