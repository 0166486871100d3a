//! Certificates by number and issuer (RFC 4523 3.1), and lists of revoked ones by issuer and time (RFC 4523 3.5).

use super::registry::{
    CERTIFICATE, CERTIFICATE_EXACT_ASSERTION, CERTIFICATE_LIST, CERTIFICATE_LIST_EXACT_ASSERTION,
};
use super::rule::{Algorithm, Entry};
use super::{Key, Undefined, dn, integer};
use crate::model::Dn;
use crate::schema::{CertificateExactAssertion, CertificateListExactAssertion, Schema};

pub(super) static RULES: [Entry; 2] = [
    Entry {
        oid: "2.5.13.34",
        name: "certificateExactMatch",
        syntax: CERTIFICATE_EXACT_ASSERTION,
        applies: &[CERTIFICATE],
        algorithm: Algorithm::Component {
            value: |schema, value| of_octets(schema, value, 0),
            assertion: |schema, assertion| {
                key(schema, &CertificateExactAssertion::from_octets(assertion)?, 0)
            },
        },
    },
    Entry {
        oid: "2.5.13.38",
        name: "certificateListExactMatch",
        syntax: CERTIFICATE_LIST_EXACT_ASSERTION,
        applies: &[CERTIFICATE_LIST],
        algorithm: Algorithm::Component {
            value: |schema, value| of_list(schema, value, 0),
            assertion: |schema, assertion| {
                list_key(schema, &CertificateListExactAssertion::from_octets(assertion)?, 0)
            },
        },
    },
];

/// "This matching rule returns TRUE if the components in the certificate that are present in the assertion value match those of
/// the attribute value" (X.509 11.3.1): serial number and issuer.
pub(super) fn of_octets(schema: &Schema, value: &[u8], depth: usize) -> Result<Key, Undefined> {
    key(schema, &CertificateExactAssertion::of_certificate(value)?, depth)
}

/// The same of a list (X.509 11.3.5): issuer and time.
pub(super) fn of_list(schema: &Schema, value: &[u8], depth: usize) -> Result<Key, Undefined> {
    list_key(schema, &CertificateListExactAssertion::of_list(value)?, depth)
}

/// The key of the number tells where it ends.
fn key(schema: &Schema, assertion: &CertificateExactAssertion, depth: usize) -> Result<Key, Undefined> {
    let key = integer::key(schema, assertion.serial_number().as_bytes())?.as_bytes().to_vec();
    with_issuer(schema, key, assertion.issuer(), depth)
}

/// The time tells where it ends: behind its digits comes a number of assertions, or nothing.
fn list_key(
    schema: &Schema,
    assertion: &CertificateListExactAssertion,
    depth: usize,
) -> Result<Key, Undefined> {
    with_issuer(schema, assertion.this_update().key(), assertion.issuer(), depth)
}

fn with_issuer(schema: &Schema, mut key: Vec<u8>, issuer: &Dn, depth: usize) -> Result<Key, Undefined> {
    if depth > Undefined::MAX_NESTED_NAMES {
        return Err(Undefined::TooDeep);
    }
    dn::add(schema, issuer.rdns().iter().rev(), depth, &mut key);
    Ok(key.into())
}
