//! X.509 Certificate Exact Assertion (RFC 4523 2.5).

use super::cursor::Cursor;
use super::{SyntaxError, gser};
use crate::model::Dn;

/// ```text
/// CertificateExactAssertion = "{" sp cea-serialNumber ","
///      sp cea-issuer sp "}"
/// cea-serialNumber = id-serialNumber msp CertificateSerialNumber
/// cea-issuer = id-issuer msp Name
/// CertificateSerialNumber = INTEGER                              (RFC 4523 A.1)
/// ```
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    read(octets).map(drop)
}

/// Reads the serial number, as text, and the name of the issuer.
pub(in crate::schema) fn read(octets: &[u8]) -> Result<(&[u8], Dn), SyntaxError> {
    let (mut cursor, _) = Cursor::text(octets)?;
    cursor.expect(b'{', "'{'")?;
    gser::component(&mut cursor, "serialNumber", "'serialNumber'")?;
    let serial_number = gser::integer(&mut cursor)?;
    cursor.expect(b',', "','")?;
    gser::component(&mut cursor, "issuer", "'issuer'")?;
    let issuer = gser::name(&mut cursor)?;
    cursor.spaces();
    cursor.expect(b'}', "'}'")?;
    cursor.end("the end")?;
    Ok((serial_number, issuer))
}
