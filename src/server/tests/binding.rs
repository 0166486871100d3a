//! A bind is alone on its connection (RFC 4511 4.2.1).

use super::peer::{delete, message};
use super::*;
use crate::proto::BindRequest;

fn bind(number: u32, name: &'static str) -> bytes::Bytes {
    message(number, BindRequest::simple(name, ""))
}

#[tokio::test]
async fn a_bind_waits_for_the_operations_before_it() {
    let (server, handler) = start().await;
    let mut peer = Peer::connect(&server);
    peer.send(&[delete(1, "wait"), bind(2, ""), delete(3, "")].concat()).await;
    settle().await;
    assert_eq!(handler.begun(), 1);
    handler.state.go.notify_one();
    for number in 1..=3 {
        assert_eq!(peer.answer().await, (number, ResultCode::SUCCESS));
    }
}

#[tokio::test(start_paused = true)]
async fn a_bind_does_not_wait_for_ever() {
    let (server, handler) = start().await;
    let mut peer = Peer::connect(&server);
    peer.send(&[delete(1, "wait"), bind(2, "")].concat()).await;
    assert_eq!(peer.answer().await, (1, ResultCode::BUSY));
    assert_eq!(peer.answer().await, (2, ResultCode::SUCCESS));
    assert_eq!(handler.stopped(), 1);
}

#[tokio::test]
async fn nothing_begins_while_a_bind_is_processed() {
    let (server, handler) = start().await;
    let mut peer = Peer::connect(&server);
    peer.send(&[bind(1, "wait"), delete(2, "")].concat()).await;
    settle().await;
    assert_eq!(handler.begun(), 1);
    handler.state.go.notify_one();
    assert_eq!(peer.answer().await, (1, ResultCode::SUCCESS));
    assert_eq!(peer.answer().await, (2, ResultCode::SUCCESS));
}
