//! `ldif check`: what is wrong with files.

use std::path::PathBuf;

use clap::Args;
use ldapwire::files::{FileError, FileErrorKind};
use ldapwire::ldif::{Fault, OnFault};
use serde_json::json;

use crate::failure::{Failure, one_line};
use crate::output::{Format, Output, counted};
use crate::status::Status;

use super::source::Reading;

/// Check files against RFC 2849, and print each fault with file, line and column.
///
/// What comes behind a faulty record is checked all the same; the status is 1 if there is a fault. Last comes a line
/// with the number of records and faults.
///
/// With --json each fault is a line {"file": .., "line": .., "column": .., "offset": .., "record": .., "dn": ..,
/// "message": ..}, and each file one {"file": .., "records": .., "faults": ..}.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire ldif check export.ldif
  ldapwire ldif check --url-folder photos *.ldif
  zcat export.ldif.gz | ldapwire ldif check --json - | jq -r '.message // empty'")]
pub(crate) struct Check {
    /// Files to check; `-` is the standard input stream
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) format: Format,

    #[command(flatten)]
    reading: Reading,
}

impl Check {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let mut output = Output::new();
        let mut status = Status::Success;
        for file in &self.files {
            let (mut records, bar) = self.reading.open_and(file, OnFault::Continue)?;
            let (mut good, mut faults) = (0_u64, 0_u64);
            while let Some(record) = records.next_ref() {
                bar.tick();
                match record {
                    Ok(_) => good += 1,
                    Err(error) => {
                        let FileErrorKind::Fault(fault) = error.kind() else { return Err(error.into()) };
                        faults += 1;
                        self.print(&error, fault, &mut output);
                        output.relieve()?;
                    }
                }
            }
            if faults > 0 {
                status = Status::Refused;
            }
            let name = file.display().to_string();
            let line = if self.format.json {
                json!({"file": name, "records": good, "faults": faults}).to_string()
            } else {
                let (good, faults) = (counted(good, "record", "records"), counted(faults, "fault", "faults"));
                one_line(&format!("{name}: {good}, {faults}"))
            };
            output.buffer.extend_from_slice(line.as_bytes());
            output.buffer.push(b'\n');
            drop(bar);
            output.flush()?;
        }
        Ok(status)
    }

    fn print(&self, error: &FileError, fault: &Fault, output: &mut Output) {
        let line = if self.format.json {
            let line = json!({
                "file": error.path().display().to_string(),
                "line": fault.line(),
                "column": fault.column(),
                "offset": fault.offset(),
                "record": fault.record().number(),
                "dn": fault.dn().map(|dn| dn.as_str()),
                "message": error.to_string(),
            });
            line.to_string()
        } else {
            one_line(&error.to_string())
        };
        output.buffer.extend_from_slice(line.as_bytes());
        output.buffer.push(b'\n');
    }
}
