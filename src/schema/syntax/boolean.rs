//! Boolean (RFC 4517 3.3.3).

use super::SyntaxError;
use super::cursor::Cursor;

/// ```text
/// Boolean = "TRUE" / "FALSE"
/// ```
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    let mut cursor = Cursor::new(octets);
    cursor.word(&["TRUE", "FALSE"], "'TRUE' or 'FALSE'")?;
    cursor.end("the end")
}
