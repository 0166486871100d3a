//! The extensions of an LDAP URL.

use super::error::{LdapUrlParseError, LdapUrlProblem};
use crate::model::LdapString;
use crate::model::attribute_description::attribute_type;

/// An extension of an LDAP URL, such as `!e-bindname=cn=Manager%2cdc=example`.
///
/// ```text
/// extension   = [EXCLAMATION] extype [EQUALS exvalue]
/// extype      = oid               ; From section 1.4 of [RFC4512].
/// exvalue     = LDAPString                                      (RFC 4516 2)
/// ```
///
/// An extension without a value differs from one whose value is empty.
///
/// ```
/// use ldapwire::model::UrlExtension;
///
/// let extension = UrlExtension::new("e-bindname")?.with_value("cn=Manager,dc=example").critical();
/// assert!(extension.is_critical());
/// assert_eq!(extension.value(), Some("cn=Manager,dc=example"));
/// # Ok::<(), ldapwire::model::LdapUrlParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlExtension {
    is_critical: bool,
    name: LdapString,
    value: Option<LdapString>,
}

impl UrlExtension {
    /// Makes an extension without value that is not critical.
    ///
    /// # Errors
    ///
    /// The name is neither a short name nor an object identifier (RFC 4512 1.4).
    pub fn new(name: impl Into<LdapString>) -> Result<Self, LdapUrlParseError> {
        let name = name.into();
        match attribute_type(name.as_bytes(), 0) {
            Ok(end) if end == name.len() => Ok(Self { is_critical: false, name, value: None }),
            _ => Err(LdapUrlParseError::new(0, LdapUrlProblem::ExtensionType)),
        }
    }

    /// Gives it a value; by default there is none. Any text will do: it is percent-encoded where that is needed.
    #[must_use]
    pub fn with_value(mut self, value: impl Into<LdapString>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// Makes it critical: who does not implement it must not process the URL. By default such a reader ignores it.
    #[must_use]
    pub fn critical(mut self) -> Self {
        self.is_critical = true;
        self
    }

    /// Returns the name or object identifier.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the extension has this name, ASCII letters in either case.
    pub fn has_name(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Returns the value, decoded, if there is one.
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// Whether a reader that does not implement the extension must refuse the URL.
    pub const fn is_critical(&self) -> bool {
        self.is_critical
    }
}
