//! How a connection is made and what it may use.

use std::fmt;
use std::sync::Arc;
#[cfg(feature = "tls")]
use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;

use crate::error::Error;
use crate::observe::{Observer, Observers};
use crate::proto::{Context, ExtendedResponse, LdapMessage, Limits, Quirks};
use crate::session::Violation;
use crate::transport::SocketOptions;
#[cfg(feature = "tls")]
use crate::transport::{TlsConnector, TlsOptions, TlsSetupError};

use super::Client;

/// How a connection is made and what it may use. Every limit is finite by default.
///
/// ```no_run
/// use std::time::Duration;
/// use ldapwire::ConnectOptions;
///
/// # async fn run() -> Result<(), ldapwire::Error> {
/// let client = ConnectOptions::new("ldap://ldap.example.org")
///     .start_tls()
///     .operation_timeout(Duration::from_secs(5))
///     .connect()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "options do nothing until they connect"]
pub struct ConnectOptions {
    pub(super) url: String,
    pub(super) start_tls: bool,
    #[cfg(feature = "tls")]
    tls: TlsOptions,
    /// Made by the first connection, for all that come from these options and their clones.
    #[cfg(feature = "tls")]
    connector: Arc<OnceLock<TlsConnector>>,
    pub(super) socket: SocketOptions,
    pub(super) connect_timeout: Duration,
    pub(super) settings: Settings,
}

/// What takes unsolicited notifications.
type NotificationHandler = Arc<dyn Fn(&ExtendedResponse) + Send + Sync>;

/// The part that matters once the connection is made.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) limits: Limits,
    pub(super) quirks: Quirks,
    pub(super) operation_timeout: Duration,
    pub(super) search_timeout: Duration,
    pub(super) frame_timeout: Duration,
    pub(super) in_flight: usize,
    pub(super) search_budget: usize,
    pub(super) connection_budget: usize,
    pub(super) write_budget: usize,
    pub(super) cleartext_passwords: bool,
    pub(super) on_notification: Option<NotificationHandler>,
    pub(super) observers: Observers,
}

impl ConnectOptions {
    /// Makes options for a server: `ldap://host[:port]`, `ldaps://host[:port]` or `ldapi://%2Fpath%2Fof%2Fsocket`.
    ///
    /// The URL is looked at when the connection is made. What it has behind the host is not used.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            start_tls: false,
            #[cfg(feature = "tls")]
            tls: TlsOptions::default(),
            #[cfg(feature = "tls")]
            connector: Arc::default(),
            socket: SocketOptions::default(),
            connect_timeout: Duration::from_secs(10),
            settings: Settings::default(),
        }
    }

    /// Returns the URL as it was given.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Makes the connection.
    ///
    /// # Errors
    ///
    /// The URL is none, or no address of the server could be reached in time, or the certificate was not accepted.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes what was opened.
    pub async fn connect(self) -> Result<Client, Error> {
        Client::establish(self).await
    }

    /// Encrypts the connection by StartTLS before anything else is sent (RFC 4511 4.14). Default off; `ldaps://` is
    /// encrypted from the start. There is no falling back: a server that refuses StartTLS is not used.
    #[cfg(feature = "tls")]
    pub const fn start_tls(mut self) -> Self {
        self.start_tls = true;
        self
    }

    /// Sets whom TLS trusts and what it shows. Default the platform's roots, host name verified.
    ///
    /// Files are read once, by the first connection. It and all others that come from these options or their clones
    /// resume each other's TLS sessions, which spares the server most of a handshake. Set anew to have files read
    /// again.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: TlsOptions) -> Self {
        self.tls = tls;
        self.connector = Arc::default();
        self
    }

    /// Returns the connector of all connections of these options.
    #[cfg(feature = "tls")]
    pub(super) fn connector(&self) -> Result<&TlsConnector, TlsSetupError> {
        match self.connector.get() {
            Some(connector) => Ok(connector),
            None => {
                let connector = self.tls.connector()?;
                Ok(self.connector.get_or_init(|| connector))
            }
        }
    }

    /// Sets how sockets are made.
    pub fn socket(mut self, socket: SocketOptions) -> Self {
        self.socket = socket;
        self
    }

    /// Sets how long resolving, connecting and TLS may take together. Default 10 s.
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets how long an operation may take, waiting for its turn included. Default 30 s. When it is over the
    /// operation is abandoned; less gives up writes that may have been done, more waits longer for a dead server.
    pub const fn operation_timeout(mut self, timeout: Duration) -> Self {
        self.settings.operation_timeout = timeout;
        self
    }

    /// Sets how long a search may go without a further message. Default 300 s.
    pub const fn search_timeout(mut self, timeout: Duration) -> Self {
        self.settings.search_timeout = timeout;
        self
    }

    /// Sets how long a message may take from its first octet to its last; each 64 KiB that arrive give it the whole
    /// time again. Default 30 s.
    pub const fn frame_timeout(mut self, timeout: Duration) -> Self {
        self.settings.frame_timeout = timeout;
        self
    }

    /// Sets how many operations may be in flight on the connection; the others wait for their turn in order. Default
    /// 64: OpenLDAP ends a session that has more than 100 waiting before a bind, 1000 after. At least 1.
    pub const fn in_flight(mut self, operations: usize) -> Self {
        self.settings.in_flight = if operations == 0 { 1 } else { operations };
        self
    }

    /// Sets how many octets of frames a search may pin before it counts as slow. Default 1 MiB.
    pub const fn search_budget(mut self, octets: usize) -> Self {
        self.settings.search_budget = octets;
        self
    }

    /// Sets how many octets of frames all searches of the connection may pin, before one is given up. Default
    /// 16 MiB. Less ends slow searches earlier; more takes memory.
    pub const fn connection_budget(mut self, octets: usize) -> Self {
        self.settings.connection_budget = octets;
        self
    }

    /// Sets how many octets of requests may wait for the socket; further requests wait in their callers until the
    /// server has read. Default 1 MiB, some times what a socket takes in one go, so that a server that reads is
    /// always kept busy. Less makes callers take turns earlier; more only takes memory. As much again may be under way
    /// to the socket, and a request that is larger goes alone.
    pub const fn write_budget(mut self, octets: usize) -> Self {
        self.settings.write_budget = octets;
        self
    }

    /// Sets what a message of the server may hold.
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// Sets which deviations of servers are read.
    pub const fn quirks(mut self, quirks: Quirks) -> Self {
        self.settings.quirks = quirks;
        self
    }

    /// Sets what to do with unsolicited notifications other than the Notice of Disconnection. Default nothing:
    /// they are advisory. The function runs in the task of the connection and must not block.
    pub fn on_notification(mut self, handler: impl Fn(&ExtendedResponse) + Send + Sync + 'static) -> Self {
        self.settings.on_notification = Some(Arc::new(handler));
        self
    }

    /// Adds somebody who is told of connects and operations, beside those that were added before.
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.settings.observers.add(Arc::new(observer));
        self
    }

    /// Adds those who observe a pool.
    pub(crate) fn observers(mut self, observers: &Observers) -> Self {
        self.settings.observers.extend(observers);
        self
    }

    /// Lets passwords go over connections that are not encrypted, where anybody on the way can read them. Unix
    /// sockets and memory pipes need no such leave.
    pub const fn danger_allow_cleartext_passwords(mut self) -> Self {
        self.settings.cleartext_passwords = true;
        self
    }
}

impl Settings {
    /// Decodes a frame of the server.
    pub(super) fn decode(&self, frame: &Bytes) -> Result<LdapMessage, Violation> {
        Ok(LdapMessage::decode(&Context::new(frame, &self.limits, &self.quirks))?)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: Limits::DEFAULT,
            quirks: Quirks::default(),
            operation_timeout: Duration::from_secs(30),
            search_timeout: Duration::from_secs(300),
            frame_timeout: Duration::from_secs(30),
            in_flight: 64,
            search_budget: 1024 * 1024,
            connection_budget: 16 * 1024 * 1024,
            write_budget: 1024 * 1024,
            cleartext_passwords: false,
            on_notification: None,
            observers: Observers::default(),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("limits", &self.limits)
            .field("operation_timeout", &self.operation_timeout)
            .field("search_timeout", &self.search_timeout)
            .field("in_flight", &self.in_flight)
            .finish_non_exhaustive()
    }
}
