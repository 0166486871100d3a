//! An attribute type with all it inherits.

use std::fmt;
use std::ops::Deref;

use super::{AttributeType, Definition, Schema, SyntaxReference};
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
