//! TLS, for real.

use super::peer::{delete, message};
use super::*;
use crate::client::ConnectOptions;
use crate::execute::Executor;
use crate::proto::DeleteRequest;
use crate::proto::extops::{ExtendedOp, StartTls};
use crate::transport::tls::test_pki::{HOST, TestCa};
use crate::transport::{TlsAcceptor, TlsOptions};

async fn start_tls_server(ca: &TestCa) -> (RunningServer, Obedient) {
    let handler = Obedient::default();
    let acceptor = TlsAcceptor::new(ca.server().server_config());
    let server = Server::new(handler.clone())
        .tls(acceptor)
        .listen(Endpoint::localhost())
        .listen(Endpoint::tls(([127, 0, 0, 1], 0)))
        .start();
    (server.await.unwrap(), handler)
}

fn start_tls(number: u32) -> bytes::Bytes {
    message(number, StartTls.into_request())
}

#[tokio::test]
async fn start_tls_and_tls_from_the_start() {
    let ca = TestCa::new();
    let (server, _) = start_tls_server(&ca).await;
    let tls = || TlsOptions::new().ca_pem(ca.pem());
    let plain = server.connect().unwrap();
    let options = ConnectOptions::new(format!("ldap://{HOST}")).tls(tls()).start_tls();
    let client = options.connect_over(plain).await.unwrap();
    client.delete(DeleteRequest::new("cn=a")).await.unwrap();
    assert!(client.is_private());

    let address = server.endpoints()[1].address().unwrap();
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let options = ConnectOptions::new(format!("ldaps://{HOST}")).tls(tls());
    let client = options.connect_over(stream.into()).await.unwrap();
    client.delete(DeleteRequest::new("cn=a")).await.unwrap();
}

#[tokio::test]
async fn octets_behind_the_request_are_fatal() {
    let ca = TestCa::new();
    let (server, handler) = start_tls_server(&ca).await;
    for injected in [&delete(2, "")[..], b"\x30"] {
        let mut peer = Peer::connect(&server);
        peer.send(&[&start_tls(1)[..], injected].concat()).await;
        // The answer may go out; after it there is the end, and never a handshake.
        while let Some(message) = peer.next().await {
            assert_eq!(message.id.number(), 1);
        }
        assert_eq!(handler.begun(), 0);
    }
}

#[tokio::test]
async fn start_tls_is_refused_where_it_cannot_be() {
    let ca = TestCa::new();
    let (server, _) = start_tls_server(&ca).await;
    let mut peer = Peer::connect(&server);
    peer.send(&[delete(1, "wait"), start_tls(2)].concat()).await;
    assert_eq!(peer.answer().await, (2, ResultCode::OPERATIONS_ERROR));
    peer.is_served(3).await;
    peer.send(&message(4, StartTls.into_request().with_value("value"))).await;
    assert_eq!(peer.answer().await, (4, ResultCode::OPERATIONS_ERROR));

    let (server, _) = start().await;
    let mut peer = Peer::connect(&server);
    peer.send(&start_tls(1)).await;
    assert_eq!(peer.answer().await, (1, ResultCode::PROTOCOL_ERROR));
    peer.is_served(2).await;
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_does_not_come_is_not_waited_for() {
    let ca = TestCa::new();
    let (server, _) = start_tls_server(&ca).await;
    let mut peer = Peer::connect(&server);
    peer.send(&start_tls(1)).await;
    assert_eq!(peer.answer().await, (1, ResultCode::SUCCESS));
    tokio::time::sleep(SECOND * 11).await;
    settle().await;
    assert_eq!(server.connections(), 0);
}
