//! What a pool tells those who observe it.

use std::sync::{Arc, Mutex};

use super::*;
use crate::error::Shortage;
use crate::execute::Executor;
use crate::observe::{Observer, Wait};

/// Keeps the waits that it is told of, and asks the pool while it is told.
#[derive(Clone, Default)]
struct Waits(Arc<Mutex<(Vec<Wait>, Option<Pool>)>>);

impl Observer for Waits {
    fn waited(&self, wait: &Wait) {
        let pool = self.0.lock().unwrap().1.clone();
        let _ = pool.map(|pool| pool.status());
        self.0.lock().unwrap().0.push(*wait);
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_is_told_with_its_reason_and_one_that_was_none_is_not() {
    let peer = Peer::new("a");
    let waits = Waits::default();
    let told = || std::mem::take(&mut waits.0.lock().unwrap().0);
    let set = |options: PoolOptions| options.connections(0, 1).acquire_timeout(seconds(5));
    let pool = pool_over(&peer, |options| set(options.observer(waits.clone()))).await;
    waits.0.lock().unwrap().1 = Some(pool.clone());
    let [first] = told()[..] else { panic!("the start waits for its connection") };
    assert!(first.is_served && matches!(first.why, Shortage::Connecting { .. }), "{first:?}");

    let lease = pool.acquire_exclusive().await.unwrap();
    assert!(told().is_empty(), "one was free");
    assert_eq!(pool.status().shortage, None, "nobody waits");
    let waiting = tokio::spawn({
        let pool = pool.clone();
        async move { pool.delete(delete("cn=x")).await }
    });
    settle().await;
    assert_eq!(pool.status().shortage, Some(Shortage::AllInUse { connections: 1 }));
    tokio::time::sleep(seconds(2)).await;
    drop(lease);
    waiting.await.unwrap().unwrap();
    let [wait] = told()[..] else { panic!("one waited") };
    assert_eq!(
        (wait.why, wait.took, wait.is_served),
        (Shortage::AllInUse { connections: 1 }, seconds(2), true)
    );

    let _lease = pool.acquire_exclusive().await.unwrap();
    pool.acquire_shared().await.unwrap_err();
    let cancelled = tokio::time::timeout(seconds(1), pool.acquire_shared()).await;
    assert!(cancelled.is_err());
    let ended: Vec<_> = told().iter().map(|wait| (wait.took, wait.is_served)).collect();
    assert_eq!(ended, [(seconds(5), false), (seconds(1), false)], "one in vain, one given up");
    waits.0.lock().unwrap().1 = None;
}
