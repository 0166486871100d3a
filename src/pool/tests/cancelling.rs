//! Futures that are dropped, at every point where they wait.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::*;
use crate::execute::Executor;

/// Polls a future so many times, lets the world go on in between, and drops it. Returns whether it was over.
async fn poll_and_drop<F: Future>(future: F, polls: usize) -> bool {
    let mut future = Box::pin(future);
    for _ in 0..polls {
        let mut cx = Context::from_waker(Waker::noop());
        if future.as_mut().poll(&mut cx).is_ready() {
            return true;
        }
        settle().await;
    }
    false
}

async fn is_whole(pool: &Pool, peer: &Peer, note: &str) {
    settle().await;
    let status = pool.status();
    assert_eq!((status.leases, status.leased, status.waiting), (0, 0, 0), "{note}: {status:?}");
    assert_eq!(peer.seen().open, status.idle, "{note}");
    pool.delete(delete("cn=x")).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_operation_may_be_dropped_wherever_it_waits() {
    for polls in 0..6 {
        // No connection at first, so that it waits for one; then for its answer.
        let peer = Peer::new("a");
        let pool = PoolOptions::new(peer.servers()).connections(0, 1).start_in_background();
        let is_over = poll_and_drop(pool.delete(delete("cn=hold")), polls).await;
        assert!(!is_over);
        peer.tell(|told| told.answers_held = true);
        is_whole(&pool, &peer, &format!("after {polls} polls")).await;
        assert_eq!(peer.seen().connects, 1, "a connect that was begun is not wasted");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_may_be_dropped_wherever_it_waits() {
    for polls in 0..8 {
        let peer = Peer::new("a");
        let pool = PoolOptions::new(peer.servers()).connections(0, 1).start_in_background();
        let reading = async {
            let mut stream = pool.search(search()).await.unwrap();
            while stream.next_entry().await.unwrap().is_some() {
                tokio::task::yield_now().await;
            }
        };
        poll_and_drop(reading, polls).await;
        is_whole(&pool, &peer, &format!("after {polls} polls")).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_was_handed_over_and_not_taken_goes_back() {
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options.connections(1, 1)).await;
    let lease = pool.acquire_exclusive().await.unwrap();
    let mut waiters: Vec<_> = (0..1000).map(|_| Box::pin(pool.acquire_exclusive())).collect();
    let mut cx = Context::from_waker(Waker::noop());
    for waiter in &mut waiters {
        assert!(Pin::new(waiter).poll(&mut cx).is_pending());
    }
    // The first has it from here on, and does not know yet.
    drop(lease);
    assert_eq!((pool.status().leases, pool.status().waiting), (1, 999));
    let last = waiters.pop().unwrap();
    drop(waiters);
    assert_eq!((pool.status().leases, pool.status().waiting), (1, 0));
    drop(last.await.unwrap());
    is_whole(&pool, &peer, "").await;
}

#[tokio::test(start_paused = true)]
async fn storms_of_operations_that_are_given_up_leave_nothing_behind() {
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options.connections(2, 16).in_flight(4)).await;
    for round in 0..20_u64 {
        let calls: Vec<_> = (0..200_u64)
            .map(|number| {
                let pool = pool.clone();
                tokio::spawn(async move {
                    let time = Duration::from_millis((number * 7 + round) % 40);
                    let dn = if number % 3 == 0 { "cn=hold" } else { "cn=x" };
                    let work = async {
                        if number % 5 == 0 {
                            let _ = pool.search(search()).await?.collect().await?;
                        } else {
                            pool.delete(delete(dn)).await?;
                        }
                        Ok::<_, crate::Error>(())
                    };
                    let _ = tokio::time::timeout(time, work).await;
                })
            })
            .collect();
        for call in calls {
            call.await.unwrap();
        }
        let status = pool.status();
        assert!(status.idle + status.leased + status.connecting <= 16, "{status:?}");
    }
    assert!(peer.seen().most_open <= 16);
    is_whole(&pool, &peer, "after the storm").await;
}

#[tokio::test(start_paused = true)]
async fn a_task_that_panics_gives_its_lease_back() {
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options.connections(1, 1)).await;
    let task = tokio::spawn({
        let pool = pool.clone();
        async move {
            let _lease = pool.acquire_exclusive().await.unwrap();
            std::panic::resume_unwind(Box::new("a caller's mistake"));
        }
    });
    assert!(task.await.is_err());
    is_whole(&pool, &peer, "after the panic").await;
}

/// What the future needs to wake nobody.
#[tokio::test(start_paused = true)]
async fn a_start_may_be_dropped() {
    let peer = Peer::new("a");
    peer.tell(|told| told.is_black_hole = true);
    let options = PoolOptions::new(peer.servers());
    assert!(matches!(
        Box::pin(options.start()).as_mut().poll(&mut Context::from_waker(Waker::noop())),
        Poll::Pending
    ));
    settle().await;
    assert_eq!(peer.seen().open, 0);
}
