//! OID (RFC 4517 3.3.26).

use std::str;

use super::SyntaxError;
use crate::model::Oid;

/// ```text
/// oid = descr / numericoid                                      (RFC 4512 1.4)
/// ```
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    const EXPECTED: &str = "an object identifier or a name";
    let is_other = |octet: &u8| !octet.is_ascii_alphanumeric() && *octet != b'-';
    match octets.first() {
        Some(b'0'..=b'9') => {
            let text =
                str::from_utf8(octets).map_err(|error| SyntaxError::new(error.valid_up_to(), EXPECTED))?;
            Oid::parse(text).map_err(|error| SyntaxError::new(error.position(), EXPECTED))?;
            Ok(())
        }
        Some(b'A'..=b'Z' | b'a'..=b'z') => match octets.iter().position(is_other) {
            Some(position) => Err(SyntaxError::new(position, EXPECTED)),
            None => Ok(()),
        },
        _ => Err(SyntaxError::new(0, EXPECTED)),
    }
}
