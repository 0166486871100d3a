//! `caseIgnoreMatch` (RFC 4517 4.2.11) as far as it goes without tables: what names and values compare by where no schema
//! says otherwise.
//!
//! Letters are equal in either case, each character by its lower-case form; white space at either end does not count,
//! inside any amount of it is one space. Beyond that text is not normalized.

use std::cmp::Ordering;

/// The characters of a value in the form that equal values share: lower case, with one space between words.
///
/// What `split_whitespace` takes for space is what RFC 4518 2.2 maps to space: the separators of Unicode, and TAB, LF,
/// VT, FF, CR and NEL.
pub(super) fn folded(text: &str) -> impl Iterator<Item = char> {
    text.split_whitespace().enumerate().flat_map(|(index, word)| {
        let space = (index > 0).then_some(' ');
        space.into_iter().chain(word.chars().flat_map(char::to_lowercase))
    })
}

pub(super) fn is_equal(left: &str, right: &str) -> bool {
    // Most values that are equal differ in the case of ASCII letters only, which is quicker to see.
    left.eq_ignore_ascii_case(right) || folded(left).eq(folded(right))
}

pub(super) fn compare(left: &str, right: &str) -> Ordering {
    folded(left).cmp(folded(right))
}
