//! Strings that are prepared (RFC 4517 4.2.3 to 4.2.8, 4.2.11 to 4.2.13, 4.2.22 to 4.2.24, 4.2.29, 4.2.30).
//!
//! "The rule evaluates to TRUE if and only if the prepared attribute value character string and the prepared assertion value
//! character string have the same number of characters and corresponding characters have the same code point." The order of
//! octets of UTF-8 is "the code point collation order".

use std::str;

use super::registry::{
    DIRECTORY_STRING, DIRECTORY_STRINGS, IA5_STRING, NUMERIC_STRING, SUBSTRING_ASSERTION, TELEPHONE_NUMBER,
};
use super::rule::{Algorithm, Entry, Parts};
use super::{Key, Undefined};
use crate::model::Substring;
use crate::schema::{Preparation, Schema, SubstringPart, SyntaxError};

pub(super) static RULES: [Entry; 15] = [
    Entry {
        oid: "2.5.13.2",
        name: "caseIgnoreMatch",
        syntax: DIRECTORY_STRING,
        applies: DIRECTORY_STRINGS,
        algorithm: Algorithm::Equality(case_ignore),
    },
    Entry {
        oid: "2.5.13.3",
        name: "caseIgnoreOrderingMatch",
        syntax: DIRECTORY_STRING,
        applies: DIRECTORY_STRINGS,
        algorithm: Algorithm::Ordering(case_ignore),
    },
    Entry {
        oid: "2.5.13.4",
        name: "caseIgnoreSubstringsMatch",
        syntax: SUBSTRING_ASSERTION,
        applies: DIRECTORY_STRINGS,
        algorithm: Algorithm::Substrings(Parts::Of(Preparation::CaseIgnore)),
    },
    Entry {
        oid: "2.5.13.5",
        name: "caseExactMatch",
        syntax: DIRECTORY_STRING,
        applies: DIRECTORY_STRINGS,
        algorithm: Algorithm::Equality(case_exact),
    },
    Entry {
        oid: "2.5.13.6",
        name: "caseExactOrderingMatch",
        syntax: DIRECTORY_STRING,
        applies: DIRECTORY_STRINGS,
        algorithm: Algorithm::Ordering(case_exact),
    },
    Entry {
        oid: "2.5.13.7",
        name: "caseExactSubstringsMatch",
        syntax: SUBSTRING_ASSERTION,
        applies: DIRECTORY_STRINGS,
        algorithm: Algorithm::Substrings(Parts::Of(Preparation::CaseExact)),
    },
    Entry {
        oid: "1.3.6.1.4.1.1466.109.114.1",
        name: "caseExactIA5Match",
        syntax: IA5_STRING,
        applies: &[IA5_STRING],
        algorithm: Algorithm::Equality(case_exact),
    },
    Entry {
        oid: "1.3.6.1.4.1.1466.109.114.2",
        name: "caseIgnoreIA5Match",
        syntax: IA5_STRING,
        applies: &[IA5_STRING],
        algorithm: Algorithm::Equality(case_ignore),
    },
    Entry {
        oid: "1.3.6.1.4.1.1466.109.114.3",
        name: "caseIgnoreIA5SubstringsMatch",
        syntax: SUBSTRING_ASSERTION,
        applies: &[IA5_STRING],
        algorithm: Algorithm::Substrings(Parts::Of(Preparation::CaseIgnore)),
    },
    // Of OpenLDAP; RFC 2307 needs it and has no identifier for it.
    Entry {
        oid: "1.3.6.1.4.1.4203.1.2.1",
        name: "caseExactIA5SubstringsMatch",
        syntax: SUBSTRING_ASSERTION,
        applies: &[IA5_STRING],
        algorithm: Algorithm::Substrings(Parts::Of(Preparation::CaseExact)),
    },
    Entry {
        oid: "2.5.13.8",
        name: "numericStringMatch",
        syntax: NUMERIC_STRING,
        applies: &[NUMERIC_STRING],
        algorithm: Algorithm::Equality(numeric),
    },
    Entry {
        oid: "2.5.13.9",
        name: "numericStringOrderingMatch",
        syntax: NUMERIC_STRING,
        applies: &[NUMERIC_STRING],
        algorithm: Algorithm::Ordering(numeric),
    },
    Entry {
        oid: "2.5.13.10",
        name: "numericStringSubstringsMatch",
        syntax: SUBSTRING_ASSERTION,
        applies: &[NUMERIC_STRING],
        algorithm: Algorithm::Substrings(Parts::Of(Preparation::NumericString)),
    },
    Entry {
        oid: "2.5.13.20",
        name: "telephoneNumberMatch",
        syntax: TELEPHONE_NUMBER,
        applies: &[TELEPHONE_NUMBER],
        algorithm: Algorithm::Equality(telephone),
    },
    Entry {
        oid: "2.5.13.21",
        name: "telephoneNumberSubstringsMatch",
        syntax: SUBSTRING_ASSERTION,
        applies: &[TELEPHONE_NUMBER],
        algorithm: Algorithm::Substrings(Parts::Of(Preparation::TelephoneNumber)),
    },
];

/// Reads octets as text.
pub(super) fn text(octets: &[u8]) -> Result<&str, Undefined> {
    str::from_utf8(octets).map_err(|error| SyntaxError::new(error.valid_up_to(), "UTF-8").into())
}

pub(super) fn case_ignore(_: &Schema, value: &[u8]) -> Result<Key, Undefined> {
    Ok(Preparation::CaseIgnore.value(text(value)?)?.into())
}

pub(super) fn case_exact(_: &Schema, value: &[u8]) -> Result<Key, Undefined> {
    Ok(Preparation::CaseExact.value(text(value)?)?.into())
}

fn numeric(_: &Schema, value: &[u8]) -> Result<Key, Undefined> {
    Ok(Preparation::NumericString.value(text(value)?)?.into())
}

fn telephone(_: &Schema, value: &[u8]) -> Result<Key, Undefined> {
    Ok(Preparation::TelephoneNumber.value(text(value)?)?.into())
}

pub(super) fn prepare_parts(
    preparation: Preparation,
    parts: &[Substring<&str>],
) -> Result<Vec<Substring<String>>, Undefined> {
    let prepared = parts.iter().map(|part| {
        Ok(match part {
            Substring::Initial(text) => {
                Substring::Initial(preparation.substring(text, SubstringPart::Initial)?)
            }
            Substring::Any(text) => Substring::Any(preparation.substring(text, SubstringPart::Any)?),
            Substring::Final(text) => Substring::Final(preparation.substring(text, SubstringPart::Final)?),
        })
    });
    prepared.collect()
}
