//! What can be wrong with octets.

use std::fmt;

use super::Tag;

/// Octets that are no valid message: what is wrong, and where.
///
/// The offset counts from the first octet that the outermost [`Reader`](super::Reader) was given: for a message,
/// from the first octet of its frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    offset: usize,
    fault: Fault,
}

/// The kinds of [`DecodeError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// An element's header stops before its end.
    TruncatedHeader,
    /// An element claims more octets than the element around it has left.
    LengthBeyondParent {
        /// The octets that the element claims.
        claimed: u64,
        /// The octets that are left.
        available: usize,
    },
    /// A message is larger than the limit.
    TooLarge {
        /// The octets that the message claims, header included.
        claimed: u64,
        /// The limit in octets.
        limit: usize,
    },
    /// The length octet `80`: "Only the definite form of length encoding is used" (RFC 4511 5.1).
    IndefiniteLength,
    /// The length octet `ff`, which X.690 8.1.3.5 reserves.
    ReservedLength,
    /// A length that does not fit in 64 bits.
    LengthOverflow,
    /// A tag of more than one octet, where a known element stands or for a number up to 30.
    LongTag,
    /// The tag `00`, which ends contents of indefinite length and is no element's.
    EndOfContents,
    /// An element that is not the one that stands here by the protocol.
    UnexpectedTag {
        /// What stands here by the protocol.
        expected: Tag,
        /// What came.
        found: Tag,
    },
    /// An alternative that the protocol does not have at this place.
    UnknownChoice {
        /// The name of the choice.
        choice: &'static str,
        /// What came.
        found: Tag,
    },
    /// An element that the protocol knows, a second time or out of order.
    Misplaced {
        /// What came.
        found: Tag,
    },
    /// The element around it ends where the protocol has another one.
    Missing {
        /// What stands here by the protocol.
        expected: Tag,
    },
    /// Octets after the last element, where nothing may follow.
    TrailingOctets {
        /// How many.
        count: usize,
    },
    /// A BOOLEAN whose content is not one octet.
    BooleanLength,
    /// A BOOLEAN that is true and not `ff`, where the reader is [strict](super::Reader::strict): "If the value of a
    /// BOOLEAN type is true, the encoding of the value octet is set to hex "FF"" (RFC 4511 5.1).
    LooseTrue,
    /// A value that is the default of its element, where the reader is [strict](super::Reader::strict): "If a value of
    /// a type is its default value, it is absent" (RFC 4511 5.1).
    WrittenDefault,
    /// An INTEGER or ENUMERATED without content.
    EmptyInteger,
    /// An INTEGER or ENUMERATED whose first octet only repeats the sign, where the reader is
    /// [strict](super::Reader::strict): "the bits of the first octet and bit 8 of the second octet shall not all be
    /// ones; and shall not all be zero" (X.690 8.3.2).
    PaddedInteger,
    /// An INTEGER or ENUMERATED outside the range that the protocol gives it.
    OutOfRange {
        /// The name of the field.
        field: &'static str,
    },
    /// A NULL with content.
    NullLength,
    /// An LDAPString that is not UTF-8.
    NotUtf8 {
        /// The name of the field.
        field: &'static str,
    },
    /// Elements nested deeper than the limit.
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// More elements in a list than the limit.
    TooMany {
        /// The name of the list.
        list: &'static str,
        /// The limit.
        limit: usize,
    },
    /// A list that the protocol wants to have at least one element.
    Empty {
        /// The name of the list.
        list: &'static str,
    },
    /// A field whose content the protocol does not allow.
    Invalid {
        /// The name of the field.
        field: &'static str,
        /// What the protocol wants.
        expected: &'static str,
    },
}

impl Fault {
    /// Returns whether only a [strict](super::Reader::strict) reader finds this fault.
    pub const fn is_strict(self) -> bool {
        matches!(self, Self::LooseTrue | Self::WrittenDefault | Self::PaddedInteger)
    }
}

impl DecodeError {
    /// Makes an error about the octet at `offset`.
    pub const fn new(offset: usize, fault: Fault) -> Self {
        Self { offset, fault }
    }

    /// Returns where the fault lies, in octets from the start.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Returns what is wrong.
    pub const fn fault(&self) -> Fault {
        self.fault
    }

    /// Returns the same fault, counted from a start that lies `base` octets earlier.
    ///
    /// For values that are decoded on their own but stand inside a larger frame.
    #[must_use]
    pub const fn shifted(self, base: usize) -> Self {
        Self { offset: self.offset.saturating_add(base), fault: self.fault }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at octet {}: {}", self.offset, self.fault)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TruncatedHeader => f.write_str("the header of an element is cut short"),
            Self::LengthBeyondParent { claimed, available } => {
                write!(f, "an element claims {claimed} octets where {available} are left")
            }
            Self::TooLarge { claimed, limit } => {
                write!(f, "a message of {claimed} octets is over the limit of {limit}")
            }
            Self::IndefiniteLength => f.write_str("indefinite length (80), which LDAP does not allow"),
            Self::ReservedLength => f.write_str("length octet ff, which is reserved"),
            Self::LengthOverflow => f.write_str("a length that does not fit in 64 bits"),
            Self::LongTag => f.write_str("a tag of more than one octet, which LDAP does not use"),
            Self::EndOfContents => f.write_str("end-of-contents octets (00), which LDAP does not allow"),
            Self::UnexpectedTag { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::UnknownChoice { choice, found } => write!(f, "{found} is no alternative of {choice}"),
            Self::Misplaced { found } => write!(f, "{found} stands twice or out of order"),
            Self::Missing { expected } => write!(f, "expected {expected}, found the end"),
            Self::TrailingOctets { count } => write!(f, "expected the end, found {count} more octets"),
            Self::BooleanLength => f.write_str("a BOOLEAN must have one octet of content"),
            Self::LooseTrue => f.write_str("a BOOLEAN that is true must be written as ff"),
            Self::WrittenDefault => f.write_str("a default value must be left out"),
            Self::PaddedInteger => f.write_str("an integer must have no octets that only repeat its sign"),
            Self::EmptyInteger => f.write_str("an integer must have at least one octet of content"),
            Self::OutOfRange { field } => write!(f, "{field} is out of range"),
            Self::NullLength => f.write_str("a NULL must have no content"),
            Self::NotUtf8 { field } => write!(f, "{field} is not UTF-8"),
            Self::TooDeep { limit } => write!(f, "nested deeper than the limit of {limit}"),
            Self::TooMany { list, limit } => write!(f, "{list} has more than the limit of {limit} elements"),
            Self::Empty { list } => write!(f, "{list} must have at least one element"),
            Self::Invalid { field, expected } => write!(f, "{field} must be {expected}"),
        }
    }
}

impl std::error::Error for DecodeError {}
