//! Telex Number (RFC 4517 3.3.33).

use super::SyntaxError;
use super::cursor::{Cursor, is_printable};

/// ```text
/// telex-number  = actual-number DOLLAR country-code
///                    DOLLAR answerback
/// actual-number = PrintableString
/// country-code  = PrintableString
/// answerback    = PrintableString
/// ```
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    let mut cursor = Cursor::new(octets);
    cursor.some(is_printable, "a printable character")?;
    for _ in 0..2 {
        cursor.expect(b'$', "a printable character or '$'")?;
        cursor.some(is_printable, "a printable character")?;
    }
    cursor.end("a printable character")
}
