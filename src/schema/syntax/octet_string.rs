//! Octet String (RFC 4517 3.3.25) and the syntaxes whose values are not looked into: Fax (RFC 4517 3.3.12), Audio and
//! others of RFC 2252.

use super::SyntaxError;

/// ```text
/// OctetString = *OCTET
/// ```
pub(super) fn check(_: &[u8]) -> Result<(), SyntaxError> {
    Ok(())
}
