//! Binds, over streams that are private and such that are not.

use super::*;
use crate::error::Refusal;
use crate::transport::Stream;

async fn who(client: &Client) -> String {
    client.who_am_i().await.unwrap().as_str().to_owned()
}

#[tokio::test]
async fn each_bind_makes_the_connection_that_of_who_binds() {
    let builder = company().external(|_| crate::model::Dn::parse("cn=socket").ok());
    let directory = builder.start().await.unwrap();
    let client = directory.client().await.unwrap();
    assert_eq!(who(&client).await, "");
    client.simple_bind(ADA, "ada-secret").await.unwrap();
    assert_eq!(who(&client).await, format!("dn:{ADA}"));
    client.bind_external().await.unwrap();
    assert_eq!(who(&client).await, "dn:cn=socket");
    client.bind_plain(format!("dn:{ADA}"), "ada-secret").await.unwrap();
    assert_eq!(who(&client).await, format!("dn:{ADA}"));
    client.anonymous_bind().await.unwrap();
    assert_eq!(who(&client).await, "");
}

#[tokio::test]
async fn a_refused_bind_leaves_the_connection_usable() {
    let (directory, client) = start(0).await;
    let error = client.simple_bind(ADA, "wrong").await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::INVALID_CREDENTIALS));
    let _ = directory.requests().assert_bind(ADA).ended(ResultCode::INVALID_CREDENTIALS);
    client.read(ADA).await.unwrap();
}

#[tokio::test]
async fn secrets_are_refused_before_an_octet_is_sent() {
    let (directory, _) = start(0).await;
    // This stream is not known to be private.
    let (near, far) = tokio::io::duplex(4096);
    directory.server().serve(Stream::from_io(far)).unwrap();
    let client = ConnectOptions::new("ldap://peer").connect_over(Stream::from_io(near)).await.unwrap();
    let refused = |error: crate::Error| match error.kind() {
        ErrorKind::Unsafe(refusal) => *refusal,
        _ => panic!("{error}"),
    };
    let error = client.simple_bind(ADA, "ada-secret").await.unwrap_err();
    assert_eq!(refused(error), Refusal::CleartextPassword);
    let error = client.bind_plain("ada", "ada-secret").await.unwrap_err();
    assert_eq!(refused(error), Refusal::CleartextPassword);
    let error = client.simple_bind(ADA, "").await.unwrap_err();
    assert_eq!(refused(error), Refusal::EmptyPassword);
    // Nobody's name is no secret; its bind is all that was heard.
    client.anonymous_bind().await.unwrap();
    directory.requests().assert_count(OpKind::BindRequest, 1);
}

/// What debugging and errors show of a connection with a password.
#[tokio::test]
async fn a_password_is_shown_nowhere() {
    let canary = "c4nary-p4ss";
    let directory = Directory::builder().admin("cn=admin", canary).start().await.unwrap();
    let client = directory.client().await.unwrap();
    client.simple_bind("cn=admin", canary).await.unwrap();
    let shown = format!("{client:?} {client:#?} {:?}", directory.requests().exchanges());
    let octets = format!("{:?}", canary.as_bytes());
    assert!(!shown.contains(canary) && !shown.contains(octets.trim_matches(['[', ']'])));
    let request = crate::proto::BindRequest::simple("cn=x", canary);
    let plain = crate::sasl::Plain::new("x", canary);
    assert!(!format!("{request:?} {plain:?}").contains(canary));
    directory.shutdown(Duration::ZERO).await;
    let error = client.simple_bind("cn=admin", canary).await.unwrap_err();
    assert!(!format!("{error:?} {error}").contains(canary));
}

#[cfg(feature = "tls-ring")]
#[tokio::test]
async fn a_password_goes_once_tls_is_up() {
    use crate::transport::tls::test_pki::{HOST, TestCa};
    use crate::transport::{TlsAcceptor, TlsOptions};

    let ca = TestCa::new();
    let directory = company().tls(TlsAcceptor::new(ca.server().server_config())).start().await.unwrap();
    let (near, far) = tokio::io::duplex(4096);
    directory.server().serve(Stream::from_io(far)).unwrap();
    let options = ConnectOptions::new(format!("ldap://{HOST}")).tls(TlsOptions::new().ca_pem(ca.pem()));
    let client = options.start_tls().connect_over(Stream::from_io(near)).await.unwrap();
    assert!(client.is_private() && client.peer_certificate().is_some());
    client.simple_bind(ADA, "ada-secret").await.unwrap();
    // The ids go on behind the StartTLS request.
    let bind = directory.requests().assert_bind(ADA).ended(ResultCode::SUCCESS);
    assert_eq!(bind.exchange().id().number(), 2);
    client.bind_plain(format!("dn:{ADA}"), "ada-secret").await.unwrap();
    assert_eq!(who(&client).await, format!("dn:{ADA}"));
}
