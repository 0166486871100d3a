//! Whether an entry is one that the schema allows.

use std::collections::HashSet;

use rustc_hash::{FxBuildHasher, FxHashSet};

use super::{
    AttributeTypeRef, Definition, DitContentRule, EntryFault, Key, ObjectClassKind, ObjectClassRef, Schema,
};
use crate::model::{Attribute, AttributeDescription, Dn, Entry, LdapString, Value};

impl Schema {
    /// Returns everything that the schema does not allow in an entry; nothing if it is in order.
    ///
    /// Looked at are the classes (RFC 4512 2.4), the attributes that they require and allow, the content rule
    /// (RFC 4512 4.1.6), the number, the form and the difference of values, and the name: its values are in the entry, and
    /// name forms allow them. Operational attributes are allowed in every entry, and so is everything in an
    /// `extensibleObject`, and every collective one in a `collectiveAttributeSubentry`. Not looked at: structure rules, since they need the entries above, and the suggested
    /// lengths of values.
    ///
    /// ```
    /// use ldapwire::model::Entry;
    /// use ldapwire::schema::Schema;
    ///
    /// let entry = Entry::new("cn=Ada,dc=example")
    ///     .with("objectClass", ["person"])
    ///     .with("cn", ["Ada"])
    ///     .with("telephoneNumber", ["call me"])
    ///     .with("mail", ["ada@example.org"]);
    /// let faults: Vec<_> = Schema::standard().validate(&entry).iter().map(ToString::to_string).collect();
    /// assert_eq!(
    ///     faults,
    ///     [
    ///         "expected attribute 'sn', which 'person' requires",
    ///         "attribute 'mail' is not allowed by any object class of the entry",
    ///     ]
    /// );
    /// ```
    pub fn validate(&self, entry: &Entry) -> Vec<EntryFault> {
        let with_type =
            |attribute| (attribute, self.attribute_type(Attribute::description(attribute).attribute_type()));
        let attributes: Vec<_> = entry.attributes().iter().map(with_type).collect();
        let mut check = Check { schema: self, entry, attributes: &attributes, faults: Vec::new() };
        let classes = check.classes();
        let structural = check.structural(&classes);
        let content_rule = structural
            .and_then(|class| self.content_rule(class.definition().identifier()))
            .filter(|rule| !rule.is_obsolete);
        check.auxiliary(&classes, content_rule);
        check.required(&classes, content_rule);
        check.attributes(&classes, content_rule);
        check.name(structural);
        check.faults
    }
}

impl Schema {
    /// Returns the structural class of an entry: the one that all its other structural classes are superclasses of
    /// (RFC 4512 2.4.2). The first of those that are not, where an entry has several chains.
    ///
    /// ```
    /// use ldapwire::model::Entry;
    /// use ldapwire::schema::{Definition, Schema};
    ///
    /// let entry = Entry::new("uid=ada").with("objectClass", ["inetOrgPerson", "top", "person", "posixAccount"]);
    /// let schema = Schema::standard();
    /// let class = schema.structural_class(&entry).expect("it has one");
    /// assert_eq!(class.definition().name(), "inetOrgPerson");
    /// ```
    pub fn structural_class(&self, entry: &Entry) -> Option<ObjectClassRef<'_>> {
        let names = entry.values("objectClass").iter().filter_map(|value| std::str::from_utf8(value).ok());
        let classes = names.filter_map(|name| self.object_class(name));
        classes.filter(|class| class.kind == ObjectClassKind::Structural).reduce(|found, class| {
            if class.is_same_or_subclass_of(found.definition().identifier()) { class } else { found }
        })
    }
}

struct Check<'a> {
    schema: &'a Schema,
    entry: &'a Entry,
    /// The attributes of the entry, each with its type if the schema knows it.
    attributes: &'a [(&'a Attribute, Option<AttributeTypeRef<'a>>)],
    faults: Vec<EntryFault>,
}

impl<'a> Check<'a> {
    /// The classes of the entry, with all that they are made of.
    fn classes(&mut self) -> Classes<'a> {
        let schema = self.schema;
        let values: Vec<&Value> = self.values_of("objectClass").collect();
        if values.is_empty() {
            self.faults.push(EntryFault::NoObjectClass);
        }
        let mut named = Vec::new();
        for value in values {
            let name = String::from_utf8_lossy(value);
            match schema.object_class(&name) {
                Some(class) => named.push(class),
                None => self.faults.push(EntryFault::UnknownClass(name.as_ref().into())),
            }
        }
        Classes { all: ObjectClassRef::with_superclasses(named.clone()), named }
    }

    /// The structural class: the one that all other structural ones are superclasses of.
    fn structural(&mut self, classes: &Classes<'a>) -> Option<ObjectClassRef<'a>> {
        let mut found: Option<ObjectClassRef<'a>> = None;
        let structural = classes.named.iter().filter(|class| class.kind == ObjectClassKind::Structural);
        for class in structural {
            found = match found {
                None => Some(*class),
                Some(other) if other.is_same_or_subclass_of(class.definition().identifier()) => Some(other),
                Some(other) if class.is_same_or_subclass_of(other.definition().identifier()) => Some(*class),
                Some(other) => {
                    let names = (other.definition().name().into(), class.definition().name().into());
                    self.faults.push(EntryFault::SeveralStructuralClasses(names.0, names.1));
                    Some(other)
                }
            };
        }
        if found.is_none() && !classes.named.is_empty() {
            self.faults.push(EntryFault::NoStructuralClass);
        }
        // "No object class in an entry may be abstract alone": each has a class beside it that is made of it.
        for class in classes.named.iter().filter(|class| class.kind == ObjectClassKind::Abstract) {
            let oid = class.definition().identifier();
            let is_made_of = |other: &&ObjectClassRef<'_>| {
                other.kind != ObjectClassKind::Abstract && other.is_same_or_subclass_of(oid)
            };
            // Every class is made of `top`, whether it says so or not.
            let is_top = class.definition().is_called("top");
            if !is_top && !classes.named.iter().any(|other| is_made_of(&other)) {
                self.faults.push(EntryFault::AbstractClass(class.definition().name().into()));
            }
        }
        found
    }

    /// "An entry may only belong to auxiliary object classes listed in the governing content rule."
    fn auxiliary(&mut self, classes: &Classes<'a>, rule: Option<&DitContentRule>) {
        let Some(rule) = rule else { return };
        for class in classes.named.iter().filter(|class| class.kind == ObjectClassKind::Auxiliary) {
            if !rule.auxiliaries.iter().any(|name| class.definition().is_called(name)) {
                self.faults.push(EntryFault::ClassNotAllowed(class.definition().name().into()));
            }
        }
    }

    fn required(&mut self, classes: &Classes<'a>, rule: Option<&DitContentRule>) {
        let schema = self.schema;
        let mut present = self.set();
        present.extend(self.attributes.iter().filter_map(|(_, found)| found.map(AttributeTypeRef::place)));
        let of_classes = classes.all.iter().flat_map(|class| {
            class.definition().must.iter().map(|attribute| (attribute, class.definition().name()))
        });
        let of_rule = rule
            .into_iter()
            .flat_map(|rule| rule.must.iter().map(|attribute| (attribute, Definition::name(rule))));
        let mut told = HashSet::new();
        for (attribute, class) in of_classes.chain(of_rule) {
            let place = place(schema, attribute);
            let is_present = place
                .map_or_else(|| self.values_of(attribute).next().is_some(), |place| present.contains(&place));
            // Without any class there is one fault to tell, not two.
            if !is_present && !attribute.eq_ignore_ascii_case("objectClass") && told.insert(attribute) {
                let class = class.into();
                self.faults.push(EntryFault::MissingAttribute { attribute: attribute.clone(), class });
            }
        }
    }

    fn attributes(&mut self, classes: &Classes<'a>, rule: Option<&DitContentRule>) {
        let schema = self.schema;
        let places = |names: &[LdapString]| -> Vec<usize> {
            names.iter().filter_map(|name| place(schema, name)).collect()
        };
        let (mut allowed, mut precluded) = (Vec::new(), Vec::new());
        if let Some(rule) = rule {
            allowed.extend(places(&rule.must));
            allowed.extend(places(&rule.may));
            precluded.extend(places(&rule.not));
        }
        let of_classes: Vec<_> = classes.all.iter().map(|class| class.places_of_attributes()).collect();
        let has = |name: &str| classes.all.iter().any(|class| class.definition().is_called(name));
        // "The 'extensibleObject' auxiliary object class allows entries that belong to it to hold any user attribute"
        // (RFC 4512 4.3).
        let allows_all = has("extensibleObject");
        // Without a class that is known there is one thing wrong, not one for each attribute.
        let allows_all = allows_all || classes.named.is_empty();
        // "The collective attributes contained within a collective attribute subentry" (RFC 3671 2.1): the class, which names
        // none, allows them all.
        let allows_collective = has("collectiveAttributeSubentry");

        let mut seen = Seen { types: self.set(), others: HashSet::new() };
        for &(attribute, found) in self.attributes {
            let description = attribute.description();
            if !seen.insert(schema, description, found) {
                self.faults.push(EntryFault::AttributeTwice(description.clone()));
            }
            let Some(found) = found else {
                self.faults.push(EntryFault::UnknownAttribute(description.clone()));
                continue;
            };
            let place = found.place();
            let is_allowed = allows_all
                || found.usage.is_operational()
                || found.is_called("objectClass")
                || (allows_collective && found.is_collective)
                || of_classes.iter().any(|places| places.binary_search(&place).is_ok())
                || allowed.contains(&place);
            if precluded.contains(&place) {
                self.faults.push(EntryFault::AttributePrecluded(description.clone()));
            } else if !is_allowed {
                self.faults.push(EntryFault::AttributeNotAllowed(description.clone()));
            }
            self.values(attribute, found);
        }
    }

    fn values(&mut self, attribute: &Attribute, definition: AttributeTypeRef<'a>) {
        let description = attribute.description();
        match attribute.values() {
            [] => self.faults.push(EntryFault::NoValue(description.clone())),
            [_, _, ..] if definition.is_single_value => {
                self.faults.push(EntryFault::SeveralValues(description.clone()));
            }
            _ => {}
        }
        // A value that is transferred in BER (RFC 4522) does not have the form of its syntax.
        let syntax = definition.syntax().filter(|_| !description.has_option("binary"));
        for (index, value) in attribute.values().iter().enumerate() {
            if let Some(Err(error)) = syntax.map(|syntax| syntax.validate(value)) {
                let attribute = description.clone();
                self.faults.push(EntryFault::Value { attribute, index, error });
            }
        }
        // A value alone, which most are, has nothing to be compared with.
        if attribute.values().len() > 1 {
            let keys = attribute.values().iter().map(|value| definition.value_key(value));
            let twice = repeated(keys.collect()).into_iter();
            let fault = |index| EntryFault::ValueTwice { attribute: description.clone(), index };
            self.faults.extend(twice.map(fault));
        }
    }

    fn name(&mut self, structural: Option<ObjectClassRef<'a>>) {
        let schema = self.schema;
        let name = match Dn::try_from(self.entry.dn()) {
            Ok(name) => name,
            Err(error) => {
                self.faults.push(EntryFault::Name(error));
                return;
            }
        };
        let Some(rdn) = name.rdn() else { return };
        for ava in rdn.avas() {
            let description = ava.attribute().into();
            let is_known = || schema.attribute_type(ava.attribute()).is_some();
            let Some(value) = ava.decoded_if(is_known) else { continue };
            let wanted = schema.value_key(&description, &value);
            let is_wanted = |value: &Value| schema.value_key(&description, value) == wanted;
            let is_there = self.values_of(ava.attribute()).any(is_wanted);
            if !is_there {
                self.faults.push(EntryFault::NamingValueMissing(description));
            }
        }
        let Some(structural) = structural else { return };
        let is_for_class = |class: &LdapString| structural.definition().is_called(class);
        let forms = schema.name_forms().iter();
        let forms: Vec<_> =
            forms.filter(|form| is_for_class(&form.object_class) && !form.is_obsolete).collect();
        let mut misfits = forms.iter().map(|form| {
            let is_named = |attribute: &LdapString| {
                rdn.avas()
                    .any(|ava| schema.is_same_attribute(&ava.attribute().into(), &attribute.as_str().into()))
            };
            let missing = form.must.iter().find(|attribute| !is_named(attribute)).cloned();
            let other = rdn.avas().find(|ava| {
                let own = ava.attribute().into();
                let mut listed = form.must.iter().chain(&form.may);
                !listed.any(|attribute| schema.is_same_attribute(&own, &attribute.as_str().into()))
            });
            let attribute = missing.or_else(|| other.map(|ava| ava.attribute().into()))?;
            Some(EntryFault::Naming { attribute, form: Definition::name(*form).into() })
        });
        // One form that fits is enough.
        if let Some(Some(first)) = misfits.next()
            && misfits.all(|misfit| misfit.is_some())
        {
            self.faults.push(first);
        }
    }

    /// A set with room for the place of each attribute's type.
    fn set(&self) -> FxHashSet<usize> {
        FxHashSet::with_capacity_and_hasher(self.attributes.len(), FxBuildHasher)
    }

    /// The values of an attribute without options, by whichever of its names it stands there.
    fn values_of(&self, name: &str) -> impl Iterator<Item = &'a Value> {
        let wanted = place(self.schema, name);
        let attributes = self.attributes.iter().filter(move |(attribute, found)| {
            let description = attribute.description();
            let is_of_type = match (wanted, found) {
                (Some(wanted), Some(found)) => wanted == found.place(),
                (None, None) => description.attribute_type().eq_ignore_ascii_case(name),
                _ => false,
            };
            is_of_type && description.options().next().is_none()
        });
        attributes.flat_map(|(attribute, _)| attribute.values())
    }
}

/// The attributes of an entry that have been looked at.
struct Seen {
    /// The places of types in the schema, of attributes without options, as most are.
    types: FxHashSet<usize>,
    others: HashSet<AttributeDescription>,
}

impl Seen {
    /// Whether an attribute, whose type was looked up, is the first of its description.
    fn insert(
        &mut self,
        schema: &Schema,
        description: &AttributeDescription,
        found: Option<AttributeTypeRef<'_>>,
    ) -> bool {
        match found {
            Some(found) if description.options().next().is_none() => self.types.insert(found.place()),
            _ => self.others.insert(schema.canonical(description)),
        }
    }
}

/// The places of keys that are there before, in order.
fn repeated(keys: Vec<Key>) -> Vec<usize> {
    let mut places: Vec<_> = keys.into_iter().zip(0..).collect();
    places.sort_unstable();
    let pairs = places.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    let mut repeated: Vec<_> = pairs.map(|pair| pair[1].1).collect();
    repeated.sort_unstable();
    repeated
}

/// Classes of an entry: those that it names, and those with all that they are made of.
struct Classes<'a> {
    named: Vec<ObjectClassRef<'a>>,
    all: Vec<ObjectClassRef<'a>>,
}

fn place(schema: &Schema, attribute: &str) -> Option<usize> {
    schema.0.tables.attribute_types.find(attribute)
}
