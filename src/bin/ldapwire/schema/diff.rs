//! `schema diff`: how two schemas differ.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::source::{self, Source};
use crate::failure::Failure;
use crate::output::{Format, Output};
use crate::status::Status;

/// Print how a schema differs from that of a file: lines with - and +. Ends with status 6 if they differ.
///
/// The second schema is that of a server, unless --file or --builtin name another one. Definitions are paired by their object
/// identifiers; their order does not matter.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire schema diff yesterday.ldif -H ldap://ldap.example.org
  ldapwire schema diff old.ldif --file new.ldif --json")]
pub(crate) struct Diff {
    /// File with the first schema
    #[arg(value_name = "OLD")]
    old: PathBuf,

    #[command(flatten)]
    pub(crate) format: Format,

    #[command(flatten)]
    source: Source,
}

impl Diff {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let old = source::of_file(&self.old)?;
        let differences = old.diff(&self.source.load()?);
        let mut output = Output::new();
        for difference in &differences {
            let text = if self.format.json {
                let (kind, name) = (difference.kind.to_string(), difference.name.as_str());
                let line =
                    json!({ "kind": kind, "name": name, "old": difference.old, "new": difference.new });
                format!("{line}\n")
            } else {
                difference.to_string()
            };
            output.buffer.extend_from_slice(text.as_bytes());
            output.relieve()?;
        }
        output.flush()?;
        Ok(if differences.is_empty() { Status::Success } else { Status::Different })
    }
}
