//! Postal Address (RFC 4517 3.3.28).

use std::borrow::Cow;

use super::SyntaxError;
use super::cursor::Cursor;

/// ```text
/// PostalAddress = line *( DOLLAR line )
/// line          = 1*line-char
/// line-char     = %x00-23
///                 / (%x5C "24")  ; escaped "$"
///                 / %x25-5B
///                 / (%x5C "5C")  ; escaped "\"
///                 / %x5D-7F
///                 / UTFMB
/// ```
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    let (mut cursor, _) = Cursor::text(octets)?;
    loop {
        let start = cursor.position();
        loop {
            cursor.take_while(|octet| !matches!(octet, b'$' | b'\\'));
            if cursor.peek() != Some(b'\\') {
                break;
            }
            escaped(&mut cursor, [b"24", b"5C"], "'\\24' or '\\5C'")?;
        }
        if cursor.position() == start {
            return Err(cursor.error("a line with a character"));
        }
        if !cursor.take(b'$') {
            return Ok(());
        }
    }
}

/// Takes a `\` and one of two pairs of hexadecimal digits, in either case.
pub(super) fn escaped(
    cursor: &mut Cursor<'_>,
    pairs: [&[u8; 2]; 2],
    expected: &'static str,
) -> Result<(), SyntaxError> {
    let error = cursor.error(expected);
    cursor.next();
    match (cursor.next(), cursor.next()) {
        (Some(high), Some(low)) if pairs.iter().any(|pair| [high, low].eq_ignore_ascii_case(*pair)) => Ok(()),
        _ => Err(error),
    }
}

/// Walks the lines, unescaped. A `\` that escapes nothing stands for itself.
pub(in crate::schema) fn lines(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    text.split('$').map(|line| unescape(line, "24", '$'))
}

/// Replaces `\5C` and one other escape by what they stand for.
pub(super) fn unescape<'a>(text: &'a str, digits: &str, character: char) -> Cow<'a, str> {
    let mut parts = text.split('\\');
    let first = parts.next().unwrap_or_default();
    let mut unescaped = String::new();
    for part in parts {
        if unescaped.is_empty() {
            unescaped.push_str(first);
        }
        let (found, rest) = match part.get(..2) {
            Some(pair) if pair.eq_ignore_ascii_case(digits) => (character, part.get(2..)),
            Some(pair) if pair.eq_ignore_ascii_case("5C") => ('\\', part.get(2..)),
            _ => ('\\', Some(part)),
        };
        unescaped.push(found);
        unescaped.push_str(rest.unwrap_or_default());
    }
    if unescaped.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(unescaped) }
}
