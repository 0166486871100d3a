//! Why there is no plan.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use crate::error::Error;
use crate::files::FileError;
use crate::ldif::WriteError;
use crate::model::{DnParseError, ResultCode};

/// Why no plan was made.
#[derive(Debug)]
pub struct MirrorError(Box<MirrorErrorKind>);

/// The kinds of [`MirrorError`].
#[derive(Debug)]
#[non_exhaustive]
pub enum MirrorErrorKind {
    /// A search failed.
    Search(Error),
    /// The base is no distinguished name.
    Base(DnParseError),
    /// The LDIF cannot be used, or what a server sent: in the place of a line stands the number of the entry then.
    Input(FileError),
    /// A change cannot be written as LDIF.
    Change(WriteError),
    /// A temporary file cannot be written.
    Output(io::Error),
}

impl MirrorError {
    /// Returns why.
    pub fn kind(&self) -> &MirrorErrorKind {
        &self.0
    }

    /// Returns the code with which a server refused a search.
    pub fn code(&self) -> Option<ResultCode> {
        match self.kind() {
            MirrorErrorKind::Search(error) => error.code(),
            _ => None,
        }
    }
}

impl fmt::Display for MirrorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            MirrorErrorKind::Search(error) => error.fmt(f),
            MirrorErrorKind::Base(error) => write!(f, "the base is no distinguished name: {error}"),
            MirrorErrorKind::Input(error) => error.fmt(f),
            MirrorErrorKind::Change(error) => write!(f, "a change cannot be written: {error}"),
            MirrorErrorKind::Output(error) => write!(f, "the plan cannot be written: {error}"),
        }
    }
}

impl StdError for MirrorError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(match self.kind() {
            MirrorErrorKind::Search(error) => error,
            MirrorErrorKind::Base(error) => error,
            MirrorErrorKind::Input(error) => error,
            MirrorErrorKind::Change(error) => error,
            MirrorErrorKind::Output(error) => error,
        })
    }
}

impl<K: Into<MirrorErrorKind>> From<K> for MirrorError {
    fn from(kind: K) -> Self {
        Self(Box::new(kind.into()))
    }
}

macro_rules! kinds {
    ($($kind:ident $error:ty)*) => {
        $(
            impl From<$error> for MirrorErrorKind {
                fn from(error: $error) -> Self {
                    Self::$kind(error)
                }
            }
        )*
    };
}

kinds! {
    Search Error
    Base DnParseError
    Input FileError
    Change WriteError
    Output io::Error
}
