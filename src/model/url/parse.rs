//! From text to `LdapUrl`: first cut, then decode, then understand.

use core::net::Ipv6Addr;

use super::error::{LdapUrlParseError, LdapUrlProblem};
use super::extension::UrlExtension;
use super::ldap_url::{Host, LdapUrl, UrlScheme};
use super::percent::{decode, decode_without_nul, is_allowed_in_host};
use crate::model::{AttributeDescription, Dn, Filter, LdapString, Scope};

type Read<T> = Result<T, LdapUrlParseError>;

/// Reads a whole URL.
///
/// ```text
/// ldapurl     = scheme COLON SLASH SLASH [host [COLON port]]
///                  [SLASH dn [QUESTION [attributes]
///                  [QUESTION [scope] [QUESTION [filter]
///                  [QUESTION extensions]]]]]                    (RFC 4516 2)
/// ```
pub(super) fn ldap_url(text: &str) -> Read<LdapUrl> {
    if text.len() > LdapUrl::MAX_LENGTH {
        return Err(LdapUrlParseError::new(LdapUrl::MAX_LENGTH, LdapUrlProblem::TooLong));
    }
    let (scheme, start) = scheme(text)?;
    let rest = &text[start..];
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, port) = host_and_port(scheme, &rest[..end], start)?;

    let path = match rest[end..].strip_prefix('/') {
        Some(path) => path,
        None if end == rest.len() => "",
        None => return Err(LdapUrlParseError::new(start + end, LdapUrlProblem::Slash)),
    };
    let mut parts = Parts { rest: Some(path), offset: text.len() - path.len() };
    let dn = parts.next().map_or_else(|| Ok(Dn::root()), dn)?;
    let attributes = parts.next().map_or_else(|| Ok(Vec::new()), attributes)?;
    let scope = parts.next().map_or(Ok(None), scope)?;
    let filter = parts.next().map_or(Ok(None), filter)?;
    let extensions = parts.next().map_or_else(|| Ok(Vec::new()), extensions)?;
    if let Some((_, offset)) = parts.next() {
        return Err(LdapUrlParseError::new(offset - 1, LdapUrlProblem::QuestionMark));
    }
    Ok(LdapUrl { scheme, host, port, dn, attributes, scope, filter, extensions })
}

/// Reads the scheme and `://`, and returns where the host begins.
fn scheme(text: &str) -> Read<(UrlScheme, usize)> {
    let wrong = || LdapUrlParseError::new(0, LdapUrlProblem::Scheme);
    let (name, _) = text.split_once("://").ok_or_else(wrong)?;
    [UrlScheme::Ldap, UrlScheme::Ldaps, UrlScheme::Ldapi]
        .into_iter()
        .find(|scheme| scheme.as_str().eq_ignore_ascii_case(name))
        .map(|scheme| (scheme, name.len() + "://".len()))
        .ok_or_else(wrong)
}

/// Reads what stands between `//` and `/`.
///
/// ```text
/// host        = IP-literal / IPv4address / reg-name
/// IP-literal  = "[" ( IPv6address / IPvFuture  ) "]"
/// port        = *DIGIT                                          (RFC 3986 3.2.2, 3.2.3)
/// ```
fn host_and_port(scheme: UrlScheme, text: &str, offset: usize) -> Read<(Host, Option<u16>)> {
    if let Some(bracketed) = text.strip_prefix('[') {
        let wrong = || LdapUrlParseError::new(offset, LdapUrlProblem::Literal);
        let (literal, after) = bracketed.split_once(']').ok_or_else(wrong)?;
        if scheme == UrlScheme::Ldapi || !is_literal(literal) {
            return Err(wrong());
        }
        let port = port(after, offset + text.len() - after.len())?;
        return Ok((Host::Literal(LdapString::from(literal)), port));
    }
    let (name, after) = match text.find(':') {
        Some(colon) if scheme != UrlScheme::Ldapi => text.split_at(colon),
        _ => (text, ""),
    };
    if let Some(position) = name.bytes().position(|octet| !is_allowed_in_host(octet)) {
        return Err(LdapUrlParseError::new(offset + position, LdapUrlProblem::Host));
    }
    let port = port(after, offset + name.len())?;
    let name = decode_without_nul(name, offset)?;
    Ok((Host::Name(LdapString::from(name.as_ref())), port))
}

/// Reads a port with its colon, either of which may be missing.
fn port(text: &str, offset: usize) -> Read<Option<u16>> {
    let wrong = |position| LdapUrlParseError::new(position, LdapUrlProblem::Port);
    let digits = match text.strip_prefix(':') {
        Some(digits) => digits,
        None if text.is_empty() => return Ok(None),
        None => return Err(LdapUrlParseError::new(offset, LdapUrlProblem::Slash)),
    };
    if digits.is_empty() {
        return Ok(None);
    }
    // `parse` would take a sign.
    if !digits.bytes().all(|octet| octet.is_ascii_digit()) {
        return Err(wrong(offset + 1));
    }
    digits.parse().map(Some).map_err(|_| wrong(offset + 1))
}

/// Whether this may stand in brackets.
///
/// ```text
/// IPvFuture  = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )        (RFC 3986 3.2.2)
/// ```
fn is_literal(text: &str) -> bool {
    if text.parse::<Ipv6Addr>().is_ok() {
        return true;
    }
    let Some((version, address)) = text.strip_prefix(['v', 'V']).and_then(|rest| rest.split_once('.')) else {
        return false;
    };
    let is_address =
        |octet: u8| octet == b':' || (octet.is_ascii() && octet != b'%' && is_allowed_in_host(octet));
    !version.is_empty()
        && version.bytes().all(|octet| octet.is_ascii_hexdigit())
        && !address.is_empty()
        && address.bytes().all(is_address)
}

/// ```text
/// dn          = distinguishedName ; From Section 3 of [RFC4514],
///                                 ; subject to the provisions of
///                                 ; the "Percent-Encoding" section
///                                 ; below.                      (RFC 4516 2)
/// ```
fn dn((part, offset): (&str, usize)) -> Read<Dn> {
    let text = decode_without_nul(part, offset)?;
    Dn::parse(&text).map_err(|error| LdapUrlParseError::new(offset, LdapUrlProblem::Dn(error)))
}

/// ```text
/// attributes  = attrdesc *(COMMA attrdesc)
/// attrdesc    = selector *(COMMA selector)                      (RFC 4516 2)
/// ```
fn attributes((part, offset): (&str, usize)) -> Read<Vec<AttributeDescription>> {
    if part.is_empty() {
        return Ok(Vec::new());
    }
    let mut position = offset;
    let mut attributes = Vec::new();
    for selector in part.split(',') {
        let text = decode_without_nul(selector, position)?;
        check_selector(&text, position)?;
        attributes.push(AttributeDescription::from(text.as_ref()));
        position += selector.len() + 1;
    }
    Ok(attributes)
}

/// Checks an attribute selector that begins at `offset`.
///
/// ```text
/// attributeSelector = attributedescription / selectorspecial
/// selectorspecial = noattrs / alluserattrs
/// noattrs = %x31.2E.31 ; "1.1"
/// alluserattrs = %x2A ; asterisk ("*")                          (RFC 4511 4.5.1.8)
/// ```
///
/// And `+` for all operational attributes (RFC 3673), `@` with an object class for its attributes (RFC 4529).
pub(super) fn check_selector(text: &str, offset: usize) -> Read<()> {
    if text == "*" || text == "+" {
        return Ok(());
    }
    let description = text.strip_prefix('@').unwrap_or(text);
    AttributeDescription::parse(description)
        .map(drop)
        .map_err(|error| LdapUrlParseError::new(offset, LdapUrlProblem::Attribute(error)))
}

/// ```text
/// scope       = "base" / "one" / "sub"                          (RFC 4516 2)
/// ```
///
/// And `subordinates` (draft-sermersheim-ldap-subordinate-scope).
fn scope((part, offset): (&str, usize)) -> Read<Option<Scope>> {
    if part.is_empty() {
        return Ok(None);
    }
    let text = decode_without_nul(part, offset)?;
    text.parse().map(Some).map_err(|_| LdapUrlParseError::new(offset, LdapUrlProblem::Scope))
}

/// The filter is that of RFC 4515, percent-encoded.
fn filter((part, offset): (&str, usize)) -> Read<Option<Filter>> {
    if part.is_empty() {
        return Ok(None);
    }
    let text = decode_without_nul(part, offset)?;
    Filter::parse(&text)
        .map(Some)
        .map_err(|error| LdapUrlParseError::new(offset, LdapUrlProblem::Filter(error)))
}

/// ```text
/// extensions  = extension *(COMMA extension)
/// extension   = [EXCLAMATION] extype [EQUALS exvalue]           (RFC 4516 2)
/// ```
///
/// A list that is announced by its `?` has at least one extension.
fn extensions((part, offset): (&str, usize)) -> Read<Vec<UrlExtension>> {
    let mut position = offset;
    let mut extensions = Vec::new();
    for text in part.split(',') {
        extensions.push(extension(text, position)?);
        position += text.len() + 1;
    }
    Ok(extensions)
}

fn extension(text: &str, offset: usize) -> Read<UrlExtension> {
    let unmarked = text.strip_prefix('!');
    let assignment = unmarked.unwrap_or(text);
    let (name, value) = match assignment.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (assignment, None),
    };
    let name_offset = offset + text.len() - assignment.len();
    let decoded = decode_without_nul(name, name_offset)?;
    let mut extension = UrlExtension::new(decoded.as_ref())
        .map_err(|_| LdapUrlParseError::new(name_offset, LdapUrlProblem::ExtensionType))?;
    if let Some(value) = value {
        let value_offset = offset + text.len() - value.len();
        extension = extension.with_value(decode(value, value_offset)?.as_ref());
    }
    Ok(if unmarked.is_some() { extension.critical() } else { extension })
}

/// What stands between the `?` of a URL, each part with its offset.
struct Parts<'a> {
    rest: Option<&'a str>,
    offset: usize,
}

impl<'a> Iterator for Parts<'a> {
    type Item = (&'a str, usize);

    fn next(&mut self) -> Option<(&'a str, usize)> {
        let rest = self.rest?;
        let (part, after) = match rest.split_once('?') {
            Some((part, after)) => (part, Some(after)),
            None => (rest, None),
        };
        let offset = self.offset;
        self.rest = after;
        self.offset += part.len() + 1;
        Some((part, offset))
    }
}

#[cfg(test)]
mod tests;
