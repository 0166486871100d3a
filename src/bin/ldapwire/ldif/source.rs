//! Files that verbs read.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use ldapwire::files::{FileError, FileErrorKind, FolderResolver, Input, Records};
use ldapwire::ldif::{ChangeError, LdifRecord, Located, OnFault, ReadOptions, Tolerance};
use ldapwire::model::Entry;

use crate::failure::Failure;
use crate::status::Status;

use super::progress::Bar;

/// How files are read.
#[derive(Args, Clone, Debug)]
pub(crate) struct Reading {
    /// Read what other programs write beyond the standard, too: odd names of attributes, raw octets, names that are none
    #[arg(long)]
    lenient: bool,

    /// Read values that stand in files (`jpegPhoto:< file:///...`), if these are in FOLDER
    #[arg(long, value_name = "FOLDER")]
    url_folder: Option<PathBuf>,
}

impl Reading {
    /// Returns the options of a reader.
    pub(crate) fn options(&self, on_fault: OnFault) -> Result<ReadOptions, Failure> {
        let tolerance = if self.lenient { Tolerance::AsFound } else { Tolerance::Standard };
        let options = ReadOptions::new().on_fault(on_fault).tolerance(tolerance);
        let Some(folder) = &self.url_folder else { return Ok(options) };
        let resolver = FolderResolver::new(folder)
            .map_err(|error| Failure::usage(format_args!("--url-folder {}: {error}", folder.display())))?;
        Ok(options.urls(resolver))
    }

    /// Opens a file, and begins to show how far it is read.
    pub(crate) fn open(&self, path: &Path) -> Result<(Records<Input>, Bar), Failure> {
        self.open_and(path, OnFault::Stop)
    }

    /// As [`open`](Self::open), for a verb that sends the records and prints nothing meanwhile.
    pub(crate) fn open_to_send(&self, path: &Path) -> Result<(Records<Input>, Bar), Failure> {
        let options = self.options(OnFault::Stop)?.content_as_adds();
        let input = open(path)?;
        let bar = Bar::alone(&input);
        Ok((Records::with_options(input, options).named(path), bar))
    }

    /// Opens a file that is read on behind faults, or not.
    pub(crate) fn open_and(&self, path: &Path, on_fault: OnFault) -> Result<(Records<Input>, Bar), Failure> {
        let options = self.options(on_fault)?;
        let input = open(path)?;
        let bar = Bar::of(&input);
        Ok((Records::with_options(input, options).named(path), bar))
    }
}

/// Opens a file that need not be LDIF.
pub(crate) fn open(path: &Path) -> Result<Input, Failure> {
    Input::open(path).map_err(|error| Failure::usage(format_args!("cannot read {}: {error}", path.display())))
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        match error.kind() {
            FileErrorKind::Io(_) => Self::new(Status::Connection, error),
            FileErrorKind::Fault(_) => Self::new(Status::Refused, error)
                .with_hint("--lenient reads some of what other programs write"),
            _ => Self::new(Status::Refused, error),
        }
    }
}

/// Makes the failure of a record that cannot be used.
pub(crate) fn unusable(records: &Records<impl Read>, located: &Located, why: &str) -> Failure {
    let Located { position, record, .. } = located;
    Failure::new(
        Status::Refused,
        format_args!(
            "{}:{}:1: {why} ({})",
            records.path().display(),
            position.line(),
            record.dn().escape_debug()
        ),
    )
}

/// Makes the failure of a change that is refused.
pub(crate) fn refused(path: &Path, line: u64, error: &ChangeError) -> Failure {
    Failure::new(Status::Refused, format_args!("{}:{line}:1: {error}", path.display()))
}

/// Returns the entry, or that there is none.
pub(crate) fn entry(records: &Records<impl Read>, located: Located) -> Result<Entry, Failure> {
    match located.record {
        LdifRecord::Content(entry) => Ok(entry),
        LdifRecord::Change(_) => Err(unusable(records, &located, "expected an entry and no change")),
    }
}
