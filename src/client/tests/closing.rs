//! The ends of a connection: who learns what.

use std::time::Duration;

use tokio::time::Instant;

use super::peer::{PIPE, Peer, pair, pair_with};
use super::{delete, futures_poll};
use crate::error::{Closed, ErrorKind, Phase};
use crate::execute::Executor;
use crate::model::{Entry, ResultCode};
use crate::proto::{
    AddRequest, ExtendedResponse, LdapMessage, LdapResult, MessageId, NoticeOfDisconnection, OpKind,
    ProtocolOp,
};

#[tokio::test(start_paused = true)]
async fn closing_finishes_what_is_in_flight_and_says_goodbye() {
    let (client, mut peer) = pair().await;
    let calls: Vec<_> = (0..10)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.delete(delete()).await })
        })
        .collect();
    let mut requests = Vec::new();
    for _ in 0..10 {
        requests.push(peer.next().await);
    }
    let closing = tokio::spawn({
        let client = client.clone();
        async move { client.close().await }
    });
    assert!(peer.is_quiet().await, "no unbind before the answers");
    for request in requests {
        peer.send(request.id, ProtocolOp::DeleteResponse(LdapResult::success())).await;
    }
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(peer.next().await.op.kind(), OpKind::UnbindRequest);
    assert!(peer.try_next().await.is_none());
    closing.await.unwrap();
    assert!(matches!(client.closed().await, Closed::ByCaller));
}

#[tokio::test(start_paused = true)]
async fn closing_does_not_wait_longer_than_it_was_told() {
    let (client, mut peer) = pair().await;
    let call = tokio::spawn({
        let client = client.clone();
        async move { client.delete(delete()).await }
    });
    peer.next().await;
    let start = Instant::now();
    let words = tokio::spawn(peer.last_words());
    client.close_within(Duration::from_secs(2)).await;
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
    let error = call.await.unwrap().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Closed(Closed::ByCaller)), "{error}");
    assert_eq!(error.phase(), Phase::Unknown);
    assert_eq!(words.await.unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_last_handle_says_goodbye() {
    let (client, peer) = pair().await;
    drop(client.clone());
    drop(client);
    let words = peer.last_words().await;
    assert!(matches!(words[..], [LdapMessage { op: ProtocolOp::UnbindRequest(_), .. }]), "{words:?}");
}

#[tokio::test(start_paused = true)]
async fn a_closed_connection_says_so_at_once() {
    let (client, peer) = pair().await;
    drop(peer);
    assert!(matches!(client.closed().await, Closed::ByServer));
    let error = client.delete(delete()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Closed(Closed::ByServer)), "{error}");
    assert_eq!(error.phase(), Phase::NotSent);
    assert!(error.may_retry() && !error.is_connection_usable());
    client.close().await;
}

/// The notice as the standard has it, and as Active Directory sends it: the name behind the operation.
fn notices() -> [Vec<u8>; 2] {
    let notice =
        ExtendedResponse::new(LdapResult::new(ResultCode::UNAVAILABLE)).with_name(NoticeOfDisconnection::OID);
    let standard = LdapMessage::new(MessageId::UNSOLICITED, ProtocolOp::ExtendedResponse(notice));
    let name = b"1.3.6.1.4.1.1466.20036";
    let mut bent = b"\x30\x24\x02\x01\x00\x78\x07\x0a\x01\x34\x04\x00\x04\x00\x8a\x16".to_vec();
    bent.extend_from_slice(name);
    bent[1] = u8::try_from(bent.len() - 2).unwrap();
    [standard.to_bytes().unwrap().to_vec(), bent]
}

#[tokio::test(start_paused = true)]
async fn a_notice_of_disconnection_ends_every_operation_once() {
    for notice in notices() {
        for pending in [0, 1, 64] {
            let (client, mut peer) = pair().await;
            let calls: Vec<_> = (0..pending)
                .map(|_| {
                    let client = client.clone();
                    tokio::spawn(async move { client.delete(delete()).await })
                })
                .collect();
            for _ in 0..pending {
                peer.next().await;
            }
            peer.send_octets(&notice).await;
            for call in calls {
                let error = call.await.unwrap().unwrap_err();
                assert!(matches!(error.kind(), ErrorKind::Closed(Closed::Notice(_))), "{error}");
                assert_eq!(error.phase(), Phase::Unknown);
            }
            let Closed::Notice(result) = client.closed().await else { panic!() };
            assert_eq!(result.code(), ResultCode::UNAVAILABLE);
            assert_eq!(client.delete(delete()).await.unwrap_err().phase(), Phase::NotSent);
        }
    }
}

/// What did not leave cannot have been done: a write that the pipe had no room for is `NotSent`, one that the peer has
/// read is `Unknown`.
#[tokio::test(start_paused = true)]
async fn what_was_sent_is_told_from_what_was_not() {
    let (client, mut peer) = pair().await;
    let mut seen = Box::pin(client.delete(delete()));
    assert!(futures_poll(&mut seen).await.is_none());
    peer.next().await;
    let add = || {
        let photo = vec![0u8; 2 * PIPE];
        AddRequest::from(&Entry::new("cn=x").with("jpegPhoto", [photo]))
    };
    // The first fills the pipe, the second stands behind it.
    let mut partial = Box::pin(client.add(add()));
    let mut queued = Box::pin(client.add(add()));
    assert!(futures_poll(&mut partial).await.is_none());
    assert!(futures_poll(&mut queued).await.is_none());
    Peer::pause(1).await;
    drop(peer);
    assert_eq!(seen.await.unwrap_err().phase(), Phase::Unknown);
    // Without TLS a server cannot act on half a message.
    assert_eq!(partial.await.unwrap_err().phase(), Phase::NotSent);
    assert_eq!(queued.await.unwrap_err().phase(), Phase::NotSent);
}

#[tokio::test(start_paused = true)]
async fn a_frame_that_is_not_completed_closes_the_connection() {
    let (client, mut peer) = pair_with(|options| options.frame_timeout(Duration::from_secs(7))).await;
    let start = Instant::now();
    let dripping = async {
        for octet in b"\x30\x84\x00\x01\x00\x00".iter().chain(&[0; 100]) {
            peer.send_octets(&[*octet]).await;
            Peer::pause(1).await;
        }
    };
    let reason = tokio::select! {
        reason = client.closed() => reason,
        () = dripping => panic!("the connection should have ended"),
    };
    assert!(matches!(reason, Closed::FrameTimeout(_)), "{reason}");
    assert!((7..=8).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_large_frame_that_makes_progress_has_its_time() {
    let (client, mut peer) = pair_with(|options| options.frame_timeout(Duration::from_secs(7))).await;
    let call = tokio::spawn({
        let client = client.clone();
        async move { client.delete(delete()).await }
    });
    let request = peer.next().await;
    let result = LdapResult::success().with_diagnostic_message("x".repeat(1 << 20));
    let message = LdapMessage::new(request.id, ProtocolOp::DeleteResponse(result)).to_bytes().unwrap();
    for part in message.chunks(100 * 1024) {
        peer.send_octets(part).await;
        Peer::pause(2).await;
    }
    call.await.unwrap().unwrap();
    assert!(!client.is_closed());
}

#[tokio::test(start_paused = true)]
async fn a_silent_peer_is_given_up_by_the_deadline_of_the_operation() {
    let (client, _peer) = pair().await;
    let start = Instant::now();
    assert!(client.delete(delete()).await.is_err());
    assert_eq!(start.elapsed(), Duration::from_secs(30));
}

#[test]
fn a_driver_that_dies_with_its_runtime_leaves_nobody_waiting() {
    let build = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let first = build();
    let (client, _peer) = first.block_on(pair());
    drop(first);
    let error = build().block_on(client.delete(delete())).unwrap_err();
    assert_eq!(error.phase(), Phase::NotSent);
}
