//! Directory String (RFC 4517 3.3.6).

use super::SyntaxError;
use super::cursor::Cursor;

/// ```text
/// DirectoryString = 1*UTF8
/// ```
///
/// "A zero-length character string is not permitted."
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    let (_, text) = Cursor::text(octets)?;
    if text.is_empty() { Err(SyntaxError::new(0, "a character")) } else { Ok(()) }
}

/// A string that may be empty.
pub(super) fn check_text(octets: &[u8]) -> Result<(), SyntaxError> {
    Cursor::text(octets).map(|_| ())
}
