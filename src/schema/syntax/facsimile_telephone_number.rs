//! Facsimile Telephone Number (RFC 4517 3.3.11).

use super::SyntaxError;
use super::cursor::{Cursor, is_printable};

/// ```text
/// fax-number       = telephone-number *( DOLLAR fax-parameter )
/// telephone-number = PrintableString
/// fax-parameter    = "twoDimensional" /
///                    "fineResolution" /
///                    "unlimitedLength" /
///                    "b4Length" /
///                    "a3Width" /
///                    "b4Width" /
///                    "uncompressed"
/// ```
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    const PARAMETERS: [&str; 7] = [
        "twoDimensional",
        "fineResolution",
        "unlimitedLength",
        "b4Length",
        "a3Width",
        "b4Width",
        "uncompressed",
    ];
    let mut cursor = Cursor::new(octets);
    cursor.some(is_printable, "a printable character")?;
    while cursor.take(b'$') {
        cursor.word(&PARAMETERS, "a parameter of facsimile")?;
    }
    cursor.end("a printable character or '$'")
}
