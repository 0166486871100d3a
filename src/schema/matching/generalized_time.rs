//! Times (RFC 4517 4.2.16 and 4.2.17).

use super::registry::GENERALIZED_TIME;
use super::rule::{Algorithm, Entry};
use super::{Key, Undefined};
use crate::schema::{GeneralizedTime, Schema};

pub(super) static RULES: [Entry; 2] = [
    Entry {
        oid: "2.5.13.27",
        name: "generalizedTimeMatch",
        syntax: GENERALIZED_TIME,
        applies: &[GENERALIZED_TIME],
        algorithm: Algorithm::Equality(key),
    },
    Entry {
        oid: "2.5.13.28",
        name: "generalizedTimeOrderingMatch",
        syntax: GENERALIZED_TIME,
        applies: &[GENERALIZED_TIME],
        algorithm: Algorithm::Ordering(key),
    },
];

/// "The attribute value represents the same universal coordinated time as the assertion value. If a time is specified with the
/// minutes or seconds absent, then the number of minutes or seconds (respectively) is assumed to be zero."
fn key(_: &Schema, value: &[u8]) -> Result<Key, Undefined> {
    Ok(GeneralizedTime::from_octets(value)?.key().into())
}
