//! From text to names: what the grammar has cut becomes octets.

use bytes::Bytes;

use super::ava::Ava;
use super::error::{DnExpected, DnParseError};
use super::name::Dn;
use super::rdn::Rdn;
use super::scan::{self, AvaSpan, Braces, Separator, ValueForm};
use crate::model::LdapString;

/// Reads a whole name, whose parts then share the text.
pub(super) fn dn(source: &LdapString) -> Result<Dn, DnParseError> {
    let text = source.as_bytes();
    if text.is_empty() {
        return Ok(Dn::root());
    }
    check_length(text)?;
    parts(source, Dn::MAX_AVAS)
}

/// Reads a name that was written from one, however long it has become: names are joined when entries move.
#[cfg(feature = "directory")]
pub(super) fn written(source: &LdapString) -> Result<Dn, DnParseError> {
    if source.is_empty() { Ok(Dn::root()) } else { parts(source, usize::MAX) }
}

fn parts(source: &LdapString, mut room: usize) -> Result<Dn, DnParseError> {
    let mut rdns = Vec::new();
    let mut position = 0;
    loop {
        let (rdn, separator, next) = read_rdn(source, position, &mut room)?;
        rdns.push(rdn);
        if separator == Separator::End {
            return Ok(rdns.into_iter().collect());
        }
        position = next;
    }
}

/// Reads the first part of a name whose length was checked, and returns where the next begins; nothing if it has no more than
/// one.
#[cfg(feature = "bulk")]
pub(super) fn first(source: &LdapString) -> Result<Option<(Rdn, usize)>, DnParseError> {
    if source.is_empty() {
        return Ok(None);
    }
    let (rdn, separator, next) = read_rdn(source, 0, &mut Dn::MAX_AVAS.clone())?;
    Ok((separator == Separator::Rdn).then_some((rdn, next)))
}

/// Looks whether [`dn`] reads a text, keeping nothing of it.
pub(super) fn check(text: &[u8]) -> Result<(), DnParseError> {
    if text.is_empty() {
        return Ok(());
    }
    check_length(text)?;
    let mut position = 0;
    for _ in 0..Dn::MAX_AVAS {
        let span = scan::ava(text, position, Braces::Literal)?;
        if span.separator == Separator::End {
            return Ok(());
        }
        position = span.next;
    }
    Err(DnParseError::new(text, position, DnExpected::FewerAvas))
}

/// As [`check`], for one name after the other: names of one folder end alike, and what follows the first part is only
/// looked at if it differs from `superior`, where it is kept.
pub(super) fn check_next(text: &[u8], superior: &mut Vec<u8>) -> Result<(), DnParseError> {
    /// A name of this length is far from [`Dn::MAX_AVAS`].
    const KEPT: usize = 1024;
    let first = if text.is_empty() { None } else { Some(scan::ava(text, 0, Braces::Literal)?) };
    let rest = match first {
        Some(first) if first.separator == Separator::Rdn => text.get(first.next..).unwrap_or_default(),
        _ => &[],
    };
    if rest.is_empty() || rest != superior.as_slice() {
        check(text)?;
        superior.clear();
        superior.extend_from_slice(if rest.len() <= KEPT { rest } else { &[] });
    }
    Ok(())
}

/// Reads a text that is one relative name.
pub(super) fn rdn(text: &str) -> Result<Rdn, DnParseError> {
    let source = LdapString::from(text);
    check_length(source.as_bytes())?;
    let (rdn, separator, next) = read_rdn(&source, 0, &mut Dn::MAX_AVAS.clone())?;
    check_end(&source, separator, next)?;
    Ok(rdn)
}

/// Reads a text that is one assertion.
pub(super) fn ava(text: &str) -> Result<Ava, DnParseError> {
    let source = LdapString::from(text);
    check_length(source.as_bytes())?;
    let span = scan::ava(source.as_bytes(), 0, Braces::Literal)?;
    check_end(&source, span.separator, span.next)?;
    Ok(read_ava(&source, &span))
}

/// Turns a plain value into the octets it stands for.
///
/// ```text
/// replace <ESC><ESC> with <ESC>;
/// replace <ESC><special> with <special>;
/// replace <ESC><hexpair> with the octet indicated by the <hexpair>.        (RFC 4514 3)
/// ```
///
/// In a template, doubled braces become single ones.
pub(super) fn unescape(text: &[u8], braces: Braces) -> Vec<u8> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        rest = match rest {
            [] => return octets,
            [b'\\', high, low, after @ ..] if high.is_ascii_hexdigit() => {
                octets.push(from_hex(*high, *low));
                after
            }
            [b'\\', special, after @ ..] => {
                octets.push(*special);
                after
            }
            [brace @ (b'{' | b'}'), _, after @ ..] if braces == Braces::Template => {
                octets.push(*brace);
                after
            }
            [octet, after @ ..] => {
                octets.push(*octet);
                after
            }
        };
    }
}

/// Turns pairs of hexadecimal digits into octets.
pub(super) fn unhex(digits: &[u8]) -> Vec<u8> {
    digits.chunks_exact(2).map(|pair| from_hex(pair[0], pair[1])).collect()
}

fn read_rdn(
    source: &LdapString,
    start: usize,
    room: &mut usize,
) -> Result<(Rdn, Separator, usize), DnParseError> {
    let mut next_ava = |position| {
        *room = room
            .checked_sub(1)
            .ok_or_else(|| DnParseError::new(source.as_bytes(), position, DnExpected::FewerAvas))?;
        scan::ava(source.as_bytes(), position, Braces::Literal)
    };
    let mut span = next_ava(start)?;
    let mut rdn = Rdn::from(read_ava(source, &span));
    while span.separator == Separator::Ava {
        span = next_ava(span.next)?;
        rdn.push(read_ava(source, &span));
    }
    Ok((rdn, span.separator, span.next))
}

fn read_ava(source: &LdapString, span: &AvaSpan) -> Ava {
    let attribute = source.slice(span.attribute.start..span.attribute.end);
    let value = source.to_bytes().slice(span.value.start..span.value.end);
    let value = match span.form {
        ValueForm::Literal | ValueForm::Hole => value,
        ValueForm::Escaped => Bytes::from(unescape(&value, Braces::Literal)),
        ValueForm::Hex => Bytes::from(unhex(&value)),
    };
    Ava::from_parts(attribute, value, span.form == ValueForm::Hex)
}

pub(super) fn check_length(text: &[u8]) -> Result<(), DnParseError> {
    if text.len() > Dn::MAX_LENGTH {
        return Err(DnParseError::new(text, Dn::MAX_LENGTH, DnExpected::ShorterText));
    }
    Ok(())
}

fn check_end(source: &LdapString, separator: Separator, next: usize) -> Result<(), DnParseError> {
    match separator {
        Separator::End => Ok(()),
        _ => Err(DnParseError::new(source.as_bytes(), next - 1, DnExpected::End)),
    }
}

/// The octet of two digits, which the grammar has checked.
fn from_hex(high: u8, low: u8) -> u8 {
    let digit = |octet: u8| match octet {
        b'0'..=b'9' => octet - b'0',
        _ => (octet | 0x20).wrapping_sub(b'a' - 10),
    };
    (digit(high) << 4) | digit(low)
}

#[cfg(test)]
mod tests;
