//! Which there are, and what the root DSE of each says.

use crate::directory::handle::Directory;
use crate::model::{Attribute, Dn, Entry};

/// Whose server a directory looks like.
///
/// | | OpenLDAP | 389 | Active Directory |
/// |---|---|---|---|
/// | root DSE | `OpenLDAProotDSE`, no vendor | vendor | `defaultNamingContext` and the like |
/// | searches without a bind | answered | answered | `operationsError`, but for the root DSE |
/// | a name and no password | refused | refused | success, as nobody |
/// | names in a simple bind | distinguished | distinguished | `user@example.org` and `DOMAIN\user`, too |
/// | a refused bind | no text | no text | `data 52e`, `data 525`, `data 532`, `data 533`, `data 701`, `data 773`, `data 775` |
/// | what a password policy says of a bind | its control, where asked for | that, and Netscape's two, always | by such numbers |
/// | entries of one search | | 2000 | 1000, by pages more |
/// | values of one attribute | | | 1500, by ranges more |
/// | a search of the whole domain | | | ends with references to other partitions |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Personality {
    /// Itself.
    #[default]
    Ldapwire,
    /// OpenLDAP's slapd.
    OpenLdap,
    /// 389 Directory Server.
    Ds389,
    /// Microsoft's Active Directory.
    ActiveDirectory,
}

/// What the root DSE has besides, in the forms of a current domain controller.
const ACTIVE_DIRECTORY: [(&str, &[&str]); 9] = [
    ("domainFunctionality", &["7"]),
    ("forestFunctionality", &["7"]),
    ("domainControllerFunctionality", &["7"]),
    ("isGlobalCatalogReady", &["TRUE"]),
    ("isSynchronized", &["TRUE"]),
    ("highestCommittedUSN", &["12345"]),
    ("supportedLDAPVersion", &["3", "2"]),
    (
        "supportedCapabilities",
        &[
            "1.2.840.113556.1.4.800",
            "1.2.840.113556.1.4.1670",
            "1.2.840.113556.1.4.1791",
            "1.2.840.113556.1.4.1935",
            "1.2.840.113556.1.4.2080",
            "1.2.840.113556.1.4.2237",
        ],
    ),
    (
        "supportedLDAPPolicies",
        &["MaxPageSize", "MaxValRange", "MaxResultSetSize", "MaxConnections", "MaxQueryDuration"],
    ),
];

impl Personality {
    /// The most entries of one search that is not paged, or of one page; 0 is no limit.
    pub(super) const fn size_limit(self) -> u32 {
        match self {
            Self::Ldapwire | Self::OpenLdap => 0,
            Self::Ds389 => 2000,
            // MaxPageSize.
            Self::ActiveDirectory => 1000,
        }
    }

    /// The most values of one attribute that are shown at once.
    pub(super) const fn value_limit(self) -> usize {
        match self {
            // MaxValRange.
            Self::ActiveDirectory => 1500,
            _ => usize::MAX,
        }
    }

    /// Changes what the directory says of itself.
    pub(super) fn root_dse(self, entry: &mut Entry, directory: &Directory) {
        match self {
            Self::Ldapwire => {}
            Self::OpenLdap => {
                set(entry, "objectClass", &["top", "OpenLDAProotDSE"]);
                set(entry, "structuralObjectClass", &["OpenLDAProotDSE"]);
                set(entry, "configContext", &["cn=config"]);
                set(entry, "vendorName", &[]);
                set(entry, "vendorVersion", &[]);
            }
            Self::Ds389 => {
                set(entry, "vendorName", &["389 Project"]);
                set(entry, "vendorVersion", &["389-Directory/2.4.5 B2024.017.0000"]);
                set(entry, "netscapemdsuffix", &["cn=ldap://dc=localhost,dc=localdomain:389"]);
            }
            Self::ActiveDirectory => {
                set(entry, "vendorName", &[]);
                set(entry, "vendorVersion", &[]);
                for (name, values) in ACTIVE_DIRECTORY {
                    set(entry, name, values);
                }
                if let Some(domain) = domain(directory) {
                    let configuration = format!("CN=Configuration,{domain}");
                    set(entry, "defaultNamingContext", &[&domain]);
                    set(entry, "rootDomainNamingContext", &[&domain]);
                    set(entry, "configurationNamingContext", &[&configuration]);
                    set(entry, "schemaNamingContext", &[&format!("CN=Schema,{configuration}")]);
                    let name = dns_name(&domain);
                    set(entry, "dnsHostName", &[&format!("dc1.{name}")]);
                    set(entry, "ldapServiceName", &[&format!("{name}:dc1$@{}", name.to_ascii_uppercase())]);
                }
            }
        }
    }
}

/// Replaces an attribute; no values remove it.
fn set(entry: &mut Entry, name: &str, values: &[&str]) {
    let mut changed = Entry::new(entry.dn().clone());
    let others = entry.attributes().iter().filter(|own| *own.description() != *name);
    changed.extend(others.cloned());
    if !values.is_empty() {
        changed.push(Attribute::new(name, values.iter().copied()));
    }
    *entry = changed;
}

/// The first naming context.
pub(super) fn domain(directory: &Directory) -> Option<String> {
    directory.read().roots().next().map(|record| record.name().as_str().to_owned())
}

/// `dc=example,dc=org` as `example.org`; names of other forms have none.
pub(super) fn dns_name(dn: &str) -> String {
    let labels = Dn::parse(dn).map(|dn| {
        let labels = dn.rdns().iter().map(ToString::to_string);
        labels.filter_map(|rdn| rdn.split_once('=').map(|(_, value)| value.to_owned())).collect::<Vec<_>>()
    });
    labels.unwrap_or_default().join(".")
}
