//! Step 6: Insignificant Character Handling (RFC 4518 2.6, with errata 1757 and 1758).

use super::SubstringPart;
use super::combining::is_combining;

/// What of a value a string is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it.
    Whole,
    /// A part, in a substring assertion.
    Part(SubstringPart),
}

/// Folds space (2.6.1): one at either end and two between words, however many there were.
///
/// "The string is modified such that the string starts with exactly one space character, ends with exactly one SPACE
/// character, and any inner (non-empty) sequence of space characters is replaced with exactly two SPACE characters."
///
/// A part of a value has a space only at those of its ends that are ends of the value, or where it had some.
pub(super) fn fold_spaces(text: &str, extent: Extent) -> String {
    // Text that is ASCII has nothing that could mark a space, which need not be looked for then.
    if text.is_ascii() {
        fold(ascii_spaces(text), text.len(), extent)
    } else {
        fold(spaces(text), text.len(), extent)
    }
}

/// Folds the space among characters that take so many octets.
fn fold(characters: impl Iterator<Item = (char, bool)>, octets: usize, extent: Extent) -> String {
    // Each space but those at the ends may become two.
    let mut folded = String::with_capacity(octets + octets / 4 + 2);
    let mut has_leading = false;
    let mut is_behind_space = false;
    for (character, is_space) in characters {
        if is_space {
            is_behind_space = true;
            continue;
        }
        if folded.is_empty() {
            has_leading = is_behind_space;
            // Made room for; what stands there is decided at the end.
            folded.push(' ');
        } else if is_behind_space {
            folded.push_str("  ");
        }
        is_behind_space = false;
        folded.push(character);
    }
    if folded.is_empty() {
        // "If the input string contains no non-space character, then the output is exactly two SPACEs", and of a part
        // "exactly one SPACE".
        return if extent == Extent::Whole { "  ".to_owned() } else { " ".to_owned() };
    }
    let (begins_value, ends_value) = match extent {
        Extent::Whole => (true, true),
        Extent::Part(SubstringPart::Initial) => (true, false),
        Extent::Part(SubstringPart::Any) => (false, false),
        Extent::Part(SubstringPart::Final) => (false, true),
    };
    if ends_value || is_behind_space {
        folded.push(' ');
    }
    if !begins_value && !has_leading {
        folded.remove(0);
    }
    folded
}

/// Removes space (2.6.2): "All spaces are regarded as insignificant and are to be removed."
pub(super) fn without_spaces(text: &str) -> String {
    spaces(text).filter_map(|(character, is_space)| (!is_space).then_some(character)).collect()
}

/// Removes space and hyphens (2.6.3): "All hyphens and spaces are considered insignificant and are to be removed."
///
/// "A hyphen is defined to be a HYPHEN-MINUS (U+002D), ARMENIAN HYPHEN (U+058A), HYPHEN (U+2010), NON-BREAKING HYPHEN
/// (U+2011), MINUS SIGN (U+2212), SMALL HYPHEN-MINUS (U+FE63), or FULLWIDTH HYPHEN-MINUS (U+FF0D) code point followed by no
/// combining marks".
pub(super) fn without_spaces_and_hyphens(text: &str) -> String {
    const INSIGNIFICANT: [char; 8] =
        [' ', '-', '\u{58a}', '\u{2010}', '\u{2011}', '\u{2212}', '\u{fe63}', '\u{ff0d}'];
    let characters = alone(text, |character| INSIGNIFICANT.contains(&character));
    characters.filter_map(|(character, is_insignificant)| (!is_insignificant).then_some(character)).collect()
}

/// Walks the characters, and tells which are spaces: "a space is defined to be the SPACE (U+0020) code point followed by no
/// combining marks."
fn spaces(text: &str) -> impl Iterator<Item = (char, bool)> {
    alone(text, |character| character == ' ')
}

/// The same for text that is ASCII.
fn ascii_spaces(text: &str) -> impl Iterator<Item = (char, bool)> {
    text.bytes().map(|octet| (octet.into(), octet == b' '))
}

/// Walks the characters, and tells which are of a kind and followed by no combining mark.
fn alone(text: &str, is_of_kind: impl Fn(char) -> bool) -> impl Iterator<Item = (char, bool)> {
    let mut characters = text.chars().peekable();
    std::iter::from_fn(move || {
        let character = characters.next()?;
        let is_marked = characters.peek().is_some_and(|next| is_combining(*next));
        Some((character, is_of_kind(character) && !is_marked))
    })
}
