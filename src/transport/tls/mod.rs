//! TLS by `rustls`, on any [`Stream`](super::Stream).
//!
//! ```text
//!   TlsOptions ──connector──► TlsConnector ──handshake──► Stream, with a TlsSession to look at
//!   (values)      once        (cheap clone)   each time
//! ```
//!
//! **The certificate has to bear the name by which the caller named the server**, never a name that DNS gave; the
//! server's certificate is checked always, and the one setting that says otherwise has `danger_` in its name.
//!
//! # What a peer can make it hold
//!
//! `rustls` keeps at most 16 KiB of decrypted octets that nobody has read, one record (18 KiB) that is arriving,
//! one handshake message of at most 64 KiB, and 64 KiB that are encrypted and not yet written. Beyond that, reading
//! and writing wait, so the stream above has the back-pressure of the one below.
//!
//! Begin with [`TlsOptions`].

mod acceptor;
mod any_certificate;
mod connector;
mod error;
mod options;
mod pem;
mod provider;
mod session;
mod setup_error;
#[cfg(all(test, any(feature = "tls-ring", feature = "tls-aws-lc-rs")))]
pub(crate) mod test_pki;

pub use acceptor::TlsAcceptor;
pub use connector::TlsConnector;
pub use error::TlsError;
pub use options::TlsOptions;
pub use pem::{PemContent, PemItem, PemOrigin};
pub use provider::TlsProvider;
pub use session::{TlsSession, TlsVersion};
pub use setup_error::TlsSetupError;

pub use rustls;
