//! Octets as text.

use std::str::{self, Utf8Error};

use ascii::AsciiStr;

/// Takes octets for UTF-8.
///
/// Nearly all that a directory holds is short and ASCII, which is told by the word; the standard library looks at short text
/// octet by octet, three times as long.
///
/// # Errors
///
/// The octets are not UTF-8; the error says where.
#[inline]
pub(crate) fn text(octets: &[u8]) -> Result<&str, Utf8Error> {
    AsciiStr::from_ascii(octets).map_or_else(|_| str::from_utf8(octets), |ascii| Ok(ascii.as_str()))
}
