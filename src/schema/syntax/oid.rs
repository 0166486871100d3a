//! OID (RFC 4517 3.3.26).

use std::str;

use super::SyntaxError;
use crate::model::{AttributeDescription, Oid};

/// ```text
/// oid = descr / numericoid                                      (RFC 4512 1.4)
/// ```
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    const EXPECTED: &str = "an object identifier or a name";
    let text = str::from_utf8(octets).map_err(|error| SyntaxError::new(error.valid_up_to(), EXPECTED))?;
    if text.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return match Oid::parse(text) {
            Ok(_) => Ok(()),
            Err(error) => Err(SyntaxError::new(error.position(), EXPECTED)),
        };
    }
    match AttributeDescription::parse(text) {
        Ok(_) => match text.find(';') {
            Some(position) => Err(SyntaxError::new(position, EXPECTED)),
            None => Ok(()),
        },
        Err(error) => Err(SyntaxError::new(error.position(), EXPECTED)),
    }
}
