//! A server that breaks the protocol: one sticky error, every operation ends once, nothing hangs.

use super::peer::{pair, pair_with};
use super::{delete, search_request};
use crate::ber::Fault;
use crate::error::{Blame, Closed, ErrorKind};
use crate::execute::Executor;
use crate::proto::{LdapMessage, LdapResult, Limits, MessageId, OpKind, ProtocolOp};
use crate::session::Violation;

/// Sends octets while a search and seven deletes wait, and returns how the connection ended.
async fn provoke(octets: &[u8]) -> Violation {
    let (client, mut peer) = pair().await;
    let mut stream = client.search(search_request()).await.unwrap();
    let calls: Vec<_> = (0..7)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.delete(delete()).await })
        })
        .collect();
    for _ in 0..8 {
        peer.next().await;
    }
    peer.send_octets(octets).await;
    let Closed::Violation(violation) = client.closed().await else { panic!("{:?}", client.closed().await) };
    let error = stream.next_entry().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Violation(_)), "{error}");
    for call in calls {
        let error = call.await.unwrap().unwrap_err();
        assert_eq!(error.blame(), Blame::Peer);
        let ErrorKind::Violation(told) = *error.kind() else { panic!("{error}") };
        assert_eq!(told, violation);
    }
    violation
}

#[tokio::test(start_paused = true)]
async fn octets_that_are_no_message_end_the_connection() {
    for octets in [
        &b"\x30\x00"[..],
        b"HTTP/1.1 400 Bad Request\r\n",
        b"\x30\x80\x02\x01\x01\x65\x00\x00\x00",
        b"\x30\x05\x02\x01\x01\x7f\x00",
        // An element longer than its parent.
        b"\x30\x0c\x02\x01\x01\x65\x09\x0a\x01\x00\x04\x00\x04\x00",
        // A message id that is negative, or above 2^31 - 1.
        b"\x30\x0c\x02\x01\xff\x65\x07\x0a\x01\x00\x04\x00\x04\x00",
        b"\x30\x10\x02\x05\x00\x80\x00\x00\x00\x65\x07\x0a\x01\x00\x04\x00\x04\x00",
    ] {
        assert!(matches!(provoke(octets).await, Violation::Decode(_)), "{octets:02x?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_over_the_limit_ends_the_connection_with_its_header() {
    for claim in [
        &b"\x30\x84\xff\xff\xff\xff"[..],
        b"\x30\x88\x80\0\0\0\0\0\0\0",
        b"\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff",
    ] {
        let Violation::Decode(error) = provoke(claim).await else { panic!() };
        assert!(matches!(error.fault(), Fault::TooLarge { .. }), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn responses_that_do_not_belong_end_the_connection() {
    let response = |id, op| LdapMessage::new(MessageId::new(id).unwrap(), op).to_bytes().unwrap();
    let result = LdapResult::success;
    // A bind response to a search.
    let octets = response(1, ProtocolOp::BindResponse(crate::proto::BindResponse::new(result())));
    assert!(matches!(
        provoke(&octets).await,
        Violation::WrongResponse { request: OpKind::SearchRequest, .. }
    ));
    // An extended response to a delete.
    let octets = response(2, ProtocolOp::ExtendedResponse(crate::proto::ExtendedResponse::new(result())));
    assert!(matches!(
        provoke(&octets).await,
        Violation::WrongResponse { request: OpKind::DeleteRequest, .. }
    ));
    // An id that was never issued.
    let octets = response(99, ProtocolOp::DeleteResponse(result()));
    assert!(matches!(provoke(&octets).await, Violation::UnknownId { .. }));
    // Id 0 that is no notification.
    let octets = response(0, ProtocolOp::SearchResultDone(result()));
    assert!(matches!(provoke(&octets).await, Violation::ReservedId { .. }));
    // A request.
    let octets = response(1, ProtocolOp::DeleteRequest(delete()));
    assert!(matches!(provoke(&octets).await, Violation::WrongDirection { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_second_response_does_no_harm() {
    let (client, mut peer) = pair().await;
    peer.answer_one(&client).await;
    peer.send(MessageId::FIRST, ProtocolOp::DeleteResponse(LdapResult::success())).await;
    peer.answer_one(&client).await;
    assert_eq!(client.statistics().late_responses, 1);
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_cannot_be_decoded_ends_the_connection_and_names_the_place() {
    let (client, mut peer) = pair().await;
    let mut stream = client.search(search_request()).await.unwrap();
    let request = peer.next().await;
    // The attribute list over-runs its entry.
    peer.send_octets(b"\x30\x0c\x02\x01\x01\x64\x07\x04\x01a\x30\x02\x30\x05").await;
    let error = stream.next_entry().await.unwrap_err();
    let ErrorKind::Violation(Violation::Decode(fault)) = error.kind() else { panic!("{error}") };
    assert_eq!(fault.offset(), 12);
    assert!(matches!(client.closed().await, Closed::Violation(_)));
    assert_eq!(error.message_id(), Some(request.id));
}

#[tokio::test(start_paused = true)]
async fn limits_of_the_options_hold() {
    let limits = Limits::default().message_size(100);
    let (client, mut peer) = pair_with(|options| options.limits(limits)).await;
    let call = tokio::spawn({
        let client = client.clone();
        async move { client.delete(delete()).await }
    });
    let request = peer.next().await;
    let result = LdapResult::success().with_diagnostic_message("x".repeat(100));
    peer.send(request.id, ProtocolOp::DeleteResponse(result)).await;
    let error = call.await.unwrap().unwrap_err();
    assert!(error.to_string().contains("limit of 100"), "{error}");
}
