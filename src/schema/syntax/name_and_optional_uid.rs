//! Name and Optional UID (RFC 4517 3.3.21).

use super::cursor::Cursor;
use super::{SyntaxError, bit_string, dn};

/// ```text
/// NameAndOptionalUID = distinguishedName [ SHARP BitString ]
/// ```
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    dn::check(split(octets).0)
}

/// Tells name and identifier apart; the identifier is a bit string.
///
/// "Although the '#' character may occur in the string representation of a distinguished name, no additional escaping of
/// this character is performed": the last `#` begins an identifier if a bit string follows it. Where that is ambiguous,
/// as in `cn=a#'0'B`, the identifier wins.
pub(in crate::schema) fn split(octets: &[u8]) -> (&[u8], Option<&[u8]>) {
    let Some(sharp) = octets.iter().rposition(|octet| *octet == b'#') else { return (octets, None) };
    let (name, identifier) = (octets.get(..sharp), octets.get(sharp + 1..));
    match (name, identifier) {
        (Some(name), Some(identifier)) if is_bit_string(identifier) => (name, Some(identifier)),
        _ => (octets, None),
    }
}

fn is_bit_string(octets: &[u8]) -> bool {
    let mut cursor = Cursor::new(octets);
    bit_string::read(&mut cursor).is_ok() && cursor.peek().is_none()
}
