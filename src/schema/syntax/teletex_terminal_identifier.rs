//! Teletex Terminal Identifier (RFC 4517 3.3.32).

use super::SyntaxError;
use super::cursor::{Cursor, is_printable};
use super::postal_address::escaped;

/// ```text
/// teletex-id = ttx-term *(DOLLAR ttx-param)
/// ttx-term   = PrintableString          ; terminal identifier
/// ttx-param  = ttx-key COLON ttx-value  ; parameter
/// ttx-key    = "graphic" / "control" / "misc" / "page" / "private"
/// ttx-value  = *ttx-value-octet
/// ttx-value-octet = %x00-23
///                   / (%x5C "24")  ; escaped "$"
///                   / %x25-5B
///                   / (%x5C "5C")  ; escaped "\"
///                   / %x5D-FF
/// ```
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    let mut cursor = Cursor::new(octets);
    cursor.some(is_printable, "a printable character")?;
    while cursor.take(b'$') {
        cursor.word(&["graphic", "control", "misc", "page", "private"], "a parameter of teletex")?;
        cursor.expect(b':', "':'")?;
        loop {
            cursor.take_while(|octet| !matches!(octet, b'$' | b'\\'));
            if cursor.peek() != Some(b'\\') {
                break;
            }
            escaped(&mut cursor, [b"24", b"5C"], "'\\24' or '\\5C'")?;
        }
    }
    cursor.end("a printable character or '$'")
}
