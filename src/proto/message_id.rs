//! `MessageID`

use std::fmt;

use crate::ber::{DecodeError, Reader, Tag, Writer};

use super::number::{self, MAX_INT};

/// The number that ties a response to its request.
///
/// ```text
/// MessageID ::= INTEGER (0 ..  maxInt)
/// maxInt INTEGER ::= 2147483647 -- (2^^31 - 1) --             (RFC 4511 4.1.1)
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(u32);

impl MessageId {
    /// "The zero value is reserved for the unsolicited notification message" (RFC 4511 4.1.1.1).
    pub const UNSOLICITED: Self = Self(0);
    /// The first id of a connection.
    pub const FIRST: Self = Self(1);
    /// The largest id.
    pub const MAX: Self = Self(MAX_INT);

    /// Makes an id of a number, unless it is above [`MAX`](Self::MAX).
    pub const fn new(number: u32) -> Option<Self> {
        if number <= Self::MAX.0 { Some(Self(number)) } else { None }
    }

    /// Returns the number.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// Returns the id of the next request: one more, and 1 after the largest.
    #[must_use]
    pub const fn next(self) -> Self {
        if self.0 == Self::MAX.0 { Self::FIRST } else { Self(self.0.saturating_add(1)) }
    }

    /// Takes what is left as the content of an id.
    pub(super) fn from_content(content: Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self(number::decode_content(content, "messageID")?))
    }

    /// Writes the id under this tag.
    pub(super) fn encode(self, tag: Tag, writer: &mut Writer) {
        writer.integer(tag, i64::from(self.0));
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageId({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_wrap_to_one_and_never_reach_zero() {
        assert_eq!(MessageId::MAX.next(), MessageId::FIRST);
        assert_eq!(MessageId::FIRST.next().number(), 2);
        assert_eq!(MessageId::new(1 << 31), None);
    }
}
