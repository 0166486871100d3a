//! Clients that mean harm, or are broken.

use tokio::io::AsyncWriteExt as _;

use super::peer::{delete, message, search};
use super::*;
use crate::proto::BindRequest;

#[tokio::test]
async fn garbage_gets_a_notice_and_hurts_nobody_else() {
    let (server, _) = start().await;
    let mut other = Peer::connect(&server);
    for garbage in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x80\x02\x01\x01\x42\x00\x00\x00",
        b"\x30\x05\x02\x01\x00\x4a\x00",
        b"\x30\x05\x02\x01\x01\x7e\x00",
        b"\x30\x0c\x02\x01\x01\x65\x07\x0a\x01\x00\x04\x00\x04\x00",
        b"\x30\x08\x02\x01\x01\x63\x03\x04\x01\x00",
    ] {
        let mut peer = Peer::connect(&server);
        peer.send(garbage).await;
        assert_eq!(peer.notice().await, ResultCode::PROTOCOL_ERROR, "{garbage:02x?}");
        other.is_served(1).await;
    }
    settle().await;
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn an_id_in_use_ends_the_connection() {
    let (server, handler) = start().await;
    let mut peer = Peer::connect(&server);
    peer.send(&[delete(1, "wait"), delete(1, "")].concat()).await;
    assert_eq!(peer.notice().await, ResultCode::PROTOCOL_ERROR);
    assert_eq!((handler.begun(), handler.stopped()), (1, 1));
}

/// The stream of a client that does a bit of everything, cut at each octet: what was whole before the cut is done, and
/// nothing else.
#[tokio::test]
async fn a_stream_cut_at_each_octet() {
    let messages =
        [message(1, BindRequest::simple("cn=a", "b")), delete(2, "a"), search(3, 2), delete(4, "b")];
    let stream = messages.concat();
    for cut in 0..=stream.len() {
        let (server, handler) = start().await;
        let mut peer = Peer::connect(&server);
        peer.send(&stream[..cut]).await;
        let mut whole = 0;
        let mut end = 0;
        for message in &messages {
            end += message.len();
            whole += usize::from(end <= cut);
        }
        let mut answers = 0;
        while answers < whole {
            answers += usize::from(peer.next().await.unwrap().op.result().is_some());
        }
        drop(peer);
        settle().await;
        assert_eq!((handler.begun(), server.connections()), (whole, 0), "cut at {cut}");
    }
}

/// 10,000 requests, and not one answer is read.
#[tokio::test(start_paused = true)]
async fn a_client_that_never_reads_is_not_read_from() {
    let limits = ServerLimits::DEFAULT.answer_budget(1000);
    let (server, handler) = start_with(limits).await;
    let (mut far, near) = crate::transport::Stream::memory_pair(4096);
    server.serve(near).unwrap();
    let request = delete(1, "");
    let sending = async {
        for _ in 0..10_000 {
            far.write_all(&request).await.unwrap();
        }
    };
    // Time passes when nothing moves.
    let timeout = tokio::time::timeout(SECOND, sending).await;
    assert!(timeout.is_err(), "it should have been stopped");
    // An answer has 14 octets: what the pipe holds, the budget, and one batch.
    let most = (4096 + 1000) / 14 + 64 + 1;
    assert!(handler.begun() <= most, "{} are more than {most}", handler.begun());
    Peer::connect(&server).is_served(1).await;
}

#[tokio::test]
async fn a_search_that_is_not_read_pauses() {
    let (server, handler) = start().await;
    let mut slow = Peer::connect(&server);
    slow.send(&search(1, 100_000)).await;
    settle().await;
    let mut other = Peer::connect(&server);
    other.is_served(1).await;
    settle().await;
    // The budget and the pipe, in entries of 1 KB; the buffer that is being written counts into the budget.
    assert!(handler.sent() <= (256 + 64 + 2), "{} entries", handler.sent());
    for _ in 0..100_000 {
        assert!(matches!(slow.next().await.unwrap().op, ProtocolOp::SearchResultEntry(_)));
    }
    assert_eq!(slow.answer().await, (1, ResultCode::SUCCESS));
}

#[tokio::test(start_paused = true)]
async fn time_runs_out_for_those_who_let_it() {
    let limits = ServerLimits::DEFAULT.idle_timeout(SECOND * 100);
    let (server, handler) = start_with(limits).await;
    // Nothing at all; the beginning of a message; a message, and the beginning of another; a message, and nothing more.
    for (octets, seconds) in [
        (&b""[..], 30),
        (b"\x30", 30),
        (&[&delete(1, "")[..], b"\x30\x05\x02"].concat(), 30),
        (&delete(1, ""), 100),
    ] {
        let begin = tokio::time::Instant::now();
        let mut peer = Peer::connect(&server);
        peer.send(octets).await;
        if octets.len() > 1 {
            assert_eq!(peer.answer().await.0, 1);
        }
        assert_eq!(peer.notice().await, ResultCode::UNAVAILABLE);
        assert_eq!(begin.elapsed().as_secs(), seconds, "{octets:02x?}");
    }
    // One who works on is left alone, and so is one who waits for an answer.
    let mut peer = Peer::connect(&server);
    for number in 1..10 {
        peer.is_served(number).await;
        tokio::time::sleep(SECOND * 20).await;
    }
    peer.send(&delete(10, "wait")).await;
    tokio::time::sleep(SECOND * 1000).await;
    handler.state.go.notify_one();
    assert_eq!(peer.answer().await.0, 10);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_is_closed_in_the_end() {
    let (server, handler) = start().await;
    let mut peer = Peer::connect(&server);
    peer.send(&search(1, 100_000)).await;
    tokio::time::sleep(SECOND * 299).await;
    assert_eq!(server.connections(), 1);
    tokio::time::sleep(SECOND * 10).await;
    assert_eq!((server.connections(), handler.stopped()), (0, 1));
}

#[tokio::test]
async fn more_connections_than_may_be_are_told_so() {
    let limits = ServerLimits::DEFAULT.connections(3).connections_per_address(2);
    let handler = Obedient::default();
    let server = Server::new(handler).limits(limits).listen(Endpoint::localhost()).start().await.unwrap();
    let address = server.endpoints()[0].address().unwrap();
    let connect = || async { Peer::over(tokio::net::TcpStream::connect(address).await.unwrap().into()) };
    let (mut first, mut second) = (connect().await, connect().await);
    first.is_served(1).await;
    second.is_served(1).await;
    assert_eq!(connect().await.notice().await, ResultCode::BUSY);
    // Another way in is still open, once.
    let mut local = Peer::connect(&server);
    local.is_served(1).await;
    assert!(matches!(server.connect(), Err(ServerError::TooManyConnections)));
    drop(first);
    while server.connections() > 2 {
        tokio::task::yield_now().await;
    }
    connect().await.is_served(1).await;
}

/// From one address: most are told so, and whoever comes another way is served.
#[tokio::test]
async fn ten_thousand_connections_leave_room_for_others() {
    const PATIENCE: Duration = Duration::from_secs(600);
    let limits = ServerLimits::DEFAULT.first_message_timeout(PATIENCE);
    let server = Server::new(Obedient::default()).limits(limits).listen(Endpoint::localhost());
    let server = server.start().await.unwrap();
    let address = server.endpoints()[0].address().unwrap();
    let mut held = Vec::new();
    for number in 0..10_000 {
        let mut peer = Peer::over(tokio::net::TcpStream::connect(address).await.unwrap().into());
        if number < 1024 {
            held.push(peer);
        } else {
            assert_eq!(peer.notice().await, ResultCode::BUSY, "{number}");
        }
    }
    assert_eq!(server.connections(), 1024);
    held[1023].is_served(1).await;
    Peer::connect(&server).is_served(1).await;
}

#[tokio::test]
async fn ten_thousand_connections_can_be_held() {
    let limits = ServerLimits::DEFAULT.connections(10_000).first_message_timeout(Duration::from_secs(600));
    let server = Server::new(Obedient::default()).limits(limits).start().await.unwrap();
    let mut held: Vec<_> = (0..10_000).map(|_| Peer::connect(&server)).collect();
    assert!(matches!(server.connect(), Err(ServerError::TooManyConnections)));
    for place in [0, 5_000, 9_999] {
        held[place].is_served(1).await;
    }
    assert_eq!(server.connections(), 10_000);
}
