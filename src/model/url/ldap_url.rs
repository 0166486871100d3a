//! The type `LdapUrl`.

use core::net::Ipv6Addr;
use std::fmt;
use std::str::FromStr;

use super::error::{LdapUrlParseError, LdapUrlProblem};
use super::extension::UrlExtension;
use super::{parse, print};
use crate::model::{AttributeDescription, Dn, Filter, LdapString, Scope};

/// An LDAP URL, such as `ldap://ldap.example.net/ou=people,dc=example,dc=net?cn,mail?sub?(uid=jsmith)`: a server, an
/// entry, or a whole search.
///
/// ```text
/// ldapurl     = scheme COLON SLASH SLASH [host [COLON port]]
///                  [SLASH dn [QUESTION [attributes]
///                  [QUESTION [scope] [QUESTION [filter]
///                  [QUESTION extensions]]]]]                    (RFC 4516 2)
/// ```
///
/// Every part may be missing, and each has a default (RFC 4516 3); the getters say which. Beside `ldap` there are
/// `ldaps`, and `ldapi` whose host is the percent-encoded path of a socket (draft-chu-ldap-ldapi).
///
/// What is written contains only the characters that RFC 3986 allows, the others percent-encoded, in capitals; parts
/// that say nothing are left out. **The text of a URL reads back as an equal URL and is written the same again.**
///
/// Two URLs are equal when their parts are: names and filters as [`Dn`] and [`Filter`] compare, the host in either case
/// (RFC 3986 3.2.2), but not the path of a socket. A part that is missing differs from its default.
///
/// ```
/// use ldapwire::model::{LdapUrl, Scope};
///
/// let url = LdapUrl::parse("LDAP://ldap1.example.com/o=An%20Example%5C2C%20Inc.,c=GB?objectClass?ONE")?;
/// assert_eq!(url.host(), Some("ldap1.example.com"));
/// assert_eq!(url.port_or_default(), Some(389));
/// assert_eq!(url.dn().rdns()[0].first().value_str(), Some("An Example, Inc."));
/// assert_eq!(url.scope(), Some(Scope::SingleLevel));
/// assert_eq!(url.to_string(), "ldap://ldap1.example.com/o=An%20Example%5C,%20Inc.,c=GB?objectClass?one");
/// # Ok::<(), ldapwire::model::LdapUrlParseError>(())
/// ```
///
/// ```
/// use ldapwire::{dn, model::{Filter, LdapUrl, Scope, UrlScheme}};
///
/// let url = LdapUrl::new(UrlScheme::Ldaps)
///     .with_host("ldap.example.net")?
///     .with_dn(dn!("dc=example,dc=net"))
///     .with_scope(Scope::WholeSubtree)?
///     .with_filter(Filter::equality("cn", "Babs Jensen"));
/// assert_eq!(url.to_string(), "ldaps://ldap.example.net/dc=example,dc=net??sub?(cn=Babs%20Jensen)");
/// # Ok::<(), ldapwire::model::LdapUrlParseError>(())
/// ```
#[derive(Clone)]
pub struct LdapUrl {
    pub(super) scheme: UrlScheme,
    pub(super) host: Host,
    pub(super) port: Option<u16>,
    pub(super) dn: Dn,
    pub(super) attributes: Vec<AttributeDescription>,
    pub(super) scope: Option<Scope>,
    pub(super) filter: Option<Filter>,
    pub(super) extensions: Vec<UrlExtension>,
}

impl LdapUrl {
    /// How many octets of text [`parse`](Self::parse) reads. A list of attributes takes many times its text in memory;
    /// this bounds both.
    pub const MAX_LENGTH: usize = 1024 * 1024;

    /// Makes a URL that says nothing but its scheme: the server of the client's choice.
    pub fn new(scheme: UrlScheme) -> Self {
        Self {
            scheme,
            host: Host::Name(LdapString::new()),
            port: None,
            dn: Dn::root(),
            attributes: Vec::new(),
            scope: None,
            filter: None,
            extensions: Vec::new(),
        }
    }

    /// Reads a URL.
    ///
    /// Parts are cut at `?` first, then percent-decoded, then understood. Characters that a URL may not contain, such
    /// as spaces, are accepted behind the host: "Implementations SHOULD accept other valid UTF-8 strings [...] as
    /// input" (RFC 4516 2.1).
    ///
    /// # Errors
    ///
    /// The text is no LDAP URL; the error says where and why.
    pub fn parse(text: &str) -> Result<Self, LdapUrlParseError> {
        parse::ldap_url(text)
    }

    /// Sets the host: a name, an IPv4 or IPv6 address (without brackets), or for `ldapi` the path of a socket. By
    /// default there is none, and the client chooses; an empty text is none.
    ///
    /// # Errors
    ///
    /// The host contains a zero octet.
    ///
    /// ```
    /// use ldapwire::model::{LdapUrl, UrlScheme};
    ///
    /// let url = LdapUrl::new(UrlScheme::Ldap).with_host("2001:db8::7")?.with_port(3389);
    /// assert_eq!(url.to_string(), "ldap://[2001:db8::7]:3389");
    /// let url = LdapUrl::new(UrlScheme::Ldapi).with_host("/run/ldapi")?;
    /// assert_eq!(url.to_string(), "ldapi://%2Frun%2Fldapi");
    /// # Ok::<(), ldapwire::model::LdapUrlParseError>(())
    /// ```
    pub fn with_host(mut self, host: impl Into<LdapString>) -> Result<Self, LdapUrlParseError> {
        let host = host.into();
        if let Some(position) = host.find('\0') {
            return Err(LdapUrlParseError::new(position, LdapUrlProblem::Nul));
        }
        let is_literal = self.scheme != UrlScheme::Ldapi && host.parse::<Ipv6Addr>().is_ok();
        self.host = if is_literal { Host::Literal(host) } else { Host::Name(host) };
        Ok(self)
    }

    /// Sets the port. By default it is that of the scheme; a socket path has none, and this changes nothing there.
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.port = (self.scheme != UrlScheme::Ldapi).then_some(port);
        self
    }

    /// Sets the name of the entry. By default it is that of the root.
    #[must_use]
    pub fn with_dn(mut self, dn: Dn) -> Self {
        self.dn = dn;
        self
    }

    /// Sets the attributes asked for. By default the list is empty, which asks for all user attributes.
    ///
    /// # Errors
    ///
    /// One of them is neither an attribute description nor `*`, `+` (RFC 3673) or `@` with an object class (RFC 4529).
    pub fn with_attributes<I>(mut self, attributes: I) -> Result<Self, LdapUrlParseError>
    where
        I: IntoIterator<Item: Into<AttributeDescription>>,
    {
        self.attributes = attributes.into_iter().map(Into::into).collect();
        for attribute in &self.attributes {
            parse::check_selector(attribute.as_str(), 0)?;
        }
        Ok(self)
    }

    /// Sets the scope of the search. By default it is the base object.
    ///
    /// # Errors
    ///
    /// The scope is a number without a name, which a URL cannot say.
    pub fn with_scope(mut self, scope: Scope) -> Result<Self, LdapUrlParseError> {
        if print::scope_name(scope).is_none() {
            return Err(LdapUrlParseError::new(0, LdapUrlProblem::Scope));
        }
        self.scope = Some(scope);
        Ok(self)
    }

    /// Sets the filter. By default it is `(objectClass=*)`.
    #[must_use]
    pub fn with_filter(mut self, filter: Filter) -> Self {
        self.filter = Some(filter);
        self
    }

    /// Adds an extension. By default there is none.
    #[must_use]
    pub fn with_extension(mut self, extension: UrlExtension) -> Self {
        self.extensions.push(extension);
        self
    }

    /// Returns the scheme.
    pub const fn scheme(&self) -> UrlScheme {
        self.scheme
    }

    /// Returns the name or address of the server, an IPv6 address without its brackets. Without one "the client must have
    /// some a priori knowledge of an appropriate LDAP server to contact" (RFC 4516 3). `ldapi` has none.
    pub fn host(&self) -> Option<&str> {
        if self.scheme == UrlScheme::Ldapi { None } else { self.host.as_text() }
    }

    /// Returns the path of the socket of an `ldapi` URL, if it has one.
    pub fn socket_path(&self) -> Option<&str> {
        if self.scheme == UrlScheme::Ldapi { self.host.as_text() } else { None }
    }

    /// Returns the port, if the URL says one.
    pub const fn port(&self) -> Option<u16> {
        self.port
    }

    /// Returns the port, or that of the scheme: 389 or 636. `ldapi` has none.
    pub fn port_or_default(&self) -> Option<u16> {
        self.port.or_else(|| self.scheme.default_port())
    }

    /// Returns the name of the entry. The default is that of the root.
    ///
    /// In a referral a missing name means another thing, that of the operation at hand (RFC 4511 4.1.10): look for
    /// [`is_root`](Dn::is_root).
    pub const fn dn(&self) -> &Dn {
        &self.dn
    }

    /// Returns the attributes asked for. None means all user attributes.
    pub fn attributes(&self) -> &[AttributeDescription] {
        &self.attributes
    }

    /// Returns the scope, if the URL says one.
    pub const fn scope(&self) -> Option<Scope> {
        self.scope
    }

    /// Returns the scope, or the default: the base object.
    pub fn scope_or_default(&self) -> Scope {
        self.scope.unwrap_or(Scope::BaseObject)
    }

    /// Returns the filter, if the URL has one.
    pub const fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    /// Returns the filter, or the default: `(objectClass=*)`.
    pub fn filter_or_default(&self) -> Filter {
        self.filter.clone().unwrap_or_else(|| Filter::present("objectClass"))
    }

    /// Returns the extensions.
    pub fn extensions(&self) -> &[UrlExtension] {
        &self.extensions
    }

    /// Walks the critical extensions that are not among the `known` names.
    ///
    /// "If an extension is not implemented and is marked critical, the implementation MUST NOT process the URL"
    /// (RFC 4516 2): go on only if there are none.
    ///
    /// ```
    /// use ldapwire::model::LdapUrl;
    ///
    /// let url = LdapUrl::parse("ldap:///??sub??!e-bindname=cn=Manager,x-hint")?;
    /// assert!(url.unknown_critical_extensions(&[]).any(|extension| extension.name() == "e-bindname"));
    /// assert_eq!(url.unknown_critical_extensions(&["e-bindName"]).count(), 0);
    /// # Ok::<(), ldapwire::model::LdapUrlParseError>(())
    /// ```
    pub fn unknown_critical_extensions(&self, known: &[&str]) -> impl Iterator<Item = &UrlExtension> {
        self.extensions
            .iter()
            .filter(|extension| extension.is_critical() && !known.iter().any(|name| extension.has_name(name)))
    }
}

impl PartialEq for LdapUrl {
    fn eq(&self, other: &Self) -> bool {
        let is_same_host = match self.scheme {
            UrlScheme::Ldapi => self.host == other.host,
            UrlScheme::Ldap | UrlScheme::Ldaps => self.host.is_same_name(&other.host),
        };
        is_same_host
            && self.scheme == other.scheme
            && self.port == other.port
            && self.dn == other.dn
            && self.attributes == other.attributes
            && self.scope == other.scope
            && self.filter == other.filter
            && self.extensions == other.extensions
    }
}

impl Eq for LdapUrl {}

impl fmt::Display for LdapUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print::ldap_url(self, f)
    }
}

impl fmt::Debug for LdapUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LdapUrl({self})")
    }
}

impl FromStr for LdapUrl {
    type Err = LdapUrlParseError;

    fn from_str(text: &str) -> Result<Self, LdapUrlParseError> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for LdapUrl {
    type Error = LdapUrlParseError;

    fn try_from(text: &str) -> Result<Self, LdapUrlParseError> {
        Self::parse(text)
    }
}

impl From<&LdapUrl> for LdapString {
    fn from(url: &LdapUrl) -> Self {
        Self::from(url.to_string())
    }
}

impl From<LdapUrl> for LdapString {
    fn from(url: LdapUrl) -> Self {
        Self::from(&url)
    }
}

/// The scheme of an LDAP URL: how the server is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UrlScheme {
    /// `ldap`: TCP, port 389.
    Ldap,
    /// `ldaps`: TLS from the first octet, port 636.
    Ldaps,
    /// `ldapi`: a Unix socket.
    Ldapi,
}

impl UrlScheme {
    /// Returns the scheme as it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ldap => "ldap",
            Self::Ldaps => "ldaps",
            Self::Ldapi => "ldapi",
        }
    }

    /// Returns the port on which servers of this scheme listen, if they listen on a port.
    pub const fn default_port(self) -> Option<u16> {
        match self {
            Self::Ldap => Some(389),
            Self::Ldaps => Some(636),
            Self::Ldapi => None,
        }
    }
}

/// The host, decoded.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Host {
    /// A name, an IPv4 address or the path of a socket; empty if there is none.
    Name(LdapString),
    /// What stands in brackets.
    Literal(LdapString),
}

impl Host {
    /// Whether both are the same, ASCII letters in either case.
    fn is_same_name(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Name(left), Self::Name(right)) | (Self::Literal(left), Self::Literal(right)) => {
                left.eq_ignore_ascii_case(right)
            }
            _ => false,
        }
    }

    fn as_text(&self) -> Option<&str> {
        let (Self::Name(text) | Self::Literal(text)) = self;
        (!text.is_empty()).then_some(text)
    }
}
