//! Bit String (RFC 4517 3.3.2).

use super::SyntaxError;
use super::cursor::Cursor;

/// ```text
/// BitString    = SQUOTE *binary-digit SQUOTE "B"
/// binary-digit = "0" / "1"
/// ```
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    let mut cursor = Cursor::new(octets);
    read(&mut cursor)?;
    cursor.end("the end")
}

pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    cursor.expect(b'\'', "a quote")?;
    cursor.take_while(|octet| matches!(octet, b'0' | b'1'));
    cursor.expect(b'\'', "'0', '1' or a quote")?;
    cursor.word(&["B"], "'B'")
}
