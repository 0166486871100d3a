//! The main job: streams a search of many entries and says how fast it was and what it took.
//!
//! ```sh
//! cargo run --release --example quick_start
//! ```
//!
//! Without arguments it needs no server: it starts the embedded directory on loopback, with entries that it makes up. With
//! `-H ldap://HOST` the same code searches a server of yours, and with `--canned` one that only repeats what was captured
//! from a real server, so that time and memory are those of the client alone.

mod canned;

use std::env;
use std::error::Error;
use std::fs;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use canned::Canned;
use ldapwire::directory::Directory;
use ldapwire::model::{Entry, Filter, Scope};
use ldapwire::proto::SearchRequest;
use ldapwire::{Client, ConnectOptions, Executor};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = match Arguments::parse(env::args().skip(1)) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("quick_start: {problem}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match run(arguments).await {
        Ok(report) => {
            report.print();
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("quick_start: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<Report, Box<dyn Error>> {
    // It is there as long as this is.
    let mut directory = None;
    let url = match &arguments.url {
        Some(url) => url.clone(),
        None if arguments.is_canned => {
            println!("canned server on loopback, {ENTRIES} entries");
            format!("ldap://{}", Canned::start(ENTRIES)?.address())
        }
        None => {
            println!("directory on loopback, {ENTRIES} entries");
            directory.insert(Directory::builder().entries(people()).start().await?).url()
        }
    };
    let mut options = ConnectOptions::new(url);
    if arguments.start_tls {
        options = options.start_tls();
    }
    let client = options.connect().await?;
    if let Some(dn) = arguments.bind_dn {
        let password = env::var(PASSWORD).map_err(|_| format!("-D needs the password in {PASSWORD}"))?;
        client.simple_bind(dn, password).await?;
    }
    let base = match arguments.base {
        Some(base) => base,
        None if arguments.url.is_none() => BASE.to_owned(),
        None => naming_context(&client).await?,
    };
    println!("searching {} below {base:?}", client.server());
    let report = search(&client, &base).await?;
    client.close().await;
    drop(directory);
    Ok(report)
}

/// As many as there are entries in all, the two above them among them.
fn people() -> impl Iterator<Item = Entry> {
    let above = [
        Entry::new("dc=example,dc=org").with("objectClass", ["domain"]),
        Entry::new(BASE).with("objectClass", ["organizationalUnit"]),
    ];
    let person = |number: usize| {
        let (given, family) = (GIVEN[number % GIVEN.len()], FAMILY[number / GIVEN.len() % FAMILY.len()]);
        Entry::new(format!("uid=user{number},{BASE}"))
            .with("objectClass", ["top", "person", "organizationalPerson", "inetOrgPerson"])
            .with("uid", [format!("user{number}")])
            .with("cn", [format!("{given} {family}")])
            .with("givenName", [given])
            .with("sn", [family])
            .with("mail", [format!("user{number}@example.org")])
            .with("employeeNumber", [number.to_string()])
            .with("telephoneNumber", [format!("+44 20 7946 {:04}", number % 10_000)])
    };
    above.into_iter().chain((2..ENTRIES).map(person))
}

/// Reads every entry below `base`, and every value of each.
async fn search(client: &Client, base: &str) -> Result<Report, ldapwire::Error> {
    let request = SearchRequest::new(base, Scope::WholeSubtree, Filter::present("objectClass"));
    let mut report = Report { memory_before: process_status("VmRSS:"), ..Report::default() };
    let start = Instant::now();
    let mut stream = client.search(request).await?;
    while let Some(entry) = stream.next_entry().await? {
        report.first_entry.get_or_insert_with(|| start.elapsed());
        report.entries += 1;
        for attribute in entry.attributes() {
            for value in attribute.values() {
                report.values += 1;
                report.octets += value.len();
            }
        }
    }
    report.duration = start.elapsed();
    report.references = stream.references().len();
    Ok(report)
}

/// The first tree that the server says it holds.
async fn naming_context(client: &Client) -> Result<String, Box<dyn Error>> {
    let root = client.root_dse().await?;
    let context = root.first_text("namingContexts");
    Ok(context.ok_or("the server names no tree that it holds: say where to search with -b BASE")?.to_owned())
}

/// What a search brought and took.
#[derive(Default)]
struct Report {
    entries: usize,
    values: usize,
    octets: usize,
    references: usize,
    first_entry: Option<Duration>,
    duration: Duration,
    /// In KiB.
    memory_before: Option<f64>,
}

impl Report {
    fn print(&self) {
        let seconds = self.duration.as_secs_f64();
        println!("entries      {:>12}", self.entries);
        println!("values       {:>12}   {} octets", self.values, self.octets);
        if self.references > 0 {
            println!("references   {:>12}   not followed", self.references);
        }
        println!("time         {seconds:>12.3} s");
        if let Some(first) = self.first_entry {
            println!("first entry  {:>12.3} ms", first.as_secs_f64() * 1_000.0);
        }
        println!("rate         {:>12.0} entries/s", self.entries as f64 / seconds);
        // Of this process: the server is in it, too, unless it is one of yours. A directory keeps its entries there.
        if let (Some(before), Some(after)) = (self.memory_before, process_status("VmRSS:")) {
            let grown = (after - before) / 1024.0;
            println!(
                "memory       {:>12.1} MiB   {grown:.1} MiB more than before the search",
                after / 1024.0
            );
        }
    }
}

/// A figure that Linux tells about this process, in KiB; other systems have no such file.
fn process_status(field: &str) -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    line.trim().strip_suffix("kB")?.trim_end().parse().ok()
}

#[derive(Default)]
struct Arguments {
    url: Option<String>,
    base: Option<String>,
    bind_dn: Option<String>,
    start_tls: bool,
    is_canned: bool,
}

impl Arguments {
    /// Returns nothing if help is asked for.
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut arguments = Self::default();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "-H" => arguments.url = Some(value()?),
                "-b" => arguments.base = Some(value()?),
                "-D" => arguments.bind_dn = Some(value()?),
                "-Z" => arguments.start_tls = true,
                "--canned" => arguments.is_canned = true,
                "-h" | "--help" => return Ok(None),
                _ => return Err(format!("{word:?} is no option")),
            }
        }
        Ok(Some(arguments))
    }
}

const HELP: &str = "\
Streams a search of a whole tree and prints rate and memory.

Usage: quick_start [-H URL [-Z]] [-b BASE] [-D DN]
       quick_start --canned

  -H URL   search this server: ldap://HOST, ldaps://HOST or ldapi://SOCKET;
           without it a directory with 100000 entries is started on loopback
  --canned start one that only repeats octets instead, to see what the client takes
  -Z       encrypt an ldap:// connection by StartTLS
  -b BASE  where the search begins; default the first naming context of the server
  -D DN    bind with this name and the password in the environment variable
           LDAPWIRE_PASSWORD; default anonymous";

const PASSWORD: &str = "LDAPWIRE_PASSWORD";
const ENTRIES: usize = 100_000;

/// What the entries of the servers here are below; the canned one does not look at it.
const BASE: &str = "ou=crowd,dc=example,dc=org";

const GIVEN: [&str; 8] = ["Ada", "Bob", "Chloe", "Dan", "Eve", "Frank", "Grace", "Henry"];
const FAMILY: [&str; 7] = ["Adams", "Brown", "Clark", "Davies", "Evans", "Foster", "Green"];
