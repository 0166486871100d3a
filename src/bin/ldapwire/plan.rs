//! `plan`: what has to change, so that a subtree is what a file says.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use ldapwire::bulk::{Extra, Mirror, MirrorError, MirrorErrorKind, Plan as Changes};
use ldapwire::files::{self, FileErrorKind, Input, Records};
use ldapwire::ldif::OnFault;
use ldapwire::model::ResultCode;
use serde_json::json;

use crate::connection::Connection;
use crate::failure::Failure;
use crate::ldif::source::{self, Reading};
use crate::output::{Format, Output};
use crate::search;
use crate::status::Status;
use crate::watch::watch;

/// Compare a subtree with a file of entries, and print the changes that make it what the file says.
///
/// Nothing is changed: `ldapwire apply` carries the changes out. Where the server knows the assertion control (RFC 4528), each
/// modify and delete bears one, so that an entry that somebody has changed since is left alone and told.
///
/// The changes go to the standard output stream as LDIF, or to the file of -o; how many there are is told on the error
/// stream: `Plan: 3 to add, 2 to change, 1 to delete.`, or `No changes.` With --json that is {"add": 3, "change": 2, "delete": 1},
/// on the standard output stream if the changes are in a file.
///
/// Values compare as the server's schema says. What servers set themselves, such as entryUUID, is left out. The status is 0
/// whether there are changes or not; with --exit-code it is 6 if there are some.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire plan -b ou=people,dc=example,dc=org people.ldif \\
    -o plan.ldif && ldapwire apply plan.ldif
  ldapwire plan -b dc=example,dc=org --exit-code wanted.ldif.gz > /dev/null ||
    echo differs
  ldapwire export -H ldaps://a.example.org -b dc=example,dc=org |
    ldapwire plan -H ldaps://b.example.org -b dc=example,dc=org --keep-extra -")]
pub(crate) struct Plan {
    /// Entries as they shall be, all of them at or below the base; `-` is the standard input stream
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    pub(crate) format: Format,

    /// Entry to begin at
    #[arg(short = 'b', value_name = "DN")]
    base: Option<String>,

    /// Write the changes to FILE, compressed if its name ends in .gz, .zst or .zstd
    #[arg(short = 'o', long, value_name = "FILE", default_value = "-", hide_default_value = true)]
    output: PathBuf,

    /// Leave entries alone that the file does not have
    #[arg(long)]
    keep_extra: bool,

    /// Leave an attribute alone; may be given several times
    #[arg(long, value_name = "ATTRIBUTE")]
    ignore: Vec<String>,

    /// End with status 6 if there are changes
    #[arg(long)]
    exit_code: bool,

    /// Read the server in pages of so many entries: what a server with a low limit asks for
    #[arg(long, value_name = "ENTRIES", value_parser = search::page_size)]
    page_size: Option<u32>,

    /// Sort so many MiB of each side in memory, and the rest in temporary files
    #[arg(long, value_name = "MIB", default_value = "32", value_parser = clap::value_parser!(u16).range(1..))]
    memory: u16,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    connection: Connection,
}

impl Plan {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let wanted = self.open()?;
        let mirror = self.mirror()?;
        let mut plan = self.connection.with_client(async |client| {
            let plan = mirror.plan(client, wanted);
            watch(mirror.progress(), &self.output, plan).await.map_err(|error| failed(&error))
        })?;
        self.write(&mut plan)?;
        let summary = plan.summary();
        if self.format.json {
            let summary = json!({"add": summary.add, "change": summary.change, "delete": summary.delete});
            match is_stream(&self.output) {
                true => eprintln!("{summary}"),
                false => Output::print(summary)?,
            }
        } else {
            eprintln!("{summary}");
        }
        Ok(if self.exit_code && !summary.is_empty() { Status::Different } else { Status::Success })
    }

    fn open(&self) -> Result<Records<Input>, Failure> {
        let options = self.reading.options(OnFault::Stop)?;
        Ok(Records::with_options(source::open(&self.file)?, options).named(&self.file))
    }

    fn mirror(&self) -> Result<Mirror, Failure> {
        let mirror = Mirror::new(self.connection.required_base(self.base.as_ref())?)
            .ignoring(self.ignore.iter().map(String::as_str))
            .memory(usize::from(self.memory) * 1024 * 1024)
            .extra(if self.keep_extra { Extra::Keep } else { Extra::Delete });
        Ok(match self.page_size {
            Some(entries) => mirror.pages(entries),
            None => mirror,
        })
    }

    /// Writes the changes. The file has its name only when it is whole.
    fn write(&self, plan: &mut Changes) -> Result<(), Failure> {
        let mut write = || {
            let mut output = files::Output::create_aside(&self.output)?;
            // An empty file has no version, which goes before a record.
            if !plan.summary().is_empty() {
                output.write_all(b"version: 1\n\n")?;
            }
            plan.write_to(&mut output)?;
            output.finish()
        };
        write().map_err(|error: io::Error| match is_stream(&self.output) {
            true => Failure::output(&error),
            false => {
                let file = self.output.display();
                Failure::new(Status::Connection, format_args!("cannot write {file}: {error}"))
            }
        })
    }
}

fn is_stream(output: &Path) -> bool {
    output.as_os_str() == "-"
}

fn failed(error: &MirrorError) -> Failure {
    match error.kind() {
        MirrorErrorKind::Search(search) => {
            let failure = Failure::of_server(search);
            match search.code() {
                Some(ResultCode::SIZE_LIMIT_EXCEEDED | ResultCode::TIME_LIMIT_EXCEEDED) => {
                    // Nothing was printed of it.
                    failure
                        .with_status(Status::Refused)
                        .with_hint("read in pages with --page-size, or bind as somebody without limits")
                }
                _ => failure,
            }
        }
        MirrorErrorKind::Base(_) => Failure::usage(error).with_hint("check the base, -b"),
        MirrorErrorKind::Input(file) => match file.kind() {
            FileErrorKind::Io(_) => Failure::new(Status::Connection, error),
            _ => Failure::new(Status::Refused, error),
        },
        _ => Failure::new(Status::Connection, error),
    }
}
