//! DN (RFC 4517 3.3.9).

use super::SyntaxError;
use super::cursor::Cursor;
use crate::model::Dn;

/// A `distinguishedName` of RFC 4514, or what readers of RFC 2253 took for one.
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    let (_, text) = Cursor::text(octets)?;
    match Dn::parse(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(SyntaxError::new(error.position(), "a distinguished name")),
    }
}
