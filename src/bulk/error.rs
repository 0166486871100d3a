//! Why a load did not begin.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A file of a load that cannot be used. Nothing was sent.
#[derive(Debug)]
pub struct LoadError {
    what: &'static str,
    path: PathBuf,
    error: io::Error,
}

impl LoadError {
    pub(super) fn new(what: &'static str, path: &Path, error: io::Error) -> Self {
        Self { what, path: path.to_owned(), error }
    }

    /// Returns the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns what is wrong with it; `InvalidData` if it does not fit together with the others.
    pub const fn error(&self) -> &io::Error {
        &self.error
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot use {} {}: {}", self.what, self.path.display(), self.error)
    }
}

impl std::error::Error for LoadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
