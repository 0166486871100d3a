//! What an operation costs that waits for a connection of a pool, and what days of faults leave of one.

use std::time::Duration;

#[cfg(feature = "snapshot")]
use ldapwire::observe::Recorder;
use ldapwire::pool::{HealthCheck, Servers};
use ldapwire::proto::CompareRequest;
#[cfg(feature = "snapshot")]
use ldapwire::proto::{OpKind, SearchRequest};
use ldapwire::transport::Stream;
use ldapwire::{ConnectOptions, Executor as _, Pool, PoolOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::yield_now;
use tokio::time::sleep;

use crate::counting::counted;

#[test]
fn an_operation_that_waits_takes_less_than_four_kibibytes() {
    // However long all this takes, no timer runs out.
    let runtime = paused();
    // Its servers never answer: they are kept, so that no connection is closed.
    let servers = Servers::over(ConnectOptions::new("ldap://silent.example.org"), || async {
        let (near, far) = Stream::memory_pair(4096);
        std::mem::forget(far);
        Ok(near)
    });
    let pool = runtime.block_on(PoolOptions::new(servers).connections(1, 1).in_flight(1).start()).unwrap();
    // All room is taken, for ever.
    runtime.block_on(async { std::mem::forget(pool.acquire_exclusive().await.unwrap()) });
    let wait = |all: usize, more: usize| {
        let reads: Vec<_> = (0..more)
            .map(|_| {
                let pool = pool.clone();
                // The task with its future counts, too.
                runtime.spawn(async move { pool.read("cn=x").await.is_ok() })
            })
            .collect();
        runtime.block_on(async {
            while pool.status().waiting < all {
                yield_now().await;
            }
        });
        reads
    };
    // What is made once is made.
    let first = wait(1, 1);
    let (reads, counts) = counted(|| wait(10_001, 10_000));
    let each = counts.live / 10_000;
    assert!(each < 4096, "{each} octets");
    drop((first, reads));
}

/// With `tracing` built in and nobody who listens to it.
#[cfg(feature = "snapshot")]
#[test]
fn an_operation_that_is_observed_allocates_no_more_than_one_that_is_not() {
    let counts = |observer: Option<Recorder>| {
        let runtime = paused();
        let servers = Servers::over(ConnectOptions::new("ldap://a.example.org"), || async {
            let (near, far) = Stream::memory_pair(4096);
            tokio::spawn(answer(far));
            Ok(near)
        });
        let mut options = PoolOptions::new(servers).connections(1, 1);
        if let Some(observer) = observer {
            options = options.observer(observer);
        }
        let pool = runtime.block_on(options.start()).unwrap();
        let operations = || {
            runtime.block_on(async {
                for _ in 0..100 {
                    assert!(pool.compare(CompareRequest::new("cn=x", "cn", "x")).await.unwrap());
                    assert!(pool.search_all(SearchRequest::entry("cn=x")).await.unwrap().entries.is_empty());
                }
            });
        };
        // What is made once is made.
        operations();
        counted(operations).1.allocations
    };
    let recorder = Recorder::new();
    let (unseen, seen) = (counts(None), counts(Some(recorder.clone())));
    assert!(seen <= unseen, "{seen} and {unseen} for 200 operations");
    let counted = recorder.snapshot();
    for kind in [OpKind::CompareRequest, OpKind::SearchRequest] {
        assert_eq!(counted.operation(kind).unwrap().count, 200);
    }
}

///
#[test]
fn three_days_of_restarts_leave_the_heap_as_it_was() {
    let runtime = paused();
    let restarts = watch::Sender::new(());
    let restarted = restarts.clone();
    let servers = Servers::over(ConnectOptions::new("ldap://a.example.org"), move || {
        let mut restarted = restarted.subscribe();
        async move {
            let (near, far) = Stream::memory_pair(4096);
            tokio::spawn(async move {
                tokio::select! {
                    _ = restarted.changed() => {}
                    () = answer(far) => {}
                }
            });
            Ok(near)
        }
    });
    let options = PoolOptions::new(servers).connections(4, 16).health_check(HealthCheck::WhoAmI);
    let pool = runtime.block_on(options.start()).unwrap();
    let hour = || {
        let ((), counts) = counted(|| {
            restarts.send_replace(());
            runtime.block_on(async {
                // What was cut is noticed.
                sleep(Duration::from_secs(1)).await;
                for _ in 0..6 {
                    compare_many(&pool).await;
                    sleep(Duration::from_secs(600)).await;
                }
            });
        });
        counts.live
    };
    hour();
    let grown: isize = (1..72).map(|_| hour()).sum();
    assert!(grown <= 64 * 1024, "{grown} octets");
}

/// Time passes when nothing else can go on.
fn paused() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

/// Has more operations under way than one connection takes.
async fn compare_many(pool: &Pool) {
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let pool = pool.clone();
            tokio::spawn(async move { pool.compare(CompareRequest::new("cn=x", "cn", "x")).await.unwrap() })
        })
        .collect();
    for call in calls {
        assert!(call.await.unwrap());
    }
}

/// A server that says yes to everything, to requests of less than 128 octets.
async fn answer(mut stream: Stream) {
    loop {
        let mut head = [0; 2];
        if stream.read_exact(&mut head).await.is_err() {
            return;
        }
        let mut request = vec![0; usize::from(head[1])];
        stream.read_exact(&mut request).await.unwrap();
        let (id, operation) = request.split_at(2 + usize::from(request[1]));
        let (response, code) = match operation[0] {
            0x6e => (0x6f, 6),
            0x63 => (0x65, 0),
            0x77 => (0x78, 0),
            _ => return,
        };
        let result = [response, 7, 0x0a, 1, code, 4, 0, 4, 0];
        let length = u8::try_from(id.len() + result.len()).unwrap();
        if stream.write_all(&[&[0x30, length], id, &result].concat()).await.is_err() {
            return;
        }
    }
}
