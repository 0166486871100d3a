//! `ldif invert`: the changes that undo changes.

use std::path::PathBuf;

use clap::Args;

use crate::failure::Failure;
use crate::status::Status;

use super::apply;
use super::source::{self, Reading};
use super::writing::Writing;

/// Print the changes that undo those of a file, the last one first.
///
/// What is to be undone depends on the entries as they were before: an attribute that was replaced has lost its values. They are
/// held in memory.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire ldif invert entries.ldif changes.ldif > undo.ldif
  ldapwire ldif apply entries.ldif changes.ldif |
    ldapwire ldif apply - undo.ldif")]
pub(crate) struct Invert {
    /// Entries as they were before the changes
    #[arg(value_name = "ENTRIES")]
    content: PathBuf,

    /// Changes to undo
    #[arg(value_name = "CHANGES")]
    changes: PathBuf,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    writing: Writing,
}

impl Invert {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let mut content = apply::load(&self.content, &self.reading)?;
        let mut undo = Vec::new();
        let (changes, bar) = self.reading.open(&self.changes)?;
        for located in changes {
            let located = located?;
            bar.tick();
            let record = located.record.into_change();
            let refused = |error| source::refused(&self.changes, located.position.line(), &error);
            undo.push(content.inverse(&record).map_err(refused)?);
            content.apply(&record).map_err(refused)?;
        }
        let mut target = self.writing.create(&[&self.content, &self.changes])?;
        // The last change is undone first, but what undoes one keeps its order.
        for record in undo.iter().rev().flatten() {
            target.change(record)?;
            target.relieve()?;
        }
        target.finish()?;
        Ok(Status::Success)
    }
}
