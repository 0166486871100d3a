//! What the pool does by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::execute::Executor;
use crate::pool::{Credentials, HealthCheck};

#[tokio::test(start_paused = true)]
async fn the_minimum_is_made_in_parallel_and_checked_once_a_minute() {
    let peer = Peer::new("a");
    let pool = PoolOptions::new(peer.servers()).start().await.unwrap();
    settle().await;
    assert_eq!(pool.status().idle, 5);
    tokio::time::sleep(seconds(601)).await;
    assert_eq!((peer.seen().connects, peer.seen().checks), (5, 50));
}

#[tokio::test(start_paused = true)]
async fn each_kind_of_check_tells_a_server_that_works_from_one_that_does_not() {
    for check in [HealthCheck::RootDse, HealthCheck::Entry("cn=probe".into()), HealthCheck::WhoAmI] {
        let peer = Peer::new("a");
        peer.tell(|told| told.entries = 1);
        let pool = pool_over(&peer, |options| options.connections(1, 1).health_check(check.clone())).await;
        tokio::time::sleep(seconds(100)).await;
        assert_eq!(peer.seen().connects, 1, "{check:?}");
        peer.tell(|told| told.code = Some((1, crate::model::ResultCode::UNAVAILABLE)));
        tokio::time::sleep(seconds(100)).await;
        assert_eq!((peer.seen().connects, pool.status().idle), (2, 1), "{check:?}");
    }
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options.connections(1, 1).health_check(HealthCheck::None)).await;
    tokio::time::sleep(seconds(1000)).await;
    assert_eq!((peer.seen().checks, pool.status().idle), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_has_to_be_there_is_missed() {
    let peer = Peer::new("a");
    let check = HealthCheck::Entry("cn=probe".into());
    let _pool = pool_over(&peer, |options| options.connections(1, 1).health_check(check)).await;
    peer.tell(|told| told.entries = 0);
    tokio::time::sleep(seconds(61)).await;
    assert!(peer.seen().connects > 1);
}

#[tokio::test(start_paused = true)]
async fn new_credentials_are_asked_for_and_no_operation_is_disturbed() {
    let peer = Peer::new("a");
    let asked = Arc::new(AtomicUsize::new(0));
    let provider = {
        let asked = Arc::clone(&asked);
        move || {
            let number = asked.fetch_add(1, Ordering::Relaxed);
            async move { Ok(Credentials::simple(format!("cn={number}"), "secret")) }
        }
    };
    let pool = pool_over(&peer, |options| options.connections(1, 2).credentials_from(provider)).await;
    let call = tokio::spawn({
        let pool = pool.clone();
        async move { pool.delete(delete("cn=hold")).await }
    });
    settle().await;
    pool.renew();
    pool.delete(delete("cn=x")).await.unwrap();
    assert_eq!(peer.seen().binds, ["cn=0", "cn=1"]);
    peer.tell(|told| told.answers_held = true);
    call.await.unwrap().unwrap();
    settle().await;
    assert_eq!((peer.seen().open, peer.seen().unbinds, asked.load(Ordering::Relaxed)), (1, 1, 2));
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_panics_costs_its_attempt_only() {
    let peer = Peer::new("a");
    let asked = Arc::new(AtomicUsize::new(0));
    let provider = move || {
        let number = asked.fetch_add(1, Ordering::Relaxed);
        async move {
            if number == 0 {
                std::panic::resume_unwind(Box::new("a provider's mistake"));
            }
            Ok(Credentials::Anonymous)
        }
    };
    let options = PoolOptions::new(peer.servers()).connections(0, 1).credentials_from(provider);
    let pool = options.start_in_background();
    pool.delete(delete("cn=x")).await.unwrap();
    assert_eq!(peer.seen().connects, 2);
}
