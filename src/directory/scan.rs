//! Which entries a search has to look at, and whether they match.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::{Dn, Filter, Scope};

use super::candidates::candidates;
use super::computed::Placed;
use super::index::in_order;
use super::record::{Kind, Record};
use super::resolve;
use super::sought::Sought;
use super::store::{Id, Node, Store};

/// Aliases that one search follows below its base, at most.
const MAX_ALIASES: usize = 1024;

/// Entries that are found in one step, at most: what is made of them is made before the next step.
const BATCH: usize = 128;

/// Entries that are looked at in one step, at most, most of them in vain: the lock is held meanwhile.
const LOOKED_AT: usize = 1024;

/// A tree of more entries than this is not gathered before the first is looked at, if it is a good part of all entries.
const GATHERED: usize = 1024;

/// Which entries a search looks at, in the order in which they were added.
///
/// **What is added later is not looked at**, so that a search ends, and what is gone or has left the scope meanwhile is passed
/// over.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// Nothing for a search of everything.
    base: Option<Id>,
    scope: Scope,
    way: Way,
    last: Id,
}

/// How the entries are found.
#[derive(Clone, Debug)]
enum Way {
    /// They are these.
    Gathered(Vec<Id>),
    /// They are those of these that are in scope.
    Candidates(Vec<Id>),
    /// All are visited, and asked whether they are in scope.
    All,
}

impl Plan {
    /// Decides how to look for the entries that match.
    pub(super) fn new(
        store: &Store,
        base: Option<Id>,
        scope: Scope,
        filter: &Filter,
        follows_aliases: bool,
    ) -> Self {
        let way = if follows_aliases {
            Way::Gathered(follow(store, base, scope))
        } else {
            way(store, base, scope, filter)
        };
        Self { base, scope, way, last: store.last() }
    }

    /// How many entries are looked at, at most, as far as that is known.
    pub(super) const fn most(&self) -> usize {
        match &self.way {
            Way::Gathered(ids) | Way::Candidates(ids) => ids.len(),
            Way::All => usize::MAX,
        }
    }

    /// Begins behind an entry, or with the first behind 0.
    pub(super) const fn walk(&self, after: Id) -> Walk<'_> {
        let is_over = match &self.way {
            Way::Gathered(ids) | Way::Candidates(ids) => ids.is_empty(),
            Way::All => false,
        };
        Walk { plan: self, after, is_over }
    }
}

/// A walk through the entries of a plan.
#[derive(Clone, Debug)]
pub(super) struct Walk<'p> {
    plan: &'p Plan,
    /// The entry that was looked at last.
    after: Id,
    is_over: bool,
}

/// An entry that is in scope, with how many are directly below it.
pub(super) type Looked = (Id, Arc<Record>, usize);

impl Walk<'_> {
    /// Whether all were looked at.
    pub(super) const fn is_over(&self) -> bool {
        self.is_over
    }

    /// Looks at the next few entries; there may be none among them that is in scope.
    pub(super) fn step(&mut self, store: &Store) -> Vec<Looked> {
        let Plan { base, scope, way, last } = self.plan;
        let is_in_scope = |id| is_in_scope(store, id, *base, *scope);
        let after = self.after;
        match way {
            Way::Gathered(ids) => self.take(listed(store, ids, after), |_| true),
            Way::Candidates(ids) => self.take(listed(store, ids, after), is_in_scope),
            Way::All => self.take(store.behind(after).take_while(|(id, _)| id <= last), is_in_scope),
        }
    }

    fn take<'s>(
        &mut self,
        entries: impl Iterator<Item = (Id, &'s Node)>,
        is_in_scope: impl Fn(Id) -> bool,
    ) -> Vec<Looked> {
        let mut found = Vec::new();
        for (count, (id, node)) in entries.enumerate() {
            if count >= LOOKED_AT || found.len() >= BATCH {
                return found;
            }
            self.after = id;
            if is_in_scope(id) {
                found.push((id, Arc::clone(&node.record), node.children()));
            }
        }
        self.is_over = true;
        found
    }
}

/// Those of a list that are behind one, and still there.
fn listed<'s>(store: &'s Store, ids: &[Id], after: Id) -> impl Iterator<Item = (Id, &'s Node)> {
    let start = ids.partition_point(|id| *id <= after);
    ids.get(start..).unwrap_or_default().iter().filter_map(|id| Some((*id, store.node(*id)?)))
}

fn way(store: &Store, base: Option<Id>, scope: Scope, filter: &Filter) -> Way {
    let count = count(store, base, scope);
    // Where an index finds half of what is in scope, or more, it saves nothing.
    if let Some(mut ids) = candidates(filter, &store.index, count / 2) {
        // References are returned whatever the filter.
        let referrals = store.referrals();
        if referrals.len() <= count {
            if !referrals.is_empty() {
                ids.extend(referrals.iter());
                ids = in_order(ids);
            }
            return Way::Candidates(ids);
        }
    }
    // To visit an entry in vain takes less time than to gather one.
    if count > GATHERED && count.saturating_mul(8) >= store.len() {
        Way::All
    } else {
        Way::Gathered(all(store, base, scope))
    }
}

/// How many entries are in scope.
fn count(store: &Store, base: Option<Id>, scope: Scope) -> usize {
    match (base, scope) {
        (base, Scope::BaseObject) => usize::from(base.is_some()),
        (Some(base), Scope::SingleLevel) => store.node(base).map_or(0, Node::children),
        (None, Scope::SingleLevel) => store.root_ids().len(),
        (Some(base), _) => store.count_below(base).saturating_add(1),
        (None, _) => store.len(),
    }
}

/// All entries in scope.
fn all(store: &Store, base: Option<Id>, scope: Scope) -> Vec<Id> {
    let mut ids = match (base, scope) {
        (Some(base), Scope::BaseObject) => vec![base],
        (None, Scope::BaseObject) => Vec::new(),
        (Some(base), Scope::SingleLevel) => store.children(base).collect(),
        (None, Scope::SingleLevel) => store.root_ids().iter().collect(),
        (Some(base), Scope::SubordinateSubtree) => store.subtree(base).split_off(1),
        (Some(base), _) => store.subtree(base),
        (None, _) => store.root_ids().iter().flat_map(|root| store.subtree(root)).collect(),
    };
    ids.sort_unstable();
    ids
}

/// Whether an entry is in scope. Referral entries and what is below them stand in the tree like others.
pub(super) fn is_in_scope(store: &Store, id: Id, base: Option<Id>, scope: Scope) -> bool {
    match (base, scope) {
        (_, Scope::BaseObject) => base == Some(id),
        (_, Scope::SingleLevel) => store.node(id).is_some_and(|node| node.parent == base),
        (Some(base), Scope::SubordinateSubtree) => id != base && store.is_within(id, base),
        (Some(base), _) => store.is_within(id, base),
        (None, _) => true,
    }
}

/// All entries in scope, with those that aliases in scope stand for in place of the aliases: "If the search continues
/// by searching [...] subordinates, aliases [...] are dereferenced" (RFC 4511 4.5.1.3).
fn follow(store: &Store, base: Option<Id>, scope: Scope) -> Vec<Id> {
    let mut found = BTreeSet::new();
    let mut followed = BTreeSet::new();
    let mut open: Vec<Id> = all(store, base, scope);
    // An alias that is the base object itself is the base's affair.
    while let Some(id) = open.pop() {
        let Some(record) = store.record(id) else { continue };
        if record.kind != Kind::Alias || Some(id) == base {
            found.insert(id);
            continue;
        }
        if !followed.insert(id) || followed.len() > MAX_ALIASES {
            continue;
        }
        let Some(aliased) = resolve::aliased(record) else { continue };
        // One that leads nowhere is passed over: a search of many entries does not fail for one.
        let Ok(aliased) = resolve::dereference(store, &aliased) else { continue };
        let Some(target) = store.find(&aliased) else { continue };
        match scope {
            Scope::BaseObject | Scope::SingleLevel => open.push(target),
            _ => open.extend(store.subtree(target).into_iter().filter(|id| !found.contains(id))),
        }
    }
    found.into_iter().collect()
}

/// Whether one entry matches.
pub(super) fn is_match(filter: &Filter, placed: &Placed<'_>) -> bool {
    Sought::new(filter, placed.rules, 1).is_match(placed)
}

/// Whether one of the entries above refers to another server, so that this one is not here.
pub(super) fn is_below_referral(store: &Store, dn: &Dn) -> bool {
    !store.referrals().is_empty()
        && dn
            .ancestors()
            .any(|above| store.by_name(&above).is_some_and(|(_, record)| record.kind == Kind::Referral))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::index::Index;
    use crate::directory::rules::{Rules, SchemaChecks};
    use crate::model::Entry;

    fn record(rules: &Rules, dn: &str) -> Arc<Record> {
        let mut entry = Entry::new(dn).with("objectClass", ["device"]);
        let dn = Dn::parse(dn).unwrap();
        rules.add_naming_values(&mut entry, &dn);
        Record::new(rules, &entry)
    }

    fn plan(store: &Store, base: Option<Id>, scope: Scope, filter: &Filter) -> Plan {
        Plan::new(store, base, scope, filter, false)
    }

    fn ids(store: &Store, mut walk: Walk<'_>) -> Vec<Id> {
        let mut found = Vec::new();
        while !walk.is_over() {
            let looked = walk.step(store);
            assert!(looked.len() <= BATCH, "{}", looked.len());
            found.extend(looked.iter().map(|(id, ..)| *id));
        }
        found
    }

    /// A large tree is walked, a small one gathered, and a few that an index knows are looked up: each gives the same.
    #[test]
    fn entries_are_found_in_their_order_however_they_are_looked_for() {
        let rules = Rules::built_in(SchemaChecks::Off);
        let mut store = Store::new(rules.clone(), Index::new(rules.clone(), ["objectClass", "cn"], []));
        let top = store.insert_record(record(&rules, "dc=x"));
        let small = store.insert_record(record(&rules, "ou=small,dc=x"));
        let large = store.insert_record(record(&rules, "ou=large,dc=x"));
        let mut expected = vec![large];
        for number in 0..GATHERED * 2 {
            expected.push(store.insert_record(record(&rules, &format!("cn={number},ou=large,dc=x"))));
            if number % 100 == 0 {
                store.insert_record(record(&rules, &format!("cn={number},ou=small,dc=x")));
            }
        }
        let filter = Filter::present("objectClass");
        let whole = plan(&store, Some(large), Scope::WholeSubtree, &filter);
        assert!(matches!(whole.way, Way::All), "{whole:?}");
        assert_eq!(ids(&store, whole.walk(0)), expected);
        // It goes on behind any entry.
        assert_eq!(ids(&store, whole.walk(expected[1000])), expected[1001..]);
        let level = plan(&store, Some(large), Scope::SingleLevel, &filter);
        assert_eq!(ids(&store, level.walk(0)), expected[1..]);
        assert_eq!(ids(&store, plan(&store, None, Scope::WholeSubtree, &filter).walk(0)).len(), store.len());

        let few = plan(&store, Some(small), Scope::WholeSubtree, &filter);
        assert!(matches!(few.way, Way::Gathered(_)), "{few:?}");
        assert_eq!(ids(&store, few.walk(0)).len(), 22);
        // What an index has most of is not looked up.
        let named = plan(&store, Some(small), Scope::WholeSubtree, &Filter::parse("(cn=*)").unwrap());
        assert_eq!(ids(&store, named.walk(0)).len(), 22);
        // Of two with this name one is in scope.
        let one = Filter::equality("cn", "100");
        let one = plan(&store, Some(large), Scope::WholeSubtree, &one);
        assert!(matches!(&one.way, Way::Candidates(ids) if ids.len() == 2), "{one:?}");
        assert_eq!(ids(&store, one.walk(0)), [expected[101]]);

        // What is gone, or has left, is passed over, and what has come later is not looked at.
        store.remove(expected[1]);
        store.rename(expected[2], record(&rules, "cn=moved,dc=x"));
        store.insert_record(record(&rules, "cn=late,ou=large,dc=x"));
        expected.drain(1..=2);
        assert_eq!(ids(&store, whole.walk(0)), expected);
        assert_eq!((store.count_below(large), store.count_below(top)), (GATHERED * 2 - 1, store.len() - 1));
    }
}
