//! The certificate that the server shows.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;

use clap::Args;
use ldapwire::transport::TlsAcceptor;
use rcgen::{CertificateParams, DnType, KeyPair, SanType};

use crate::failure::Failure;

use super::failure;

/// The certificate that the server shows.
#[derive(Args)]
#[command(next_help_heading = "TLS")]
pub(crate) struct Certificate {
    /// Have TLS, with a certificate for localhost that is made for this run
    #[arg(long)]
    tls: bool,

    /// Have TLS with the certificate in this PEM file
    #[arg(long, value_name = "FILE", conflicts_with = "tls")]
    cert: Option<PathBuf>,

    /// Key of the certificate, if it is not in the same file
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,

    /// Write the certificate that was made to this file, for clients to trust
    #[arg(long, value_name = "FILE", requires = "tls")]
    save_cert: Option<PathBuf>,
}

impl Certificate {
    /// Returns what shakes hands, if there shall be TLS.
    pub(crate) fn acceptor(&self) -> Result<Option<TlsAcceptor>, Failure> {
        let acceptor = match &self.cert {
            Some(cert) => TlsAcceptor::from_files(cert, self.key.as_ref().unwrap_or(cert)),
            None if self.tls => {
                let (cert, key) = make().map_err(|error| failure("cannot make a certificate", &error))?;
                if let Some(file) = &self.save_cert {
                    fs::write(file, &cert).map_err(|error| failure(file.display(), &error))?;
                }
                TlsAcceptor::from_pem(cert, key)
            }
            None => return Ok(None),
        };
        acceptor.map(Some).map_err(Failure::usage)
    }
}

/// Makes a certificate for this machine alone, and its key, as PEM.
fn make() -> Result<(String, String), rcgen::Error> {
    let mut params = CertificateParams::new(["localhost".to_owned()])?;
    let addresses = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    params.subject_alt_names.extend(addresses.map(SanType::IpAddress));
    params.distinguished_name.push(DnType::CommonName, "ldapwire");
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    Ok((certificate.pem(), key.serialize_pem()))
}
