//! Lists of strings (RFC 4517 4.2.9 and 4.2.10).

use std::borrow::Cow;

use super::registry::{POSTAL_ADDRESS, SUBSTRING_ASSERTION};
use super::rule::{Algorithm, Entry, Parts};
use super::string::{prepare_parts, text};
use super::substrings::find;
use super::{Key, Undefined};
use crate::model::Substring;
use crate::schema::syntax::postal_address_lines;
use crate::schema::{Preparation, PreparationError, Schema, SubstringPart};

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
    let lines = postal_address_lines(text(value)?);
    let prepared = lines.map(|line| Preparation::CaseIgnore.value(&line));
    Ok(prepared.collect::<Result<Vec<_>, _>>()?.join(SEPARATOR).into())
}

/// "The assertion value matches, per the caseIgnoreSubstringsMatch rule, the character string formed by concatenating the
/// strings of the attribute value, except that none of the <initial>, <any>, or <final> substrings of the assertion value are
/// considered to match a substring of the concatenated string which spans more than one of the original strings".
fn has_parts(value: &[u8], parts: &[Substring<&str>]) -> Result<bool, Undefined> {
    let value = concatenated(postal_address_lines(text(value)?))?;
    let parts = prepare_parts(Preparation::CaseIgnore, parts)?;
    Ok(find(&value, &parts))
}

/// Prepares lines as parts of one string: preparation puts spaces at its ends, and where lines meet there are only their own.
fn concatenated<'a>(lines: impl Iterator<Item = Cow<'a, str>>) -> Result<String, PreparationError> {
    // Lines have a character; one that has none adds nothing.
    let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
    let prepared = lines.iter().enumerate().map(|(index, line)| {
        let is_last = index + 1 == lines.len();
        match (index, is_last) {
            (0, true) => Preparation::CaseIgnore.value(line),
            (0, false) => Preparation::CaseIgnore.substring(line, SubstringPart::Initial),
            (_, true) => Preparation::CaseIgnore.substring(line, SubstringPart::Final),
            (_, false) => Preparation::CaseIgnore.substring(line, SubstringPart::Any),
        }
    });
    Ok(prepared.collect::<Result<Vec<_>, _>>()?.join(SEPARATOR))
}

/// Stands between prepared lines: preparation maps it to nothing, so that no prepared part has it, and none spans two lines.
const SEPARATOR: &str = "\0";
