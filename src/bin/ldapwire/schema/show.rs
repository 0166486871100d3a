//! `schema show`: definitions as LDIF or JSON.

use clap::Args;
use ldapwire::model::Entry;
use ldapwire::proto::SearchResultEntry;
use ldapwire::schema::{AttributeTypeRef, Definition, ObjectClassRef, Schema};

use super::source::Source;
use crate::entries::{COLUMNS, Entries};
use crate::failure::Failure;
use crate::output::{Format, Output};
use crate::status::Status;

/// Print definitions in the form of RFC 4512, as LDIF.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire schema show -H ldap://ldap.example.org
  ldapwire schema show --builtin standard --inherited inetOrgPerson")]
pub(crate) struct Show {
    /// Names or object identifiers of what is to be printed; default all
    #[arg(value_name = "NAME")]
    names: Vec<String>,

    /// Print what the named definitions are made of, too: superiors, and the attributes of classes
    #[arg(long)]
    inherited: bool,

    #[command(flatten)]
    pub(crate) format: Format,

    #[command(flatten)]
    source: Source,
}

impl Show {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let schema = self.source.load()?;
        let entry = if self.names.is_empty() { schema.to_entry("cn=schema") } else { self.named(&schema)? };
        let mut output = Output::new();
        let mut entries = Entries::new(self.format).with_columns(COLUMNS);
        entries.entry(&SearchResultEntry::from(&entry), &mut output.buffer)?;
        output.flush()?;
        Ok(Status::Success)
    }

    fn named(&self, schema: &Schema) -> Result<Entry, Failure> {
        let mut shown = Shown { entry: Entry::new("cn=schema") };
        for name in &self.names {
            let before = shown.count();
            shown.all_called(schema, name);
            if shown.count() == before {
                return Err(Failure::new(Status::Refused, format_args!("nothing is called '{name}'")));
            }
            if !self.inherited {
                continue;
            }
            let class = schema.object_class(name);
            for class in class.map(ObjectClassRef::lineage).unwrap_or_default() {
                shown.add(class.definition());
            }
            let attributes =
                class.map(|class| [class.all_must(), class.all_may()].concat()).unwrap_or_default();
            let attributes = attributes.into_iter().map(|name| name.as_str()).chain([name.as_str()]);
            for attribute in attributes.filter_map(|name| schema.attribute_type(name)) {
                attribute
                    .lineage()
                    .map(AttributeTypeRef::definition)
                    .for_each(|definition| shown.add(definition));
            }
        }
        Ok(shown.entry)
    }
}

/// The definitions to print, each once.
struct Shown {
    entry: Entry,
}

impl Shown {
    fn all_called(&mut self, schema: &Schema, name: &str) {
        self.add_all(schema.syntax(name));
        self.add_all(schema.matching_rule(name));
        self.add_all(schema.matching_rule_use(name));
        self.add_all(schema.attribute_type(name).map(AttributeTypeRef::definition));
        self.add_all(schema.object_class(name).map(ObjectClassRef::definition));
        self.add_all(schema.name_form(name));
        self.add_all(schema.content_rule(name));
        self.add_all(schema.structure_rule(name));
    }

    fn add_all<'a, D: Definition + 'a>(&mut self, definitions: impl IntoIterator<Item = &'a D>) {
        definitions.into_iter().for_each(|definition| self.add(definition));
    }

    fn add<D: Definition>(&mut self, definition: &D) {
        let (attribute, text) = (D::KIND.attribute(), definition.to_string());
        if !self.entry.has_value(attribute, &text) {
            self.entry = std::mem::replace(&mut self.entry, Entry::new("")).with(attribute, [text]);
        }
    }

    fn count(&self) -> usize {
        self.entry.attributes().iter().map(|attribute| attribute.values().len()).sum()
    }
}
