//! The proxy: where it listens, whom it connects with.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::server::listener::Listener;
use crate::server::{Endpoint, ServerError};
#[cfg(feature = "tls")]
use crate::transport::{Address, TlsAcceptor, TlsConnector};
use crate::transport::{Security, SocketOptions, Stream, Target, TransportError, connect};

use super::passing::{Party, Passed, Passing};
use super::pump::pump;

/// Hands on what a client and a server say to each other, and shows it.
///
/// Octets pass as they are. TLS from the first octet is possible on either side; behind a StartTLS that the client asks for, only
/// the two know what is said.
///
/// ```no_run
/// use ldapwire::server::Endpoint;
/// use ldapwire::server::proxy::{Proxy, Recording};
/// use ldapwire::transport::Target;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let proxy = Proxy::new(Target::ldap("ldap.example.org"))
///     .listen(Endpoint::localhost())
///     .watch(|passing| print!("{}", Recording::line(passing)))
///     .start()
///     .await?;
/// println!("connect to {}", proxy.endpoints()[0]);
/// # Ok(())
/// # }
/// ```
#[must_use = "a proxy does nothing before `start`"]
pub struct Proxy {
    places: Vec<Endpoint>,
    side: Side,
}

/// What each connection needs.
#[derive(Clone)]
struct Side {
    target: Target,
    watch: Arc<dyn Fn(&Passing) + Send + Sync>,
    #[cfg(feature = "tls")]
    acceptor: Option<TlsAcceptor>,
    #[cfg(feature = "tls")]
    connector: Option<TlsConnector>,
}

/// A proxy that runs until it is dropped.
pub struct RunningProxy {
    endpoints: Vec<Endpoint>,
    _tasks: JoinSet<()>,
}

/// Connections at a time: enough for the pool of an application, and few enough for the files that a process may have open.
const MAX_CONNECTIONS: usize = 256;

/// How long a connection with the server, or a handshake, may take.
const PATIENCE: Duration = Duration::from_secs(30);

impl Proxy {
    /// Makes a proxy for a server.
    pub fn new(target: Target) -> Self {
        let side = Side {
            target,
            watch: Arc::new(|_| {}),
            #[cfg(feature = "tls")]
            acceptor: None,
            #[cfg(feature = "tls")]
            connector: None,
        };
        Self { places: Vec::new(), side }
    }

    /// Adds a place to listen on. Default none.
    pub fn listen(mut self, place: Endpoint) -> Self {
        self.places.push(place);
        self
    }

    /// Sets what looks at what passes. It is called in the task of the connection, before the other side gets the message: while it
    /// blocks, the connection waits. Default nothing does.
    pub fn watch(mut self, watch: impl Fn(&Passing) + Send + Sync + 'static) -> Self {
        self.side.watch = Arc::new(watch);
        self
    }

    /// Sets the certificate that is shown at places with TLS from the first octet. Default none.
    #[cfg(feature = "tls")]
    pub fn acceptor(mut self, acceptor: TlsAcceptor) -> Self {
        self.side.acceptor = Some(acceptor);
        self
    }

    /// Sets how a server with TLS from the first octet is verified. Default there is no connection with one.
    #[cfg(feature = "tls")]
    pub fn connector(mut self, connector: TlsConnector) -> Self {
        self.side.connector = Some(connector);
        self
    }

    /// Begins to listen. At most 256 connections are handed on at a time; more wait.
    ///
    /// # Errors
    ///
    /// A place cannot be listened on.
    pub async fn start(self) -> Result<RunningProxy, ServerError> {
        let (begin, count) = (Instant::now(), Arc::new(AtomicU64::new(0)));
        let room = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        let (mut endpoints, mut tasks) = (Vec::new(), JoinSet::new());
        for place in self.places {
            let listener = Listener::open(place).await?;
            endpoints.push(listener.endpoint.clone());
            let (side, count, room) = (self.side.clone(), Arc::clone(&count), Arc::clone(&room));
            tasks.spawn(accept(listener, side, begin, count, room));
        }
        Ok(RunningProxy { endpoints, _tasks: tasks })
    }
}

impl RunningProxy {
    /// Returns where it listens, in the order in which the places were given.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy").field("target", &self.side.target).finish_non_exhaustive()
    }
}

impl fmt::Debug for RunningProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunningProxy").field("endpoints", &self.endpoints).finish_non_exhaustive()
    }
}

async fn accept(listener: Listener, side: Side, begin: Instant, count: Arc<AtomicU64>, room: Arc<Semaphore>) {
    let mut connections = JoinSet::new();
    loop {
        // Nobody closes it.
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
        let stream = listener.accept(&SocketOptions::new()).await;
        while connections.try_join_next().is_some() {}
        let number = count.fetch_add(1, Ordering::Relaxed) + 1;
        let is_tls = listener.endpoint.is_tls();
        connections.spawn(side.clone().serve(stream, is_tls, begin, number, permit));
    }
}

impl Side {
    async fn serve(
        self,
        client: Stream,
        is_tls: bool,
        begin: Instant,
        connection: u64,
        _room: OwnedSemaphorePermit,
    ) {
        let watch = |from, what| {
            (self.watch)(&Passing { connection, at: begin.elapsed(), from, what });
        };
        watch(Party::Client, Passed::Begin);
        let failed = |from, error: TransportError| watch(from, Passed::End(Some(error.to_string())));
        let client = match self.secure_client(client, is_tls).await {
            Ok(client) => client,
            Err(error) => return failed(Party::Client, error),
        };
        match self.connect().await {
            Ok(server) => pump(client, server, &watch).await,
            Err(error) => failed(Party::Server, error),
        }
    }

    #[cfg(feature = "tls")]
    async fn secure_client(&self, client: Stream, is_tls: bool) -> Result<Stream, TransportError> {
        match &self.acceptor {
            Some(acceptor) if is_tls => acceptor.handshake(client, Instant::now() + PATIENCE).await,
            None if is_tls => Err(unavailable("there is no certificate for clients")),
            _ => Ok(client),
        }
    }

    #[cfg(not(feature = "tls"))]
    async fn secure_client(&self, client: Stream, is_tls: bool) -> Result<Stream, TransportError> {
        if is_tls { Err(unavailable("this build has no TLS")) } else { Ok(client) }
    }

    async fn connect(&self) -> Result<Stream, TransportError> {
        let deadline = Instant::now() + PATIENCE;
        let stream = connect(&self.target, &SocketOptions::new(), deadline).await?;
        if self.target.security() != Security::Tls {
            return Ok(stream);
        }
        self.secure_server(stream, deadline).await
    }

    #[cfg(feature = "tls")]
    async fn secure_server(&self, stream: Stream, deadline: Instant) -> Result<Stream, TransportError> {
        let host = match self.target.address() {
            Address::Tcp { host, .. } => Some(host.as_str()),
            Address::Unix(_) => None,
        };
        match &self.connector {
            Some(connector) => connector.handshake(stream, host, deadline).await,
            None => Err(unavailable("nothing says how the server is verified")),
        }
    }

    #[cfg(not(feature = "tls"))]
    async fn secure_server(&self, _: Stream, _: Instant) -> Result<Stream, TransportError> {
        Err(unavailable("this build has no TLS"))
    }
}

fn unavailable(text: &'static str) -> TransportError {
    TransportError::Io(std::io::Error::new(std::io::ErrorKind::Unsupported, text))
}
