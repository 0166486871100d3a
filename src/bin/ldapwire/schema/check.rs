//! `schema check`: what is wrong with the definitions.

use clap::Args;
use ldapwire::schema::Severity;
use serde_json::json;

use super::source::Source;
use crate::failure::{Failure, one_line};
use crate::output::{Format, Output};
use crate::status::Status;

/// Tell what is wrong with a schema, one line for each problem.
///
/// Errors are what had to be left out, and end the command with status 1. Warnings are what the standard forbids. Notes, which
/// are liberties with the grammar, are printed with --notes.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire schema check -H ldap://ldap.example.org
  ldapwire schema check --builtin standard --file local.schema --notes")]
pub(crate) struct Check {
    /// Print liberties with the grammar, too
    #[arg(long)]
    notes: bool,

    #[command(flatten)]
    pub(crate) format: Format,

    #[command(flatten)]
    source: Source,
}

impl Check {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let schema = self.source.load()?;
        let mut output = Output::new();
        let mut status = Status::Success;
        for problem in schema.problems() {
            let severity = problem.severity();
            if severity == Severity::Error {
                status = Status::Refused;
            }
            if severity == Severity::Note && !self.notes {
                continue;
            }
            let line = if self.format.json {
                let (kind, fault) = (problem.kind().to_string(), problem.fault().to_string());
                json!({
                    "severity": severity.to_string(),
                    "kind": kind,
                    "definition": problem.definition(),
                    "fault": fault,
                })
                .to_string()
            } else {
                one_line(&format!("{severity}: {problem}"))
            };
            output.buffer.extend_from_slice(line.as_bytes());
            output.buffer.push(b'\n');
            output.relieve()?;
        }
        output.flush()?;
        Ok(status)
    }
}
