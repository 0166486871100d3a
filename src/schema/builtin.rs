//! The definitions of the standards, and small sets of servers.

use std::sync::LazyLock;

use super::{Schema, SchemaBuilder};

/// A set of definitions that comes with the crate: object identifiers, names and syntaxes as the standards have them. Each
/// definition says by `X-ORIGIN` where it is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BuiltinSchema {
    /// What every directory has: RFC 4512, 4517, 4519, 4530.
    Core,
    /// Accounts, documents and domains: RFC 4524. Needs the core.
    Cosine,
    /// People: RFC 2798. Needs the core, cosine and certificates.
    InetOrgPerson,
    /// Accounts and groups of Unix: RFC 2307. Needs the core and cosine.
    Nis,
    /// Certificates: RFC 4523. Needs the core.
    Certificates,
    /// Subentries and collective attributes: RFC 3672 and 3671. Needs the core.
    Subentries,
    /// Entries that vanish: RFC 2589. Needs the core.
    DynamicObjects,
    /// What OpenLDAP adds, password policy among it. Needs the core.
    OpenLdap,
    /// What 389 Directory Server adds. Needs the core.
    Ds389,
    /// A small part of what Active Directory has. Needs the core and cosine. It defines some names otherwise than
    /// [`OpenLdap`](Self::OpenLdap) and [`Ds389`](Self::Ds389) do.
    ActiveDirectory,
}

impl BuiltinSchema {
    /// Those of [`Schema::standard`].
    pub const STANDARD: [Self; 7] = [
        Self::Core,
        Self::Cosine,
        Self::Certificates,
        Self::InetOrgPerson,
        Self::Nis,
        Self::Subentries,
        Self::DynamicObjects,
    ];

    /// Returns the set as LDIF.
    pub const fn ldif(self) -> &'static str {
        match self {
            Self::Core => include_str!("builtin/core.ldif"),
            Self::Cosine => include_str!("builtin/cosine.ldif"),
            Self::InetOrgPerson => include_str!("builtin/inetorgperson.ldif"),
            Self::Nis => include_str!("builtin/nis.ldif"),
            Self::Certificates => include_str!("builtin/certificates.ldif"),
            Self::Subentries => include_str!("builtin/subentries.ldif"),
            Self::DynamicObjects => include_str!("builtin/dynamic.ldif"),
            Self::OpenLdap => include_str!("builtin/openldap.ldif"),
            Self::Ds389 => include_str!("builtin/389ds.ldif"),
            Self::ActiveDirectory => include_str!("builtin/active_directory.ldif"),
        }
    }
}

impl Schema {
    /// Returns the definitions of the standards: [`BuiltinSchema::STANDARD`].
    ///
    /// ```
    /// use ldapwire::schema::Schema;
    ///
    /// let schema = Schema::standard();
    /// let person = schema.object_class("inetOrgPerson").expect("RFC 2798 has it");
    /// assert!(person.is_same_or_subclass_of("person"));
    /// assert!(schema.problems().is_empty());
    /// ```
    pub fn standard() -> Self {
        static STANDARD: LazyLock<Schema> = LazyLock::new(|| {
            let builder = Schema::builder();
            BuiltinSchema::STANDARD.into_iter().fold(builder, SchemaBuilder::builtin).build()
        });
        STANDARD.clone()
    }
}

impl SchemaBuilder {
    /// Adds definitions that come with the crate.
    pub fn builtin(self, set: BuiltinSchema) -> Self {
        self.ldif(set.ldif())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Definition, DefinitionKind, Rule, Syntax};

    fn with(sets: &[BuiltinSchema]) -> Schema {
        sets.iter().fold(Schema::builder(), |builder, set| builder.builtin(*set)).build()
    }

    #[test]
    fn everything_that_is_referred_to_is_defined() {
        use BuiltinSchema::*;
        for sets in [
            [Core].as_slice(),
            &[Core, Cosine],
            &[Core, Cosine, Certificates, InetOrgPerson],
            &[Core, Cosine, Nis],
            &[Core, Certificates],
            &[Core, Subentries],
            &[Core, DynamicObjects],
            &[Core, OpenLdap],
            &[Core, Ds389],
            &[Core, Cosine, ActiveDirectory],
            &BuiltinSchema::STANDARD,
        ] {
            let schema = with(sets);
            assert_eq!(schema.problems(), [], "{sets:?}");
            assert_eq!(Schema::from_entry(&schema.to_entry("cn=schema")), schema);
        }
    }

    #[test]
    fn each_set_is_there_in_full() {
        let counts = |set: BuiltinSchema| set.ldif().lines().filter(|line| line.contains(": ( ")).count();
        for (set, count) in [
            (BuiltinSchema::Core, 161),
            (BuiltinSchema::Cosine, 35),
            (BuiltinSchema::InetOrgPerson, 15),
            (BuiltinSchema::Nis, 43),
            (BuiltinSchema::Certificates, 33),
            (BuiltinSchema::Subentries, 20),
            (BuiltinSchema::DynamicObjects, 3),
            (BuiltinSchema::OpenLdap, 33),
            (BuiltinSchema::Ds389, 9),
            (BuiltinSchema::ActiveDirectory, 41),
        ] {
            assert_eq!(counts(set), count, "{set:?}");
            let schema = with(&[set]);
            let parsed: usize = DefinitionKind::ALL.iter().map(|kind| schema.texts(*kind).len()).sum();
            assert_eq!(parsed, count, "{set:?}");
        }
    }

    #[test]
    fn the_rules_and_syntaxes_that_are_known_have_their_definitions() {
        let schema = Schema::standard();
        // Of Active Directory and of standards that others have replaced.
        let undefined = |oid: &str| oid.starts_with("1.2.840.") || oid == "1.3.6.1.4.1.4203.1.1.2";
        for rule in Rule::all().filter(|rule| !undefined(rule.oid())) {
            let definition = schema.matching_rule(rule.name()).unwrap_or_else(|| panic!("{rule:?}"));
            assert_eq!(definition.identifier(), rule.oid());
            assert_eq!(definition.syntax, rule.assertion_syntax());
        }
        for syntax in Syntax::all().filter(|syntax| !undefined(syntax.oid())) {
            assert!(schema.syntax(syntax.oid()).is_some(), "{syntax:?}");
            if let Some(rule) = syntax.equality_name() {
                assert!(Rule::find(rule).is_some(), "{syntax:?}");
            }
        }
    }

    #[test]
    fn attribute_types_have_the_rules_that_are_known() {
        let schema = Schema::standard();
        let cn = schema.attribute_type("commonName").unwrap();
        assert_eq!(cn.equality().map(Rule::name), Some("caseIgnoreMatch"));
        assert_eq!(cn.substrings().map(Rule::name), Some("caseIgnoreSubstringsMatch"));
        assert_eq!(cn.syntax().map(Syntax::name), Some("Directory String"));
        let certificate = schema.attribute_type("userCertificate").unwrap();
        assert_eq!(certificate.equality().map(Rule::name), Some("certificateExactMatch"));
        let pair = schema.attribute_type("crossCertificatePair").unwrap();
        assert_eq!(pair.equality_name(), Some("certificatePairExactMatch"));
        assert_eq!((pair.equality(), pair.comparison()), (None, Rule::OCTET_STRING));
        let account = with(&[BuiltinSchema::Core, BuiltinSchema::Cosine, BuiltinSchema::ActiveDirectory]);
        let name = account.attribute_type("sAMAccountName").unwrap();
        assert_eq!((name.equality(), name.comparison().name()), (None, "caseIgnoreMatch"));
    }
}
