//! The client of this crate as one who asks much of a server; what is measured is the server.
//!
//! `drive start PEER WORKLOAD DN COMMAND...`: runs a command that prints the address of the server that it becomes, and ends it
//! when it has answered a search for the entry; `drive equality|scan|modify|add PEER PROCESS ADDRESS FIRST COUNT`: works on
//! entries by their numbers. One line of JSON each.

use std::env;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ldapwire::model::{AttributeDescription, Filter, Modification, Scope};
use ldapwire::proto::{AddRequest, AttributeList, ModifyRequest, SearchRequest, SearchResultEntry};
use ldapwire::{Client, ConnectOptions, Executor as _};
use peers::{
    ADMIN, IN_FLIGHT, LOAD_CHANGED, PASSWORD, Stopwatch, Visit, load_attributes, load_change, load_dn,
};

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |word: &str| word.parse().expect("a number");
    runtime.block_on(async {
        match words[..] {
            ["start", peer, workload, dn, ref command @ ..] => start(peer, workload, dn, command).await,
            [what, peer, process, address, first, count] => {
                let client = connect(address).await.expect("a connection");
                let numbers = Numbers { first: number(first), count: number(count) };
                let stopwatch = Stopwatch::start_of_server(process.parse().expect("the number of a process"));
                let (operations, seen) = match what {
                    "scan" => scan(&client, numbers).await,
                    "equality" => at_once(&client, numbers, equality).await,
                    "modify" => at_once(&client, numbers, modify).await,
                    "add" => at_once(&client, numbers, add).await,
                    _ => panic!("equality, scan, modify or add"),
                };
                stopwatch.finish(peer, &format!("serve-{what}"), operations, &seen, Vec::new());
            }
            _ => panic!("start PEER WORKLOAD DN COMMAND..., WHAT PEER PROCESS ADDRESS FIRST COUNT"),
        }
    });
}

/// The entries that are worked on.
#[derive(Clone, Copy)]
struct Numbers {
    first: u64,
    count: u64,
}

async fn connect(address: &str) -> Result<Client, ldapwire::Error> {
    let options = ConnectOptions::new(format!("ldap://{address}")).danger_allow_cleartext_passwords();
    let client = options.connect().await?;
    client.simple_bind(ADMIN, PASSWORD).await?;
    Ok(client)
}

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(120);

async fn start(peer: &str, workload: &str, dn: &str, command: &[&str]) {
    let (program, arguments) = command.split_first().expect("a command");
    let (stopwatch, began) = (Stopwatch::start(), Instant::now());
    let mut command = Command::new(program);
    let server = command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut server = Ended(server.expect("a program that can be run"));
    let mut address = String::new();
    let output = server.0.stdout.take().expect("what the server prints");
    BufReader::new(output).read_line(&mut address).expect("an address");
    let visit = loop {
        match answer(address.trim(), dn).await {
            Ok(visit) => break visit,
            Err(error) => assert!(began.elapsed() < PATIENCE, "{peer}: {error}"),
        }
        tokio::time::sleep(Duration::from_micros(200)).await;
    };
    stopwatch.turn_to_server(server.0.id()).finish(peer, workload, 1, &visit, Vec::new());
}

/// A process that is ended with whoever started it.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn answer(address: &str, dn: &str) -> Result<Visit, ldapwire::Error> {
    let client = ConnectOptions::new(format!("ldap://{address}")).connect().await?;
    let mut seen = Visit::default();
    visit(&client.read(dn.to_owned()).await?, &mut seen);
    Ok(seen)
}

/// Does something to each entry, so many at a time.
async fn at_once<F>(client: &Client, numbers: Numbers, one: fn(Client, u64) -> F) -> (u64, Visit)
where
    F: Future<Output = Visit> + Send + 'static,
{
    let tasks: Vec<_> = (0..IN_FLIGHT)
        .map(|task| {
            let client = client.clone();
            tokio::spawn(async move {
                let mut seen = Visit::default();
                let mut at = task;
                while at < numbers.count {
                    seen.add(&one(client.clone(), numbers.first + at).await);
                    at += IN_FLIGHT;
                }
                seen
            })
        })
        .collect();
    let mut seen = Visit::default();
    for task in tasks {
        seen.add(&task.await.expect("a task"));
    }
    (numbers.count, seen)
}

/// The entries that there are for searches.
const LOADED: u64 = 10_000;

async fn equality(client: Client, number: u64) -> Visit {
    // Not in the order in which they were added.
    let (_, uid) = &load_attributes(number.wrapping_mul(7_919) % LOADED)[1];
    let filter = Filter::equality(AttributeDescription::from_static("uid"), uid.clone());
    let search = SearchRequest::new(PARENT, Scope::WholeSubtree, filter);
    let mut seen = Visit::default();
    visit(&client.search_one(search).await.expect("an entry"), &mut seen);
    seen
}

/// Searches that no index helps, one after the other; each finds a hundred entries of ten thousand.
async fn scan(client: &Client, numbers: Numbers) -> (u64, Visit) {
    let mut seen = Visit::default();
    for number in numbers.first..numbers.first + numbers.count {
        let filter = format!("(description=*number 000{:02}*)", number % 100);
        let search =
            SearchRequest::new(PARENT, Scope::WholeSubtree, Filter::parse(&filter).expect("a filter"));
        let mut entries = client.search(search).await.expect("a search");
        while let Some(entry) = entries.next_entry().await.expect("an entry") {
            visit(&entry, &mut seen);
        }
    }
    (numbers.count, seen)
}

async fn modify(client: Client, number: u64) -> Visit {
    let change = Modification::replace(LOAD_CHANGED, [load_change(number)]);
    client.modify(ModifyRequest::new(load_dn(number), [change])).await.expect("an answer");
    Visit::default()
}

async fn add(client: Client, number: u64) -> Visit {
    let attributes = AttributeList::of_pairs(load_attributes(number));
    client.add(AddRequest::new(load_dn(number), attributes)).await.expect("an answer");
    Visit::default()
}

fn visit(entry: &SearchResultEntry, seen: &mut Visit) {
    seen.entry(entry.dn().as_bytes());
    // Some servers add the classes above those that an entry was given.
    for attribute in entry.attributes().filter(|own| own.description_octets() != b"objectClass") {
        seen.attribute(attribute.description_octets());
        attribute.values().for_each(|value| seen.value(value));
    }
}

const PARENT: &str = "ou=bulk,dc=example,dc=org";
