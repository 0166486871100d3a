//! Why there is no directory.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::error::Error;
use crate::ldif::Fault;
use crate::model::{DnParseError, ResultCode};
use crate::server::{Answer, ServerError};

/// Why a directory cannot be made or does not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum DirectoryError {
    /// A name that is none.
    Dn {
        /// What was to be named.
        of: &'static str,
        /// The text.
        text: String,
        /// What is wrong with it.
        error: DnParseError,
    },
    /// An entry that the directory refuses.
    Entry {
        /// The name of the entry.
        dn: String,
        /// What a client would have been answered.
        code: ResultCode,
        /// Why.
        text: String,
    },
    /// A text that is no LDIF.
    Ldif(Fault),
    /// A change in a file of entries that is no addition.
    NotAnEntry {
        /// The name of the entry that it changes.
        dn: String,
    },
    /// The folder in which the directory is kept, or a file of it, cannot be read or written.
    Data {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong.
        source: io::Error,
    },
    /// Another directory, maybe of another process, has the folder.
    DataInUse {
        /// The folder.
        path: PathBuf,
    },
    /// The server does not start.
    Server(ServerError),
    /// The blocking form does not start.
    Blocking(Error),
}

impl DirectoryError {
    pub(super) fn refused(dn: &str, answer: &Answer) -> Self {
        let result = answer.result();
        let text = result.diagnostic_message().into_owned();
        Self::Entry { dn: dn.to_owned(), code: result.code(), text }
    }
}

impl From<ServerError> for DirectoryError {
    fn from(error: ServerError) -> Self {
        Self::Server(error)
    }
}

impl fmt::Display for DirectoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dn { of, text, error } => write!(f, "{of} '{text}' is no distinguished name: {error}"),
            Self::Entry { dn, code, text } => write!(f, "entry '{dn}' is refused: {code}: {text}"),
            Self::Ldif(fault) => write!(f, "the ldif cannot be read: {fault}"),
            Self::NotAnEntry { dn } => {
                write!(f, "the ldif has a change of '{dn}' where an entry or its addition was expected")
            }
            Self::Data { path, source } => write!(f, "{}: {source}", path.display()),
            Self::DataInUse { path } => {
                write!(f, "{}: another directory has this folder; end it first", path.display())
            }
            Self::Server(error) => error.fmt(f),
            Self::Blocking(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for DirectoryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Dn { error, .. } => Some(error),
            Self::Entry { .. } | Self::NotAnEntry { .. } | Self::DataInUse { .. } => None,
            Self::Data { source, .. } => Some(source),
            Self::Ldif(fault) => Some(fault),
            Self::Server(error) => Some(error),
            Self::Blocking(error) => Some(error),
        }
    }
}
