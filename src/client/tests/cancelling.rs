//! Dropping is cancelling: at each await point a caller may vanish.

use std::time::Duration;

use tokio::time::Instant;

use super::peer::pair;
use super::{delete, futures_poll, search_request as search};
use crate::error::{ErrorKind, Phase, Waiting};
use crate::execute::{Executor, RequestExt};
use crate::model::Entry;
use crate::proto::{
    AddRequest, BindResponse, CompareRequest, ExtendedRequest, LdapResult, ModifyDnRequest, ModifyRequest,
    OldRdn, OpKind, ProtocolOp,
};
use crate::{Client, Error};

#[tokio::test(start_paused = true)]
async fn a_dropped_search_is_abandoned_and_a_bind_may_follow() {
    let (client, mut peer) = pair().await;
    let mut stream = client.search(search()).await.unwrap();
    let request = peer.next().await;
    for number in 0..5 {
        peer.send_entry(request.id, number).await;
    }
    stream.next_entry().await.unwrap().unwrap();
    drop(stream);
    let (bound, ()) = tokio::join!(client.simple_bind("cn=admin", "secret"), async {
        assert_eq!(peer.next_abandoned().await, request.id);
        let bind = peer.next().await;
        // What was under way when the abandon came.
        peer.send_entry(request.id, 5).await;
        peer.send(bind.id, ProtocolOp::BindResponse(BindResponse::new(LdapResult::success()))).await;
    });
    bound.unwrap();
    assert_eq!(client.statistics().late_responses, 1);
    assert_eq!(client.statistics().held, 0);
}

#[tokio::test(start_paused = true)]
async fn each_operation_ends_at_its_own_time_and_is_abandoned() {
    let (client, mut peer) = pair().await;
    let waits = async |seconds| {
        let (start, time) = (Instant::now(), Duration::from_secs(seconds));
        let error = client.delete(delete().with_timeout(time)).await.unwrap_err();
        assert_eq!(start.elapsed().as_secs(), seconds);
        assert!(
            matches!(error.kind(), ErrorKind::Timeout { waiting: Waiting::Answer, after } if *after == time),
            "{error}"
        );
        assert_eq!((error.phase(), error.message_id().is_some()), (Phase::Unknown, true));
    };
    let (.., (), ids) = tokio::join!(waits(50), waits(20), waits(20), waits(90), async {
        let mut ids = Vec::new();
        for _ in 0..4 {
            ids.push(peer.next().await.id);
        }
        let mut abandoned = Vec::new();
        for _ in 0..4 {
            abandoned.push(peer.next_abandoned().await);
        }
        // Two of them at one time.
        abandoned[..2].sort_unstable();
        (ids, abandoned)
    });
    let (ids, abandoned) = ids;
    assert_eq!(abandoned, [1, 2, 0, 3].map(|place| ids[place]));
    // One that begins when nothing is left, sooner than those before, and one that is answered meanwhile.
    let ((), (), answered) = tokio::join!(waits(1), waits(3), async {
        let (answered, ()) = tokio::join!(client.delete(delete()), async {
            let mut last = peer.next().await;
            for _ in 0..2 {
                last = peer.next().await;
            }
            peer.send(last.id, ProtocolOp::DeleteResponse(LdapResult::success())).await;
        });
        answered
    });
    answered.unwrap();
    assert_eq!(client.statistics().outstanding, 0);
}

/// Starts one operation of a kind.
async fn run(client: &Client, kind: OpKind) -> Result<(), Error> {
    match kind {
        OpKind::SearchRequest => client.search(search()).await?.collect().await.map(drop),
        OpKind::AddRequest => {
            client.add(AddRequest::from(&Entry::new("cn=x").with("cn", ["x"]))).await.map(drop)
        }
        OpKind::DeleteRequest => client.delete(delete()).await.map(drop),
        OpKind::ModifyRequest => client.modify(ModifyRequest::new("cn=x", [])).await.map(drop),
        OpKind::ModifyDnRequest => {
            client.modify_dn(ModifyDnRequest::new("cn=x", "cn=y", OldRdn::Delete)).await.map(drop)
        }
        OpKind::CompareRequest => client.compare(CompareRequest::new("cn=x", "cn", "x")).await.map(drop),
        OpKind::ExtendedRequest => {
            let oid = crate::model::Oid::from_static("1.2.3");
            client.extended(ExtendedRequest::new(oid)).await.map(drop)
        }
        OpKind::BindRequest => client.simple_bind("cn=admin", "secret").await.map(drop),
        kind => panic!("{kind} is no request with an answer"),
    }
}

fn answer(kind: OpKind) -> ProtocolOp {
    let result = LdapResult::success();
    match kind {
        OpKind::SearchRequest => ProtocolOp::SearchResultDone(result),
        OpKind::AddRequest => ProtocolOp::AddResponse(result),
        OpKind::DeleteRequest => ProtocolOp::DeleteResponse(result),
        OpKind::ModifyRequest => ProtocolOp::ModifyResponse(result),
        OpKind::ModifyDnRequest => ProtocolOp::ModifyDnResponse(result),
        OpKind::CompareRequest => {
            ProtocolOp::CompareResponse(LdapResult::new(crate::model::ResultCode::COMPARE_TRUE))
        }
        OpKind::ExtendedRequest => ProtocolOp::ExtendedResponse(crate::proto::ExtendedResponse::new(result)),
        _ => ProtocolOp::BindResponse(BindResponse::new(result)),
    }
}

/// Each kind of operation is polled so many times and dropped, with and without an answer on its way. The connection
/// then gives right answers, or says that it is closed.
#[tokio::test(start_paused = true)]
async fn a_future_can_be_dropped_at_each_await_point() {
    let kinds = OpKind::ALL.iter().copied().filter(|kind| kind.final_response().is_some());
    for kind in kinds {
        for polls in 1..6 {
            for answered in [false, true] {
                let (client, mut peer) = pair().await;
                let mut operation = Box::pin(run(&client, kind));
                let mut finished = false;
                for poll in 0..polls {
                    finished |= !finished && futures_poll(&mut operation).await.is_some();
                    tokio::task::yield_now().await;
                    if answered && poll == 0 {
                        let request = peer.next().await;
                        peer.send(request.id, answer(kind)).await;
                    }
                }
                drop(operation);
                tokio::task::yield_now().await;
                if client.is_closed() {
                    assert_eq!(kind, OpKind::BindRequest, "only a bind takes the connection along");
                    assert!(!finished);
                    continue;
                }
                if !answered {
                    assert_eq!(peer.next().await.op.kind(), kind);
                    assert_eq!(peer.next().await.op.kind(), OpKind::AbandonRequest, "{kind} {polls}");
                }
                // Where the answer and the caller's leaving crossed, an abandon may have been sent, or not.
                peer.answer_one(&client).await;
                assert_eq!(client.statistics().outstanding, 0);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_leaves_while_waiting_for_its_turn_costs_nothing() {
    let (client, mut peer) = super::pair_with(|options| options.in_flight(1)).await;
    let mut first = Box::pin(client.delete(delete()));
    assert!(futures_poll(&mut first).await.is_none());
    let request = peer.next().await;
    for _ in 0..10 {
        let mut waiting = Box::pin(client.delete(delete()));
        assert!(futures_poll(&mut waiting).await.is_none());
    }
    peer.send(request.id, ProtocolOp::DeleteResponse(LdapResult::success())).await;
    first.await.unwrap();
    peer.answer_one(&client).await;
}
