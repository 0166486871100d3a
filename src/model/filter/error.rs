//! Why a text is no filter.

use std::error::Error;
use std::fmt;

/// Where a text stops being a filter, what was expected there and what came.
///
/// ```
/// use ldapwire::model::{Filter, FilterExpected};
///
/// let error = Filter::parse("(cn)").unwrap_err();
/// assert_eq!(error.position(), 3);
/// assert_eq!(error.expected(), FilterExpected::Comparison);
/// assert_eq!(error.to_string(), "filter: expected '=', '~=', '>=', '<=' or ':' at offset 3, found ')'");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilterParseError {
    position: usize,
    expected: FilterExpected,
    found: Option<u8>,
}

impl FilterParseError {
    /// Says that `expected` does not stand at `position` of `text`.
    pub(super) const fn new(text: &[u8], position: usize, expected: FilterExpected) -> Self {
        let found = if position < text.len() { Some(text[position]) } else { None };
        Self { position, expected, found }
    }

    /// Returns the offset, in octets, of the place that is wrong.
    pub const fn position(&self) -> usize {
        self.position
    }

    /// Returns what was expected at that place.
    pub const fn expected(&self) -> FilterExpected {
        self.expected
    }

    /// Returns the octet that came instead; `None` is the end of the text.
    pub const fn found(&self) -> Option<u8> {
        self.found
    }

    /// Whether the only thing wrong with the text, as far as it was read, is that it is nested too deep.
    pub const fn is_too_deep(&self) -> bool {
        matches!(self.expected, FilterExpected::LessNesting)
    }
}

impl fmt::Display for FilterParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "filter: {} at offset {}, found ", self.expected.as_str(), self.position)?;
        match self.found {
            None => f.write_str("the end"),
            Some(octet) if octet.is_ascii_graphic() || octet == b' ' => write!(f, "'{}'", char::from(octet)),
            Some(octet) => write!(f, "octet {octet:#04x}"),
        }
    }
}

impl Error for FilterParseError {}

/// What the grammar of RFC 4515 expects where a text goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FilterExpected {
    /// The `(` that begins a filter.
    OpeningParenthesis,
    /// After `(`, an attribute, or one of `&`, `|`, `!` and `:`.
    Component,
    /// In an `and` or `or`, another filter or the `)`.
    FilterOrEnd,
    /// The `)` that ends a filter.
    ClosingParenthesis,
    /// After the filter, the end of the text.
    End,
    /// An object identifier of two or more arcs without leading zeros.
    Oid,
    /// After `;`, an attribute option.
    AttributeOption,
    /// After an attribute, `=`, `~=`, `>=`, `<=` or `:`.
    Comparison,
    /// After `~`, `>` or `<`, or after the `:` behind a matching rule, the `=`.
    Equals,
    /// After `:`, a matching rule.
    MatchingRule,
    /// After `:`, a matching rule or `=`.
    MatchingRuleOrEquals,
    /// After a matching rule, `:=`.
    ColonEquals,
    /// After `\`, two hexadecimal digits.
    HexPair,
    /// In a value, an escape instead of `(`, NUL or a `*` that has no meaning there.
    Escape,
    /// Something between two `*`.
    Substring,
    /// No further parentheses: [`Filter::MAX_DEPTH`](super::Filter::MAX_DEPTH) are open.
    LessNesting,
    /// No further filters or parts of substrings: there are [`Filter::MAX_ITEMS`](super::Filter::MAX_ITEMS) before.
    FewerFilters,
    /// `{}` within a value, or `{{` or `}}` for a brace, in a template.
    Hole,
}

impl FilterExpected {
    /// Returns what was expected, as text.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::OpeningParenthesis => "expected '('",
            Self::Component => "expected an attribute, '&', '|', '!' or ':' after '('",
            Self::FilterOrEnd => "expected '(' or ')'",
            Self::ClosingParenthesis => "expected ')'",
            Self::End => "expected the end",
            Self::Oid => "expected an object identifier of two or more arcs without leading zeros",
            Self::AttributeOption => "expected an attribute option after ';'",
            Self::Comparison => "expected '=', '~=', '>=', '<=' or ':'",
            Self::Equals => "expected '='",
            Self::MatchingRule => "expected a matching rule after ':'",
            Self::MatchingRuleOrEquals => "expected a matching rule or '=' after ':'",
            Self::ColonEquals => "expected ':=' after a matching rule",
            Self::HexPair => "expected two hexadecimal digits after '\\'",
            Self::Escape => "expected an escape, such as '\\28', '\\2a' or '\\00'",
            Self::Substring => "expected something between two '*'",
            Self::LessNesting => "expected at most 128 filters, one within the other",
            Self::FewerFilters => "expected at most 65536 filters and parts of substrings",
            Self::Hole => "expected '{}' within a value, or '{{' or '}}' for a brace",
        }
    }
}
