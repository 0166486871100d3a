//! `ldif`: files of entries and of changes. One file for each verb.

mod anonymise;
mod apply;
mod check;
mod convert;
mod diff;
mod format;
mod generate;
mod invert;
pub(crate) mod lines;
pub(crate) mod progress;
mod pseudonym;
mod search;
pub(crate) mod source;
mod split;
mod stats;
mod table;
mod target;
mod writing;

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::output::Format;
use crate::status::Status;

/// Read, check and reshape LDIF files of any size, without a server.
///
/// A FILE is LDIF as RFC 2849 has it, with entries or with changes; `-` is the standard input stream, and names that
/// end in .gz, .zst or .zstd are of compressed files. The output can be piped; on a terminal a bar shows how far the work
/// has come. A fault is told with file, line and column.
#[derive(Args)]
#[command(subcommand_value_name = "VERB", subcommand_help_heading = "Verbs")]
#[command(after_help = "Examples:
  ldapwire ldif check export.ldif.gz
  ldapwire ldif search -f export.ldif \\
    -b ou=people,dc=example,dc=org '(mail=*)' cn mail
  ldapwire ldif diff old.ldif new.ldif > changes.ldif
  ldapwire ldif generate --entries 100000 | ldapwire ldif stats")]
pub(crate) struct Ldif {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Check(check::Check),
    Format(format::Reformat),
    Search(search::Search),
    Diff(diff::Diff),
    Apply(apply::Apply),
    Invert(invert::Invert),
    Split(split::Split),
    Stats(stats::Stats),
    Anonymise(anonymise::Anonymise),
    Convert(convert::Convert),
    Generate(generate::Generate),
}

impl Ldif {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        match &self.verb {
            Verb::Check(verb) => verb.run(),
            Verb::Format(verb) => verb.run(),
            Verb::Search(verb) => verb.run(),
            Verb::Diff(verb) => verb.run(),
            Verb::Apply(verb) => verb.run(),
            Verb::Invert(verb) => verb.run(),
            Verb::Split(verb) => verb.run(),
            Verb::Stats(verb) => verb.run(),
            Verb::Anonymise(verb) => verb.run(),
            Verb::Convert(verb) => verb.run(),
            Verb::Generate(verb) => verb.run(),
        }
    }

    /// Returns the form in which failures are told.
    pub(crate) const fn format(&self) -> Format {
        match &self.verb {
            Verb::Check(verb) => verb.format,
            Verb::Search(verb) => verb.format,
            Verb::Stats(verb) => verb.format,
            _ => Format { json: false },
        }
    }
}
