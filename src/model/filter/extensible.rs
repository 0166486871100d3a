//! `MatchingRuleAssertion`: a comparison by a named rule.

use std::hash::{Hash, Hasher};

use super::Filter;
use crate::model::{AttributeDescription, LdapString, Value};

/// A value, and the matching rule, the attribute or both to compare it by.
///
/// ```text
/// MatchingRuleAssertion ::= SEQUENCE {
///      matchingRule    [1] MatchingRuleId OPTIONAL,
///      type            [2] AttributeDescription OPTIONAL,
///      matchValue      [3] AssertionValue,
///      dnAttributes    [4] BOOLEAN DEFAULT FALSE }              (RFC 4511 4.5.1.7.7)
/// ```
///
/// "If the matchingRule field is absent, the type field MUST be present": [`new`](Self::new) takes an attribute,
/// [`any_attribute`](Self::any_attribute) a rule, and there is no third way.
///
/// Two of them are equal when their parts are, ASCII letters of the rule in either case.
///
/// ```
/// use ldapwire::model::{ExtensibleMatch, Filter};
///
/// let barney = ExtensibleMatch::new("sn", "Barney Rubble").with_rule("2.4.6.8.10").with_dn_attributes();
/// assert_eq!(Filter::from(barney).to_string(), "(sn:dn:2.4.6.8.10:=Barney Rubble)");
/// ```
#[derive(Clone, Debug)]
pub struct ExtensibleMatch {
    attribute: Option<AttributeDescription>,
    rule: Option<LdapString>,
    value: Value,
    dn_attributes: bool,
}

impl ExtensibleMatch {
    /// Compares an attribute with a value, by the rule that the schema has for its equality unless
    /// [`with_rule`](Self::with_rule) names another.
    pub fn new(attribute: impl Into<AttributeDescription>, value: impl Into<Value>) -> Self {
        Self { attribute: Some(attribute.into()), rule: None, value: value.into(), dn_attributes: false }
    }

    /// Compares every attribute that supports a rule.
    pub fn any_attribute(rule: impl Into<LdapString>, value: impl Into<Value>) -> Self {
        Self { attribute: None, rule: Some(rule.into()), value: value.into(), dn_attributes: false }
    }

    /// Sets the rule: its name or its object identifier. Not checked.
    #[must_use]
    pub fn with_rule(mut self, rule: impl Into<LdapString>) -> Self {
        self.rule = Some(rule.into());
        self
    }

    /// Compares the attributes of the entry's distinguished name, too. Default not.
    #[must_use]
    pub const fn with_dn_attributes(mut self) -> Self {
        self.dn_attributes = true;
        self
    }

    /// Returns the attribute. Without one there is a rule.
    pub const fn attribute(&self) -> Option<&AttributeDescription> {
        self.attribute.as_ref()
    }

    /// Returns the rule. Without one there is an attribute.
    pub const fn rule(&self) -> Option<&LdapString> {
        self.rule.as_ref()
    }

    /// Returns the value.
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// Whether the attributes of the entry's distinguished name are compared, too.
    pub const fn has_dn_attributes(&self) -> bool {
        self.dn_attributes
    }

    /// Copies everything out of the frame it is part of, so that the frame can be freed.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self {
            attribute: self.attribute.as_ref().map(AttributeDescription::detach),
            rule: self.rule.as_ref().map(LdapString::detach),
            value: self.value.detach(),
            dn_attributes: self.dn_attributes,
        }
    }
}

impl PartialEq for ExtensibleMatch {
    fn eq(&self, other: &Self) -> bool {
        let same_rule = match (&self.rule, &other.rule) {
            (Some(left), Some(right)) => left.eq_ignore_ascii_case(right),
            (left, right) => left.is_none() && right.is_none(),
        };
        same_rule
            && self.attribute == other.attribute
            && self.value == other.value
            && self.dn_attributes == other.dn_attributes
    }
}

impl Eq for ExtensibleMatch {}

impl Hash for ExtensibleMatch {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // The rule is left out: it would have to be folded, and hardly ever makes the difference.
        (&self.attribute, &self.value, self.dn_attributes).hash(state);
    }
}

impl From<ExtensibleMatch> for Filter {
    fn from(extensible: ExtensibleMatch) -> Self {
        Self::Extensible(extensible)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_takes_a_rule_in_either_case() {
        let exact = ExtensibleMatch::new("cn", "a").with_rule("caseExactMatch");
        assert_eq!(exact, ExtensibleMatch::new("CN", "a").with_rule("CASEEXACTMATCH"));
        assert_ne!(exact, ExtensibleMatch::new("cn", "A").with_rule("caseExactMatch"));
        assert_ne!(exact, ExtensibleMatch::new("cn", "a"));
        assert_ne!(exact, exact.clone().with_dn_attributes());
        assert_ne!(exact, ExtensibleMatch::any_attribute("caseExactMatch", "a"));
        assert_eq!(exact.detach(), exact);
    }
}
