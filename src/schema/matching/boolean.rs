//! Booleans (RFC 4517 4.2.2).

use super::registry::BOOLEAN;
use super::rule::{Algorithm, Entry};
use super::substrings::undefined;
use super::{Key, Undefined};
use crate::schema::Schema;

pub(super) static RULES: [Entry; 1] = [Entry {
    oid: "2.5.13.13",
    name: "booleanMatch",
    syntax: BOOLEAN,
    applies: &[BOOLEAN],
    algorithm: Algorithm::Equality(key),
}];

/// "The attribute value and the assertion value are both TRUE or both FALSE."
fn key(_: &Schema, value: &[u8]) -> Result<Key, Undefined> {
    if value.eq_ignore_ascii_case(b"TRUE") {
        Ok(vec![1].into())
    } else if value.eq_ignore_ascii_case(b"FALSE") {
        Ok(vec![0].into())
    } else {
        Err(undefined("'TRUE' or 'FALSE'"))
    }
}
