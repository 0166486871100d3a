//! The short way through lines as nearly all of them are.
//!
//! **What is read here is what the grammar reads.** Where a line is anything but usual the answer is none, and the grammar
//! has the word: also for everything that is wrong.

use super::grammar::{AttrvalSpec, ValueSpec};

/// Reads `name: value`, `name:: base64` and `name:`.
#[inline]
pub(super) fn attrval_spec(line: &[u8]) -> Option<AttrvalSpec<'_>> {
    let colon = description(line)?;
    let (description, value) = line.split_at_checked(colon)?;
    let value = match value {
        [b':', b' ', text @ ..] => ValueSpec::Plain(usual(text)?),
        [b':', b':', b' ', text @ ..] if text.first() != Some(&b' ') => ValueSpec::Base64(text),
        [b':', text @ ..] => ValueSpec::Plain(usual(text)?),
        _ => return None,
    };
    Some(AttrvalSpec { description, value })
}

/// Reads `dn: name`.
#[inline]
pub(super) fn dn_spec(line: &[u8]) -> Option<ValueSpec<'_>> {
    match line {
        [b'd', b'n', b':', b' ', text @ ..] => usual(text).map(ValueSpec::Plain),
        _ => None,
    }
}

/// The end of an attribute description that begins with a letter.
#[inline]
fn description(line: &[u8]) -> Option<usize> {
    if !line.first()?.is_ascii_alphabetic() {
        return None;
    }
    let mut after_semicolon = false;
    for (position, &octet) in line.iter().enumerate() {
        match CLASSES.get(usize::from(octet)) {
            Some(Class::Name) => after_semicolon = false,
            Some(Class::Semicolon) if !after_semicolon => after_semicolon = true,
            Some(Class::Colon) if !after_semicolon => return Some(position),
            _ => return None,
        }
    }
    None
}

/// A value that may stand as it is, without UTF-8 beyond ASCII.
#[inline]
fn usual(text: &[u8]) -> Option<&[u8]> {
    if matches!(text.first(), Some(b' ' | b':' | b'<')) {
        return None;
    }
    // Without a way out in the middle, so that the compiler looks at many octets at once.
    let unusual = text.iter().fold(false, |found, &octet| found | matches!(octet, 0 | b'\r' | 0x80..));
    (!unusual).then_some(text)
}

#[derive(Clone, Copy)]
enum Class {
    Name,
    Semicolon,
    Colon,
    Other,
}

/// What each octet is in a name.
const CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut octet = 0_u8;
    while octet.is_ascii() {
        #[allow(clippy::indexing_slicing, clippy::as_conversions, reason = "octets are indexes of the table")]
        let class = &mut classes[octet as usize];
        *class = match octet {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' => Class::Name,
            b';' => Class::Semicolon,
            b':' => Class::Colon,
            _ => Class::Other,
        };
        octet = octet.wrapping_add(1);
    }
    classes
};
