//! The six steps, one after the other.

use std::error::Error;
use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::insignificant::{self, Extent};
use super::{map, prohibit};

/// How strings are made comparable (RFC 4518 2): two strings match if they are equal when prepared.
///
/// "The character repertoire of this process is Unicode 3.2": a string with a character that was assigned later cannot be
/// prepared, and a comparison with it is Undefined.
///
/// ```
/// use ldapwire::schema::{Preparation, SubstringPart};
///
/// assert_eq!(Preparation::CaseIgnore.value("Foo  Bar ")?, " foo  bar ");
/// assert_eq!(Preparation::CaseExact.value("Foo Bar")?, " Foo  Bar ");
/// assert_eq!(Preparation::NumericString.value(" 123  456 ")?, "123456");
/// assert_eq!(Preparation::TelephoneNumber.value("+1-512-315")?, "+1512315");
/// assert_eq!(Preparation::CaseExact.substring("foo bar ", SubstringPart::Any)?, "foo  bar ");
/// # Ok::<(), ldapwire::schema::PreparationError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Preparation {
    /// Letters of either case are different, space is folded.
    CaseExact,
    /// Letters of either case are the same, space is folded.
    CaseIgnore,
    /// Space does not count.
    NumericString,
    /// Neither space nor hyphens count, letters of either case are the same.
    TelephoneNumber,
}

/// Which part of a value a string is, in a substring assertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SubstringPart {
    /// Its beginning.
    Initial,
    /// Anything within it.
    Any,
    /// Its end.
    Final,
}

impl Preparation {
    /// Prepares the value of an attribute, or an asserted one.
    ///
    /// # Errors
    ///
    /// The string has a character that is prohibited.
    pub fn value(self, text: &str) -> Result<String, PreparationError> {
        self.prepare(text, Extent::Whole)
    }

    /// Prepares a part of a substring assertion.
    ///
    /// # Errors
    ///
    /// The string has a character that is prohibited.
    pub fn substring(self, text: &str, part: SubstringPart) -> Result<String, PreparationError> {
        self.prepare(text, Extent::Part(part))
    }

    fn prepare(self, text: &str, extent: Extent) -> Result<String, PreparationError> {
        let folds_case = matches!(self, Self::CaseIgnore | Self::TelephoneNumber);
        let folds_spaces = matches!(self, Self::CaseIgnore | Self::CaseExact);
        if folds_spaces
            && extent == Extent::Whole
            && let Some(prepared) = words(text, folds_case)
        {
            return Ok(prepared);
        }
        let normalized: String = if text.is_ascii() {
            // Nothing there is prohibited, and everything is its own normal form.
            map::map_ascii(text, folds_case)
        } else {
            prohibit::check_assigned(text)?;
            let mapped = map::map(text, folds_case);
            let normalized: String = mapped.nfkc().collect();
            prohibit::check(&normalized)?;
            normalized
        };
        Ok(match self {
            Self::CaseExact | Self::CaseIgnore => insignificant::fold_spaces(&normalized, extent),
            Self::NumericString => insignificant::without_spaces(&normalized),
            Self::TelephoneNumber => insignificant::without_spaces_and_hyphens(&normalized),
        })
    }
}

/// Prepares words of western letters and ASCII with one space between two of them, which most values are, in one go: a name
/// has several, and each index of an entry one more. Nothing if it is anything else.
fn words(text: &str, folds_case: bool) -> Option<String> {
    // Without a way out half-way, the octets are looked at many at a time.
    let is_ascii = text.bytes().fold(true, |is_ascii, octet| is_ascii & matches!(octet, b' '..=b'~'));
    if !is_ascii && !text.chars().all(is_western) {
        return None;
    }
    let spaces = text.bytes().filter(|octet| *octet == b' ').count();
    // As large as it gets, so that it can be kept as it is.
    let mut prepared = String::with_capacity(text.len() + spaces + 2);
    for word in text.split(' ') {
        if word.is_empty() {
            return None;
        }
        prepared.push_str(if prepared.is_empty() { " " } else { "  " });
        prepared.push_str(word);
    }
    prepared.push(' ');
    match (folds_case, is_ascii) {
        (false, _) => {}
        (true, true) => prepared.make_ascii_lowercase(),
        (true, false) => prepared = prepared.to_lowercase(),
    }
    Some(prepared)
}

/// Whether a character is one of ASCII, or a letter of ISO 8859-1 that is a letter in both cases: each is its own normal form,
/// and its lower case is what it is folded to.
const fn is_western(character: char) -> bool {
    matches!(character, ' '..='~' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{de}' | '\u{e0}'..='\u{f6}' | '\u{f8}'..='\u{fe}')
}

/// A string cannot be prepared, since it has a character that is prohibited (RFC 4518 2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreparationError {
    character: char,
}

impl PreparationError {
    pub(super) const fn new(character: char) -> Self {
        Self { character }
    }

    /// Returns the character.
    pub const fn character(&self) -> char {
        self.character
    }
}

impl fmt::Display for PreparationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = u32::from(self.character);
        write!(f, "expected characters of Unicode 3.2 that are not prohibited, found U+{code:04X}")
    }
}

impl Error for PreparationError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_prepared_as_by_the_six_steps() {
        let mut texts = vec![String::new()];
        for length in 0..5 {
            let longest = texts.iter().filter(|text| text.chars().count() == length);
            let longer = longest
                .flat_map(|text| ['a', 'Z', ' ', '~', '\t', '\0', 'é'].map(|next| format!("{text}{next}")));
            texts.extend(longer.collect::<Vec<_>>());
        }
        let mut count = 0;
        for (text, folds_case) in texts.iter().flat_map(|text| [(text, false), (text, true)]) {
            if let Some(prepared) = words(text, folds_case) {
                let mapped: String = map::map(text, folds_case).nfkc().collect();
                assert_eq!(prepared, insignificant::fold_spaces(&mapped, Extent::Whole), "{text:?}");
                assert_eq!(prepared.capacity(), prepared.len());
                count += 1;
            }
        }
        assert!(count > 600, "{count}");
        for letter in ('\u{80}'..='\u{17f}').map(String::from) {
            for folds_case in [false, true] {
                let mapped: String = map::map(&letter, folds_case).nfkc().collect();
                if let Some(prepared) = words(&letter, folds_case) {
                    assert_eq!(prepared, insignificant::fold_spaces(&mapped, Extent::Whole), "{letter:?}");
                    count += 1;
                }
            }
        }
        assert!(count > 700, "{count}");
    }
}
