//! Searches: streams, their ends, pages.

use std::time::Duration;

use super::peer::{Peer, entry, pair, pair_with};
use super::search_request as search;
use crate::client::Client;
use crate::error::{Closed, ErrorKind, Phase, Waiting};
use crate::execute::{Executor, SearchItem};
use crate::model::ResultCode;
use crate::proto::controls::{PagedResults, PagedResultsResponse};
use crate::proto::{LdapMessage, LdapResult, ProtocolOp, SearchResultReference};

#[tokio::test(start_paused = true)]
async fn entries_come_in_order_and_the_end_is_the_servers() {
    let (client, mut peer) = pair().await;
    let mut stream = client.search(search()).await.unwrap();
    let request = peer.next().await;
    assert_eq!(stream.id(), Some(request.id));
    for number in 0..10 {
        peer.send_entry(request.id, number).await;
    }
    let reference = SearchResultReference::new(["ldap://other/dc=example??sub"]);
    peer.send(request.id, ProtocolOp::SearchResultReference(reference)).await;
    peer.send_done(request.id).await;
    for number in 0..10 {
        assert_eq!(stream.next_entry().await.unwrap().unwrap().dn(), format!("cn={number}"));
    }
    assert!(stream.next_entry().await.unwrap().is_none());
    assert!(stream.next_entry().await.unwrap().is_none());
    assert_eq!(stream.references(), ["ldap://other/dc=example??sub"]);
    assert_eq!(stream.result(), Some(&LdapResult::success()));
    assert_eq!(stream.delivered(), 10);
    drop(stream);
    assert!(peer.is_quiet().await, "a search that has ended is not abandoned");
}

#[tokio::test(start_paused = true)]
async fn a_reference_is_an_item_of_the_stream() {
    let (client, mut peer) = pair().await;
    let mut stream = client.search(search()).await.unwrap();
    let request = peer.next().await;
    // As Active Directory sends them at its root.
    let urls = ["ldap://ForestDnsZones.example.org/DC=ForestDnsZones,DC=example,DC=org"];
    peer.send(request.id, ProtocolOp::SearchResultReference(SearchResultReference::new(urls))).await;
    peer.send_done(request.id).await;
    let item = stream.next_item().await.unwrap().unwrap();
    assert!(matches!(item, SearchItem::Reference(came, _) if came == urls));
}

#[tokio::test(start_paused = true)]
async fn a_result_that_is_no_success_ends_the_stream_with_an_error() {
    let (client, mut peer) = pair().await;
    let stream = client.search(search()).await.unwrap();
    let request = peer.next().await;
    peer.send_entry(request.id, 0).await;
    let result = LdapResult::new(ResultCode::SIZE_LIMIT_EXCEEDED);
    peer.send(request.id, ProtocolOp::SearchResultDone(result)).await;
    let error = stream.collect().await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::SIZE_LIMIT_EXCEEDED));
    assert_eq!(error.delivered(), 1);
    assert_eq!(error.partial_entries().len(), 1);
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

/// Answers a paged search from so many entries.
async fn serve_pages(peer: &mut Peer, entries: usize) -> Vec<LdapMessage> {
    let mut requests = Vec::new();
    let mut next = 0;
    loop {
        let request = peer.next().await;
        let page = request.control::<PagedResults>().unwrap().unwrap();
        let expected = if next == 0 { Vec::new() } else { next.to_string().into_bytes() };
        assert_eq!(page.cookie()[..], expected[..]);
        let end = entries.min(next + page.page_size() as usize);
        for number in next..end {
            peer.send(request.id, ProtocolOp::SearchResultEntry(entry(number, 10))).await;
        }
        next = end;
        let cookie = if next == entries { String::new() } else { next.to_string() };
        let done = LdapMessage::new(request.id, ProtocolOp::SearchResultDone(LdapResult::success()))
            .with_control(PagedResultsResponse::new(cookie));
        peer.send_octets(&done.to_bytes().unwrap()).await;
        requests.push(request);
        if next == entries {
            return requests;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn pages_are_one_stream() {
    let (client, mut peer) = pair().await;
    let reading = async {
        let stream = client.search(search().paged(10)).await.unwrap();
        stream.collect().await.unwrap()
    };
    let (collected, requests) = tokio::join!(reading, serve_pages(&mut peer, 35));
    let names: Vec<_> = collected.entries.iter().map(|entry| entry.dn().to_string()).collect();
    assert_eq!(names, (0..35).map(|number| format!("cn={number}")).collect::<Vec<_>>());
    assert_eq!(requests.len(), 4);
    assert!(requests.windows(2).all(|pair| pair[0].op == pair[1].op && pair[0].id != pair[1].id));
}

/// The loop that dead-locks elsewhere: each entry is changed, on the same client, while the search goes on.
#[tokio::test(start_paused = true)]
async fn each_entry_of_a_paged_search_can_be_changed_on_the_way() {
    let (client, mut peer) = pair_with(|options| options.in_flight(2)).await;
    let changing = async {
        let mut stream = client.search(search().paged(5)).await.unwrap();
        let mut changed = 0;
        while let Some(entry) = stream.next_entry().await.unwrap() {
            client.replace(entry.dn(), "description", ["new"]).await.unwrap();
            changed += 1;
        }
        changed
    };
    let serving = async {
        for page in 0..4usize {
            let request = peer.next().await;
            assert!(matches!(request.op, ProtocolOp::SearchRequest(_)));
            for number in 0..5 {
                peer.send_entry(request.id, page * 5 + number).await;
            }
            let cookie = if page == 3 { "" } else { "more" };
            let done = LdapMessage::new(request.id, ProtocolOp::SearchResultDone(LdapResult::success()))
                .with_control(PagedResultsResponse::new(cookie));
            peer.send_octets(&done.to_bytes().unwrap()).await;
            for _ in 0..5 {
                let request = peer.next().await;
                assert!(matches!(request.op, ProtocolOp::ModifyRequest(_)), "{request:?}");
                peer.send(request.id, ProtocolOp::ModifyResponse(LdapResult::success())).await;
            }
        }
    };
    assert_eq!(tokio::join!(changing, serving).0, 20);
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
