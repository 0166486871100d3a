//! Country String (RFC 4517 3.3.4).

use super::SyntaxError;
use super::cursor::is_printable;

/// ```text
/// CountryString  = 2(PrintableCharacter)
/// ```
///
/// Which two are those of a country is not looked at.
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    const EXPECTED: &str = "two printable characters";
    match octets.iter().position(|octet| !is_printable(*octet)) {
        Some(position) => Err(SyntaxError::new(position, EXPECTED)),
        None if octets.len() == 2 => Ok(()),
        None => Err(SyntaxError::new(octets.len().min(2), EXPECTED)),
    }
}
