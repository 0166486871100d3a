//! The server's side of the handshake.

use std::fmt;
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::time::{Instant, timeout_at};

use super::error::TlsError;
use crate::transport::{Phase, Stream, TransportError};

/// Puts TLS on streams that a server accepted.
#[derive(Clone)]
pub struct TlsAcceptor {
    config: Arc<ServerConfig>,
}

impl TlsAcceptor {
    /// Takes the configuration with the server's certificate and key.
    pub fn new(config: Arc<ServerConfig>) -> Self {
        Self { config }
    }

    /// Shakes hands with the client at the other end, and returns the stream with TLS on it.
    ///
    /// # Errors
    ///
    /// The other end does not speak TLS, refuses the certificate, has none where one is demanded, breaks the
    /// protocol or goes away, or the deadline passes.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes the stream.
    pub async fn handshake(&self, stream: Stream, deadline: Instant) -> Result<Stream, TransportError> {
        let peer = stream.peer().clone();
        let acceptor = tokio_rustls::TlsAcceptor::from(self.config.clone());
        match timeout_at(deadline, acceptor.accept(stream)).await {
            Ok(Ok(tls)) => Ok(Stream::from_tls(tls.into())),
            Ok(Err(error)) => Err(TransportError::TlsHandshake(Box::new(TlsError::from_handshake(error)))),
            Err(_) => Err(TransportError::TimedOut { phase: Phase::TlsHandshake, target: peer.to_string() }),
        }
    }
}

impl fmt::Debug for TlsAcceptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsAcceptor").finish_non_exhaustive()
    }
}
