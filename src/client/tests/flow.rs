//! One slow reader on a shared connection, and floods.

use super::{delete, search_request as search};
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use super::peer::{Peer, entry, pair, pair_with};
use crate::client::Client;
use crate::error::ErrorKind;
use crate::execute::{Delivery, Executor, RequestExt};
use crate::model::{Entry, Oid};
use crate::proto::{
    AddRequest, ExtendedRequest, ExtendedResponse, IntermediateResponse, LdapMessage, LdapResult, ProtocolOp,
};

/// Serves a search of so many entries of so many octets, and every delete, until the client is gone.
async fn serve(mut peer: Peer, entries: usize, octets: usize) {
    while let Some(request) = peer.try_next().await {
        match request.op {
            ProtocolOp::SearchRequest(_) => {
                for number in 0..entries {
                    let op = ProtocolOp::SearchResultEntry(entry(number, octets));
                    peer.send(request.id, op).await;
                }
                peer.send_done(request.id).await;
            }
            ProtocolOp::DeleteRequest(_) => {
                peer.send(request.id, ProtocolOp::DeleteResponse(LdapResult::success())).await;
            }
            _ => {}
        }
    }
}

async fn pair_served(entries: usize, octets: usize) -> Client {
    let (client, peer) =
        pair_with(|options| options.search_budget(64 * 1024).connection_budget(1 << 20)).await;
    tokio::spawn(serve(peer, entries, octets));
    client
}

/// Rule 2: nothing else waits, so the connection does.
#[tokio::test(start_paused = true)]
async fn a_slow_search_that_is_alone_loses_nothing_and_holds_little() {
    let client = pair_served(10_000, 1000).await;
    let mut stream = client.search(search()).await.unwrap();
    for number in 0..10_000 {
        if number % 1000 == 0 {
            Peer::pause(1).await;
        }
        assert_eq!(stream.next_entry().await.unwrap().unwrap().dn(), format!("cn={number}"));
        // The soft budget, and what one batch may add to it.
        assert!(client.statistics().held <= 3 * 64 * 1024, "{}", client.statistics().held);
    }
    assert!(stream.next_entry().await.unwrap().is_none());
    assert_eq!(client.statistics().held, 0);
}

/// Rules 3 and 4: something else waits, so the search is buffered, and given up when the budget is full.
#[tokio::test(start_paused = true)]
async fn a_slow_search_never_locks_others_out_and_ends_with_the_reason() {
    let client = pair_served(10_000, 1000).await;
    let mut stream = client.search(search()).await.unwrap();
    Peer::pause(1).await;
    let mut delivered = 0;
    let error = loop {
        match stream.next_entry().await {
            Ok(Some(_)) => delivered += 1,
            Ok(None) => panic!("entries were lost"),
            Err(error) => break error,
        }
        client.delete(delete()).await.unwrap();
        assert!(client.statistics().held <= (1 << 20) + 2 * 64 * 1024, "{}", client.statistics().held);
    };
    let ErrorKind::SlowConsumer { discarded } = *error.kind() else { panic!("{error}") };
    assert!(discarded > 0);
    assert_eq!(error.delivered(), delivered);
    assert!(error.to_string().contains("paging") && error.to_string().contains("own"), "{error}");
    // The connection goes on.
    drop(stream);
    client.delete(delete()).await.unwrap();
    assert_eq!(client.statistics().held, 0);
}

#[tokio::test(start_paused = true)]
async fn a_stalling_search_makes_the_others_wait_and_loses_nothing() {
    let client = pair_served(3000, 1000).await;
    let mut stream = client.search(search().with_delivery(Delivery::Stall)).await.unwrap();
    Peer::pause(1).await;
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.delete(delete()).await }
    });
    Peer::pause(1).await;
    assert!(!waiting.is_finished());
    let mut delivered = 0;
    while stream.next_entry().await.unwrap().is_some() {
        delivered += 1;
    }
    assert_eq!(delivered, 3000);
    waiting.await.unwrap().unwrap();
}

/// Two slow searches and a fast operation beside them.
#[tokio::test(start_paused = true)]
async fn a_stalled_search_is_resumed_by_the_next_operation() {
    let client = pair_served(200, 1000).await;
    let mut stream = client.search(search()).await.unwrap();
    Peer::pause(1).await;
    // The connection has stopped reading; the answer of this one stands behind the rest of the entries.
    client.delete(delete()).await.unwrap();
    let mut delivered = 0;
    while stream.next_entry().await.unwrap().is_some() {
        delivered += 1;
    }
    assert_eq!(delivered, 200);
}

/// The peer does not read before all that it has to say is read: who waits with reading until its own words are out
/// never ends.
#[tokio::test(start_paused = true)]
async fn large_writes_do_not_wait_for_a_server_that_is_busy_writing() {
    let (client, mut peer) = pair().await;
    let mut stream = client.search(search()).await.unwrap();
    let request = peer.next().await;
    let adding: Vec<_> = (0..40)
        .map(|_| {
            let client = client.clone();
            let add = AddRequest::from(&Entry::new("cn=x").with("jpegPhoto", [vec![0u8; 1 << 20]]));
            tokio::spawn(async move { client.add(add).await })
        })
        .collect();
    let serving = async move {
        for number in 0..4000 {
            peer.send(request.id, ProtocolOp::SearchResultEntry(entry(number, 16 * 1024))).await;
        }
        peer.send_done(request.id).await;
        for _ in 0..40 {
            let add = peer.next().await;
            peer.send(add.id, ProtocolOp::AddResponse(LdapResult::success())).await;
        }
        peer
    };
    let reading = async {
        let mut delivered = 0;
        while stream.next_entry().await.unwrap().is_some() {
            delivered += 1;
        }
        delivered
    };
    let (delivered, _peer) = tokio::join!(reading, serving);
    assert_eq!(delivered, 4000);
    for add in adding {
        add.await.unwrap().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_intermediate_responses_is_bounded() {
    let (client, mut peer) = pair().await;
    let call = tokio::spawn({
        let client = client.clone();
        let request = ExtendedRequest::new(Oid::from_static("1.2.3"));
        async move { client.extended(request.with_controls([])).await }
    });
    let request = peer.next().await;
    let intermediate = ProtocolOp::IntermediateResponse(IntermediateResponse::new());
    let octets = LdapMessage::new(request.id, intermediate).to_bytes().unwrap().repeat(1000);
    for _ in 0..1000 {
        peer.send_octets(&octets).await;
    }
    peer.send(request.id, ProtocolOp::ExtendedResponse(ExtendedResponse::new(LdapResult::success()))).await;
    let response = call.await.unwrap().unwrap();
    assert!(response.intermediate().len() <= 1024, "{}", response.intermediate().len());
}

/// A flood on one connection leaves the thread to others in between.
#[tokio::test]
async fn a_flood_does_not_keep_the_thread() {
    let (client, mut peer) = pair().await;
    let mut stream = client.search(search()).await.unwrap();
    let request = peer.next().await;
    let empty = ProtocolOp::IntermediateResponse(IntermediateResponse::new());
    let octets = LdapMessage::new(request.id, empty).to_bytes().unwrap().repeat(1000);
    let flooding = tokio::spawn(async move {
        for _ in 0..100 {
            peer.send_octets(&octets).await;
        }
        peer.send_done(request.id).await;
        peer
    });
    let turns = Arc::new(AtomicUsize::new(0));
    let other = tokio::spawn({
        let turns = Arc::clone(&turns);
        poll_fn(move |cx| {
            turns.fetch_add(1, Ordering::Relaxed);
            cx.waker().wake_by_ref();
            Poll::<()>::Pending
        })
    });
    let mut counted = 0;
    while stream.next_item().await.unwrap().is_some() {
        counted += 1;
    }
    other.abort();
    assert_eq!(counted, 100_000);
    // At most 256 of them are taken in one go.
    assert!(turns.load(Ordering::Relaxed) >= 100_000 / 256, "{turns:?}");
    flooding.await.unwrap();
}
