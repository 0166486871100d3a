//! What is found without looking at every entry.

use std::collections::BTreeMap;
use std::ops::Bound;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::{AttributeDescription, Entry, Substrings, ValueEquality};

use super::rules::Rules;
use super::store::Id;

/// For each indexed attribute the entries that have it, by value and by parts of values.
///
/// An attribute is indexed by its type: values under options stand with the others, and who asks for options looks
/// once more. What an index gives may hold entries that do not match; never does one that matches lack.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    attributes: FxHashMap<Box<str>, AttributeIndex>,
}

#[derive(Clone, Debug, Default)]
struct AttributeIndex {
    /// By the key under which equal values are equal, in its order, for equality and beginnings.
    values: BTreeMap<Box<[u8]>, Vec<Id>>,
    /// By three octets of a key, for parts of values.
    grams: Option<FxHashMap<[u8; 3], Vec<Id>>>,
    present: Vec<Id>,
    /// How many keys are no text. Among octets parts are found by other rules than in text.
    opaque: usize,
}

impl Index {
    /// Indexes attributes: by value, and the second by parts of values, too.
    pub(super) fn new<'a>(
        values: impl IntoIterator<Item = &'a str>,
        parts: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut index = Self::default();
        for attribute in values {
            index.attributes.entry(Rules::canonical(attribute).into()).or_default();
        }
        for attribute in parts {
            let index = index.attributes.entry(Rules::canonical(attribute).into()).or_default();
            index.grams.get_or_insert_default();
        }
        index
    }

    pub(super) fn add(&mut self, id: Id, entry: &Entry) {
        self.change(id, entry, None, Change::Add);
    }

    pub(super) fn remove(&mut self, id: Id, entry: &Entry) {
        self.change(id, entry, None, Change::Remove);
    }

    /// Changes what differs between two forms of an entry.
    pub(super) fn update(&mut self, id: Id, before: &Entry, after: &Entry) {
        self.change(id, before, Some(after), Change::Remove);
        self.change(id, after, Some(before), Change::Add);
    }

    /// Adds or removes the entry under its values, but not under those of attributes that `other` has alike.
    fn change(&mut self, id: Id, entry: &Entry, other: Option<&Entry>, change: Change) {
        // An entry that has an attribute under several descriptions is one entry.
        let mut seen = FxHashSet::default();
        for attribute in entry.attributes() {
            let description = attribute.description();
            let name = Rules::canonical(description.attribute_type());
            let Some(index) = self.attributes.get_mut(&*name) else { continue };
            if !seen.insert(name) {
                continue;
            }
            let is_same_type = |own: &AttributeDescription| {
                Rules::canonical(own.attribute_type()) == Rules::canonical(description.attribute_type())
            };
            let of_type = |entry: &Entry| -> Vec<_> {
                let attributes = entry.attributes().iter();
                attributes.filter(|own| is_same_type(own.description())).cloned().collect()
            };
            let own = of_type(entry);
            if other.is_some_and(|other| of_type(other) == own) {
                continue;
            }
            change.apply(&mut index.present, id);
            let keys: FxHashSet<_> = own
                .iter()
                .flat_map(|attribute| attribute.values())
                .map(|value| Rules.key(description, value))
                .collect();
            let grams: FxHashSet<_> = match &index.grams {
                Some(_) => keys.iter().flat_map(|key| grams(key)).collect(),
                None => FxHashSet::default(),
            };
            for key in keys {
                let is_opaque = std::str::from_utf8(&key).is_err();
                let ids = match (change, index.values.get_mut(&*key)) {
                    (_, Some(ids)) => ids,
                    (Change::Add, None) => {
                        index.opaque += usize::from(is_opaque);
                        index.values.entry(key.as_ref().into()).or_default()
                    }
                    (Change::Remove, None) => continue,
                };
                change.apply(ids, id);
                if ids.is_empty() {
                    index.opaque -= usize::from(is_opaque);
                    index.values.remove(&*key);
                }
            }
            if let Some(known) = &mut index.grams {
                for gram in grams {
                    let ids = known.entry(gram).or_default();
                    change.apply(ids, id);
                    if ids.is_empty() {
                        known.remove(&gram);
                    }
                }
            }
        }
    }

    /// The entries that have the attribute; nothing if it is not indexed.
    pub(super) fn present(&self, attribute: &AttributeDescription) -> Option<&[Id]> {
        Some(&self.of(attribute)?.present)
    }

    /// The entries that have this value; nothing if the attribute is not indexed.
    pub(super) fn equal(&self, attribute: &AttributeDescription, value: &[u8]) -> Option<&[Id]> {
        let index = self.of(attribute)?;
        let key = Rules.key(attribute, value);
        Some(index.values.get(&*key).map_or(&[], Vec::as_slice))
    }

    /// The entries that may have a value with these parts; nothing if the index cannot tell.
    pub(super) fn parts(&self, substrings: &Substrings) -> Option<Vec<Id>> {
        let attribute = substrings.attribute();
        let index = self.of(attribute).filter(|index| index.opaque == 0 && Rules::is_text(attribute))?;
        if let Some(known) = &index.grams {
            let pieces = substrings.initial().into_iter().chain(substrings.any()).chain(substrings.last());
            let keys: Vec<_> = pieces.map(|piece| Rules.key(attribute, piece)).collect();
            let rarest = keys
                .iter()
                .flat_map(|key| grams(key))
                .map(|gram| known.get(&gram).map_or(&[][..], Vec::as_slice))
                .min_by_key(|ids| ids.len());
            if let Some(ids) = rarest {
                return Some(ids.to_vec());
            }
        }
        let initial = substrings.initial()?;
        let beginning = Rules.key(attribute, initial);
        if beginning.is_empty() || !is_plain(initial) {
            return None;
        }
        let from = (Bound::Included(&*beginning), Bound::Unbounded);
        let range = index.values.range::<[u8], _>(from);
        let mut ids: Vec<Id> = range
            .take_while(|(key, _)| key.starts_with(&beginning))
            .flat_map(|(_, ids)| ids)
            .copied()
            .collect();
        ids.sort_unstable();
        ids.dedup();
        Some(ids)
    }

    fn of(&self, attribute: &AttributeDescription) -> Option<&AttributeIndex> {
        self.attributes.get(&*Rules::canonical(attribute.attribute_type()))
    }
}

/// Whether a part has the same key as a part that it has as a value: white space at its end is none of a value.
fn is_plain(part: &[u8]) -> bool {
    std::str::from_utf8(part).is_ok_and(|text| !text.ends_with(char::is_whitespace))
}

/// Three octets each. White space at the ends of a part is not in its key, so that no gram is asked for which a value
/// lacks.
fn grams(key: &[u8]) -> impl Iterator<Item = [u8; 3]> {
    key.windows(3).filter_map(|window| window.try_into().ok())
}

#[derive(Clone, Copy)]
enum Change {
    Add,
    Remove,
}

impl Change {
    /// Keeps the numbers in order and each once.
    fn apply(self, ids: &mut Vec<Id>, id: Id) {
        match (self, ids.last()) {
            // Most entries are new, and have the largest number.
            (Self::Add, last) if last.is_none_or(|last| *last < id) => ids.push(id),
            (Self::Add, _) => {
                if let Err(place) = ids.binary_search(&id) {
                    ids.insert(place, id);
                }
            }
            (Self::Remove, _) => {
                if let Ok(place) = ids.binary_search(&id) {
                    ids.remove(place);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Filter;

    fn parts(index: &Index, filter: &str) -> Option<Vec<Id>> {
        let Filter::Substrings(substrings) = Filter::parse(filter).unwrap() else { panic!() };
        index.parts(&substrings)
    }

    #[test]
    fn entries_are_found_until_they_change() {
        let mut index = Index::new(["cn", "uid"], ["mail"]);
        let ada =
            Entry::new("uid=ada").with("commonName;lang-en", ["Ada", "Augusta"]).with("mail", ["ada@x.org"]);
        let eve = Entry::new("uid=eve").with("cn", ["Eve"]).with("mail", ["eve@y.org"]);
        index.add(1, &ada);
        index.add(2, &eve);
        let cn = AttributeDescription::from("CN");
        assert_eq!(index.equal(&cn, b" ADA "), Some(&[1][..]));
        assert_eq!(index.equal(&cn, b"nobody"), Some(&[][..]));
        assert_eq!(index.equal(&"sn".into(), b"ada"), None);
        assert_eq!(index.present(&cn), Some(&[1, 2][..]));
        assert_eq!(parts(&index, "(cn=a*)"), Some(vec![1]));
        assert_eq!(parts(&index, "(cn=*a)"), None);
        assert_eq!(parts(&index, "(mail=*.org*)"), Some(vec![1, 2]));
        assert_eq!(parts(&index, "(mail=*@y*)"), None);
        assert_eq!(parts(&index, "(mail=*@y.*)"), Some(vec![2]));

        let changed = Entry::new("uid=ada").with("cn", ["Augusta"]);
        index.update(1, &ada, &changed);
        assert_eq!(index.equal(&cn, b"ada"), Some(&[][..]));
        assert_eq!(index.equal(&cn, b"augusta"), Some(&[1][..]));
        assert_eq!(parts(&index, "(mail=*.org*)"), Some(vec![2]));
        index.remove(1, &changed);
        index.remove(2, &eve);
        assert!(index.attributes.values().all(|index| {
            index.values.is_empty() && index.present.is_empty() && index.grams.iter().all(FxHashMap::is_empty)
        }));
    }
}
