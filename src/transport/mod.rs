//! What carries the messages: sockets, TLS, pipes in memory.
//!
//! One type, [`Stream`], stands for every transport, so that what lies above has no type parameter and no idea of
//! what it runs over. [`connect`] opens a socket, [`TlsConnector::handshake`] puts TLS on a stream; `ldaps` and
//! StartTLS share that one path.
//!
//! ```text
//!   Target ──connect──► Stream (TCP, Unix socket) ──handshake──► Stream (TLS)
//!                          ▲
//!             Stream::memory_pair, Stream::from_io
//! ```
//!
//! This floor knows no LDAP message, no session, no retry. Every wait in it ends at a deadline that the caller
//! gives, and every failure is a [`TransportError`] that says in which [`Phase`] it happened.
//!
//! Begin with [`Stream`], then [`connect`].

mod codec;
mod connect;
mod error;
mod happy_eyeballs;
mod socket;
mod stream;
mod target;
#[cfg(feature = "tls")]
pub mod tls;

pub use self::connect::connect;
pub use codec::{FrameError, LdapCodec, READ_SIZE};
pub use error::{Attempt, AttemptOutcome, Fault, Phase, TransportError};
pub use socket::{SocketOptions, WriteCoalescing};
pub use stream::{Peer, Stream, UnixCredentials};
pub use target::{Address, Security, Target, TargetParseError};
#[cfg(feature = "tls")]
pub use tls::{TlsAcceptor, TlsConnector, TlsError, TlsOptions, TlsSetupError};
