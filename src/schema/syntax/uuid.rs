//! UUID (RFC 4530 2.1).

use super::SyntaxError;
use super::cursor::Cursor;

/// The text form of RFC 4122: `597ae2f6-16a6-1027-98f4-d28b5365dc14`.
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    self::octets(octets).map(|_| ())
}

/// Returns the sixteen octets.
pub(in crate::schema) fn octets(text: &[u8]) -> Result<[u8; 16], SyntaxError> {
    let mut cursor = Cursor::new(text);
    let mut octets = [0; 16];
    for (index, octet) in octets.iter_mut().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            cursor.expect(b'-', "'-'")?;
        }
        let error = cursor.error("two hexadecimal digits");
        let digit =
            |octet: Option<u8>| char::from(octet?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        match (digit(cursor.next()), digit(cursor.next())) {
            (Some(high), Some(low)) => *octet = high << 4 | low,
            _ => return Err(error),
        }
    }
    cursor.end("the end")?;
    Ok(octets)
}
