//! An authority, a certificate for the server and one for a client, made anew for each server.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, KeyPair,
};

/// Files in the folder of a server: `ca.pem`, `server.pem`, `server.key`, `client.pem`, `client.key`.
pub(crate) struct Pki {
    folder: PathBuf,
}

impl Pki {
    pub(crate) fn create(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name = name([(DnType::CommonName, "Authority of one test run")]);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        fs::write(folder.join("ca.pem"), authority.pem())?;

        let mut server = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()])?;
        server.distinguished_name = name([(DnType::CommonName, "localhost")]);
        server.extended_key_usages.push(ExtendedKeyUsagePurpose::ServerAuth);
        issue(folder, "server", &server, &authority)?;

        // The server's configuration turns this subject into the name of an entry.
        let mut client = CertificateParams::default();
        client.distinguished_name = name([
            (DnType::OrganizationalUnitName, "people"),
            (DnType::CustomDnType(USER_ID.to_vec()), "alice"),
        ]);
        client.extended_key_usages.push(ExtendedKeyUsagePurpose::ClientAuth);
        issue(folder, "client", &client, &authority)?;
        Ok(Self { folder: folder.to_owned() })
    }

    pub(crate) fn ca_file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// Certificate and key of `uid=alice`.
    pub(crate) fn client_files(&self) -> (PathBuf, PathBuf) {
        (self.folder.join("client.pem"), self.folder.join("client.key"))
    }
}

fn name<const N: usize>(parts: [(DnType, &str); N]) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    for (kind, value) in parts {
        name.push(kind, value);
    }
    name
}

fn issue(
    folder: &Path,
    name: &str,
    params: &CertificateParams,
    authority: &CertifiedIssuer<'_, KeyPair>,
) -> Result<(), Box<dyn Error>> {
    let key = KeyPair::generate()?;
    fs::write(folder.join(format!("{name}.pem")), params.signed_by(&key, authority)?.pem())?;
    fs::write(folder.join(format!("{name}.key")), key.serialize_pem())?;
    Ok(())
}

/// `uid`, RFC 4519 2.39.
const USER_ID: &[u64] = &[0, 9, 2342, 19200300, 100, 1, 1];
