//! Delivery Method (RFC 4517 3.3.5).

use super::SyntaxError;
use super::cursor::Cursor;

/// ```text
/// DeliveryMethod = pdm *( WSP DOLLAR WSP pdm )
/// pdm = "any" / "mhs" / "physical" / "telex" / "teletex" /
///       "g3fax" / "g4fax" / "ia5" / "videotex" / "telephone"
/// ```
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    const METHODS: [&str; 10] =
        ["any", "mhs", "physical", "telex", "teletex", "g3fax", "g4fax", "ia5", "videotex", "telephone"];
    let mut cursor = Cursor::new(octets);
    loop {
        cursor.word(&METHODS, "a delivery method")?;
        if cursor.peek().is_none() {
            return Ok(());
        }
        cursor.spaces();
        cursor.expect(b'$', "'$'")?;
        cursor.spaces();
    }
}
