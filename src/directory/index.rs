//! What is found without looking at every entry.

use std::collections::BTreeMap;
use std::ops::Bound;

use rustc_hash::FxHashMap;

use crate::model::{Assertion, AttributeDescription, Substring, Substrings};
use crate::schema::{AttributeTypeRef, Definition};

use super::octets::Octets;
use super::postings::Postings;
use super::record::Record;
use super::rules::{IndexKey, Rules};
use super::store::Id;

/// For each indexed attribute the entries that have it, by value, in the order of values, and by parts of values.
///
/// An attribute is indexed by its type: values under options and of subtypes stand with the others, and who asks for less
/// looks once more. What an index gives may hold entries that do not match; never does one that matches lack.
#[derive(Clone, Debug)]
pub(super) struct Index {
    rules: Rules,
    attributes: Vec<AttributeIndex>,
    /// Where the index of a type is among them, by the name under which the type is stored.
    places: FxHashMap<Box<str>, usize>,
    /// For each type in the order of the schema the places in which its values stand: its own, and those of its supertypes.
    ways: Vec<Box<[usize]>>,
}

#[derive(Clone, Debug, Default)]
struct AttributeIndex {
    /// By the key under which equal values are equal, in its order, for equality, ranges and beginnings.
    values: BTreeMap<Octets, Postings>,
    /// By three octets of a key, for parts of values.
    grams: Option<FxHashMap<Gram, Postings>>,
    present: Postings,
    /// How many keys are not those of the attribute's rule: neither their order nor their parts mean anything.
    opaque: usize,
    /// Subtypes that compare by other rules, one for each: a value may be here under the key of any of them.
    others: Vec<AttributeDescription>,
}

/// A value of an entry, in one of the indexes in which it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Indexed<'e> {
    /// Which of the indexes it is.
    place: usize,
    /// The place of the attribute's type in the schema, if that knows it: by its rules the value compares.
    own_type: Option<usize>,
    value: &'e [u8],
}

impl Index {
    /// Indexes attributes: by value, and the second by parts of values, too.
    pub(super) fn new<'a>(
        rules: Rules,
        values: impl IntoIterator<Item = &'a str>,
        parts: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let (attributes, places) = (Vec::new(), FxHashMap::default());
        let mut index = Self { rules, attributes, places, ways: Vec::new() };
        for attribute in values {
            index.attribute(attribute);
        }
        for attribute in parts {
            index.attribute(attribute).grams.get_or_insert_default();
        }
        index.ways = ways(&index.rules, &index.places);
        index
    }

    fn attribute(&mut self, name: &str) -> &mut AttributeIndex {
        let name = self.rules.canonical_type(name);
        let place = *self.places.entry((&*name).into()).or_insert(self.attributes.len());
        if place == self.attributes.len() {
            let others = self.rules.other_rules_below(&name);
            self.attributes.push(AttributeIndex { others, ..AttributeIndex::default() });
        }
        &mut self.attributes[place]
    }

    pub(super) fn add(&mut self, id: Id, record: &Record) {
        self.exchange(id, &[], &self.indexed(record));
    }

    pub(super) fn remove(&mut self, id: Id, record: &Record) {
        self.exchange(id, &self.indexed(record), &[]);
    }

    /// Changes what differs between two forms of an entry.
    pub(super) fn update(&mut self, id: Id, before: &Record, after: &Record) {
        self.exchange(id, &self.indexed(before), &self.indexed(after));
    }

    /// Takes an entry from the values that it had, and puts it under those that it has.
    fn exchange(&mut self, id: Id, before: &[Indexed<'_>], after: &[Indexed<'_>]) {
        let (mut before, mut after) = (before, after);
        while let Some(place) = before.first().into_iter().chain(after.first()).map(|own| own.place).min() {
            let (old, new) = (split_off(&mut before, place), split_off(&mut after, place));
            if old != new
                && let Some(index) = self.attributes.get_mut(place)
            {
                index.exchange(&self.rules, id, old, new);
            }
        }
    }

    /// The values of an entry that stand in indexes, those of one together.
    fn indexed<'e>(&self, record: &'e Record) -> Vec<Indexed<'e>> {
        let mut values = Vec::with_capacity(USUAL);
        for attribute in record.walk() {
            let name = attribute.attribute_type();
            let own_type = self.rules.schema().attribute_type(name).map(AttributeTypeRef::place);
            let unknown;
            let places = match own_type {
                Some(own) => self.ways.get(own).map_or(&[][..], |way| way),
                None => {
                    unknown = self.place(name);
                    unknown.as_slice()
                }
            };
            for &place in places {
                values.extend(attribute.values().map(|value| Indexed { place, own_type, value }));
            }
        }
        values.sort_by_key(|own| own.place);
        values
    }

    /// The entries that have the attribute; nothing if it is not indexed, or they are more than `most`.
    pub(super) fn present(&self, attribute: &AttributeDescription, most: usize) -> Option<Vec<Id>> {
        at_most(most, [&self.of(attribute)?.present])
    }

    /// The entries that have this value; nothing if the attribute is not indexed, or they are more than `most`.
    pub(super) fn equal(
        &self,
        attribute: &AttributeDescription,
        value: &[u8],
        most: usize,
    ) -> Option<Vec<Id>> {
        let index = self.of(attribute)?;
        let ids = |attribute| index.values.get(&*self.rules.asserted_key(attribute, value));
        let found: Vec<_> = index.others.iter().chain([attribute]).filter_map(ids).collect();
        at_most(most, found)
    }

    /// The entries that may have a value that is not less, or not greater; nothing if the index cannot tell, or they are
    /// more than `most`.
    pub(super) fn range(&self, assertion: &Assertion, side: Side, most: usize) -> Option<Vec<Id>> {
        let attribute = assertion.attribute();
        let index = self.of(attribute).filter(|index| index.opaque == 0 && index.others.is_empty())?;
        let key = self.rules.range_key(attribute, assertion.value())?;
        let bounds = match side {
            Side::From => (Bound::Included(key.as_bytes()), Bound::Unbounded),
            Side::UpTo => (Bound::Unbounded, Bound::Included(key.as_bytes())),
        };
        at_most(most, index.values.range::<[u8], _>(bounds).map(|(_, ids)| ids))
    }

    /// The entries that may have a value with these parts; nothing if the index cannot tell, or they are more than `most`.
    pub(super) fn parts(&self, substrings: &Substrings, most: usize) -> Option<Vec<Id>> {
        let attribute = substrings.attribute();
        let index = self.of(attribute).filter(|index| index.opaque == 0 && index.others.is_empty())?;
        let keys = substrings.octets().map(|part| self.rules.part_key(attribute, part));
        let keys: Vec<_> = keys.collect::<Option<_>>()?;
        if let Some(known) = &index.grams {
            let rarest = keys
                .iter()
                .flat_map(|key| grams(key.as_bytes()))
                .map(|gram| known.get(&gram).unwrap_or(&Postings::None))
                .min_by_key(|ids| ids.len());
            if let Some(ids) = rarest {
                return at_most(most, [ids]);
            }
        }
        let Some(Substring::Initial(_)) = substrings.octets().next() else { return None };
        let beginning = keys.first()?.as_bytes();
        let from = (Bound::Included(beginning), Bound::Unbounded);
        let range = index.values.range::<[u8], _>(from);
        let range = range.take_while(|(key, _)| key.as_slice().starts_with(beginning));
        at_most(most, range.map(|(_, ids)| ids))
    }

    fn of(&self, attribute: &AttributeDescription) -> Option<&AttributeIndex> {
        self.attributes.get(self.place(attribute.attribute_type())?)
    }

    fn place(&self, attribute_type: &str) -> Option<usize> {
        self.places.get(&*self.rules.canonical_type(attribute_type)).copied()
    }
}

/// Values of an entry that stand in indexes, about: no more than fit into a kilobyte, which allocators keep at hand.
const USUAL: usize = 24;

/// Which side of a value a range lies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    From,
    UpTo,
}

/// For each type in the order of the schema the places of its own index and those of its supertypes.
fn ways(rules: &Rules, places: &FxHashMap<Box<str>, usize>) -> Vec<Box<[usize]>> {
    let schema = rules.schema();
    let mut ways = vec![Box::default(); schema.attribute_types().len()];
    for definition in schema.attribute_types() {
        let Some(found) = schema.attribute_type(definition.identifier()) else { continue };
        if let Some(way) = ways.get_mut(found.place()) {
            *way = found.lineage().filter_map(|own| places.get(own.definition().name()).copied()).collect();
        }
    }
    ways
}

/// Takes those of one index from the beginning.
fn split_off<'s, 'e>(values: &mut &'s [Indexed<'e>], place: usize) -> &'s [Indexed<'e>] {
    let (own, rest) = values.split_at(values.partition_point(|own| own.place <= place));
    *values = rest;
    own
}

impl AttributeIndex {
    /// Takes an entry from the values that it had, and puts it under those that it has.
    ///
    /// What it keeps is not touched: a group with many members, of which one comes or goes, has much.
    fn exchange(&mut self, rules: &Rules, id: Id, before: &[Indexed<'_>], after: &[Indexed<'_>]) {
        match (before.is_empty(), after.is_empty()) {
            (true, false) => self.present.put(id),
            (false, true) => self.present.take(id),
            _ => {}
        }
        let (old, new) = (keys(rules, before), keys(rules, after));
        if let Some(known) = &mut self.grams {
            let (mut old, mut new) = (parts(&old), parts(&new));
            if !old.is_empty() && !new.is_empty() {
                old.sort_unstable();
                new.sort_unstable();
            }
            // A part that is there twice is put or taken twice, which takes less time than to look for that.
            for gram in without(&old, &new) {
                if let Some(ids) = known.get_mut(gram) {
                    ids.take(id);
                    if ids.is_empty() {
                        known.remove(gram);
                    }
                }
            }
            without(&new, &old).for_each(|gram| known.entry(*gram).or_default().put(id));
        }
        for key in without(&old, &new) {
            // Counted for each entry, since a key of the rule may have the same octets.
            self.opaque = self.opaque.saturating_sub(usize::from(!key.is_of_rule));
            let twin = IndexKey { octets: key.octets.clone(), is_of_rule: !key.is_of_rule };
            let octets = key.octets.as_slice();
            if new.binary_search(&twin).is_err()
                && let Some(ids) = self.values.get_mut(octets)
            {
                ids.take(id);
                if ids.is_empty() {
                    self.values.remove(octets);
                }
            }
        }
        for key in without(&new, &old) {
            self.opaque += usize::from(!key.is_of_rule);
            self.values.entry(key.octets.clone()).or_default().put(id);
        }
    }
}

/// The keys of values, in order, each once.
fn keys(rules: &Rules, values: &[Indexed<'_>]) -> Vec<IndexKey> {
    let mut keys: Vec<_> = values.iter().map(|own| rules.index_key(own.own_type, own.value)).collect();
    let mut classes =
        values.iter().filter(|own| rules.is_class(own.own_type)).map(|own| own.value).peekable();
    if classes.peek().is_some() {
        rules.add_class_keys(classes, &mut keys);
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The parts of keys.
fn parts(keys: &[IndexKey]) -> Vec<Gram> {
    let mut parts = Vec::with_capacity(keys.iter().map(|key| key.octets.as_slice().len()).sum());
    keys.iter().for_each(|key| parts.extend(grams(key.octets.as_slice())));
    parts
}

/// Those of one list that are not in another, which is in order.
fn without<'l, T: Ord>(list: &'l [T], other: &'l [T]) -> impl Iterator<Item = &'l T> {
    list.iter().filter(|own| other.binary_search(own).is_err())
}

/// In the order of their numbers, each once.
pub(super) fn in_order(mut ids: Vec<Id>) -> Vec<Id> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Three octets as a number, which is compared and hashed in one step.
type Gram = u32;

fn grams(key: &[u8]) -> impl Iterator<Item = Gram> {
    let octets = |window: &[u8]| <[u8; 3]>::try_from(window).ok();
    key.windows(3)
        .filter_map(octets)
        .map(|[first, second, third]| Gram::from_be_bytes([0, first, second, third]))
}

/// Joins what was found under several keys, in the order of the numbers; nothing as soon as that are more than `most`, which
/// are then no help: all are looked at.
fn at_most<'p>(most: usize, found: impl IntoIterator<Item = &'p Postings>) -> Option<Vec<Id>> {
    let mut ids = Vec::new();
    for postings in found {
        // Some may be there twice; it does not matter where the limit is to the one.
        if postings.len() > most.saturating_sub(ids.len()) {
            return None;
        }
        ids.extend(postings.iter());
    }
    Some(in_order(ids))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::rules::SchemaChecks;
    use crate::model::{Entry, Filter};

    fn parts(index: &Index, filter: &str) -> Option<Vec<Id>> {
        let Filter::Substrings(substrings) = Filter::parse(filter).unwrap() else { panic!() };
        index.parts(&substrings, usize::MAX)
    }

    fn equal(index: &Index, attribute: &str, value: &str) -> Option<Vec<Id>> {
        index.equal(&attribute.into(), value.as_bytes(), usize::MAX)
    }

    fn present(index: &Index, attribute: &str) -> Option<Vec<Id>> {
        index.present(&attribute.into(), usize::MAX)
    }

    #[test]
    fn more_than_are_wanted_are_not_gathered() {
        let mut index = Index::new(Rules::built_in(SchemaChecks::Off), ["cn"], ["cn"]);
        for id in 1..=3 {
            index.add(id, &Record::of(&Entry::new("cn=x").with("cn", [format!("ada {id}")])));
        }
        let Filter::Substrings(beginning) = Filter::parse("(cn=ad*)").unwrap() else { panic!() };
        let Filter::Substrings(part) = Filter::parse("(cn=*ada*)").unwrap() else { panic!() };
        let Filter::GreaterOrEqual(range) = Filter::parse("(cn>=ada)").unwrap() else { panic!() };
        for (most, expected) in [(3, Some(vec![1, 2, 3])), (2, None), (0, None)] {
            assert_eq!(index.present(&"cn".into(), most), expected);
            assert_eq!(index.parts(&beginning, most), expected);
            assert_eq!(index.parts(&part, most), expected);
            assert_eq!(index.range(&range, Side::From, most), expected);
        }
        assert_eq!(index.equal(&"cn".into(), b"ada 2", 0), None);
        assert_eq!(index.equal(&"cn".into(), b"ada 2", 1), Some(vec![2]));
        assert_eq!(index.equal(&"cn".into(), b"nobody", 0), Some(vec![]));
    }

    #[test]
    fn entries_are_found_until_they_change() {
        let rules = Rules::built_in(SchemaChecks::Off);
        let mut index = Index::new(rules, ["cn", "uid", "uidNumber"], ["mail"]);
        let ada = Entry::new("uid=ada").with("cn;lang-en", ["Ada", "Augusta"]).with("mail", ["ada@x.org"]);
        let eve = Entry::new("uid=eve").with("cn", ["Eve"]).with("mail", ["eve@y.org"]);
        index.add(1, &Record::of(&ada));
        index.add(2, &Record::of(&eve));
        assert_eq!(equal(&index, "CN", " ADA "), Some(vec![1]));
        assert_eq!(equal(&index, "CN", "nobody"), Some(vec![]));
        assert_eq!(equal(&index, "sn", "ada"), None);
        assert_eq!(present(&index, "CN"), Some(vec![1, 2]));
        assert_eq!(parts(&index, "(cn=a*)"), Some(vec![1]));
        assert_eq!(parts(&index, "(cn=*a)"), None);
        assert_eq!(parts(&index, "(mail=*.org*)"), Some(vec![1, 2]));
        assert_eq!(parts(&index, "(mail=*@y*)"), None);
        assert_eq!(parts(&index, "(mail=*@y.*)"), Some(vec![2]));

        let changed = Entry::new("uid=ada").with("cn", ["Augusta"]);
        index.update(1, &Record::of(&ada), &Record::of(&changed));
        assert_eq!(equal(&index, "cn", "ada"), Some(vec![]));
        assert_eq!(equal(&index, "cn", "augusta"), Some(vec![1]));
        assert_eq!(parts(&index, "(mail=*.org*)"), Some(vec![2]));
        index.remove(1, &Record::of(&changed));
        index.remove(2, &Record::of(&eve));
        assert!(index.attributes.iter().all(|index| {
            index.values.is_empty() && index.present.is_empty() && index.grams.iter().all(FxHashMap::is_empty)
        }));
    }

    fn range(index: &Index, filter: &str) -> Option<Vec<Id>> {
        match Filter::parse(filter).unwrap() {
            Filter::GreaterOrEqual(assertion) => index.range(&assertion, Side::From, usize::MAX),
            Filter::LessOrEqual(assertion) => index.range(&assertion, Side::UpTo, usize::MAX),
            _ => panic!("{filter}"),
        }
    }

    #[test]
    fn ranges_are_those_of_the_rule() {
        let rules = Rules::built_in(SchemaChecks::Off);
        let mut index = Index::new(rules, ["uidNumber", "cn", "createTimestamp", "shoeSize"], []);
        for (id, number) in [(1, "9"), (2, "10"), (3, "-5"), (4, "100")] {
            let time = format!("2026010{id}000000Z");
            let entry = Entry::new("uid=x").with("uidNumber", [number]).with("cn", [number]);
            index.add(id, &Record::of(&entry.with("createTimestamp", [time]).with("shoeSize", [number])));
        }
        for (filter, expected) in [
            ("(uidNumber>=10)", Some(vec![2, 4])),
            ("(uidNumber<=9)", Some(vec![1, 3])),
            ("(uidNumber>=101)", Some(vec![])),
            ("(uidNumber<=1000)", Some(vec![1, 2, 3, 4])),
            ("(uidNumber>=x)", None),
            ("(cn>=10)", Some(vec![1, 2, 4])),
            ("(createTimestamp<=202601020000Z)", Some(vec![1, 2])),
            // Of an attribute that nobody knows, the order is not that of its keys.
            ("(shoeSize>=10)", None),
        ] {
            assert_eq!(range(&index, filter), expected, "{filter}");
        }
        // A value that the rule cannot compare stands in no order.
        let odd = Entry::new("uid=x").with("uidNumber", ["many"]);
        index.add(5, &Record::of(&odd));
        assert_eq!(range(&index, "(uidNumber>=10)"), None);
        index.remove(5, &Record::of(&odd));
        assert_eq!(range(&index, "(uidNumber>=10)"), Some(vec![2, 4]));
    }

    /// A key of the rule and one of none may have the same octets.
    #[test]
    fn a_value_that_only_changes_its_kind_of_key_is_found() {
        let rules = Rules::built_in(SchemaChecks::Off);
        let mut index = Index::new(rules, ["name"], ["name"]);
        let before = Entry::new("cn=a").with("cn", ["Ada", "Augusta"]).with("sn", ["Ada"]);
        let after = Entry::new("cn=a").with("sn", ["Ada"]).with("name", ["Byron"]);
        index.add(1, &Record::of(&before));
        index.update(1, &Record::of(&before), &Record::of(&after));
        for (value, expected) in [("ada", vec![1]), ("byron", vec![1]), ("augusta", vec![])] {
            assert_eq!(equal(&index, "name", value), Some(expected), "{value}");
        }
        assert_eq!(parts(&index, "(name=*yro*)"), Some(vec![1]));
        assert_eq!(parts(&index, "(name=*ugu*)"), Some(vec![]));
        assert_eq!(present(&index, "name"), Some(vec![1]));
    }

    #[test]
    fn an_index_holds_subtypes_and_superclasses() {
        let rules = Rules::built_in(SchemaChecks::Off);
        let mut index = Index::new(rules, ["name", "objectClass"], []);
        index.add(
            1,
            &Record::of(
                &Entry::new("cn=a").with("cn", ["Ada"]).with("objectClass", ["inetOrgPerson", "myOwn"]),
            ),
        );
        index.add(2, &Record::of(&Entry::new("c=us").with("c", ["US"]).with("objectClass", ["country"])));
        for (attribute, value, expected) in [
            ("name", "ADA", Some(vec![1])),
            ("name", "us", Some(vec![2])),
            ("cn", "ada", None),
            ("objectClass", "PERSON", Some(vec![1])),
            ("objectClass", "2.5.6.6", Some(vec![1])),
            ("objectClass", "top", Some(vec![1, 2])),
            ("objectClass", "MYOWN", Some(vec![1])),
        ] {
            assert_eq!(equal(&index, attribute, value), expected, "{attribute} {value}");
        }
    }
}
