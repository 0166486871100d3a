//! What is asked for, and which answers are taken.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::str::FromStr;

use crate::error::Error;
use crate::model::{Ava, Dn};
use crate::transport::TransportError;

use super::{SrvAnswer, SrvRecord};

/// The name of a service in a domain: `_ldap._tcp.example.org`.
///
/// ```
/// use ldapwire::discover::SrvName;
///
/// let name: SrvName = "_ldap._tcp.example.org".parse()?;
/// assert_eq!((name.service(), name.domain()), ("_ldap", "example.org"));
/// assert_eq!(SrvName::of_domain("example.org")?, name);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SrvName {
    text: String,
    /// Where the domain begins.
    domain: usize,
    is_any_target_allowed: bool,
}

/// A text is no name of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SrvNameError {
    text: String,
}

/// The records of an answer that are looked at, those of the best priorities. No domain has so many servers for one
/// client to choose from, and an answer over TCP has room for thousands.
const MAX_RECORDS: usize = 64;

impl SrvName {
    /// Makes the name of the LDAP service of a domain.
    ///
    /// # Errors
    ///
    /// The domain is none.
    pub fn of_domain(domain: &str) -> Result<Self, SrvNameError> {
        format!("_ldap._tcp.{domain}").parse()
    }

    /// Makes the name of the LDAP service of the domain that a name of an entry ends in: of `ou=people,dc=example,dc=org`
    /// that of `example.org` (RFC 2247).
    ///
    /// # Errors
    ///
    /// The name does not end in `dc`s, or they are no domain.
    ///
    /// ```
    /// use ldapwire::discover::SrvName;
    /// use ldapwire::dn;
    ///
    /// assert_eq!(SrvName::of_dn(&dn!("ou=people,dc=example,dc=org"))?.as_str(), "_ldap._tcp.example.org");
    /// # Ok::<(), ldapwire::discover::SrvNameError>(())
    /// ```
    pub fn of_dn(dn: &Dn) -> Result<Self, SrvNameError> {
        let mut labels: Vec<&str> = Vec::new();
        for rdn in dn.rdns() {
            let label = rdn.first().value_str().filter(|label| is_label(label));
            match label {
                // "Each component has a single DC attribute"; what stands before them is below the domain.
                Some(label) if !rdn.is_multi_valued() && is_domain_component(rdn.first()) => {
                    labels.push(label)
                }
                _ => labels.clear(),
            }
        }
        if labels.is_empty() {
            return Err(SrvNameError { text: dn.to_string().chars().take(300).collect() });
        }
        Self::of_domain(&labels.join("."))
    }

    /// Asks for the service that has TLS from the first octet: `_ldaps` in place of `_ldap`.
    #[must_use]
    pub fn over_tls(self) -> Self {
        match self.text.strip_prefix("_ldap.") {
            Some(rest) => Self { text: format!("_ldaps.{rest}"), domain: self.domain + 1, ..self },
            None => self,
        }
    }

    /// Takes servers of any domain. Whoever can change an answer of DNS, which is rarely signed, can then name a server
    /// of his own, with a certificate of its own name that is good. By default a server has to be within the domain
    /// that was asked about.
    #[must_use]
    pub const fn danger_allow_any_target(mut self) -> Self {
        self.is_any_target_allowed = true;
        self
    }

    /// Returns the name as it is asked for.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the service, such as `_ldap`.
    pub fn service(&self) -> &str {
        self.text.split('.').next().unwrap_or_default()
    }

    /// Returns the domain.
    pub fn domain(&self) -> &str {
        &self.text[self.domain..]
    }

    /// Returns the address of a server: `ldaps://` if the service is `_ldaps`, otherwise `ldap://`.
    pub fn url(&self, record: &SrvRecord) -> String {
        let scheme = if self.service().eq_ignore_ascii_case("_ldaps") { "ldaps" } else { "ldap" };
        format!("{scheme}://{}:{}", record.target.trim_end_matches('.'), record.port)
    }

    /// Takes of an answer what can be used, best priorities first, at most 64 records: hosts within the domain, with
    /// a port.
    ///
    /// # Errors
    ///
    /// Nothing is left; the text says why.
    pub fn choose(&self, answer: SrvAnswer) -> Result<Vec<SrvRecord>, Error> {
        let mut records = answer.records;
        if records.is_empty() {
            return Err(TransportError::NoAddress { host: self.text.clone() }.into());
        }
        if records.iter().all(|record| record.target == ".") {
            return Err(self.refused("DNS says that the domain does not have the service"));
        }
        records.retain(|record| record.port != 0 && is_host(&record.target));
        if records.is_empty() {
            return Err(self.refused("no SRV record names a host and a port"));
        }
        records.retain(|record| self.is_any_target_allowed || self.has(&record.target));
        if records.is_empty() {
            return Err(self.refused("every SRV record names a server outside of the domain"));
        }
        records.sort();
        records.dedup();
        records.truncate(MAX_RECORDS);
        Ok(records)
    }

    /// Returns whether a host is the domain or within.
    fn has(&self, target: &str) -> bool {
        let (target, domain) = (target.trim_end_matches('.'), self.domain());
        let Some(start) = target.len().checked_sub(domain.len()) else { return false };
        // What is no host has been left out: all is ASCII.
        let (before, end) = target.split_at(start);
        end.eq_ignore_ascii_case(domain) && (before.is_empty() || before.ends_with('.'))
    }

    fn refused(&self, why: &'static str) -> Error {
        let source = io::Error::new(io::ErrorKind::InvalidData, why);
        TransportError::Resolve { host: self.text.clone(), source }.into()
    }
}

impl FromStr for SrvName {
    type Err = SrvNameError;

    fn from_str(text: &str) -> Result<Self, SrvNameError> {
        let name = text.trim_end_matches('.');
        let parsed = name.strip_prefix('_').and_then(|rest| {
            let (service, rest) = rest.split_once("._tcp.")?;
            (is_label(service) && is_host(rest)).then_some(name.len() - rest.len())
        });
        match parsed {
            Some(domain) => Ok(Self { text: name.to_owned(), domain, is_any_target_allowed: false }),
            None => Err(SrvNameError { text: text.chars().take(300).collect() }),
        }
    }
}

impl fmt::Display for SrvName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for SrvNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not the name of a service, such as _ldap._tcp.example.org", self.text)
    }
}

impl StdError for SrvNameError {}

/// `dc` by one of its names (RFC 4519 2.4).
fn is_domain_component(ava: &Ava) -> bool {
    let names = ["dc", "domainComponent", "0.9.2342.19200300.100.1.25"];
    names.iter().any(|name| ava.attribute().eq_ignore_ascii_case(name))
}

/// "labels must be 63 characters or less" and a name 255 octets (RFC 1035 2.3.4). Nothing in it can end the host of a URL.
fn is_host(text: &str) -> bool {
    let text = text.strip_suffix('.').unwrap_or(text);
    text.len() <= 253 && text.split('.').all(is_label)
}

fn is_label(text: &str) -> bool {
    let is_letter = |octet: u8| octet.is_ascii_alphanumeric() || octet == b'-' || octet == b'_';
    (1..=63).contains(&text.len()) && text.bytes().all(is_letter)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn record(target: &str) -> SrvRecord {
        SrvRecord { priority: 1, weight: 1, port: 389, target: target.to_owned() }
    }

    fn choose(name: &SrvName, targets: &[&str]) -> Result<Vec<String>, String> {
        let records = targets.iter().map(|target| record(target)).collect();
        let chosen = name.choose(SrvAnswer { records, ttl: Duration::ZERO });
        let urls = chosen.map(|records| records.iter().map(|record| name.url(record)).collect());
        urls.map_err(|error| error.to_string())
    }

    #[test]
    fn names_are_those_of_services() {
        for text in ["_ldap._tcp.example.org", "_ldaps._tcp.example.org.", "_ldap._tcp.dc._msdcs.example.org"]
        {
            assert!(text.parse::<SrvName>().is_ok(), "{text}");
        }
        let long = format!("_ldap._tcp.{}", "a.".repeat(200));
        for text in
            ["", "example.org", "_ldap.example.org", "_ldap._tcp.", "_ldap._tcp.a/b", "._tcp.a", &long]
        {
            assert!(text.parse::<SrvName>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_domain_is_what_a_name_ends_in() {
        for (dn, name) in [
            ("dc=example,dc=org", Some("_ldap._tcp.example.org")),
            (
                "cn=a,OU=b,DomainComponent=Example,0.9.2342.19200300.100.1.25=org",
                Some("_ldap._tcp.Example.org"),
            ),
            ("dc=a,ou=b,dc=org", Some("_ldap._tcp.org")),
            ("dc=org,o=example", None),
            ("dc=a+cn=b", None),
            ("dc=a.b", None),
            ("dc=a/b", None),
            ("", None),
        ] {
            let found = SrvName::of_dn(&Dn::parse(dn).unwrap());
            assert_eq!(found.as_ref().ok().map(SrvName::as_str), name, "{dn}");
        }
        let name = SrvName::of_domain("example.org").unwrap().over_tls();
        assert_eq!((name.as_str(), name.domain()), ("_ldaps._tcp.example.org", "example.org"));
        assert_eq!(name.clone().over_tls(), name);
    }

    #[test]
    fn servers_are_within_the_domain_and_cannot_change_the_address() {
        let name: SrvName = "_ldap._tcp.example.org".parse().unwrap();
        let found =
            choose(&name, &["a.example.org.", "EXAMPLE.ORG", "a.example.org.evil.net", "badexample.org"]);
        assert_eq!(found.unwrap(), ["ldap://EXAMPLE.ORG:389", "ldap://a.example.org:389"]);
        for (targets, why) in [
            (&["evil.net"][..], "outside of the domain"),
            (&["."], "does not have the service"),
            (&[], "no address"),
            (&["a@b.example.org", "x/.example.org", "ä.example.org", " .example.org"], "names a host"),
        ] {
            let error = choose(&name, targets).unwrap_err();
            assert!(error.contains(why), "{targets:?}: {error}");
        }
        let any = name.danger_allow_any_target();
        assert_eq!(choose(&any, &["evil.net"]).unwrap(), ["ldap://evil.net:389"]);
    }

    #[test]
    fn an_answer_is_bounded() {
        let name = SrvName::of_domain("example.org").unwrap();
        let records = (0..1000).map(|port| SrvRecord { port: port + 1, ..record("a.example.org") }).collect();
        let answer = SrvAnswer { records, ttl: Duration::ZERO };
        assert_eq!(name.choose(answer).unwrap().len(), MAX_RECORDS);
    }
}
