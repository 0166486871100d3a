//! Why a text is no distinguished name.

use std::error::Error;
use std::fmt;

/// Where a text stops being a distinguished name, what was expected there and what came.
///
/// ```
/// use ldapwire::model::{Dn, DnExpected};
///
/// let error = Dn::parse("cn=a,dc").unwrap_err();
/// assert_eq!(error.position(), 7);
/// assert_eq!(error.expected(), DnExpected::Equals);
/// assert_eq!(error.to_string(), "distinguished name: expected '=' at offset 7, found the end");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DnParseError {
    position: usize,
    expected: DnExpected,
    found: Option<u8>,
}

impl DnParseError {
    /// Says that `expected` does not stand at `position` of `text`.
    pub(super) const fn new(text: &[u8], position: usize, expected: DnExpected) -> Self {
        let found = if position < text.len() { Some(text[position]) } else { None };
        Self { position, expected, found }
    }

    /// Returns the offset, in octets, of the place that is wrong.
    pub const fn position(&self) -> usize {
        self.position
    }

    /// Returns what was expected at that place.
    pub const fn expected(&self) -> DnExpected {
        self.expected
    }

    /// Returns the octet that came instead; `None` is the end of the text.
    pub const fn found(&self) -> Option<u8> {
        self.found
    }
}

impl fmt::Display for DnParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "distinguished name: {} at offset {}, found ", self.expected.as_str(), self.position)?;
        match self.found {
            None => f.write_str("the end"),
            Some(octet) if octet.is_ascii_graphic() || octet == b' ' => write!(f, "'{}'", char::from(octet)),
            Some(octet) => write!(f, "octet {octet:#04x}"),
        }
    }
}

impl Error for DnParseError {}

/// What the grammar of RFC 4514 expects where a text goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DnExpected {
    /// An attribute type: a name that begins with a letter, or an object identifier. Options are not allowed here.
    AttributeType,
    /// An object identifier of two or more arcs without leading zeros.
    Oid,
    /// The `=` between type and value.
    Equals,
    /// After `\`, a special character or two hexadecimal digits.
    Escape,
    /// A `\` before this character, which does not stand for itself in a value.
    Backslash,
    /// Two hexadecimal digits, in a value that begins with `#`.
    HexPair,
    /// The quote that ends a quoted value.
    ClosingQuote,
    /// A `,`, a `+` or the end of the text.
    Separator,
    /// The end of the text: a single part of a name was asked for.
    End,
    /// No further assertion: the name has [`Dn::MAX_AVAS`](super::Dn::MAX_AVAS) of them.
    FewerAvas,
    /// A text of at most [`Dn::MAX_LENGTH`](super::Dn::MAX_LENGTH) octets.
    ShorterText,
    /// `{}` as a whole value, or `{{` or `}}` for a brace, in a template.
    Hole,
}

impl DnExpected {
    /// Returns what was expected, as text.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::AttributeType => "expected an attribute type",
            Self::Oid => "expected an object identifier of two or more arcs without leading zeros",
            Self::Equals => "expected '='",
            Self::Escape => "expected a special character or two hexadecimal digits after '\\'",
            Self::Backslash => "expected a '\\' before a character that is not allowed in a value",
            Self::HexPair => "expected two hexadecimal digits",
            Self::ClosingQuote => "expected a closing quote",
            Self::Separator => "expected ',', '+' or the end",
            Self::End => "expected the end",
            Self::FewerAvas => "expected at most 16384 assertions",
            Self::ShorterText => "expected at most 16 MiB of text",
            Self::Hole => "expected '{}' as a whole value, or '{{' or '}}' for a brace",
        }
    }
}
