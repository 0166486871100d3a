//! Why a comparison has no result.

use std::error::Error;
use std::fmt;

use crate::model::Truth;
use crate::schema::{PreparationError, SyntaxError};

/// A comparison evaluates to neither true nor false: "Undefined" (RFC 4511 4.5.1.7, RFC 4517 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Undefined {
    /// A value is not of the form that the rule compares.
    Value(SyntaxError),
    /// A string has a character that is prohibited.
    Character(PreparationError),
    /// A name stands for no object identifier that the schema knows.
    Name,
    /// A distinguished name has one as a value, which has one as a value, and so on: more than
    /// [`MAX_NESTED_NAMES`](Self::MAX_NESTED_NAMES).
    TooDeep,
    /// The rule is not meant for this kind of comparison.
    Purpose,
}

impl Undefined {
    /// How deep distinguished names may be nested in the values of distinguished names. Hardly any directory has them at
    /// all, and `member=member=member=...` must not cost a stack.
    pub const MAX_NESTED_NAMES: usize = 4;
}

/// A comparison that cannot be made is undefined in a filter.
impl From<Result<bool, Undefined>> for Truth {
    fn from(result: Result<bool, Undefined>) -> Self {
        result.map_or(Self::Undefined, Self::from)
    }
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(error) => write!(f, "value cannot be compared: {error}"),
            Self::Character(error) => write!(f, "value cannot be compared: {error}"),
            Self::Name => {
                f.write_str("value cannot be compared: expected an object identifier or a known name")
            }
            Self::TooDeep => {
                f.write_str("value cannot be compared: expected at most 4 names within each other")
            }
            Self::Purpose => f.write_str("matching rule is not meant for this kind of comparison"),
        }
    }
}

impl Error for Undefined {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Value(error) => Some(error),
            Self::Character(error) => Some(error),
            _ => None,
        }
    }
}

impl From<SyntaxError> for Undefined {
    fn from(error: SyntaxError) -> Self {
        Self::Value(error)
    }
}

impl From<PreparationError> for Undefined {
    fn from(error: PreparationError) -> Self {
        Self::Character(error)
    }
}
