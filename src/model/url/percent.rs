//! Percent-encoding (RFC 3986 2.1), and which octets of an LDAP URL need it.

use std::borrow::Cow;
use std::fmt::{self, Write};

use super::error::{LdapUrlParseError, LdapUrlProblem};

/// Decodes a part of a URL that begins at `offset`.
///
/// ```text
/// pct-encoded = "%" HEXDIG HEXDIG                               (RFC 3986 2.1)
/// ```
pub(super) fn decode(part: &str, offset: usize) -> Result<Cow<'_, str>, LdapUrlParseError> {
    let Some(first) = part.find('%') else {
        return Ok(Cow::Borrowed(part));
    };
    let mut octets = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let [octet, after @ ..] = rest {
        if *octet != b'%' {
            octets.push(*octet);
            rest = after;
            continue;
        }
        let position = offset + part.len() - rest.len();
        let [high, low, after @ ..] = after else {
            return Err(LdapUrlParseError::new(position, LdapUrlProblem::HexPair));
        };
        match (char::from(*high).to_digit(16), char::from(*low).to_digit(16)) {
            (Some(high), Some(low)) => octets.push((high << 4 | low) as u8),
            _ => return Err(LdapUrlParseError::new(position, LdapUrlProblem::HexPair)),
        }
        rest = after;
    }
    match String::from_utf8(octets) {
        Ok(text) => Ok(Cow::Owned(text)),
        Err(_) => Err(LdapUrlParseError::new(offset + first, LdapUrlProblem::Utf8)),
    }
}

/// Decodes a part that may not contain zero octets.
///
/// "Note that before the percent-encoding mechanism is applied, the extensions component of the LDAP URL may contain
/// one or more null (zero) bytes. No other component may" (RFC 4516 2.1).
pub(super) fn decode_without_nul(part: &str, offset: usize) -> Result<Cow<'_, str>, LdapUrlParseError> {
    let text = decode(part, offset)?;
    if text.contains('\0') {
        return Err(LdapUrlParseError::new(offset, LdapUrlProblem::Nul));
    }
    Ok(text)
}

/// Where a text stands in a URL, which decides what is encoded there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The host, or the path of a socket.
    Host,
    /// The name, the attributes, the filter.
    Part,
    /// The value of an extension.
    ExtensionValue,
}

/// Encodes a text for its place.
pub(super) fn encode(text: &str, place: Place, out: &mut impl Write) -> fmt::Result {
    let mut rest = text;
    while let Some(position) = rest.bytes().position(|octet| !stands_for_itself(octet, place)) {
        out.write_str(&rest[..position])?;
        // All octets of a character that is not ASCII need it, so that the text is never cut inside of one.
        let length = rest[position..].chars().next().map_or(1, char::len_utf8);
        let (encoded, after) = rest[position..].split_at(length);
        encoded.bytes().try_for_each(|octet| write!(out, "%{octet:02X}"))?;
        rest = after;
    }
    out.write_str(rest)
}

/// Whether an octet is not encoded in its place.
///
/// "An octet MUST be encoded [...] in any of these situations: The octet is not in the reserved set [...] or in the
/// unreserved set [...]. It is the single Reserved character '?' and occurs inside a \<dn\>, \<filter\>, or other
/// element of an LDAP URL. It is a comma character ',' that occurs inside an \<exvalue\>" (RFC 4516 2.1).
///
/// `#`, `[` and `]` are reserved and encoded nevertheless: a URI may contain them in none of these places, and a general
/// reader would take what follows `#` for a fragment.
///
/// ```text
/// unreserved  = ALPHA / DIGIT / "-" / "." / "_" / "~"
/// reserved    = gen-delims / sub-delims
/// gen-delims  = ":" / "/" / "?" / "#" / "[" / "]" / "@"
/// sub-delims  = "!" / "$" / "&" / "'" / "(" / ")"
///             / "*" / "+" / "," / ";" / "="                     (RFC 3986 2.2, 2.3)
/// ```
const fn stands_for_itself(octet: u8, place: Place) -> bool {
    match octet {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => true,
        b',' => !matches!(place, Place::ExtensionValue),
        b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b';' | b'=' => true,
        b':' | b'/' | b'@' => !matches!(place, Place::Host),
        _ => false,
    }
}

/// Whether a host may contain this octet as it is.
///
/// ```text
/// reg-name    = *( unreserved / pct-encoded / sub-delims )      (RFC 3986 3.2.2)
/// ```
///
/// And any character that is not ASCII, since "implementations SHOULD accept other valid UTF-8 strings [...] as
/// input" (RFC 4516 2.1).
pub(super) const fn is_allowed_in_host(octet: u8) -> bool {
    stands_for_itself(octet, Place::Host) || octet == b'%' || !octet.is_ascii()
}
