//! Words (RFC 4517 4.2.21 and 4.2.32).

use super::Undefined;
use super::registry::DIRECTORY_STRING;
use super::rule::{Algorithm, Entry};
use super::string::text;
use crate::schema::Preparation;

pub(super) static RULES: [Entry; 2] = [
    Entry {
        oid: "2.5.13.32",
        name: "wordMatch",
        syntax: DIRECTORY_STRING,
        applies: &[DIRECTORY_STRING],
        algorithm: Algorithm::Other(has_word),
    },
    Entry {
        oid: "2.5.13.33",
        name: "keywordMatch",
        syntax: DIRECTORY_STRING,
        applies: &[DIRECTORY_STRING],
        algorithm: Algorithm::Other(has_word),
    },
];

/// "The assertion value word matches, according to the semantics of caseIgnoreMatch, any word in the attribute value. The
/// precise definition of a word is implementation specific": here letters and digits, in whatever script. "The identification
/// of keywords in the attribute value and the exactness of the match are both implementation specific": here they are words.
fn has_word(value: &[u8], assertion: &[u8]) -> Result<bool, Undefined> {
    let value = Preparation::CaseIgnore.value(text(value)?)?;
    let word = Preparation::CaseIgnore.value(text(assertion)?)?;
    let word = word.trim();
    Ok(value.split(|character: char| !character.is_alphanumeric()).any(|own| !own.is_empty() && own == word))
}
