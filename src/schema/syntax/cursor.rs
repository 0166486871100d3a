//! What the checks of syntaxes read with.

use std::str;

use super::SyntaxError;

/// A place in a value, and what stands behind it.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    octets: &'a [u8],
    position: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(octets: &'a [u8]) -> Self {
        Self { octets, position: 0 }
    }

    /// Begins with text, which must be UTF-8.
    pub(super) fn text(octets: &'a [u8]) -> Result<(Self, &'a str), SyntaxError> {
        let text = str::from_utf8(octets).map_err(|error| SyntaxError::new(error.valid_up_to(), "UTF-8"))?;
        Ok((Self::new(octets), text))
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.octets.get(self.position).copied()
    }

    pub(super) fn next(&mut self) -> Option<u8> {
        let octet = self.peek()?;
        self.position += 1;
        Some(octet)
    }

    /// Takes an octet if it is this one.
    pub(super) fn take(&mut self, octet: u8) -> bool {
        let is_there = self.peek() == Some(octet);
        self.position += usize::from(is_there);
        is_there
    }

    pub(super) fn expect(&mut self, octet: u8, expected: &'static str) -> Result<(), SyntaxError> {
        if self.take(octet) { Ok(()) } else { Err(self.error(expected)) }
    }

    /// Takes octets as long as they are wanted.
    pub(super) fn take_while(&mut self, is_wanted: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.octets.get(self.position..).unwrap_or_default();
        let length = rest.iter().position(|octet| !is_wanted(*octet)).unwrap_or(rest.len());
        self.position += length;
        rest.get(..length).unwrap_or_default()
    }

    /// Takes at least one octet of a kind.
    pub(super) fn some(
        &mut self,
        is_wanted: impl Fn(u8) -> bool,
        expected: &'static str,
    ) -> Result<&'a [u8], SyntaxError> {
        let taken = self.take_while(is_wanted);
        if taken.is_empty() { Err(self.error(expected)) } else { Ok(taken) }
    }

    /// Takes one of some words, in either case.
    pub(super) fn word(&mut self, words: &[&'static str], expected: &'static str) -> Result<(), SyntaxError> {
        let start = self.position;
        let word = self.take_while(|octet| octet.is_ascii_alphanumeric());
        if words.iter().any(|wanted| wanted.as_bytes().eq_ignore_ascii_case(word)) {
            return Ok(());
        }
        Err(SyntaxError::new(start, expected))
    }

    /// Takes spaces, of which there may be none: `WSP`.
    pub(super) fn spaces(&mut self) {
        self.take_while(|octet| octet == b' ');
    }

    /// Takes two digits of a number that is within bounds.
    pub(super) fn two_digits(
        &mut self,
        bounds: std::ops::RangeInclusive<u8>,
        expected: &'static str,
    ) -> Result<u8, SyntaxError> {
        let start = self.position;
        let digit = |octet: Option<u8>| octet.filter(u8::is_ascii_digit).map(|octet| octet - b'0');
        let number = match (digit(self.next()), digit(self.next())) {
            (Some(high), Some(low)) => high * 10 + low,
            _ => return Err(SyntaxError::new(start, expected)),
        };
        if bounds.contains(&number) { Ok(number) } else { Err(SyntaxError::new(start, expected)) }
    }

    /// Takes an object identifier or a name: `oid`.
    pub(super) fn oid(&mut self) -> Result<&'a str, SyntaxError> {
        let start = self.position;
        let word = self.take_while(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.'));
        super::oid::check(word)
            .map_err(|error| SyntaxError::new(start + error.position(), error.expected()))?;
        Ok(str::from_utf8(word).unwrap_or_default())
    }

    pub(super) const fn position(&self) -> usize {
        self.position
    }

    pub(super) const fn error(&self, expected: &'static str) -> SyntaxError {
        SyntaxError::new(self.position, expected)
    }

    /// Fails unless everything was taken.
    pub(super) fn end(&self, expected: &'static str) -> Result<(), SyntaxError> {
        if self.peek().is_none() { Ok(()) } else { Err(self.error(expected)) }
    }
}

/// `PrintableCharacter` of RFC 4517 3.2.
///
/// ```text
/// PrintableCharacter = ALPHA / DIGIT / SQUOTE / LPAREN / RPAREN /
///                      PLUS / COMMA / HYPHEN / DOT / EQUALS /
///                      SLASH / COLON / QUESTION / SPACE
/// ```
pub(super) const fn is_printable(octet: u8) -> bool {
    octet.is_ascii_alphanumeric()
        || matches!(octet, b'\'' | b'(' | b')' | b'+' | b',' | b'-' | b'.' | b'=' | b'/' | b':' | b'?' | b' ')
}
