//! IA5 String (RFC 4517 3.3.15).

use super::SyntaxError;

/// ```text
/// IA5String = *(%x00-7F)
/// ```
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    match octets.iter().position(|octet| !octet.is_ascii()) {
        Some(position) => Err(SyntaxError::new(position, "an ASCII character")),
        None => Ok(()),
    }
}
