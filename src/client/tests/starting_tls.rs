//! StartTLS against servers that misbehave: nothing is sent in clear, nothing is taken for protected that was not.

use tokio::io::AsyncReadExt as _;

use super::peer::{PIPE, Peer};
use crate::client::{Client, ConnectOptions};
use crate::error::{Closed, Error, ErrorKind, Phase};
use crate::execute::Executor;
use crate::model::{Oid, ResultCode};
use crate::proto::{BindResponse, ExtendedResponse, LdapMessage, LdapResult, MessageId, OpKind, ProtocolOp};
use crate::session::Violation;
use crate::transport::tls::test_pki::{HOST, TestCa};
use crate::transport::{Stream, TlsAcceptor, TlsOptions};

fn options(ca: &TestCa) -> ConnectOptions {
    ConnectOptions::new(format!("ldap://{HOST}")).start_tls().tls(TlsOptions::new().ca_pem(ca.pem()))
}

fn granted(id: MessageId) -> Vec<u8> {
    let response =
        ExtendedResponse::new(LdapResult::success()).with_name(Oid::from_static("1.3.6.1.4.1.1466.20037"));
    LdapMessage::new(id, ProtocolOp::ExtendedResponse(response)).to_bytes().unwrap().to_vec()
}

/// Connects to a server that answers the StartTLS request with these octets, and returns the error together with what
/// the server heard afterwards.
async fn provoke(answer: impl Fn(MessageId) -> Vec<u8>) -> (Error, Vec<u8>) {
    let ca = TestCa::new();
    let (near, far) = Stream::memory_pair(PIPE);
    let serving = async move {
        let mut peer = Peer::over(far);
        let request = peer.next().await;
        assert_eq!(request.op.kind(), OpKind::ExtendedRequest);
        peer.send_octets(&answer(request.id)).await;
        let mut stream = peer.into_stream();
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).await.unwrap();
        heard
    };
    let (connected, heard) = tokio::join!(options(&ca).connect_over(near), serving);
    (connected.unwrap_err(), heard)
}

#[tokio::test(start_paused = true)]
async fn octets_behind_the_answer_are_fatal() {
    let (error, heard) = provoke(|id| {
        let forged =
            LdapMessage::new(id.next(), ProtocolOp::BindResponse(BindResponse::new(LdapResult::success())));
        [granted(id), forged.to_bytes().unwrap().to_vec()].concat()
    })
    .await;
    assert!(matches!(error.kind(), ErrorKind::Violation(Violation::OctetsBeforeTls)), "{error}");
    assert!(heard.is_empty(), "{heard:02x?}");
    // Not even a part of a message.
    let (error, heard) = provoke(|id| [granted(id), b"\x30".to_vec()].concat()).await;
    assert!(matches!(error.kind(), ErrorKind::Violation(Violation::OctetsBeforeTls)), "{error}");
    assert!(heard.is_empty(), "{heard:02x?}");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_no_reason_to_go_on_in_clear() {
    let (error, heard) = provoke(|id| {
        let result = LdapResult::new(ResultCode::PROTOCOL_ERROR);
        LdapMessage::new(id, ProtocolOp::ExtendedResponse(ExtendedResponse::new(result)))
            .to_bytes()
            .unwrap()
            .to_vec()
    })
    .await;
    assert_eq!(error.code(), Some(ResultCode::PROTOCOL_ERROR));
    assert!(heard.is_empty(), "{heard:02x?}");
}

#[tokio::test(start_paused = true)]
async fn garbage_is_a_violation() {
    let (error, heard) = provoke(|_| b"220 ready when you are\r\n".to_vec()).await;
    assert!(matches!(error.kind(), ErrorKind::Violation(Violation::Decode(_))), "{error}");
    assert!(heard.is_empty());
    let (error, _) = provoke(|id| {
        LdapMessage::new(id, ProtocolOp::SearchResultDone(LdapResult::success())).to_bytes().unwrap().to_vec()
    })
    .await;
    assert!(matches!(error.kind(), ErrorKind::Violation(Violation::WrongResponse { .. })), "{error}");
}

#[tokio::test(start_paused = true)]
async fn silence_ends_with_the_time_to_connect() {
    let ca = TestCa::new();
    let (near, _far) = Stream::memory_pair(PIPE);
    let start = tokio::time::Instant::now();
    let error = options(&ca).connect_over(near).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Timeout { .. }), "{error}");
    assert_eq!((start.elapsed().as_secs(), error.phase()), (10, Phase::NotSent));
    // The server says yes, and then nothing.
    let (near, far) = Stream::memory_pair(PIPE);
    let mut peer = Peer::over(far);
    let (connected, ()) = tokio::join!(options(&ca).connect_over(near), async {
        let request = peer.next().await;
        peer.send_octets(&granted(request.id)).await;
    });
    assert!(matches!(connected.unwrap_err().kind(), ErrorKind::Transport(error) if error.is_timeout()));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_closes_is_reported() {
    let ca = TestCa::new();
    let (near, far) = Stream::memory_pair(PIPE);
    let mut peer = Peer::over(far);
    let (connected, ()) = tokio::join!(options(&ca).connect_over(near), async {
        peer.next().await;
        drop(peer);
    });
    assert!(matches!(connected.unwrap_err().kind(), ErrorKind::Closed(Closed::ByServer)));
}

/// A server that does as it should: what follows is encrypted, and a password may go.
async fn encrypted() -> (Client, Peer) {
    let ca = TestCa::new();
    // A stream that is not known to be local, so that only TLS can make it private.
    let (near, far) = tokio::io::duplex(PIPE);
    let config = ca.server().server_config();
    let serving = async {
        let mut peer = Peer::over(Stream::from_io(far));
        let request = peer.next().await;
        peer.send_octets(&granted(request.id)).await;
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(600);
        Peer::over(TlsAcceptor::new(config).handshake(peer.into_stream(), deadline).await.unwrap())
    };
    let (client, peer) = tokio::join!(options(&ca).connect_over(Stream::from_io(near)), serving);
    (client.unwrap(), peer)
}

#[tokio::test]
async fn what_was_handed_to_tls_may_have_been_sent() {
    let (client, mut peer) = encrypted().await;
    let mut seen = Box::pin(client.delete(super::delete()));
    assert!(super::futures_poll(&mut seen).await.is_none());
    peer.next().await;
    let photo = vec![0u8; 4 * PIPE];
    let large = crate::model::Entry::new("cn=x").with("jpegPhoto", [photo]);
    let mut partial = Box::pin(client.add(crate::proto::AddRequest::from(&large)));
    assert!(super::futures_poll(&mut partial).await.is_none());
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    drop(peer);
    assert_eq!(seen.await.unwrap_err().phase(), Phase::Unknown);
    assert_eq!(partial.await.unwrap_err().phase(), Phase::Unknown);
}
