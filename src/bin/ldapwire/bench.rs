//! `bench`: how many operations a server does, and how long each takes.

mod kept;
mod load;
mod pattern;
mod result;
mod work;

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use ldapwire::model::{AttributeDescription, Scope};

use crate::connection::{Connection, seconds, seconds_or_none};
use crate::failure::Failure;
use crate::output::{Format, Output};
use crate::password;
use crate::serve::interrupt;
use crate::status::Status;

use load::Load;
use pattern::Pattern;
use result::Changed;
use work::{Ended, Work};

/// Load servers with operations, and measure how long each takes.
///
/// Interrupted by Ctrl-C, it tells what it has measured so far. What modify and mixed have changed is put back at the end, also
/// then.
///
/// Wherever a PATTERN stands, [0-999] is a number from that range, another one each time; [000-999] has zeros before it.
#[derive(Args)]
#[command(subcommand_value_name = "KIND", subcommand_help_heading = "Kinds")]
#[command(after_help = "Examples:
  ldapwire bench search -H ldaps://ldap.example.org \\
    -b dc=example,dc=org '(uid=person[000000-099999])'
  ldapwire bench modify -H ldap://localhost -Z -D cn=admin,dc=example,dc=org \\
    -y password.txt 'uid=person[0-999],dc=example,dc=org' --rate 500

Each kind tells more: ldapwire bench search --help")]
pub(crate) struct Bench {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Subcommand)]
enum Kind {
    Search(Search),
    Auth(Auth),
    Modify(Modify),
    Mixed(Mixed),
}

/// Search for entries
///
/// A search that finds nothing is none that failed.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire bench search -b dc=example,dc=org \\
    '(uid=person[000000-099999])' cn mail
  ldapwire bench search -b 'uid=person[0-99],dc=example,dc=org' -s base \\
    --rate 1000 --duration 60 --json")]
struct Search {
    #[command(flatten)]
    what: Searching,

    /// Attributes to ask for; default all user attributes
    #[arg(value_name = "ATTRIBUTE")]
    attributes: Vec<String>,

    #[command(flatten)]
    run: Run,
}

#[derive(Args)]
struct Searching {
    /// Filter
    #[arg(value_name = "PATTERN", default_value = "(objectClass=*)")]
    filter: Pattern,

    /// Entry to begin at
    #[arg(short = 'b', value_name = "PATTERN")]
    base: Option<Pattern>,

    /// How far below the base: base, one, sub or children
    #[arg(short = 's', value_name = "SCOPE", default_value = "sub")]
    scope: Scope,
}

/// Find users and verify their passwords
///
/// As a program does it that lets users in: each is found by a search below -b, on connections that are bound as -D says, and
/// then bound as on others. Whoever is not let in counts as a failure.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire bench auth -Z -b ou=people,dc=example,dc=org 'person[000-999]' \\
    --user-password-file password.txt
  LDAPWIRE_USER_PASSWORD=secret ldapwire bench auth -Z \\
    -b dc=example,dc=org 'person[0-9]' --rate 100")]
struct Auth {
    /// Name of a user, as the attribute has it
    #[arg(value_name = "PATTERN")]
    user: Pattern,

    /// Entry below which users are
    #[arg(short = 'b', value_name = "DN")]
    base: Option<String>,

    /// Attribute that holds the name of a user
    #[arg(long, value_name = "ATTRIBUTE", default_value = "uid")]
    user_attribute: AttributeDescription,

    /// Read the password of all users from this file. Without it, it is taken from LDAPWIRE_USER_PASSWORD
    #[arg(long, value_name = "FILE")]
    user_password_file: Option<PathBuf>,

    #[command(flatten)]
    run: Run,
}

/// Replace an attribute of entries
///
/// Each entry is read before its first change, and has its values again at the end: when the time is over, and behind Ctrl-C, which,
/// pressed again, leaves the rest. modifyTimestamp and the like do not go back, and what others write into the attribute meanwhile is
/// lost. Entries that could not be put back are named in the result, and LDIF that does it comes on the standard error stream. What
/// is killed (kill -9), or loses power, puts nothing back.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire bench modify 'uid=person[000-999],ou=people,dc=example,dc=org' \\
    -Z -D cn=admin,dc=example,dc=org -W
  ldapwire bench modify -H ldapi:/// -Y EXTERNAL cn=counter,dc=example,dc=org \\
    --attribute description --value 'now [0-9]' --rate 50")]
struct Modify {
    #[command(flatten)]
    what: Modifying,

    #[command(flatten)]
    run: Run,
}

#[derive(Args)]
struct Modifying {
    /// Name of the entry
    #[arg(value_name = "PATTERN")]
    entry: Pattern,

    /// Attribute to replace
    #[arg(long, value_name = "ATTRIBUTE", default_value = "description")]
    attribute: AttributeDescription,

    /// Its new value
    #[arg(long, value_name = "PATTERN", default_value = "[0-999999999]")]
    value: Pattern,

    /// Leave the new values in the entries, and read nothing before: what they had is lost
    #[arg(long)]
    leave_changed: bool,
}

/// Search for entries, and now and then change one
///
/// Each entry is read before its first change, and has its values again at the end, as `ldapwire bench modify --help` tells.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire bench mixed -b dc=example,dc=org '(uid=person[000-999])' \\
    --entry 'uid=person[000-999],dc=example,dc=org'
  ldapwire bench mixed -H ldapi:/// -Y EXTERNAL -b dc=example,dc=org \\
    --entry cn=counter,dc=example,dc=org --writes 50 --json")]
struct Mixed {
    #[command(flatten)]
    what: Searching,

    /// Entry to change
    #[arg(long, value_name = "PATTERN")]
    entry: Pattern,

    /// Attribute to replace
    #[arg(long, value_name = "ATTRIBUTE", default_value = "description")]
    attribute: AttributeDescription,

    /// Its new value
    #[arg(long, value_name = "PATTERN", default_value = "[0-999999999]")]
    value: Pattern,

    /// Leave the new values in the entries, and read nothing before: what they had is lost
    #[arg(long)]
    leave_changed: bool,

    /// So many of a hundred operations are changes
    #[arg(long, value_name = "PERCENT", default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=100))]
    writes: u32,

    #[command(flatten)]
    run: Run,
}

/// How much, how long, and against whom.
#[derive(Args)]
struct Run {
    /// Have so many operations under way
    #[arg(short = 'c', long, value_name = "OPERATIONS", default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    concurrency: u32,

    /// Have so many connections
    #[arg(long, value_name = "CONNECTIONS", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=1000))]
    connections: u16,

    /// Begin so many operations a second, and no more. A time is then that from when an operation was due: waiting behind slow ones
    /// counts
    #[arg(long, value_name = "OPERATIONS", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,

    /// Measure so many seconds. Answers are waited for 5 seconds more; then they are failures, `unanswered`
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    duration: Duration,

    /// Run so many seconds before that, or 0
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = seconds_or_none)]
    warm_up: Duration,

    #[command(flatten)]
    format: Format,

    #[command(flatten)]
    connection: Connection,
}

impl Bench {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        match &self.kind {
            Kind::Search(kind) => {
                let search = kind.what.search(&kind.run)?.attributes(kind.attributes.clone());
                kind.run.measure("search", Work::Search(search))
            }
            Kind::Auth(kind) => {
                let password = match &kind.user_password_file {
                    Some(file) => password::from_file(file)?,
                    None => password::from_environment("LDAPWIRE_USER_PASSWORD").ok_or_else(|| {
                        Failure::usage("users need a password").with_hint(
                            "use --user-password-file FILE, or LDAPWIRE_USER_PASSWORD in the environment",
                        )
                    })?,
                };
                let auth = work::Auth {
                    user: kind.user.clone(),
                    base: kind.run.connection.required_base(kind.base.as_ref())?,
                    attribute: kind.user_attribute.clone(),
                    password,
                };
                kind.run.measure("auth", Work::Auth(auth))
            }
            Kind::Modify(kind) => {
                let Modifying { entry, attribute, value, leave_changed } = &kind.what;
                let modify = work::Modify::new(entry, attribute, value, *leave_changed);
                kind.run.measure("modify", Work::Modify(modify))
            }
            Kind::Mixed(kind) => {
                let search = kind.what.search(&kind.run)?;
                let modify = work::Modify::new(&kind.entry, &kind.attribute, &kind.value, kind.leave_changed);
                kind.run.measure("mixed", Work::Mixed(search, modify, kind.writes))
            }
        }
    }

    pub(crate) const fn format(&self) -> Format {
        match &self.kind {
            Kind::Search(kind) => kind.run.format,
            Kind::Auth(kind) => kind.run.format,
            Kind::Modify(kind) => kind.run.format,
            Kind::Mixed(kind) => kind.run.format,
        }
    }
}

impl Searching {
    fn search(&self, run: &Run) -> Result<work::Search, Failure> {
        let base = match &self.base {
            Some(base) => base.clone(),
            None => {
                let base = run.connection.required_base(None)?;
                base.parse().map_err(Failure::usage)?
            }
        };
        work::Search::new(base, self.scope, self.filter.clone())
    }
}

impl Run {
    fn measure(&self, kind: &'static str, work: Work) -> Result<Status, Failure> {
        let load = Load {
            concurrency: self.concurrency,
            rate: self.rate,
            warm_up: self.warm_up,
            duration: self.duration,
        };
        let (result, left) = self.connection.with_pool(async |options, servers| {
            let connections = usize::from(self.connections);
            let pool = options.connections(connections, connections).start().await;
            let pool = pool.map_err(|error| Failure::of_server(&error))?;
            let interrupted = interrupt()?;
            let work = work.begin(&pool, servers, connections).await;
            let result = load.run(work.clone(), interrupted).await;
            let ended = work.end(self.concurrency).await?;
            pool.stop().await;
            Ok(match ended {
                Ended::PutBack(back) => {
                    let changed = Changed { put_back: back.entries, left: back.names() };
                    (result.with_changed(changed), back.to_ldif())
                }
                Ended::Left(pattern) => {
                    (result.with_changed(Changed { put_back: 0, left: vec![pattern] }), None)
                }
                Ended::Unchanged => (result, None),
            })
        })?;
        Output::print(if self.format.json {
            result.to_json(kind).to_string()
        } else {
            result.to_text(kind)
        })?;
        if let Some(ldif) = &left {
            // That this may fail is passed over: there is nowhere to tell it.
            let _ = io::stderr().write_all(ldif);
        }
        Ok(if result.is_flawless() && left.is_none() { Status::Success } else { Status::Partial })
    }
}
