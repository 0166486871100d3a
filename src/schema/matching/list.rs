//! Lists of strings (RFC 4517 4.2.9 and 4.2.10).

use super::registry::{POSTAL_ADDRESS, SUBSTRING_ASSERTION};
use super::rule::{Algorithm, Entry, Parts};
use super::string::{prepare_parts, text};
use super::substrings::find;
use super::{Key, Undefined};
use crate::model::Substring;
use crate::schema::syntax::postal_address_lines;
use crate::schema::{Preparation, Schema};

pub(super) static RULES: [Entry; 2] = [
    Entry {
        oid: "2.5.13.11",
        name: "caseIgnoreListMatch",
        syntax: POSTAL_ADDRESS,
        applies: &[POSTAL_ADDRESS],
        algorithm: Algorithm::Equality(key),
    },
    Entry {
        oid: "2.5.13.12",
        name: "caseIgnoreListSubstringsMatch",
        syntax: SUBSTRING_ASSERTION,
        applies: &[POSTAL_ADDRESS],
        algorithm: Algorithm::Substrings(Parts::By(has_parts)),
    },
];

/// "The attribute value and the assertion value have the same number of strings and corresponding strings (by position) match
/// according to the caseIgnoreMatch matching rule."
fn key(_: &Schema, value: &[u8]) -> Result<Key, Undefined> {
    Ok(prepare(value)?.into())
}

/// "None of the <initial>, <any>, or <final> substrings of the assertion value are considered to match a substring of the
/// concatenated string which spans more than one of the original strings".
///
/// The separator, which no prepared part contains, sees to it. A part may stand at the beginning of any line only if it is
/// not the first of all, so the spaces that preparation puts at the ends of a line are no hindrance: an `any` part begins
/// and ends with one only where the assertion has it.
fn has_parts(value: &[u8], parts: &[Substring<&str>]) -> Result<bool, Undefined> {
    let value = prepare(value)?;
    let parts = prepare_parts(Preparation::CaseIgnore, parts)?;
    Ok(find(&value, &parts))
}

/// Joins the prepared lines by NUL, which preparation maps to nothing.
fn prepare(value: &[u8]) -> Result<String, Undefined> {
    let mut prepared = String::with_capacity(value.len());
    for (index, line) in postal_address_lines(text(value)?).enumerate() {
        if index > 0 {
            prepared.push('\0');
        }
        prepared.push_str(&Preparation::CaseIgnore.value(&line)?);
    }
    Ok(prepared)
}
