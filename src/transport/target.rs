//! Where a server is, and when TLS begins on the way to it.

use std::fmt;
use std::path::PathBuf;

use crate::model::{LdapUrl, UrlScheme};

/// A server to connect to: an address, and when TLS begins.
///
/// ```
/// use ldapwire::transport::{Security, Target};
///
/// let target = Target::ldaps("ldap.example.org");
/// assert_eq!(target.to_string(), "ldaps://ldap.example.org:636");
/// assert_eq!(target.security(), Security::Tls);
///
/// let behind_a_tunnel = Target::ldap("::1").with_port(10389).with_security(Security::StartTls);
/// assert_eq!(behind_a_tunnel.to_string(), "ldap://[::1]:10389");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    address: Address,
    security: Security,
}

impl Target {
    /// The port of `ldap`, registered for it (RFC 4511 5.2.2).
    pub const LDAP_PORT: u16 = 389;

    /// The port of `ldaps`, registered for it and described in no RFC.
    pub const LDAPS_PORT: u16 = 636;

    /// Names a host (a DNS name, an IPv4 or an IPv6 address, the latter with or without brackets) that speaks LDAP over
    /// TCP, on port 389, without TLS.
    pub fn ldap(host: impl Into<String>) -> Self {
        let address = Address::Tcp { host: without_brackets(host.into()), port: Self::LDAP_PORT };
        Self { address, security: Security::None }
    }

    /// Names a host that speaks TLS from the first octet, on port 636.
    pub fn ldaps(host: impl Into<String>) -> Self {
        let address = Address::Tcp { host: without_brackets(host.into()), port: Self::LDAPS_PORT };
        Self { address, security: Security::Tls }
    }

    /// Names a Unix socket of this machine.
    pub fn ldapi(path: impl Into<PathBuf>) -> Self {
        Self { address: Address::Unix(path.into()), security: Security::None }
    }

    /// Sets the port; a Unix socket has none and stays as it is.
    #[must_use]
    pub fn with_port(mut self, new: u16) -> Self {
        if let Address::Tcp { port, .. } = &mut self.address {
            *port = new;
        }
        self
    }

    /// Sets when TLS begins. The default is what the scheme says: at once for `ldaps`, never for the others.
    #[must_use]
    pub fn with_security(mut self, security: Security) -> Self {
        self.security = security;
        self
    }

    /// Returns the address.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Says when TLS begins.
    pub fn security(&self) -> Security {
        self.security
    }

    /// Returns the host as the caller named it, which is the name its certificate has to bear; a Unix socket has none.
    pub fn host(&self) -> Option<&str> {
        match &self.address {
            Address::Tcp { host, .. } => Some(host),
            Address::Unix(_) => None,
        }
    }
}

/// Takes the part of a URL that says where the server is; what it has behind the host is not used. A URL without a host
/// means this machine (RFC 4516 2: "the client must have some a priori knowledge of an appropriate LDAP server").
impl From<&LdapUrl> for Target {
    fn from(url: &LdapUrl) -> Self {
        let host = url.host().unwrap_or("localhost");
        let target = match url.scheme() {
            UrlScheme::Ldapi => return Self::ldapi(url.socket_path().unwrap_or(DEFAULT_SOCKET)),
            UrlScheme::Ldaps => Self::ldaps(host),
            _ => Self::ldap(host),
        };
        match url.port() {
            Some(port) => target.with_port(port),
            None => target,
        }
    }
}

/// Where `ldapi://` without a path leads: the socket of Debian's OpenLDAP.
const DEFAULT_SOCKET: &str = "/var/run/slapd/ldapi";

/// Prints the target as an LDAP URL without a DN; StartTLS has no place in one.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.security {
            Security::Tls => "ldaps",
            Security::None | Security::StartTls => "ldap",
        };
        match &self.address {
            Address::Tcp { host, port } if host.contains(':') => write!(f, "{scheme}://[{host}]:{port}"),
            Address::Tcp { host, port } => write!(f, "{scheme}://{host}:{port}"),
            Address::Unix(path) => write!(f, "ldapi://{}", path.display()),
        }
    }
}

/// The address of a server.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[allow(
    clippy::exhaustive_enums,
    reason = "a stream to any other place comes from the caller, by `Stream::from_io`"
)]
pub enum Address {
    /// A host and a port.
    Tcp {
        /// A DNS name or an IP address, the latter without brackets.
        host: String,
        /// The port.
        port: u16,
    },
    /// The path of a Unix socket.
    Unix(PathBuf),
}

/// When TLS begins on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "RFC 4511 and practice know no other way")]
pub enum Security {
    /// Never: everything travels in clear.
    None,
    /// With the first octet (`ldaps`).
    Tls,
    /// After the StartTLS operation has been answered with success (RFC 4511 4.14).
    StartTls,
}

/// Takes the brackets off an IPv6 address written as in a URL.
fn without_brackets(host: String) -> String {
    match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.to_owned(),
        None => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_bring_their_port_and_security() {
        let ldap = Target::ldap("a.example.org");
        assert_eq!(
            (ldap.to_string().as_str(), ldap.security()),
            ("ldap://a.example.org:389", Security::None)
        );
        let ldaps = Target::ldaps("a.example.org").with_port(1636);
        assert_eq!(
            (ldaps.to_string().as_str(), ldaps.security()),
            ("ldaps://a.example.org:1636", Security::Tls)
        );
    }

    #[test]
    fn ipv6_host_is_kept_without_brackets_and_printed_with_them() {
        let target = Target::ldap("[2001:db8::1]");
        assert_eq!(target.host(), Some("2001:db8::1"));
        assert_eq!(target.to_string(), "ldap://[2001:db8::1]:389");
    }

    #[test]
    fn unix_socket_has_neither_host_nor_port() {
        let target = Target::ldapi("/run/slapd/ldapi").with_port(1);
        assert_eq!(target.host(), None);
        assert_eq!(target.to_string(), "ldapi:///run/slapd/ldapi");
    }
}
