//! What `import` and `apply` have in common: a file, a load, a summary.

use std::path::{Path, PathBuf};

use clap::Args;
use ldapwire::bulk::{Load, Mode, OutcomeKind, Report, Stop, try_records};
use serde_json::{Map, Value, json};

use crate::connection::Connection;
use crate::failure::{Failure, access_hint, one_line};
use crate::ldif::source::Reading;
use crate::output::{Format, Output};
use crate::status::Status;

/// A file, and how its records are carried out.
#[derive(Args)]
pub(crate) struct Loading {
    /// File to read; `-` is the standard input stream, and names in .gz, .zst and .zstd are of compressed files
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Keep a journal in FILE; if it is there, go on behind what it has of the same input
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,

    /// Write what fails to FILE, as LDIF with the reasons, to be mended and applied
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,

    /// Write what takes it all back to FILE, as LDIF
    #[arg(long, value_name = "FILE")]
    undo: Option<PathBuf>,

    /// Change nothing; read, and tell what would become of each record
    #[arg(long)]
    dry_run: bool,

    /// Stop when so many records have failed
    #[arg(long, value_name = "RECORDS", value_parser = clap::value_parser!(u64).range(1..))]
    stop_after: Option<u64>,

    /// Send at most so many records a second
    #[arg(long, value_name = "RECORDS", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,

    /// Put up to so many changes that add values to the same attribute of an entry into one request
    #[arg(long, value_name = "RECORDS", default_value_t = 1)]
    pack: usize,

    /// Use at most so many connections
    #[arg(long, value_name = "CONNECTIONS", default_value_t = 5)]
    max_concurrent: usize,

    /// Have at most so many operations under way on each connection
    #[arg(long, value_name = "OPERATIONS", default_value_t = 64)]
    window: usize,

    /// Write the journal and the other files behind so many records
    #[arg(long, value_name = "RECORDS", default_value_t = 100)]
    batch_size: usize,

    /// Do not send what is larger: a server closes the connection on it. The default is that of OpenLDAP
    #[arg(long, value_name = "OCTETS", default_value_t = 4_194_303)]
    message_limit: usize,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    pub(crate) format: Format,

    #[command(flatten)]
    connection: Connection,
}

impl Loading {
    /// Carries the records of the file out, and prints the summary.
    pub(crate) fn run(&self, mode: Mode) -> Result<Status, Failure> {
        let (records, bar) = self.reading.open_to_send(&self.file)?;
        let report = self.connection.with_client(async |client| {
            bar.start();
            let load = self.load(mode).on_outcome(move |record| {
                if record.outcome.kind().is_success() { bar.tick() } else { bar.tick_failed() }
            });
            let run = load.run(client, try_records(records)).await;
            run.map_err(|error| Failure::new(Status::Usage, error))
        })?;
        Output::print(if self.format.json {
            self.to_json(&report).to_string()
        } else {
            self.to_text(&report)
        })?;
        Ok(status(&report))
    }

    fn load<'a>(&self, mode: Mode) -> Load<'a> {
        let mut load = Load::new()
            .mode(mode)
            .max_concurrent(self.max_concurrent)
            .window(self.window)
            .batch_size(self.batch_size)
            .pack(self.pack)
            .message_limit(self.message_limit);
        if self.file != Path::new("-") {
            load = load.input(&self.file);
        }
        if let Some(file) = &self.journal {
            load = load.journal(file);
        }
        if let Some(file) = &self.rejects {
            load = load.rejects(file);
        }
        if let Some(file) = &self.undo {
            load = load.undo(file);
        }
        if let Some(failures) = self.stop_after {
            load = load.stop_after(failures);
        }
        if let Some(rate) = self.rate {
            load = load.rate(rate);
        }
        if self.dry_run { load.dry_run() } else { load }
    }

    /// The counts, the codes, the first failures, and why it ended.
    fn to_text(&self, report: &Report) -> String {
        let rehearsed = if self.dry_run { "rehearsed: " } else { "" };
        let seconds = report.elapsed().as_secs_f64();
        let mut text = format!("{rehearsed}{report} in {seconds:.1} s ({:.0} a second)", report.rate());
        if report.settled_earlier() > 0 {
            text += &format!("\n{} of them earlier", report.settled_earlier());
        }
        for (code, count) in report.codes() {
            text += &format!("\n{count} {code}");
            if let Some(hint) = access_hint(*code) {
                text += &format!("; {hint}");
            }
        }
        for failure in report.failures() {
            text += &format!("\n{}", one_line(&failure.to_string()));
        }
        if report.without_undo() > 0 {
            text += &format!("\n{} without undo", report.without_undo());
        }
        if let Some(stop) = report.stop() {
            text += &format!("\n{}", one_line(&stop.to_string()));
        }
        text
    }

    fn to_json(&self, report: &Report) -> Value {
        let mut summary = Map::new();
        let mut insert = |key: &str, value| summary.insert(key.to_owned(), value);
        insert("records", json!(report.total()));
        for kind in OutcomeKind::ALL {
            insert(kind.as_str(), json!(report.count(kind)));
        }
        insert("settledEarlier", json!(report.settled_earlier()));
        insert("withoutUndo", json!(report.without_undo()));
        insert("seconds", json!(report.elapsed().as_secs_f64()));
        insert("rate", json!(report.rate()));
        insert("isDryRun", json!(self.dry_run));
        let codes = report.codes().iter().map(|(code, count)| (code.number().to_string(), json!(count)));
        insert("codes", Value::Object(codes.collect()));
        let failures = report.failures().iter().map(|failure| {
            json!({
                "number": failure.number,
                "line": failure.position.map(|position| position.line()),
                "dn": failure.dn.as_str(),
                "outcome": failure.outcome.kind().as_str(),
                "code": failure.outcome.code().map(|code| code.number()),
                "reason": failure.outcome.to_string(),
            })
        });
        insert("failures", failures.collect());
        insert("stop", json!(report.stop().map(ToString::to_string)));
        Value::Object(summary)
    }
}

/// All, none, or some: what a script wants to know first.
fn status(report: &Report) -> Status {
    match (report.is_success(), report.succeeded(), report.stop()) {
        (true, ..) => Status::Success,
        (_, 0, Some(Stop::Connection(_))) => Status::Connection,
        (_, 0, _) => Status::Refused,
        _ => Status::Partial,
    }
}
