//! `export`: a subtree to a file.

use std::path::{Path, PathBuf};

use clap::Args;
use ldapwire::bulk::{self, Count, ExportError, ExportErrorKind, ExportReport};
use ldapwire::model::Scope;
use serde_json::{Value, json};

use crate::connection::Connection;
use crate::failure::Failure;
use crate::ldif::lines::Lines;
use crate::output::{Format, Output, counted};
use crate::search;
use crate::status::Status;
use crate::watch::{is_watched, watch};

/// Write a subtree to a file as LDIF, and count whether all is there.
///
/// Memory does not grow with the number of entries. The file lies aside, as FILE.*.partial, until the server has ended the
/// search with success; a failure leaves it there, with what came, and FILE as it was. Only its owner may read it.
///
/// At the end another search counts the entries. If some are missing, or parts of the tree are held by other servers, the
/// status is 5.
///
/// With --json a summary is printed: {"entries": 3, "octets": 812, "references": 0, "counted": 3, "missing": 0,
/// "complete": true}, on the standard error stream if the entries go to the standard output stream.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire export -H ldaps://ldap.example.org -D cn=admin,dc=example,dc=org -W \\
    -b dc=example,dc=org -o export.ldif.zst
  ldapwire export -b ou=people,dc=example,dc=org \\
    --page-size 500 '(mail=*)' cn mail > people.ldif
  ldapwire export -H ldapi://%2Frun%2Fslapd%2Fldapi -Y EXTERNAL \\
    -b dc=example,dc=org --operational --connections 4 -o backup.ldif.gz --json")]
pub(crate) struct Export {
    /// Filter, with or without the parentheses around it; default all entries. A first word without `=` is an attribute
    #[arg(value_name = "FILTER")]
    filter: Option<String>,

    /// Attributes to write; default all user attributes
    #[arg(value_name = "ATTRIBUTE")]
    attributes: Vec<String>,

    #[command(flatten)]
    pub(crate) format: Format,

    /// Entry to begin at
    #[arg(short = 'b', value_name = "DN")]
    base: Option<String>,

    /// How far below the base: base, one, sub or children
    #[arg(short = 's', value_name = "SCOPE", default_value = "sub")]
    scope: Scope,

    /// Write to FILE, compressed if its name ends in .gz, .zst or .zstd; default is the standard output stream
    #[arg(short = 'o', long, value_name = "FILE", default_value = "-", hide_default_value = true)]
    output: PathBuf,

    /// Write what the server keeps for itself, too, such as entryUUID and modifyTimestamp; it does not take that back
    #[arg(long)]
    operational: bool,

    /// Read in pages of so many entries: what a server with a low limit asks for
    #[arg(long, value_name = "ENTRIES", value_parser = search::page_size)]
    page_size: Option<u32>,

    /// Read the children of the base with their subtrees so many at a time, each over a connection of its own
    #[arg(long, value_name = "NUMBER", default_value = "1", conflicts_with = "page_size")]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=64))]
    connections: u8,

    /// Do not count at the end
    #[arg(long)]
    no_count: bool,

    #[command(flatten)]
    lines: Lines,

    #[command(flatten)]
    connection: Connection,
}

impl Export {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let export = self.export()?;
        let report = self.connection.with_client(async |client| {
            let exported = export.to_file(client, &self.output);
            watch(export.progress(), &self.output, exported).await.map_err(|error| failed(&error))
        })?;
        self.summarize(&report)?;
        complete(&report)
    }

    fn export(&self) -> Result<bulk::Export, Failure> {
        let (filter, mut attributes) = search::filter(self.filter.as_deref(), &self.attributes)?;
        if self.operational {
            if attributes.is_empty() {
                attributes.push("*");
            }
            attributes.push("+");
        }
        let export = bulk::Export::new(self.connection.required_base(self.base.as_ref())?)
            .scope(self.scope)
            .filter(filter)
            .attributes(attributes)
            .writer(self.lines.writer())
            .connections(self.connections.into())
            .count(!self.no_count);
        Ok(match self.page_size {
            Some(entries) => export.pages(entries),
            None => export,
        })
    }

    fn summarize(&self, report: &ExportReport) -> Result<(), Failure> {
        if self.format.json {
            let summary = to_json(report);
            if is_stream(&self.output) {
                eprintln!("{summary}");
                return Ok(());
            }
            return Output::print(summary);
        }
        let text =
            format!("{}, {} octets of LDIF", counted(report.entries, "entry", "entries"), report.octets);
        match is_watched(&self.output) {
            true => eprintln!("{text}"),
            false => self.connection.tell(text),
        }
        Ok(())
    }
}

fn is_stream(output: &Path) -> bool {
    output.as_os_str() == "-"
}

fn to_json(report: &ExportReport) -> Value {
    let mut summary = json!({
        "entries": report.entries,
        "octets": report.octets,
        "references": report.references,
        "missing": report.missing(),
        "complete": report.is_complete(),
    });
    if let Some(Count::Found(counted)) = &report.counted {
        summary["counted"] = json!(counted);
    }
    summary
}

/// Tells what is missing.
fn complete(report: &ExportReport) -> Result<Status, Failure> {
    let partial = |message: String| Err(Failure::new(Status::Partial, message));
    match &report.counted {
        Some(Count::Failed(error)) => {
            let entries = counted(report.entries, "entry is", "entries are");
            partial(format!("{entries} written; counting them failed: {error}"))
        }
        Some(Count::Found(found)) if report.missing() > 0 => {
            let entries = counted(report.entries, "entry is", "entries are");
            partial(format!("{entries} written, and {found} counted afterwards"))
                .map_err(|failure| failure.with_hint("entries may have been added meanwhile: export again"))
        }
        _ => match report.urls.first() {
            Some(url) => {
                let count = report.references;
                partial(format!("{count} parts of the tree are held by other servers, the first by {url}"))
                    .map_err(|failure| failure.with_hint("export them there"))
            }
            None => Ok(Status::Success),
        },
    }
}

fn failed(error: &ExportError) -> Failure {
    match error.kind() {
        ExportErrorKind::Search(search) => {
            let failure = Failure::of_server(search).with_message(error, error.report().entries);
            if error.is_limit() {
                return failure
                    .with_hint("read in pages with --page-size, or bind as somebody without limits");
            }
            failure
        }
        ExportErrorKind::Output(output) if output.kind() == std::io::ErrorKind::BrokenPipe => {
            Failure::ReaderGone
        }
        _ => Failure::new(Status::Connection, error),
    }
}
