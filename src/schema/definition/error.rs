//! Why a text is no definition.

use std::error::Error;
use std::fmt;

/// Where a text stops being a definition, what was expected there and what came.
///
/// ```
/// use ldapwire::schema::{AttributeType, DefinitionExpected};
///
/// let error = AttributeType::parse("( 2.5.4.3 NAME 'cn").unwrap_err();
/// assert_eq!(error.position(), 18);
/// assert_eq!(error.expected(), DefinitionExpected::ClosingQuote);
/// assert_eq!(error.to_string(), "definition: expected a closing quote at offset 18, found the end");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefinitionParseError {
    position: usize,
    expected: DefinitionExpected,
    found: Option<u8>,
}

impl DefinitionParseError {
    /// Says that `expected` does not stand at `position` of `text`.
    pub(super) fn new(text: &[u8], position: usize, expected: DefinitionExpected) -> Self {
        Self { position, expected, found: text.get(position).copied() }
    }

    /// Returns the offset, in octets, of the place that is wrong.
    pub const fn position(&self) -> usize {
        self.position
    }

    /// Returns what was expected at that place.
    pub const fn expected(&self) -> DefinitionExpected {
        self.expected
    }

    /// Returns the octet that came instead; `None` is the end of the text.
    pub const fn found(&self) -> Option<u8> {
        self.found
    }
}

impl fmt::Display for DefinitionParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "definition: {} at offset {}, found ", self.expected.as_str(), self.position)?;
        match self.found {
            None => f.write_str("the end"),
            Some(octet) if octet.is_ascii_graphic() || octet == b' ' => write!(f, "'{}'", char::from(octet)),
            Some(octet) => write!(f, "octet {octet:#04x}"),
        }
    }
}

impl Error for DefinitionParseError {}

/// What the grammar of RFC 4512 section 4.1 expects where a text goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DefinitionExpected {
    /// The `(` at the beginning.
    OpeningParenthesis,
    /// The `)` that ends the definition or a list.
    ClosingParenthesis,
    /// An object identifier or a name.
    Oid,
    /// The number of a DIT structure rule.
    RuleId,
    /// A keyword of this kind of definition, an `X-` keyword, or the `)` at the end.
    Field,
    /// Another keyword: this one was there before, or excludes one that was.
    OtherField,
    /// A string in quotes.
    String,
    /// The quote that ends a string.
    ClosingQuote,
    /// A length in braces.
    Length,
    /// `userApplications`, `directoryOperation`, `distributedOperation` or `dSAOperation`.
    Usage,
    /// The end of the text.
    End,
    /// The keyword `SYNTAX`, which a matching rule must have.
    Syntax,
    /// The keyword `APPLIES`, which a matching rule use must have.
    Applies,
    /// The keyword `OC`, which a name form must have.
    Class,
    /// The keyword `MUST`, which a name form must have.
    Must,
    /// The keyword `FORM`, which a DIT structure rule must have.
    Form,
    /// What the grammar says, to the letter: the text was to be read strictly.
    Strict(super::Tolerance),
    /// No further element: the definition has [`MAX_ELEMENTS`](super::Definition::MAX_ELEMENTS) of them.
    FewerElements,
    /// A text of at most [`MAX_LENGTH`](super::Definition::MAX_LENGTH) octets.
    ShorterText,
}

impl DefinitionExpected {
    const fn as_str(self) -> &'static str {
        match self {
            Self::OpeningParenthesis => "expected '('",
            Self::ClosingParenthesis => "expected ')'",
            Self::Oid => "expected an object identifier or a name",
            Self::RuleId => "expected the number of a rule",
            Self::Field => "expected a keyword of this kind of definition, an 'X-' keyword or ')'",
            Self::OtherField => "expected another keyword, since this one does not go with those before",
            Self::String => "expected a string in quotes",
            Self::ClosingQuote => "expected a closing quote",
            Self::Length => "expected a length and '}'",
            Self::Usage => {
                "expected 'userApplications', 'directoryOperation', 'distributedOperation' or 'dSAOperation'"
            }
            Self::End => "expected the end",
            Self::Syntax => "expected 'SYNTAX' in a matching rule",
            Self::Applies => "expected 'APPLIES' in a matching rule use",
            Self::Class => "expected 'OC' in a name form",
            Self::Must => "expected 'MUST' in a name form",
            Self::Form => "expected 'FORM' in a DIT structure rule",
            Self::Strict(tolerance) => tolerance.expected(),
            Self::FewerElements => "expected at most 16384 names, values and references",
            Self::ShorterText => "expected at most 1 MiB of text",
        }
    }
}
