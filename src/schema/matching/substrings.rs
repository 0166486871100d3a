//! What substrings rules have in common.

use super::rule::Parts;
use super::string::text;
use super::{PreparedParts, Undefined};
use crate::model::Substring;
use crate::schema::SyntaxError;
use crate::schema::syntax::{Syntax, substring_assertion_parts};

/// Matches by an assertion value, as an extensible filter has it.
pub(super) fn of_assertion(value: &[u8], assertion: &[u8], rule: &Parts) -> Result<bool, Undefined> {
    if let Some(syntax) = Syntax::find(super::registry::SUBSTRING_ASSERTION) {
        syntax.validate(assertion)?;
    }
    let parts = substring_assertion_parts(text(assertion)?);
    PreparedParts::new(rule, parts.iter().map(|part| part.as_ref().map(|text| text.as_bytes())))?
        .are_in(value)
}

/// Tells whether a prepared value has prepared parts.
///
/// "(1) the prepared substrings of the assertion value match disjoint portions of the prepared attribute value character
/// string in the order of the substrings in the assertion value, (2) an <initial> substring, if present, matches the beginning
/// of the prepared attribute value character string, and (3) a <final> substring, if present, matches the end".
///
/// The first place for each part is as good as any other, so that this takes time in proportion to the value.
pub(super) fn find(value: &str, parts: &[Substring<String>]) -> bool {
    let mut rest = value;
    for part in parts {
        let found = match part {
            Substring::Initial(text) => rest.strip_prefix(text.as_str()),
            Substring::Any(text) => rest.split_once(text.as_str()).map(|(_, after)| after),
            Substring::Final(text) => rest.ends_with(text.as_str()).then_some(""),
        };
        match found {
            Some(after) => rest = after,
            None => return false,
        }
    }
    true
}

/// Says that a value is none that a rule compares.
pub(super) const fn undefined(expected: &'static str) -> Undefined {
    Undefined::Value(SyntaxError::new(0, expected))
}
