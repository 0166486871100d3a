//! Which servers: by their addresses, or by DNS.

use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use ldapwire::discover::{HickoryResolver, SrvName, SrvRecord, SrvResolver};
use ldapwire::model::LdapUrl;
use ldapwire::transport::Target;

use crate::failure::Failure;
use crate::status::Status;

/// What `-H` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// One server.
    Server(String),
    /// The servers of a domain.
    Service(SrvName),
}

impl Place {
    /// The server when nothing names another.
    pub(crate) fn localhost() -> Self {
        Self::Server("ldap://localhost".to_owned())
    }

    /// Returns the URLs of the servers, in the order in which to try them.
    pub(crate) async fn urls(&self, dns: Option<SocketAddr>) -> Result<Vec<String>, Failure> {
        let name = match self {
            Self::Server(url) => return Ok(vec![url.clone()]),
            Self::Service(name) => name,
        };
        let answer = resolver(dns)?.resolve(name.as_str()).await;
        let answer = answer.map_err(|error| {
            Failure::new(Status::Connection, format_args!("cannot resolve `{name}`: {error}"))
        })?;
        let mut records = name.choose(answer).map_err(|error| Failure::connecting(&error))?;
        SrvRecord::order(&mut records, |most| fastrand::u32(..=most));
        Ok(records.iter().map(|record| name.url(record)).collect())
    }
}

/// Makes what asks DNS.
pub(crate) fn resolver(dns: Option<SocketAddr>) -> Result<Arc<dyn SrvResolver>, Failure> {
    let resolver = match dns {
        Some(server) => HickoryResolver::of_server(server),
        None => HickoryResolver::from_system(),
    };
    match resolver {
        Ok(resolver) => Ok(Arc::new(resolver)),
        Err(error) => Err(Failure::new(Status::Connection, format_args!("cannot ask DNS: {error}"))),
    }
}

/// Where slapd has its socket if nobody says otherwise: as Debian builds it, as Fedora does, and as it builds itself.
const SLAPD_SOCKETS: [&str; 3] = ["/run/slapd/ldapi", "/run/ldapi", "/usr/local/var/run/ldapi"];

/// Returns the URL of the first of these that is there, else of the first.
fn slapd_socket(exists: impl Fn(&str) -> bool) -> String {
    let found = SLAPD_SOCKETS.iter().find(|path| exists(path)).unwrap_or(&SLAPD_SOCKETS[0]);
    Target::ldapi(found).to_string()
}

impl FromStr for Place {
    type Err = String;

    /// Reads a URL, the name of a service, or a URL with a name of an entry and no host.
    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with('_') {
            return text
                .parse()
                .map(Self::Service)
                .map_err(|error: ldapwire::discover::SrvNameError| error.to_string());
        }
        let (scheme, has_no_host) = match text.split_once(":///") {
            Some((scheme, name)) => (scheme, !name.is_empty() && !scheme.eq_ignore_ascii_case("ldapi")),
            None => ("", false),
        };
        if has_no_host {
            let url = LdapUrl::parse(text).map_err(|error| error.to_string())?;
            let name = SrvName::of_dn(url.dn()).map_err(|error| error.to_string())?;
            return Ok(Self::Service(if scheme.eq_ignore_ascii_case("ldaps") {
                name.over_tls()
            } else {
                name
            }));
        }
        if matches!(text.to_ascii_lowercase().as_str(), "ldapi://" | "ldapi:///") {
            return Ok(Self::Server(slapd_socket(|path| Path::new(path).exists())));
        }
        match text.parse::<Target>() {
            Ok(_) => Ok(Self::Server(text.to_owned())),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(url) => f.write_str(url),
            Self::Service(name) => name.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_named_by_their_urls() {
        for url in
            ["ldap://localhost", "ldaps://[::1]:1636/dc=example??sub", "ldapi://%2Frun%2Fslapd%2Fldapi"]
        {
            assert_eq!(url.parse(), Ok(Place::Server(url.to_owned())));
        }
        for text in
            ["", "localhost", "http://localhost", "ldap://", "ldap:///", "ldap://localhost:x", "_ldap"]
        {
            assert!(text.parse::<Place>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_socket_without_a_path_is_that_of_slapd() {
        for text in ["ldapi://", "LDAPI:///"] {
            let Ok(Place::Server(url)) = text.parse() else { panic!("{text}") };
            assert!(url.starts_with("ldapi://%2F") && url.ends_with("ldapi"), "{url}");
        }
        assert_eq!(slapd_socket(|_| false), "ldapi://%2Frun%2Fslapd%2Fldapi");
        assert_eq!(slapd_socket(|path| path != SLAPD_SOCKETS[0]), "ldapi://%2Frun%2Fldapi");
    }

    #[test]
    fn domains_are_named_by_their_services_and_by_entries() {
        for (text, name) in [
            ("_ldap._tcp.example.org", "_ldap._tcp.example.org"),
            ("ldap:///dc=example,dc=org", "_ldap._tcp.example.org"),
            ("ldaps:///ou=people,dc=example,dc=org??sub", "_ldaps._tcp.example.org"),
        ] {
            assert_eq!(text.parse::<Place>().unwrap().to_string(), name);
        }
        assert!("ldap:///o=example".parse::<Place>().is_err());
    }
}
