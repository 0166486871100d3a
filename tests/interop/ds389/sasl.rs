//! Mechanisms of SASL: ours, and two written here, to see steps that ours do not take.

use ldapwire::model::{ResultCode, Secret};
use ldapwire::pool::Credentials;
use ldapwire::sasl::{External, Mechanism, Plain, SaslError};
use ldapwire::transport::TlsOptions;
use ldapwire::{Client, ErrorKind, Executor, PoolOptions};

use crate::slapd::ADMIN_DN;
use crate::{Outcome, cases};

use super::server::{Ds389, person};

cases![Ds389:
    plain_names_a_user_or_an_entry,
    plain_acts_as_nobody_else,
    plain_with_a_wrong_password_leaves_nobody,
    a_client_certificate_is_somebody,
    without_a_certificate_nobody_is_external,
    the_user_root_of_a_unix_socket_is_the_administrator,
    a_pool_binds_by_sasl,
    mechanisms_of_others_take_their_steps,
];

async fn encrypted(server: &Ds389) -> Result<[Client; 2], ldapwire::Error> {
    let [tls, start_tls] = server.encrypted(&TlsOptions::new());
    Ok([tls.connect().await?, start_tls.connect().await?])
}

/// Options of who shows the certificate of alice.
fn as_alice(server: &Ds389) -> TlsOptions {
    let (certificate, key) = server.pki().client_files();
    TlsOptions::new().client_certificate_files(certificate, key)
}

async fn is_alice(client: &Client) -> Outcome {
    assert_eq!(client.who_am_i().await?.dn(), Some(person("alice").as_str()));
    Ok(())
}

async fn plain_names_a_user_or_an_entry(server: &Ds389) -> Outcome {
    for client in encrypted(server).await? {
        for user in ["alice".to_owned(), format!("dn:{}", person("alice"))] {
            client.anonymous_bind().await?;
            client.bind_plain(user, "alice-secret").await?;
            is_alice(&client).await?;
            is_alice(&client.again().await?).await?;
        }
    }
    Ok(())
}

/// This server takes no identity but the one that has the password, and no `u:` before it.
async fn plain_acts_as_nobody_else(server: &Ds389) -> Outcome {
    let [client, _] = encrypted(server).await?;
    let plain = |identity: String| Plain::new("alice", "alice-secret").acting_as(identity);
    for own in ["alice".to_owned(), format!("dn:{}", person("alice"))] {
        client.sasl_bind(&mut plain(own)).await?;
        is_alice(&client).await?;
    }
    for other in ["bob".to_owned(), format!("dn:{}", person("bob")), "u:alice".to_owned()] {
        let error = client.sasl_bind(&mut plain(other)).await.unwrap_err();
        assert_eq!(error.code(), Some(ResultCode::INVALID_CREDENTIALS), "{error}");
        assert!(client.who_am_i().await?.is_anonymous());
    }
    Ok(())
}

async fn plain_with_a_wrong_password_leaves_nobody(server: &Ds389) -> Outcome {
    for client in encrypted(server).await? {
        client.bind_plain("alice", "alice-secret").await?;
        for (user, password) in [("alice", "wrong"), ("nobody", "alice-secret")] {
            let error = client.bind_plain(user, password).await.unwrap_err();
            assert_eq!(error.code(), Some(ResultCode::INVALID_CREDENTIALS), "{error}");
            assert!(error.is_connection_usable());
            assert!(client.who_am_i().await?.is_anonymous());
        }
    }
    Ok(())
}

async fn a_client_certificate_is_somebody(server: &Ds389) -> Outcome {
    for options in server.encrypted(&as_alice(server)) {
        let client = options.connect().await?;
        client.bind_external().await?;
        is_alice(&client).await?;
        for _ in 0..3 {
            is_alice(&client.again().await?).await?;
        }
        // This server passes over whom one would rather be, and says nothing of it.
        client.sasl_bind(&mut External::acting_as(format!("dn:{}", person("bob")))).await?;
        is_alice(&client).await?;
    }
    Ok(())
}

async fn without_a_certificate_nobody_is_external(server: &Ds389) -> Outcome {
    for client in encrypted(server).await? {
        let error = client.bind_external().await.unwrap_err();
        assert_eq!(error.code(), Some(ResultCode::INAPPROPRIATE_AUTHENTICATION), "{error}");
        assert!(error.is_connection_usable() && client.who_am_i().await?.is_anonymous());
    }
    Ok(())
}

async fn the_user_root_of_a_unix_socket_is_the_administrator(server: &Ds389) -> Outcome {
    let client = server.connect().await?;
    let bound = client.bind_external().await;
    // Anybody else is nobody: no entry has the numbers of users here.
    assert_eq!(bound.is_ok(), server.is_of_root()?, "{bound:?}");
    let expected = bound.ok().map(|_| ADMIN_DN);
    assert_eq!(client.who_am_i().await?.dn(), expected);
    // No stranger reads what goes over a socket of this machine.
    client.bind_plain("alice", "alice-secret").await?;
    is_alice(&client).await
}

async fn a_pool_binds_by_sasl(server: &Ds389) -> Outcome {
    let ways = [
        (TlsOptions::new(), Credentials::plain("alice", "alice-secret")),
        (as_alice(server), Credentials::External),
    ];
    for (tls, credentials) in ways {
        for options in server.encrypted(&tls) {
            let pool = PoolOptions::new(options).connections(2, 2).credentials(credentials.clone());
            let pool = pool.start().await?;
            assert_eq!(pool.who_am_i().await?.dn(), Some(person("alice").as_str()));
            pool.stop().await;
        }
    }
    Ok(())
}

async fn mechanisms_of_others_take_their_steps(server: &Ds389) -> Outcome {
    for client in encrypted(server).await? {
        client.sasl_bind(&mut Anonymous).await?;
        assert!(client.who_am_i().await?.is_anonymous());
        client.sasl_bind(&mut Login { said: 0 }).await?;
        is_alice(&client).await?;
        let error = client.again().await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Sasl(SaslError::Unrepeatable)), "{error}");
        client.sasl_bind(&mut Anonymous).await?;
        assert!(client.who_am_i().await?.is_anonymous());
    }
    Ok(())
}

/// LOGIN, as alice: nothing at first, then a name and a password, each when it is asked for.
struct Login {
    said: usize,
}

impl Mechanism for Login {
    fn name(&self) -> &str {
        "LOGIN"
    }

    fn initial_response(&mut self) -> Result<Option<Secret>, SaslError> {
        Ok(None)
    }

    fn step(&mut self, _: &[u8]) -> Result<Secret, SaslError> {
        let answer = ["alice", "alice-secret"].get(self.said).ok_or(SaslError::UnexpectedChallenge)?;
        self.said += 1;
        Ok(Secret::from(*answer))
    }

    fn finish(&mut self, _: Option<&[u8]>) -> Result<(), SaslError> {
        Ok(())
    }

    fn exposes_secret(&self) -> bool {
        true
    }
}

/// ANONYMOUS (RFC 4505): a name for the server's log.
struct Anonymous;

impl Mechanism for Anonymous {
    fn name(&self) -> &str {
        "ANONYMOUS"
    }

    fn initial_response(&mut self) -> Result<Option<Secret>, SaslError> {
        Ok(Some(Secret::from("guest")))
    }

    fn step(&mut self, _: &[u8]) -> Result<Secret, SaslError> {
        Err(SaslError::UnexpectedChallenge)
    }

    fn finish(&mut self, _: Option<&[u8]>) -> Result<(), SaslError> {
        Ok(())
    }

    fn exposes_secret(&self) -> bool {
        false
    }
}
