//! What leads from one entry to another.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::Entry;
use crate::model::{AttributeDescription, Modification, OctetEquality, Value, ValueEquality};

impl Entry {
    /// Returns the modifications that make this entry into `after`, values compared by their octets.
    ///
    /// The names of the entries are not looked at, and the order of attributes and values does not count: they are sets
    /// (RFC 4512 2.2). **`before.apply(before.diff(after))` holds the attributes and values of `after`.** For each
    /// attribute the shorter way is taken: its values one by one, or all of them at once. One by one is preferred where
    /// both are as long, since it leaves alone what others do to the entry meanwhile; attributes that have
    /// [no EQUALITY rule](ValueEquality::has_rule) are always replaced.
    ///
    /// ```
    /// use ldapwire::model::{Entry, Modification};
    ///
    /// let before = Entry::new("cn=admins")
    ///     .with("member", ["uid=ada,ou=people", "uid=bob,ou=people", "uid=cy,ou=people"])
    ///     .with("description", ["x"]);
    /// let after = Entry::new("cn=admins")
    ///     .with("member", ["uid=cy,ou=people", "uid=ada,ou=people", "uid=dee,ou=people"])
    ///     .with("owner", ["uid=ada,ou=people"]);
    /// assert_eq!(
    ///     before.diff(&after),
    ///     [
    ///         Modification::delete("member", ["uid=bob,ou=people"]),
    ///         Modification::add("member", ["uid=dee,ou=people"]),
    ///         Modification::delete_attribute("description"),
    ///         Modification::add("owner", ["uid=ada,ou=people"]),
    ///     ]
    /// );
    /// ```
    #[must_use]
    pub fn diff(&self, after: &Self) -> Vec<Modification> {
        self.diff_by(after, &OctetEquality)
    }

    /// Returns the modifications that make this entry into `after`, values compared by rules of the caller's.
    #[must_use]
    pub fn diff_by(&self, after: &Self, equality: &(impl ValueEquality + ?Sized)) -> Vec<Modification> {
        let (old, new) = (gather(self), gather(after));
        let mut modifications = Vec::new();
        for (description, values) in &old.attributes {
            match new.values(description) {
                Some(others) => change(description, values, others, equality, &mut modifications),
                None => modifications.push(Modification::delete_attribute(*description)),
            }
        }
        for (description, values) in &new.attributes {
            if old.values(description).is_none() {
                let distinct = Keyed::new(description, values, equality).values;
                modifications.push(Modification::add(*description, distinct.into_iter().cloned()));
            }
        }
        modifications
    }
}

/// The attributes of an entry, each once: an entry may hold one in several parts. What has no value is not there.
struct Gathered<'a> {
    attributes: Vec<(&'a AttributeDescription, Vec<&'a Value>)>,
    places: HashMap<&'a AttributeDescription, usize>,
}

fn gather(entry: &Entry) -> Gathered<'_> {
    let mut gathered = Gathered { attributes: Vec::new(), places: HashMap::new() };
    for attribute in entry.attributes().iter().filter(|attribute| !attribute.values().is_empty()) {
        let next = gathered.attributes.len();
        let place = *gathered.places.entry(attribute.description()).or_insert(next);
        if place == next {
            gathered.attributes.push((attribute.description(), Vec::new()));
        }
        if let Some((_, values)) = gathered.attributes.get_mut(place) {
            values.extend(attribute.values());
        }
    }
    gathered
}

impl<'a> Gathered<'a> {
    fn values(&self, description: &AttributeDescription) -> Option<&[&'a Value]> {
        let place = *self.places.get(description)?;
        self.attributes.get(place).map(|(_, values)| values.as_slice())
    }
}

/// Values, each once, with their keys.
struct Keyed<'a> {
    values: Vec<&'a Value>,
    keys: HashSet<Cow<'a, [u8]>>,
}

impl<'a> Keyed<'a> {
    fn new(
        description: &AttributeDescription,
        all: &[&'a Value],
        equality: &(impl ValueEquality + ?Sized),
    ) -> Self {
        let mut keys = HashSet::with_capacity(all.len());
        let is_new = |value: &&&'a Value| keys.insert(equality.key(description, value));
        Self { values: all.iter().filter(is_new).copied().collect(), keys }
    }

    /// Returns the values that the other does not have.
    fn without(
        &self,
        other: &Self,
        description: &AttributeDescription,
        equality: &(impl ValueEquality + ?Sized),
    ) -> Vec<&'a Value> {
        let is_missing = |value: &&&'a Value| !other.keys.contains(&*equality.key(description, value));
        self.values.iter().filter(is_missing).copied().collect()
    }
}

fn change(
    description: &AttributeDescription,
    before: &[&Value],
    after: &[&Value],
    equality: &(impl ValueEquality + ?Sized),
    modifications: &mut Vec<Modification>,
) {
    let (before, after) =
        (Keyed::new(description, before, equality), Keyed::new(description, after, equality));
    let mut gone = before.without(&after, description, equality);
    gone.retain(|value| !equality.is_implied(description, value, &after.values));
    let come = after.without(&before, description, equality);
    if gone.is_empty() && come.is_empty() {
        return;
    }
    let one_by_one = size(&gone) + size(&come);
    if !equality.has_rule(description) || size(&after.values) < one_by_one {
        modifications.push(Modification::replace(description, after.values.into_iter().cloned()));
        return;
    }
    if !gone.is_empty() {
        modifications.push(Modification::delete(description, gone.into_iter().cloned()));
    }
    if !come.is_empty() {
        modifications.push(Modification::add(description, come.into_iter().cloned()));
    }
}

/// The octets that values take in a request, or nearly so.
fn size(values: &[&Value]) -> usize {
    /// Operation, description and the headers around them.
    const MODIFICATION: usize = 16;
    /// Tag and length.
    const HEADER: usize = 2;

    match values {
        [] => 0,
        values => MODIFICATION + values.iter().map(|value| HEADER + value.len()).sum::<usize>(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Attribute, CaseIgnoreEquality};
    use crate::testing::strategies;

    /// The sets that an entry is.
    fn sets(entry: &Entry) -> std::collections::BTreeMap<AttributeDescription, Vec<Value>> {
        let mut sets = std::collections::BTreeMap::new();
        for (description, values) in gather(entry).attributes {
            let mut values: Vec<Value> = values.into_iter().cloned().collect();
            values.sort();
            values.dedup();
            sets.insert(description.clone(), values);
        }
        sets
    }

    /// Entries that have attributes and values in common.
    fn entry() -> impl Strategy<Value = Entry> {
        let name = proptest::sample::select(vec![
            "cn",
            "CN",
            "member",
            "jpegPhoto",
            "cn;lang-de;x-a",
            "cn;X-A;lang-de",
        ]);
        let value = proptest::sample::select(vec!["", "a", "A", "b", "a long value that costs something"]);
        let attribute = (name, proptest::collection::vec(value, 0..6))
            .prop_map(|(name, values)| Attribute::new(name, values));
        proptest::collection::vec(attribute, 0..6).prop_map(|attributes| {
            // Named by none of its values, which are free to go.
            let mut entry = Entry::new("o=a");
            entry.extend(attributes);
            entry
        })
    }

    proptest! {
        #[test]
        fn applying_a_difference_gives_the_other_entry(before in entry(), after in entry()) {
            let mut changed = before.clone();
            changed.apply(&before.diff(&after)).unwrap();
            prop_assert_eq!(sets(&changed), sets(&after));
            prop_assert_eq!(changed.diff(&after), vec![]);
        }

        #[test]
        fn so_it_does_with_entries_of_all_kinds(before in strategies::entry(0), after in strategies::entry(0)) {
            let mut changed = before.clone();
            changed.apply(&before.diff(&after)).unwrap();
            prop_assert_eq!(sets(&changed), sets(&after));
        }

        #[test]
        fn entries_do_not_differ_from_themselves(entry in entry()) {
            prop_assert_eq!(entry.diff(&entry), vec![]);
            prop_assert_eq!(entry.diff_by(&entry, &CaseIgnoreEquality), vec![]);
        }
    }

    #[test]
    fn a_single_value_is_replaced_and_one_of_many_is_not() {
        let old =
            Entry::new("").with("mail", ["a@example.org"]).with("member", ["cn=a", "cn=b", "cn=c", "cn=d"]);
        let new = Entry::new("").with("MAIL", ["b@example.org"]).with("member", ["cn=a", "cn=b", "cn=c"]);
        assert_eq!(
            old.diff(&new),
            [Modification::replace("mail", ["b@example.org"]), Modification::delete("member", ["cn=d"])]
        );
    }

    #[test]
    fn what_has_no_equality_rule_is_replaced() {
        let old = Entry::new("").with("jpegPhoto", [vec![1u8; 1000], vec![2; 1000]]);
        let new = Entry::new("").with("jpegPhoto", [vec![1u8; 1000]]);
        assert_eq!(old.diff(&new), [Modification::replace("jpegPhoto", [vec![1u8; 1000]])]);
    }

    #[test]
    fn large_groups_are_compared_in_one_pass() {
        let members = |from: u32| (from..from + 100_000).map(|number| format!("uid={number},dc=example"));
        let (old, new) =
            (Entry::new("").with("member", members(0)), Entry::new("").with("member", members(1)));
        assert_eq!(
            old.diff(&new),
            [
                Modification::delete("member", ["uid=0,dc=example"]),
                Modification::add("member", ["uid=100000,dc=example"])
            ]
        );
    }
}
