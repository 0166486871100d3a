//! The server's side of the handshake.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::time::{Instant, timeout_at};

use super::error::TlsError;
use super::pem::{PemItem, PemSource};
use super::{TlsProvider, TlsSetupError};
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

    /// Reads the server's certificate, with those up to its authority behind it, and its private key: PKCS#8, PKCS#1 or
    /// SEC1, not under a passphrase. Both may be the same file. Clients are asked for no certificate; TLS 1.2 and 1.3
    /// are spoken, by the first of [`TlsProvider::AVAILABLE`].
    ///
    /// # Errors
    ///
    /// A file cannot be read or holds something else, or the two do not belong together.
    pub fn from_files(
        certificates: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Result<Self, TlsSetupError> {
        Self::from_sources(&PemSource::File(certificates.into()), &PemSource::File(key.into()))
    }

    /// Takes the server's certificate and its key as PEM text; otherwise as [`from_files`](Self::from_files).
    ///
    /// # Errors
    ///
    /// As [`from_files`](Self::from_files).
    pub fn from_pem(
        certificates: impl Into<Vec<u8>>,
        key: impl Into<Vec<u8>>,
    ) -> Result<Self, TlsSetupError> {
        Self::from_sources(&PemSource::memory(certificates.into()), &PemSource::memory(key.into()))
    }

    fn from_sources(certificates: &PemSource, key: &PemSource) -> Result<Self, TlsSetupError> {
        let provider = TlsProvider::AVAILABLE.first().copied().ok_or(TlsSetupError::NoProvider)?;
        let config = ServerConfig::builder_with_provider(provider.crypto())
            .with_safe_default_protocol_versions()
            .map_err(|source| TlsSetupError::Versions { source })?
            .with_no_client_auth()
            .with_single_cert(
                certificates.certificates(PemItem::ServerCertificate)?,
                key.private_key(PemItem::ServerKey)?,
            )
            .map_err(|source| TlsSetupError::BadServerCertificate {
                certificate: certificates.origin(),
                key: key.origin(),
                source,
            })?;
        Ok(Self::new(Arc::new(config)))
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

#[cfg(all(test, any(feature = "tls-ring", feature = "tls-aws-lc-rs")))]
mod tests {
    use rcgen::generate_simple_self_signed;

    use super::*;

    #[test]
    fn certificate_and_key_are_read_and_belong_together() {
        let one = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let other = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (certificate, key) = (one.cert.pem(), one.signing_key.serialize_pem());
        TlsAcceptor::from_pem(certificate.clone(), key.clone()).unwrap();
        for (certificate, key, told) in [
            (certificate.clone(), other.signing_key.serialize_pem(), "cannot be used"),
            (certificate.clone(), String::new(), "no server key in pem given in memory: it is empty"),
            (key.clone(), key.clone(), "no server certificate in pem given in memory"),
        ] {
            let error = TlsAcceptor::from_pem(certificate, key).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
        let error = TlsAcceptor::from_files("/nowhere/cert.pem", "/nowhere/key.pem").unwrap_err().to_string();
        assert!(error.contains("cannot read server certificate from file /nowhere/cert.pem"), "{error}");
    }
}
