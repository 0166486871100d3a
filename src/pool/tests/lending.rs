//! Who gets a connection, and what it is good for.

use super::*;
use crate::error::{ErrorKind, LeaseLimit, Phase, Shortage};
use crate::execute::{Executor, RequestExt};
use crate::pool::{Credentials, Servers};
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn operations_share_one_connection_and_streams_have_their_own() {
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options).await;
    let held: Vec<_> = (0..10)
        .map(|_| {
            let pool = pool.clone();
            tokio::spawn(async move { pool.delete(delete("cn=hold")).await })
        })
        .collect();
    settle().await;
    assert_eq!((peer.seen().open, peer.seen().most_held), (1, 10));

    let mut stream = pool.search(search()).await.unwrap();
    assert_eq!(peer.seen().open, 2);
    while stream.next_entry().await.unwrap().is_some() {}
    peer.tell(|told| told.answers_held = true);
    for call in held {
        call.await.unwrap().unwrap();
    }
    let status = pool.status();
    assert_eq!((status.leased, status.idle, status.leases), (0, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn the_error_says_which_limit_ended_the_wait_and_why_there_was_none() {
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options.connections(0, 1).acquire_timeout(seconds(5))).await;
    let _lease = pool.acquire_exclusive().await.unwrap();
    for (time, limit, after) in [(2, LeaseLimit::OperationTimeout, 2), (20, LeaseLimit::AcquireTimeout, 5)] {
        let start = Instant::now();
        let error = pool.delete(delete("cn=x").with_timeout(seconds(time))).await.unwrap_err();
        assert_eq!(start.elapsed(), seconds(after));
        let ErrorKind::NoLease(reason) = error.kind() else { panic!("{error}") };
        assert_eq!((reason.limit, reason.after), (limit, seconds(after)));
        assert_eq!(reason.why, Shortage::AllInUse { connections: 1 });
        assert_eq!(error.phase(), Phase::NotSent);
    }
    assert!(peer.seen().deletes.is_empty());
    assert_eq!(pool.status().waiting, 0);
}

#[tokio::test(start_paused = true)]
async fn a_start_fails_when_no_server_lets_anybody_in() {
    let (down, refusing) = (Peer::new("down"), Peer::new("refusing"));
    down.tell(|told| told.is_down = true);
    refusing.tell(|told| told.refuses_binds = true);
    let servers = Servers::round_robin([down.servers(), refusing.servers()]);
    let options = PoolOptions::new(servers).credentials(Credentials::simple("cn=me", "secret"));
    let start = Instant::now();
    let error = options.clone().start().await.unwrap_err();
    let ErrorKind::NoLease(reason) = error.kind() else { panic!("{error}") };
    assert_eq!((reason.why, reason.limit), (Shortage::ServersDown, LeaseLimit::AtOnce));
    assert!(reason.cause.is_some());
    assert!(start.elapsed() < seconds(1));

    // In the background it goes on until one does.
    let pool = options.start_in_background();
    let call = tokio::spawn({
        let pool = pool.clone();
        async move { pool.delete(delete("cn=x")).await }
    });
    tokio::time::sleep(seconds(3)).await;
    refusing.tell(|told| told.refuses_binds = false);
    call.await.unwrap().unwrap();
    let status = pool.status();
    assert!(status.servers[0].failures > 0 && status.servers[1].failures == 0, "{status:?}");
}

#[tokio::test(start_paused = true)]
async fn stopping_lets_operations_end_and_says_goodbye() {
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options.connections(2, 2)).await;
    settle().await;
    let call = tokio::spawn({
        let pool = pool.clone();
        async move { pool.delete(delete("cn=hold")).await }
    });
    settle().await;
    let stop = tokio::spawn({
        let pool = pool.clone();
        async move { pool.stop().await }
    });
    settle().await;
    let error = pool.delete(delete("cn=late")).await.unwrap_err();
    let ErrorKind::NoLease(reason) = error.kind() else { panic!("{error}") };
    assert_eq!((reason.why, error.may_retry()), (Shortage::Stopping, false));
    peer.tell(|told| told.answers_held = true);
    call.await.unwrap().unwrap();
    stop.await.unwrap();
    settle().await;
    let seen = peer.seen();
    assert_eq!((seen.open, seen.unbinds, seen.deletes.len()), (0, 2, 1));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_over_in_time_is_cut_off_by_a_stop() {
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options).await;
    let call = tokio::spawn({
        let pool = pool.clone();
        async move { pool.delete(delete("cn=hold").with_timeout(seconds(100))).await }
    });
    settle().await;
    let start = Instant::now();
    pool.stop_within(seconds(3)).await;
    assert!(start.elapsed() >= seconds(3) && start.elapsed() < seconds(9));
    assert_eq!(call.await.unwrap().unwrap_err().phase(), Phase::Unknown);
    settle().await;
    assert_eq!((peer.seen().open, peer.seen().unbinds), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_pool_that_nobody_holds_ends() {
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options.connections(3, 3)).await;
    settle().await;
    assert_eq!(peer.seen().open, 3);
    drop(pool);
    settle().await;
    assert_eq!((peer.seen().open, peer.seen().unbinds), (0, 3));
}
