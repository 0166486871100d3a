//! UUIDs (RFC 4530 2.2 and 2.3).

use super::registry::UUID;
use super::rule::{Algorithm, Entry};
use super::{Key, Undefined};
use crate::schema::Schema;
use crate::schema::syntax::uuid_octets;

pub(super) static RULES: [Entry; 2] = [
    Entry {
        oid: "1.3.6.1.1.16.2",
        name: "uuidMatch",
        syntax: UUID,
        applies: &[UUID],
        algorithm: Algorithm::Equality(key),
    },
    Entry {
        oid: "1.3.6.1.1.16.3",
        name: "uuidOrderingMatch",
        syntax: UUID,
        applies: &[UUID],
        algorithm: Algorithm::Ordering(key),
    },
];

/// "Both values are converted to octets": they are equal, and ordered, as sixteen octets.
fn key(_: &Schema, value: &[u8]) -> Result<Key, Undefined> {
    Ok(uuid_octets(value)?.to_vec().into())
}
