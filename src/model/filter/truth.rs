//! What a filter can come to.

use std::ops::Not;

/// The value of a filter, in the three-valued logic of RFC 4511 4.5.1.7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "three-valued logic has no fourth")]
pub enum Truth {
    /// The entry matches.
    True,
    /// The entry does not match; it matches the negation.
    False,
    /// It cannot be told: the entry matches neither the filter nor its negation.
    Undefined,
}

impl Truth {
    /// Whether this is [`True`](Self::True), the only value that makes a search return an entry.
    pub const fn is_true(self) -> bool {
        matches!(self, Self::True)
    }

    /// Joins two as `and` does: the lesser of both, in the order false, undefined, true.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Undefined,
        }
    }

    /// Joins two as `or` does: the greater of both, in the order false, undefined, true.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::True, _) | (_, Self::True) => Self::True,
            (Self::False, Self::False) => Self::False,
            _ => Self::Undefined,
        }
    }
}

impl Not for Truth {
    type Output = Self;

    /// "A filter of the 'not' choice is TRUE if the filter being negated is FALSE, FALSE if it is TRUE, and Undefined if
    /// it is Undefined."
    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Undefined => Self::Undefined,
        }
    }
}

impl From<bool> for Truth {
    fn from(is_true: bool) -> Self {
        if is_true { Self::True } else { Self::False }
    }
}
