//! Where a schema comes from.

use std::fmt;
use std::sync::Arc;

use super::problem::{SchemaFault, SchemaProblem};
use super::resolve::Inheritance;
use super::subschema::{Parts, Tables};
use super::table::Table;
use super::{Definition, DefinitionKind, Schema, check, text};
use crate::model::{Entry, LdapString};

/// Collects definitions for a [`Schema`], of as many sources as there are.
///
/// Nothing fails: a text that is no definition, or that contradicts an earlier one, is left out, and is told by
/// [`Schema::problems`].
///
/// ```
/// use ldapwire::schema::{DefinitionKind, Schema};
///
/// let schema = Schema::builder()
///     .definition(DefinitionKind::AttributeType, "( 1.2.3 NAME 'drink' SUP name )")
///     .definition(DefinitionKind::AttributeType, "( 1.2.4 NAME")
///     .build();
/// assert_eq!(schema.attribute_types().len(), 1);
/// let problems: Vec<_> = schema.problems().iter().map(ToString::to_string).collect();
/// assert!(problems[0].contains("left out"), "{problems:?}");
/// assert!(problems[1].contains("SUP refers to 'name', which is not defined"), "{problems:?}");
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct SchemaBuilder {
    tables: Tables,
    problems: Vec<SchemaProblem>,
    /// How many definitions there are.
    count: usize,
}

impl SchemaBuilder {
    /// How many definitions a schema may have; those of real servers have up to some thousands. Definitions beyond are
    /// left out.
    pub const MAX_DEFINITIONS: usize = 64 * 1024;

    /// How many problems are kept. Beyond it a schema is not worth reading about.
    pub const MAX_PROBLEMS: usize = 64 * 1024;

    /// Begins without a definition.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the text of one definition.
    pub fn definition(mut self, kind: DefinitionKind, text: &str) -> Self {
        self.add_text(kind, &text.into());
        self
    }

    /// Adds definitions of one kind, one in each line; empty lines and those that begin with `#` are passed over.
    pub fn lines(mut self, kind: DefinitionKind, text: &str) -> Self {
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            self.add_text(kind, &line.into());
        }
        self
    }

    /// Adds what a subschema entry holds, or an entry of OpenLDAP's `cn=schema,cn=config`. Nothing is copied: the schema
    /// shares the octets of the values.
    pub fn entry(mut self, entry: &Entry) -> Self {
        for attribute in entry.attributes() {
            let Some(kind) = DefinitionKind::of_attribute(attribute.description().attribute_type()) else {
                continue;
            };
            for value in attribute.values() {
                match LdapString::from_utf8(value.to_bytes()) {
                    Ok(text) => self.add_text(kind, &text),
                    Err(_) => self.report_octets(kind, value),
                }
            }
        }
        self
    }

    /// Adds the definitions in LDIF: the values of `attributeTypes`, `olcObjectClasses` and their sisters, whatever
    /// entry or change they belong to. Everything else is passed over. The definitions are parts of one text, which is kept as
    /// long as any of them.
    pub fn ldif(mut self, text: &str) -> Self {
        // One text, of which all definitions take a part.
        let (mut texts, mut parts) = (String::new(), Vec::new());
        text::ldif(text, |kind, value| match value {
            Ok(text) => {
                let start = texts.len();
                texts.push_str(text);
                parts.push((kind, start..texts.len()));
            }
            Err(octets) => self.report_octets(kind, octets),
        });
        texts.shrink_to_fit();
        let texts = LdapString::from(texts);
        for (kind, part) in parts {
            self.add_text(kind, &texts.slice(part));
        }
        self
    }

    /// Adds the definitions in a configuration file of OpenLDAP: `attributetype`, `objectclass`, `ldapsyntax` and
    /// `ditcontentrule`, with the macros of `objectidentifier`. Everything else is passed over, `include` too.
    pub fn configuration(mut self, text: &str) -> Self {
        text::configuration(text, |kind, text| self.add_text(kind, &text.into()));
        self
    }

    /// Adds all definitions of another schema.
    pub fn schema(mut self, schema: &Schema) -> Self {
        let Tables {
            syntaxes,
            matching_rules,
            matching_rule_uses,
            attribute_types,
            object_classes,
            name_forms,
            content_rules,
            structure_rules,
        } = &schema.0.tables;
        self.add_all(syntaxes, |tables| &mut tables.syntaxes);
        self.add_all(matching_rules, |tables| &mut tables.matching_rules);
        self.add_all(matching_rule_uses, |tables| &mut tables.matching_rule_uses);
        self.add_all(attribute_types, |tables| &mut tables.attribute_types);
        self.add_all(object_classes, |tables| &mut tables.object_classes);
        self.add_all(name_forms, |tables| &mut tables.name_forms);
        self.add_all(content_rules, |tables| &mut tables.content_rules);
        self.add_all(structure_rules, |tables| &mut tables.structure_rules);
        self
    }

    /// Makes the schema: follows all references and notes what is wrong.
    #[must_use]
    pub fn build(self) -> Schema {
        let Self { tables, mut problems, .. } = self;
        let inheritance = Inheritance::resolve(&tables, &mut problems);
        let mut schema = Schema(Arc::new(Parts { tables, inheritance, ..Parts::default() }));
        check::check(&schema, &mut problems);
        problems.truncate(Self::MAX_PROBLEMS);
        if let Some(parts) = Arc::get_mut(&mut schema.0) {
            parts.problems = problems;
        }
        schema
    }

    fn add_text(&mut self, kind: DefinitionKind, text: &LdapString) {
        match kind {
            DefinitionKind::LdapSyntax => self.parse(text, |tables| &mut tables.syntaxes),
            DefinitionKind::MatchingRule => self.parse(text, |tables| &mut tables.matching_rules),
            DefinitionKind::MatchingRuleUse => self.parse(text, |tables| &mut tables.matching_rule_uses),
            DefinitionKind::AttributeType => self.parse(text, |tables| &mut tables.attribute_types),
            DefinitionKind::ObjectClass => self.parse(text, |tables| &mut tables.object_classes),
            DefinitionKind::NameForm => self.parse(text, |tables| &mut tables.name_forms),
            DefinitionKind::DitContentRule => self.parse(text, |tables| &mut tables.content_rules),
            DefinitionKind::DitStructureRule => self.parse(text, |tables| &mut tables.structure_rules),
        }
    }

    fn parse<D: Definition>(&mut self, text: &LdapString, table: fn(&mut Tables) -> &mut Table<D>) {
        match D::parse_shared(text) {
            Ok((definition, tolerated)) => {
                for (tolerance, position) in tolerated.iter() {
                    self.report(D::KIND, definition.name(), SchemaFault::Tolerated(tolerance, position));
                }
                self.add(definition, table);
            }
            Err(error) => {
                let shown = String::from_utf8_lossy(beginning(text.as_bytes())).into_owned();
                self.report(D::KIND, &shown, SchemaFault::Malformed(error));
            }
        }
    }

    fn add_all<D: Definition>(&mut self, definitions: &Table<D>, table: fn(&mut Tables) -> &mut Table<D>) {
        for definition in definitions.as_slice() {
            self.add(definition.clone(), table);
        }
    }

    fn add<D: Definition>(&mut self, definition: D, table: fn(&mut Tables) -> &mut Table<D>) {
        if self.count >= Self::MAX_DEFINITIONS {
            return self.report(D::KIND, definition.name(), SchemaFault::TooMany);
        }
        self.count += 1;
        if let Err(problem) = table(&mut self.tables).add(definition) {
            self.note(problem);
        }
    }

    fn report(&mut self, kind: DefinitionKind, definition: &str, fault: SchemaFault) {
        self.note(SchemaProblem::new(kind, definition, fault));
    }

    /// Reports a value that is no text.
    fn report_octets(&mut self, kind: DefinitionKind, value: &[u8]) {
        self.report(kind, &String::from_utf8_lossy(beginning(value)), SchemaFault::NotUtf8);
    }

    fn note(&mut self, problem: SchemaProblem) {
        if self.problems.len() < Self::MAX_PROBLEMS {
            self.problems.push(problem);
        }
    }
}

impl fmt::Debug for SchemaBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SchemaBuilder").field("definitions", &self.count).finish_non_exhaustive()
    }
}

/// As much of a text as tells people which one it is.
fn beginning(octets: &[u8]) -> &[u8] {
    const SHOWN: usize = 40;
    octets.get(..SHOWN).unwrap_or(octets)
}
