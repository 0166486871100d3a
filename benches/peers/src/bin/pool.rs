//! The pool of this crate, one line for each workload.
//!
//! All over 16 connections with 64 operations in flight on each, on one thread. A process does one workload, so that
//! the peak of its memory is that of the workload.

use std::collections::VecDeque;
use std::env;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use ldapwire::observe::Recorder;
use ldapwire::proto::{Attributes, OpKind};
use ldapwire::{Executor as _, Pool, PoolOptions};
use peers::{PERSON, Stopwatch, Visit, nanoseconds};

const CONNECTIONS: usize = 16;
/// The default, which is not changed here.
const IN_FLIGHT: usize = 64;
const PEER: &str = "ldapwire";

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        match words[..] {
            ["acquire", address, tasks, operations] => {
                let (tasks, operations) = (number(tasks), number(operations));
                acquire(&start(options(address)).await, tasks, operations).await;
            }
            ["hand-over", address, tasks, operations] => {
                let (tasks, operations) = (number(tasks), number(operations));
                hand_over(&start(options(address)).await, tasks, operations).await;
            }
            ["search", server, address, tasks, operations] => {
                let name = format!("pool-{server}-{tasks}");
                search(PEER, &name, &start(options(address)).await, number(tasks), number(operations)).await;
            }
            ["observed", server, address, tasks, operations] => {
                let pool = start(options(address).observer(Recorder::new())).await;
                let name = format!("pool-{server}-{tasks}");
                search("ldapwire, observed", &name, &pool, number(tasks), number(operations)).await;
            }
            ["utilisation", server, address, tasks, operations] => {
                let pool = start(options(address)).await;
                utilisation(server, &pool, number(tasks), number(operations)).await;
            }
            ["check", address, checks] => check(address, number(checks)).await,
            _ => panic!(
                "acquire|hand-over ADDRESS TASKS OPERATIONS, search|observed|utilisation SERVER ADDRESS TASKS OPERATIONS, \
                 check ADDRESS CHECKS"
            ),
        }
    });
}

fn number(word: &str) -> u64 {
    word.parse().expect("a number")
}

fn options(address: &str) -> PoolOptions {
    let options = PoolOptions::new(format!("ldap://{address}")).connects_per_second(1000);
    options.connections(CONNECTIONS, CONNECTIONS)
}

async fn start(options: PoolOptions) -> Pool {
    let pool = options.start().await.expect("a pool");
    while pool.status().connecting > 0 {
        tokio::task::yield_now().await;
    }
    pool
}

/// Takes room on a connection and gives it back.
async fn acquire(pool: &Pool, tasks: u64, operations: u64) {
    measure(&format!("acquire-{tasks}"), tasks, operations, || {
        let pool = pool.clone();
        async move {
            let mut latencies = Vec::new();
            for _ in 0..operations / tasks {
                let start = Instant::now();
                let lease = pool.acquire_shared().await.expect("a connection");
                latencies.push(nanoseconds(start));
                // Others have their turn while it is held.
                tokio::task::yield_now().await;
                drop(lease);
            }
            latencies
        }
    })
    .await;
}

/// Has whole connections go from task to task, and measures from when one is given back to when the next task has it:
/// an acquire without the time in which there was nothing to be had.
async fn hand_over(pool: &Pool, tasks: u64, operations: u64) {
    // When each was given back that is on its way; they are handed over in the order of waiting.
    let given_back = Arc::new(Mutex::new(VecDeque::new()));
    measure(&format!("hand-over-{tasks}"), tasks, operations, || {
        let (pool, given_back) = (pool.clone(), Arc::clone(&given_back));
        async move {
            let mut latencies = Vec::new();
            for _ in 0..operations / tasks {
                let lease = pool.acquire_exclusive().await.expect("a connection");
                // The first ones were free.
                latencies.extend(given_back.lock().expect("no panic").pop_front().map(nanoseconds));
                tokio::task::yield_now().await;
                given_back.lock().expect("no panic").push_back(Instant::now());
                drop(lease);
            }
            latencies
        }
    })
    .await;
}

/// Runs so many tasks, each of which returns how long it waited, and prints the line of their workload.
async fn measure<F>(workload: &str, tasks: u64, operations: u64, task: impl Fn() -> F)
where
    F: Future<Output = Vec<u32>> + Send + 'static,
{
    let stopwatch = Stopwatch::start();
    let mut latencies = Vec::new();
    for waited in all(tasks, task).await {
        latencies.extend(waited);
    }
    stopwatch.finish(PEER, workload, operations, &Visit::default(), latencies);
}

/// Runs so many tasks at once, and returns what each returned.
async fn all<F>(tasks: u64, task: impl Fn() -> F) -> Vec<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let running: Vec<_> = (0..tasks).map(|_| tokio::spawn(task())).collect();
    let mut returned = Vec::with_capacity(running.len());
    for task in running {
        returned.push(task.await.expect("a task"));
    }
    returned
}

/// Reads one entry again and again, by so many tasks.
async fn search(peer: &str, workload: &str, pool: &Pool, tasks: u64, operations: u64) {
    let stopwatch = Stopwatch::start();
    let visited = search_all(pool, tasks, operations).await;
    stopwatch.finish(peer, workload, operations / tasks * tasks, &visited, Vec::new());
}

async fn search_all(pool: &Pool, tasks: u64, operations: u64) -> Visit {
    let seen = all(tasks, || {
        let pool = pool.clone();
        async move {
            let mut visited = Visit::default();
            for _ in 0..operations / tasks {
                let entry = pool.read(PERSON).await.expect("an entry");
                visit(entry.dn(), entry.attributes(), &mut visited);
            }
            visited
        }
    });
    let mut visited = Visit::default();
    seen.await.iter().for_each(|seen| visited.add(seen));
    visited
}

/// As [`search`], while a thread looks each 100 microseconds whether all room is taken as long as somebody waits.
async fn utilisation(server: &str, pool: &Pool, tasks: u64, operations: u64) {
    let is_over = Arc::new(AtomicBool::new(false));
    let looking = thread::spawn({
        let (pool, is_over) = (pool.clone(), Arc::clone(&is_over));
        move || {
            let (mut looks, mut full) = (0_u64, 0_u64);
            while !is_over.load(Ordering::Relaxed) {
                let status = pool.status();
                if status.waiting > 0 {
                    looks += 1;
                    full += u64::from(status.leases >= CONNECTIONS * IN_FLIGHT);
                }
                thread::sleep(Duration::from_micros(100));
            }
            (looks, full)
        }
    });
    let workload = format!("utilisation-{server}-{tasks}");
    let mut stopwatch = Stopwatch::start();
    let visited = search_all(pool, tasks, operations).await;
    is_over.store(true, Ordering::Relaxed);
    let (looks, full) = looking.join().expect("the thread that looks");
    stopwatch.share(full as f64 / looks.max(1) as f64);
    stopwatch.finish(PEER, &workload, operations / tasks * tasks, &visited, Vec::new());
}

/// Lets a pool of 50 connections check them again and again, with nothing else to do.
async fn check(address: &str, checks: u64) {
    let recorder = Recorder::new();
    let options = options(address).connections(50, 50).health_check_interval(Duration::from_millis(100));
    let _pool = start(options.observer(recorder.clone())).await;
    let done = || recorder.snapshot().operation(OpKind::SearchRequest).map_or(0, |counts| counts.count);
    let before = done();
    let stopwatch = Stopwatch::start();
    while done() - before < checks {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    stopwatch.finish(PEER, "check-50", done() - before, &Visit::default(), Vec::new());
}

fn visit(dn: &str, attributes: Attributes<'_>, visited: &mut Visit) {
    visited.entry(dn.as_bytes());
    for attribute in attributes {
        visited.attribute(attribute.description_octets());
        attribute.values().for_each(|value| visited.value(value));
    }
}
