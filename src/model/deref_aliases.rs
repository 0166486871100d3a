//! `SearchRequest.derefAliases`: what a search does with aliases.

use std::error::Error;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// What a search does with the aliases it meets.
///
/// ```text
/// derefAliases  ENUMERATED {
///      neverDerefAliases       (0),
///      derefInSearching        (1),
///      derefFindingBaseObj     (2),
///      derefAlways             (3) },                           (RFC 4511 4.5.1.3)
/// ```
///
/// A number that the specification does not know is kept, so that a server can answer such a request. Two values
/// are equal when their numbers are.
///
/// The text form is the one of the usual tools: `never`, `search`, `find`, `always`.
///
/// ```
/// use ldapwire::model::DerefAliases;
///
/// assert_eq!("find".parse(), Ok(DerefAliases::DerefFindingBaseObj));
/// assert_eq!(DerefAliases::default(), DerefAliases::NeverDerefAliases);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub enum DerefAliases {
    /// Aliases are entries like others.
    #[default]
    NeverDerefAliases,
    /// Aliases below the base object are followed, the base object itself is not.
    DerefInSearching,
    /// The base object is followed if it is an alias, its subordinates are not.
    DerefFindingBaseObj,
    /// Both are followed.
    DerefAlways,
    /// Any other number.
    Other(u32),
}

impl DerefAliases {
    /// Returns the value of this number.
    pub const fn from_number(number: u32) -> Self {
        match number {
            0 => Self::NeverDerefAliases,
            1 => Self::DerefInSearching,
            2 => Self::DerefFindingBaseObj,
            3 => Self::DerefAlways,
            other => Self::Other(other),
        }
    }

    /// Returns the number that stands for it in a message.
    pub const fn number(self) -> u32 {
        match self {
            Self::NeverDerefAliases => 0,
            Self::DerefInSearching => 1,
            Self::DerefFindingBaseObj => 2,
            Self::DerefAlways => 3,
            Self::Other(number) => number,
        }
    }
}

impl PartialEq for DerefAliases {
    fn eq(&self, other: &Self) -> bool {
        self.number() == other.number()
    }
}

impl Eq for DerefAliases {}

impl Hash for DerefAliases {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number().hash(state);
    }
}

impl fmt::Display for DerefAliases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Self::from_number(self.number()) {
            Self::NeverDerefAliases => f.pad("never"),
            Self::DerefInSearching => f.pad("search"),
            Self::DerefFindingBaseObj => f.pad("find"),
            Self::DerefAlways => f.pad("always"),
            Self::Other(number) => fmt::Display::fmt(&number, f),
        }
    }
}

impl FromStr for DerefAliases {
    type Err = DerefAliasesParseError;

    /// Reads `never`, `search` or `searching`, `find` or `finding`, `always`, in any case.
    fn from_str(text: &str) -> Result<Self, DerefAliasesParseError> {
        match text.to_ascii_lowercase().as_str() {
            "never" => Ok(Self::NeverDerefAliases),
            "search" | "searching" => Ok(Self::DerefInSearching),
            "find" | "finding" => Ok(Self::DerefFindingBaseObj),
            "always" => Ok(Self::DerefAlways),
            _ => Err(DerefAliasesParseError(())),
        }
    }
}

/// The text is the name of no [`DerefAliases`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DerefAliasesParseError(());

impl fmt::Display for DerefAliasesParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dereferencing of aliases: expected 'never', 'search', 'find' or 'always'")
    }
}

impl Error for DerefAliasesParseError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive_named_or_not() {
        for number in [0, 1, 2, 3, 4, u32::MAX] {
            assert_eq!(DerefAliases::from_number(number).number(), number);
        }
        assert_eq!(DerefAliases::Other(3), DerefAliases::DerefAlways);
    }

    #[test]
    fn names_are_read_in_any_case_and_written_back() {
        for (text, value) in [
            ("never", DerefAliases::NeverDerefAliases),
            ("search", DerefAliases::DerefInSearching),
            ("find", DerefAliases::DerefFindingBaseObj),
            ("always", DerefAliases::DerefAlways),
        ] {
            assert_eq!(text.to_uppercase().parse(), Ok(value));
            assert_eq!(value.to_string(), text);
        }
        assert!("sometimes".parse::<DerefAliases>().is_err());
    }
}
