//! Other Mailbox (RFC 4517 3.3.27).

use super::SyntaxError;
use super::cursor::{Cursor, is_printable};

/// ```text
/// OtherMailbox = mailbox-type DOLLAR mailbox
/// mailbox-type = PrintableString
/// mailbox      = IA5String
/// ```
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    let mut cursor = Cursor::new(octets);
    cursor.some(is_printable, "a printable character")?;
    cursor.expect(b'$', "a printable character or '$'")?;
    cursor.take_while(|octet| octet.is_ascii());
    cursor.end("an ASCII character")
}
