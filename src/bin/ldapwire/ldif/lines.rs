//! How LDIF is written.

use clap::Args;
use ldapwire::ldif::{Base64Policy, ChangeRecord, WriteError, Writer};
use ldapwire::model::Entry;

use crate::failure::Failure;
use crate::status::Status;

/// How lines are written.
#[derive(Args, Clone, Debug)]
pub(crate) struct Lines {
    /// Fold lines at so many columns, or `no`
    #[arg(long, value_name = "COLUMNS", default_value = "76", value_parser = columns)]
    wrap: usize,

    /// Write UTF-8 as it is, which people can read, and not in base64, which the standard asks for
    #[arg(long)]
    utf8: bool,
}

fn columns(text: &str) -> Result<usize, String> {
    let expected = || "expected 2 or more, or 'no'".to_owned();
    match text {
        "no" => Ok(usize::MAX),
        text => text.parse().ok().filter(|columns| *columns >= 2).ok_or_else(expected),
    }
}

impl Lines {
    pub(crate) fn writer(&self) -> Writer {
        let policy = if self.utf8 { Base64Policy::ExceptUtf8 } else { Base64Policy::Required };
        Writer::new().columns(self.wrap).base64(policy)
    }
}

/// How a file begins.
#[derive(Args, Clone, Debug)]
pub(crate) struct Head {
    /// Leave the line `version: 1` out, which slapadd does not know
    #[arg(long)]
    no_version: bool,
}

impl Head {
    pub(crate) fn write(&self, writer: &Writer, target: &mut Vec<u8>) {
        if !self.no_version {
            writer.version(target);
        }
    }
}

/// Writes an entry.
pub(crate) fn entry(writer: &mut Writer, entry: &Entry, target: &mut Vec<u8>) -> Result<(), Failure> {
    writer.content(entry, target).map_err(|error| unwritable(entry.dn(), error))
}

/// Writes a change.
pub(crate) fn change(
    writer: &mut Writer,
    record: &ChangeRecord,
    target: &mut Vec<u8>,
) -> Result<(), Failure> {
    writer.change(record, target).map_err(|error| unwritable(record.dn(), error))
}

fn unwritable(dn: &str, error: WriteError) -> Failure {
    Failure::new(Status::Refused, format_args!("{}: {error}", dn.escape_debug()))
}
