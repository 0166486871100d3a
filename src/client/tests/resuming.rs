//! Connections of the same options resume each other's TLS sessions: real TLS over real sockets.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, SupportedProtocolVersion};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::peer::Peer;
use super::{delete, search_request as search};
use crate::client::ConnectOptions;
use crate::execute::{Delivery, Executor};
use crate::model::Oid;
use crate::proto::{BindResponse, ExtendedResponse, LdapMessage, LdapResult, ProtocolOp};
use crate::transport::tls::test_pki::{HOST, TestCa, default_crypto};
use crate::transport::{Stream, TlsAcceptor, TlsOptions};

/// A server that counts its handshakes.
struct Server {
    authority: String,
    port: u16,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    whole: AtomicUsize,
    resumed: AtomicUsize,
}

impl Server {
    /// Starts a server that speaks this version.
    async fn start(version: &'static SupportedProtocolVersion) -> Self {
        let ca = TestCa::new();
        let config = ca.server().server_config_with(default_crypto(), &[version]);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let counts = Arc::new(Counts::default());
        tokio::spawn({
            let counts = Arc::clone(&counts);
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(serve(stream, Arc::clone(&config), Arc::clone(&counts)));
                }
            }
        });
        Self { authority: ca.pem(), port, counts }
    }

    fn options(&self, scheme: &str) -> ConnectOptions {
        let tls = TlsOptions::new().ca_pem(self.authority.clone()).server_name(HOST);
        ConnectOptions::new(format!("{scheme}://127.0.0.1:{}", self.port)).tls(tls)
    }

    /// Returns how many handshakes were whole, and how many resumed an earlier session.
    fn handshakes(&self) -> (usize, usize) {
        (self.counts.whole.load(Ordering::Relaxed), self.counts.resumed.load(Ordering::Relaxed))
    }
}

/// Serves one connection, with TLS from the first octet or after StartTLS.
async fn serve(stream: TcpStream, config: Arc<ServerConfig>, counts: Arc<Counts>) {
    let mut first = [0];
    stream.peek(&mut first).await.unwrap();
    let mut stream = Stream::from(stream);
    if first == [0x30] {
        let mut peer = Peer::over(stream);
        let request = peer.next().await;
        let granted = ExtendedResponse::new(LdapResult::success())
            .with_name(Oid::from_static("1.3.6.1.4.1.1466.20037"));
        peer.send(request.id, ProtocolOp::ExtendedResponse(granted)).await;
        stream = peer.into_stream();
    }
    let acceptor = TlsAcceptor::new(config);
    let deadline = Instant::now() + Duration::from_secs(600);
    // A client may refuse the certificate.
    let Ok(stream) = acceptor.handshake(stream, deadline).await else { return };
    let count = if stream.tls().unwrap().is_resumed() { &counts.resumed } else { &counts.whole };
    count.fetch_add(1, Ordering::Relaxed);
    let mut peer = Peer::over(stream);
    while let Some(LdapMessage { id, op, .. }) = peer.try_next().await {
        let result = LdapResult::success();
        match op {
            ProtocolOp::BindRequest(_) => {
                peer.send(id, ProtocolOp::BindResponse(BindResponse::new(result))).await;
            }
            ProtocolOp::SearchRequest(_) => peer.send_done(id).await,
            ProtocolOp::DeleteRequest(_) => peer.send(id, ProtocolOp::DeleteResponse(result)).await,
            _ => {}
        }
    }
}

#[tokio::test]
async fn a_connection_made_again_resumes_the_session_of_the_first() {
    for version in [&TLS12, &TLS13] {
        let server = Server::start(version).await;
        let client = server.options("ldaps").connect().await.unwrap();
        client.simple_bind("cn=admin", "secret").await.unwrap();
        assert_eq!(server.handshakes(), (1, 0));
        let again = client.again().await.unwrap();
        again.delete(delete()).await.unwrap();
        assert_eq!(server.handshakes(), (1, 1));
        // A search on a connection of its own is one more.
        let own = search().with_delivery(Delivery::OwnConnection);
        assert!(client.search(own).await.unwrap().collect().await.unwrap().entries.is_empty());
        assert_eq!(server.handshakes(), (1, 2));
    }
}

#[tokio::test]
async fn clones_of_options_share_sessions_with_start_tls_too() {
    let server = Server::start(&TLS13).await;
    let options = server.options("ldap").start_tls();
    for resumed in 0..3 {
        let client = options.clone().connect().await.unwrap();
        client.delete(delete()).await.unwrap();
        assert_eq!(server.handshakes(), (1, resumed));
    }
}

/// Who sets other trust or another identity begins anew: a session is no way around what was set.
#[tokio::test]
async fn other_settings_of_tls_share_nothing() {
    let server = Server::start(&TLS13).await;
    let options = server.options("ldaps");
    options.clone().connect().await.unwrap().delete(delete()).await.unwrap();
    let other = TlsOptions::new().ca_pem(TestCa::new().pem()).server_name(HOST);
    let error = options.clone().tls(other).connect().await.unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
    options.connect().await.unwrap().delete(delete()).await.unwrap();
    assert_eq!(server.handshakes(), (1, 1));
}
