//! Every way to a server, every bind, and every way in which they fail.

use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};

use ldapwire::model::ResultCode;
use ldapwire::proto::{OpKind, SearchRequest};
use ldapwire::transport::{TlsError, TlsOptions, TransportError};
use ldapwire::{Client, ConnectOptions, Delivery, ErrorKind, Executor, Phase, Refusal};

use super::process::PATIENCE;
use super::slapd::{ADMIN_DN, ADMIN_PASSWORD, SUFFIX, Setup, Slapd};
use super::{Outcome, another_server, cases};

cases![
    tcp,
    tls,
    start_tls,
    unix_socket_as_its_user,
    client_certificate,
    plain,
    connects_again_as_the_same,
    connects_again_by_client_certificate,
    binds_again_as_somebody_else,
    wrong_password,
    empty_password_is_not_sent,
    password_on_clear_text_is_not_sent,
    unknown_authority,
    wrong_host_name,
    tls_where_none_is_spoken,
    start_tls_refused,
    nobody_listens,
];

async fn tcp(server: &Slapd) -> Outcome {
    let client = Client::connect(server.url()).await?;
    assert!(!client.is_private());
    assert!(client.who_am_i().await?.is_anonymous());
    client.anonymous_bind().await?;
    assert!(client.who_am_i().await?.is_anonymous());
    client.close().await;
    assert!(client.is_closed());
    Ok(())
}

async fn tls(server: &Slapd) -> Outcome {
    is_admin(&admin(server).await?).await
}

async fn start_tls(server: &Slapd) -> Outcome {
    let client = ConnectOptions::new(server.url()).start_tls().tls(trusting(server)).connect().await?;
    client.simple_bind(ADMIN_DN, ADMIN_PASSWORD).await?;
    is_admin(&client).await
}

async fn unix_socket_as_its_user(server: &Slapd) -> Outcome {
    let client = Client::connect(server.socket_url()).await?;
    client.bind_external().await?;
    is_admin(&client).await?;
    // No stranger reads what goes over a socket of this machine.
    client.simple_bind(alice(), "alice-secret").await?;
    is_alice(&client).await
}

async fn client_certificate(server: &Slapd) -> Outcome {
    let (certificate, key) = server.pki().client_files();
    let tls = trusting(server).client_certificate_files(certificate, key);
    for options in [ConnectOptions::new(server.tls_url()), ConnectOptions::new(server.url()).start_tls()] {
        let client = options.tls(tls.clone()).connect().await?;
        client.bind_external().await?;
        is_alice(&client).await?;
    }
    Ok(())
}

async fn plain(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    client.bind_plain("alice", "alice-secret").await?;
    is_alice(&client).await
}

async fn connects_again_as_the_same(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    client.bind_plain("alice", "alice-secret").await?;
    is_alice(&client.again().await?).await
}

/// A TLS session that is resumed has the identity of the first handshake.
async fn connects_again_by_client_certificate(server: &Slapd) -> Outcome {
    let (certificate, key) = server.pki().client_files();
    let tls = trusting(server).client_certificate_files(certificate, key);
    for options in [ConnectOptions::new(server.tls_url()), ConnectOptions::new(server.url()).start_tls()] {
        let client = options.tls(tls.clone()).connect().await?;
        client.bind_external().await?;
        for _ in 0..3 {
            is_alice(&client.again().await?).await?;
        }
        let own = SearchRequest::entry(alice()).with_delivery(Delivery::OwnConnection);
        assert_eq!(client.search(own).await?.collect().await?.entries.len(), 1);
    }
    Ok(())
}

async fn binds_again_as_somebody_else(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    client.simple_bind(alice(), "alice-secret").await?;
    is_alice(&client).await?;
    client.anonymous_bind().await?;
    assert!(client.who_am_i().await?.is_anonymous());
    Ok(())
}

async fn wrong_password(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let error = client.simple_bind(alice(), "wrong").await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::INVALID_CREDENTIALS));
    assert_eq!((error.operation(), error.phase()), (Some(OpKind::BindRequest), Phase::Answered));
    assert!(error.is_connection_usable());
    // RFC 4513 4: a bind that fails leaves nobody.
    assert!(client.who_am_i().await?.is_anonymous());
    Ok(())
}

async fn empty_password_is_not_sent(server: &Slapd) -> Outcome {
    let error = encrypted(server).await?.simple_bind(ADMIN_DN, "").await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unsafe(Refusal::EmptyPassword)), "{error}");
    Ok(())
}

async fn password_on_clear_text_is_not_sent(_: &Slapd) -> Outcome {
    let server = another_server(&Setup::default())?;
    let client = Client::connect(server.url()).await?;
    let error = client.simple_bind(ADMIN_DN, ADMIN_PASSWORD).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unsafe(Refusal::CleartextPassword)), "{error}");
    let error = client.bind_plain("alice", "alice-secret").await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unsafe(Refusal::CleartextPassword)), "{error}");
    assert!(client.who_am_i().await?.is_anonymous());
    // What was sent before "who am I" is in the log before it.
    wait_for_log(&server, "WHOAMI")?;
    assert!(!server.log().contains("BIND "), "{}", server.log());

    let options = ConnectOptions::new(server.url()).danger_allow_cleartext_passwords();
    options.connect().await?.simple_bind(ADMIN_DN, ADMIN_PASSWORD).await?;
    wait_for_log(&server, "BIND ")
}

async fn unknown_authority(server: &Slapd) -> Outcome {
    let other = another_server(&Setup::default())?;
    for options in [ConnectOptions::new(server.tls_url()), ConnectOptions::new(server.url()).start_tls()] {
        let error = options.tls(trusting(&other)).connect().await.unwrap_err();
        assert!(matches!(handshake_error(&error), Some(TlsError::Certificate(_))), "{error}");
        assert_eq!(error.phase(), Phase::NotSent);
    }
    Ok(())
}

async fn wrong_host_name(server: &Slapd) -> Outcome {
    let tls = trusting(server).server_name("ldap.example.org");
    let error = ConnectOptions::new(server.tls_url()).tls(tls).connect().await.unwrap_err();
    assert!(matches!(handshake_error(&error), Some(TlsError::Certificate(_))), "{error}");
    Ok(())
}

async fn tls_where_none_is_spoken(server: &Slapd) -> Outcome {
    let url = server.url().replace("ldap:", "ldaps:");
    let error = ConnectOptions::new(url).tls(trusting(server)).connect().await.unwrap_err();
    assert!(handshake_error(&error).is_some(), "{error}");
    Ok(())
}

async fn start_tls_refused(_: &Slapd) -> Outcome {
    let server = another_server(&Setup { without_tls: true, ..Setup::default() })?;
    let options = ConnectOptions::new(server.url()).start_tls().tls(trusting(&server));
    let error = options.connect().await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::PROTOCOL_ERROR), "{error}");
    assert_eq!(error.operation(), Some(OpKind::ExtendedRequest));
    Ok(())
}

async fn nobody_listens(_: &Slapd) -> Outcome {
    let server = another_server(&Setup::default())?;
    server.stop();
    let error = Client::connect(server.url()).await.unwrap_err();
    let ErrorKind::Transport(transport) = error.kind() else { return Err(error.into()) };
    assert!(matches!(**transport, TransportError::Connect { .. }), "{error}");
    assert!(error.may_retry());
    Ok(())
}

/// A connection of the administrator.
pub(crate) async fn admin(server: &Slapd) -> Result<Client, ldapwire::Error> {
    let client = encrypted(server).await?;
    client.simple_bind(ADMIN_DN, ADMIN_PASSWORD).await?;
    Ok(client)
}

/// A connection of nobody.
pub(crate) async fn encrypted(server: &Slapd) -> Result<Client, ldapwire::Error> {
    ConnectOptions::new(server.tls_url()).tls(trusting(server)).connect().await
}

pub(crate) fn trusting(server: &Slapd) -> TlsOptions {
    TlsOptions::new().ca_file(server.pki().ca_file())
}

pub(crate) fn alice() -> String {
    format!("uid=alice,ou=people,{SUFFIX}")
}

async fn is_admin(client: &Client) -> Outcome {
    assert!(client.is_private());
    assert_eq!(client.who_am_i().await?.dn(), Some(ADMIN_DN));
    Ok(())
}

async fn is_alice(client: &Client) -> Outcome {
    assert_eq!(client.who_am_i().await?.dn(), Some(alice().as_str()));
    Ok(())
}

fn handshake_error(error: &ldapwire::Error) -> Option<&TlsError> {
    let ErrorKind::Transport(transport) = error.kind() else { return None };
    match &**transport {
        TransportError::TlsHandshake(error) => Some(error),
        _ => None,
    }
}

/// The log comes by a pipe and a thread, a moment after the answer.
pub(crate) fn wait_for_log(server: &Slapd, text: &str) -> Result<(), Box<dyn Error>> {
    let end = Instant::now() + PATIENCE;
    while !server.log().contains(text) {
        if Instant::now() > end {
            return Err(format!("{text} is not in the log: {}", server.log()).into());
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}
