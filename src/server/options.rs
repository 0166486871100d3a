//! How a server is put together.

use std::fmt;
use std::sync::Arc;

#[cfg(feature = "tls")]
use crate::transport::TlsAcceptor;
use crate::transport::{SocketOptions, Stream};

use super::running::RunningServer;
use super::standard::Standard;
use super::{Endpoint, Handler, Layer, ServerError, ServerLimits};

/// A server that is being put together: a handler, layers around it, places to listen on.
///
/// Without any [place](Self::listen) it is reached by memory pipes alone, which are always there:
/// [`RunningServer::connect`].
///
/// ```
/// use ldapwire::model::ResultCode;
/// use ldapwire::server::{Answer, Endpoint, Handler, Operation, Server, Sink};
///
/// struct Closed;
///
/// impl Handler for Closed {
///     async fn handle(&self, _: Operation, _: &mut Sink) -> Answer {
///         ResultCode::UNWILLING_TO_PERFORM.into()
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), ldapwire::server::ServerError> {
/// let server = Server::new(Closed).listen(Endpoint::localhost()).start().await?;
/// assert!(server.url().starts_with("ldap://127.0.0.1:"));
/// # Ok(())
/// # }
/// ```
#[must_use = "a server does nothing until it is started"]
pub struct Server<H> {
    pub(super) handler: H,
    pub(super) settings: Settings,
}

/// What a server is made with, besides its handler.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) limits: ServerLimits,
    pub(super) socket: SocketOptions,
    pub(super) acceptor: Option<Acceptor>,
    pub(super) wrap: Option<Wrap>,
}

/// What is put around the stream of each connection.
pub(super) type Wrap = Arc<dyn Fn(u64, Stream) -> Stream + Send + Sync>;

#[cfg(feature = "tls")]
pub(super) type Acceptor = TlsAcceptor;

/// There is none without the feature `tls`.
#[cfg(not(feature = "tls"))]
#[derive(Clone, Debug)]
pub(super) enum Acceptor {}

#[cfg(not(feature = "tls"))]
impl Acceptor {
    pub(super) async fn handshake(
        &self,
        _: Stream,
        _: tokio::time::Instant,
    ) -> Result<Stream, crate::transport::TransportError> {
        match *self {}
    }
}

impl<H: Handler> Server<H> {
    /// Puts a handler behind what every server does by itself: the check of the protocol's version in a bind,
    /// StartTLS, Cancel.
    pub fn new(handler: H) -> Server<impl Handler> {
        let settings = Settings {
            endpoints: Vec::new(),
            limits: ServerLimits::DEFAULT,
            socket: SocketOptions::new(),
            acceptor: None,
            wrap: None,
        };
        Server { handler: Standard::new(handler), settings }
    }

    /// Wraps what there is in a layer. The last one added sees requests first.
    pub fn layer<L: Layer<H>>(self, layer: L) -> Server<L::Handler> {
        Server { handler: layer.layer(self.handler), settings: self.settings }
    }

    /// Adds a place to listen on; there may be several. Default none.
    pub fn listen(mut self, endpoint: Endpoint) -> Self {
        self.settings.endpoints.push(endpoint);
        self
    }

    /// Sets the certificate that the server shows, at places with TLS from the start and by StartTLS. Default none: no
    /// TLS.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, acceptor: TlsAcceptor) -> Self {
        self.settings.acceptor = Some(acceptor);
        self
    }

    /// Sets what clients may make the server hold.
    pub fn limits(mut self, limits: ServerLimits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// Sets how TCP sockets behave.
    pub fn socket(mut self, options: SocketOptions) -> Self {
        self.settings.socket = options;
        self
    }

    /// Puts something around the stream of each connection, below TLS: the function gets the connection's number and
    /// its stream. For recorders and for streams that shall misbehave. Who is at the other end is taken from the
    /// stream before.
    pub fn wrap_streams(mut self, wrap: impl Fn(u64, Stream) -> Stream + Send + Sync + 'static) -> Self {
        self.settings.wrap = Some(Arc::new(wrap));
        self
    }

    /// Starts to listen, and returns when all places do.
    ///
    /// # Errors
    ///
    /// One of the places cannot be listened on; none is left open.
    pub async fn start(self) -> Result<RunningServer, ServerError> {
        RunningServer::start(self).await
    }
}

impl<H> fmt::Debug for Server<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("endpoints", &self.settings.endpoints)
            .field("limits", &self.settings.limits)
            .finish_non_exhaustive()
    }
}
