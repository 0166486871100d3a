//! Who the connections of a pool belong to.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::client::Client;
use crate::error::Error;
use crate::model::{LdapString, Secret};

/// How a connection of a pool is bound.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credentials {
    /// Not at all: the connection stays anonymous.
    Anonymous,
    /// By a name and a password.
    Simple {
        /// The name.
        dn: LdapString,
        /// The password.
        password: Secret,
    },
    /// As who the layer below says: the client certificate, or the user of a Unix socket.
    External,
    /// By SASL PLAIN.
    Plain {
        /// The user.
        user: String,
        /// The password.
        password: Secret,
    },
}

/// Where the credentials come from: asked at each bind, so that new ones are used from the next connection on.
#[derive(Clone)]
pub(super) struct Provider(Arc<Ask>);

type Ask = dyn Fn() -> Pin<Box<dyn Future<Output = Result<Credentials, Error>> + Send>> + Send + Sync;

impl Credentials {
    /// A name and a password.
    pub fn simple(dn: impl Into<LdapString>, password: impl Into<Secret>) -> Self {
        Self::Simple { dn: dn.into(), password: password.into() }
    }

    /// A user and a password for SASL PLAIN.
    pub fn plain(user: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self::Plain { user: user.into(), password: password.into() }
    }

    /// Binds a connection that may belong to somebody.
    async fn rebind(self, client: &Client) -> Result<(), Error> {
        match self {
            Self::Anonymous => client.anonymous_bind().await.map(|_| ()),
            other => other.bind(client).await,
        }
    }

    /// Binds a connection that was made just now.
    async fn bind(self, client: &Client) -> Result<(), Error> {
        match self {
            Self::Anonymous => return Ok(()),
            Self::Simple { dn, password } => client.simple_bind(dn, password).await,
            Self::External => client.bind_external().await,
            Self::Plain { user, password } => client.bind_plain(user, password).await,
        }
        .map(|_| ())
    }
}

impl Provider {
    pub(super) fn fixed(credentials: Credentials) -> Self {
        Self::new(move || std::future::ready(Ok(credentials.clone())))
    }

    pub(super) fn new<F>(ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Credentials, Error>> + Send + 'static,
    {
        Self(Arc::new(move || Box::pin(ask())))
    }

    pub(super) async fn bind(&self, client: &Client) -> Result<(), Error> {
        (self.0)().await?.bind(client).await
    }

    /// Binds a connection that may belong to somebody.
    pub(super) async fn rebind(&self, client: &Client) -> Result<(), Error> {
        (self.0)().await?.rebind(client).await
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Provider")
    }
}
