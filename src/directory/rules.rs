//! How attributes and values are compared.

use std::borrow::Cow;

use crate::model::{
    AttributeDescription, CaseIgnoreEquality, Dn, MatchingRules, SchemalessRules, Truth, ValueEquality,
};

/// What is known of attributes without a schema: those that name entries, those that are octets, and those that are
/// the server's own. All others are text that is the same in either case.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rules;

/// How the values of an attribute are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Text,
    Name,
    Octets,
}

impl Rules {
    /// Returns the name of an attribute type by which it is found: the short one in lower case.
    pub(super) fn canonical(attribute_type: &str) -> Cow<'_, str> {
        for (short, long, oid) in SYNONYMS {
            if attribute_type == oid || attribute_type.eq_ignore_ascii_case(long) {
                return Cow::Borrowed(short);
            }
        }
        if attribute_type.bytes().any(|octet| octet.is_ascii_uppercase()) {
            Cow::Owned(attribute_type.to_ascii_lowercase())
        } else {
            Cow::Borrowed(attribute_type)
        }
    }

    /// Whether an attribute is operational: returned only when asked for by name or by `+`.
    pub(super) fn is_operational(description: &AttributeDescription) -> bool {
        let own = description.attribute_type();
        SERVERS_OWN.iter().chain(&OPERATIONAL).any(|name| own.eq_ignore_ascii_case(name))
    }

    /// Whether an attribute is maintained by the server and cannot be changed: NO-USER-MODIFICATION.
    pub(super) fn is_servers_own(description: &AttributeDescription) -> bool {
        let own = description.attribute_type();
        SERVERS_OWN.iter().any(|name| own.eq_ignore_ascii_case(name))
    }

    /// Whether values are text in which parts are found by the same keys as whole values.
    pub(super) fn is_text(description: &AttributeDescription) -> bool {
        Self::comparison(description) == Comparison::Text
    }

    fn comparison(description: &AttributeDescription) -> Comparison {
        let own = description.attribute_type();
        if NAMES.iter().any(|name| own.eq_ignore_ascii_case(name)) {
            Comparison::Name
        } else if OCTETS.iter().any(|name| own.eq_ignore_ascii_case(name)) {
            Comparison::Octets
        } else {
            Comparison::Text
        }
    }
}

impl ValueEquality for Rules {
    fn key<'v>(&self, attribute: &AttributeDescription, value: &'v [u8]) -> Cow<'v, [u8]> {
        match Self::comparison(attribute) {
            Comparison::Octets => Cow::Borrowed(value),
            Comparison::Text => CaseIgnoreEquality.key(attribute, value),
            Comparison::Name => {
                let name = std::str::from_utf8(value).ok().and_then(|text| Dn::parse(text).ok());
                match name {
                    // The printed form has no optional spaces and one way of escaping.
                    Some(name) => {
                        let text = name.to_string().into_bytes();
                        Cow::Owned(CaseIgnoreEquality.key(attribute, &text).into_owned())
                    }
                    None => CaseIgnoreEquality.key(attribute, value),
                }
            }
        }
    }
}

impl MatchingRules for Rules {
    fn is_same_or_subtype(&self, own: &AttributeDescription, requested: &AttributeDescription) -> bool {
        own.is_same_or_subtype_of(requested)
            || (Self::canonical(own.attribute_type()) == Self::canonical(requested.attribute_type())
                && requested.options().all(|option| own.has_option(option)))
    }

    fn equality(&self, attribute: &AttributeDescription, value: &[u8], asserted: &[u8]) -> Truth {
        match Self::comparison(attribute) {
            Comparison::Text => SchemalessRules.equality(attribute, value, asserted),
            Comparison::Octets => (value == asserted).into(),
            Comparison::Name => {
                (value == asserted || self.key(attribute, value) == self.key(attribute, asserted)).into()
            }
        }
    }
}

/// Types of RFC 4519 and their other names: in lower case, the long name, the identifier.
const SYNONYMS: [(&str, &str, &str); 16] = [
    ("cn", "commonName", "2.5.4.3"),
    ("sn", "surname", "2.5.4.4"),
    ("c", "countryName", "2.5.4.6"),
    ("l", "localityName", "2.5.4.7"),
    ("st", "stateOrProvinceName", "2.5.4.8"),
    ("street", "streetAddress", "2.5.4.9"),
    ("o", "organizationName", "2.5.4.10"),
    ("ou", "organizationalUnitName", "2.5.4.11"),
    ("uid", "userid", "0.9.2342.19200300.100.1.1"),
    ("mail", "rfc822Mailbox", "0.9.2342.19200300.100.1.3"),
    ("dc", "domainComponent", "0.9.2342.19200300.100.1.25"),
    ("givenname", "gn", "2.5.4.42"),
    ("facsimiletelephonenumber", "fax", "2.5.4.23"),
    ("manager", "manager", "0.9.2342.19200300.100.1.10"),
    ("objectclass", "objectClass", "2.5.4.0"),
    ("aliasedobjectname", "aliasedEntryName", "2.5.4.1"),
];

/// Attributes that only the server writes (RFC 4512 3.4, RFC 4530, RFC 5020).
const SERVERS_OWN: [&str; 12] = [
    "entryUUID",
    "entryDN",
    "createTimestamp",
    "modifyTimestamp",
    "creatorsName",
    "modifiersName",
    "structuralObjectClass",
    "hasSubordinates",
    "numSubordinates",
    "subschemaSubentry",
    "governingStructureRule",
    "entryCSN",
];

/// Operational attributes that may be written, and those of the root DSE (RFC 4512 5.1, RFC 3045).
const OPERATIONAL: [&str; 17] = [
    "namingContexts",
    "altServer",
    "supportedControl",
    "supportedExtension",
    "supportedFeatures",
    "supportedLDAPVersion",
    "supportedSASLMechanisms",
    "vendorName",
    "vendorVersion",
    "pwdChangedTime",
    "pwdAccountLockedTime",
    "pwdFailureTime",
    "pwdHistory",
    "pwdReset",
    "pwdPolicySubentry",
    "aci",
    "ref",
];

/// Attributes whose values are names of entries (RFC 4519, RFC 4524, RFC 2798).
const NAMES: [&str; 16] = [
    "member",
    "uniqueMember",
    "owner",
    "roleOccupant",
    "seeAlso",
    "manager",
    "secretary",
    "aliasedObjectName",
    "distinguishedName",
    "memberOf",
    "documentAuthor",
    "associatedName",
    "entryDN",
    "creatorsName",
    "modifiersName",
    "subschemaSubentry",
];

/// Attributes whose values are octets, or text in which the case counts (RFC 4519, RFC 2307, RFC 2798, RFC 2079).
const OCTETS: [&str; 14] = [
    "userPassword",
    "jpegPhoto",
    "audio",
    "photo",
    "userCertificate",
    "cACertificate",
    "userPKCS12",
    "userSMIMECertificate",
    "homeDirectory",
    "loginShell",
    "memberUid",
    "labeledURI",
    "ref",
    "x500UniqueIdentifier",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_octets_and_text_compare_in_their_own_ways() {
        for (attribute, value, asserted, is_equal) in [
            ("member", "uid=A, ou=B", "UID=a,ou=b", true),
            ("member", "no name", "No  Name", true),
            ("cn", "Ada  L", "ada l", true),
            ("userPassword", "a", "A", false),
            ("homeDirectory", "/home/A", "/home/a", false),
        ] {
            let attribute = AttributeDescription::from(attribute);
            let (value, asserted) = (value.as_bytes(), asserted.as_bytes());
            assert_eq!(Rules.equality(&attribute, value, asserted).is_true(), is_equal, "{attribute:?}");
            assert_eq!(Rules.key(&attribute, value) == Rules.key(&attribute, asserted), is_equal);
        }
    }

    #[test]
    fn types_have_other_names() {
        let is_same = |own: &str, requested: &str| Rules.is_same_or_subtype(&own.into(), &requested.into());
        assert!(is_same("commonName;lang-de", "CN"));
        assert!(is_same("2.5.4.3", "cn"));
        assert!(!is_same("cn", "cn;lang-de"));
        assert!(!is_same("sn", "cn"));
    }
}
