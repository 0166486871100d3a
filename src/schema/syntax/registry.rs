//! The list of syntaxes.

use std::fmt;

use super::{
    SyntaxError, bit_string, boolean, certificate, certificate_exact_assertion,
    certificate_list_exact_assertion, country_string, definition, delivery_method, directory_string, dn,
    facsimile_telephone_number, generalized_time, guide, ia5_string, integer, jpeg, name_and_optional_uid,
    nis, numeric_string, octet_string, oid, other_mailbox, postal_address, printable_string,
    substring_assertion, subtree_specification, teletex_terminal_identifier, telex_number, utc_time, uuid,
};
use crate::schema::{
    AttributeType, DitContentRule, DitStructureRule, LdapSyntax, MatchingRule, MatchingRuleUse, NameForm,
    ObjectClass,
};

/// A syntax that is known here: it can tell whether some octets are one of its values.
///
/// ```
/// use ldapwire::schema::Syntax;
///
/// let boolean = Syntax::find("1.3.6.1.4.1.1466.115.121.1.7").expect("it is known");
/// assert_eq!(boolean.name(), "Boolean");
/// assert!(boolean.validate(b"TRUE").is_ok());
/// assert_eq!(boolean.validate(b"yes").unwrap_err().to_string(), "expected 'TRUE' or 'FALSE' at offset 0");
/// ```
#[derive(Clone, Copy)]
pub struct Syntax(&'static Entry);

struct Entry {
    oid: &'static str,
    name: &'static str,
    /// The rule by which values are equal where no definition names one.
    equality: Option<&'static str>,
    check: fn(&[u8]) -> Result<(), SyntaxError>,
}

impl Syntax {
    /// Returns the syntax of this object identifier, if it is known.
    pub fn find(oid: &str) -> Option<Self> {
        ALL.iter().find(|entry| entry.oid == oid).map(Self)
    }

    /// Walks all syntaxes that are known.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        ALL.iter().map(Self)
    }

    /// Returns the object identifier.
    pub const fn oid(self) -> &'static str {
        self.0.oid
    }

    /// Returns how the standard calls it.
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// Returns the name of the rule by which its values are equal as the standard compares them: for attribute types
    /// whose definition names none.
    pub const fn equality_name(self) -> Option<&'static str> {
        self.0.equality
    }

    /// Tells whether these octets are a value.
    ///
    /// # Errors
    ///
    /// They are none; the error says where and why.
    pub fn validate(self, value: &[u8]) -> Result<(), SyntaxError> {
        (self.0.check)(value)
    }
}

impl PartialEq for Syntax {
    fn eq(&self, other: &Self) -> bool {
        self.0.oid == other.0.oid
    }
}

impl Eq for Syntax {}

impl fmt::Debug for Syntax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Syntax({})", self.0.name)
    }
}

macro_rules! syntaxes {
    ($($oid:literal $name:literal $equality:expr, $check:expr;)*) => {
        /// Sorted by standard, then by name.
        static ALL: &[Entry] = &[$(Entry { oid: $oid, name: $name, equality: $equality, check: $check }),*];
    };
}

const FIRST_COMPONENT: Option<&str> = Some("objectIdentifierFirstComponentMatch");

syntaxes! {
    // RFC 4517
    "1.3.6.1.4.1.1466.115.121.1.3" "Attribute Type Description" FIRST_COMPONENT, definition::check::<AttributeType>;
    "1.3.6.1.4.1.1466.115.121.1.6" "Bit String" Some("bitStringMatch"), bit_string::check;
    "1.3.6.1.4.1.1466.115.121.1.7" "Boolean" Some("booleanMatch"), boolean::check;
    "1.3.6.1.4.1.1466.115.121.1.11" "Country String" Some("caseIgnoreMatch"), country_string::check;
    "1.3.6.1.4.1.1466.115.121.1.12" "DN" Some("distinguishedNameMatch"), dn::check;
    "1.3.6.1.4.1.1466.115.121.1.14" "Delivery Method" None, delivery_method::check;
    "1.3.6.1.4.1.1466.115.121.1.15" "Directory String" Some("caseIgnoreMatch"), directory_string::check;
    "1.3.6.1.4.1.1466.115.121.1.16" "DIT Content Rule Description" FIRST_COMPONENT, definition::check::<DitContentRule>;
    "1.3.6.1.4.1.1466.115.121.1.17" "DIT Structure Rule Description" Some("integerFirstComponentMatch"),
        definition::check::<DitStructureRule>;
    "1.3.6.1.4.1.1466.115.121.1.21" "Enhanced Guide" None, guide::check_enhanced_guide;
    "1.3.6.1.4.1.1466.115.121.1.22" "Facsimile Telephone Number" None, facsimile_telephone_number::check;
    "1.3.6.1.4.1.1466.115.121.1.23" "Fax" Some("octetStringMatch"), octet_string::check;
    "1.3.6.1.4.1.1466.115.121.1.24" "Generalized Time" Some("generalizedTimeMatch"), generalized_time::check;
    "1.3.6.1.4.1.1466.115.121.1.25" "Guide" None, guide::check_guide;
    "1.3.6.1.4.1.1466.115.121.1.26" "IA5 String" Some("caseIgnoreIA5Match"), ia5_string::check;
    "1.3.6.1.4.1.1466.115.121.1.27" "Integer" Some("integerMatch"), integer::check;
    "1.3.6.1.4.1.1466.115.121.1.28" "JPEG" Some("octetStringMatch"), jpeg::check;
    "1.3.6.1.4.1.1466.115.121.1.54" "LDAP Syntax Description" FIRST_COMPONENT, definition::check::<LdapSyntax>;
    "1.3.6.1.4.1.1466.115.121.1.30" "Matching Rule Description" FIRST_COMPONENT, definition::check::<MatchingRule>;
    "1.3.6.1.4.1.1466.115.121.1.31" "Matching Rule Use Description" FIRST_COMPONENT,
        definition::check::<MatchingRuleUse>;
    "1.3.6.1.4.1.1466.115.121.1.34" "Name And Optional UID" Some("uniqueMemberMatch"), name_and_optional_uid::check;
    "1.3.6.1.4.1.1466.115.121.1.35" "Name Form Description" FIRST_COMPONENT, definition::check::<NameForm>;
    "1.3.6.1.4.1.1466.115.121.1.36" "Numeric String" Some("numericStringMatch"), numeric_string::check;
    "1.3.6.1.4.1.1466.115.121.1.37" "Object Class Description" FIRST_COMPONENT, definition::check::<ObjectClass>;
    "1.3.6.1.4.1.1466.115.121.1.40" "Octet String" Some("octetStringMatch"), octet_string::check;
    "1.3.6.1.4.1.1466.115.121.1.38" "OID" Some("objectIdentifierMatch"), oid::check;
    "1.3.6.1.4.1.1466.115.121.1.39" "Other Mailbox" None, other_mailbox::check;
    "1.3.6.1.4.1.1466.115.121.1.41" "Postal Address" Some("caseIgnoreListMatch"), postal_address::check;
    "1.3.6.1.4.1.1466.115.121.1.44" "Printable String" Some("caseIgnoreMatch"), printable_string::check;
    "1.3.6.1.4.1.1466.115.121.1.58" "Substring Assertion" None, substring_assertion::check;
    "1.3.6.1.4.1.1466.115.121.1.50" "Telephone Number" Some("telephoneNumberMatch"), printable_string::check;
    "1.3.6.1.4.1.1466.115.121.1.51" "Teletex Terminal Identifier" None, teletex_terminal_identifier::check;
    "1.3.6.1.4.1.1466.115.121.1.52" "Telex Number" None, telex_number::check;
    "1.3.6.1.4.1.1466.115.121.1.53" "UTC Time" None, utc_time::check;
    // RFC 4523
    "1.3.6.1.4.1.1466.115.121.1.8" "X.509 Certificate" Some("certificateExactMatch"), certificate::check;
    "1.3.6.1.4.1.1466.115.121.1.9" "X.509 Certificate List" Some("certificateListExactMatch"), certificate::check;
    "1.3.6.1.4.1.1466.115.121.1.10" "X.509 Certificate Pair" Some("octetStringMatch"), certificate::check;
    "1.3.6.1.4.1.1466.115.121.1.49" "X.509 Supported Algorithm" Some("octetStringMatch"), certificate::check;
    "1.3.6.1.1.15.1" "X.509 Certificate Exact Assertion" None, certificate_exact_assertion::check;
    "1.3.6.1.1.15.5" "X.509 Certificate List Exact Assertion" None, certificate_list_exact_assertion::check;
    // RFC 4530
    "1.3.6.1.1.16.1" "UUID" Some("uuidMatch"), uuid::check;
    // RFC 3672
    "1.3.6.1.4.1.1466.115.121.1.45" "Subtree Specification" None, subtree_specification::check;
    // RFC 2307
    "1.3.6.1.1.1.0.0" "NIS Netgroup Triple" Some("caseExactIA5Match"), nis::check_netgroup_triple;
    "1.3.6.1.1.1.0.1" "Boot Parameter" Some("caseExactIA5Match"), nis::check_boot_parameter;
    // RFC 3112 and RFC 2252, whose successors dropped them
    "1.3.6.1.4.1.4203.1.1.2" "Authentication Password" Some("octetStringMatch"), ia5_string::check;
    "1.3.6.1.4.1.1466.115.121.1.4" "Audio" Some("octetStringMatch"), octet_string::check;
    "1.3.6.1.4.1.1466.115.121.1.5" "Binary" Some("octetStringMatch"), octet_string::check;
    // Active Directory (MS-ADTS 3.1.1.2.2.2)
    "1.2.840.113556.1.4.903" "Object(DN-Binary)" Some("octetStringMatch"), directory_string::check_text;
    "1.2.840.113556.1.4.904" "Object(DN-String)" Some("octetStringMatch"), directory_string::check_text;
    "1.2.840.113556.1.4.905" "String(Teletex)" Some("caseIgnoreMatch"), directory_string::check_text;
    "1.2.840.113556.1.4.906" "LargeInteger" Some("integerMatch"), integer::check;
    "1.2.840.113556.1.4.907" "String(NT-Sec-Desc)" Some("octetStringMatch"), octet_string::check;
    "1.2.840.113556.1.4.1221" "Object(OR-Name)" Some("octetStringMatch"), directory_string::check_text;
    "1.2.840.113556.1.4.1362" "String(Case)" Some("caseExactMatch"), directory_string::check_text;
}
