//! Where a server is, and when TLS begins on the way to it.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::model::{LdapUrl, LdapUrlParseError, UrlScheme};

/// A server to connect to: an address, and when TLS begins.
///
/// ```
/// use ldapwire::transport::{Security, Target};
///
/// let target: Target = "ldaps://ldap.example.org".parse()?;
/// assert_eq!(target.to_string(), "ldaps://ldap.example.org:636");
/// assert_eq!(target.security(), Security::Tls);
///
/// let behind_a_tunnel = Target::ldap("::1").with_port(10389).with_security(Security::StartTls);
/// assert_eq!(behind_a_tunnel.to_string(), "ldap://[::1]:10389");
/// # Ok::<(), ldapwire::transport::TargetParseError>(())
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

    /// Names a host (a DNS name, an IPv4 or an IPv6 address, the latter with or without brackets) that speaks LDAP
    /// over TCP, on port 389, without TLS.
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

    /// Returns the host as the caller named it, which is the name its certificate has to bear; a Unix socket has
    /// none.
    pub fn host(&self) -> Option<&str> {
        match &self.address {
            Address::Tcp { host, .. } => Some(host),
            Address::Unix(_) => None,
        }
    }
}

/// Takes the server that a URL names; its other parts play no role.
///
/// # Errors
///
/// The URL names no server, as `ldap:///dc=example,dc=org` does. No server is guessed: a directory on this machine is
/// `ldap://localhost`.
impl TryFrom<&LdapUrl> for Target {
    type Error = TargetParseError;

    fn try_from(url: &LdapUrl) -> Result<Self, TargetParseError> {
        let target = match url.scheme() {
            UrlScheme::Ldap => url.host().map(Self::ldap),
            UrlScheme::Ldaps => url.host().map(Self::ldaps),
            UrlScheme::Ldapi => url.socket_path().map(Self::ldapi),
        };
        let target = target.ok_or_else(|| TargetParseError::NoServer { scheme: url.scheme() })?;
        Ok(match url.port() {
            Some(port) => target.with_port(port),
            None => target,
        })
    }
}

/// Reads an LDAP URL (RFC 4516) and takes the server that it names.
///
/// # Errors
///
/// The text is no LDAP URL, or names no server.
impl FromStr for Target {
    type Err = TargetParseError;

    fn from_str(text: &str) -> Result<Self, TargetParseError> {
        Self::try_from(&LdapUrl::parse(text).map_err(TargetParseError::Url)?)
    }
}

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
            Address::Unix(path) => {
                f.write_str("ldapi://")?;
                path.as_os_str().as_encoded_bytes().iter().try_for_each(|octet| write_encoded(f, *octet))
            }
        }
    }
}

/// Writes an octet of a socket's path as it stands in the place of a host: `unreserved` (RFC 3986 2.3) or
/// percent-encoded.
fn write_encoded(f: &mut fmt::Formatter<'_>, octet: u8) -> fmt::Result {
    match octet {
        b'-' | b'.' | b'_' | b'~' => write!(f, "{}", char::from(octet)),
        _ if octet.is_ascii_alphanumeric() => write!(f, "{}", char::from(octet)),
        _ => write!(f, "%{octet:02X}"),
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

/// Why a text or a URL says no [`Target`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TargetParseError {
    /// The text is no LDAP URL.
    Url(LdapUrlParseError),
    /// The URL names no server.
    NoServer {
        /// Its scheme.
        scheme: UrlScheme,
    },
}

impl fmt::Display for TargetParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(error) => fmt::Display::fmt(error, f),
            Self::NoServer { scheme: UrlScheme::Ldapi } => {
                f.write_str("url names no socket: `ldapi://` and its percent-encoded path was expected")
            }
            Self::NoServer { scheme } => {
                let scheme = scheme.as_str();
                write!(f, "url names no server: `{scheme}://` and a host was expected")
            }
        }
    }
}

impl Error for TargetParseError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Url(error) => Some(error),
            Self::NoServer { .. } => None,
        }
    }
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
    fn url_names_the_server_and_its_port() {
        for (url, target) in [
            ("ldap://a.example.org", Target::ldap("a.example.org")),
            ("LDAP://a.example.org:10389/dc=example?cn?sub", Target::ldap("a.example.org").with_port(10389)),
            ("ldaps://192.0.2.1", Target::ldaps("192.0.2.1")),
            ("ldaps://[2001:db8::1]:1636", Target::ldaps("2001:db8::1").with_port(1636)),
            ("ldapi://%2Frun%2Fldapi", Target::ldapi("/run/ldapi")),
        ] {
            assert_eq!(url.parse::<Target>().unwrap(), target, "{url}");
            assert_eq!(target.to_string().parse::<Target>().unwrap(), target, "{target}");
        }
    }

    #[test]
    fn url_without_a_server_is_an_error() {
        for (url, text) in [
            ("ldaps:///dc=example", "url names no server: `ldaps://` and a host was expected"),
            ("ldapi://", "url names no socket: `ldapi://` and its percent-encoded path was expected"),
        ] {
            assert_eq!(url.parse::<Target>().unwrap_err().to_string(), text);
        }
        assert!(matches!("http://a".parse::<Target>(), Err(TargetParseError::Url(_))));
    }

    #[test]
    fn unix_socket_has_neither_host_nor_port() {
        let target = Target::ldapi("/run/slapd/ldapi").with_port(1);
        assert_eq!(target.host(), None);
        assert_eq!(target.to_string(), "ldapi://%2Frun%2Fslapd%2Fldapi");
    }
}
