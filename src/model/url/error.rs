//! Why a text is no LDAP URL.

use std::error::Error;
use std::fmt;

use crate::model::{AttributeDescriptionParseError, DnParseError, FilterParseError};

/// Where a text stops being an LDAP URL, and why.
///
/// ```
/// use ldapwire::model::{LdapUrl, LdapUrlProblem};
///
/// let error = LdapUrl::parse("ldap://example.org/dc=org??tree").unwrap_err();
/// assert_eq!(error.position(), 27);
/// assert_eq!(error.problem(), &LdapUrlProblem::Scope);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LdapUrlParseError {
    position: usize,
    problem: LdapUrlProblem,
}

impl LdapUrlParseError {
    pub(super) const fn new(position: usize, problem: LdapUrlProblem) -> Self {
        Self { position, problem }
    }

    /// Returns the offset, in octets, of the place that is wrong. Where a part was decoded before it proved wrong, that
    /// is the beginning of the part, and the problem says where in the decoded part.
    pub const fn position(&self) -> usize {
        self.position
    }

    /// Returns what is wrong there.
    pub const fn problem(&self) -> &LdapUrlProblem {
        &self.problem
    }
}

impl fmt::Display for LdapUrlParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expected = match &self.problem {
            LdapUrlProblem::Scheme => "'ldap://', 'ldaps://' or 'ldapi://'",
            LdapUrlProblem::Host => "a host name, an address, or the percent-encoded path of a socket",
            LdapUrlProblem::Literal => "an IPv6 address in brackets",
            LdapUrlProblem::Port => "a port from 0 to 65535",
            LdapUrlProblem::Slash => "'/' or the end",
            LdapUrlProblem::HexPair => "two hexadecimal digits after '%'",
            LdapUrlProblem::Utf8 => "percent-encoded UTF-8",
            LdapUrlProblem::Nul => "no zero octet outside of extension values",
            LdapUrlProblem::Scope => "the scope 'base', 'one', 'sub' or 'subordinates'",
            LdapUrlProblem::ExtensionType => "the name or object identifier of an extension",
            LdapUrlProblem::QuestionMark => "at most four '?' that are not percent-encoded",
            LdapUrlProblem::TooLong => "at most 1 MiB of text",
            LdapUrlProblem::Attribute(error) => {
                return write!(f, "LDAP URL, part at offset {}: {error}", self.position);
            }
            LdapUrlProblem::Dn(error) => {
                return write!(f, "LDAP URL, part at offset {}: {error}", self.position);
            }
            LdapUrlProblem::Filter(error) => {
                return write!(f, "LDAP URL, part at offset {}: {error}", self.position);
            }
        };
        write!(f, "LDAP URL: expected {expected} at offset {}", self.position)
    }
}

impl Error for LdapUrlParseError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.problem {
            LdapUrlProblem::Attribute(error) => Some(error),
            LdapUrlProblem::Dn(error) => Some(error),
            LdapUrlProblem::Filter(error) => Some(error),
            _ => None,
        }
    }
}

/// What can be wrong with an LDAP URL.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LdapUrlProblem {
    /// The scheme is none of LDAP, or `://` does not follow it.
    Scheme,
    /// The host contains a character that must be percent-encoded there, or `ldapi` has a port.
    Host,
    /// What stands in brackets is no address.
    Literal,
    /// The port is no number of 16 bits.
    Port,
    /// Something other than a path follows the host.
    Slash,
    /// A `%` is not followed by two hexadecimal digits.
    HexPair,
    /// A part is not UTF-8 once decoded.
    Utf8,
    /// There is a zero octet, which only the value of an extension may have.
    Nul,
    /// The distinguished name is malformed.
    Dn(DnParseError),
    /// An attribute selector is malformed.
    Attribute(AttributeDescriptionParseError),
    /// The scope is unknown.
    Scope,
    /// The filter is malformed.
    Filter(FilterParseError),
    /// An extension has no name, or a malformed one.
    ExtensionType,
    /// There is a fifth `?`.
    QuestionMark,
    /// The text is longer than [`LdapUrl::MAX_LENGTH`](super::LdapUrl::MAX_LENGTH).
    TooLong,
}
