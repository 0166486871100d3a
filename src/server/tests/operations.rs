//! Operations of one connection, side by side, stopped and counted.

use super::peer::{delete, id, message, search};
use super::*;
use crate::model::{Filter, Scope};
use crate::proto::extops::Cancel;
use crate::proto::{AbandonRequest, BindRequest, ExtendedRequest, SearchRequest};

fn cancel(number: u32, target: u32) -> bytes::Bytes {
    message(number, ExtendedRequest::from(Cancel::new(id(target))))
}

#[tokio::test]
async fn a_slow_operation_does_not_hold_up_the_next() {
    let (server, handler) = start().await;
    let mut peer = Peer::connect(&server);
    peer.send(&[delete(1, "wait"), delete(2, "")].concat()).await;
    assert_eq!(peer.answer().await, (2, ResultCode::SUCCESS));
    handler.state.go.notify_one();
    assert_eq!(peer.answer().await, (1, ResultCode::SUCCESS));
}

#[tokio::test]
async fn an_abandoned_operation_stops_and_is_not_answered() {
    let (server, handler) = start().await;
    let mut peer = Peer::connect(&server);
    peer.send(&delete(1, "wait")).await;
    peer.send(&message(2, AbandonRequest::new(id(1)))).await;
    peer.is_served(3).await;
    assert_eq!((handler.begun(), handler.stopped()), (2, 1));
    // The id is free again, and abandoning what is not there does nothing.
    peer.send(&message(4, AbandonRequest::new(id(1)))).await;
    peer.is_served(1).await;
}

/// A search of 1,000 entries is abandoned when so many of them have been read, for each of many points.
#[tokio::test]
async fn a_search_can_be_abandoned_at_each_point() {
    for read in (0..40).chain([100, 400, 900]) {
        let (server, handler) = start().await;
        let mut peer = Peer::connect(&server);
        peer.send(&search(1, 1000)).await;
        for _ in 0..read {
            let entry = peer.next().await.unwrap();
            assert!(matches!(entry.op, ProtocolOp::SearchResultEntry(_)));
        }
        peer.send(&[message(2, AbandonRequest::new(id(1))), delete(3, "")].concat()).await;
        let mut late = 0;
        let answer = loop {
            let message = peer.next().await.unwrap();
            match message.op {
                ProtocolOp::SearchResultEntry(_) => late += 1,
                op => break (message.id.number(), op),
            }
        };
        if answer.0 == 1 {
            // It was done before the abandon request came.
            assert_eq!(read + late, 1000);
            assert_eq!(peer.answer().await.0, 3);
        } else {
            assert_eq!((answer.0, handler.stopped()), (3, 1));
            assert!(read + late < 1000);
        }
    }
}

#[tokio::test]
async fn cancel_answers_both() {
    let (server, handler) = start().await;
    let mut peer = Peer::connect(&server);
    peer.send(&[delete(1, "wait"), cancel(2, 1)].concat()).await;
    assert_eq!(peer.answer().await, (1, ResultCode::CANCELED));
    assert_eq!(peer.answer().await, (2, ResultCode::SUCCESS));
    assert_eq!(handler.stopped(), 1);
    peer.send(&cancel(3, 1)).await;
    assert_eq!(peer.answer().await, (3, ResultCode::NO_SUCH_OPERATION));
    peer.send(&cancel(4, 4)).await;
    assert_eq!(peer.answer().await, (4, ResultCode::CANNOT_CANCEL));
    let garbage = ExtendedRequest::new(Cancel::new(id(1)).into_name()).with_value("garbage");
    peer.send(&message(5, garbage)).await;
    assert_eq!(peer.answer().await, (5, ResultCode::PROTOCOL_ERROR));
}

impl Cancel {
    fn into_name(self) -> crate::model::Oid {
        ExtendedRequest::from(self).name().clone()
    }
}

#[tokio::test]
async fn too_many_operations_are_refused_and_the_others_go_on() {
    let (server, handler) = start_with(ServerLimits::DEFAULT.outstanding(2)).await;
    let mut peer = Peer::connect(&server);
    peer.send(&[delete(1, "wait"), delete(2, "wait"), delete(3, "")].concat()).await;
    assert_eq!(peer.answer().await, (3, ResultCode::BUSY));
    handler.state.go.notify_waiters();
    assert_eq!(peer.answer().await.1, ResultCode::SUCCESS);
    assert_eq!(peer.answer().await.1, ResultCode::SUCCESS);
    peer.is_served(4).await;
}

#[tokio::test]
async fn a_handler_that_panics_loses_one_operation() {
    let (server, _) = start().await;
    let mut peer = Peer::connect(&server);
    peer.send(&delete(1, "panic")).await;
    assert_eq!(peer.answer().await, (1, ResultCode::OTHER));
    peer.is_served(2).await;
}

#[tokio::test]
async fn a_handler_cannot_send_what_does_not_belong_to_the_request() {
    let (server, _) = start().await;
    let mut peer = Peer::connect(&server);
    peer.send(&delete(1, "wrong")).await;
    assert!(matches!(peer.next().await.unwrap().op, ProtocolOp::IntermediateResponse(_)));
    assert_eq!(peer.answer().await, (1, ResultCode::SUCCESS));
    peer.is_served(2).await;
}

#[tokio::test]
async fn what_is_well_formed_and_over_a_limit_is_answered() {
    let limits = crate::proto::Limits::DEFAULT.filter_depth(3);
    let (server, handler) = start_with(ServerLimits::DEFAULT.message(limits)).await;
    let mut peer = Peer::connect(&server);
    let deep = (0..5).fold(Filter::present("cn"), |filter, _| Filter::not(filter));
    peer.send(&message(1, SearchRequest::new("", Scope::BaseObject, deep))).await;
    assert_eq!(peer.answer().await, (1, ResultCode::ADMIN_LIMIT_EXCEEDED));
    peer.send(b"\x30\x06\x02\x01\x02\x4a\x01\xff").await;
    assert_eq!(peer.answer().await, (2, ResultCode::PROTOCOL_ERROR));
    assert_eq!(handler.begun(), 0);
    peer.is_served(3).await;
}

#[tokio::test]
async fn another_version_is_refused() {
    let (server, handler) = start().await;
    let mut peer = Peer::connect(&server);
    peer.send(&message(1, BindRequest::simple("", "").with_version(2))).await;
    assert_eq!(peer.answer().await, (1, ResultCode::PROTOCOL_ERROR));
    assert_eq!(handler.begun(), 0);
}
