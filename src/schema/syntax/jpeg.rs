//! JPEG (RFC 4517 3.3.17).

use super::SyntaxError;

/// An image "in the JPEG File Interchange Format": such an image begins with the marker `SOI`, `ff d8`, and another
/// marker. The image itself is not looked at.
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    const BEGINNING: [u8; 3] = [0xff, 0xd8, 0xff];
    match octets.iter().zip(BEGINNING).position(|(octet, expected)| *octet != expected) {
        Some(position) => Err(SyntaxError::new(position, "the beginning of a JPEG image")),
        None if octets.len() < BEGINNING.len() => {
            Err(SyntaxError::new(octets.len(), "the beginning of a JPEG image"))
        }
        None => Ok(()),
    }
}
