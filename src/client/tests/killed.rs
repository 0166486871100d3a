//! A server that dies at any octet of a search: what was delivered is an exact prefix, and never a success.

use bytes::BytesMut;
use fastrand::Rng;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Duration, Instant};

use super::peer::{PIPE, Peer, entry};
use super::search_request;
use crate::client::ConnectOptions;
use crate::error::Error;
use crate::execute::{Call, Executor};
use crate::proto::controls::PagedResultsResponse;
use crate::proto::{LdapMessage, LdapResult, MessageId, ProtocolOp, SearchRequest};
use crate::transport::tls::test_pki::{HOST, TestCa};
use crate::transport::{Stream, TlsAcceptor, TlsOptions};

/// The entries of a search.
const ENTRIES: usize = 10_000;
/// The entries of a page, where there are pages.
const PAGE: usize = 1000;

/// The octets of a whole search, or of its first page from entry `first` on.
fn answer(id: MessageId, first: usize, count: usize) -> BytesMut {
    let mut octets = BytesMut::new();
    for number in first..first + count {
        let message = LdapMessage::new(id, ProtocolOp::SearchResultEntry(entry(number, 20)));
        octets.extend_from_slice(&message.to_bytes().unwrap());
    }
    let mut done = LdapMessage::new(id, ProtocolOp::SearchResultDone(LdapResult::success()));
    if count < ENTRIES {
        let cookie = if first + count < ENTRIES { "more" } else { "" };
        done = done.with_control(PagedResultsResponse::new(cookie));
    }
    octets.extend_from_slice(&done.to_bytes().unwrap());
    octets
}

/// Serves one search and dies after `life` octets of answers; returns whether all was sent.
async fn serve(stream: Stream, page: usize, mut life: usize) -> bool {
    let mut peer = Peer::over(stream);
    for first in (0..ENTRIES).step_by(page) {
        let Some(request) = peer.try_next().await else { return false };
        let octets = answer(request.id, first, page);
        let sent = life.min(octets.len());
        peer.send_octets(&octets[..sent]).await;
        life -= sent;
        if sent < octets.len() {
            return false;
        }
    }
    true
}

/// Reads a search to its end, and checks that what comes is a prefix without gap or double.
async fn read(options: ConnectOptions, stream: Stream, search: Call<SearchRequest>) -> Result<usize, Error> {
    let client = options.connect_over(stream).await?;
    let mut stream = client.search(search).await?;
    let mut next = 0;
    loop {
        match stream.next_entry().await {
            Ok(Some(entry)) => {
                assert_eq!(entry.dn(), format!("cn={next}"));
                next += 1;
            }
            Ok(None) => return Ok(next),
            Err(error) => {
                assert_eq!(error.delivered(), next as u64);
                return Err(error);
            }
        }
    }
}

/// Octets of all the answers.
fn whole(page: usize) -> usize {
    let id = MessageId::FIRST;
    (0..ENTRIES).step_by(page).map(|first| answer(id, first, page).len()).sum()
}

/// Somewhere in the whole, now and then just before its end or behind it.
fn life(random: &mut Rng, whole: usize) -> usize {
    match random.usize(..20) {
        0 => whole - 1 - random.usize(..16),
        1 => whole,
        _ => random.usize(..whole),
    }
}

fn search(page: usize) -> Call<SearchRequest> {
    if page == ENTRIES { Call::new(search_request()) } else { search_request().paged(1000) }
}

fn judge(result: Result<usize, Error>, all_sent: bool) {
    match result {
        Ok(count) => assert!(all_sent && count == ENTRIES),
        Err(error) => assert!(!all_sent, "{error}"),
    }
}

#[tokio::test]
async fn in_memory() {
    for page in [ENTRIES, PAGE] {
        let whole = whole(page);
        let mut random = Rng::with_seed(11);
        for _ in 0..500 {
            let (near, far) = Stream::memory_pair(PIPE);
            let reading = read(ConnectOptions::new("ldap://peer"), near, search(page));
            let (result, all_sent) = tokio::join!(reading, serve(far, page, life(&mut random, whole)));
            judge(result, all_sent);
        }
    }
}

#[tokio::test]
async fn over_tcp_and_tls() {
    let ca = TestCa::new();
    let config = ca.server().server_config();
    for page in [ENTRIES, PAGE] {
        let whole = whole(page);
        let mut random = Rng::with_seed(12);
        for round in 0..100 {
            let is_tls = round % 2 == 0;
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let near = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
            let (far, _) = listener.accept().await.unwrap();
            let scheme = if is_tls { "ldaps" } else { "ldap" };
            let options =
                ConnectOptions::new(format!("{scheme}://{HOST}")).tls(TlsOptions::new().ca_pem(ca.pem()));
            let config = config.clone();
            let life = life(&mut random, whole);
            let serving = async move {
                let mut far = Stream::from(far);
                if is_tls {
                    let deadline = Instant::now() + Duration::from_secs(600);
                    far = TlsAcceptor::new(config).handshake(far, deadline).await.unwrap();
                }
                serve(far, page, life).await
            };
            let (result, all_sent) = tokio::join!(read(options, near.into(), search(page)), serving);
            judge(result, all_sent);
        }
    }
}

#[tokio::test]
async fn an_end_between_two_entries_is_no_end() {
    let (near, mut far) = tokio::io::duplex(PIPE);
    let client = ConnectOptions::new("ldap://peer").connect_over(near.into()).await.unwrap();
    let stream = client.search(search_request()).await.unwrap();
    let message = LdapMessage::new(MessageId::FIRST, ProtocolOp::SearchResultEntry(entry(0, 1)));
    far.write_all(&message.to_bytes().unwrap()).await.unwrap();
    far.shutdown().await.unwrap();
    let error = stream.collect().await.unwrap_err();
    assert_eq!((error.delivered(), error.partial_entries().len()), (1, 1));
}
