//! How two schemas differ.

use std::fmt;

use super::table::Table;
use super::{Definition, DefinitionKind, Schema};
use crate::model::LdapString;

/// A definition that only one of two schemas has, or that they have differently.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaDifference {
    /// The kind of the definition.
    pub kind: DefinitionKind,
    /// Its first name, or its identifier.
    pub name: LdapString,
    /// Its text in the first schema, if that has it.
    pub old: Option<String>,
    /// Its text in the second schema, if that has it.
    pub new: Option<String>,
}

impl Schema {
    /// Returns how another schema differs from this one: kind by kind, first what this one has and then what only the
    /// other one has. Definitions are paired by their identifiers, and their order does not matter.
    ///
    /// ```
    /// use ldapwire::schema::Schema;
    ///
    /// let old = Schema::from_ldif("objectClasses: ( 1.2 NAME 'a' )\nobjectClasses: ( 1.3 NAME 'b' )\n");
    /// let new = Schema::from_ldif("objectClasses: ( 1.3 NAME 'b' MAY cn )\n");
    /// let differences = old.diff(&new);
    /// assert_eq!((differences[0].name.as_str(), &differences[0].new), ("a", &None));
    /// assert_eq!(differences[1].new.as_deref(), Some("( 1.3 NAME 'b' STRUCTURAL MAY cn )"));
    /// ```
    pub fn diff(&self, other: &Self) -> Vec<SchemaDifference> {
        let (old, new) = (&self.0.tables, &other.0.tables);
        let mut differences = Vec::new();
        compare(&old.syntaxes, &new.syntaxes, &mut differences);
        compare(&old.matching_rules, &new.matching_rules, &mut differences);
        compare(&old.matching_rule_uses, &new.matching_rule_uses, &mut differences);
        compare(&old.attribute_types, &new.attribute_types, &mut differences);
        compare(&old.object_classes, &new.object_classes, &mut differences);
        compare(&old.name_forms, &new.name_forms, &mut differences);
        compare(&old.content_rules, &new.content_rules, &mut differences);
        compare(&old.structure_rules, &new.structure_rules, &mut differences);
        differences
    }
}

fn compare<D: Definition>(old: &Table<D>, new: &Table<D>, differences: &mut Vec<SchemaDifference>) {
    let mut differ = |definition: &D, old: Option<&D>, new: Option<&D>| {
        if old != new {
            differences.push(SchemaDifference {
                kind: D::KIND,
                name: definition.name().into(),
                old: old.map(D::to_string),
                new: new.map(D::to_string),
            });
        }
    };
    for definition in old.as_slice() {
        differ(definition, Some(definition), new.get(definition.identifier()));
    }
    for definition in new.as_slice() {
        if old.get(definition.identifier()).is_none() {
            differ(definition, None, Some(definition));
        }
    }
}

impl fmt::Display for SchemaDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(old) = &self.old {
            writeln!(f, "- {}: {old}", self.kind.attribute())?;
        }
        if let Some(new) = &self.new {
            writeln!(f, "+ {}: {new}", self.kind.attribute())?;
        }
        Ok(())
    }
}
