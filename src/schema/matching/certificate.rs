//! Certificates by number and issuer (RFC 4523 3.1).

use super::registry::{CERTIFICATE, CERTIFICATE_EXACT_ASSERTION};
use super::rule::{Algorithm, Entry};
use super::substrings::undefined;
use super::x509::Certificate;
use super::{Key, Undefined, dn, integer};
use crate::model::Rdn;
use crate::schema::Schema;
use crate::schema::syntax::certificate_exact_assertion;

pub(super) static RULES: [Entry; 1] = [Entry {
    oid: "2.5.13.34",
    name: "certificateExactMatch",
    syntax: CERTIFICATE_EXACT_ASSERTION,
    applies: &[CERTIFICATE],
    algorithm: Algorithm::Component {
        value: |schema, value| of_octets(schema, value, 0),
        assertion: |schema, assertion| {
            let (serial_number, issuer) = certificate_exact_assertion(assertion)?;
            key(schema, serial_number, issuer.rdns().iter().rev(), 0)
        },
    },
}];

/// "This matching rule returns TRUE if the components in the certificate that are present in the assertion value match those of
/// the attribute value" (X.509 11.3.1): serial number and issuer.
pub(super) fn of_octets(schema: &Schema, value: &[u8], depth: usize) -> Result<Key, Undefined> {
    if depth > Undefined::MAX_NESTED_NAMES {
        return Err(Undefined::TooDeep);
    }
    let certificate = Certificate::read(value).ok_or(undefined("a certificate of X.509 in BER"))?;
    key(schema, certificate.serial_number.as_bytes(), &certificate.issuer, depth)
}

/// The key of the number tells where it ends.
fn key<'a>(
    schema: &Schema,
    serial_number: &[u8],
    issuer: impl IntoIterator<Item = &'a Rdn>,
    depth: usize,
) -> Result<Key, Undefined> {
    let mut key = integer::key(schema, serial_number)?.as_bytes().to_vec();
    dn::add(schema, issuer, depth, &mut key);
    Ok(key.into())
}
