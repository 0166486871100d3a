//! The client's side of the handshake.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::time::{Instant, timeout_at};

use super::error::TlsError;
use super::setup_error::TlsSetupError;
use crate::transport::{Phase, Stream, TransportError};

/// Puts TLS on streams, as [`TlsOptions`](super::TlsOptions) said.
///
/// A clone shares configuration and resumable sessions, and costs nothing.
#[derive(Clone)]
pub struct TlsConnector {
    config: Arc<ClientConfig>,
    /// The name to verify in place of the host's.
    server_name: Option<ServerName<'static>>,
}

impl TlsConnector {
    pub(super) fn new(config: Arc<ClientConfig>, server_name: Option<ServerName<'static>>) -> Self {
        Self { config, server_name }
    }

    /// Shakes hands with the server at the other end, and returns the stream with TLS on it.
    ///
    /// `host` is the host as the caller named it ([`Target::host`](crate::transport::Target::host)): the server's
    /// certificate has to bear that name, an IP address as an IP address. The name set with
    /// [`TlsOptions::server_name`](super::TlsOptions::server_name) goes before it.
    ///
    /// The same call serves `ldaps` and StartTLS. **For StartTLS nothing may have been read beyond the StartTLS
    /// response**: octets that arrived in clear and stand in a buffer above this stream would be taken for
    /// protected ones (RFC 4513 6.2), so whoever has some must give up the connection.
    ///
    /// # Errors
    ///
    /// The name is none or is missing, the certificate is not acceptable, the other end does not speak TLS,
    /// refuses, breaks the protocol or goes away, or the deadline passes, however slowly octets drip in.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes the stream.
    pub async fn handshake(
        &self,
        stream: Stream,
        host: Option<&str>,
        deadline: Instant,
    ) -> Result<Stream, TransportError> {
        let name = self.name_to_verify(host)?;
        let connector = tokio_rustls::TlsConnector::from(self.config.clone());
        match timeout_at(deadline, connector.connect(name.clone(), stream)).await {
            Ok(Ok(tls)) => Ok(Stream::from_tls(tls.into())),
            Ok(Err(error)) => Err(TransportError::TlsHandshake(Box::new(TlsError::from_handshake(error)))),
            Err(_) => Err(TransportError::TimedOut {
                phase: Phase::TlsHandshake,
                target: name.to_str().into_owned(),
            }),
        }
    }

    fn name_to_verify(&self, host: Option<&str>) -> Result<ServerName<'static>, TlsSetupError> {
        match (&self.server_name, host) {
            (Some(name), _) => Ok(name.clone()),
            (None, Some(host)) => parse_server_name(host),
            (None, None) => Err(TlsSetupError::NoServerName),
        }
    }
}

impl fmt::Debug for TlsConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsConnector").field("server_name", &self.server_name).finish_non_exhaustive()
    }
}

/// Reads a DNS name, or an IP address with or without brackets; a zone (`fe80::1%eth0`) is no part of a name.
pub(super) fn parse_server_name(name: &str) -> Result<ServerName<'static>, TlsSetupError> {
    let bare = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(name);
    let without_zone = bare.split_once('%').map_or(bare, |(address, _)| address);
    if let Ok(address) = without_zone.parse::<IpAddr>() {
        return Ok(ServerName::IpAddress(address.into()));
    }
    ServerName::try_from(name.to_owned())
        .map_err(|source| TlsSetupError::BadServerName { name: name.to_owned(), source })
}

#[cfg(all(test, any(feature = "tls-ring", feature = "tls-aws-lc-rs")))]
mod tests;
