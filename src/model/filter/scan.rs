//! The grammar of a filter.
//!
//! Everything here is `const`, so that one grammar serves [`Filter::parse`] at run time and [`filter!`](crate::filter) at
//! compile time. That is why it is written with `match` instead of `?`, and with offsets instead of iterators. Nothing
//! is copied: the tokens say where the parts stand.
//!
//! ```text
//! filter         = LPAREN filtercomp RPAREN
//! filtercomp     = and / or / not / item
//! and            = AMPERSAND filterlist
//! or             = VERTBAR filterlist
//! not            = EXCLAMATION filter
//! filterlist     = 1*filter                                     (RFC 4515 3)
//! ```
//!
//! and, since RFC 4526, a `filterlist` may be empty.

use super::assembly::FilterGroup;
use super::error::{FilterExpected, FilterParseError};
use crate::model::Filter;
use crate::model::attribute_description::{AttributeDescriptionProblem, attribute_type, description};

/// Cuts a text into tokens, one at each call. One pass, and a stack of fixed size.
pub(super) struct Scanner<'a> {
    text: &'a [u8],
    position: usize,
    braces: Braces,
    /// The groups that are open, the innermost last.
    open: [FilterGroup; Filter::MAX_DEPTH],
    depth: usize,
    /// How many filters and parts of substrings may still come.
    room: usize,
    next: Next,
}

/// A step through a filter.
#[derive(Clone, Copy)]
pub(super) enum Token {
    /// `(&`, `(|` or `(!`
    Open(FilterGroup),
    /// The `)` of a group.
    Close,
    /// A whole filter of another kind.
    Item(Item),
    /// The end of the text.
    End,
}

/// Where the parts of an item stand.
#[derive(Clone, Copy)]
pub(super) struct Item {
    /// The attribute; empty if there is none, which only happens in an extensible match.
    pub(super) attribute: Span,
    pub(super) comparison: Comparison,
    pub(super) value: Value,
}

#[derive(Clone, Copy)]
pub(super) enum Comparison {
    Equality,
    Approximate,
    GreaterOrEqual,
    LessOrEqual,
    Present,
    /// How many parts are not empty.
    Substrings {
        parts: usize,
    },
    Extensible {
        rule: Option<Span>,
        dn_attributes: bool,
    },
}

#[derive(Clone, Copy)]
pub(super) struct Value {
    pub(super) span: Span,
    /// How many `*` it has that are not escaped.
    pub(super) asterisks: usize,
    /// How many `{}` it has.
    pub(super) holes: usize,
}

/// A range of the text, in octets.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What `{` and `}` mean in a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Braces {
    /// Themselves.
    Literal,
    /// `{}` is a hole, `{{` and `}}` are braces.
    Template,
}

/// What `*` means in a value.
#[derive(Clone, Copy)]
enum Asterisk {
    /// It stands between the parts of a substring filter, or for presence.
    Separates,
    Refused,
}

/// What may come next.
#[derive(Clone, Copy)]
enum Next {
    Filter,
    /// Within an `and` or `or`.
    FilterOrClose,
    /// Behind the filter of a `not`.
    Close,
    End,
}

impl<'a> Scanner<'a> {
    pub(super) const fn new(text: &'a [u8], braces: Braces) -> Self {
        Self {
            text,
            position: 0,
            braces,
            open: [FilterGroup::And; Filter::MAX_DEPTH],
            depth: 0,
            room: Filter::MAX_ITEMS,
            next: Next::Filter,
        }
    }

    /// Returns the next token. After [`Token::End`] or an error there is no other.
    pub(super) const fn next(&mut self) -> Result<Token, FilterParseError> {
        match (self.next, octet(self.text, self.position)) {
            (Next::Filter | Next::FilterOrClose, Some(b'(')) => self.filter(),
            (Next::FilterOrClose | Next::Close, Some(b')')) => {
                self.depth -= 1;
                self.position += 1;
                self.behind_filter();
                Ok(Token::Close)
            }
            (Next::End, None) => Ok(Token::End),
            (Next::Filter, _) => self.expected(FilterExpected::OpeningParenthesis),
            (Next::FilterOrClose, _) => self.expected(FilterExpected::FilterOrEnd),
            (Next::Close, _) => self.expected(FilterExpected::ClosingParenthesis),
            (Next::End, _) => self.expected(FilterExpected::End),
        }
    }

    /// Reads what begins with the `(` at the position: an item to its end, of a group the beginning.
    const fn filter(&mut self) -> Result<Token, FilterParseError> {
        if self.depth == Filter::MAX_DEPTH {
            return self.expected(FilterExpected::LessNesting);
        }
        if let Err(error) = self.spend(1) {
            return Err(error);
        }
        let start = self.position + 1;
        let (group, next) = match octet(self.text, start) {
            Some(b'&') => (FilterGroup::And, Next::FilterOrClose),
            Some(b'|') => (FilterGroup::Or, Next::FilterOrClose),
            Some(b'!') => (FilterGroup::Not, Next::Filter),
            _ => match item(self.text, start, self.braces) {
                Ok(item) => {
                    if let Comparison::Substrings { parts } = item.comparison
                        && let Err(error) = self.spend(parts)
                    {
                        return Err(error);
                    }
                    self.position = item.value.span.end + 1;
                    self.behind_filter();
                    return Ok(Token::Item(item));
                }
                Err(error) => return Err(error),
            },
        };
        self.open[self.depth] = group;
        self.depth += 1;
        self.position = start + 1;
        self.next = next;
        Ok(Token::Open(group))
    }

    /// Takes some of the room; what there is none for is the filter at the position.
    const fn spend(&mut self, count: usize) -> Result<(), FilterParseError> {
        match self.room.checked_sub(count) {
            Some(room) => {
                self.room = room;
                Ok(())
            }
            None => Err(FilterParseError::new(self.text, self.position, FilterExpected::FewerFilters)),
        }
    }

    const fn behind_filter(&mut self) {
        self.next = match self.depth.checked_sub(1) {
            None => Next::End,
            Some(innermost) => match self.open[innermost] {
                FilterGroup::And | FilterGroup::Or => Next::FilterOrClose,
                FilterGroup::Not => Next::Close,
            },
        };
    }

    const fn expected(&self, expected: FilterExpected) -> Result<Token, FilterParseError> {
        Err(FilterParseError::new(self.text, self.position, expected))
    }
}

/// Reads an item, up to its `)`.
///
/// ```text
/// item           = simple / present / substring / extensible
/// simple         = attr filtertype assertionvalue
/// filtertype     = equal / approx / greaterorequal / lessorequal
/// equal          = EQUALS
/// approx         = TILDE EQUALS
/// greaterorequal = RANGLE EQUALS
/// lessorequal    = LANGLE EQUALS
/// present        = attr EQUALS ASTERISK
/// attr           = attributedescription                         (RFC 4515 3)
/// ```
const fn item(text: &[u8], start: usize, braces: Braces) -> Result<Item, FilterParseError> {
    let attribute = match octet(text, start) {
        Some(b':') => Span { start, end: start },
        _ => match attribute(text, start) {
            Ok(end) => Span { start, end },
            Err(error) => return Err(error),
        },
    };
    let comparison = match octet(text, attribute.end) {
        Some(b'=') => return equality(text, attribute, braces),
        Some(b':') => return extensible(text, attribute, braces),
        Some(b'~') => Comparison::Approximate,
        Some(b'>') => Comparison::GreaterOrEqual,
        Some(b'<') => Comparison::LessOrEqual,
        _ => return Err(FilterParseError::new(text, attribute.end, FilterExpected::Comparison)),
    };
    let equals = attribute.end + 1;
    match octet(text, equals) {
        Some(b'=') => whole_value(text, equals + 1, attribute, comparison, braces),
        _ => Err(FilterParseError::new(text, equals, FilterExpected::Equals)),
    }
}

const fn attribute(text: &[u8], start: usize) -> Result<usize, FilterParseError> {
    let error = match description(text, start) {
        Ok(end) => return Ok(end),
        Err(error) => error,
    };
    let expected = match error.problem() {
        AttributeDescriptionProblem::MalformedOid => FilterExpected::Oid,
        AttributeDescriptionProblem::ExpectedOption => FilterExpected::AttributeOption,
        _ => FilterExpected::Component,
    };
    Err(FilterParseError::new(text, error.position(), expected))
}

/// Reads what follows an attribute with `=`.
///
/// ```text
/// substring      = attr EQUALS [initial] any [final]
/// initial        = assertionvalue
/// any            = ASTERISK *(assertionvalue ASTERISK)
/// final          = assertionvalue                               (RFC 4515 3)
/// ```
///
/// "Note that although both the `<substring>` and `<present>` productions in the grammar above can produce the "attr=*"
/// construct, this construct is used only to denote a presence filter."
const fn equality(text: &[u8], attribute: Span, braces: Braces) -> Result<Item, FilterParseError> {
    let value = match value(text, attribute.end + 1, Asterisk::Separates, braces) {
        Ok(value) => value,
        Err(error) => return Err(error),
    };
    let Span { start, end } = value.span;
    let comparison = match (value.asterisks, end - start) {
        (0, _) => Comparison::Equality,
        (1, 1) => Comparison::Present,
        (asterisks, _) => {
            let has_no_initial = stands_at(text, start, b'*') as usize;
            let has_no_final = stands_at(text, end - 1, b'*') as usize;
            Comparison::Substrings { parts: asterisks + 1 - has_no_initial - has_no_final }
        }
    };
    Ok(Item { attribute, comparison, value })
}

/// Reads what follows an attribute, or the lack of one, with `:`.
///
/// ```text
/// extensible     = ( attr [dnattrs]
///                      [matchingrule] COLON EQUALS assertionvalue )
///                  / ( [dnattrs]
///                       matchingrule COLON EQUALS assertionvalue )
/// dnattrs        = COLON "dn"
/// matchingrule   = COLON oid                                    (RFC 4515 3)
/// ```
///
/// In ABNF `"dn"` is any of `dn`, `DN`, `Dn` and `dN`. It is an `oid` too. After an attribute the first `:dn` is always
/// `dnattrs`, as in the example `(o:dn:=Ace Industry)`; without one, `(:dn:=x)` lacks its rule unless that is `dn`.
const fn extensible(text: &[u8], attribute: Span, braces: Braces) -> Result<Item, FilterParseError> {
    let has_attribute = attribute.end > attribute.start;
    let mut position = attribute.end;
    let dn_attributes = is_dn_attributes(text, position, has_attribute);
    if dn_attributes {
        position += ":dn".len();
    }
    let mut rule = None;
    if !is_colon_equals(text, position) || !has_attribute {
        let start = position + 1;
        let end = match rule_end(text, start, has_attribute) {
            Ok(end) => end,
            Err(error) => return Err(error),
        };
        rule = Some(Span { start, end });
        position = end;
        match (octet(text, position), octet(text, position + 1)) {
            (Some(b':'), Some(b'=')) => {}
            (Some(b':'), _) => return Err(FilterParseError::new(text, position + 1, FilterExpected::Equals)),
            _ => return Err(FilterParseError::new(text, position, FilterExpected::ColonEquals)),
        }
    }
    let comparison = Comparison::Extensible { rule, dn_attributes };
    whole_value(text, position + ":=".len(), attribute, comparison, braces)
}

/// Whether the `:` at the position begins `dnattrs`: `:dn` as a whole word, with a matching rule behind it if there has
/// to be one.
const fn is_dn_attributes(text: &[u8], position: usize, has_attribute: bool) -> bool {
    let word = (octet(text, position + 1), octet(text, position + 2), octet(text, position + 3));
    matches!(word, (Some(b'd' | b'D'), Some(b'n' | b'N'), Some(b':')))
        && (has_attribute || !is_colon_equals(text, position + 3))
}

/// Reads the `oid` of a matching rule and returns its end.
const fn rule_end(text: &[u8], start: usize, may_be_absent: bool) -> Result<usize, FilterParseError> {
    let error = match attribute_type(text, start) {
        Ok(end) => return Ok(end),
        Err(error) => error,
    };
    let expected = match error.problem() {
        AttributeDescriptionProblem::MalformedOid => FilterExpected::Oid,
        _ if may_be_absent => FilterExpected::MatchingRuleOrEquals,
        _ => FilterExpected::MatchingRule,
    };
    Err(FilterParseError::new(text, error.position(), expected))
}

/// Reads the value of any other item.
const fn whole_value(
    text: &[u8],
    start: usize,
    attribute: Span,
    comparison: Comparison,
    braces: Braces,
) -> Result<Item, FilterParseError> {
    match value(text, start, Asterisk::Refused, braces) {
        Ok(value) => Ok(Item { attribute, comparison, value }),
        Err(error) => Err(error),
    }
}

/// Reads a value, or several with `*` between them, up to the `)`.
///
/// ```text
/// assertionvalue = valueencoding
/// valueencoding  = 0*(normal / escaped)
/// normal         = UTF1SUBSET / UTFMB
/// escaped        = ESC HEX HEX
/// UTF1SUBSET     = %x01-27 / %x2B-5B / %x5D-7F
///                     ; UTF1SUBSET excludes 0x00 (NUL), LPAREN,
///                     ; RPAREN, ASTERISK, and ESC.              (RFC 4515 3)
/// ```
const fn value(
    text: &[u8],
    start: usize,
    asterisk: Asterisk,
    braces: Braces,
) -> Result<Value, FilterParseError> {
    let mut value = Value { span: Span { start, end: start }, asterisks: 0, holes: 0 };
    let mut position = start;
    loop {
        let expected = match (octet(text, position), octet(text, position + 1)) {
            (None, _) => FilterExpected::ClosingParenthesis,
            (Some(b')'), _) => {
                value.span.end = position;
                return Ok(value);
            }
            (Some(b'(' | 0), _) => FilterExpected::Escape,
            (Some(b'*'), _) if matches!(asterisk, Asterisk::Refused) => FilterExpected::Escape,
            (Some(b'*'), Some(b'*')) => {
                position += 1;
                FilterExpected::Substring
            }
            (Some(b'*'), _) => {
                value.asterisks += 1;
                position += 1;
                continue;
            }
            (Some(b'\\'), _) => {
                position += 1;
                if is_hex(text, position) {
                    position += 1;
                    if is_hex(text, position) {
                        position += 1;
                        continue;
                    }
                }
                FilterExpected::HexPair
            }
            (Some(octet @ (b'{' | b'}')), next) if matches!(braces, Braces::Template) => {
                match (octet, next) {
                    (b'{', Some(b'}')) => {
                        value.holes += 1;
                        position += 2;
                        continue;
                    }
                    (b'{', Some(b'{')) | (b'}', Some(b'}')) => {
                        position += 2;
                        continue;
                    }
                    _ => FilterExpected::Hole,
                }
            }
            (Some(_), _) => {
                position += 1;
                continue;
            }
        };
        return Err(FilterParseError::new(text, position, expected));
    }
}

const fn octet(text: &[u8], position: usize) -> Option<u8> {
    if position < text.len() { Some(text[position]) } else { None }
}

const fn stands_at(text: &[u8], position: usize, expected: u8) -> bool {
    position < text.len() && text[position] == expected
}

const fn is_hex(text: &[u8], position: usize) -> bool {
    position < text.len() && text[position].is_ascii_hexdigit()
}

const fn is_colon_equals(text: &[u8], position: usize) -> bool {
    matches!((octet(text, position), octet(text, position + 1)), (Some(b':'), Some(b'=')))
}
