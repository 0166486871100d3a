//! `delete`: entries, or subtrees of them.

use std::collections::BTreeMap;
use std::io::{self, BufRead, IsTerminal};
use std::path::Path;

use clap::Args;
use ldapwire::Client;
use ldapwire::bulk::{self, DeleteBy, DeleteError, DeleteErrorKind, DeleteReport, Stop};
use ldapwire::model::{Filter, Scope};
use serde_json::{Value, json};

use crate::connection::Connection;
use crate::failure::{Failure, one_line};
use crate::output::{Format, Output, counted};
use crate::search;
use crate::status::Status;
use crate::watch::watch;

/// Delete entries; with -r all below them, too.
///
/// A subtree is deleted by one request where the server has the control for that, and otherwise entry by entry, the deepest first,
/// many at a time. The terminal is asked before a subtree is deleted; where there is none, --yes has to stand in for the answer.
///
/// With --dry-run the entries are printed as LDIF, in their order, and nothing is deleted. At the end the counts are printed; with
/// --json they are {"deleted": 3, "gone": 0, "left": 1, "codes": {"50": 1}, "failures": [{"dn": "...", "code": 50, "reason": "..."}], "stop": null}. The
/// status is 0 if all are gone, 5 if some are left, and 1 if nothing was deleted.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire delete -H ldaps://ldap.example.org -D cn=admin,dc=example,dc=org \\
    -W uid=ada,ou=people,dc=example,dc=org
  ldapwire delete -r --dry-run ou=old,dc=example,dc=org | grep -c '^dn:'
  ldapwire delete -H ldapi://%2Frun%2Fslapd%2Fldapi -Y EXTERNAL \\
    -r --yes ou=old,dc=example,dc=org
  ldapwire delete -r --yes --only '(employeeType=guest)' \\
    ou=people,dc=example,dc=org")]
pub(crate) struct Delete {
    /// Entries to delete
    #[arg(value_name = "DN", required = true)]
    entries: Vec<String>,

    #[command(flatten)]
    pub(crate) format: Format,

    /// Delete what is below them, too
    #[arg(short = 'r', long)]
    recursive: bool,

    /// Leave the entries themselves, and delete what is below them
    #[arg(long, requires = "recursive")]
    keep_base: bool,

    /// Delete only entries that match
    #[arg(long, value_name = "FILTER", requires = "recursive")]
    only: Option<Filter>,

    /// Print what would be deleted, and delete nothing
    #[arg(long)]
    dry_run: bool,

    /// Do not ask
    #[arg(long, short = 'f')]
    yes: bool,

    /// Delete entry by entry, even if the server has the control for subtrees
    #[arg(long)]
    one_by_one: bool,

    /// Read names in pages of so many entries: what a server with a low limit asks for
    #[arg(long, value_name = "ENTRIES", value_parser = search::page_size)]
    page_size: Option<u32>,

    /// Have at most so many deletes under way
    #[arg(long, value_name = "DELETES", default_value_t = 64)]
    window: usize,

    /// Stop when so many entries of a subtree could not be deleted
    #[arg(long, value_name = "ENTRIES", value_parser = clap::value_parser!(u64).range(1..))]
    stop_after: Option<u64>,

    #[command(flatten)]
    connection: Connection,
}

impl Delete {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let asks = self.recursive && !self.yes && !self.dry_run;
        if asks && !io::stdin().is_terminal() {
            return Err(Failure::usage(
                "whether to delete a subtree has to be asked, and there is no terminal",
            )
            .with_hint("--yes deletes without asking, --dry-run shows what would be deleted"));
        }
        self.connection.with_client(async |client| match self.dry_run {
            true => self.preview(client).await,
            false => self.delete(client, asks).await,
        })
    }

    async fn preview(&self, client: &Client) -> Result<Status, Failure> {
        let mut stdout = io::BufWriter::new(io::stdout().lock());
        for entry in &self.entries {
            self.of(entry).preview(client, &mut stdout).await.map_err(|error| failed(&error))?;
        }
        io::Write::flush(&mut stdout).map_err(|error| Failure::output(&error))?;
        Ok(Status::Success)
    }

    async fn delete(&self, client: &Client, asks: bool) -> Result<Status, Failure> {
        let mut total = DeleteReport::default();
        for entry in &self.entries {
            let delete = self.of(entry);
            if asks {
                let count = delete.count(client).await.map_err(|error| failed(&error))?;
                if !confirms(count, entry)? {
                    continue;
                }
            }
            // The counts are printed behind it.
            let deleted = watch(delete.progress(), Path::new(""), delete.run(client)).await;
            let report = deleted.map_err(|error| failed(&error))?;
            let is_stopped = report.stop.is_some();
            add(&mut total, report);
            if is_stopped {
                break;
            }
        }
        Output::print(if self.format.json { to_json(&total).to_string() } else { to_text(&total) })?;
        Ok(status(&total))
    }

    fn of(&self, entry: &str) -> bulk::Delete {
        let mut delete = bulk::Delete::new(entry).window(self.window);
        if !self.recursive {
            delete = delete.scope(Scope::BaseObject);
        }
        if self.keep_base {
            delete = delete.keep_base();
        }
        if let Some(filter) = &self.only {
            delete = delete.filter(filter.clone());
        }
        if self.one_by_one {
            delete = delete.by(DeleteBy::Entries);
        }
        if let Some(entries) = self.page_size {
            delete = delete.pages(entries);
        }
        match self.stop_after {
            Some(failures) => delete.stop_after(failures),
            None => delete,
        }
    }
}

/// Asks on the terminal.
fn confirms(count: u64, entry: &str) -> Result<bool, Failure> {
    eprint!("delete {} at and below {}? [y/N] ", counted(count, "entry", "entries"), one_line(entry));
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| Failure::usage(format_args!("cannot read the answer: {error}")))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn add(total: &mut DeleteReport, report: DeleteReport) {
    total.deleted += report.deleted;
    total.gone += report.gone;
    total.left += report.left;
    for (code, count) in report.codes {
        *total.codes.entry(code).or_default() += count;
    }
    total.failures.extend(report.failures);
    total.stop = report.stop;
}

fn to_text(report: &DeleteReport) -> String {
    let mut text = format!("{} deleted", report.deleted);
    if report.gone > 0 {
        text += &format!(", {} gone already", report.gone);
    }
    if report.left > 0 {
        text += &format!(", {} left", report.left);
    }
    for (code, count) in &report.codes {
        text += &format!("\n{count} {code}");
    }
    for failure in &report.failures {
        text += &format!("\n{}: {}", one_line(&failure.dn), one_line(&failure.outcome.to_string()));
    }
    if let Some(stop) = &report.stop {
        text += &format!("\n{}", one_line(&stop.to_string()));
    }
    text
}

fn to_json(report: &DeleteReport) -> Value {
    let codes: BTreeMap<_, _> =
        report.codes.iter().map(|(code, count)| (code.number().to_string(), *count)).collect();
    let failures = report.failures.iter().map(|failure| {
        json!({
            "dn": failure.dn.as_str(),
            "code": failure.outcome.code().map(|code| code.number()),
            "reason": failure.outcome.to_string(),
        })
    });
    json!({
        "deleted": report.deleted,
        "gone": report.gone,
        "left": report.left,
        "codes": codes,
        "failures": failures.collect::<Vec<_>>(),
        "stop": report.stop.as_ref().map(ToString::to_string),
    })
}

/// All, none, or some: what a script wants to know first.
const fn status(report: &DeleteReport) -> Status {
    match (report.is_success(), report.deleted, &report.stop) {
        (true, ..) => Status::Success,
        (_, 0, Some(Stop::Connection(_))) => Status::Connection,
        (_, 0, _) => Status::Refused,
        _ => Status::Partial,
    }
}

fn failed(error: &DeleteError) -> Failure {
    match error.kind() {
        DeleteErrorKind::Server(server) => {
            let failure = Failure::of_server(server).with_message(error, error.deleted());
            match server.code() {
                Some(code) if code == ldapwire::model::ResultCode::SIZE_LIMIT_EXCEEDED => failure
                    .with_hint("read names in pages with --page-size, or bind as somebody without limits"),
                _ => failure,
            }
        }
        DeleteErrorKind::File(file) if file.kind() == io::ErrorKind::BrokenPipe => Failure::ReaderGone,
        DeleteErrorKind::NotWhole => Failure::usage(error),
        _ => Failure::new(Status::Connection, error),
    }
}
