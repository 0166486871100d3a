//! What waits to be written, when the server does not read.

use std::time::Duration;

use super::peer::{PIPE, Peer, pair_with};
use super::{delete, futures_poll};
use crate::client::Client;
use crate::error::{Closed, ErrorKind, Phase, Waiting};
use crate::execute::{Executor, RequestExt};
use crate::model::Entry;
use crate::proto::{AddRequest, DeleteRequest, LdapResult, ProtocolOp};

const BUDGET: usize = 4096;

/// An add with so many octets in a value.
fn add(octets: usize) -> AddRequest {
    AddRequest::from(&Entry::new("cn=x").with("jpegPhoto", [vec![0u8; octets]]))
}

async fn pair_with_budget() -> (Client, Peer) {
    pair_with(|options| options.write_budget(BUDGET)).await
}

/// Fills the pipe and what stands before it: nothing more is written until the peer reads.
async fn fill(client: &Client) -> Vec<tokio::task::JoinHandle<bool>> {
    let mut filling = Vec::new();
    for _ in 0..2 {
        let client = client.clone();
        filling.push(tokio::spawn(async move { client.add(add(2 * PIPE)).await.is_ok() }));
        Peer::pause(1).await;
    }
    filling
}

async fn answer_adds(peer: &mut Peer, count: usize) {
    for _ in 0..count {
        let request = peer.next().await;
        peer.send(request.id, ProtocolOp::AddResponse(LdapResult::success())).await;
    }
}

#[tokio::test(start_paused = true)]
async fn who_starts_and_drops_operations_cannot_grow_the_queue() {
    let (client, mut peer) = pair_with_budget().await;
    // The octets of an abandon request, for each operation that was in flight when the server stopped reading.
    let abandons = 64 * 16;
    let mut most = 0;
    for round in 0..20_000 {
        let mut operation = Box::pin(client.delete(delete()));
        assert!(futures_poll(&mut operation).await.is_none());
        drop(operation);
        if round % 16 == 0 {
            tokio::task::yield_now().await;
        }
        most = most.max(client.statistics().queued);
    }
    assert!((BUDGET / 2..=BUDGET + abandons).contains(&most), "{most}");
    // The server reads again: the connection is whole.
    while !peer.is_quiet().await {
        peer.next().await;
    }
    assert_eq!(client.statistics().queued, 0);
    peer.answer_one(&client).await;
}

#[tokio::test(start_paused = true)]
async fn requests_beyond_the_budget_wait_in_their_callers_and_keep_their_order() {
    let (client, mut peer) = pair_with_budget().await;
    let filling = fill(&client).await;
    let before = client.statistics().queued;
    let waiting: Vec<_> = (0..50)
        .map(|number| {
            let client = client.clone();
            tokio::spawn(async move { client.delete(DeleteRequest::new(number.to_string())).await })
        })
        .collect();
    Peer::pause(1).await;
    assert!(client.statistics().queued <= before.max(BUDGET), "{:?}", client.statistics());
    answer_adds(&mut peer, 2).await;
    for number in 0..50 {
        let request = peer.next().await;
        let ProtocolOp::DeleteRequest(delete) = &request.op else { panic!("{request:?}") };
        assert_eq!(delete.dn(), number.to_string().as_str());
        peer.send(request.id, ProtocolOp::DeleteResponse(LdapResult::success())).await;
    }
    for call in waiting {
        call.await.unwrap().unwrap();
    }
    for call in filling {
        assert!(call.await.unwrap());
    }
    assert_eq!(client.statistics().queued, 0);
}

#[tokio::test(start_paused = true)]
async fn a_request_above_the_budget_goes_alone() {
    let (client, mut peer) = pair_with_budget().await;
    let size = 10 * PIPE;
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.add(add(size)).await })
        })
        .collect();
    Peer::pause(1).await;
    assert!((size..2 * size).contains(&client.statistics().queued), "{:?}", client.statistics());
    answer_adds(&mut peer, 20).await;
    for call in calls {
        call.await.unwrap().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_room_waits_no_longer_than_told_and_sent_nothing() {
    let (client, mut peer) = pair_with_budget().await;
    let _filling = fill(&client).await;
    let error = client.delete(delete().with_timeout(Duration::from_secs(3))).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Timeout { waiting: Waiting::Room, .. }), "{error}");
    assert_eq!(error.phase(), Phase::NotSent);
    assert!(error.is_connection_usable());
    // A search waits in the same way.
    let error =
        client.search(super::search_request().with_timeout(Duration::from_secs(3))).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Timeout { waiting: Waiting::Room, .. }), "{error}");
    answer_adds(&mut peer, 2).await;
    peer.answer_one(&client).await;
}

#[tokio::test(start_paused = true)]
async fn who_leaves_while_waiting_for_room_gives_its_place_to_the_next() {
    let (client, mut peer) = pair_with_budget().await;
    let _filling = fill(&client).await;
    let mut leaving: Vec<_> = (0..10).map(|_| Box::pin(client.delete(delete()))).collect();
    for call in &mut leaving {
        assert!(futures_poll(call).await.is_none());
    }
    let staying = tokio::spawn({
        let client = client.clone();
        async move { client.delete(delete()).await }
    });
    Peer::pause(1).await;
    drop(leaving);
    answer_adds(&mut peer, 2).await;
    // Nothing of those that left was sent, no abandon either.
    let request = peer.next().await;
    peer.send(request.id, ProtocolOp::DeleteResponse(LdapResult::success())).await;
    staying.await.unwrap().unwrap();
    assert!(peer.is_quiet().await);
    assert_eq!(client.statistics().outstanding, 0);
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_room_learns_that_the_connection_ended() {
    let (client, peer) = pair_with_budget().await;
    let _filling = fill(&client).await;
    let mut waiting = Box::pin(client.delete(delete()));
    assert!(futures_poll(&mut waiting).await.is_none());
    drop(peer);
    let error = waiting.await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Closed(Closed::ByServer) | ErrorKind::Transport(_)), "{error}");
    assert_eq!(error.phase(), Phase::NotSent);
}

/// Dropping the operations in flight needs no room: their abandon requests go, whatever waits.
#[tokio::test(start_paused = true)]
async fn abandon_requests_need_no_room() {
    let (client, mut peer) = pair_with_budget().await;
    let mut calls: Vec<_> = (0..60).map(|_| Box::pin(client.delete(delete()))).collect();
    for call in &mut calls {
        assert!(futures_poll(call).await.is_none());
    }
    for _ in 0..60 {
        peer.next().await;
    }
    let _filling = fill(&client).await;
    let before = client.statistics().queued;
    drop(calls);
    let abandons = client.statistics().queued - before;
    assert!((60..=60 * 16).contains(&abandons), "{abandons}");
    answer_adds(&mut peer, 2).await;
    for _ in 0..60 {
        peer.next_abandoned().await;
    }
}
