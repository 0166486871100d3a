//! The Generic String Encoding Rules, as far as values here are written by them (RFC 3641, 3642).

use std::borrow::Cow;
use std::fmt;

use super::cursor::Cursor;
use super::{GeneralizedTime, SyntaxError, utc_time};
use crate::model::Dn;

/// Takes the word that a component begins with, and the spaces behind it; its letters are those of the ASN.1 type.
///
/// ```text
/// sp  = *%x20
/// msp = 1*%x20                                                   (RFC 3642 2)
/// ```
pub(super) fn component(
    cursor: &mut Cursor<'_>,
    word: &str,
    expected: &'static str,
) -> Result<(), SyntaxError> {
    cursor.spaces();
    let start = cursor.position();
    if cursor.take_while(|octet| octet.is_ascii_alphabetic()) != word.as_bytes() {
        return Err(SyntaxError::new(start, expected));
    }
    cursor.some(|octet| octet == b' ', "a space")?;
    Ok(())
}

/// Takes an integer of any magnitude.
///
/// ```text
/// INTEGER = "0" / positive-number / ("-" positive-number)        (RFC 3642 2)
/// ```
pub(super) fn integer<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, SyntaxError> {
    let start = cursor.position();
    let number = cursor.take_while(|octet| octet == b'-' || octet.is_ascii_digit());
    super::integer::check(number)
        .map_err(|error| SyntaxError::new(start + error.position(), error.expected()))?;
    Ok(std::str::from_utf8(number).unwrap_or_default())
}

/// Takes the name of an entry.
///
/// ```text
/// Name        = id-rdnSequence ":" RDNSequence                   (RFC 4523 A.1)
/// ```
pub(super) fn name(cursor: &mut Cursor<'_>) -> Result<Dn, SyntaxError> {
    let start = cursor.position();
    if cursor.take_while(|octet| octet.is_ascii_alphabetic()) != b"rdnSequence" {
        return Err(SyntaxError::new(start, "'rdnSequence'"));
    }
    cursor.expect(b':', "':'")?;
    local_name(cursor)
}

/// Takes a name that stands in quotes alone.
///
/// ```text
/// LocalName   = RDNSequence
/// RDNSequence = dquote *SafeUTF8Character dquote                 (RFC 3642 6)
/// ```
pub(super) fn local_name(cursor: &mut Cursor<'_>) -> Result<Dn, SyntaxError> {
    cursor.expect(b'"', "a quote")?;
    let start = cursor.position();
    let string = rest_of_string(cursor)?;
    let name = std::str::from_utf8(&string).ok().and_then(|text| Dn::parse(text).ok());
    name.ok_or_else(|| SyntaxError::new(start, "a distinguished name"))
}

/// Takes a moment. OpenLDAP knows it only without the choice before it.
///
/// ```text
/// Time                 = time-utcTime / time-generalizedTime
/// time-utcTime         = id-utcTime ":" UTCTime
/// time-generalizedTime = id-generalizedTime ":" GeneralizedTime  (RFC 4523 A.2)
/// UTCTimeValue         = StringValue
/// GeneralizedTimeValue = StringValue                             (RFC 3641 3.12)
/// ```
pub(super) fn time(cursor: &mut Cursor<'_>) -> Result<GeneralizedTime, SyntaxError> {
    let start = cursor.position();
    let read = match cursor.take_while(|octet| octet.is_ascii_alphabetic()) {
        b"" => GeneralizedTime::from_octets,
        b"utcTime" => utc_time::read,
        b"generalizedTime" => GeneralizedTime::from_octets,
        _ => return Err(SyntaxError::new(start, "'utcTime' or 'generalizedTime'")),
    };
    if cursor.position() > start {
        cursor.expect(b':', "':'")?;
    }
    cursor.expect(b'"', "a quote")?;
    let start = cursor.position();
    let string = rest_of_string(cursor)?;
    read(&string).map_err(|error| SyntaxError::new(start + error.position(), error.expected()))
}

/// Goes on behind an element between braces: whether another one follows. If not, the closing brace is taken.
///
/// ```text
/// "{" [ sp element *( "," sp element ) ] sp "}"
/// ```
pub(super) fn goes_on(cursor: &mut Cursor<'_>) -> Result<bool, SyntaxError> {
    let goes_on = cursor.take(b',');
    cursor.spaces();
    if !goes_on {
        cursor.expect(b'}', "',' or '}'")?;
    }
    Ok(goes_on)
}

/// Takes the rest of a string, in which two quotes stand for one.
pub(super) fn rest_of_string<'a>(cursor: &mut Cursor<'a>) -> Result<Cow<'a, [u8]>, SyntaxError> {
    let mut string = Cow::Borrowed(&b""[..]);
    loop {
        let part = cursor.take_while(|octet| octet != b'"');
        if string.is_empty() {
            string = Cow::Borrowed(part);
        } else {
            string.to_mut().extend_from_slice(part);
        }
        cursor.expect(b'"', "a closing quote")?;
        if !cursor.take(b'"') {
            return Ok(string);
        }
        string.to_mut().push(b'"');
    }
}

/// A name as [`name`] takes it.
pub(super) struct Name<'a>(pub(super) &'a Dn);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rdnSequence:{}", LocalName(self.0))
    }
}

/// A name as [`local_name`] takes it.
pub(super) struct LocalName<'a>(pub(super) &'a Dn);

impl fmt::Display for LocalName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.to_string().replace('"', "\"\""))
    }
}

/// A moment as [`time`] takes it: a UTC Time where that can be, which issuers of certificates have to write until 2049.
pub(super) struct Time<'a>(pub(super) &'a GeneralizedTime);

impl fmt::Display for Time<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        match text.split_at_checked(2) {
            Some((_, rest)) if utc_time::read(rest.as_bytes()).as_ref() == Ok(self.0) => {
                write!(f, "utcTime:\"{rest}\"")
            }
            _ => write!(f, "generalizedTime:\"{text}\""),
        }
    }
}
