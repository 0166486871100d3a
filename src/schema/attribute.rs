//! An attribute type with all it inherits.

use std::fmt;
use std::ops::Deref;

use super::resolve::Comparison;
use super::{AttributeType, Definition, Key, Rule, Schema, Syntax, SyntaxReference};
use crate::model::LdapString;

/// An attribute type as part of its schema: what the definition does not say comes from the supertypes.
///
/// "If SUP field is provided, the EQUALITY, ORDERING, and SUBSTRING fields, if not specified, take their value from the
/// supertype" (RFC 4512 4.1.2), and so does the syntax. The definition itself is one dereference away.
#[derive(Clone, Copy)]
pub struct AttributeTypeRef<'a> {
    schema: &'a Schema,
    place: usize,
    definition: &'a AttributeType,
}

impl<'a> AttributeTypeRef<'a> {
    pub(super) fn new(schema: &'a Schema, place: usize) -> Self {
        Self { schema, place, definition: &schema.attribute_types()[place] }
    }

    /// Returns the definition.
    pub const fn definition(self) -> &'a AttributeType {
        self.definition
    }

    /// Returns the place in [`Schema::attribute_types`], for tables beside it.
    pub const fn place(self) -> usize {
        self.place
    }

    /// Returns the direct supertype.
    pub fn superior(self) -> Option<Self> {
        let place = *self.schema.0.inheritance.attribute_types.get(self.place)?;
        Some(Self::new(self.schema, place?))
    }

    /// Walks this type and its supertypes, from the type upwards. A schema has no cycles.
    pub fn lineage(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |attribute| attribute.superior())
    }

    /// Whether this is the attribute type of that name or identifier, or one of its subtypes.
    pub fn is_same_or_subtype_of(self, name: &str) -> bool {
        self.lineage().any(|attribute| attribute.definition.is_called(name))
    }

    /// Returns the syntax of values.
    pub fn syntax_reference(self) -> Option<&'a SyntaxReference> {
        self.inherit(|definition| definition.syntax.as_ref())
    }

    /// Returns the name or identifier of the rule by which values are equal.
    pub fn equality_name(self) -> Option<&'a str> {
        self.inherit(|definition| definition.equality.as_ref()).map(LdapString::as_str)
    }

    /// Returns the name or identifier of the rule by which values are ordered.
    pub fn ordering_name(self) -> Option<&'a str> {
        self.inherit(|definition| definition.ordering.as_ref()).map(LdapString::as_str)
    }

    /// Returns the name or identifier of the rule by which parts of values are found.
    pub fn substrings_name(self) -> Option<&'a str> {
        self.inherit(|definition| definition.substrings.as_ref()).map(LdapString::as_str)
    }

    /// Returns the syntax of values, if it is one that is known here.
    pub fn syntax(self) -> Option<Syntax> {
        self.compared().syntax
    }

    /// Returns the rule by which values are equal, if it is one that is known here.
    pub fn equality(self) -> Option<Rule> {
        self.compared().equality
    }

    /// Returns the rule by which values are ordered, if it is one that is known here.
    pub fn ordering(self) -> Option<Rule> {
        self.compared().ordering
    }

    /// Returns the rule by which parts of values are found, if it is one that is known here.
    pub fn substrings(self) -> Option<Rule> {
        self.compared().substrings
    }

    /// Returns a rule by which values can be told apart in any case: [`equality`](Self::equality); else, where the
    /// definition names none, what the standard has for the syntax; else octetStringMatch.
    pub fn comparison(self) -> Rule {
        let named = self.equality().or_else(|| Rule::find(self.syntax()?.equality_name()?));
        named.unwrap_or(Rule::OCTET_STRING)
    }

    /// Returns what a value is compared by: by [`comparison`](Self::comparison), or by its octets if that is Undefined.
    pub fn value_key(self, value: &[u8]) -> Key {
        self.comparison().key(self.schema, value).unwrap_or_else(|_| Key::from(value.to_vec()))
    }

    /// Whether an extensible filter may put values to this rule: the definition names the rule, the rule
    /// [applies](Rule::applies_to) to the syntax, or the schema says so by a [matching rule use](Schema::matching_rule_use).
    ///
    /// ```
    /// use ldapwire::schema::{Rule, Schema};
    ///
    /// let schema = Schema::standard();
    /// let cn = schema.attribute_type("cn").expect("it is defined");
    /// let supports = |name| Rule::find(name).is_some_and(|rule| cn.supports(rule));
    /// assert!(supports("caseIgnoreMatch") && supports("caseExactMatch") && !supports("integerMatch"));
    /// ```
    pub fn supports(self, rule: Rule) -> bool {
        let uses = &self.schema.0.inheritance.uses;
        self.compared().has(rule) || self.lineage().any(|attribute| uses.contains(&(attribute.place, rule)))
    }

    fn compared(self) -> Comparison {
        self.schema.0.inheritance.comparisons.get(self.place).copied().unwrap_or_default()
    }

    fn inherit<T>(self, field: impl Fn(&'a AttributeType) -> Option<&'a T>) -> Option<&'a T> {
        self.lineage().find_map(|attribute| field(attribute.definition))
    }
}

impl Deref for AttributeTypeRef<'_> {
    type Target = AttributeType;

    fn deref(&self) -> &AttributeType {
        self.definition
    }
}

impl PartialEq for AttributeTypeRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.definition == other.definition
    }
}

impl Eq for AttributeTypeRef<'_> {}

impl fmt::Debug for AttributeTypeRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AttributeTypeRef({})", self.definition)
    }
}
