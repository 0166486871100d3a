//! `top`: what a pool is doing, as it does it.

use std::fmt::Write as _;
use std::io::{self, IsTerminal};
use std::time::Duration;

use clap::Args;
use ldapwire::observe::{PoolStatus, Recorder, Snapshot};
use ldapwire::proto::SearchRequest;
use ldapwire::{Executor, Pool};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, interval_at};

use crate::connection::{Connection, seconds};
use crate::failure::{self, Failure};
use crate::output::{Format, Output};
use crate::status::Status;

/// Watch a pool of connections: its servers, its connections, and how long operations take.
///
/// The pool reads the root DSE or an entry again and again, at a rate that no server notices unless it is told a higher one. It shows
/// how servers answer that are under the load of others, and how a pool meets one that is restarted. With --json each look
/// is one snapshot, as the library makes it: operations, connects, waits, the pool and its servers.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire top -H ldaps://a.example.org -H ldaps://b.example.org
  ldapwire top -H _ldap._tcp.example.org --rate 1000 -c 32
  ldapwire top --count 1 --json | jq .pool")]
pub(crate) struct Top {
    /// Entry to read; default the root DSE
    #[arg(long, value_name = "DN", default_value = "", hide_default_value = true)]
    entry: String,

    /// Begin so many reads a second
    #[arg(long, value_name = "READS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    rate: u32,

    /// Have at most so many under way
    #[arg(short = 'c', long, value_name = "READS", default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    concurrency: u32,

    /// Have so many connections
    #[arg(long, value_name = "CONNECTIONS", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=1000))]
    connections: u16,

    /// Time between two looks
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    interval: Duration,

    /// End after so many looks; default at an interrupt
    #[arg(short = 'n', long, value_name = "LOOKS", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,

    #[command(flatten)]
    pub(crate) format: Format,

    #[command(flatten)]
    connection: Connection,
}

impl Top {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        self.connection.with_pool(async |options, _| {
            let recorder = Recorder::new();
            let connections = usize::from(self.connections);
            let pool = options
                .connections(connections, connections)
                .observer(recorder.clone())
                .start_in_background();
            // Ends with this function.
            let mut load = JoinSet::new();
            for reader in 0..self.concurrency {
                // One after the other, so that the server is not asked by all of them at once and then by none.
                let first = self.pause().mul_f64(f64::from(reader) / f64::from(self.concurrency));
                load.spawn(read(pool.clone(), self.entry.clone(), Instant::now() + first, self.pause()));
            }
            let shown = tokio::select! {
                shown = self.show(&pool, &recorder) => shown,
                _ = tokio::signal::ctrl_c() => Ok(()),
            };
            load.shutdown().await;
            pool.stop().await;
            shown.map(|()| Status::Success)
        })
    }

    /// Returns how long each reader waits between two reads.
    fn pause(&self) -> Duration {
        Duration::from_secs_f64(f64::from(self.concurrency) / f64::from(self.rate))
    }

    async fn show(&self, pool: &Pool, recorder: &Recorder) -> Result<(), Failure> {
        let is_screen = !self.format.json && io::stdout().is_terminal();
        let mut turns = interval(self.interval);
        turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
        turns.tick().await;
        let mut looks = 0;
        while self.count.is_none_or(|count| looks < count) {
            turns.tick().await;
            looks += 1;
            let snapshot = recorder.snapshot().with_pool(pool.status());
            if self.format.json {
                Output::print(snapshot.to_json())?;
            } else {
                // To the upper left, and nothing below what is written.
                let clear = if is_screen { "\u{1b}[H\u{1b}[J" } else { "" };
                Output::print(format_args!("{clear}{}", screen(&snapshot)))?;
            }
        }
        Ok(())
    }
}

/// Reads again and again. What fails is in the snapshot.
async fn read(pool: Pool, entry: String, first: Instant, pause: Duration) {
    let mut turns = interval_at(first, pause);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        let _ = pool.search_one(SearchRequest::entry(entry.as_str()).attributes(["1.1"])).await;
    }
}

/// One look, in a few lines.
fn screen(snapshot: &Snapshot) -> String {
    let mut text = String::new();
    // A string takes all.
    if let Some(pool) = &snapshot.pool {
        let _ = write_pool(pool, &mut text);
    }
    let waits = &snapshot.waits;
    let _ = writeln!(
        text,
        "waits: {} for room, {} for connections, {} while servers were down; {} in vain; longest {:.1} ms",
        waits.all_in_use,
        waits.connecting + waits.connect_limit,
        waits.servers_down,
        waits.unserved,
        millis(waits.longest),
    );
    let _ = writeln!(
        text,
        "\n{:<18} {:>8} {:>10} {:>9} {:>9} {:>9} {:>9}  results",
        "operation", "active", "per s", "p50 ms", "p90 ms", "p99 ms", "max ms"
    );
    for counts in &snapshot.operations {
        let results: Vec<_> = counts.results.iter().map(|(word, count)| format!("{word} {count}")).collect();
        let _ = writeln!(
            text,
            "{:<18} {:>8} {:>10.1} {:>9.2} {:>9.2} {:>9.2} {:>9.2}  {}",
            counts.kind.name(),
            counts.active,
            counts.per_second,
            millis(counts.p50),
            millis(counts.p90),
            millis(counts.p99),
            millis(counts.longest),
            results.join(", "),
        );
    }
    text
}

fn write_pool(pool: &PoolStatus, text: &mut String) -> std::fmt::Result {
    writeln!(
        text,
        "pool: {} idle, {} in use, {} being made, {} being checked; {} operations, {} waiting{}",
        pool.idle,
        pool.leased,
        pool.connecting,
        pool.checking,
        pool.leases,
        pool.waiting,
        pool.shortage.map(|why| format!(": {why}")).unwrap_or_default(),
    )?;
    for server in &pool.servers {
        let health = match server.failures {
            0 => "up".to_owned(),
            failures => format!("down, {failures} failures"),
        };
        let name = failure::one_line(&server.name);
        writeln!(
            text,
            "  {name}: {health}; {} connections, {} operations",
            server.connections, server.leases
        )?;
    }
    Ok(())
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
