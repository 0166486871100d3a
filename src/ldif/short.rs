//! The short way through lines as nearly all of them are.
//!
//! **What is read here is what the grammar reads.** Where a line is anything but usual the answer is none, and the grammar
//! has the word: also for everything that is wrong.

use super::grammar::{AttrvalSpec, ValueSpec};
use super::window::is_usual;

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

/// The end of the name in `name: value`, if the name is without options and the value begins with what it may.
#[inline]
pub(super) fn plain(line: &[u8]) -> Option<usize> {
    let colon = line.iter().position(|&octet| !is_name(octet))?;
    let begins = line.first().is_some_and(u8::is_ascii_alphabetic);
    match line.get(colon..) {
        Some([b':', b' ', first, ..]) if begins && !matches!(first, b' ' | b':' | b'<') => Some(colon),
        _ => None,
    }
}

/// The end of an attribute description that begins with a letter.
#[inline]
fn description(line: &[u8]) -> Option<usize> {
    if !line.first()?.is_ascii_alphabetic() {
        return None;
    }
    let mut end = 0_usize;
    loop {
        let part = line.get(end..)?;
        let length = part.iter().position(|&octet| !is_name(octet))?;
        if length == 0 {
            return None;
        }
        match part.get(length)? {
            b':' => return end.checked_add(length),
            b';' => end = end.checked_add(length)?.checked_add(1)?,
            _ => return None,
        }
    }
}

/// A value that may stand as it is, without UTF-8 beyond ASCII.
#[inline]
fn usual(text: &[u8]) -> Option<&[u8]> {
    (!matches!(text.first(), Some(b' ' | b':' | b'<')) && is_usual(text)).then_some(text)
}

#[inline]
fn is_name(octet: u8) -> bool {
    NAME.get(usize::from(octet)).copied().unwrap_or_default()
}

/// Whether an octet may stand in a name: a table, since names are looked at octet by octet.
const NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut octet = 0_u8;
    while octet.is_ascii() {
        #[allow(clippy::indexing_slicing, clippy::as_conversions, reason = "octets are indexes of the table")]
        let entry = &mut table[octet as usize];
        *entry = octet.is_ascii_alphanumeric() || octet == b'-';
        octet = octet.wrapping_add(1);
    }
    table
};
