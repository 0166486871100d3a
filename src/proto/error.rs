//! What cannot be sent.

use std::fmt;

/// A message that the protocol does not allow to be sent: the caller's mistake, found before an octet leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// A list that must have at least one element is empty.
    Empty {
        /// The name of the list.
        list: &'static str,
    },
    /// Filters are nested deeper than the limit.
    FilterTooDeep {
        /// The limit.
        limit: usize,
    },
    /// A field has content that the protocol does not allow.
    Invalid {
        /// The name of the field.
        field: &'static str,
        /// What the protocol wants.
        expected: &'static str,
    },
    /// The message is larger than the limit.
    TooLarge {
        /// Its size in octets.
        size: usize,
        /// The limit in octets.
        limit: usize,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty { list } => write!(f, "{list} must have at least one element"),
            Self::FilterTooDeep { limit } => {
                write!(f, "the filter is nested deeper than the limit of {limit}")
            }
            Self::Invalid { field, expected } => write!(f, "{field} must be {expected}"),
            Self::TooLarge { size, limit } => {
                write!(f, "a message of {size} octets is over the limit of {limit}")
            }
        }
    }
}

impl std::error::Error for EncodeError {}
