//! Guide and Enhanced Guide (RFC 4517 3.3.14 and 3.3.10).

use super::SyntaxError;
use super::cursor::Cursor;

/// ```text
/// Guide = [ object-class SHARP ] criteria
/// ```
pub(super) fn check_guide(octets: &[u8]) -> Result<(), SyntaxError> {
    let mut cursor = Cursor::new(octets);
    if octets.contains(&b'#') {
        object_class(&mut cursor)?;
    }
    criteria(&mut cursor)?;
    cursor.end("'&', '|' or the end")
}

/// ```text
/// EnhancedGuide = object-class SHARP WSP criteria WSP
///                    SHARP WSP subset
/// subset        = "baseobject" / "oneLevel" / "wholeSubtree"
/// ```
pub(super) fn check_enhanced_guide(octets: &[u8]) -> Result<(), SyntaxError> {
    let mut cursor = Cursor::new(octets);
    object_class(&mut cursor)?;
    cursor.spaces();
    criteria(&mut cursor)?;
    cursor.spaces();
    cursor.expect(b'#', "'&', '|' or '#'")?;
    cursor.spaces();
    cursor.word(&["baseobject", "oneLevel", "wholeSubtree"], "'baseobject', 'oneLevel' or 'wholeSubtree'")?;
    cursor.end("the end")
}

/// ```text
/// object-class  = WSP oid WSP
/// ```
fn object_class(cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    cursor.spaces();
    cursor.oid()?;
    cursor.spaces();
    cursor.expect(b'#', "'#'")
}

/// ```text
/// criteria   = and-term *( BAR and-term )
/// and-term   = term *( AMPERSAND term )
/// term       = EXCLAIM term /
///              attributetype DOLLAR match-type /
///              LPAREN criteria RPAREN /
///              true /
///              false
/// match-type = "EQ" / "SUBSTR" / "GE" / "LE" / "APPROX"
/// true       = "?true"
/// false      = "?false"
/// ```
///
/// Whether operators bind more or less does not matter for the form: a count of open parentheses is enough, and
/// nothing recurses.
fn criteria(cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    let mut open = 0_usize;
    loop {
        while let Some(octet @ (b'!' | b'(')) = cursor.peek() {
            cursor.next();
            open += usize::from(octet == b'(');
        }
        if cursor.take(b'?') {
            cursor.word(&["true", "false"], "'true' or 'false'")?;
        } else {
            cursor.oid()?;
            cursor.expect(b'$', "'$'")?;
            cursor.word(&["EQ", "SUBSTR", "GE", "LE", "APPROX"], "a kind of match")?;
        }
        while open > 0 && cursor.take(b')') {
            open -= 1;
        }
        if !cursor.take(b'&') && !cursor.take(b'|') {
            return if open == 0 { Ok(()) } else { Err(cursor.error("'&', '|' or ')'")) };
        }
    }
}
