//! Subtree Specification (RFC 3672 2.1 and appendix A).

use super::cursor::Cursor;
use super::{SyntaxError, gser};

/// Words, numbers, strings in quotes and braces that match.
///
/// ```text
/// SubtreeSpecification = "{" [ sp ss-base ]
///                            [ sep sp ss-specificExclusions ]
///                            [ sep sp ss-minimum ]
///                            [ sep sp ss-maximum ]
///                            [ sep sp ss-specificationFilter ]
///                                sp "}"                         (RFC 3672 A)
/// ```
///
/// What the words mean is not looked at: a count of open braces is enough, and nothing recurses.
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    let (mut cursor, _) = Cursor::text(octets)?;
    cursor.expect(b'{', "'{'")?;
    let mut open = 1_usize;
    while open > 0 {
        match cursor.next() {
            Some(b'{') => open += 1,
            Some(b'}') => open -= 1,
            Some(b'"') => drop(gser::rest_of_string(&mut cursor)?),
            Some(b' ' | b',' | b':' | b'-' | b'.') => {}
            Some(octet) if octet.is_ascii_alphanumeric() => {}
            Some(_) => return Err(SyntaxError::new(cursor.position() - 1, "a word, a string or '}'")),
            None => return Err(cursor.error("'}'")),
        }
    }
    cursor.end("the end")
}
