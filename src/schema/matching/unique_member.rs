//! Names with identifiers (RFC 4517 4.2.31).

use super::registry::NAME_AND_OPTIONAL_UID;
use super::rule::{Algorithm, Entry};
use super::{Key, Undefined, bit_string, dn};
use crate::schema::Schema;
use crate::schema::syntax::split_name_and_optional_uid;

pub(super) static RULES: [Entry; 1] = [Entry {
    oid: "2.5.13.23",
    name: "uniqueMemberMatch",
    syntax: NAME_AND_OPTIONAL_UID,
    applies: &[NAME_AND_OPTIONAL_UID],
    algorithm: Algorithm::Equality(|schema, value| of_octets(schema, value, 0)),
}];

/// "The <distinguishedName> components of the assertion value and attribute value match according to the
/// distinguishedNameMatch rule and either, (1) the <BitString> component is absent from both the attribute value and assertion
/// value, or (2) the <BitString> component is present in both".
pub(super) fn of_octets(schema: &Schema, value: &[u8], depth: usize) -> Result<Key, Undefined> {
    let (name, identifier) = split_name_and_optional_uid(value);
    let mut key = dn::of_octets(schema, name, depth)?.as_bytes().to_vec();
    if let Some(identifier) = identifier {
        key.push(b'#');
        key.extend_from_slice(bit_string::key(schema, identifier)?.as_bytes());
    }
    Ok(key.into())
}
