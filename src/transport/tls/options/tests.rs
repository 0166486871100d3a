//! Reading certificates and keys, and settings that do not go together.

use std::error::Error;
use std::fs;

use super::*;
use crate::transport::tls::test_pki::{TestCa, default_crypto};

/// The path of a file with a certificate or key.
fn path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "pem", name].iter().collect()
}

fn text(name: &str) -> Vec<u8> {
    fs::read(path(name)).unwrap()
}

/// The options with an authority, so that the platform's are not read.
fn options() -> TlsOptions {
    TlsOptions::new().ca_file(path("ec.crt"))
}

/// Makes the options fail, and returns the text of the error.
fn complaint(options: &TlsOptions) -> String {
    options.connector().unwrap_err().to_string()
}

#[test]
fn every_form_of_key_is_read_from_file_and_memory() {
    for (certificate, key) in
        [("ec.crt", "ec.sec1.key"), ("ec.crt", "ec.pkcs8.key"), ("rsa.crt", "rsa.pkcs1.key")]
    {
        let from_files = options().client_certificate_files(path(certificate), path(key));
        let from_memory = options().client_certificate_pem(text(certificate), text(key));
        for options in [from_files, from_memory] {
            let config = options.config().unwrap_or_else(|error| panic!("{key}: {error}"));
            assert!(config.client_auth_cert_resolver.has_certs(), "{key}");
        }
    }
}

#[test]
fn certificate_and_key_may_share_a_file() {
    let both = [text("ec.pkcs8.key"), text("ec.crt")].concat();
    let options = options().client_certificate_pem(both.clone(), both);
    assert!(options.connector().is_ok());
}

#[test]
fn authorities_add_up() {
    let both = [text("ec.crt"), text("rsa.crt")].concat();
    let mut roots = RootCertStore::empty();
    add_authorities(&mut roots, &PemSource::memory(both)).unwrap();
    add_authorities(&mut roots, &PemSource::File(path("ec.crt"))).unwrap();
    assert_eq!(roots.len(), 3);
    let Trust::These(sources) = options().ca_pem(text("rsa.crt")).trust else { panic!("one kind of trust") };
    assert_eq!(sources.len(), 2);
}

#[test]
fn missing_file_is_named_with_what_it_was_for() {
    let error = TlsOptions::new().ca_file("/nonexistent/ca.pem").connector().unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("cannot read ca certificate from file /nonexistent/ca.pem: "), "{text}");
    assert!(error.source().is_some());
    let options = options().client_certificate_files(path("ec.crt"), "/nonexistent/key");
    assert!(complaint(&options).starts_with("cannot read client key from file /nonexistent/key: "));
}

#[test]
fn file_of_another_kind_is_named_with_what_it_holds() {
    let authority = |name| complaint(&TlsOptions::new().ca_file(path(name)));
    let key = |name| complaint(&options().client_certificate_files(path("ec.crt"), path(name)));
    assert!(authority("ec.der").ends_with("ec.der: it is der, the binary form; convert it to pem"));
    assert!(authority("ec.pkcs8.key").ends_with("a block `-----BEGIN CERTIFICATE-----` was expected"));
    assert!(key("ec.encrypted.key").ends_with("the key is under a passphrase; decrypt it first"));
    assert!(key("ec.crt").ends_with("a block `-----BEGIN PRIVATE KEY-----` was expected"));
    assert_eq!(
        complaint(&TlsOptions::new().ca_pem("")),
        "no ca certificate in pem given in memory: it is empty"
    );
}

#[test]
fn passphrase_in_the_older_form_is_told_apart_too() {
    let old = "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END EC PRIVATE KEY-----\n";
    let text = complaint(&options().client_certificate_pem(text("ec.crt"), old));
    assert!(text.ends_with("decrypt it first"), "{text}");
}

#[test]
fn broken_pem_is_an_error_that_does_not_repeat_the_text() {
    for (broken, problem) in [
        ("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n", "a block has no `-----END` line"),
        ("-----BEGIN PRIVATE KEY-----\nse!cret\n-----END PRIVATE KEY-----\n", "a block is not base64"),
    ] {
        let text = complaint(&options().client_certificate_pem(text("ec.crt"), broken));
        assert_eq!(text, format!("cannot read client key from pem given in memory: broken pem: {problem}"));
    }
}

#[test]
fn certificate_that_is_none_is_counted() {
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let options = TlsOptions::new().ca_pem([&text("ec.crt"), broken.as_bytes()].concat());
    assert!(complaint(&options).starts_with("ca certificate 2 in pem given in memory cannot be used: "));
}

#[test]
fn key_of_another_certificate_is_refused() {
    let ca = TestCa::new();
    let (one, other) = (ca.client(), ca.client());
    let text = complaint(&options().client_certificate_pem(one.pem(), other.key_pem()));
    assert!(text.starts_with("client certificate in pem given in memory with key in pem given in memory"));
}

#[test]
fn settings_beside_a_configuration_of_the_caller_are_refused_by_name() {
    let config = Arc::new(options().config().unwrap());
    let own = || TlsOptions::from_config(config.clone());
    assert!(own().server_name("a.example.org").connector().is_ok());
    for (options, setting) in [
        (own().ca_pem(text("ec.crt")), "`ca_file`"),
        (own().client_certificate_pem("", ""), "`client_certificate_files`"),
        (own().provider(TlsProvider::AVAILABLE[0]), "`provider`"),
        (own().min_version(TlsVersion::Tls13), "`min_version`"),
        (own().danger_accept_any_certificate(), "`danger_accept_any_certificate`"),
    ] {
        assert!(complaint(&options).starts_with(setting), "{setting}");
    }
}

#[test]
fn server_name_that_is_none_is_refused_at_once() {
    assert!(complaint(&options().server_name("a b")).starts_with("server name `a b` is neither"));
}

#[test]
fn platform_authorities_are_the_default() {
    // A machine without any has an error that says what to do; a machine with some has a connector.
    match TlsOptions::new().connector() {
        Ok(connector) => assert!(format!("{connector:?}").starts_with("TlsConnector")),
        Err(error) => assert!(error.to_string().contains("`ca_file`"), "{error}"),
    }
}

#[test]
fn default_provider_is_the_first_of_the_build_and_the_process_has_none() {
    let config = options().config().unwrap();
    let expected = default_crypto();
    assert_eq!(format!("{:?}", config.crypto_provider()), format!("{expected:?}"));
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}

#[test]
fn debug_shows_where_keys_are_and_never_what_they_are() {
    let options = options().client_certificate_pem(text("ec.crt"), "PRIVATE");
    let shown = format!("{options:?}");
    assert!(shown.contains("Memory") && shown.contains("ec.crt") && !shown.contains("PRIVATE"));
    assert!(!shown.contains("80, 82, 73"), "octets of the key");
}
