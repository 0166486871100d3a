//! Bit strings (RFC 4517 4.2.1).

use super::registry::BIT_STRING;
use super::rule::{Algorithm, Entry};
use super::{Key, Undefined};
use crate::schema::Schema;
use crate::schema::syntax::Syntax;

pub(super) static RULES: [Entry; 1] = [Entry {
    oid: "2.5.13.16",
    name: "bitStringMatch",
    syntax: BIT_STRING,
    applies: &[BIT_STRING],
    algorithm: Algorithm::Equality(key),
}];

/// "The attribute value has the same number of bits as the assertion value and the bits match on a bitwise basis." No syntax
/// here has a named bit list, of which trailing zeros would be left out.
pub(super) fn key(_: &Schema, value: &[u8]) -> Result<Key, Undefined> {
    if let Some(syntax) = Syntax::find(BIT_STRING) {
        syntax.validate(value)?;
    }
    Ok(value.to_ascii_uppercase().into())
}
