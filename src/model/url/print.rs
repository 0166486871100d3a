//! From `LdapUrl` to text.

use std::fmt::{self, Write};

use super::ldap_url::{Host, LdapUrl};
use super::percent::{Place, encode};
use crate::model::Scope;

/// Writes a URL; what stands behind its last part that says something is left out.
pub(super) fn ldap_url(url: &LdapUrl, out: &mut impl Write) -> fmt::Result {
    write!(out, "{}://", url.scheme.as_str())?;
    match &url.host {
        Host::Name(name) => encode(name, Place::Host, out)?,
        Host::Literal(literal) => write!(out, "[{literal}]")?,
    }
    if let Some(port) = url.port {
        write!(out, ":{port}")?;
    }
    let scope = url.scope.and_then(scope_name);
    let is_said = [
        !url.dn.is_root(),
        !url.attributes.is_empty(),
        scope.is_some(),
        url.filter.is_some(),
        !url.extensions.is_empty(),
    ];
    // `ldap:///` is how a URL without host is known, `ldap://` would look broken.
    let is_bare = url.host().is_none() && url.socket_path().is_none() && url.port.is_none();
    let Some(last) = is_said.iter().rposition(|said| *said) else {
        return if is_bare { out.write_char('/') } else { Ok(()) };
    };
    out.write_char('/')?;
    encode(&url.dn.to_string(), Place::Part, out)?;
    if last >= 1 {
        out.write_char('?')?;
        for (index, attribute) in url.attributes.iter().enumerate() {
            out.write_str(if index > 0 { "," } else { "" })?;
            encode(attribute.as_str(), Place::Part, out)?;
        }
    }
    if last >= 2 {
        write!(out, "?{}", scope.unwrap_or_default())?;
    }
    if last >= 3 {
        out.write_char('?')?;
        if let Some(filter) = &url.filter {
            encode(&filter.to_string(), Place::Part, out)?;
        }
    }
    if last >= 4 {
        out.write_char('?')?;
        for (index, extension) in url.extensions.iter().enumerate() {
            out.write_str(if index > 0 { "," } else { "" })?;
            out.write_str(if extension.is_critical() { "!" } else { "" })?;
            encode(extension.name(), Place::Part, out)?;
            if let Some(value) = extension.value() {
                out.write_char('=')?;
                encode(value, Place::ExtensionValue, out)?;
            }
        }
    }
    Ok(())
}

/// The name of a scope in a URL, if it has one.
///
/// ```text
/// scope       = "base" / "one" / "sub"                          (RFC 4516 2)
/// scope /= "subordinates"         (draft-sermersheim-ldap-subordinate-scope 3.1)
/// ```
pub(super) const fn scope_name(scope: Scope) -> Option<&'static str> {
    match Scope::from_number(scope.number()) {
        Scope::BaseObject => Some("base"),
        Scope::SingleLevel => Some("one"),
        Scope::WholeSubtree => Some("sub"),
        Scope::SubordinateSubtree => Some("subordinates"),
        Scope::Other(_) => None,
    }
}
