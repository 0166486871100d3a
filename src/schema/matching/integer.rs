//! Integers (RFC 4517 4.2.19 and 4.2.20).

use super::registry::{INTEGER, INTEGERS};
use super::rule::{Algorithm, Entry};
use super::{Key, Undefined};
use crate::schema::Schema;
use crate::schema::syntax::Syntax;

pub(super) static RULES: [Entry; 2] = [
    Entry {
        oid: "2.5.13.14",
        name: "integerMatch",
        syntax: INTEGER,
        applies: INTEGERS,
        algorithm: Algorithm::Equality(key),
    },
    Entry {
        oid: "2.5.13.15",
        name: "integerOrderingMatch",
        syntax: INTEGER,
        applies: INTEGERS,
        algorithm: Algorithm::Ordering(key),
    },
];

/// Sign, number of digits, digits; of a negative number the last two inverted. Numbers are of any magnitude.
pub(super) fn key(_: &Schema, value: &[u8]) -> Result<Key, Undefined> {
    if let Some(syntax) = Syntax::find(INTEGER) {
        syntax.validate(value)?;
    }
    let (is_negative, digits) = match value {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let mut key = vec![u8::from(!is_negative)];
    key.extend_from_slice(&(digits.len() as u64).to_be_bytes());
    key.extend_from_slice(digits);
    if is_negative {
        key.iter_mut().skip(1).for_each(|octet| *octet = !*octet);
    }
    Ok(key.into())
}
