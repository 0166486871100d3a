//! From text to filters: what the grammar has cut becomes octets.

use bytes::Bytes;

use super::assembly::FilterAssembly;
use super::error::{FilterExpected, FilterParseError};
use super::scan::{Braces, Comparison, Item, Scanner, Span, Token};
use super::{Assertion, ExtensibleMatch, Filter};
use crate::model::{AttributeDescription, LdapString, Value};

/// Reads a whole text. The parts of the filter share one copy of it.
pub(super) fn filter(text: &[u8]) -> Result<Filter, FilterParseError> {
    read(&Bytes::copy_from_slice(text), Braces::Literal, [].iter())
}

/// Reads a whole text, whose holes are filled with values in their order.
pub(super) fn read<'v>(
    text: &Bytes,
    braces: Braces,
    values: impl Iterator<Item = &'v &'v [u8]>,
) -> Result<Filter, FilterParseError> {
    let mut reader = Reader { text, braces, values };
    let mut scanner = Scanner::new(text, braces);
    let mut assembly = FilterAssembly::new();
    loop {
        match scanner.next()? {
            Token::Open(group) => assembly.open(group),
            Token::Item(item) => assembly.add(reader.item(item)),
            Token::Close => assembly.close(),
            Token::End => break,
        }
    }
    // The scanner lets no text end before its filter has.
    assembly
        .finish()
        .ok_or_else(|| FilterParseError::new(text, text.len(), FilterExpected::ClosingParenthesis))
}

struct Reader<'t, I> {
    text: &'t Bytes,
    braces: Braces,
    values: I,
}

impl<'v, I: Iterator<Item = &'v &'v [u8]>> Reader<'_, I> {
    fn item(&mut self, item: Item) -> Filter {
        let attribute = AttributeDescription::from(self.name(item.attribute));
        let span = item.value.span;
        match item.comparison {
            Comparison::Equality => Filter::Equality(Assertion::new(attribute, self.value(span))),
            Comparison::Approximate => Filter::Approximate(Assertion::new(attribute, self.value(span))),
            Comparison::GreaterOrEqual => Filter::GreaterOrEqual(Assertion::new(attribute, self.value(span))),
            Comparison::LessOrEqual => Filter::LessOrEqual(Assertion::new(attribute, self.value(span))),
            Comparison::Present => Filter::Present(attribute),
            Comparison::Substrings { .. } => self.substrings(attribute, span),
            Comparison::Extensible { rule, dn_attributes } => {
                let value = self.value(span);
                let extensible = match rule.map(|rule| self.name(rule)) {
                    None => ExtensibleMatch::new(attribute, value),
                    Some(rule) if attribute.as_str().is_empty() => {
                        ExtensibleMatch::any_attribute(rule, value)
                    }
                    Some(rule) => ExtensibleMatch::new(attribute, value).with_rule(rule),
                };
                Filter::Extensible(if dn_attributes { extensible.with_dn_attributes() } else { extensible })
            }
        }
    }

    /// Cuts at each `*`: one that belongs to a value is escaped.
    fn substrings(&mut self, attribute: AttributeDescription, span: Span) -> Filter {
        let mut builder = Filter::substrings(attribute);
        let mut start = span.start;
        loop {
            let rest = self.text.get(start..span.end).unwrap_or_default();
            let asterisk = rest.iter().position(|octet| *octet == b'*');
            let end = asterisk.map_or(span.end, |offset| start + offset);
            let part = self.value(Span { start, end });
            builder = match asterisk {
                None => return builder.last(part).build(),
                Some(_) if start == span.start => builder.initial(part),
                Some(_) => builder.any(part),
            };
            start = end + 1;
        }
    }

    /// Returns the text of a name. The grammar has made sure that it is ASCII.
    fn name(&self, span: Span) -> LdapString {
        LdapString::from_utf8(self.text.slice(span.start..span.end)).unwrap_or_default()
    }

    /// Returns the octets that a value stands for: each `\xx` replaced by the octet, and in a template each hole by a value
    /// and doubled braces by single ones.
    fn value(&mut self, span: Span) -> Value {
        let text = self.text.slice(span.start..span.end);
        let has_meaning = |octet: &u8| match self.braces {
            Braces::Literal => *octet == b'\\',
            Braces::Template => matches!(octet, b'\\' | b'{' | b'}'),
        };
        let Some(plain) = text.iter().position(has_meaning) else {
            return Value::from(text);
        };
        let mut octets = Vec::with_capacity(text.len());
        octets.extend_from_slice(text.get(..plain).unwrap_or_default());
        let mut rest = text.get(plain..).unwrap_or_default();
        loop {
            rest = match rest {
                [] => return Value::from(octets),
                [b'\\', high, low, rest @ ..] => {
                    octets.push(digit(*high) << 4 | digit(*low));
                    rest
                }
                [b'{', b'}', rest @ ..] if self.braces == Braces::Template => {
                    octets.extend_from_slice(self.values.next().copied().unwrap_or_default());
                    rest
                }
                [brace @ (b'{' | b'}'), _, rest @ ..] if self.braces == Braces::Template => {
                    octets.push(*brace);
                    rest
                }
                [octet, rest @ ..] => {
                    octets.push(*octet);
                    rest
                }
            };
        }
    }
}

/// Returns what a hexadecimal digit is worth. The grammar has made sure that it is one.
fn digit(octet: u8) -> u8 {
    match octet {
        b'0'..=b'9' => octet - b'0',
        b'a'..=b'f' => octet - b'a' + 10,
        b'A'..=b'F' => octet - b'A' + 10,
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
