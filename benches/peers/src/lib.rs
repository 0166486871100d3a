//! What the programs share: their arguments, what it means to visit an entry, and the line that each prints.

use std::env;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::{TimeVal, TimeValLike as _};

#[cfg(any(feature = "ldap3", feature = "pool-ldap3"))]
pub mod found;

/// What to do, as the command line says it.
#[derive(Debug)]
pub enum Workload {
    /// `decode FILE REPEATS`: decode the message in the file and visit every value, so often.
    Decode { frame: Vec<u8>, repeats: u64 },
    /// `decode-in-place FILE REPEATS`: the same in the form that borrows, where there is one.
    DecodeInPlace { frame: Vec<u8>, repeats: u64 },
    /// `encode FILE REPEATS`: decode the message once, encode it so often.
    Encode { frame: Vec<u8>, repeats: u64 },
    /// `stream ADDRESS`: search the whole tree once and visit every value.
    Stream { address: SocketAddr },
    /// `base ADDRESS OPERATIONS IN_FLIGHT`: read one entry so often, so many at a time on one connection.
    Base { address: SocketAddr, operations: u64, in_flight: u64 },
    /// `load KIND SERVER ADDRESS OPERATIONS [CONNECTIONS [JOURNAL]]`: write so many entries, as one who loads a directory.
    Load(Load),
}

/// Many writes, [`IN_FLIGHT`] at a time on each connection.
#[derive(Debug)]
pub struct Load {
    pub kind: Kind,
    /// The name of the workload: what is done, and to which server.
    pub name: String,
    pub address: SocketAddr,
    pub operations: u64,
    pub connections: usize,
    pub journal: Option<PathBuf>,
}

/// What is done to each entry.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Add,
    Modify,
    Delete,
}

/// How many operations of a load are under way on a connection.
pub const IN_FLIGHT: u64 = 64;

/// Who writes, where somebody is asked.
pub const ADMIN: &str = "cn=admin,dc=example,dc=org";
pub const PASSWORD: &str = "secret";

impl Workload {
    /// Reads the command line.
    pub fn from_arguments() -> Self {
        let arguments: Vec<String> = env::args().skip(1).collect();
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let number = |word: &str| word.parse().expect("a number");
        let address = |word: &str| word.parse().expect("an address and a port");
        match words[..] {
            ["decode", file, repeats] => {
                Self::Decode { frame: first_message(file), repeats: number(repeats) }
            }
            ["decode-in-place", file, repeats] => {
                Self::DecodeInPlace { frame: first_message(file), repeats: number(repeats) }
            }
            ["encode", file, repeats] => {
                Self::Encode { frame: first_message(file), repeats: number(repeats) }
            }
            ["stream", server] => Self::Stream { address: address(server) },
            ["base", server, operations, in_flight] => Self::Base {
                address: address(server),
                operations: number(operations),
                in_flight: number(in_flight),
            },
            ["load", kind, server_name, server, operations, ref rest @ ..] => Self::Load(Load {
                kind: match kind {
                    "add" => Kind::Add,
                    "modify" => Kind::Modify,
                    "delete" => Kind::Delete,
                    _ => panic!("add, modify or delete"),
                },
                name: format!("{kind}-{server_name}"),
                address: address(server),
                operations: number(operations),
                connections: rest.first().map_or(1, |word| word.parse().expect("a number")),
                journal: rest.get(1).map(PathBuf::from),
            }),
            _ => panic!(
                "decode FILE REPEATS, encode FILE REPEATS, stream ADDRESS, base ADDRESS OPERATIONS IN_FLIGHT, \
                 load KIND SERVER ADDRESS OPERATIONS [CONNECTIONS [JOURNAL]]"
            ),
        }
    }
}

/// The name of an entry of a load.
pub fn load_dn(number: u64) -> String {
    format!("uid=user{number:07},ou=bulk,dc=example,dc=org")
}

/// The attributes of an entry of a load, all of one value: about 300 octets as a request to add it.
pub fn load_attributes(number: u64) -> [(&'static str, String); 8] {
    [
        ("objectClass", "inetOrgPerson".to_owned()),
        ("uid", format!("user{number:07}")),
        ("cn", format!("Bulk User {number:07}")),
        ("sn", format!("User {number:07}")),
        ("givenName", "Bulk".to_owned()),
        ("mail", format!("user{number:07}@mail.example.org")),
        ("telephoneNumber", format!("+44 20 {number:08}")),
        ("description", format!("an entry of the load that is measured, number {number:07}")),
    ]
}

/// What a load of modifications puts in place of [`LOAD_CHANGED`].
pub fn load_change(number: u64) -> String {
    format!("it has been changed, number {number:07}")
}

/// The attribute that a load of modifications replaces.
pub const LOAD_CHANGED: &str = "description";

/// The first of the messages in a file of captured octets: each has a length of two octets or less.
fn first_message(file: &str) -> Vec<u8> {
    let mut octets = fs::read(file).expect("the file of octets");
    let length = match octets[1] {
        0x81 => 3 + usize::from(octets[2]),
        0x82 => 4 + usize::from(u16::from_be_bytes([octets[2], octets[3]])),
        length => 2 + usize::from(length),
    };
    octets.truncate(length);
    octets
}

/// The tree that the canned server pretends to have.
pub const BASE: &str = "ou=crowd,dc=example,dc=org";

/// An entry of it.
pub const PERSON: &str = "uid=person000000,ou=crowd,dc=example,dc=org";

/// A filter that every entry matches.
pub const FILTER: &str = "(objectClass=*)";

/// What was seen. Every peer must have seen the same, or it did less work than the others.
#[derive(Clone, Copy, Debug, Default)]
pub struct Visit {
    entries: u64,
    values: u64,
    octets: u64,
    /// The sum of all first octets, so that the values themselves are touched.
    mark: u64,
}

impl Visit {
    /// Takes notice of an entry.
    #[inline]
    pub fn entry(&mut self, dn: &[u8]) {
        self.entries += 1;
        self.octets += dn.len() as u64;
    }

    /// Takes notice of the name of an attribute.
    #[inline]
    pub fn attribute(&mut self, description: &[u8]) {
        self.octets += description.len() as u64;
    }

    /// Takes notice of a value.
    #[inline]
    pub fn value(&mut self, value: &[u8]) {
        self.values += 1;
        self.octets += value.len() as u64;
        self.mark += u64::from(value.first().copied().unwrap_or_default());
    }

    /// Adds what another task saw.
    pub fn add(&mut self, other: &Self) {
        self.entries += other.entries;
        self.values += other.values;
        self.octets += other.octets;
        self.mark += other.mark;
    }
}

/// Measures what a process uses from its start on: this one, or the server that it drives.
#[derive(Debug)]
pub struct Stopwatch {
    server: Option<u32>,
    began: Instant,
    resident: u64,
    user: Duration,
    system: Duration,
    first: Option<Duration>,
    best_ns: f64,
    share: f64,
}

impl Stopwatch {
    /// Starts it.
    pub fn start() -> Self {
        Self::start_of(None)
    }

    /// Starts it for the process of a server: CPU times and memory are those of that one, the time by the clock is the same.
    pub fn start_of_server(process: u32) -> Self {
        Self::start_of(Some(process))
    }

    /// Turns to a server that was started meanwhile: CPU times and memory are all that its process used.
    pub fn turn_to_server(self, process: u32) -> Self {
        Self { server: Some(process), user: Duration::ZERO, system: Duration::ZERO, resident: 0, ..self }
    }

    fn start_of(server: Option<u32>) -> Self {
        let (user, system) = server.map_or_else(cpu, cpu_of);
        let resident = server.map_or(0, |process| status_kib(&process.to_string(), "VmRSS:"));
        Self { server, began: Instant::now(), resident, user, system, first: None, best_ns: 0.0, share: 0.0 }
    }

    /// Notes that the first entry is there.
    #[inline]
    pub fn first(&mut self) {
        if self.first.is_none() {
            self.first = Some(self.began.elapsed());
        }
    }

    /// Notes which share of the time something held.
    pub fn share(&mut self, share: f64) {
        self.share = share;
    }

    /// Stops it and prints one line of JSON.
    pub fn finish(self, peer: &str, workload: &str, operations: u64, visit: &Visit, mut latencies: Vec<u32>) {
        let wall = self.began.elapsed();
        let (user, system) = self.server.map_or_else(cpu, cpu_of);
        let process = self.server.map_or_else(|| "self".to_owned(), |process| process.to_string());
        let grown = status_kib(&process, "VmRSS:").saturating_sub(self.resident);
        latencies.sort_unstable();
        let sum: u64 = latencies.iter().map(|latency| u64::from(*latency)).sum();
        let mean = sum as f64 / latencies.len().max(1) as f64;
        let quantile =
            |share: usize| latencies.get(latencies.len() * share / 100).copied().unwrap_or_default();
        println!(
            "{{\"peer\":\"{peer}\",\"workload\":\"{workload}\",\"operations\":{operations},\"entries\":{},\
             \"values\":{},\"octets\":{},\"mark\":{},\"wall_ns\":{},\"user_ns\":{},\"system_ns\":{},\"first_ns\":{},\
             \"best_ns\":{:.1},\"mean_ns\":{mean:.1},\"p50_ns\":{},\"p99_ns\":{},\"peak_kib\":{},\"grown_kib\":{grown},\
             \"share\":{:.4}}}",
            visit.entries,
            visit.values,
            visit.octets,
            visit.mark,
            wall.as_nanos(),
            (user - self.user).as_nanos(),
            (system - self.system).as_nanos(),
            self.first.unwrap_or_default().as_nanos(),
            self.best_ns,
            quantile(50),
            quantile(99),
            status_kib(&process, "VmHWM:"),
            self.share,
        );
    }
}

/// Runs `step` so often and prints what it cost: in all, and in the fastest of many short batches, which is what it
/// costs when nothing else disturbs.
pub fn repeat(peer: &str, workload: &str, repeats: u64, mut step: impl FnMut(&mut Visit)) {
    let mut visit = Visit::default();
    let mut stopwatch = Stopwatch::start();
    let mut best = Duration::MAX;
    for _ in 0..repeats / BATCH {
        let start = Instant::now();
        (0..BATCH).for_each(|_| step(&mut visit));
        best = best.min(start.elapsed());
    }
    stopwatch.best_ns = best.as_nanos() as f64 / BATCH as f64;
    stopwatch.finish(peer, workload, repeats / BATCH * BATCH, &visit, Vec::new());
}

/// Steps that are timed together: short enough to fit between two interruptions.
const BATCH: u64 = 100;

/// The time since `start`, as it is kept for the quantiles.
pub fn nanoseconds(start: Instant) -> u32 {
    u32::try_from(start.elapsed().as_nanos()).unwrap_or(u32::MAX)
}

/// The name of the base workload, by which results are told apart.
pub fn base_name(in_flight: u64) -> String {
    format!("base-{in_flight}")
}

fn cpu() -> (Duration, Duration) {
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("a process may ask what it used");
    let duration = |time: TimeVal| Duration::from_micros(time.num_microseconds().unsigned_abs());
    (duration(usage.user_time()), duration(usage.system_time()))
}

/// The CPU time of another process, in the hundredths of a second that the kernel counts.
fn cpu_of(process: u32) -> (Duration, Duration) {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("a process that runs");
    // The name, in brackets, may hold anything; the times are the 12th and 13th field behind it.
    let behind = stat.rsplit(')').next().unwrap_or_default();
    let mut times = behind.split_whitespace().skip(11).map(|ticks| ticks.parse().expect("a number"));
    let mut next = || Duration::from_millis(10 * times.next().unwrap_or(0));
    (next(), next())
}

/// A number from the status of a process; of `VmHWM:` the most memory that was resident, of `VmRSS:` what is now. `getrusage` has
/// the former as well, but with the share of whoever started the process.
fn status_kib(process: &str, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
