//! How attributes and values are compared: by the schema, and as text where it says nothing.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use crate::model::{
    Attribute, AttributeDescription, CaseIgnoreEquality, Dn, Entry, Modification, OldRdn, Substring, Value,
    ValueEquality,
};
use crate::schema::{
    AttributeTypeRef, BuiltinSchema, Definition, DefinitionKind, Key, ObjectClassRef, Rule, Schema,
    SchemaBuilder, SubstringPart, dn_key_above,
};

use super::families::{Completion, Family};
use super::octets::Octets;

/// Whether entries must be as the schema says; see [`DirectoryBuilder::schema_checks`](super::DirectoryBuilder::schema_checks).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaChecks {
    /// Entries may be anything. Attributes and classes that the schema does not know compare as text, in either case.
    #[default]
    Off,
    /// As [`Off`](Self::Off), but the answer to a change says in its diagnostic message what the schema does not allow.
    Warn,
    /// What the schema does not allow is refused, and a filter that asks for what it does not know is undefined.
    On,
}

/// How attributes and values are compared. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Rules(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    schema: Schema,
    checks: SchemaChecks,
    /// What the definitions do not say and the rules need, of each attribute type in the order of the schema.
    completions: Vec<Completion>,
    /// What entries are found by for each class, in the order of the schema.
    classes: Vec<Octets>,
}

impl Rules {
    /// Rules by the definitions that come with the crate.
    pub(super) fn built_in(checks: SchemaChecks) -> Self {
        // Directories are started by the hundred in tests.
        static LENIENT: LazyLock<Rules> = LazyLock::new(|| Rules::new(built_in(), SchemaChecks::Off));
        match checks {
            SchemaChecks::Off => LENIENT.clone(),
            _ => Self::new(built_in(), checks),
        }
    }

    /// Rules by `own` definitions, and those that come with the crate where the own ones say nothing else.
    pub(super) fn with(own: &Schema, checks: SchemaChecks) -> Self {
        Self::new(own.merge(&built_in()), checks)
    }

    fn new(schema: Schema, checks: SchemaChecks) -> Self {
        let names = schema.attribute_types().iter().map(Definition::identifier);
        let found = names.filter_map(|name| schema.attribute_type(name));
        let completions = found.map(|found| Completion::new(found, checks != SchemaChecks::On)).collect();
        let classes = schema.object_classes().iter();
        let classes =
            classes.map(|class| class.identifier().to_ascii_lowercase().as_bytes().into()).collect();
        Self(Arc::new(Inner { schema, checks, completions, classes }))
    }

    pub(super) fn schema(&self) -> &Schema {
        &self.0.schema
    }

    pub(super) fn checks(&self) -> SchemaChecks {
        self.0.checks
    }

    /// Whether what the schema does not know is compared as text.
    pub(super) fn is_lenient(&self) -> bool {
        self.0.checks != SchemaChecks::On
    }

    pub(super) fn attribute_type(&self, description: &AttributeDescription) -> Option<AttributeTypeRef<'_>> {
        self.0.schema.attribute_type(description.attribute_type())
    }

    /// Returns the name of an attribute type by which it is stored: the first that the schema has.
    pub(super) fn canonical_type<'n>(&'n self, name: &'n str) -> Cow<'n, str> {
        match self.0.schema.attribute_type(name) {
            Some(found) => Cow::Borrowed(found.definition().name()),
            None if name.bytes().any(|octet| octet.is_ascii_uppercase()) => {
                Cow::Owned(name.to_ascii_lowercase())
            }
            None => Cow::Borrowed(name),
        }
    }

    /// Returns a description as it is stored: with the first name that the schema has for the type.
    ///
    /// So an attribute has one description, however clients call it, and its values are found by that.
    pub(super) fn canonical(&self, description: &AttributeDescription) -> AttributeDescription {
        let other = other_name(description, self.attribute_type(description));
        other.unwrap_or_else(|| description.clone())
    }

    /// Returns an attribute, whose type was looked up, as it is stored.
    pub(super) fn canonical_attribute(
        attribute: Attribute,
        found: Option<AttributeTypeRef<'_>>,
    ) -> Attribute {
        match other_name(attribute.description(), found) {
            Some(description) => Attribute::new(description, attribute.into_parts().1),
            None => attribute,
        }
    }

    pub(super) fn canonical_change(&self, change: &Modification) -> Modification {
        let attribute = change.attribute().clone();
        let found = self.attribute_type(attribute.description());
        Modification::new(change.operation(), Self::canonical_attribute(attribute, found))
    }

    /// The relative name as assertions about stored attributes.
    pub(super) fn naming_values(&self, dn: &Dn) -> Vec<(AttributeDescription, Value)> {
        let avas = dn.rdn().into_iter().flat_map(|rdn| rdn.avas());
        avas.filter_map(|ava| {
            let description = self.canonical(&ava.attribute().into());
            let value = ava.decoded_if(|| self.attribute_type(&description).is_some())?;
            Some((description, value.into()))
        })
        .collect()
    }

    /// Adds the values of a name that the entry does not have (RFC 4511 4.7).
    pub(super) fn add_naming_values(&self, entry: &mut Entry, dn: &Dn) {
        for (description, value) in self.naming_values(dn) {
            self.add_value(entry, description, value);
        }
    }

    /// Adds a value that the entry may have.
    pub(super) fn add_value(&self, entry: &mut Entry, description: AttributeDescription, value: Value) {
        if !self.holds(entry, &description, &value) {
            // A new value of any attribute is no cause of an error.
            let _ = entry.apply(&[Modification::add(description, [value])]);
        }
    }

    /// Makes an entry with the values of another name, and without those of its old one if they are not to be kept
    /// (RFC 4511 4.9).
    pub(super) fn renamed(&self, entry: &Entry, old: &Dn, new: &Dn, old_rdn: OldRdn) -> Entry {
        let named = self.naming_values(new);
        let left = if old_rdn == OldRdn::Delete { self.naming_values(old) } else { Vec::new() };
        let has = |avas: &[(AttributeDescription, Value)], own: &AttributeDescription, value: &Value| {
            let key = self.key(own, value);
            avas.iter().any(|(other, value)| own == other && self.key(other, value) == key)
        };
        let mut renamed = Entry::new(new);
        for attribute in entry.attributes() {
            let own = attribute.description();
            let is_kept = |value: &&Value| !has(&left, own, value) || has(&named, own, value);
            let kept: Vec<_> = attribute.values().iter().filter(is_kept).cloned().collect();
            if !kept.is_empty() {
                renamed.push(Attribute::new(own.clone(), kept));
            }
        }
        self.add_naming_values(&mut renamed, new);
        renamed
    }

    /// Whether an entry has a value, under this very description.
    pub(super) fn holds(&self, entry: &Entry, description: &AttributeDescription, value: &[u8]) -> bool {
        let values = entry.values(description);
        // Octets that are the same need no rule.
        values.iter().any(|own| own == value) || {
            let key = self.key(description, value);
            values.iter().any(|own| self.key(description, own) == key)
        }
    }

    /// Whether an attribute is operational: returned only when asked for by name or by `+`.
    pub(super) fn is_operational(&self, description: &AttributeDescription) -> bool {
        self.attribute_type(description).is_some_and(|found| found.usage.is_operational())
    }

    /// What a name is found by.
    pub(super) fn dn_key(&self, dn: &Dn) -> Key {
        self.0.schema.dn_key(dn)
    }

    /// What the name above is found by, from that of a name.
    pub(super) fn dn_key_above(key: &Key) -> &[u8] {
        dn_key_above(key)
    }

    pub(super) fn is_same_dn(&self, left: &Dn, right: &Dn) -> bool {
        self.0.schema.is_same_dn(left, right)
    }

    /// What an entry is found by for a value of a type with this place in the schema.
    pub(super) fn index_key(&self, own_type: Option<usize>, value: &[u8]) -> IndexKey {
        let Some(own) = self.completion_at(own_type) else {
            return IndexKey { octets: Octets::from(&*as_text(value)), is_of_rule: false };
        };
        match own.key(self.schema(), value) {
            Ok(key) => IndexKey { octets: key.as_bytes().into(), is_of_rule: true },
            Err(_) => IndexKey { octets: Octets::from(&*self.without_rule(value)), is_of_rule: false },
        }
    }

    /// Whether values of the type with this place are names of classes.
    pub(super) fn is_class(&self, own_type: Option<usize>) -> bool {
        self.completion_at(own_type).is_some_and(|own| own.is_class)
    }

    /// Adds what an entry of these classes is found by: the keys of the classes and of all that they are made of.
    pub(super) fn add_class_keys<'v>(
        &self,
        classes: impl Iterator<Item = &'v [u8]>,
        keys: &mut Vec<IndexKey>,
    ) {
        let of_name = |name| self.schema().object_class(name);
        let named = classes.filter_map(|value| of_name(std::str::from_utf8(value).ok()?));
        // "All entries belong to the 'top' abstract object class." (RFC 4512 2.4.1)
        let all = ObjectClassRef::with_superclasses(named.chain(of_name("top")).collect());
        let octets = all.iter().filter_map(|class| self.0.classes.get(class.place()).cloned());
        keys.extend(octets.map(|octets| IndexKey { octets, is_of_rule: true }));
    }

    /// What a part of a value is in the key of the value; nothing if that is not how parts are found.
    pub(super) fn part_key(
        &self,
        attribute: &AttributeDescription,
        part: Substring<&[u8]>,
    ) -> Option<String> {
        let own = self.completion(attribute)?;
        let (equality, substrings) =
            (Family::of_equality(own.equality?)?, Family::of_substrings(own.substrings?)?);
        let preparation = equality.preparation.filter(|own| substrings.preparation == Some(*own))?;
        let (octets, part) = match part {
            Substring::Initial(octets) => (octets, SubstringPart::Initial),
            Substring::Any(octets) => (octets, SubstringPart::Any),
            Substring::Final(octets) => (octets, SubstringPart::Final),
        };
        preparation.substring(std::str::from_utf8(octets).ok()?, part).ok()
    }

    /// The key of an asserted value among those of an index, if values are ordered as their keys in it are.
    pub(super) fn range_key(&self, attribute: &AttributeDescription, value: &[u8]) -> Option<Key> {
        let own = self.completion(attribute)?;
        let (equality, ordering) = (Family::of_equality(own.equality?)?, own.ordering?);
        if !equality.orders_by(ordering) {
            return None;
        }
        ordering.key(self.schema(), value).ok()
    }

    /// The rule by which values of an attribute are ordered.
    pub(super) fn ordering_rule(&self, attribute: &AttributeDescription) -> Option<Rule> {
        match self.completion(attribute) {
            Some(own) => own.ordering,
            None => Rule::find("caseIgnoreOrderingMatch").filter(|_| self.is_lenient()),
        }
    }

    /// Returns the rule of this name or identifier, if it is one that can compare.
    pub(super) fn rule(&self, name: &str) -> Option<Rule> {
        self.schema().rule(name)
    }

    /// Types whose values stand in the index of an attribute and compare by other rules than its own: one for each rule.
    pub(super) fn other_rules_below(&self, name: &str) -> Vec<AttributeDescription> {
        let mut rules: Vec<Option<Rule>> = vec![self.completion(&name.into()).and_then(|own| own.equality)];
        let mut others = Vec::new();
        for definition in self.schema().attribute_types() {
            let Some(found) = self.schema().attribute_type(definition.identifier()) else { continue };
            let rule = self.0.completions.get(found.place()).and_then(|own| own.equality);
            if found.is_same_or_subtype_of(name) && !rules.contains(&rule) {
                rules.push(rule);
                others.push(definition.name().into());
            }
        }
        others
    }

    pub(super) fn completion(&self, attribute: &AttributeDescription) -> Option<&Completion> {
        self.0.completions.get(self.attribute_type(attribute)?.place())
    }

    /// Whether there is a rule here by which values of an attribute are equal.
    pub(super) fn can_compare(&self, attribute: &AttributeDescription) -> bool {
        self.completion(attribute).map_or_else(|| self.is_lenient(), |own| own.equality.is_some())
    }

    fn completion_at(&self, own_type: Option<usize>) -> Option<&Completion> {
        self.0.completions.get(own_type?)
    }

    /// What a value that its rule cannot compare is compared by.
    pub(super) fn without_rule<'v>(&self, value: &'v [u8]) -> Cow<'v, [u8]> {
        if self.is_lenient() { as_text(value) } else { Cow::Borrowed(value) }
    }
}

/// The description that an attribute is stored under, if it is called otherwise.
fn other_name(
    description: &AttributeDescription,
    found: Option<AttributeTypeRef<'_>>,
) -> Option<AttributeDescription> {
    let (own, name) = (description.attribute_type(), found?.definition().name());
    let options = description.as_str().get(own.len()..).unwrap_or_default();
    (name != own).then(|| AttributeDescription::from(format!("{name}{options}")))
}

/// What an index has an entry under.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct IndexKey {
    pub(super) octets: Octets,
    /// Whether it is the key of the attribute's rule; if not, neither parts of the value nor its order are seen in it.
    pub(super) is_of_rule: bool,
}

fn built_in() -> Schema {
    use BuiltinSchema::{ActiveDirectory, OpenLdap};
    // `memberOf` is a user attribute in the first that has it.
    [ActiveDirectory, OpenLdap]
        .into_iter()
        .fold(Schema::builder().schema(&Schema::standard()), SchemaBuilder::builtin)
        .definition(DefinitionKind::AttributeType, NUM_SUBORDINATES)
        .build()
}

/// Several servers have it.
const NUM_SUBORDINATES: &str = "( 1.3.1.1.4.1.453.16.2.103 NAME 'numSubordinates' EQUALITY integerMatch \
    ORDERING integerOrderingMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE NO-USER-MODIFICATION \
    USAGE directoryOperation X-ORIGIN 'numSubordinates Operational Attribute' )";

/// The key of values of which nothing is known.
pub(super) fn as_text(value: &[u8]) -> Cow<'_, [u8]> {
    CaseIgnoreEquality.key(&ANY, value)
}

static ANY: AttributeDescription = AttributeDescription::from_static("any");

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Ordering;

    use crate::model::MatchingRules;

    #[test]
    fn types_have_other_names_and_subtypes() {
        let rules = Rules::built_in(SchemaChecks::Off);
        let is_same = |own: &str, requested: &str| rules.is_same_or_subtype(&own.into(), &requested.into());
        assert!(is_same("commonName;lang-de", "CN"));
        assert!(is_same("2.5.4.3", "cn"));
        assert!(is_same("cn", "name"));
        assert!(is_same("shoeSize", "SHOEsize"));
        assert!(!is_same("cn", "cn;lang-de"));
        assert!(!is_same("sn", "cn"));
        let canonical = |text: &str| rules.canonical(&text.into()).as_str().to_owned();
        assert_eq!(canonical("COMMONNAME;lang-de"), "cn;lang-de");
        assert_eq!(canonical("2.5.4.0"), "objectClass");
        assert_eq!(canonical("shoeSize"), "shoeSize");
    }

    #[test]
    fn own_definitions_come_before_those_of_the_crate() {
        let own = Schema::from_ldif(
            "dn: cn=schema\nattributeTypes: ( 1.2.3 NAME ( 'memberOf' 'shoeSize' ) EQUALITY integerMatch \
             ORDERING integerOrderingMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 )\n",
        );
        let rules = Rules::with(&own, SchemaChecks::On);
        let size = AttributeDescription::from("shoeSize");
        assert_eq!(rules.canonical(&size), "memberOf");
        assert_eq!(rules.ordering(&size, b"9", b"10"), Some(Ordering::Less));
        assert_eq!(rules.canonical(&"commonName".into()), "cn");
    }
}
