//! Octets (RFC 4517 4.2.27 and 4.2.28).

use super::registry::{OCTET_STRING, OCTET_STRINGS};
use super::rule::{Algorithm, Entry};
use super::{Key, Undefined};
use crate::schema::Schema;

pub(super) const MATCH: Entry = Entry {
    oid: "2.5.13.17",
    name: "octetStringMatch",
    syntax: OCTET_STRING,
    applies: OCTET_STRINGS,
    algorithm: Algorithm::Equality(key),
};

pub(super) static RULES: [Entry; 2] = [
    MATCH,
    Entry {
        oid: "2.5.13.18",
        name: "octetStringOrderingMatch",
        syntax: OCTET_STRING,
        applies: OCTET_STRINGS,
        algorithm: Algorithm::Ordering(key),
    },
];

/// "If the strings contain different numbers of octets but the longer string is identical to the shorter string up to the
/// length of the shorter string, then the shorter string precedes the longer string."
fn key(_: &Schema, value: &[u8]) -> Result<Key, Undefined> {
    Ok(value.to_vec().into())
}
