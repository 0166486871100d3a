//! Why TLS cannot be set up.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

use rustls::pki_types::{InvalidDnsNameError, pem};

use super::pem::{PemContent, PemItem, PemOrigin};

/// What is wrong with the files, names and settings that TLS was to be set up with.
///
/// It is found before anything is sent. The text says which file or setting it is and what to do.
#[derive(Debug)]
#[non_exhaustive]
pub enum TlsSetupError {
    /// A file could not be read.
    ReadFile {
        /// What was to be read from it.
        item: PemItem,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The text is no PEM.
    BrokenPem {
        /// What was to be read from it.
        item: PemItem,
        /// Where it is.
        origin: PemOrigin,
        /// What is wrong with it.
        source: pem::Error,
    },
    /// There is no PEM block of the kind that is needed.
    NotInPem {
        /// What was to be read.
        item: PemItem,
        /// Where it was looked for.
        origin: PemOrigin,
        /// What is there.
        found: PemContent,
    },
    /// A certificate cannot serve as an authority to trust.
    BadCaCertificate {
        /// Where it is.
        origin: PemOrigin,
        /// Which certificate it is, counted from 1.
        position: usize,
        /// What is wrong with it.
        source: rustls::Error,
    },
    /// The client's certificate and key do not belong together, or the provider cannot use them.
    BadClientCertificate {
        /// Where the certificate is.
        certificate: PemOrigin,
        /// Where the key is.
        key: PemOrigin,
        /// What is wrong with them.
        source: rustls::Error,
    },
    /// The server's certificate and key do not belong together, or the provider cannot use them.
    BadServerCertificate {
        /// Where the certificate is.
        certificate: PemOrigin,
        /// Where the key is.
        key: PemOrigin,
        /// What is wrong with them.
        source: rustls::Error,
    },
    /// The authorities that the platform trusts could not be read, or there are none.
    PlatformAuthorities {
        /// What is wrong.
        source: rustls::Error,
    },
    /// The crate was built with no provider of cryptography, and the caller gave no `ClientConfig`.
    NoProvider,
    /// The provider offers nothing for the TLS versions asked for.
    Versions {
        /// What is missing.
        source: rustls::Error,
    },
    /// A `ClientConfig` of the caller's own was given together with a setting that it would have to hold itself.
    SettingBesideOwnConfig {
        /// The name of the setting.
        setting: &'static str,
    },
    /// The name to look for in the server's certificate is neither a DNS name nor an IP address.
    BadServerName {
        /// The name.
        name: String,
        /// What is wrong with it.
        source: InvalidDnsNameError,
    },
    /// There is no host whose name the server's certificate could bear: the stream is no TCP connection.
    NoServerName,
}

impl fmt::Display for TlsSetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReadFile { item, path, source } => {
                write!(f, "cannot read {item} from file {}: {source}", path.display())
            }
            Self::BrokenPem { item, origin, source } => {
                write!(f, "cannot read {item} from {origin}: broken pem: {}", PemProblem(source))
            }
            Self::NotInPem { item, origin, found } => {
                write!(f, "no {item} in {origin}: {}", Remedy(*item, *found))
            }
            Self::BadCaCertificate { origin, position, source } => {
                write!(f, "ca certificate {position} in {origin} cannot be used: {source}")
            }
            Self::BadClientCertificate { certificate, key, source } => {
                write!(f, "client certificate in {certificate} with key in {key} cannot be used: {source}")
            }
            Self::BadServerCertificate { certificate, key, source } => {
                write!(f, "server certificate in {certificate} with key in {key} cannot be used: {source}")
            }
            Self::PlatformAuthorities { source } => write!(
                f,
                "cannot read the authorities that this platform trusts: {source}; install them, or give the \
                 certificate of the server's authority with `ca_file`"
            ),
            Self::NoProvider => f.write_str(
                "ldapwire is built without cryptography: turn on its feature `tls-ring` or `tls-aws-lc-rs`, or give \
                 a `ClientConfig`",
            ),
            Self::Versions { source } => write!(f, "provider does not offer the tls versions asked for: {source}"),
            Self::SettingBesideOwnConfig { setting } => {
                write!(f, "`{setting}` has no effect on a `ClientConfig` of your own: set it there")
            }
            Self::BadServerName { name, source } => {
                write!(f, "server name `{name}` is neither a dns name nor an ip address: {source}")?;
                if name.is_ascii() { Ok(()) } else { f.write_str("; write it in its ascii form, with `xn--`") }
            }
            Self::NoServerName => f.write_str(
                "no host whose name the server's certificate could bear: set the name with `server_name`",
            ),
        }
    }
}

impl Error for TlsSetupError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::ReadFile { source, .. } => Some(source),
            Self::BrokenPem { source, .. } => Some(source),
            Self::BadCaCertificate { source, .. }
            | Self::BadClientCertificate { source, .. }
            | Self::BadServerCertificate { source, .. }
            | Self::PlatformAuthorities { source }
            | Self::Versions { source } => Some(source),
            Self::BadServerName { source, .. } => Some(source),
            Self::NotInPem { .. }
            | Self::NoProvider
            | Self::SettingBesideOwnConfig { .. }
            | Self::NoServerName => None,
        }
    }
}

/// What is wrong with PEM, without the text itself: it may be a piece of a key.
struct PemProblem<'a>(&'a pem::Error);

impl fmt::Display for PemProblem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            pem::Error::MissingSectionEnd { .. } => "a block has no `-----END` line",
            pem::Error::IllegalSectionStart { .. } => "a `-----BEGIN` line does not end with `-----`",
            pem::Error::Base64Decode(_) => "a block is not base64",
            _ => "it cannot be understood",
        })
    }
}

/// What to do about a missing PEM block.
struct Remedy(PemItem, PemContent);

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(item, found) = self;
        match (found, item) {
            (PemContent::Empty, _) => f.write_str("it is empty"),
            (PemContent::Der, _) => f.write_str("it is der, the binary form; convert it to pem"),
            (PemContent::EncryptedKey, PemItem::ClientKey | PemItem::ServerKey) => {
                f.write_str("the key is under a passphrase; decrypt it first")
            }
            (_, PemItem::ClientKey | PemItem::ServerKey) => {
                f.write_str("a block `-----BEGIN PRIVATE KEY-----` was expected")
            }
            _ => f.write_str("a block `-----BEGIN CERTIFICATE-----` was expected"),
        }
    }
}
