//! Numeric String (RFC 4517 3.3.23).

use super::SyntaxError;
use super::cursor::Cursor;

/// ```text
/// NumericString = 1*(DIGIT / SPACE)
/// ```
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    let mut cursor = Cursor::new(octets);
    cursor.some(|octet| octet.is_ascii_digit() || octet == b' ', "a digit or a space")?;
    cursor.end("a digit or a space")
}
