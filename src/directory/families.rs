//! Which matching rules go together, and what definitions leave out.

use crate::schema::{AttributeTypeRef, Definition, Key, Preparation, Rule, Schema, Undefined};

/// The rules of an attribute type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Completion {
    pub(super) equality: Option<Rule>,
    pub(super) ordering: Option<Rule>,
    pub(super) substrings: Option<Rule>,
    /// By which values are told apart, also where they cannot be asked for.
    pub(super) comparison: Rule,
    pub(super) is_class: bool,
}

impl Completion {
    pub(super) fn new(found: AttributeTypeRef<'_>, is_lenient: bool) -> Self {
        // Active Directory's definitions name no rules: its server compares as the syntax says (MS-ADTS 3.1.1.2.2.4).
        let is_by_syntax = is_lenient || found.definition().identifier().starts_with(MICROSOFT);
        let of_syntax = || Rule::find(found.syntax()?.equality_name()?).filter(|_| is_by_syntax);
        let equality = match found.equality_name() {
            Some(_) => found.equality(),
            None => of_syntax(),
        };
        let family = equality.filter(|_| is_by_syntax).and_then(Family::of_equality);
        let of_family = |name: fn(&Family) -> &'static str| Rule::find(name(family?));
        Self {
            equality,
            ordering: found.ordering().or_else(|| of_family(|family| family.ordering)),
            substrings: found.substrings().or_else(|| of_family(|family| family.substrings)),
            comparison: equality.unwrap_or_else(|| found.comparison()),
            is_class: found.is_called("objectClass"),
        }
    }

    pub(super) fn key(&self, schema: &Schema, value: &[u8]) -> Result<Key, Undefined> {
        self.comparison.key(schema, value)
    }
}

/// Rules that go together: for values, for their order, for their parts.
pub(super) struct Family {
    equality: &'static str,
    ordering: &'static str,
    substrings: &'static str,
    pub(super) preparation: Option<Preparation>,
}

impl Family {
    const fn new(
        equality: &'static str,
        ordering: &'static str,
        substrings: &'static str,
        preparation: Option<Preparation>,
    ) -> Self {
        Self { equality, ordering, substrings, preparation }
    }

    pub(super) fn of_equality(rule: Rule) -> Option<&'static Self> {
        FAMILIES.iter().find(|family| family.equality == rule.name())
    }

    pub(super) fn of_substrings(rule: Rule) -> Option<&'static Self> {
        FAMILIES.iter().find(|family| family.substrings == rule.name())
    }

    /// Whether keys of the equality rule sort as an ordering rule says.
    pub(super) fn orders_by(&self, ordering: Rule) -> bool {
        let other = FAMILIES.iter().find(|family| family.ordering == ordering.name());
        self.ordering == ordering.name()
            || (self.preparation.is_some()
                && other.is_some_and(|other| other.preparation == self.preparation))
    }
}

const MICROSOFT: &str = "1.2.840.113556.";

static FAMILIES: [Family; 9] = {
    use Preparation::{CaseExact, CaseIgnore, NumericString, TelephoneNumber};
    [
        Family::new(
            "caseIgnoreMatch",
            "caseIgnoreOrderingMatch",
            "caseIgnoreSubstringsMatch",
            Some(CaseIgnore),
        ),
        Family::new("caseIgnoreIA5Match", "", "caseIgnoreIA5SubstringsMatch", Some(CaseIgnore)),
        Family::new("caseExactMatch", "caseExactOrderingMatch", "caseExactSubstringsMatch", Some(CaseExact)),
        Family::new("caseExactIA5Match", "", "caseExactIA5SubstringsMatch", Some(CaseExact)),
        Family::new(
            "numericStringMatch",
            "numericStringOrderingMatch",
            "numericStringSubstringsMatch",
            Some(NumericString),
        ),
        Family::new("telephoneNumberMatch", "", "telephoneNumberSubstringsMatch", Some(TelephoneNumber)),
        Family::new("integerMatch", "integerOrderingMatch", "", None),
        Family::new("generalizedTimeMatch", "generalizedTimeOrderingMatch", "", None),
        Family::new("octetStringMatch", "octetStringOrderingMatch", "", None),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_has_its_rules() {
        for family in &FAMILIES {
            for name in [family.equality, family.ordering, family.substrings] {
                assert!(name.is_empty() || Rule::find(name).is_some(), "{name}");
            }
        }
    }
}
