//! `authzId`: who somebody is to the directory.

use std::fmt;

use super::LdapString;

/// An authorization identity, as SASL, "Who am I?" and the proxied authorization control carry it.
///
/// ```text
/// authzId     = dnAuthzId / uAuthzId
/// dnAuthzId   = "dn:" distinguishedName    ; distinguished-name-based authz id
/// uAuthzId    = "u:" userid                ; unspecified authorization id, UTF-8 encoded
///                                                               (RFC 4513 5.2.1.8)
/// ```
///
/// The empty text is the anonymous identity (RFC 4532 3, RFC 4370 3). "The authzId production may be extended", so
/// any other text is kept too.
///
/// ```
/// use ldapwire::model::AuthzId;
///
/// let ada = AuthzId::from_dn("uid=ada,dc=example");
/// assert_eq!(ada.as_str(), "dn:uid=ada,dc=example");
/// assert_eq!(ada.dn(), Some("uid=ada,dc=example"));
/// assert!(AuthzId::ANONYMOUS.is_anonymous());
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AuthzId(LdapString);

impl AuthzId {
    /// Nobody in particular.
    pub const ANONYMOUS: Self = Self(LdapString::new());

    /// Makes the identity of a distinguished name.
    pub fn from_dn(dn: impl fmt::Display) -> Self {
        Self(LdapString::from(format!("dn:{dn}")))
    }

    /// Makes the identity of a user, named in whatever way the server knows.
    pub fn from_user(user: impl fmt::Display) -> Self {
        Self(LdapString::from(format!("u:{user}")))
    }

    /// Takes the text of a received identity as it is.
    pub const fn from_wire(text: LdapString) -> Self {
        Self(text)
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the text as it goes into a message.
    pub const fn as_ldap_string(&self) -> &LdapString {
        &self.0
    }

    /// Whether this is the anonymous identity: the empty text, or the empty name, which 389 Directory Server says behind
    /// SASL ANONYMOUS.
    pub fn is_anonymous(&self) -> bool {
        self.0.is_empty() || self.dn() == Some("")
    }

    /// Returns the distinguished name, if the identity is one. Without spaces before it, which belong to no name and
    /// which 389 Directory Server writes.
    pub fn dn(&self) -> Option<&str> {
        Some(self.after("dn:")?.trim_start_matches(' '))
    }

    /// Returns the user, if the identity is one.
    pub fn user(&self) -> Option<&str> {
        self.after("u:")
    }

    /// Returns what follows a prefix, ASCII letters in either case as in all ABNF.
    fn after(&self, prefix: &str) -> Option<&str> {
        let (head, rest) = self.0.split_at_checked(prefix.len())?;
        head.eq_ignore_ascii_case(prefix).then_some(rest)
    }
}

impl fmt::Display for AuthzId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for AuthzId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_apart_by_their_prefix_in_any_case() {
        let read = |text: &str| AuthzId::from_wire(LdapString::from(text));
        assert_eq!(read("DN:").dn(), Some(""));
        assert!(read("dn: ").is_anonymous() && !read("dn:cn=a").is_anonymous() && !read("u:").is_anonymous());
        assert_eq!(read("U:ada").user(), Some("ada"));
        assert_eq!(read("dn: uid=ada").dn(), Some("uid=ada"));
        for other in ["", "d", "dn", "dnx:", "é:x"] {
            assert_eq!((read(other).dn(), read(other).user()), (None, None), "{other}");
        }
        assert_eq!(AuthzId::from_user("ada").to_string(), "u:ada");
    }
}
