//! `ldif apply`: changes carried out on a file of entries.

use std::path::{Path, PathBuf};

use clap::Args;
use ldapwire::ldif::Content;

use crate::failure::Failure;
use crate::output::Format;
use crate::status::Status;

use super::source::{self, Reading};
use super::writing::Writing;

/// Carry out the changes of a file on the entries of another, and print the entries.
///
/// Each change is taken or refused as a server without a schema would. The entries are held in memory, and come out each
/// behind the one above it. An entry among the changes is one to add.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire ldif apply entries.ldif changes.ldif > after.ldif
  ldapwire ldif diff old.ldif new.ldif | ldapwire ldif apply old.ldif - |
    ldapwire ldif diff - new.ldif")]
pub(crate) struct Apply {
    /// Entries to change
    #[arg(value_name = "ENTRIES")]
    content: PathBuf,

    /// Changes to carry out
    #[arg(value_name = "CHANGES")]
    changes: PathBuf,

    /// Go on behind changes that are refused, telling each; the status is 1 then
    #[arg(long = "continue")]
    goes_on: bool,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    writing: Writing,
}

impl Apply {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let mut content = load(&self.content, &self.reading)?;
        let mut status = Status::Success;
        let (changes, bar) = self.reading.open(&self.changes)?;
        for located in changes {
            let located = located?;
            bar.tick();
            if let Err(error) = content.apply(&located.record.into_change()) {
                let failure = source::refused(&self.changes, located.position.line(), &error);
                if !self.goes_on {
                    return Err(failure);
                }
                failure.report(Format { json: false });
                status = Status::Refused;
            }
        }
        let mut target = self.writing.create(&[&self.content, &self.changes])?;
        for entry in content.iter() {
            target.entry(entry)?;
            target.relieve()?;
        }
        target.finish()?;
        Ok(status)
    }
}

/// Reads all entries of a file.
pub(crate) fn load(path: &Path, reading: &Reading) -> Result<Content, Failure> {
    let (mut records, bar) = reading.open(path)?;
    let mut content = Content::new();
    while let Some(located) = records.next() {
        let located = located?;
        bar.tick();
        let line = located.position.line();
        let entry = source::entry(&records, located)?;
        content.insert(entry).map_err(|error| source::refused(path, line, &error))?;
    }
    Ok(content)
}
