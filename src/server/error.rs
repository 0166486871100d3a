//! Why a server cannot be had.

use std::fmt;
use std::io;

use super::Endpoint;

/// Why a server does not start, or takes no connection.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServerError {
    /// The place cannot be listened on.
    Listen {
        /// The place.
        endpoint: Endpoint,
        /// What the system said.
        source: io::Error,
    },
    /// An endpoint with TLS, and the server was given no certificate.
    NoCertificate {
        /// The place.
        endpoint: Endpoint,
    },
    /// There are as many connections as there may be.
    TooManyConnections,
    /// The server was shut down.
    ShutDown,
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { endpoint, source } => write!(f, "cannot listen on {endpoint}: {source}"),
            Self::NoCertificate { endpoint } => {
                write!(f, "cannot listen on {endpoint}: TLS needs a certificate, set it by `Server::tls`")
            }
            Self::TooManyConnections => {
                f.write_str("there are as many connections as the server's limits allow")
            }
            Self::ShutDown => f.write_str("the server was shut down"),
        }
    }
}

impl std::error::Error for ServerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listen { source, .. } => Some(source),
            _ => None,
        }
    }
}
