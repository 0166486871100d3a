//! The syntaxes of RFC 2307 2.3.

use super::SyntaxError;
use super::cursor::Cursor;

/// ```text
/// nisnetgrouptriple = "(" hostname "," username "," domainname ")"
/// hostname          = "" / "-" / keystring
/// username          = "" / "-" / keystring
/// domainname        = "" / "-" / keystring
/// ```
///
/// Host names have dots, and user names underscores, whatever `keystring` says.
pub(super) fn check_netgroup_triple(octets: &[u8]) -> Result<(), SyntaxError> {
    let mut cursor = Cursor::new(octets);
    for (before, expected) in [(b'(', "'('"), (b',', "','"), (b',', "','")] {
        cursor.expect(before, expected)?;
        cursor.take_while(is_name);
    }
    cursor.expect(b')', "')'")?;
    cursor.end("the end")
}

/// ```text
/// bootparameter     = key "=" server ":" path
/// key               = keystring
/// server            = keystring
/// path              = keystring
/// ```
pub(super) fn check_boot_parameter(octets: &[u8]) -> Result<(), SyntaxError> {
    let mut cursor = Cursor::new(octets);
    cursor.some(is_name, "a key")?;
    cursor.expect(b'=', "'='")?;
    cursor.some(is_name, "a server")?;
    cursor.expect(b':', "':'")?;
    cursor.some(|octet| octet.is_ascii_graphic(), "a path")?;
    cursor.end("the end")
}

const fn is_name(octet: u8) -> bool {
    octet.is_ascii_graphic() && !matches!(octet, b'(' | b')' | b',' | b'=' | b':')
}
