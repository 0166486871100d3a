//! `SearchRequest.scope`: how far below its base a search goes.

use std::error::Error;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// How far below its base object a search goes.
///
/// ```text
/// scope  ENUMERATED {
///      baseObject              (0),
///      singleLevel             (1),
///      wholeSubtree            (2),
///      ... },                                                   (RFC 4511 4.5.1.2)
/// ```
///
/// The list is open: a scope that this crate does not name keeps its number. Two scopes are equal when their
/// numbers are.
///
/// The text form is the one of LDAP URLs (RFC 4516 2) and of the usual tools: `base`, `one`, `sub`, `children`. A
/// scope without a name prints as its number, which does not parse.
///
/// ```
/// use ldapwire::model::Scope;
///
/// assert_eq!("Sub".parse(), Ok(Scope::WholeSubtree));
/// assert_eq!(Scope::SingleLevel.to_string(), "one");
/// assert_eq!(Scope::from_number(2), Scope::WholeSubtree);
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Scope {
    /// The base object alone.
    BaseObject,
    /// The immediate subordinates of the base object, without the base object.
    SingleLevel,
    /// The base object and all its subordinates.
    WholeSubtree,
    /// All subordinates of the base object, without the base object (draft-sermersheim-ldap-subordinate-scope).
    SubordinateSubtree,
    /// Any other number.
    Other(u32),
}

impl Scope {
    /// Returns the scope of this number.
    pub const fn from_number(number: u32) -> Self {
        match number {
            0 => Self::BaseObject,
            1 => Self::SingleLevel,
            2 => Self::WholeSubtree,
            3 => Self::SubordinateSubtree,
            other => Self::Other(other),
        }
    }

    /// Returns the number that stands for it in a message.
    pub const fn number(self) -> u32 {
        match self {
            Self::BaseObject => 0,
            Self::SingleLevel => 1,
            Self::WholeSubtree => 2,
            Self::SubordinateSubtree => 3,
            Self::Other(number) => number,
        }
    }
}

impl PartialEq for Scope {
    fn eq(&self, other: &Self) -> bool {
        self.number() == other.number()
    }
}

impl Eq for Scope {}

impl Hash for Scope {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number().hash(state);
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Self::from_number(self.number()) {
            Self::BaseObject => f.pad("base"),
            Self::SingleLevel => f.pad("one"),
            Self::WholeSubtree => f.pad("sub"),
            Self::SubordinateSubtree => f.pad("children"),
            Self::Other(number) => fmt::Display::fmt(&number, f),
        }
    }
}

impl FromStr for Scope {
    type Err = ScopeParseError;

    /// Reads `base`, `one`, `sub`, `children`, the draft's `subordinates`, or `subordinate`, which OpenLDAP writes in URLs;
    /// in any case.
    fn from_str(text: &str) -> Result<Self, ScopeParseError> {
        match text.to_ascii_lowercase().as_str() {
            "base" => Ok(Self::BaseObject),
            "one" => Ok(Self::SingleLevel),
            "sub" => Ok(Self::WholeSubtree),
            "children" | "subordinates" | "subordinate" => Ok(Self::SubordinateSubtree),
            _ => Err(ScopeParseError(())),
        }
    }
}

/// The text is the name of no [`Scope`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeParseError(());

impl fmt::Display for ScopeParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("scope: expected 'base', 'one', 'sub' or 'children'")
    }
}

impl Error for ScopeParseError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive_named_or_not() {
        for number in [0, 1, 2, 3, 4, 127, u32::MAX] {
            assert_eq!(Scope::from_number(number).number(), number);
        }
        assert_eq!(Scope::Other(2), Scope::WholeSubtree);
        assert_ne!(Scope::Other(4), Scope::Other(5));
    }

    #[test]
    fn names_are_read_in_any_case_and_written_back() {
        for (text, scope) in [
            ("base", Scope::BaseObject),
            ("one", Scope::SingleLevel),
            ("sub", Scope::WholeSubtree),
            ("children", Scope::SubordinateSubtree),
        ] {
            assert_eq!(text.to_uppercase().parse(), Ok(scope));
            assert_eq!(scope.to_string(), text);
        }
        for text in ["subordinates", "subordinate"] {
            assert_eq!(text.parse(), Ok(Scope::SubordinateSubtree));
        }
        assert_eq!(Scope::Other(9).to_string(), "9");
        for text in ["", "subtree", "2", " base"] {
            assert_eq!(text.parse::<Scope>(), Err(ScopeParseError(())), "{text:?}");
        }
    }
}
