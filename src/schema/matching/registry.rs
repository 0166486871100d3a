//! The list of matching rules, by family.

use super::rule::Entry;
use super::{
    bit_string, bitwise, boolean, certificate, dn, first_component, generalized_time, integer, list,
    octet_string, oid, string, unique_member, uuid, word,
};

pub(super) static ALL: &[&[Entry]] = &[
    &string::RULES,
    &list::RULES,
    &integer::RULES,
    &boolean::RULES,
    &bit_string::RULES,
    &octet_string::RULES,
    &generalized_time::RULES,
    &oid::RULES,
    &dn::RULES,
    &unique_member::RULES,
    &first_component::RULES,
    &word::RULES,
    &uuid::RULES,
    &certificate::RULES,
    &bitwise::RULES,
];

// The syntaxes of assertions and of the values that rules apply to (RFC 4517 3.3, RFC 4523 2, RFC 4530 2).
pub(super) const BIT_STRING: &str = "1.3.6.1.4.1.1466.115.121.1.6";
pub(super) const BOOLEAN: &str = "1.3.6.1.4.1.1466.115.121.1.7";
pub(super) const CERTIFICATE: &str = "1.3.6.1.4.1.1466.115.121.1.8";
pub(super) const CERTIFICATE_EXACT_ASSERTION: &str = "1.3.6.1.1.15.1";
pub(super) const CERTIFICATE_LIST: &str = "1.3.6.1.4.1.1466.115.121.1.9";
pub(super) const CERTIFICATE_LIST_EXACT_ASSERTION: &str = "1.3.6.1.1.15.5";
pub(in crate::schema) const COUNTRY_STRING: &str = "1.3.6.1.4.1.1466.115.121.1.11";
pub(in crate::schema) const DIRECTORY_STRING: &str = "1.3.6.1.4.1.1466.115.121.1.15";
pub(super) const DIT_STRUCTURE_RULE_DESCRIPTION: &str = "1.3.6.1.4.1.1466.115.121.1.17";
pub(in crate::schema) const DN: &str = "1.3.6.1.4.1.1466.115.121.1.12";
pub(super) const GENERALIZED_TIME: &str = "1.3.6.1.4.1.1466.115.121.1.24";
pub(in crate::schema) const IA5_STRING: &str = "1.3.6.1.4.1.1466.115.121.1.26";
pub(super) const INTEGER: &str = "1.3.6.1.4.1.1466.115.121.1.27";
pub(in crate::schema) const NAME_AND_OPTIONAL_UID: &str = "1.3.6.1.4.1.1466.115.121.1.34";
pub(in crate::schema) const NUMERIC_STRING: &str = "1.3.6.1.4.1.1466.115.121.1.36";
pub(in crate::schema) const OCTET_STRING: &str = "1.3.6.1.4.1.1466.115.121.1.40";
pub(super) const OID: &str = "1.3.6.1.4.1.1466.115.121.1.38";
pub(super) const POSTAL_ADDRESS: &str = "1.3.6.1.4.1.1466.115.121.1.41";
pub(in crate::schema) const PRINTABLE_STRING: &str = "1.3.6.1.4.1.1466.115.121.1.44";
pub(super) const SUBSTRING_ASSERTION: &str = "1.3.6.1.4.1.1466.115.121.1.58";
pub(in crate::schema) const TELEPHONE_NUMBER: &str = "1.3.6.1.4.1.1466.115.121.1.50";
pub(super) const UUID: &str = "1.3.6.1.1.16.1";

// Where a rule applies to more than one syntax: those whose ASN.1 type is the one that it compares, and Active Directory's
// (MS-ADTS 3.1.1.2.2.2).

/// "DirectoryString or one of its alternative string types" (RFC 4517 4.2).
pub(super) const DIRECTORY_STRINGS: &[&str] = &[
    DIRECTORY_STRING,
    PRINTABLE_STRING,
    COUNTRY_STRING,
    TELEPHONE_NUMBER,
    // String(Teletex) and String(Case)
    "1.2.840.113556.1.4.905",
    "1.2.840.113556.1.4.1362",
];

/// INTEGER.
pub(super) const INTEGERS: &[&str] = &[
    INTEGER,
    // LargeInteger
    "1.2.840.113556.1.4.906",
];

/// OCTET STRING.
pub(super) const OCTET_STRINGS: &[&str] = &[
    OCTET_STRING,
    // JPEG, Audio, Binary, Authentication Password, String(NT-Sec-Desc)
    "1.3.6.1.4.1.1466.115.121.1.28",
    "1.3.6.1.4.1.1466.115.121.1.4",
    "1.3.6.1.4.1.1466.115.121.1.5",
    "1.3.6.1.4.1.4203.1.1.2",
    "1.2.840.113556.1.4.907",
];

/// "A SEQUENCE with a mandatory first component of the OBJECT IDENTIFIER ASN.1 type" (RFC 4517 4.2.25): attribute types, DIT
/// content rules, syntaxes, matching rules and their uses, name forms, object classes.
pub(super) const DESCRIPTIONS: &[&str] = &[
    "1.3.6.1.4.1.1466.115.121.1.3",
    "1.3.6.1.4.1.1466.115.121.1.16",
    "1.3.6.1.4.1.1466.115.121.1.54",
    "1.3.6.1.4.1.1466.115.121.1.30",
    "1.3.6.1.4.1.1466.115.121.1.31",
    "1.3.6.1.4.1.1466.115.121.1.35",
    "1.3.6.1.4.1.1466.115.121.1.37",
];
