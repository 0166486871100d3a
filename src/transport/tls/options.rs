//! How TLS is set up, as a value.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::client::WantsClientCert;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, SupportedProtocolVersion, WantsVerifier, version};
use rustls_platform_verifier::BuilderVerifierExt;

use super::any_certificate::AnyCertificate;
use super::connector::{TlsConnector, parse_server_name};
use super::pem::{PemItem, PemSource};
use super::provider::TlsProvider;
use super::session::TlsVersion;
use super::setup_error::TlsSetupError;

/// Whom to trust, whom to be, and which TLS to speak.
///
/// The default trusts the authorities that the platform trusts, shows no certificate, and speaks TLS 1.2 and 1.3.
///
/// ```no_run
/// use ldapwire::transport::TlsOptions;
///
/// let connector = TlsOptions::new()
///     .ca_file("/etc/ssl/example-ca.pem")
///     .client_certificate_files("/etc/ldap/client.pem", "/etc/ldap/client.key")
///     .connector()?;
/// # let _ = connector;
/// # Ok::<(), ldapwire::transport::TlsSetupError>(())
/// ```
#[derive(Clone, Default)]
pub struct TlsOptions {
    trust: Trust,
    identity: Option<Identity>,
    provider: Option<TlsProvider>,
    min_version: Option<TlsVersion>,
    server_name: Option<String>,
    own_config: Option<Arc<ClientConfig>>,
}

impl TlsOptions {
    /// Returns the defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a configuration of the caller's own, as it is.
    ///
    /// Only [`server_name`](Self::server_name) may be set beside it; it works without any provider in this crate.
    pub fn from_config(config: Arc<ClientConfig>) -> Self {
        Self { own_config: Some(config), ..Self::default() }
    }

    /// Trusts the authorities whose certificates are in this PEM file, instead of the platform's.
    ///
    /// Called again, it trusts those as well. The file is read by [`connector`](Self::connector). A server's
    /// self-signed certificate may stand in it too, if it is not marked as an authority's: it is then accepted, for
    /// the names it bears.
    #[must_use]
    pub fn ca_file(self, path: impl Into<PathBuf>) -> Self {
        self.trusting(PemSource::File(path.into()))
    }

    /// Trusts the authorities whose certificates are in this PEM text; otherwise as [`ca_file`](Self::ca_file).
    #[must_use]
    pub fn ca_pem(self, pem: impl Into<Vec<u8>>) -> Self {
        self.trusting(PemSource::memory(pem.into()))
    }

    /// Shows the server this certificate when it asks for one, as SASL EXTERNAL needs it.
    ///
    /// The certificate file holds the client's certificate first and then those up to its authority; the key file
    /// its private key: PKCS#8, PKCS#1 or SEC1, not under a passphrase. Both may be the same file. Default: none.
    #[must_use]
    pub fn client_certificate_files(
        mut self,
        certificates: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Self {
        self.identity = Some(Identity {
            certificates: PemSource::File(certificates.into()),
            key: PemSource::File(key.into()),
        });
        self
    }

    /// Shows the server this certificate, given as PEM text; otherwise as
    /// [`client_certificate_files`](Self::client_certificate_files).
    ///
    /// The texts are wiped when the options are dropped. The key itself then lives in `rustls`, which does not wipe
    /// it, as long as a connector or a connection does.
    #[must_use]
    pub fn client_certificate_pem(
        mut self,
        certificates: impl Into<Vec<u8>>,
        key: impl Into<Vec<u8>>,
    ) -> Self {
        self.identity = Some(Identity {
            certificates: PemSource::memory(certificates.into()),
            key: PemSource::memory(key.into()),
        });
        self
    }

    /// Sets the name that the server's certificate has to bear, a DNS name or an IP address.
    ///
    /// Default: the host of the URL that the caller gave, which is right unless the connection takes a detour: a
    /// tunnel, a Unix socket, a load balancer known by address only.
    #[must_use]
    pub fn server_name(mut self, name: impl Into<String>) -> Self {
        self.server_name = Some(name.into());
        self
    }

    /// Sets the oldest version of TLS to speak. Default: TLS 1.2. TLS 1.3 locks out servers that
    /// do not know it yet.
    #[must_use]
    pub fn min_version(mut self, version: TlsVersion) -> Self {
        self.min_version = Some(version);
        self
    }

    /// Sets the provider of cryptography. Default: the first of [`TlsProvider::AVAILABLE`].
    #[must_use]
    pub fn provider(mut self, provider: TlsProvider) -> Self {
        self.provider = Some(provider);
        self
    }

    /// Accepts any certificate, of anybody, for any name, expired or not.
    ///
    /// **Whoever can reach the connection can read and change everything on it, passwords included.** It is for
    /// looking at a certificate (see [`TlsSession::peer_certificate`](super::TlsSession::peer_certificate)) and for
    /// laboratories; with a private authority, [`ca_file`](Self::ca_file) is the right call.
    #[must_use]
    pub fn danger_accept_any_certificate(mut self) -> Self {
        self.trust = Trust::Anybody;
        self
    }

    /// Reads the files and makes a connector, which serves any number of connections.
    ///
    /// Make it once and clone it: reading the platform's authorities takes milliseconds of blocking work, and only
    /// connections of one connector resume each other's TLS sessions.
    ///
    /// # Errors
    ///
    /// A file, a name or a setting is wrong; the error says which.
    pub fn connector(&self) -> Result<TlsConnector, TlsSetupError> {
        let server_name = self.server_name.as_deref().map(parse_server_name).transpose()?;
        let config = match &self.own_config {
            Some(config) => self.nothing_beside_own_config().map(|()| config.clone())?,
            None => Arc::new(self.config()?),
        };
        Ok(TlsConnector::new(config, server_name))
    }

    fn trusting(mut self, source: PemSource) -> Self {
        match &mut self.trust {
            Trust::These(sources) => sources.push(source),
            _ => self.trust = Trust::These(vec![source]),
        }
        self
    }

    fn nothing_beside_own_config(&self) -> Result<(), TlsSetupError> {
        let setting = match self {
            Self { trust: Trust::These(_), .. } => "ca_file",
            Self { trust: Trust::Anybody, .. } => "danger_accept_any_certificate",
            Self { identity: Some(_), .. } => "client_certificate_files",
            Self { provider: Some(_), .. } => "provider",
            Self { min_version: Some(_), .. } => "min_version",
            _ => return Ok(()),
        };
        Err(TlsSetupError::SettingBesideOwnConfig { setting })
    }

    fn config(&self) -> Result<ClientConfig, TlsSetupError> {
        let provider = self.provider.or_else(|| TlsProvider::AVAILABLE.first().copied());
        let crypto = provider.ok_or(TlsSetupError::NoProvider)?.crypto();
        let builder = ClientConfig::builder_with_provider(crypto)
            .with_protocol_versions(self.versions())
            .map_err(|source| TlsSetupError::Versions { source })?;
        let builder = self.trust.apply(builder)?;
        match &self.identity {
            Some(identity) => identity.apply(builder),
            None => Ok(builder.with_no_client_auth()),
        }
    }

    fn versions(&self) -> &'static [&'static SupportedProtocolVersion] {
        const SINCE_TLS12: &[&SupportedProtocolVersion] = &[&version::TLS13, &version::TLS12];
        const SINCE_TLS13: &[&SupportedProtocolVersion] = &[&version::TLS13];
        match self.min_version {
            Some(TlsVersion::Tls13) => SINCE_TLS13,
            Some(TlsVersion::Tls12) | None => SINCE_TLS12,
        }
    }
}

impl From<Arc<ClientConfig>> for TlsOptions {
    fn from(config: Arc<ClientConfig>) -> Self {
        Self::from_config(config)
    }
}

impl fmt::Debug for TlsOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsOptions")
            .field("trust", &self.trust)
            .field("identity", &self.identity)
            .field("provider", &self.provider)
            .field("min_version", &self.min_version)
            .field("server_name", &self.server_name)
            .field("own_config", &self.own_config.is_some())
            .finish()
    }
}

/// Whose certificates are good.
#[derive(Debug, Clone, Default)]
enum Trust {
    #[default]
    Platform,
    These(Vec<PemSource>),
    Anybody,
}

impl Trust {
    fn apply(
        &self,
        builder: ConfigBuilder<ClientConfig, WantsVerifier>,
    ) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, TlsSetupError> {
        match self {
            Self::Platform => builder
                .with_platform_verifier()
                .map_err(|source| TlsSetupError::PlatformAuthorities { source }),
            Self::These(sources) => {
                let mut roots = RootCertStore::empty();
                for source in sources {
                    add_authorities(&mut roots, source)?;
                }
                Ok(builder.with_root_certificates(roots))
            }
            Self::Anybody => {
                let verifier = AnyCertificate::new(builder.crypto_provider());
                Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)))
            }
        }
    }
}

fn add_authorities(roots: &mut RootCertStore, source: &PemSource) -> Result<(), TlsSetupError> {
    for (index, certificate) in source.certificates(PemItem::CaCertificate)?.into_iter().enumerate() {
        roots.add(certificate).map_err(|error| TlsSetupError::BadCaCertificate {
            origin: source.origin(),
            position: index + 1,
            source: error,
        })?;
    }
    Ok(())
}

/// The client's certificate with its chain, and its key.
#[derive(Debug, Clone)]
struct Identity {
    certificates: PemSource,
    key: PemSource,
}

impl Identity {
    fn apply(
        &self,
        builder: ConfigBuilder<ClientConfig, WantsClientCert>,
    ) -> Result<ClientConfig, TlsSetupError> {
        let certificates = self.certificates.certificates(PemItem::ClientCertificate)?;
        let key = self.key.private_key(PemItem::ClientKey)?;
        builder.with_client_auth_cert(certificates, key).map_err(|source| {
            TlsSetupError::BadClientCertificate {
                certificate: self.certificates.origin(),
                key: self.key.origin(),
                source,
            }
        })
    }
}

#[cfg(all(test, any(feature = "tls-ring", feature = "tls-aws-lc-rs")))]
mod tests;

#[cfg(all(test, not(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))))]
mod tests_without_provider {
    use super::*;

    #[test]
    fn missing_provider_names_the_features_to_turn_on() {
        let error = TlsOptions::new().connector().unwrap_err();
        assert!(matches!(error, TlsSetupError::NoProvider));
        assert!(error.to_string().contains("`tls-ring` or `tls-aws-lc-rs`"), "{error}");
    }
}
