//! Certificates and keys as PEM, from a file or from memory.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use zeroize::Zeroizing;

use super::setup_error::TlsSetupError;

/// Where PEM text is. A file is read when it is needed, so that options can be made before the file exists.
#[derive(Clone)]
pub(super) enum PemSource {
    File(PathBuf),
    /// Wiped on drop, since it may hold a key.
    Memory(Zeroizing<Vec<u8>>),
}

impl PemSource {
    pub(super) fn memory(pem: Vec<u8>) -> Self {
        Self::Memory(Zeroizing::new(pem))
    }

    /// Reads all certificates, of which there is at least one.
    pub(super) fn certificates(&self, item: PemItem) -> Result<Vec<CertificateDer<'static>>, TlsSetupError> {
        let pem = self.read(item)?;
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(&pem)
            .collect::<Result<_, _>>()
            .map_err(|source| self.broken(item, source))?;
        if certificates.is_empty() {
            let found = PemContent::of(&pem);
            return Err(TlsSetupError::NotInPem { item, origin: self.origin(), found });
        }
        Ok(certificates)
    }

    /// Reads the first private key: PKCS#8, PKCS#1 (RSA) or SEC1 (elliptic curve).
    pub(super) fn private_key(&self, item: PemItem) -> Result<PrivateKeyDer<'static>, TlsSetupError> {
        let pem = self.read(item)?;
        PrivateKeyDer::from_pem_slice(&pem).map_err(|source| {
            let found = PemContent::of(&pem);
            // The older form of a key under a passphrase has lines in its block that are not base64.
            if found == PemContent::EncryptedKey || matches!(source, PemError::NoItemsFound) {
                TlsSetupError::NotInPem { item, origin: self.origin(), found }
            } else {
                self.broken(item, source)
            }
        })
    }

    pub(super) fn origin(&self) -> PemOrigin {
        match self {
            Self::File(path) => PemOrigin::File(path.clone()),
            Self::Memory(_) => PemOrigin::Memory,
        }
    }

    fn read(&self, item: PemItem) -> Result<Zeroizing<Vec<u8>>, TlsSetupError> {
        match self {
            Self::File(path) => fs::read(path)
                .map(Zeroizing::new)
                .map_err(|source| TlsSetupError::ReadFile { item, path: path.clone(), source }),
            Self::Memory(pem) => Ok(pem.clone()),
        }
    }

    fn broken(&self, item: PemItem, source: PemError) -> TlsSetupError {
        TlsSetupError::BrokenPem { item, origin: self.origin(), source }
    }
}

impl fmt::Debug for PemSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.origin(), f)
    }
}

/// What is read from PEM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PemItem {
    /// The certificates of the authorities to trust.
    CaCertificate,
    /// The client's certificate and those between it and its authority.
    ClientCertificate,
    /// The private key of the client's certificate.
    ClientKey,
    /// The server's certificate and those between it and its authority.
    ServerCertificate,
    /// The private key of the server's certificate.
    ServerKey,
}

impl fmt::Display for PemItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::CaCertificate => "ca certificate",
            Self::ClientCertificate => "client certificate",
            Self::ClientKey => "client key",
            Self::ServerCertificate => "server certificate",
            Self::ServerKey => "server key",
        })
    }
}

/// Where PEM was read from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PemOrigin {
    /// A file.
    File(PathBuf),
    /// Octets that the caller gave.
    Memory,
}

impl fmt::Display for PemOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Memory => f.pad("pem given in memory"),
        }
    }
}

/// What was found where a PEM block of another kind was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PemContent {
    /// Nothing at all.
    Empty,
    /// Octets that look like DER, the binary form.
    Der,
    /// A private key under a passphrase.
    EncryptedKey,
    /// Something else.
    Other,
}

impl PemContent {
    fn of(octets: &[u8]) -> Self {
        let contains = |text: &[u8]| octets.windows(text.len()).any(|window| window == text);
        match octets.first() {
            None => Self::Empty,
            Some(0x30) => Self::Der,
            _ if contains(b"BEGIN ENCRYPTED PRIVATE KEY") || contains(b"Proc-Type: 4,ENCRYPTED") => {
                Self::EncryptedKey
            }
            _ => Self::Other,
        }
    }
}
