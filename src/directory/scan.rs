//! Which entries a search has to look at, and whether they match.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::{Dn, Filter, Scope};
use crate::server::Answer;

use super::candidates::candidates;
use super::computed::{self, Placed};
use super::record::{Kind, Record};
use super::resolve;
use super::store::{Id, Store};

/// Aliases that one search follows below its base, at most.
const MAX_ALIASES: usize = 1024;

/// The entries that a search looks at, in the order in which they were added.
///
/// `base` is the root for a search of everything.
pub(super) fn entries(
    store: &Store,
    base: Option<Id>,
    scope: Scope,
    filter: &Filter,
    follows_aliases: bool,
) -> Result<Vec<Id>, Answer> {
    if follows_aliases {
        return follow(store, base, scope);
    }
    if let Some(mut ids) = candidates(filter, &store.index) {
        // References are returned whatever the filter.
        if let Some(referrals) = store.index.equal(&"objectClass".into(), b"referral") {
            ids.extend(referrals);
            ids.sort_unstable();
            ids.dedup();
            ids.retain(|id| is_in_scope(store, *id, base, scope));
            return Ok(ids);
        }
    }
    Ok(all(store, base, scope))
}

/// All entries in scope.
fn all(store: &Store, base: Option<Id>, scope: Scope) -> Vec<Id> {
    let mut ids = match (base, scope) {
        (Some(base), Scope::BaseObject) => vec![base],
        (None, Scope::BaseObject) => Vec::new(),
        (Some(base), Scope::SingleLevel) => children(store, base),
        (None, Scope::SingleLevel) => store.root_ids().iter().copied().collect(),
        (Some(base), Scope::SubordinateSubtree) => store.subtree(base).split_off(1),
        (Some(base), _) => store.subtree(base),
        (None, _) => store.root_ids().iter().flat_map(|root| store.subtree(*root)).collect(),
    };
    ids.sort_unstable();
    ids
}

fn children(store: &Store, base: Id) -> Vec<Id> {
    store.node(base).map_or_else(Vec::new, |node| node.children.iter().copied().collect())
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
fn follow(store: &Store, base: Option<Id>, scope: Scope) -> Result<Vec<Id>, Answer> {
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
    Ok(found.into_iter().collect())
}

/// Whether an entry matches.
pub(super) fn is_match(filter: &Filter, placed: &Placed<'_>) -> bool {
    if computed::is_asked_by(filter) {
        let mut entry = placed.record.entry.clone();
        entry.extend(placed.computed());
        return filter.evaluate_by(&entry, placed.rules).is_true();
    }
    filter.evaluate_by(&placed.record.entry, placed.rules).is_true()
}

/// The entries of these numbers that still exist, with how many are below each.
pub(super) fn fetch(store: &Store, ids: &[Id]) -> Vec<(Id, Arc<Record>, usize)> {
    ids.iter()
        .filter_map(|id| {
            let node = store.node(*id)?;
            Some((*id, Arc::clone(&node.record), node.children.len()))
        })
        .collect()
}

/// Whether one of the entries above refers to another server, so that this one is not here.
pub(super) fn is_below_referral(store: &Store, dn: &Dn) -> bool {
    dn.ancestors().any(|above| store.by_name(&above).is_some_and(|(_, record)| record.kind == Kind::Referral))
}
