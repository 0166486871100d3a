//! `ldif format`: the same records, written in one way.

use std::path::PathBuf;

use clap::Args;
use ldapwire::ldif::LdifRecord;

use crate::failure::Failure;
use crate::status::Status;

use super::lines::{self, Head, Lines};
use super::source::Reading;
use super::target::Destination;

/// Write records in one way: folded at one width, base64 where it is needed, LF at the end of lines, a version.
///
/// Values of an attribute come together, values from URLs stand in the file, and comments are gone. Nothing else changes.
#[derive(Args)]
#[command(
    name = "format",
    after_help = "Examples:
  ldapwire ldif format export.ldif > tidy.ldif
  ldapwire ldif format --wrap no export.ldif | grep '^mail:'
  ldapwire ldif format --lenient -o clean.ldif.zst found.ldif"
)]
pub(crate) struct Reformat {
    /// File to read
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    file: PathBuf,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    lines: Lines,

    #[command(flatten)]
    head: Head,

    #[command(flatten)]
    destination: Destination,
}

impl Reformat {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let (records, bar) = self.reading.open(&self.file)?;
        let mut target = self.destination.create(&[&self.file])?;
        let mut writer = self.lines.writer();
        self.head.write(&writer, &mut target.buffer);
        for located in records {
            bar.tick();
            match located.map_err(Failure::from).and_then(|located| match located.record {
                LdifRecord::Content(entry) => lines::entry(&mut writer, &entry, &mut target.buffer),
                LdifRecord::Change(record) => lines::change(&mut writer, &record, &mut target.buffer),
            }) {
                Ok(()) => target.relieve()?,
                Err(failure) => {
                    // What came before was good.
                    target.finish()?;
                    return Err(failure);
                }
            }
        }
        target.finish()?;
        Ok(Status::Success)
    }
}
