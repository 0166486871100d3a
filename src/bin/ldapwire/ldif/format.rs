//! `ldif format`: the same records, written in one way.

use std::path::PathBuf;

use clap::Args;

use crate::failure::Failure;
use crate::status::Status;

use super::source::Reading;
use super::writing::Writing;

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
    writing: Writing,
}

impl Reformat {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let (records, bar) = self.reading.open(&self.file)?;
        let mut target = self.writing.create(&[&self.file])?;
        for located in records {
            bar.tick();
            match located.map_err(Failure::from).and_then(|located| target.record(&located.record)) {
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
