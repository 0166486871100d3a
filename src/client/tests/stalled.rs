//! Operations beside a search that nobody reads, and connections that went dead without a word.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use super::peer::{Peer, entry, pair_with};
use super::{delete, futures_poll, search_request as search};
use crate::client::ConnectOptions;
use crate::error::{Closed, ErrorKind, Phase};
use crate::execute::Executor;
use crate::model::ResultCode;
use crate::proto::{CompareRequest, LdapMessage, LdapResult, ProtocolOp};
use crate::transport::Stream;

/// The answers behind the entries of a search that nobody reads come at once and to the right callers: no timer
/// runs, and no more octets of the search than its budget are between a request and its answer.
#[tokio::test(start_paused = true)]
async fn compares_beside_a_stalled_search_do_not_wait() {
    const HARD: usize = 1 << 20;
    let (client, mut peer) =
        pair_with(|options| options.search_budget(64 * 1024).connection_budget(HARD)).await;
    let mut stalled = client.search(search()).await.unwrap();
    let request = peer.next().await;
    let serving = tokio::spawn(async move {
        let mut abandoned = false;
        let mut sent = 0;
        while let Some(LdapMessage { id, op, .. }) = peer.try_next().await {
            match op {
                ProtocolOp::AbandonRequest(abandon) => abandoned |= abandon.id() == request.id,
                ProtocolOp::CompareRequest(compare) => {
                    for _ in 0..10 {
                        if !abandoned {
                            peer.send(request.id, ProtocolOp::SearchResultEntry(entry(sent, 1000))).await;
                            sent += 1;
                        }
                    }
                    let is_even = compare.dn().parse::<u32>().unwrap() % 2 == 0;
                    let code = if is_even { ResultCode::COMPARE_TRUE } else { ResultCode::COMPARE_FALSE };
                    peer.send(id, ProtocolOp::CompareResponse(LdapResult::new(code))).await;
                }
                _ => {}
            }
        }
        sent
    });
    let start = Instant::now();
    for number in 0..1000 {
        let answer = client.compare(CompareRequest::new(number.to_string(), "cn", "x")).await.unwrap();
        assert_eq!(answer, number % 2 == 0);
        // The budget, and what one batch may bring beyond it.
        assert!(client.statistics().held <= HARD + 128 * 1024, "{:?}", client.statistics());
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
    let error = loop {
        match stalled.next_entry().await {
            Ok(entry) => assert!(entry.is_some(), "no end without a lost entry being told"),
            Err(error) => break error,
        }
    };
    let ErrorKind::SlowConsumer { discarded } = *error.kind() else { panic!("{error}") };
    assert!(discarded > 0);
    drop((stalled, client));
    let sent = serving.await.unwrap();
    // It was told to stop once the budget was full.
    assert!((HARD / 1100..HARD / 1000 + 200).contains(&sent), "{sent}");
}

/// The loop that dead-locks elsewhere, without paging and without a connection of its own: whatever becomes of the
/// search, each change is answered, and the end is the end or the error that names the other forms.
#[tokio::test(start_paused = true)]
async fn each_entry_can_be_changed_on_the_way_until_the_budget_is_full() {
    for (entries, fits) in [(50, true), (5000, false)] {
        let (client, mut peer) =
            pair_with(|options| options.search_budget(16 * 1024).connection_budget(256 * 1024)).await;
        let serving = tokio::spawn(async move {
            while let Some(LdapMessage { id, op, .. }) = peer.try_next().await {
                match op {
                    ProtocolOp::SearchRequest(_) => {
                        for number in 0..entries {
                            peer.send(id, ProtocolOp::SearchResultEntry(entry(number, 1000))).await;
                        }
                        peer.send_done(id).await;
                    }
                    ProtocolOp::ModifyRequest(_) => {
                        peer.send(id, ProtocolOp::ModifyResponse(LdapResult::success())).await;
                    }
                    _ => {}
                }
            }
        });
        let mut stream = client.search(search()).await.unwrap();
        let mut changed = 0;
        let end = loop {
            match stream.next_entry().await {
                Ok(Some(entry)) => {
                    client.replace(entry.dn(), "description", ["new"]).await.unwrap();
                    changed += 1;
                }
                end => break end,
            }
        };
        if fits {
            assert!(end.unwrap().is_none());
            assert_eq!(changed, entries);
        } else {
            let error = end.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::SlowConsumer { .. }), "{error}");
            assert_eq!(error.delivered(), changed as u64);
            let text = error.to_string();
            assert!(text.contains("paging") && text.contains("connection of its own"), "{text}");
        }
        drop((stream, client));
        serving.await.unwrap();
    }
}

/// A stream that is silent until the system gives it up, as it does when keep-alive gets no answer.
struct HalfOpen {
    until: Pin<Box<Sleep>>,
}

impl AsyncRead for HalfOpen {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.until.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

/// What is written is taken, and reaches nobody.
impl AsyncWrite for HalfOpen {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(octets.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// An idle connection is read all the time, so that it ends as soon as the system knows that it is dead, and
/// the next operation is told before it is sent.
#[tokio::test(start_paused = true)]
async fn an_idle_connection_ends_when_the_system_gives_it_up() {
    let io = HalfOpen { until: Box::pin(sleep(Duration::from_secs(160))) };
    let client = ConnectOptions::new("ldap://peer").connect_over(Stream::from_io(io)).await.unwrap();
    let start = Instant::now();
    assert!(matches!(client.closed().await, Closed::Transport(_)));
    assert_eq!(start.elapsed(), Duration::from_secs(160));
    let error = client.delete(delete()).await.unwrap_err();
    assert_eq!(error.phase(), Phase::NotSent);
    assert!(error.may_retry() && !error.is_connection_usable());
}

/// With operations pending, each ends at its own time and not at the system's.
#[tokio::test(start_paused = true)]
async fn operations_on_a_half_open_connection_end_in_time() {
    let io = HalfOpen { until: Box::pin(sleep(Duration::from_secs(3600))) };
    let client = ConnectOptions::new("ldap://peer").connect_over(Stream::from_io(io)).await.unwrap();
    let start = Instant::now();
    let calls: Vec<_> = (0..64)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.delete(delete()).await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap_err().phase(), Phase::Unknown);
    }
    assert_eq!(start.elapsed(), Duration::from_secs(30));
}

/// The system is told to look after idle connections: its timer of keep-alive runs for a socket of the client.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn keep_alive_is_on_for_every_connection() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let url = format!("ldap://127.0.0.1:{port}");
    let (client, accepted) = tokio::join!(ConnectOptions::new(url).connect(), listener.accept());
    let (_client, (_stream, address)) = (client.unwrap(), accepted.unwrap());
    let place = |port: u16| format!("0100007F:{port:04X}");
    let ends = [place(address.port()), place(port)];
    // Both ends: another connection may have had that port, and still be in the table. It is read by pieces while
    // connections come and go, so a line may be missing.
    let line = (0..100).find_map(|_| {
        let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
        let mut lines = table.lines();
        lines.find(|line| line.split_whitespace().skip(1).take(2).eq(&ends)).map(str::to_owned)
    });
    let line = line.expect("a connection of this process");
    // "tr", the timer that runs: 02 is that of keep-alive.
    assert!(line.split_whitespace().nth(5).unwrap().starts_with("02:"), "{line}");
}

/// What TCP joins comes in one read: every answer finds its caller, and one that is large is whole.
#[tokio::test(start_paused = true)]
async fn a_hundred_answers_in_one_read_find_their_callers() {
    let (client, mut peer) = pair_with(|options| options.in_flight(100)).await;
    let mut calls: Vec<_> =
        (0..100).map(|_| Box::pin(client.compare(CompareRequest::new("cn=x", "cn", "x")))).collect();
    for call in &mut calls {
        assert!(futures_poll(call).await.is_none());
    }
    let mut octets = Vec::new();
    for number in 0..100 {
        let request = peer.next().await;
        let code = if number % 3 == 0 { ResultCode::COMPARE_TRUE } else { ResultCode::COMPARE_FALSE };
        let size = if number == 50 { 60_000 } else { 1000 };
        let result = LdapResult::new(code).with_diagnostic_message("x".repeat(size));
        let message = LdapMessage::new(request.id, ProtocolOp::CompareResponse(result));
        octets.extend_from_slice(&message.to_bytes().unwrap());
    }
    let sending = tokio::spawn(async move {
        peer.send_octets(&octets).await;
        peer
    });
    for (number, call) in calls.into_iter().enumerate() {
        assert_eq!(call.await.unwrap(), number % 3 == 0);
    }
    Peer::answer_one(&mut sending.await.unwrap(), &client).await;
}
