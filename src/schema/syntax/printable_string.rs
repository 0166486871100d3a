//! Printable String (RFC 4517 3.3.29), and Telephone Number (3.3.31), which has the same form.

use super::SyntaxError;
use super::cursor::{Cursor, is_printable};

/// ```text
/// PrintableString    = 1*PrintableCharacter
/// ```
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    let mut cursor = Cursor::new(octets);
    cursor.some(is_printable, "a printable character")?;
    cursor.end("a printable character")
}
