//! Integer (RFC 4517 3.3.16).

use super::SyntaxError;
use super::cursor::Cursor;

/// ```text
/// Integer = ( HYPHEN LDIGIT *DIGIT ) / number
/// number  = DIGIT / ( LDIGIT 1*DIGIT )                           (RFC 4512 1.4)
/// ```
///
/// "A value of the Integer syntax is a whole number of unlimited magnitude."
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    let mut cursor = Cursor::new(octets);
    let is_negative = cursor.take(b'-');
    let start = cursor.position();
    let digits = cursor.some(|octet| octet.is_ascii_digit(), "a digit")?;
    cursor.end("a digit")?;
    match digits {
        [b'0'] if is_negative => Err(SyntaxError::new(start, "a digit above 0")),
        [b'0', _, ..] => Err(SyntaxError::new(start, "a number without leading zeros")),
        _ => Ok(()),
    }
}
