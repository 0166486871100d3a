//! The grammar of a distinguished name.
//!
//! Everything here is `const`, so that one grammar serves [`Dn::parse`](super::Dn::parse) at run time and
//! [`dn!`](crate::dn) at compile time. That is why it is written with `match` instead of `?`, and with offsets
//! instead of iterators. Nothing is copied: the result says where the parts stand.
//!
//! ```text
//! distinguishedName = [ relativeDistinguishedName
//!     *( COMMA relativeDistinguishedName ) ]
//! relativeDistinguishedName = attributeTypeAndValue
//!     *( PLUS attributeTypeAndValue )
//! attributeTypeAndValue = attributeType EQUALS attributeValue
//! attributeType = descr / numericoid
//! attributeValue = string / hexstring                           (RFC 4514 3)
//! ```
//!
//! Beyond that grammar, what RFC 2253 section 4 tells readers to accept: `;` for `,`, spaces around separators and
//! `=`, a value in quotes, and `oid.` or `OID.` before an object identifier. None of it is ambiguous, and none of it
//! is ever written.

use super::error::{DnExpected, DnParseError};
use crate::model::attribute_description::{AttributeDescriptionProblem, attribute_type};

/// Where the parts of one assertion stand in the text.
#[derive(Clone, Copy)]
pub(super) struct AvaSpan {
    /// The attribute type, without `OID.`.
    pub(super) attribute: Span,
    /// The value, without quotes, `#` and insignificant spaces.
    pub(super) value: Span,
    pub(super) form: ValueForm,
    pub(super) separator: Separator,
    /// The first octet after the separator.
    pub(super) next: usize,
}

/// A range of the text, in octets.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// How a value is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueForm {
    /// It stands for itself.
    Literal,
    /// It contains `\`, or doubled braces of a template.
    Escaped,
    /// It consists of hexadecimal digits, after a `#`.
    Hex,
    /// It is the `{}` of a template.
    Hole,
}

/// What follows an assertion.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    /// `,` or `;`
    Rdn,
    /// `+`
    Ava,
    /// The end of the text.
    End,
}

/// What `{` and `}` mean in a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Braces {
    /// Themselves.
    Literal,
    /// `{}` is a hole, `{{` and `}}` are braces.
    Template,
}

/// Cuts the assertion that begins at `start` out of the text.
///
/// One pass; each call ends behind the separator it read, so that a whole name costs time in proportion to its length.
pub(super) const fn ava(text: &[u8], start: usize, braces: Braces) -> Result<AvaSpan, DnParseError> {
    let attribute = match attribute(text, start) {
        Ok(span) => span,
        Err(error) => return Err(error),
    };
    let equals = skip_spaces(text, attribute.end);
    if !stands_at(text, equals, b'=') {
        return Err(DnParseError::new(text, equals, DnExpected::Equals));
    }
    let start = skip_spaces(text, equals + 1);
    let read = match octet(text, start) {
        Some(b'#') => hexstring(text, start),
        Some(b'"') => quoted(text, start, braces),
        Some(b'{') if is_hole(text, start, braces) => {
            Ok((ValueForm::Hole, Span { start, end: start + 2 }, start + 2))
        }
        _ => string(text, start, braces),
    };
    let (form, value, after) = match read {
        Ok(read) => read,
        Err(error) => return Err(error),
    };
    let after = skip_spaces(text, after);
    let separator = match octet(text, after) {
        Some(b',' | b';') => Separator::Rdn,
        Some(b'+') => Separator::Ava,
        None => Separator::End,
        Some(_) => return Err(DnParseError::new(text, after, DnExpected::Separator)),
    };
    Ok(AvaSpan { attribute, value, form, separator, next: after + 1 })
}

/// Reads an attribute type, after spaces and `OID.`.
const fn attribute(text: &[u8], start: usize) -> Result<Span, DnParseError> {
    let mut start = skip_spaces(text, start);
    // "Implementations MUST allow an oid in the attribute type to be prefixed by one of the character strings "oid."
    // or "OID."" (RFC 2253 4).
    let prefix = (octet(text, start), octet(text, start + 1), octet(text, start + 2), octet(text, start + 3));
    let prefixed = matches!(
        prefix,
        (Some(b'o'), Some(b'i'), Some(b'd'), Some(b'.')) | (Some(b'O'), Some(b'I'), Some(b'D'), Some(b'.'))
    );
    if prefixed {
        start += 4;
        if !is_digit_at(text, start) {
            return Err(DnParseError::new(text, start, DnExpected::Oid));
        }
    }
    match attribute_type(text, start) {
        Ok(end) => Ok(Span { start, end }),
        Err(error) => {
            let expected = match error.problem() {
                AttributeDescriptionProblem::MalformedOid => DnExpected::Oid,
                _ => DnExpected::AttributeType,
            };
            Err(DnParseError::new(text, error.position(), expected))
        }
    }
}

/// What the readers of a value return: its form, where it stands, and where the reader stopped.
type ReadValue = Result<(ValueForm, Span, usize), DnParseError>;

/// Reads a value that stands for itself, but for what is escaped.
///
/// ```text
/// ; The following characters are to be escaped when they appear
/// ; in the value to be encoded: ESC, one of <escaped>, leading
/// ; SHARP or SPACE, trailing SPACE, and NULL.
/// string =   [ ( leadchar / pair ) [ *( stringchar / pair )
///    ( trailchar / pair ) ] ]                                    (RFC 4514 3)
/// ```
const fn string(text: &[u8], start: usize, braces: Braces) -> ReadValue {
    let mut form = ValueForm::Literal;
    let mut position = start;
    // Behind the last octet that is no unescaped space.
    let mut end = start;
    loop {
        let length = match octet(text, position) {
            None | Some(b',' | b';' | b'+') => return Ok((form, Span { start, end }, position)),
            Some(b' ') => {
                position += 1;
                continue;
            }
            Some(b'"' | b'<' | b'>') => {
                return Err(DnParseError::new(text, position, DnExpected::Backslash));
            }
            Some(octet) => match character(text, position, octet, braces) {
                Ok(length) => length,
                Err(error) => return Err(error),
            },
        };
        if length > 1 {
            form = ValueForm::Escaped;
        }
        position += length;
        end = position;
    }
}

/// Reads a value between quotes.
///
/// "Implementations MUST allow a value to be surrounded by quote [...] characters, which are not part of the value"
/// (RFC 2253 4). Inside, everything stands for itself but `"`, NUL and the escapes.
const fn quoted(text: &[u8], quote: usize, braces: Braces) -> ReadValue {
    let mut form = ValueForm::Literal;
    let start = quote + 1;
    let mut position = start;
    loop {
        let length = match octet(text, position) {
            None => return Err(DnParseError::new(text, position, DnExpected::ClosingQuote)),
            Some(b'"') => return Ok((form, Span { start, end: position }, position + 1)),
            Some(octet) => match character(text, position, octet, braces) {
                Ok(length) => length,
                Err(error) => return Err(error),
            },
        };
        if length > 1 {
            form = ValueForm::Escaped;
        }
        position += length;
    }
}

/// Reads one octet of a value, or what stands for one; returns how much of the text that took.
///
/// ```text
/// pair = ESC ( ESC / special / hexpair )
/// special = escaped / SPACE / SHARP / EQUALS
/// escaped = DQUOTE / PLUS / COMMA / SEMI / LANGLE / RANGLE
/// hexpair = HEX HEX                                             (RFC 4514 3)
/// ```
const fn character(text: &[u8], position: usize, first: u8, braces: Braces) -> Result<usize, DnParseError> {
    match (first, braces) {
        (0, _) => Err(DnParseError::new(text, position, DnExpected::Backslash)),
        (b'\\', _) => match octet(text, position + 1) {
            Some(b'\\' | b' ' | b'#' | b'=' | b'"' | b'+' | b',' | b';' | b'<' | b'>') => Ok(2),
            Some(high) if high.is_ascii_hexdigit() && is_hex_digit_at(text, position + 2) => Ok(3),
            _ => Err(DnParseError::new(text, position + 1, DnExpected::Escape)),
        },
        (b'{' | b'}', Braces::Template) => {
            if stands_at(text, position + 1, first) {
                Ok(2)
            } else {
                Err(DnParseError::new(text, position, DnExpected::Hole))
            }
        }
        _ => Ok(1),
    }
}

/// Reads the octets of a BER encoding.
///
/// ```text
/// hexstring = SHARP 1*hexpair                                   (RFC 4514 3)
/// ```
const fn hexstring(text: &[u8], sharp: usize) -> ReadValue {
    let start = sharp + 1;
    let mut end = start;
    while is_hex_digit_at(text, end) {
        if !is_hex_digit_at(text, end + 1) {
            return Err(DnParseError::new(text, end + 1, DnExpected::HexPair));
        }
        end += 2;
    }
    if end == start {
        return Err(DnParseError::new(text, start, DnExpected::HexPair));
    }
    Ok((ValueForm::Hex, Span { start, end }, end))
}

const fn is_hole(text: &[u8], position: usize, braces: Braces) -> bool {
    matches!(braces, Braces::Template) && stands_at(text, position + 1, b'}')
}

const fn skip_spaces(text: &[u8], start: usize) -> usize {
    let mut position = start;
    while stands_at(text, position, b' ') {
        position += 1;
    }
    position
}

const fn is_digit_at(text: &[u8], position: usize) -> bool {
    matches!(octet(text, position), Some(b'0'..=b'9'))
}

const fn is_hex_digit_at(text: &[u8], position: usize) -> bool {
    matches!(octet(text, position), Some(octet) if octet.is_ascii_hexdigit())
}

const fn stands_at(text: &[u8], position: usize, expected: u8) -> bool {
    matches!(octet(text, position), Some(octet) if octet == expected)
}

/// The octet at a place of the text, if the text goes so far. (`slice::get` is not `const`.)
const fn octet(text: &[u8], position: usize) -> Option<u8> {
    if position < text.len() { Some(text[position]) } else { None }
}
