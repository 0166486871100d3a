//! The schema itself.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::builder::SchemaBuilder;
use super::resolve::Inheritance;
use super::table::Table;
use super::{
    AttributeType, AttributeTypeRef, DefinitionKind, DitContentRule, DitStructureRule, LdapSyntax,
    MatchingRule, MatchingRuleUse, NameForm, ObjectClass, ObjectClassRef, SchemaProblem,
};
use crate::model::Entry;

/// The definitions that govern a directory, or a part of it (RFC 4512 4.2).
///
/// It is made by a [`SchemaBuilder`], and never changes; cloning is cheap. **Everything is found by any of its names or
/// by its identifier, ASCII letters in either case.** Whatever was wrong with the definitions is in
/// [`problems`](Self::problems): a schema with problems can be used, since those of real servers have some.
///
/// ```
/// use ldapwire::schema::Schema;
///
/// let schema = Schema::from_ldif(
///     "dn: cn=schema
/// attributeTypes: ( 2.5.4.41 NAME 'name' EQUALITY caseIgnoreMatch
///   SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
/// attributeTypes: ( 2.5.4.3 NAME ( 'cn' 'commonName' ) SUP name )
/// ",
/// );
/// let cn = schema.attribute_type("COMMONNAME").expect("it is defined");
/// assert_eq!(cn.equality_name(), Some("caseIgnoreMatch"));
/// assert!(cn.is_same_or_subtype_of("name"));
/// ```
#[derive(Clone)]
pub struct Schema(pub(super) Arc<Parts>);

#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    pub(super) tables: Tables,
    pub(super) inheritance: Inheritance,
    pub(super) problems: Vec<SchemaProblem>,
    /// The places of the attributes that each class requires and allows by itself; made when the first entry is held against
    /// the schema, which many never are.
    pub(super) attributes_of_classes: OnceLock<Vec<Box<[usize]>>>,
}

/// The definitions of each kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    pub(super) syntaxes: Table<LdapSyntax>,
    pub(super) matching_rules: Table<MatchingRule>,
    pub(super) matching_rule_uses: Table<MatchingRuleUse>,
    pub(super) attribute_types: Table<AttributeType>,
    pub(super) object_classes: Table<ObjectClass>,
    pub(super) name_forms: Table<NameForm>,
    pub(super) content_rules: Table<DitContentRule>,
    pub(super) structure_rules: Table<DitStructureRule>,
}

impl Schema {
    /// Begins a schema without a definition.
    pub fn builder() -> SchemaBuilder {
        SchemaBuilder::new()
    }

    /// Returns a schema without a definition.
    pub fn empty() -> Self {
        SchemaBuilder::new().build()
    }

    /// Makes a schema of a subschema entry, as a server returns it.
    pub fn from_entry(entry: &Entry) -> Self {
        SchemaBuilder::new().entry(entry).build()
    }

    /// Makes a schema of LDIF: see [`SchemaBuilder::ldif`].
    pub fn from_ldif(text: &str) -> Self {
        SchemaBuilder::new().ldif(text).build()
    }

    /// Returns the schema with the definitions of another one added: where both define something differently the own
    /// definition stays, and [`problems`](Self::problems) of the result say so.
    #[must_use]
    pub fn merge(&self, other: &Self) -> Self {
        SchemaBuilder::new().schema(self).schema(other).build()
    }

    /// Returns the attribute type of this name or identifier, with all it inherits.
    pub fn attribute_type(&self, name: &str) -> Option<AttributeTypeRef<'_>> {
        Some(AttributeTypeRef::new(self, self.0.tables.attribute_types.find(name)?))
    }

    /// Returns the object class of this name or identifier, with all it inherits.
    pub fn object_class(&self, name: &str) -> Option<ObjectClassRef<'_>> {
        Some(ObjectClassRef::new(self, self.0.tables.object_classes.find(name)?))
    }

    /// Returns the syntax of this identifier.
    pub fn syntax(&self, oid: &str) -> Option<&LdapSyntax> {
        self.0.tables.syntaxes.get(oid)
    }

    /// Returns the matching rule of this name or identifier.
    pub fn matching_rule(&self, name: &str) -> Option<&MatchingRule> {
        self.0.tables.matching_rules.get(name)
    }

    /// Returns what a matching rule, of this name or identifier, applies to.
    pub fn matching_rule_use(&self, name: &str) -> Option<&MatchingRuleUse> {
        self.0.tables.matching_rule_uses.get(name)
    }

    /// Returns the name form of this name or identifier.
    pub fn name_form(&self, name: &str) -> Option<&NameForm> {
        self.0.tables.name_forms.get(name)
    }

    /// Returns the content rule of this name or identifier: that of a structural class.
    pub fn content_rule(&self, name: &str) -> Option<&DitContentRule> {
        self.0.tables.content_rules.get(name)
    }

    /// Returns the structure rule of this number or name.
    pub fn structure_rule(&self, name: &str) -> Option<&DitStructureRule> {
        self.0.tables.structure_rules.get(name)
    }

    /// Returns all attribute types, in the order in which they were added.
    pub fn attribute_types(&self) -> &[AttributeType] {
        self.0.tables.attribute_types.as_slice()
    }

    /// Returns all object classes, in the order in which they were added.
    pub fn object_classes(&self) -> &[ObjectClass] {
        self.0.tables.object_classes.as_slice()
    }

    /// Returns all syntaxes, in the order in which they were added.
    pub fn syntaxes(&self) -> &[LdapSyntax] {
        self.0.tables.syntaxes.as_slice()
    }

    /// Returns all matching rules, in the order in which they were added.
    pub fn matching_rules(&self) -> &[MatchingRule] {
        self.0.tables.matching_rules.as_slice()
    }

    /// Returns all matching rule uses, in the order in which they were added.
    pub fn matching_rule_uses(&self) -> &[MatchingRuleUse] {
        self.0.tables.matching_rule_uses.as_slice()
    }

    /// Returns all name forms, in the order in which they were added.
    pub fn name_forms(&self) -> &[NameForm] {
        self.0.tables.name_forms.as_slice()
    }

    /// Returns all content rules, in the order in which they were added.
    pub fn content_rules(&self) -> &[DitContentRule] {
        self.0.tables.content_rules.as_slice()
    }

    /// Returns all structure rules, in the order in which they were added.
    pub fn structure_rules(&self) -> &[DitStructureRule] {
        self.0.tables.structure_rules.as_slice()
    }

    /// Returns the text of all definitions of a kind, in the order in which they were added and in the form of RFC 4512:
    /// the values of the attribute [`kind.attribute()`](DefinitionKind::attribute).
    pub fn texts(&self, kind: DefinitionKind) -> Vec<String> {
        fn texts<D: fmt::Display>(definitions: &[D]) -> Vec<String> {
            definitions.iter().map(D::to_string).collect()
        }
        match kind {
            DefinitionKind::LdapSyntax => texts(self.syntaxes()),
            DefinitionKind::MatchingRule => texts(self.matching_rules()),
            DefinitionKind::MatchingRuleUse => texts(self.matching_rule_uses()),
            DefinitionKind::AttributeType => texts(self.attribute_types()),
            DefinitionKind::ObjectClass => texts(self.object_classes()),
            DefinitionKind::NameForm => texts(self.name_forms()),
            DefinitionKind::DitContentRule => texts(self.content_rules()),
            DefinitionKind::DitStructureRule => texts(self.structure_rules()),
        }
    }

    /// Returns the schema as a subschema entry of this name.
    pub fn to_entry(&self, dn: &str) -> Entry {
        let entry = Entry::new(dn).with("objectClass", ["top", "subentry", "subschema"]);
        let kinds = DefinitionKind::ALL.into_iter().filter(|kind| !self.texts(*kind).is_empty());
        kinds.fold(entry, |entry, kind| entry.with(kind.attribute(), self.texts(kind)))
    }

    /// Returns what is wrong with the definitions, in the order in which it was found.
    pub fn problems(&self) -> &[SchemaProblem] {
        &self.0.problems
    }
}

impl PartialEq for Schema {
    /// Whether both have equal definitions in the same order.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.syntaxes() == other.syntaxes()
                && self.matching_rules() == other.matching_rules()
                && self.matching_rule_uses() == other.matching_rule_uses()
                && self.attribute_types() == other.attribute_types()
                && self.object_classes() == other.object_classes()
                && self.name_forms() == other.name_forms()
                && self.content_rules() == other.content_rules()
                && self.structure_rules() == other.structure_rules())
    }
}

impl Eq for Schema {}

impl Default for Schema {
    fn default() -> Self {
        Self::empty()
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schema")
            .field("attribute_types", &self.attribute_types().len())
            .field("object_classes", &self.object_classes().len())
            .field("syntaxes", &self.syntaxes().len())
            .field("matching_rules", &self.matching_rules().len())
            .field("problems", &self.problems().len())
            .finish_non_exhaustive()
    }
}
