//! Substring Assertion (RFC 4517 3.3.30).

use std::borrow::Cow;

use super::SyntaxError;
use super::cursor::Cursor;
use super::postal_address::{escaped, unescape};
use crate::model::Substring;

/// ```text
/// SubstringAssertion = [ initial ] any [ final ]
/// initial  = substring
/// any      = ASTERISK *(substring ASTERISK)
/// final    = substring
/// substring           = 1*substring-character
/// substring-character = %x00-29
///                       / (%x5C "2A")  ; escaped "*"
///                       / %x2B-5B
///                       / (%x5C "5C")  ; escaped "\"
///                       / %x5D-7F
///                       / UTFMB
/// ```
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    let (mut cursor, _) = Cursor::text(octets)?;
    let mut asterisks = 0_usize;
    let mut is_first = true;
    loop {
        let start = cursor.position();
        loop {
            cursor.take_while(|octet| !matches!(octet, b'*' | b'\\'));
            if cursor.peek() != Some(b'\\') {
                break;
            }
            escaped(&mut cursor, [b"2A", b"5C"], "'\\2A' or '\\5C'")?;
        }
        let is_empty = cursor.position() == start;
        if !cursor.take(b'*') {
            return if asterisks == 0 { Err(cursor.error("'*'")) } else { Ok(()) };
        }
        if is_empty && !is_first {
            return Err(SyntaxError::new(start, "a substring with a character"));
        }
        asterisks += 1;
        is_first = false;
    }
}

/// Walks the parts of an assertion, unescaped; what is no assertion has none.
pub(in crate::schema) fn parts(text: &str) -> Vec<Substring<Cow<'_, str>>> {
    let pieces: Vec<_> = text.split('*').collect();
    let Some(last) = pieces.len().checked_sub(1).filter(|last| *last > 0) else { return Vec::new() };
    let parts = pieces.into_iter().enumerate().filter(|(_, piece)| !piece.is_empty());
    parts
        .map(|(index, piece)| {
            let piece = unescape(piece, "2A", '*');
            match index {
                0 => Substring::Initial(piece),
                index if index == last => Substring::Final(piece),
                _ => Substring::Any(piece),
            }
        })
        .collect()
}
