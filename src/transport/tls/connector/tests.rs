//! Handshakes between two ends in one process; `hostile` has those with a peer that is none.

mod hostile;

use std::time::Duration;

use rustls::ServerConfig;
use rustls::server::ResolvesServerCert;
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::transport::tls::test_pki::{
    HOST, Identity, TestCa, bad_certificates, default_crypto, server_params,
};
use crate::transport::tls::{TlsAcceptor, TlsOptions, TlsVersion};
use crate::transport::{Fault, SocketOptions, Target, connect};

type Outcome = Result<Stream, TransportError>;

/// Longer than the slowest machine takes. Where it is waited for, time is paused.
const PATIENCE: Duration = Duration::from_secs(600);

fn deadline() -> Instant {
    Instant::now() + PATIENCE
}

/// Lets a client with these options and a server with this configuration shake hands over a memory pipe.
async fn shake(options: &TlsOptions, host: &str, server: Arc<ServerConfig>) -> (Outcome, Outcome) {
    let connector = options.connector().unwrap();
    let (near, far) = Stream::memory_pair(64 * 1024);
    let acceptor = TlsAcceptor::new(server);
    tokio::join!(connector.handshake(near, Some(host), deadline()), acceptor.handshake(far, deadline()))
}

#[tokio::test]
async fn good_certificate_gives_an_encrypted_stream_in_both_versions() {
    let ca = TestCa::new();
    let server = ca.server();
    for (wire, version) in [(&TLS12, TlsVersion::Tls12), (&TLS13, TlsVersion::Tls13)] {
        let config = server.server_config_with(default_crypto(), &[wire]);
        let (near, far) = shake(&TlsOptions::new().ca_pem(ca.pem()), HOST, config).await;
        let (mut near, mut far) = (near.unwrap(), far.unwrap());
        near.write_all(b"request").await.unwrap();
        near.flush().await.unwrap();
        let mut octets = [0; 7];
        far.read_exact(&mut octets).await.unwrap();
        assert_eq!(&octets, b"request");
        assert!(near.is_encrypted() && near.is_local() && near.is_write_vectored());
        let session = near.tls().unwrap();
        assert_eq!(session.version(), version);
        assert_eq!(session.peer_certificate(), Some(server.der()));
        assert!(session.cipher_suite().is_some());
    }
}

#[tokio::test]
async fn both_ends_export_the_same_binding_and_only_since_tls_13() {
    let ca = TestCa::new();
    let server = ca.server();
    let options = TlsOptions::new().ca_pem(ca.pem());
    let (near, far) = shake(&options, HOST, server.server_config()).await;
    let (near, far) = (near.unwrap(), far.unwrap());
    let binding = near.tls().unwrap().exporter().unwrap();
    assert_eq!(Some(binding), far.tls().unwrap().exporter());
    let (other, _far) = shake(&options, HOST, server.server_config()).await;
    assert_ne!(Some(binding), other.unwrap().tls().unwrap().exporter());
    let old = server.server_config_with(default_crypto(), &[&TLS12]);
    let (near, _far) = shake(&options, HOST, old).await;
    assert_eq!(near.unwrap().tls().unwrap().exporter(), None);
}

#[tokio::test]
async fn bad_certificates_are_refused_and_the_text_says_why() {
    for bad in bad_certificates() {
        for version in [&TLS12, &TLS13] {
            let config = bad.identity.server_config_with(default_crypto(), &[version]);
            let options = TlsOptions::new().ca_pem(bad.authority.clone());
            let (outcome, _) = shake(&options, bad.host, config).await;
            let error = outcome.expect_err(bad.name);
            assert!(error.to_string().contains(bad.complaint), "{}: {error}", bad.name);
            assert!(
                matches!(&error, TransportError::TlsHandshake(error) if matches!(**error, TlsError::Certificate(_)))
            );
            assert_eq!((error.phase(), error.fault()), (Phase::TlsHandshake, Fault::Peer), "{}", bad.name);
        }
    }
}

#[tokio::test]
async fn names_that_match_are_accepted() {
    let ca = TestCa::new();
    for (name, host) in [
        ("ldap.example.org", "LDAP.Example.ORG"),
        ("ldap.example.org", "ldap.example.org."),
        ("*.example.org", "ldap.example.org"),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("2001:db8::1", "[2001:DB8:0::1]"),
        ("fe80::1", "fe80::1%eth0"),
    ] {
        let config = ca.issue(server_params(&[name])).server_config();
        let (outcome, _) = shake(&TlsOptions::new().ca_pem(ca.pem()), host, config).await;
        outcome.unwrap_or_else(|error| panic!("{name} for {host}: {error}"));
    }
}

#[tokio::test]
async fn server_name_of_the_options_goes_before_the_host() {
    let ca = TestCa::new();
    let config = ca.server().server_config();
    let options = TlsOptions::new().ca_pem(ca.pem()).server_name(HOST);
    let (outcome, _) = shake(&options, "localhost", config.clone()).await;
    assert!(outcome.is_ok());
    let (outcome, _) = shake(&options.server_name("other.example.org"), HOST, config).await;
    assert!(outcome.unwrap_err().to_string().contains("not for `other.example.org`"));
}

#[tokio::test]
async fn stream_without_a_host_needs_a_server_name() {
    let connector = TlsOptions::new().ca_pem(TestCa::new().pem()).connector().unwrap();
    let (near, _far) = Stream::memory_pair(64);
    let error = connector.handshake(near, None, deadline()).await.unwrap_err();
    assert!(error.to_string().contains("`server_name`"), "{error}");
    assert_eq!((error.phase(), error.fault()), (Phase::TlsSetup, Fault::Caller));
}

#[tokio::test]
async fn host_that_is_no_name_is_refused_before_a_byte_is_sent() {
    let connector = TlsOptions::new().ca_pem(TestCa::new().pem()).connector().unwrap();
    for (host, complaint) in [("a b", "neither a dns name nor an ip address"), ("bücher.example", "`xn--`")]
    {
        let (near, mut far) = Stream::memory_pair(64);
        let error = connector.handshake(near, Some(host), deadline()).await.unwrap_err();
        assert!(error.to_string().contains(complaint), "{error}");
        assert_eq!(far.read(&mut [0; 1]).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn self_signed_certificate_that_is_trusted_itself_is_accepted() {
    let server = Identity::self_signed(server_params(&[HOST]));
    let options = TlsOptions::new().ca_pem(server.pem());
    let (outcome, _) = shake(&options, HOST, server.server_config()).await;
    assert!(outcome.is_ok());
    let (outcome, _) = shake(&options, "other.example.org", server.server_config()).await;
    assert!(outcome.unwrap_err().to_string().contains("not for `other.example.org`"));
}

#[tokio::test]
async fn danger_accepts_every_bad_certificate() {
    let options = TlsOptions::new().danger_accept_any_certificate();
    for bad in bad_certificates() {
        let (outcome, _) = shake(&options, bad.host, bad.identity.server_config()).await;
        let stream = outcome.expect(bad.name);
        assert_eq!(stream.tls().unwrap().peer_certificate(), Some(bad.identity.der()));
    }
}

/// Shows a certificate and signs with a key that is not its own.
#[derive(Debug)]
struct Impostor(Arc<CertifiedKey>);

impl ResolvesServerCert for Impostor {
    fn resolve(&self, _: rustls::server::ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }
}

#[tokio::test]
async fn certificate_without_its_key_is_refused_even_in_danger() {
    let ca = TestCa::new();
    let (chain, key) = ca.server().with_key_of(&ca.server());
    let key = default_crypto().key_provider.load_private_key(key).unwrap();
    let impostor = Arc::new(Impostor(Arc::new(CertifiedKey::new(chain, key))));
    for version in [&TLS12, &TLS13] {
        let config = ServerConfig::builder_with_provider(default_crypto())
            .with_protocol_versions(&[version])
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(impostor.clone());
        let config = Arc::new(config);
        for options in [TlsOptions::new().ca_pem(ca.pem()), TlsOptions::new().danger_accept_any_certificate()]
        {
            let (outcome, _) = shake(&options, HOST, config.clone()).await;
            let error = outcome.unwrap_err();
            assert!(error.to_string().contains("signature does not fit"), "{error}");
        }
    }
}

#[tokio::test]
async fn client_certificate_is_shown_when_asked_for() {
    let ca = TestCa::new();
    let client = ca.client();
    let options = TlsOptions::new().ca_pem(ca.pem()).client_certificate_pem(client.pem(), client.key_pem());
    for version in [&TLS12, &TLS13] {
        let config = ca.server().server_config_demanding(&ca, &[version]);
        let (near, far) = shake(&options, HOST, config).await;
        assert!(near.is_ok());
        assert_eq!(far.unwrap().tls().unwrap().peer_certificate(), Some(client.der()));
    }
    let (_near, far) = shake(&options, HOST, ca.server().server_config()).await;
    assert_eq!(far.unwrap().tls().unwrap().peer_certificate(), None, "shown unasked");
}

#[tokio::test]
async fn missing_client_certificate_is_named_as_the_reason() {
    let ca = TestCa::new();
    let options = TlsOptions::new().ca_pem(ca.pem());

    let config = ca.server().server_config_demanding(&ca, &[&TLS12]);
    let error = shake(&options, HOST, config).await.0.unwrap_err();
    assert!(error.to_string().contains("client certificate"), "{error}");

    // With TLS 1.3 the client has finished before the server can object.
    let config = ca.server().server_config_demanding(&ca, &[&TLS13]);
    let mut stream = shake(&options, HOST, config).await.0.unwrap();
    let error = TransportError::from(stream.read_u8().await.unwrap_err());
    assert_eq!(
        error.to_string(),
        "tls failed: the other end refused with the alert CertificateRequired: it wants a client certificate: \
         give one with `client_certificate_files`"
    );
    assert_eq!((error.phase(), error.fault(), error.is_tls()), (Phase::Tls, Fault::Peer, true));
}

#[tokio::test]
async fn client_certificate_of_an_unknown_authority_is_refused() {
    let (ca, other) = (TestCa::new(), TestCa::new());
    let client = other.client();
    let options = TlsOptions::new().ca_pem(ca.pem()).client_certificate_pem(client.pem(), client.key_pem());
    let config = ca.server().server_config_demanding(&ca, &[&TLS12]);
    let error = shake(&options, HOST, config).await.0.unwrap_err();
    assert!(error.to_string().contains("refused with the alert"), "{error}");
}

#[tokio::test]
async fn minimum_version_is_kept() {
    let ca = TestCa::new();
    let options = TlsOptions::new().ca_pem(ca.pem()).min_version(TlsVersion::Tls13);
    let old = ca.server().server_config_with(default_crypto(), &[&TLS12]);
    let error = shake(&options, HOST, old).await.0.unwrap_err();
    assert!(error.to_string().contains("no version of tls in common"), "{error}");
}

#[tokio::test]
async fn connections_of_one_connector_resume_sessions() {
    let ca = TestCa::new();
    let connector = TlsOptions::new().ca_pem(ca.pem()).connector().unwrap();
    let acceptor = TlsAcceptor::new(ca.server().server_config());
    let mut resumed = Vec::new();
    for _ in 0..2 {
        let (near, far) = Stream::memory_pair(64 * 1024);
        let clone = connector.clone();
        let (near, far) =
            tokio::join!(clone.handshake(near, Some(HOST), deadline()), acceptor.handshake(far, deadline()));
        let (mut near, mut far) = (near.unwrap(), far.unwrap());
        // The ticket comes after the handshake, with the first octets read.
        far.write_all(b"x").await.unwrap();
        far.flush().await.unwrap();
        near.read_u8().await.unwrap();
        resumed.push(near.tls().unwrap().is_resumed());
    }
    assert_eq!(resumed, [false, true]);
}

#[tokio::test]
async fn configuration_of_the_caller_is_used_as_it_is() {
    let ca = TestCa::new();
    let mut roots = rustls::RootCertStore::empty();
    let pem = ca.pem();
    let certificate =
        <rustls::pki_types::CertificateDer<'_> as rustls::pki_types::pem::PemObject>::from_pem_slice;
    roots.add(certificate(pem.as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(default_crypto())
        .with_protocol_versions(&[&TLS12])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let (outcome, _) =
        shake(&TlsOptions::from_config(Arc::new(config)), HOST, ca.server().server_config()).await;
    assert_eq!(outcome.unwrap().tls().unwrap().version(), TlsVersion::Tls12);
}

#[cfg(all(feature = "tls-ring", feature = "tls-aws-lc-rs"))]
#[tokio::test]
async fn each_provider_talks_to_each() {
    use crate::transport::tls::TlsProvider::{AwsLcRs, Ring};

    let ca = TestCa::new();
    for (near, far) in [(Ring, Ring), (Ring, AwsLcRs), (AwsLcRs, Ring), (AwsLcRs, AwsLcRs)] {
        let config = ca.server().server_config_with(far.crypto(), rustls::ALL_VERSIONS);
        let options = TlsOptions::new().ca_pem(ca.pem()).provider(near);
        let (outcome, _) = shake(&options, HOST, config).await;
        outcome.unwrap_or_else(|error| panic!("{near:?} with {far:?}: {error}"));
    }
}

#[tokio::test]
async fn ldaps_over_tcp_uses_the_host_of_the_target() {
    let ca = TestCa::new();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = TlsAcceptor::new(ca.issue(server_params(&["127.0.0.1"])).server_config());
    let serve = async {
        let (socket, _) = listener.accept().await.unwrap();
        let mut stream = acceptor.handshake(socket.into(), deadline()).await.unwrap();
        stream.write_all(b"hello").await.unwrap();
        stream.shutdown().await.unwrap();
    };
    let call = async {
        let target = Target::ldaps("127.0.0.1").with_port(port);
        let connector = TlsOptions::new().ca_pem(ca.pem()).connector().unwrap();
        let plain = connect(&target, &SocketOptions::new(), deadline()).await.unwrap();
        let mut stream = connector.handshake(plain, target.host(), deadline()).await.unwrap();
        assert!(stream.is_encrypted() && !stream.is_local());
        assert_eq!(stream.peer().to_string(), format!("127.0.0.1:{port}"));
        let mut octets = Vec::new();
        stream.read_to_end(&mut octets).await.unwrap();
        assert_eq!(octets, b"hello");
    };
    tokio::join!(serve, call);
}

#[tokio::test(start_paused = true)]
async fn handshake_may_move_between_threads() {
    fn assert_send<T: Send>(_: &T) {}
    let connector = TlsOptions::new().ca_pem(TestCa::new().pem()).connector().unwrap();
    assert_send(&connector.handshake(Stream::memory_pair(1).0, Some(HOST), deadline()));
}

#[test]
fn debug_shows_the_name_and_no_configuration() {
    let connector = TlsOptions::new().ca_pem(TestCa::new().pem()).server_name(HOST).connector().unwrap();
    assert_eq!(
        format!("{connector:?}"),
        r#"TlsConnector { server_name: Some(DnsName("ldap.example.org")), .. }"#
    );
}
