//! Authorities and certificates for tests, made on the spot, good ones and bad ones.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, PKCS_ECDSA_P256_SHA256,
    date_time_ymd,
};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};

use super::provider::TlsProvider;

/// The host of the good certificate.
pub(crate) const HOST: &str = "ldap.example.org";

/// A certificate authority.
pub(crate) struct TestCa {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
    /// The certificates between it and its root, nearest first; a root has none.
    path: Vec<CertificateDer<'static>>,
}

impl TestCa {
    /// Makes a root of its own key.
    pub(crate) fn new() -> Self {
        Self::from_params(authority_params("authority"))
    }

    /// Makes a root as these parameters say.
    fn from_params(params: CertificateParams) -> Self {
        let key = new_key();
        let certificate = params.self_signed(&key).unwrap();
        Self { certificate, issuer: Issuer::new(params, key), path: Vec::new() }
    }

    /// Makes an authority under this one.
    fn subordinate(&self, params: CertificateParams) -> Self {
        let key = new_key();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let mut path = vec![certificate.der().clone()];
        path.extend_from_slice(&self.path);
        Self { certificate, issuer: Issuer::new(params, key), path }
    }

    /// Signs a certificate for a new key.
    pub(crate) fn issue(&self, params: CertificateParams) -> Identity {
        let key = new_key();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Identity::of(&certificate, &key, &self.path)
    }

    /// Signs a server certificate for [`HOST`].
    pub(crate) fn server(&self) -> Identity {
        self.issue(server_params(&[HOST]))
    }

    /// Signs a client certificate.
    pub(crate) fn client(&self) -> Identity {
        let mut params = params_for("client");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.issue(params)
    }

    /// Returns its own certificate as PEM.
    pub(crate) fn pem(&self) -> String {
        self.certificate.pem()
    }
}

/// A certificate with its key and the chain up to its root.
#[derive(Clone)]
pub(crate) struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: Vec<u8>,
    pem: String,
    key_pem: String,
}

impl Identity {
    /// Makes a certificate that is signed with its own key.
    pub(crate) fn self_signed(params: CertificateParams) -> Self {
        let key = new_key();
        let certificate = params.self_signed(&key).unwrap();
        Self::of(&certificate, &key, &[])
    }

    fn of(certificate: &Certificate, key: &KeyPair, path: &[CertificateDer<'static>]) -> Self {
        let mut chain = vec![certificate.der().clone()];
        chain.extend_from_slice(path);
        Self { chain, key: key.serialize_der(), pem: certificate.pem(), key_pem: key.serialize_pem() }
    }

    /// Makes the configuration of a server that shows this certificate and asks for none.
    pub(crate) fn server_config(&self) -> Arc<ServerConfig> {
        self.server_config_with(default_crypto(), rustls::ALL_VERSIONS)
    }

    /// Makes the configuration of a server that uses this provider and speaks these versions.
    pub(crate) fn server_config_with(
        &self,
        crypto: Arc<CryptoProvider>,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Arc<ServerConfig> {
        let builder = ServerConfig::builder_with_provider(crypto).with_protocol_versions(versions).unwrap();
        Arc::new(builder.with_no_client_auth().with_single_cert(self.chain.clone(), self.key()).unwrap())
    }

    /// Makes the configuration of a server that demands a client certificate of this authority.
    pub(crate) fn server_config_demanding(
        &self,
        clients: &TestCa,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Arc<ServerConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(clients.certificate.der().clone()).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), default_crypto());
        let builder =
            ServerConfig::builder_with_provider(default_crypto()).with_protocol_versions(versions).unwrap();
        let builder = builder.with_client_cert_verifier(verifier.build().unwrap());
        Arc::new(builder.with_single_cert(self.chain.clone(), self.key()).unwrap())
    }

    /// Returns the certificate as PEM.
    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    /// Returns the key as PEM.
    pub(crate) fn key_pem(&self) -> &str {
        &self.key_pem
    }

    /// Returns the certificate as DER.
    pub(crate) fn der(&self) -> &[u8] {
        &self.chain[0]
    }

    /// Takes the chain of one and the key of another: who shows it cannot prove that it is his.
    pub(crate) fn with_key_of(&self, other: &Self) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        (self.chain.clone(), other.key())
    }

    fn key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::try_from(self.key.clone()).unwrap()
    }

    fn without_chain(mut self) -> Self {
        self.chain.truncate(1);
        self
    }

    /// Changes one bit at the end of the certificate, which is its signature.
    fn with_forged_signature(mut self) -> Self {
        let mut der = self.chain[0].to_vec();
        *der.last_mut().unwrap() ^= 1;
        self.chain[0] = der.into();
        self
    }
}

/// A certificate that a client has to refuse.
pub(crate) struct BadCertificate {
    /// What is wrong with it.
    pub(crate) name: &'static str,
    /// What the server shows.
    pub(crate) identity: Identity,
    /// The authority that the client trusts, as PEM.
    pub(crate) authority: String,
    /// The host that the client connects to.
    pub(crate) host: &'static str,
    /// A piece of the text that tells a person what is wrong.
    pub(crate) complaint: &'static str,
}

/// Makes one certificate for every way to be wrong.
pub(crate) fn bad_certificates() -> Vec<BadCertificate> {
    let ca = TestCa::new();
    let case = |name, identity, host, complaint| BadCertificate {
        name,
        identity,
        authority: ca.pem(),
        host,
        complaint,
    };
    let named = |names: &[&str]| ca.issue(server_params(names));
    let server = || server_params(&[HOST]);
    let between = |years: (i32, i32)| {
        let mut params = server();
        (params.not_before, params.not_after) = (date_time_ymd(years.0, 1, 1), date_time_ymd(years.1, 1, 1));
        params
    };
    let sub_ca = |change: fn(&mut CertificateParams)| {
        let mut params = authority_params("subordinate");
        change(&mut params);
        ca.subordinate(params)
    };
    let mut constrained = authority_params("constrained");
    constrained.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![GeneralSubtree::DnsName("example.net".into())],
        excluded_subtrees: Vec::new(),
    });
    let constrained = TestCa::from_params(constrained);
    let mut for_clients = server();
    for_clients.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let mut authority = server();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let another = TestCa::from_params(authority_params("another authority"));
    let last = sub_ca(|params| params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)));

    vec![
        case(
            "wrong host",
            named(&["b.example.org"]),
            HOST,
            "valid for `b.example.org`, not for `ldap.example.org`",
        ),
        case("expired", ca.issue(between((2000, 2001))), HOST, "expired at 2001-01-01T00:00:00Z"),
        case("not yet valid", ca.issue(between((3000, 3001))), HOST, "not valid before 3000-01-01T00:00:00Z"),
        case("unknown authority", another.server(), HOST, "unknown issuer"),
        case(
            "authority of the same name",
            TestCa::new().server(),
            HOST,
            "another authority of the same name",
        ),
        case("self-signed", Identity::self_signed(server()), HOST, "unknown issuer"),
        case(
            "another address",
            named(&["192.0.2.2"]),
            "192.0.2.1",
            "valid for `192.0.2.2`, not for `192.0.2.1`",
        ),
        case("name for an address", named(&["a.example.org"]), "192.0.2.1", "not for `192.0.2.1`"),
        case("common name only", named(&[]), HOST, "the common name does not count"),
        case(
            "wildcard above two labels",
            named(&["*.example.org"]),
            "a.b.example.org",
            "valid for `*.example.org`, not for `a.b.example.org`",
        ),
        case(
            "wildcard for its own domain",
            named(&["*.example.org"]),
            "example.org",
            "not for `example.org`",
        ),
        case(
            "wildcard in a part of a label",
            named(&["ld*.example.org"]),
            HOST,
            "not for `ldap.example.org`",
        ),
        case("authority as server", ca.issue(authority), HOST, "an authority's own"),
        case("for clients only", ca.issue(for_clients), HOST, "not meant for this use"),
        BadCertificate {
            authority: constrained.pem(),
            ..case("outside the name constraints", constrained.server(), HOST, "NameConstraintViolation")
        },
        case(
            "path too long",
            last.subordinate(authority_params("issuing")).server(),
            HOST,
            "PathLenConstraintViolated",
        ),
        case(
            "issuer that is no authority",
            sub_ca(|params| params.is_ca = IsCa::ExplicitNoCa).server(),
            HOST,
            "EndEntityUsedAsCa",
        ),
        case(
            "expired intermediate",
            sub_ca(|params| params.not_after = date_time_ymd(2001, 1, 1)).server(),
            HOST,
            "expired at 2001-01-01T00:00:00Z",
        ),
        case("missing intermediate", sub_ca(|_| {}).server().without_chain(), HOST, "unknown issuer"),
        case("forged signature", named(&[HOST]).with_forged_signature(), HOST, "signature does not fit"),
    ]
}

/// Returns the parameters of a server certificate with these names, DNS names or addresses.
pub(crate) fn server_params(names: &[&str]) -> CertificateParams {
    let mut params =
        CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
    params.distinguished_name = common_name(HOST);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

/// The provider that the crate takes unless told otherwise.
pub(crate) fn default_crypto() -> Arc<CryptoProvider> {
    TlsProvider::AVAILABLE[0].crypto()
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = params_for(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params
}

fn params_for(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = common_name(name);
    params
}

fn common_name(name: &str) -> DistinguishedName {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, name);
    subject
}

fn new_key() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()
}
