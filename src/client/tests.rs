//! The client: on a directory in memory, in `served`; the rest against a scripted peer with paused time, which keeps still,
//! misbehaves, or looks at each message, as no directory does.

mod binding;
mod cancelling;
mod closing;
mod controls;
mod flow;
#[cfg(feature = "tls-ring")]
mod killed;
mod mutations;
mod observing;
mod peer;
mod queueing;
#[cfg(feature = "tls-ring")]
mod resuming;
mod searching;
#[cfg(feature = "directory")]
mod served;
mod stalled;
#[cfg(feature = "tls-ring")]
mod starting_tls;
mod violations;

use std::time::Duration;

use tokio::time::Instant;

use super::{Client, ConnectOptions};
use crate::error::{ErrorKind, Phase, Waiting};
use crate::execute::{Executor, RequestExt};
use crate::model::{ResultCode, Scope};
use crate::proto::{CompareRequest, DeleteRequest, LdapResult, MessageId, OpKind, ProtocolOp, SearchRequest};
use peer::{Peer, pair, pair_with};

fn search_request() -> SearchRequest {
    SearchRequest::new("dc=example", Scope::WholeSubtree, crate::filter!("(objectClass=*)"))
}

fn delete() -> DeleteRequest {
    DeleteRequest::new("cn=x")
}

#[tokio::test(start_paused = true)]
async fn responses_come_to_their_callers_in_any_order() {
    let (client, mut peer) = pair().await;
    let calls: Vec<_> = (0..50)
        .map(|number| {
            let client = client.clone();
            tokio::spawn(
                async move { client.compare(CompareRequest::new(number.to_string(), "cn", "x")).await },
            )
        })
        .collect();
    let mut requests = Vec::new();
    for _ in 0..50 {
        requests.push(peer.next().await);
    }
    for request in requests.iter().rev() {
        let ProtocolOp::CompareRequest(compare) = &request.op else { panic!("{request:?}") };
        let is_even = compare.dn().parse::<u32>().unwrap() % 2 == 0;
        let code = if is_even { ResultCode::COMPARE_TRUE } else { ResultCode::COMPARE_FALSE };
        peer.send(request.id, ProtocolOp::CompareResponse(LdapResult::new(code))).await;
    }
    for (number, call) in calls.into_iter().enumerate() {
        assert_eq!(call.await.unwrap().unwrap(), number % 2 == 0);
    }
}

#[tokio::test(start_paused = true)]
async fn an_operation_without_an_answer_is_abandoned_when_its_time_is_over() {
    let (client, mut peer) = pair().await;
    let start = Instant::now();
    let error = client.delete(delete().with_timeout(Duration::from_secs(3))).await.unwrap_err();
    assert_eq!(start.elapsed(), Duration::from_secs(3));
    assert!(matches!(error.kind(), ErrorKind::Timeout { waiting: Waiting::Answer, .. }), "{error}");
    assert_eq!(error.phase(), Phase::Unknown);
    let request = peer.next().await;
    assert_eq!(peer.next_abandoned().await, request.id);
    // What comes late does no harm.
    peer.send(request.id, ProtocolOp::DeleteResponse(LdapResult::success())).await;
    peer.answer_one(&client).await;
    assert_eq!(client.statistics().late_responses, 1);
}

#[tokio::test(start_paused = true)]
async fn operations_beyond_the_limit_wait_for_their_turn() {
    let (client, mut peer) = pair_with(|options| options.in_flight(1)).await;
    let one = tokio::spawn({
        let client = client.clone();
        async move { client.delete(delete()).await }
    });
    let first = peer.next().await;
    let two = tokio::spawn({
        let client = client.clone();
        async move { client.delete(delete()).await }
    });
    assert!(peer.is_quiet().await);
    peer.send(first.id, ProtocolOp::DeleteResponse(LdapResult::success())).await;
    let second = peer.next().await;
    peer.send(second.id, ProtocolOp::DeleteResponse(LdapResult::success())).await;
    one.await.unwrap().unwrap();
    two.await.unwrap().unwrap();

    // And no longer than their time.
    let held = tokio::spawn({
        let client = client.clone();
        async move { client.delete(delete().with_timeout(Duration::from_secs(60))).await }
    });
    peer.next().await;
    let error = client.delete(delete()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Timeout { waiting: Waiting::Turn, .. }), "{error}");
    assert_eq!(error.phase(), Phase::NotSent);
    held.abort();
}

#[tokio::test(start_paused = true)]
async fn a_response_before_the_caller_awaits_it_is_kept() {
    let (client, mut peer) = pair().await;
    let mut call = Box::pin(client.delete(delete()));
    assert!(futures_poll(&mut call).await.is_none());
    let request = peer.next().await;
    peer.send(request.id, ProtocolOp::DeleteResponse(LdapResult::success())).await;
    tokio::task::yield_now().await;
    call.await.unwrap();
}

/// Polls once.
async fn futures_poll<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    std::future::poll_fn(|cx| match std::pin::Pin::new(&mut *future).poll(cx) {
        std::task::Poll::Ready(output) => std::task::Poll::Ready(Some(output)),
        std::task::Poll::Pending => std::task::Poll::Ready(None),
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn notifications_other_than_a_notice_go_to_the_handler() {
    let (sender, mut names) = tokio::sync::mpsc::unbounded_channel();
    let (client, mut peer) = pair_with(move |options| {
        options.on_notification(move |response| {
            sender.send(response.name().map(ToString::to_string)).unwrap();
        })
    })
    .await;
    let response = crate::proto::ExtendedResponse::new(LdapResult::success())
        .with_name(crate::model::Oid::from_static("1.3.6.1.4.1.4203.666.99"));
    peer.send(MessageId::UNSOLICITED, ProtocolOp::ExtendedResponse(response)).await;
    peer.answer_one(&client).await;
    assert_eq!(names.recv().await.unwrap().unwrap(), "1.3.6.1.4.1.4203.666.99");
    assert!(!client.is_closed());
}

#[tokio::test]
async fn a_connection_that_cannot_be_made_says_where_it_was_to_go() {
    // Nothing listens on port 1 of the loopback.
    let error = ConnectOptions::new("ldap://127.0.0.1:1").connect().await.unwrap_err();
    assert_eq!(error.phase(), Phase::NotSent);
    assert!(error.to_string().contains("127.0.0.1:1"), "{error}");
    let error = Client::connect("http://x").await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Transport(_)), "{error}");
}
