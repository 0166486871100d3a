//! Bits of integers: two rules of Active Directory (MS-ADTS 3.1.1.3.4.4), which other servers have taken over.

use super::Undefined;
use super::registry::{INTEGER, INTEGERS};
use super::rule::{Algorithm, Entry};
use super::string::text;
use super::substrings::undefined;

pub(super) static RULES: [Entry; 2] = [
    Entry {
        oid: "1.2.840.113556.1.4.803",
        name: "integerBitAndMatch",
        syntax: INTEGER,
        applies: INTEGERS,
        algorithm: Algorithm::Other(|value, mask| Ok(bits(value)? & bits(mask)? == bits(mask)?)),
    },
    Entry {
        oid: "1.2.840.113556.1.4.804",
        name: "integerBitOrMatch",
        syntax: INTEGER,
        applies: INTEGERS,
        algorithm: Algorithm::Other(|value, mask| Ok(bits(value)? & bits(mask)? != 0)),
    },
];

/// Returns a number of 64 bits; a negative one has its sign in all of those above.
fn bits(value: &[u8]) -> Result<i64, Undefined> {
    text(value)?.parse().map_err(|_| undefined("a number of 64 bits"))
}
