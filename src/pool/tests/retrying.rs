//! What is sent once more, and what is not.

use super::*;
use crate::error::{ErrorKind, Phase};
use crate::execute::Executor;
use crate::model::ResultCode;
use crate::pool::{Retry, Servers};
use crate::proto::OpKind;
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn a_write_that_may_have_been_applied_is_not_sent_again() {
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options).await;
    let error = pool.delete(delete("cn=cut")).await.unwrap_err();
    assert_eq!(error.phase(), Phase::Unknown);
    assert_eq!(peer.seen().deletes, ["cn=cut"]);
    pool.delete(delete("cn=x")).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_read_that_brought_nothing_is_sent_once_more_and_no_more() {
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options).await;
    let base = |dn: &str| SearchRequest::new(dn, Scope::WholeSubtree, crate::filter!("(cn=*)"));
    let error = pool.search_all(base("cn=cut")).await.unwrap_err();
    assert_eq!((peer.seen().searches, error.delivered()), (2, 0));
    let mut stream = pool.search(base("cn=cut")).await.unwrap();
    assert!(stream.next_entry().await.is_err());
    assert_eq!(peer.seen().searches, 4);

    // What a caller gets as a whole is begun again even when something had come.
    let error = pool.search_all(base("cn=cut after one")).await.unwrap_err();
    assert_eq!((peer.seen().searches, error.delivered()), (6, 1));
    assert!(pool.read("cn=cut after one").await.is_err());
    assert_eq!(peer.seen().searches, 8);

    // One entry came: it is not begun again behind the caller's back.
    let mut stream = pool.search(base("cn=cut after one")).await.unwrap();
    assert!(stream.next_entry().await.unwrap().is_some());
    assert_eq!(stream.next_entry().await.unwrap_err().delivered(), 1);
    assert_eq!(peer.seen().searches, 9);
    assert_eq!(pool.status().leases, 0);
}

#[tokio::test(start_paused = true)]
async fn a_read_goes_elsewhere_when_its_server_is_gone() {
    let (one, two) = (Peer::new("one"), Peer::new("two"));
    let servers = Servers::failover([one.servers(), two.servers()]);
    let pool = PoolOptions::new(servers).connections(1, 4).start().await.unwrap();
    one.tell(|told| told.is_down = true);
    one.cut();
    assert!(pool.compare(compare("cn=x")).await.unwrap());
    assert_eq!(pool.search_all(search()).await.unwrap().entries.len(), 3);
    assert_eq!((one.seen().searches, two.seen().searches), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_busy_server_is_asked_again_within_the_same_time() {
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options).await;
    let start = Instant::now();
    peer.tell(|told| told.code = Some((3, ResultCode::BUSY)));
    pool.delete(delete("cn=x")).await.unwrap();
    assert_eq!(peer.seen().deletes.len(), 4);
    assert!(start.elapsed() >= Duration::from_millis(350));

    peer.tell(|told| told.code = Some((4, ResultCode::BUSY)));
    let error = pool.delete(delete("cn=y")).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::BUSY));

    peer.tell(|told| told.code = Some((2, ResultCode::BUSY)));
    assert_eq!(pool.search_all(search()).await.unwrap().entries.len(), 3);
    assert_eq!(peer.seen().searches, 3);
}

#[tokio::test(start_paused = true)]
async fn an_unavailable_server_is_left_for_another_connection_and_asked() {
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options.connections(2, 2)).await;
    settle().await;
    peer.tell(|told| told.code = Some((1, ResultCode::UNAVAILABLE)));
    assert!(pool.compare(compare("cn=x")).await.unwrap());
    settle().await;
    assert_eq!(peer.seen().checks, 1);

    peer.tell(|told| told.code = Some((1, ResultCode::UNAVAILABLE)));
    let error = pool.delete(delete("cn=x")).await.unwrap_err();
    assert_eq!((error.code(), peer.seen().deletes.len()), (Some(ResultCode::UNAVAILABLE), 1));
}

#[tokio::test(start_paused = true)]
async fn second_attempts_can_be_switched_off_for_a_kind() {
    let peer = Peer::new("a");
    let retry = Retry::default().without(OpKind::SearchRequest).busy(0);
    let pool = pool_over(&peer, |options| options.retry(retry)).await;
    let base = SearchRequest::new("cn=cut", Scope::WholeSubtree, crate::filter!("(cn=*)"));
    let error = pool.search_all(base).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Closed(_)), "{error}");
    assert_eq!(peer.seen().searches, 1);
    peer.tell(|told| told.code = Some((1, ResultCode::BUSY)));
    assert!(pool.delete(delete("cn=x")).await.is_err());
}
