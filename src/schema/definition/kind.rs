//! The kinds of definitions.

use std::fmt;

/// A kind of definition, with the attribute of a subschema entry that holds its definitions (RFC 4512 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DefinitionKind {
    /// `ldapSyntaxes`
    LdapSyntax,
    /// `matchingRules`
    MatchingRule,
    /// `matchingRuleUse`
    MatchingRuleUse,
    /// `attributeTypes`
    AttributeType,
    /// `objectClasses`
    ObjectClass,
    /// `nameForms`
    NameForm,
    /// `dITContentRules`
    DitContentRule,
    /// `dITStructureRules`
    DitStructureRule,
}

impl DefinitionKind {
    /// All kinds, those that others refer to first.
    pub const ALL: [Self; 8] = [
        Self::LdapSyntax,
        Self::MatchingRule,
        Self::MatchingRuleUse,
        Self::AttributeType,
        Self::ObjectClass,
        Self::NameForm,
        Self::DitContentRule,
        Self::DitStructureRule,
    ];

    /// Returns the attribute of a subschema entry that holds definitions of this kind.
    pub const fn attribute(self) -> &'static str {
        match self {
            Self::LdapSyntax => "ldapSyntaxes",
            Self::MatchingRule => "matchingRules",
            Self::MatchingRuleUse => "matchingRuleUse",
            Self::AttributeType => "attributeTypes",
            Self::ObjectClass => "objectClasses",
            Self::NameForm => "nameForms",
            Self::DitContentRule => "dITContentRules",
            Self::DitStructureRule => "dITStructureRules",
        }
    }

    /// Returns the kind that an attribute holds.
    ///
    /// The names are those of [`attribute`](Self::attribute), their object identifiers, and those of OpenLDAP's
    /// configuration (`olcAttributeTypes`), ASCII letters in either case.
    ///
    /// ```
    /// use ldapwire::schema::DefinitionKind;
    ///
    /// assert_eq!(DefinitionKind::of_attribute("attributetypes"), Some(DefinitionKind::AttributeType));
    /// assert_eq!(DefinitionKind::of_attribute("olcObjectClasses"), Some(DefinitionKind::ObjectClass));
    /// assert_eq!(DefinitionKind::of_attribute("cn"), None);
    /// ```
    pub fn of_attribute(name: &str) -> Option<Self> {
        let name = match name.get(..3) {
            Some(prefix) if prefix.eq_ignore_ascii_case("olc") => name.get(3..)?,
            _ => name,
        };
        Self::ALL
            .into_iter()
            .find(|kind| name.eq_ignore_ascii_case(kind.attribute()) || name == kind.attribute_oid())
    }

    /// The identifiers of RFC 4512 4.2.
    const fn attribute_oid(self) -> &'static str {
        match self {
            Self::LdapSyntax => "1.3.6.1.4.1.1466.101.120.16",
            Self::MatchingRule => "2.5.21.4",
            Self::MatchingRuleUse => "2.5.21.8",
            Self::AttributeType => "2.5.21.5",
            Self::ObjectClass => "2.5.21.6",
            Self::NameForm => "2.5.21.7",
            Self::DitContentRule => "2.5.21.2",
            Self::DitStructureRule => "2.5.21.1",
        }
    }
}

impl fmt::Display for DefinitionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::LdapSyntax => "syntax",
            Self::MatchingRule => "matching rule",
            Self::MatchingRuleUse => "matching rule use",
            Self::AttributeType => "attribute type",
            Self::ObjectClass => "object class",
            Self::NameForm => "name form",
            Self::DitContentRule => "DIT content rule",
            Self::DitStructureRule => "DIT structure rule",
        })
    }
}
