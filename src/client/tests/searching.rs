//! Searches whose server breaks off, says nothing, or says more than it should.

use std::time::Duration;

use super::peer::{Peer, pair, pair_with};
use super::search_request as search;
use crate::client::Client;
use crate::error::{Closed, ErrorKind, Phase, Waiting};
use crate::execute::Executor;
use crate::model::ResultCode;
use crate::proto::controls::PagedResultsResponse;
use crate::proto::{LdapMessage, LdapResult, ProtocolOp};

#[tokio::test(start_paused = true)]
async fn a_search_that_has_ended_is_not_abandoned() {
    let (client, mut peer) = pair().await;
    let mut stream = client.search(search()).await.unwrap();
    let request = peer.next().await;
    assert_eq!(stream.id(), Some(request.id));
    peer.send_entry(request.id, 0).await;
    peer.send_done(request.id).await;
    assert!(stream.next_entry().await.unwrap().is_some());
    assert!(stream.next_entry().await.unwrap().is_none());
    drop(stream);
    assert!(peer.is_quiet().await);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_connection_is_no_end_of_a_search() {
    let (client, mut peer) = pair().await;
    let mut stream = client.search(search()).await.unwrap();
    let request = peer.next().await;
    peer.send_entry(request.id, 0).await;
    drop(peer);
    assert!(stream.next_entry().await.unwrap().is_some());
    let error = stream.next_entry().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Closed(Closed::ByServer)), "{error}");
    assert_eq!(error.delivered(), 1);
    assert!(!error.may_retry(), "what was delivered would come twice");
    assert!(stream.next_entry().await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_search_that_makes_no_progress_is_abandoned() {
    let (client, mut peer) = pair_with(|options| options.search_timeout(Duration::from_secs(10))).await;
    let mut stream = client.search(search()).await.unwrap();
    let request = peer.next().await;
    let sending = async {
        for number in 0..3 {
            Peer::pause(9).await;
            peer.send_entry(request.id, number).await;
        }
    };
    let reading = async {
        for _ in 0..3 {
            stream.next_entry().await.unwrap().unwrap();
        }
        stream.next_entry().await.unwrap_err()
    };
    let ((), error) = tokio::join!(sending, reading);
    assert!(matches!(error.kind(), ErrorKind::Timeout { waiting: Waiting::Entry, .. }), "{error}");
    assert_eq!((error.delivered(), error.phase()), (3, Phase::Unknown));
    assert_eq!(peer.next_abandoned().await, request.id);
}

#[tokio::test(start_paused = true)]
async fn one_entry_is_wanted_and_no_other_number_will_do() {
    let (client, mut peer) = pair().await;
    for count in 0..3 {
        let (found, ()) = tokio::join!(client.search_one(search()), async {
            let request = peer.next().await;
            for number in 0..count {
                peer.send_entry(request.id, number).await;
            }
            if count < 2 {
                peer.send_done(request.id).await;
            }
        });
        match found {
            Ok(entry) => assert_eq!((count, entry.dn()), (1, "cn=0")),
            Err(error) => assert!(matches!(error.kind(), ErrorKind::NotOne { .. }) && count != 1, "{error}"),
        }
        if count > 1 {
            // The rest of it was not waited for.
            peer.next_abandoned().await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn empty_pages_do_not_go_on_for_ever() {
    let (client, mut peer) = pair_with(|options| options.search_timeout(Duration::from_secs(5))).await;
    let reading = async { client.search(search().paged(5)).await.unwrap().collect().await.unwrap_err() };
    let serving = async {
        while let Some(request) = peer.try_next().await {
            Peer::pause(1).await;
            let done = LdapMessage::new(request.id, ProtocolOp::SearchResultDone(LdapResult::success()))
                .with_control(PagedResultsResponse::new("more"));
            peer.send_octets(&done.to_bytes().unwrap()).await;
        }
    };
    let error = tokio::select! {
        error = reading => error,
        () = serving => panic!("the client closed"),
    };
    assert!(matches!(error.kind(), ErrorKind::Timeout { waiting: Waiting::Entry, .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_stream_keeps_its_connection_open() {
    let (client, mut peer) = pair().await;
    let mut stream = client.search(search()).await.unwrap();
    drop::<Client>(client);
    let request = peer.next().await;
    peer.send_entry(request.id, 0).await;
    peer.send_done(request.id).await;
    assert!(stream.next_entry().await.unwrap().is_some());
    assert!(stream.next_entry().await.unwrap().is_none());
    drop(stream);
    let words = peer.last_words().await;
    assert!(matches!(words[..], [LdapMessage { op: ProtocolOp::UnbindRequest(_), .. }]), "{words:?}");
}

#[tokio::test(start_paused = true)]
async fn a_size_limit_holds_even_if_the_server_sends_more() {
    let (client, mut peer) = pair().await;
    let mut stream = client.search(search().size_limit(2)).await.unwrap();
    let request = peer.next().await;
    for number in 0..4 {
        peer.send_entry(request.id, number).await;
    }
    for number in 0..2 {
        assert_eq!(stream.next_entry().await.unwrap().unwrap().dn(), format!("cn={number}"));
    }
    let error = stream.next_entry().await.unwrap_err();
    assert_eq!((error.code(), error.delivered()), (Some(ResultCode::SIZE_LIMIT_EXCEEDED), 2));
    assert!(stream.next_entry().await.unwrap().is_none());
    assert_eq!(stream.result().unwrap().code(), ResultCode::SIZE_LIMIT_EXCEEDED);
    // While the stream is still held.
    assert!(matches!(peer.next().await.op, ProtocolOp::AbandonRequest(_)));
}

#[tokio::test(start_paused = true)]
async fn what_goes_on_behind_the_entries_that_are_there_has_no_size_limit() {
    use crate::execute::RequestExt as _;
    use crate::proto::controls::{SyncMode, SyncRequest};

    let (client, mut peer) = pair().await;
    let sync = SyncRequest::new(SyncMode::RefreshAndPersist);
    let mut stream = client.search(search().size_limit(1).with_control(sync)).await.unwrap();
    let request = peer.next().await;
    for number in 0..3 {
        peer.send_entry(request.id, number).await;
    }
    peer.send_done(request.id).await;
    for _ in 0..3 {
        assert!(stream.next_entry().await.unwrap().is_some());
    }
    assert!(stream.next_entry().await.unwrap().is_none());
}
