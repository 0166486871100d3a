//! Servers that go, hang, and come back.

use super::*;
use crate::error::{Closed, ErrorKind, Phase};
use crate::execute::{Executor, RequestExt};
use crate::pool::{Credentials, Servers};
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn a_pool_of_one_is_a_client_that_reconnects() {
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options.connections(1, 1)).await;
    for round in 1..10 {
        pool.delete(delete("cn=x")).await.unwrap();
        peer.cut();
        // It was cut without a word; whoever comes next notices nothing of it.
        assert_eq!(pool.search_all(search()).await.unwrap().entries.len(), 3);
        assert_eq!(peer.seen().connects, round + 1);
        tokio::time::sleep(seconds(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_in_time_whatever_the_network_does() {
    for (is_down, is_black_hole) in [(true, false), (false, true)] {
        let peer = Peer::new("a");
        peer.tell(|told| (told.is_down, told.is_black_hole) = (is_down, is_black_hole));
        let pool = PoolOptions::new(peer.servers()).acquire_timeout(seconds(7)).start_in_background();
        let start = Instant::now();
        let error = pool.acquire_shared().await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NoLease(_)), "{error}");
        assert!(start.elapsed() - seconds(7) <= Duration::from_millis(100), "{:?}", start.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_takes_connections_and_says_nothing_counts_as_down() {
    let peer = Peer::new("a");
    peer.tell(|told| told.is_silent = true);
    let options = PoolOptions::new(peer.servers()).credentials(Credentials::simple("cn=reader", "secret"));
    let pool = options.acquire_timeout(seconds(50)).start_in_background();
    let start = Instant::now();
    let error = pool.acquire_shared().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NoLease(_)), "{error}");
    assert!(start.elapsed() - seconds(50) <= Duration::from_millis(100), "{:?}", start.elapsed());
    assert!(pool.status().servers[0].failures > 0);
    peer.tell(|told| told.is_silent = false);
    pool.delete(delete("cn=x")).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_the_server_gives_notice_of_is_replaced() {
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options.connections(1, 1)).await;
    let error = pool.delete(delete("cn=notice")).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Closed(_)), "{error}");
    pool.delete(delete("cn=x")).await.unwrap();
    assert_eq!((peer.seen().connects, peer.seen().deletes.len()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_wait_for_a_server_and_are_served_within_two_seconds_of_its_return() {
    let peer = Peer::new("a");
    peer.tell(|told| told.is_down = true);
    let options = PoolOptions::new(peer.servers()).connections(0, 16).acquire_timeout(seconds(300));
    let pool = options.operation_timeout(seconds(300)).start_in_background();
    let calls: Vec<_> = (0..10_000)
        .map(|_| {
            let pool = pool.clone();
            tokio::spawn(async move { pool.compare(compare("cn=x")).await })
        })
        .collect();
    tokio::time::sleep(seconds(20)).await;
    assert_eq!(pool.status().waiting, 10_000);
    let before = peer.seen().connects;
    assert!(before <= 40, "{before} connects in 20 seconds");
    peer.tell(|told| told.is_down = false);
    let back = Instant::now();
    for call in calls {
        assert!(call.await.unwrap().unwrap());
    }
    assert!(back.elapsed() <= seconds(2), "{:?}", back.elapsed());
    assert!(peer.seen().connects - before <= 20);
}

#[tokio::test(start_paused = true)]
async fn what_waits_on_a_dead_connection_fails_when_the_check_does() {
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options.connections(1, 1)).await;
    peer.tell(|told| told.is_silent = true);
    let start = Instant::now();
    let error = pool.delete(delete("cn=x").with_timeout(seconds(1000))).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Closed(Closed::Unresponsive(_))), "{error}");
    assert_eq!((error.phase(), start.elapsed()), (Phase::Unknown, seconds(20)));
    assert_eq!(pool.status().leases, 0);
}

#[tokio::test(start_paused = true)]
async fn a_read_on_a_dead_connection_has_time_left_for_another() {
    let (one, two) = (Peer::new("one"), Peer::new("two"));
    let servers = Servers::failover([one.servers(), two.servers()]);
    let pool = PoolOptions::new(servers).connections(1, 4).start().await.unwrap();
    one.tell(|told| (told.is_silent, told.is_black_hole) = (true, true));
    let start = Instant::now();
    assert!(pool.compare(compare("cn=x")).await.unwrap());
    assert!(start.elapsed() <= seconds(22), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_connection_over_which_something_comes_is_alive_though_the_check_is_not_answered() {
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options.connections(1, 1)).await;
    peer.tell(|told| told.works_in_turn = true);
    let start = Instant::now();
    let slow = || pool.delete(delete("cn=hold").with_timeout(seconds(1000)));
    let (one, two) = tokio::join!(slow(), slow());
    one.unwrap();
    two.unwrap();
    assert_eq!((start.elapsed(), peer.seen().checks, peer.seen().connects), (seconds(35), 2, 1));
}

#[tokio::test(start_paused = true)]
async fn operations_are_waited_for_from_when_they_begin() {
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options.connections(1, 1)).await;
    for _ in 0..5 {
        tokio::time::sleep(seconds(50)).await;
        pool.delete(delete("cn=x")).await.unwrap();
    }
    assert_eq!(peer.seen().checks, 0);
    let held = pool.delete(delete("cn=hold").with_timeout(seconds(50)));
    held.await.unwrap_err();
    assert_eq!(peer.seen().checks, 3);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_hangs_is_left_to_those_who_wait_there() {
    let (one, two) = (Peer::new("one"), Peer::new("two"));
    one.tell(|told| told.is_black_hole = true);
    let servers = Servers::round_robin([one.servers(), two.servers()]);
    let start = Instant::now();
    let pool = PoolOptions::new(servers).connections(0, 8).start().await.unwrap();
    assert!(start.elapsed() <= Duration::from_millis(1100), "{:?}", start.elapsed());
    for _ in 0..20 {
        pool.delete(delete("cn=x")).await.unwrap();
    }
    assert_eq!(two.seen().deletes.len(), 20);
}

#[tokio::test(start_paused = true)]
async fn three_days_of_restarts_leave_nothing_behind() {
    let peers = [Peer::new("a"), Peer::new("b"), Peer::new("c")];
    let servers = Servers::least_outstanding(peers.iter().map(Peer::servers));
    let pool = PoolOptions::new(servers).connections(4, 16).start().await.unwrap();
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    tokio::time::sleep(seconds(60)).await;
    let before = tasks();
    for hour in 0..72 {
        let peer = &peers[hour % 3];
        peer.tell(|told| told.is_down = true);
        peer.cut();
        for _ in 0..10 {
            assert!(pool.compare(compare("cn=x")).await.unwrap());
            assert_eq!(pool.search(search()).await.unwrap().collect().await.unwrap().entries.len(), 3);
            tokio::time::sleep(seconds(30)).await;
        }
        peer.tell(|told| told.is_down = false);
        tokio::time::sleep(seconds(3300)).await;
    }
    settle().await;
    let status = pool.status();
    assert_eq!((status.idle, status.leases, status.waiting, status.connecting), (4, 0, 0, 0));
    let open: usize = peers.iter().map(|peer| peer.seen().open).sum();
    assert_eq!(open, 4);
    assert!(tasks() <= before + 4, "{} tasks, {before} before", tasks());
    pool.stop().await;
    settle().await;
    assert_eq!(tasks(), 0);
}
