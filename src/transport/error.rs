//! What can go wrong below the messages.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::target::TargetParseError;
#[cfg(feature = "tls")]
use super::tls::{TlsError, TlsSetupError};

/// Why there is no stream to the server, or no longer one.
///
/// The text says what was tried, what came, and where a person can mend it, what to do; it is complete, causes
/// included, so there is no need to print the chain of sources after it. [`phase`](Self::phase) and
/// [`fault`](Self::fault) answer the same questions to a program.
#[derive(Debug)]
#[non_exhaustive]
pub enum TransportError {
    /// The URL is none, or names no server.
    Target(TargetParseError),
    /// The resolver has no answer for the host name.
    Resolve {
        /// The name.
        host: String,
        /// What the resolver said.
        source: io::Error,
    },
    /// The resolver knows the host name, and no address for it.
    NoAddress {
        /// The name.
        host: String,
    },
    /// No address of the host took the connection before the deadline.
    Connect {
        /// The host, as the caller named it.
        host: String,
        /// The port.
        port: u16,
        /// What became of each address, in the order in which they were given up.
        attempts: Vec<Attempt>,
    },
    /// The Unix socket took no connection.
    UnixSocket {
        /// Its path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// This system has no Unix sockets.
    UnixSocketsUnsupported {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// The deadline passed.
    TimedOut {
        /// What was being waited for.
        phase: Phase,
        /// With whom.
        target: String,
    },
    /// TLS was asked for, and the crate is built without its feature `tls`.
    TlsNotBuiltIn,
    /// TLS could not be set up: a file, a name or a setting is wrong.
    #[cfg(feature = "tls")]
    TlsSetup(Box<TlsSetupError>),
    /// The TLS handshake failed.
    #[cfg(feature = "tls")]
    TlsHandshake(Box<TlsError>),
    /// TLS failed after its handshake.
    #[cfg(feature = "tls")]
    Tls(Box<TlsError>),
    /// The open stream failed.
    Io(io::Error),
}

impl TransportError {
    /// Says what was being done.
    pub fn phase(&self) -> Phase {
        match self {
            Self::Target(_) => Phase::Target,
            Self::Resolve { .. } | Self::NoAddress { .. } => Phase::Resolve,
            Self::Connect { .. } | Self::UnixSocket { .. } | Self::UnixSocketsUnsupported { .. } => {
                Phase::Connect
            }
            Self::TimedOut { phase, .. } => *phase,
            Self::TlsNotBuiltIn => Phase::TlsSetup,
            #[cfg(feature = "tls")]
            Self::TlsSetup(_) => Phase::TlsSetup,
            #[cfg(feature = "tls")]
            Self::TlsHandshake(_) => Phase::TlsHandshake,
            #[cfg(feature = "tls")]
            Self::Tls(_) => Phase::Tls,
            Self::Io(_) => Phase::Open,
        }
    }

    /// Says who has to do something about it.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Target(_) | Self::UnixSocketsUnsupported { .. } | Self::TlsNotBuiltIn => Fault::Caller,
            #[cfg(feature = "tls")]
            Self::TlsSetup(_) => Fault::Caller,
            #[cfg(feature = "tls")]
            Self::TlsHandshake(error) | Self::Tls(error) => error.fault(),
            _ => Fault::Network,
        }
    }

    /// Tells whether the deadline ended it.
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::TimedOut { .. } => true,
            Self::Connect { attempts, .. } => {
                attempts.iter().any(|attempt| !matches!(attempt.outcome, AttemptOutcome::Failed(_)))
            }
            _ => false,
        }
    }

    /// Tells whether it is about TLS: its setting up, its handshake, or a record that makes no sense.
    pub fn is_tls(&self) -> bool {
        matches!(self.phase(), Phase::TlsSetup | Phase::TlsHandshake | Phase::Tls)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Target(error) => fmt::Display::fmt(error, f),
            Self::Resolve { host, source } => write!(f, "cannot resolve host name `{host}`: {source}"),
            Self::NoAddress { host } => write!(f, "host name `{host}` has no address"),
            Self::Connect { host, port, attempts } => {
                write!(f, "cannot connect to {host} port {port}")?;
                for (position, attempt) in attempts.iter().enumerate() {
                    write!(f, "{} {attempt}", if position == 0 { ":" } else { "," })?;
                }
                Ok(())
            }
            Self::UnixSocket { path, source } => {
                write!(f, "cannot connect to unix socket {}: {source}", path.display())
            }
            Self::UnixSocketsUnsupported { path } => {
                write!(f, "cannot connect to unix socket {}: this system has none", path.display())
            }
            Self::TimedOut { phase, target } => write!(f, "deadline passed while {phase}: {target}"),
            Self::TlsNotBuiltIn => f.write_str(
                "tls was asked for, but ldapwire is built without it: turn on its feature `tls-ring` or `tls-aws-lc-rs`",
            ),
            #[cfg(feature = "tls")]
            Self::TlsSetup(error) => write!(f, "cannot set up tls: {error}"),
            #[cfg(feature = "tls")]
            Self::TlsHandshake(error) => write!(f, "tls handshake failed: {error}"),
            #[cfg(feature = "tls")]
            Self::Tls(error) => write!(f, "tls failed: {error}"),
            // The system and TLS have longer words for it.
            Self::Io(source) if source.kind() == io::ErrorKind::UnexpectedEof => {
                f.write_str("connection failed: the other end closed it")
            }
            Self::Io(source) => write!(f, "connection failed: {source}"),
        }
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Resolve { source, .. } | Self::UnixSocket { source, .. } | Self::Io(source) => Some(source),
            Self::Target(error) => Some(error),
            Self::Connect { attempts, .. } => attempts.iter().rev().find_map(|attempt| attempt.cause()),
            #[cfg(feature = "tls")]
            Self::TlsSetup(error) => Some(error.as_ref()),
            #[cfg(feature = "tls")]
            Self::TlsHandshake(error) | Self::Tls(error) => Some(error.as_ref()),
            _ => None,
        }
    }
}

/// Sorts an error of an open [`Stream`](super::Stream): from the TLS layer, or from the network under it.
///
/// A peer that ends the connection without ending TLS first, as many servers do, shows as
/// [`Io`](TransportError::Io) with [`UnexpectedEof`](io::ErrorKind::UnexpectedEof).
///
/// With TLS 1.3 a server that rejects the client's certificate says so only after the handshake, so that a first
/// read can bring an alert.
impl From<io::Error> for TransportError {
    fn from(error: io::Error) -> Self {
        #[cfg(feature = "tls")]
        let error = match TlsError::from_open_stream(error) {
            Ok(error) => return Self::Tls(Box::new(error)),
            Err(error) => error,
        };
        Self::Io(error)
    }
}

impl From<TargetParseError> for TransportError {
    fn from(error: TargetParseError) -> Self {
        Self::Target(error)
    }
}

#[cfg(feature = "tls")]
impl From<TlsSetupError> for TransportError {
    fn from(error: TlsSetupError) -> Self {
        Self::TlsSetup(Box::new(error))
    }
}

/// What the transport was doing when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Reading where the server is.
    Target,
    /// Asking the resolver for the addresses of a host name.
    Resolve,
    /// Opening a socket.
    Connect,
    /// Reading certificates and keys, choosing a provider of cryptography.
    TlsSetup,
    /// Shaking hands.
    TlsHandshake,
    /// Sending or receiving over TLS.
    Tls,
    /// Sending or receiving, below TLS or without it.
    Open,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Target => "reading where the server is",
            Self::Resolve => "resolving the host name",
            Self::Connect => "connecting",
            Self::TlsSetup => "setting up tls",
            Self::TlsHandshake => "shaking hands for tls",
            Self::Tls => "using tls",
            Self::Open => "using the connection",
        })
    }
}

/// Who has to do something about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// The caller: a file, a name or a setting is wrong.
    Caller,
    /// The other end: its certificate is bad, it broke the protocol, or it refused.
    Peer,
    /// What lies between: no name, no route, no answer, a broken connection.
    Network,
}

/// One address that was tried, or left untried at the deadline.
#[derive(Debug)]
pub struct Attempt {
    address: SocketAddr,
    outcome: AttemptOutcome,
}

impl Attempt {
    pub(super) fn new(address: SocketAddr, outcome: AttemptOutcome) -> Self {
        Self { address, outcome }
    }

    /// Returns the address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Says what became of it.
    pub fn outcome(&self) -> &AttemptOutcome {
        &self.outcome
    }

    fn cause(&self) -> Option<&(dyn Error + 'static)> {
        match &self.outcome {
            AttemptOutcome::Failed(cause) => Some(cause),
            AttemptOutcome::NoAnswer | AttemptOutcome::NotTried => None,
        }
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.address)?;
        match &self.outcome {
            AttemptOutcome::Failed(cause) => write!(f, "failed ({cause})"),
            AttemptOutcome::NoAnswer => f.write_str("gave no answer in time"),
            AttemptOutcome::NotTried => f.write_str("was not tried in time"),
        }
    }
}

/// What became of one address.
#[derive(Debug)]
#[non_exhaustive]
pub enum AttemptOutcome {
    /// The system reported a failure.
    Failed(io::Error),
    /// Nothing was heard before the deadline.
    NoAnswer,
    /// The deadline came before its turn.
    NotTried,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connect_error_lists_every_address_with_its_cause() {
        let error = TransportError::Connect {
            host: "ldap.example.org".into(),
            port: 389,
            attempts: vec![
                Attempt::new(
                    "[2001:db8::1]:389".parse().unwrap(),
                    AttemptOutcome::Failed(io::Error::other("no route")),
                ),
                Attempt::new("192.0.2.1:389".parse().unwrap(), AttemptOutcome::NoAnswer),
                Attempt::new("192.0.2.2:389".parse().unwrap(), AttemptOutcome::NotTried),
            ],
        };
        assert_eq!(
            error.to_string(),
            "cannot connect to ldap.example.org port 389: [2001:db8::1]:389 failed (no route), \
             192.0.2.1:389 gave no answer in time, 192.0.2.2:389 was not tried in time"
        );
        assert_eq!(error.source().unwrap().to_string(), "no route");
        assert!(error.is_timeout() && !error.is_tls());
        assert_eq!((error.phase(), error.fault()), (Phase::Connect, Fault::Network));
    }

    #[test]
    fn refusals_alone_are_no_timeout() {
        let refused = AttemptOutcome::Failed(io::ErrorKind::ConnectionRefused.into());
        let attempts = vec![Attempt::new("192.0.2.1:389".parse().unwrap(), refused)];
        assert!(!TransportError::Connect { host: "h".into(), port: 389, attempts }.is_timeout());
    }

    #[test]
    fn missing_tls_names_the_feature_to_turn_on() {
        let error = TransportError::TlsNotBuiltIn;
        assert!(error.is_tls() && error.to_string().contains("`tls-ring`"));
        assert_eq!(error.fault(), Fault::Caller);
    }

    #[test]
    fn error_of_an_open_plain_stream_is_of_the_network() {
        let error = TransportError::from(io::Error::from(io::ErrorKind::ConnectionReset));
        assert_eq!((error.phase(), error.fault()), (Phase::Open, Fault::Network));
    }
}
