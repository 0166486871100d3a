//! Layers around a handler, seen from a client.

use std::io::Write;
use std::sync::Mutex;

use super::peer::{delete, id, message, search};
use super::*;
use crate::client::{Client, ConnectOptions};
use crate::error::ErrorKind;
use crate::execute::Executor;
use crate::proto::{AbandonRequest, DeleteRequest, OpKind};
use crate::server::layers::{
    AccessLog, ConcurrencyLimit, Counter, Delay, Fault, Faults, LogFormat, Recorder, StreamFault,
};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(octets)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn a_log_has_a_line_for_each_operation_and_each_end() {
    let (text, json) = (Lines::default(), Lines::default());
    let server = Server::new(Obedient::default())
        .layer(AccessLog::new(text.clone()))
        .layer(AccessLog::new(json.clone()).format(LogFormat::Json))
        .start()
        .await
        .unwrap();
    let mut peer = Peer::connect(&server);
    peer.send(&[search(1, 3), delete(2, "wait"), message(3, AbandonRequest::new(id(2)))].concat()).await;
    for _ in 0..4 {
        peer.next().await.unwrap();
    }
    peer.send(b"garbage").await;
    peer.notice().await;
    drop(peer);
    settle().await;
    assert_eq!(
        text.text(),
        "conn=1 peer=\"memory pipe\" connected\n\
         conn=1 op=1 search base=\"\" scope=sub filter=\"(cn=*)\" entries=3 result=success time=0.000ms\n\
         conn=1 op=2 delete dn=\"wait\" result=abandoned time=0.000ms\n\
         conn=1 end=\"protocol violation: a message cannot be decoded: at octet 0: expected SEQUENCE (30), found [APPLICATION 7] (67)\"\n"
    );
    let first = json.text().lines().nth(1).unwrap().to_owned();
    assert_eq!(
        first,
        r#"{"conn":1,"op":1,"event":"search","base":"","scope":"sub","filter":"(cn=*)","entries":3,"result":"success","time_us":0}"#
    );
}

/// Faults behind which a connection is of no use, or the answer is an error, and what the error says.
pub(super) fn as_a_client_sees_them() -> [(Fault, &'static str); 8] {
    [
        (Fault::Refuse(ResultCode::BUSY), "busy (51): as commanded"),
        (Fault::Drop, "the server closed it"),
        (Fault::DropAfter(0), "the server closed it"),
        (Fault::Cut(5), "the server closed it"),
        (Fault::WrongId, "which was never issued"),
        (Fault::WrongKind, "which is a delRequest"),
        (Fault::Flip(0, 1), "cannot be decoded"),
        (Fault::Disconnect(ResultCode::UNAVAILABLE), "unavailable (52)"),
    ]
}

async fn faulty() -> (RunningServer, Faults, Client) {
    let faults = Faults::new();
    let server = Server::new(Obedient::default()).layer(faults.clone()).start().await.unwrap();
    let client = ConnectOptions::new("ldap://memory").connect_over(server.connect().unwrap()).await.unwrap();
    (server, faults, client)
}

#[tokio::test(start_paused = true)]
async fn each_fault_is_what_a_client_sees() {
    let mut unlike = Vec::new();
    let never = (Fault::Never, "no answer within 30s");
    for (fault, is_seen) in as_a_client_sees_them().into_iter().chain([never]) {
        let (_server, faults, client) = faulty().await;
        faults.next(OpKind::DeleteRequest, fault.clone());
        let error = client.delete(DeleteRequest::new("cn=a")).await.unwrap_err();
        if !error.to_string().contains(is_seen) {
            unlike.push(format!("{fault:?}: {error}"));
        }
    }
    assert_eq!(unlike, [""; 0]);
    for fault in [Fault::Delay(SECOND), Fault::Drip(SECOND / 10), Fault::Twice] {
        let (_server, faults, client) = faulty().await;
        faults.next(OpKind::DeleteRequest, fault);
        client.delete(DeleteRequest::new("cn=a")).await.unwrap();
        client.delete(DeleteRequest::new("cn=a")).await.unwrap();
    }
}

#[tokio::test]
async fn a_late_answer_comes_behind_the_next_one() {
    let faults = Faults::new();
    let server = Server::new(Obedient::default()).layer(faults.clone()).start().await.unwrap();
    let mut peer = Peer::connect(&server);
    faults.next(OpKind::DeleteRequest, Fault::Late);
    peer.send(&[delete(1, ""), delete(2, ""), delete(3, "")].concat()).await;
    let mut order = Vec::new();
    for _ in 0..3 {
        order.push(peer.answer().await.0);
    }
    assert_eq!(order, [2, 1, 3]);
}

#[tokio::test]
async fn what_is_abandoned_is_answered_all_the_same() {
    let handler = Obedient::default();
    let faults = Faults::new();
    let server = Server::new(handler.clone()).layer(faults.clone()).start().await.unwrap();
    let mut peer = Peer::connect(&server);
    faults.next(OpKind::DeleteRequest, Fault::IgnoreAbandon);
    peer.send(&[delete(1, "wait"), message(2, AbandonRequest::new(id(1)))].concat()).await;
    settle().await;
    handler.state.go.notify_one();
    assert_eq!(peer.answer().await, (1, ResultCode::SUCCESS));
    // Only on that connection.
    let mut other = Peer::connect(&server);
    other.send(&[delete(1, "wait"), message(2, AbandonRequest::new(id(1)))].concat()).await;
    settle().await;
    assert_eq!(handler.stopped(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_server_is_busy_for_a_while() {
    let (_server, faults, client) = faulty().await;
    faults.refuse_for(ResultCode::BUSY, SECOND);
    for _ in 0..2 {
        let error = client.delete(DeleteRequest::new("cn=a")).await.unwrap_err();
        assert_eq!(error.code(), Some(ResultCode::BUSY));
    }
    tokio::time::sleep(SECOND).await;
    client.delete(DeleteRequest::new("cn=a")).await.unwrap();
}

/// A connection that is dropped at each octet of its answers, and one whose octet there is another one: never success
/// with an answer that is not whole.
#[tokio::test(start_paused = true)]
async fn a_connection_fails_at_any_octet() {
    let faults = Faults::new();
    let wrapping = faults.clone();
    let server = Server::new(Obedient::default())
        .wrap_streams(move |_, stream| wrapping.wrap(stream))
        .layer(faults.clone())
        .start()
        .await
        .unwrap();
    let connect = || async {
        ConnectOptions::new("ldap://memory").connect_over(server.connect().unwrap()).await.unwrap()
    };
    // Two answers of 14 octets.
    for at in 0..=28 {
        faults.next_connection(StreamFault::DropAt(at));
        let client = connect().await;
        let first = client.delete(DeleteRequest::new("cn=a")).await;
        let second = client.delete(DeleteRequest::new("cn=a")).await;
        assert_eq!((first.is_ok(), second.is_ok()), (at >= 14, at >= 28), "{at}");
    }
    for at in 0..14 {
        faults.next_connection(StreamFault::FlipAt(at, 0x80));
        let client = connect().await;
        let ended = tokio::time::timeout(SECOND * 5, client.delete(DeleteRequest::new("cn=a"))).await;
        assert!(!matches!(ended, Ok(Ok(_))), "{at}");
    }
    faults.next_connection(StreamFault::Crumbs);
    connect().await.delete(DeleteRequest::new("cn=a")).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_search_that_loses_its_server_tells_how_far_it_got() {
    let (_server, faults, client) = faulty().await;
    faults.next(OpKind::SearchRequest, Fault::DropAfter(0));
    let all = crate::proto::SearchRequest::entry("").size_limit(10);
    let error = client.search(all).await.unwrap().collect().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Closed(_)), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_recorder_tells_what_was_asked_and_waits_for_it() {
    let recorder = Recorder::with_limit(2);
    let server = Server::new(Obedient::default())
        .layer(Delay::new(SECOND).only(OpKind::DeleteRequest))
        .layer(recorder.clone())
        .start()
        .await
        .unwrap();
    let mut peer = Peer::connect(&server);
    peer.send(&[search(1, 2), delete(2, "a"), delete(3, "b")].concat()).await;
    let answered =
        recorder.wait_for(|exchange| exchange.id().number() == 3 && exchange.answer.is_some()).await;
    assert_eq!(answered.answer.unwrap().code(), ResultCode::SUCCESS);
    let ids: Vec<_> = recorder.exchanges().iter().map(|exchange| exchange.id().number()).collect();
    assert_eq!(ids, [2, 3]);
    assert_eq!(recorder.requests(OpKind::DeleteRequest).len(), 2);
    assert!(recorder.requests(OpKind::SearchRequest).is_empty());
}

#[tokio::test]
async fn what_a_recorder_keeps_is_bounded_in_octets_too() {
    let recorder = Recorder::with_limits(1000, 3000);
    let server = Server::new(Obedient::default()).layer(recorder.clone()).start().await.unwrap();
    let client = ConnectOptions::new("ldap://memory").connect_over(server.connect().unwrap()).await.unwrap();
    for number in 0..5 {
        client.simple_bind("cn=a", format!("{number}{}", "x".repeat(1000))).await.unwrap();
        client.delete(DeleteRequest::new(format!("cn={number}{}", "x".repeat(1000)))).await.unwrap();
    }
    assert_eq!((recorder.requests(OpKind::BindRequest).len(), recorder.exchanges().len()), (1, 2));
}

#[tokio::test]
async fn a_counter_counts_what_was_answered() {
    let counter = Counter::new();
    let server = Server::new(Obedient::default()).layer(counter.clone()).start().await.unwrap();
    let mut peer = Peer::connect(&server);
    peer.send(&[search(1, 2), delete(2, "wait"), delete(3, ""), delete(4, "panic")].concat()).await;
    for _ in 0..5 {
        peer.next().await.unwrap();
    }
    let counts = counter.counts();
    assert_eq!((counts.connections, counts.operations, counts.searches), (1, 2, 1));
    assert_eq!((counts.entries, counts.writes, counts.binds, counts.errors), (2, 1, 0, 0));
    drop(peer);
    settle().await;
    assert_eq!(counter.counts().connections, 0);
}

#[tokio::test]
async fn no_more_operations_run_at_once_than_may() {
    for refuses in [false, true] {
        let handler = Obedient::default();
        let limit = ConcurrencyLimit::new(1);
        let limit = if refuses { limit.refuse() } else { limit };
        let server = Server::new(handler.clone()).layer(limit).start().await.unwrap();
        let (mut one, mut two) = (Peer::connect(&server), Peer::connect(&server));
        one.send(&delete(1, "wait")).await;
        settle().await;
        two.send(&delete(1, "")).await;
        settle().await;
        assert_eq!(handler.begun(), 1);
        if refuses {
            assert_eq!(two.answer().await, (1, ResultCode::BUSY));
        }
        handler.state.go.notify_one();
        assert_eq!(one.answer().await, (1, ResultCode::SUCCESS));
        if !refuses {
            assert_eq!(two.answer().await, (1, ResultCode::SUCCESS));
        }
    }
}
