//! Counts and latencies of operations.
//!
//! Advice for the next maintainer: an operation touches one shard, that of its thread, so that threads rarely meet; a
//! reader adds them up. What is rare - connects, waits - stands under a lock of its own.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ptr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::Shortage;
use crate::proto::OpKind;

use super::histogram::Durations;
use super::snapshot::{ConnectCounts, OperationCounts, Snapshot, WaitCounts};
use super::{Connect, End, Observer, Operation, Wait};

/// Counts operations and measures how long they take. Clones are the same recorder.
///
/// An operation costs it about as much as reading the clock twice. It takes 32 KiB for each kind of operation on each
/// of up to 16 threads, once that kind has occurred there.
///
/// ```
/// use ldapwire::PoolOptions;
/// use ldapwire::observe::Recorder;
///
/// let recorder = Recorder::new();
/// let options = PoolOptions::new("ldaps://ldap.example.org").observer(recorder.clone());
/// // Later, with the status of the pool:
/// println!("{}", recorder.snapshot().to_json());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Recorder(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    began: Instant,
    shards: [Shard; SHARDS],
    rare: Mutex<Rare>,
}

/// The operations that ran on some of the threads. As wide as what processors fetch at a time, so that two threads do
/// not wait for each other's.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Shard {
    /// The operations that began, of each kind: they may end on another thread.
    began: [AtomicU64; KINDS.len()],
    over: Mutex<[Option<Box<Over>>; KINDS.len()]>,
}

/// The operations of one kind that are over.
#[derive(Clone, Debug)]
struct Over {
    durations: Durations,
    messages: u64,
    results: Vec<(&'static str, u64)>,
    recent: Recent,
}

/// How many ended in each of the last seconds.
#[derive(Clone, Debug, Default)]
struct Recent([(u64, u64); SECONDS + 1]);

#[derive(Debug, Default)]
struct Rare {
    connects: BTreeMap<String, ConnectCounts>,
    waits: WaitCounts,
}

/// The kinds that are answered, in the order in which they are shown.
const KINDS: [OpKind; 8] = [
    OpKind::SearchRequest,
    OpKind::CompareRequest,
    OpKind::AddRequest,
    OpKind::ModifyRequest,
    OpKind::DeleteRequest,
    OpKind::ModifyDnRequest,
    OpKind::ExtendedRequest,
    OpKind::BindRequest,
];

/// As many as threads that end operations at the same moment on the largest machines, roughly.
const SHARDS: usize = 16;

/// The seconds over which a rate is taken.
const SECONDS: usize = 10;

/// The servers that are counted one by one; a program that connects to names it was told by others has no end of
/// them. Those beyond are counted together, as `other`.
const MAX_SERVERS: usize = 64;

thread_local! {
    static SHARD: Cell<Option<usize>> = const { Cell::new(None) };
}

static NEXT_SHARD: AtomicUsize = AtomicUsize::new(0);

impl Recorder {
    /// Makes a recorder that has counted nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns what was counted so far.
    pub fn snapshot(&self) -> Snapshot {
        let inner = &*self.0;
        let uptime = inner.began.elapsed();
        let operations = KINDS.iter().enumerate().filter_map(|(index, kind)| {
            let began: u64 =
                inner.shards.iter().map(|shard| shard.began[index].load(Ordering::Relaxed)).sum();
            let mut over = None;
            for shard in &inner.shards {
                if let Some(part) = &lock(&shard.over)[index] {
                    over.get_or_insert_with(Over::new).add(part);
                }
            }
            (began > 0).then(|| counts(*kind, began, &over.unwrap_or_else(Over::new), uptime))
        });
        let operations = operations.collect();
        let rare = lock(&inner.rare);
        let connects = rare.connects.values().cloned().collect();
        Snapshot { uptime, operations, connects, waits: rare.waits.clone(), pool: None }
    }

    fn shard(&self) -> &Shard {
        let index = SHARD.get().unwrap_or_else(|| {
            let index = NEXT_SHARD.fetch_add(1, Ordering::Relaxed) % SHARDS;
            SHARD.set(Some(index));
            index
        });
        &self.0.shards[index]
    }
}

impl Observer for Recorder {
    fn identity(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    fn began(&self, operation: &Operation<'_>) {
        if let Some(index) = index(operation.kind) {
            self.shard().began[index].fetch_add(1, Ordering::Relaxed);
        }
    }

    fn ended(&self, operation: &Operation<'_>, end: &End<'_>) {
        let Some(index) = index(operation.kind) else { return };
        let second = end.at.saturating_duration_since(self.0.began).as_secs();
        let mut over = lock(&self.shard().over);
        over[index].get_or_insert_with(|| Box::new(Over::new())).record(end, second);
    }

    fn connected(&self, connect: &Connect<'_>) {
        let mut rare = lock(&self.0.rare);
        let is_known = rare.connects.contains_key(connect.server) || rare.connects.len() < MAX_SERVERS;
        let server = if is_known { connect.server } else { "other" };
        let counts = rare.connects.entry(server.to_owned()).or_insert_with(|| ConnectCounts::new(server));
        match connect.error {
            None => {
                counts.made += 1;
                counts.last_took = connect.took;
            }
            Some(_) => counts.failed += 1,
        }
    }

    fn waited(&self, wait: &Wait) {
        let waits = &mut lock(&self.0.rare).waits;
        let counter = match wait.why {
            Shortage::AllInUse { .. } => &mut waits.all_in_use,
            Shortage::Connecting { .. } => &mut waits.connecting,
            Shortage::ConnectLimit => &mut waits.connect_limit,
            Shortage::ServersDown => &mut waits.servers_down,
            Shortage::Stopping => &mut waits.stopping,
        };
        *counter += 1;
        waits.unserved += u64::from(!wait.is_served);
        waits.total = waits.total.saturating_add(wait.took);
        waits.longest = waits.longest.max(wait.took);
    }
}

impl Default for Inner {
    fn default() -> Self {
        Self { began: Instant::now(), shards: Default::default(), rare: Mutex::default() }
    }
}

impl Over {
    fn new() -> Self {
        Self { durations: Durations::new(), messages: 0, results: Vec::new(), recent: Recent::default() }
    }

    fn record(&mut self, end: &End<'_>, second: u64) {
        self.durations.record(end.took);
        self.messages += end.messages;
        self.count(end.outcome.word(), 1);
        self.recent.add(second, 1);
    }

    fn add(&mut self, other: &Self) {
        self.durations.add(&other.durations);
        self.messages += other.messages;
        other.results.iter().for_each(|(word, count)| self.count(word, *count));
        other.recent.0.iter().for_each(|(second, count)| self.recent.add(*second, *count));
    }

    /// Counts a result. There are as many as result codes have names, and most operations end with the first.
    fn count(&mut self, word: &'static str, times: u64) {
        // Mostly the same text, which is not looked at then.
        match self.results.iter_mut().find(|(other, _)| ptr::eq(*other, word) || *other == word) {
            Some((_, count)) => *count += times,
            None => self.results.push((word, times)),
        }
    }
}

impl Recent {
    fn add(&mut self, second: u64, count: u64) {
        // The remainder is below the length.
        let slot = &mut self.0[(second % (SECONDS as u64 + 1)) as usize];
        if slot.0 < second {
            *slot = (second, 0);
        }
        if slot.0 == second {
            slot.1 += count;
        }
    }

    /// Returns how many there were a second, over the last full seconds.
    fn per_second(&self, uptime: Duration) -> f64 {
        let now = uptime.as_secs();
        let first = now.saturating_sub(SECONDS as u64);
        let (seconds, past) = match now {
            // Not a full second is over.
            0 => (uptime.as_secs_f64(), 0..1),
            _ => ((now - first) as f64, first..now),
        };
        let counted = self.0.iter().filter(|(second, _)| past.contains(second));
        let counted: u64 = counted.map(|(_, count)| count).sum();
        if seconds > 0.0 { counted as f64 / seconds } else { 0.0 }
    }
}

fn counts(kind: OpKind, began: u64, over: &Over, uptime: Duration) -> OperationCounts {
    let count = over.results.iter().map(|(_, count)| count).sum();
    let durations = &over.durations;
    OperationCounts {
        kind,
        active: began.saturating_sub(count),
        count,
        per_second: over.recent.per_second(uptime),
        messages: over.messages,
        results: over.results.clone(),
        total: durations.total(),
        p50: durations.quantile(0.5),
        p90: durations.quantile(0.9),
        p99: durations.quantile(0.99),
        longest: durations.longest(),
    }
}

fn index(kind: OpKind) -> Option<usize> {
    KINDS.iter().position(|other| *other == kind)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Error, ErrorKind, Waiting};
    use crate::model::ResultCode;
    use crate::observe::{Outcome, PoolStatus};

    fn operation(kind: OpKind) -> Operation<'static> {
        Operation { kind, server: "ldap://a", connection: 1, id: None, subject: None }
    }

    fn end(outcome: Outcome<'_>, took: Duration) -> End<'_> {
        End { outcome, took, messages: 2, at: Instant::now() }
    }

    fn sample() -> Recorder {
        let recorder = Recorder::new();
        let search = operation(OpKind::SearchRequest);
        for _ in 0..5 {
            recorder.began(&search);
        }
        let error = Error::new(ErrorKind::Timeout { waiting: Waiting::Entry, after: Duration::ZERO });
        let success = Outcome::Answered(ResultCode::SUCCESS);
        for (outcome, ms) in [(success, 1), (success, 2), (Outcome::Failed(&error), 9), (Outcome::GivenUp, 1)]
        {
            recorder.ended(&search, &end(outcome, Duration::from_millis(ms)));
        }
        for error in [None, Some(&error)] {
            recorder.connected(&Connect::new("ldap://a\"\\\n", Duration::from_millis(3), error));
        }
        let took = Duration::from_millis(7);
        recorder.waited(&Wait { why: Shortage::ServersDown, took, is_served: false });
        recorder
    }

    #[test]
    fn operations_are_counted_by_what_became_of_them() {
        let snapshot = sample().snapshot();
        let [search] = &snapshot.operations[..] else { panic!("one kind: {snapshot:?}") };
        assert_eq!((search.active, search.count, search.messages), (1, 4, 8));
        assert_eq!(search.results, [("success", 2), ("timeout", 1), ("givenUp", 1)]);
        assert_eq!(search.longest, Duration::from_millis(9));
        assert_eq!((snapshot.waits.servers_down, snapshot.waits.unserved), (1, 1));
        assert_eq!((snapshot.connects[0].made, snapshot.connects[0].failed), (1, 1));
    }

    #[test]
    fn threads_are_added_up() {
        let recorder = Recorder::new();
        std::thread::scope(|scope| {
            for _ in 0..2 * SHARDS {
                scope.spawn(|| {
                    let add = operation(OpKind::AddRequest);
                    for _ in 0..10 {
                        recorder.began(&add);
                        recorder.ended(&add, &end(Outcome::GivenUp, Duration::from_micros(5)));
                    }
                });
            }
        });
        let counts = &recorder.snapshot().operations[0];
        assert_eq!((counts.active, counts.count), (0, 20 * SHARDS as u64));
    }

    #[test]
    fn a_rate_is_that_of_the_last_full_seconds() {
        let mut recent = Recent::default();
        (0..100).for_each(|second| recent.add(second, second));
        let at = |seconds| recent.per_second(Duration::from_secs(seconds));
        assert_eq!(at(100), 94.5, "90 to 99");
        assert_eq!(at(105), (95 + 96 + 97 + 98 + 99) as f64 / 10.0);
        assert_eq!(at(1000), 0.0, "what is long past does not count");
    }

    #[test]
    fn servers_beyond_the_limit_are_counted_together() {
        let recorder = Recorder::new();
        for number in 0..2 * MAX_SERVERS {
            recorder.connected(&Connect::new(&format!("ldap://{number}"), Duration::ZERO, None));
        }
        let connects = recorder.snapshot().connects;
        assert_eq!(connects.len(), MAX_SERVERS + 1);
        let other = connects.iter().find(|counts| counts.server == "other").unwrap();
        assert_eq!(other.made, MAX_SERVERS as u64);
    }

    #[test]
    fn the_text_forms_hold_everything_and_are_well_formed() {
        let status = PoolStatus { idle: 3, ..PoolStatus::default() };
        let snapshot = sample().snapshot().with_pool(status);
        let json = snapshot.to_json();
        for part in [
            r#""operation":"searchRequest","active":1,"count":4"#,
            r#""results":{"success":2,"timeout":1,"givenUp":1}"#,
            r#""server":"ldap://a\"\\\n""#,
            r#""idle":3"#,
        ] {
            assert!(json.contains(part), "{part} is not in {json}");
        }
        assert!(!json.contains('\n'));
        let text = snapshot.to_prometheus();
        for line in [
            "ldap_ops_total{op=\"searchRequest\",result=\"success\"} 2",
            "ldap_inflight{op=\"searchRequest\"} 1",
            "ldap_op_seconds_count{op=\"searchRequest\"} 4",
            "ldap_connects_total{server=\"ldap://a\\\"\\\\\\n\",result=\"failed\"} 1",
            "ldap_pool_waits_total{why=\"serversDown\"} 1",
            "ldap_pool_idle 3",
        ] {
            assert!(text.lines().any(|other| other == line), "{line} is not in {text}");
        }
        assert!(text.lines().all(|line| line.starts_with('#') || line.split(' ').count() == 2), "{text}");
    }
}
