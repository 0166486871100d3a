//! `ldif diff`: the changes that make one file into another.

use std::path::PathBuf;

use clap::Args;
use ldapwire::files::{self, DiffOptions, Order};
use ldapwire::model::CaseIgnoreEquality;

use crate::failure::Failure;
use crate::status::Status;

use super::source::Reading;
use super::writing::Writing;

/// Print the changes that make the entries of OLD into those of NEW, for `ldapmodify` or `ldapwire ldif apply`.
///
/// Changes come in an order that a server accepts: added and modified from the root downwards, then deleted from the
/// leaves upwards. Files larger than --memory are sorted in temporary files.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire ldif diff old.ldif new.ldif > changes.ldif
  ldapwire ldif diff --ignore-operational monday.ldif.gz tuesday.ldif.gz |
    ldapmodify -H ldapi:///
  ldapwire ldif diff --ignore userPassword --ignore-case old.ldif new.ldif")]
pub(crate) struct Diff {
    /// Entries as they were
    #[arg(value_name = "OLD")]
    old: PathBuf,

    /// Entries as they shall be
    #[arg(value_name = "NEW")]
    new: PathBuf,

    /// Both files are sorted already, each entry behind the one above it and subtrees together, so that each is read only once
    #[arg(long)]
    sorted: bool,

    /// Leave an attribute out; may be given several times
    #[arg(long, value_name = "ATTRIBUTE")]
    ignore: Vec<String>,

    /// Leave out what servers set themselves, such as entryCSN and modifyTimestamp
    #[arg(long)]
    ignore_operational: bool,

    /// Take values for the same that differ in case and white space only
    #[arg(long)]
    ignore_case: bool,

    /// Sort so many MiB of each file in memory
    #[arg(long, value_name = "MIB", default_value = "32", value_parser = clap::value_parser!(u16).range(1..))]
    memory: u16,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    writing: Writing,
}

impl Diff {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let mut options = DiffOptions::new()
            .order(if self.sorted { Order::Sorted } else { Order::Any })
            .memory(usize::from(self.memory) * 1024 * 1024)
            .ignoring(self.ignore.iter().map(String::as_str));
        if self.ignore_operational {
            options = options.ignoring_operational();
        }
        if self.ignore_case {
            options = options.equality(CaseIgnoreEquality);
        }
        let (old, old_bar) = self.reading.open(&self.old)?;
        let (new, new_bar) = self.reading.open(&self.new)?;
        drop(new_bar);
        let changes = files::Diff::new(old, new, options)?;
        let mut target = self.writing.create_empty(&[&self.old, &self.new])?;
        // Where nothing differs, nothing is printed.
        let mut owes_version = true;
        for change in changes {
            old_bar.tick();
            if std::mem::take(&mut owes_version) {
                target.begin();
            }
            target.change(&change?)?;
            target.relieve()?;
        }
        target.finish()?;
        Ok(Status::Success)
    }
}
