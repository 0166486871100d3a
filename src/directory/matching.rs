//! Filters and values put to the rules of a directory.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::model::{
    AttributeDescription, Filter, MatchingRules, SchemalessRules, Substrings, Truth, ValueEquality,
};

use super::families::Completion;
use super::rules::{Rules, as_text};

impl ValueEquality for Rules {
    fn key<'v>(&self, attribute: &AttributeDescription, value: &'v [u8]) -> Cow<'v, [u8]> {
        match self.completion(attribute) {
            Some(own) => match own.key(self.schema(), value) {
                Ok(key) => Cow::Owned(key.into()),
                Err(_) => self.without_rule(value),
            },
            None => as_text(value),
        }
    }

    fn has_rule(&self, attribute: &AttributeDescription) -> bool {
        self.is_lenient() || self.schema().has_rule(attribute)
    }
}

impl MatchingRules for Rules {
    fn knows(&self, attribute: &AttributeDescription) -> bool {
        self.is_lenient() || self.schema().knows(attribute)
    }

    fn is_decidable(&self, item: &Filter) -> bool {
        let attribute = match item {
            Filter::Equality(assertion)
            | Filter::Approximate(assertion)
            | Filter::GreaterOrEqual(assertion)
            | Filter::LessOrEqual(assertion) => Some(assertion.attribute()),
            Filter::Substrings(substrings) => Some(substrings.attribute()),
            Filter::Present(attribute) => Some(attribute),
            Filter::Extensible(extensible) => extensible.attribute(),
            Filter::And(_) | Filter::Or(_) | Filter::Not(_) => None,
        };
        if !self.is_lenient() {
            return self.schema().is_decidable(item);
        }
        let Some(attribute) = attribute else { return self.schema().is_decidable(item) };
        let Some(own) = self.completion(attribute) else { return SchemalessRules.is_decidable(item) };
        match item {
            // What the definition lacks may have been added.
            Filter::GreaterOrEqual(_) | Filter::LessOrEqual(_) => own.ordering.is_some(),
            Filter::Substrings(_) => own.substrings.is_some(),
            Filter::Present(_) => true,
            Filter::Equality(assertion) | Filter::Approximate(assertion) => {
                own.equality.is_some_and(|rule| rule.assertion_key(self.schema(), assertion.value()).is_ok())
            }
            _ => self.schema().is_decidable(item),
        }
    }

    fn is_same_or_subtype(&self, own: &AttributeDescription, requested: &AttributeDescription) -> bool {
        own.as_str() == requested.as_str() || self.schema().is_same_or_subtype(own, requested)
    }

    fn equality(&self, attribute: &AttributeDescription, value: &[u8], asserted: &[u8]) -> Truth {
        let as_text = || SchemalessRules.equality(attribute, value, asserted);
        match self.completion(attribute) {
            // The schema knows what a class is made of.
            Some(own) if own.is_class => {
                self.lenient(self.schema().equality(attribute, value, asserted), as_text)
            }
            Some(Completion { equality: Some(rule), .. }) => {
                self.lenient(rule.matches(self.schema(), value, asserted).into(), as_text)
            }
            Some(_) => Truth::Undefined,
            None if self.is_lenient() => as_text(),
            None => Truth::Undefined,
        }
    }

    fn ordering(&self, attribute: &AttributeDescription, value: &[u8], asserted: &[u8]) -> Option<Ordering> {
        match self.completion(attribute) {
            Some(own) => own.ordering?.compare(self.schema(), value, asserted).ok(),
            None if self.is_lenient() => SchemalessRules.ordering(attribute, value, asserted),
            None => None,
        }
    }

    fn substrings(&self, attribute: &AttributeDescription, value: &[u8], asserted: &Substrings) -> Truth {
        let as_text = || SchemalessRules.substrings(attribute, value, asserted);
        match self.completion(attribute) {
            Some(Completion { substrings: Some(rule), .. }) => {
                self.lenient(rule.matches_substrings(value, asserted.octets()).into(), as_text)
            }
            Some(_) => Truth::Undefined,
            None if self.is_lenient() => as_text(),
            None => Truth::Undefined,
        }
    }

    fn named_rule(
        &self,
        rule: &str,
        attribute: &AttributeDescription,
        value: &[u8],
        asserted: &[u8],
    ) -> Truth {
        self.schema().named_rule(rule, attribute, value, asserted)
    }
}

impl Rules {
    /// What values are found by that are equal to an asserted one, which may be but a part of them.
    pub(super) fn asserted_key<'v>(
        &self,
        attribute: &AttributeDescription,
        asserted: &'v [u8],
    ) -> Cow<'v, [u8]> {
        match self.completion(attribute) {
            Some(own) => match own.comparison.assertion_key(self.schema(), asserted) {
                Ok(key) => Cow::Owned(key.into()),
                Err(_) => self.without_rule(asserted),
            },
            None => as_text(asserted),
        }
    }

    /// What is undefined by the schema is true where the schema need not be kept to, and the texts are equal.
    fn lenient(&self, truth: Truth, as_text: impl FnOnce() -> Truth) -> Truth {
        if truth == Truth::Undefined && self.is_lenient() && as_text().is_true() {
            Truth::True
        } else {
            truth
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::rules::SchemaChecks;
    use crate::schema::AttributeTypeRef;

    #[test]
    fn values_compare_by_the_schema_and_as_text_without() {
        let lenient = Rules::built_in(SchemaChecks::Off);
        let strict = Rules::built_in(SchemaChecks::On);
        use Truth::{False, True, Undefined};
        for (attribute, value, asserted, by_text, by_schema) in [
            ("member", "uid=A, ou=B", "UID=a,ou=b", True, True),
            ("member", "no name", "No  Name", True, Undefined),
            ("cn", "Ada  L", "ada l", True, True),
            ("userPassword", "a", "A", False, False),
            ("homeDirectory", "/home/A", "/home/a", False, False),
            ("telephoneNumber", "+1 23-4", "+1234", True, True),
            ("uidNumber", "abc", "ABC", True, Undefined),
            ("uidNumber", "7", "abc", Undefined, Undefined),
            ("objectClass", "inetOrgPerson", "person", True, True),
            ("objectClass", "inetOrgPerson", "top", True, True),
            ("objectClass", "uidObject", "2.5.6.0", True, True),
            ("objectClass", "top", "TOP", True, True),
            ("objectClass", "myOwn", "top", True, True),
            ("objectClass", "myOwn", "MYOWN", True, Undefined),
            ("shoeSize", "a b", "A  B", True, Undefined),
            ("sAMAccountName", "Ada", "ada", True, True),
            ("jpegPhoto", "a", "a", True, Undefined),
        ] {
            let attribute = AttributeDescription::from(attribute);
            let (value, asserted) = (value.as_bytes(), asserted.as_bytes());
            for (rules, expected) in [(&lenient, by_text), (&strict, by_schema)] {
                let found = rules.equality(&attribute, value, asserted);
                assert_eq!(found, expected, "{attribute:?} {:?}", rules.checks());
                if found.is_true() {
                    let key = &rules.asserted_key(&attribute, asserted);
                    let own = rules.attribute_type(&attribute).map(AttributeTypeRef::place);
                    let mut keys = vec![rules.index_key(own, value)];
                    if rules.is_class(own) {
                        rules.add_class_keys([value].into_iter(), &mut keys);
                    }
                    assert!(keys.iter().any(|own| own.octets.as_slice() == key.as_ref()), "{attribute:?}");
                }
            }
        }
    }
}
