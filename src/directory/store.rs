//! The entries, by name and as a tree.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use crate::model::Dn;

use super::computed::Placed;
use super::history::{Gone, History};
use super::index::Index;
use super::names::Names;
use super::postings::Postings;
use super::record::{Kind, Record};
use super::resolve;
use super::rules::Rules;

/// The number of an entry: those that came later have larger ones, and none is given twice.
pub(super) type Id = u64;

/// The entries, by name and as a tree.
#[derive(Clone, Debug)]
pub(super) struct Store {
    /// In the order of their numbers, so that a search of everything goes on where it was.
    nodes: BTreeMap<Id, Node>,
    names: Names,
    /// Entries without one above them: the naming contexts.
    roots: Postings,
    /// Entries that refer to other servers: most directories have none, and need not look for any.
    referrals: Postings,
    pub(super) index: Index,
    pub(super) rules: Rules,
    next: Id,
    /// Counts the changes.
    version: u64,
    /// What was changed and is not yet kept, or to be undone.
    changes: Vec<Change>,
    history: History,
}

/// Where a name is among the entries, as long as nothing changes.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// That of the name, under which it is found.
    hash: u64,
    /// The one that has it.
    pub(super) entry: Option<Id>,
    /// The one with the name above.
    pub(super) above: Option<Id>,
}

/// A change that was made; what an operation does may take several.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Inserted(Id, Arc<Record>),
    Removed(Id, Arc<Record>),
    /// Before and after.
    Replaced(Id, Arc<Record>, Arc<Record>),
    /// Before and after; what is below goes with it.
    Renamed(Id, Arc<Record>, Arc<Record>),
}

/// An entry in its place.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) record: Arc<Record>,
    pub(super) parent: Option<Id>,
    /// Most entries have none below them.
    below: Option<Box<Below>>,
    /// The version that changed it last.
    version: u64,
}

/// The entries below another one.
#[derive(Clone, Debug, Default)]
struct Below {
    children: Postings,
    /// How many they are on all levels.
    count: usize,
}

impl Node {
    /// How many entries are directly below it.
    pub(super) fn children(&self) -> usize {
        self.below.as_ref().map_or(0, |below| below.children.len())
    }

    fn count_below(&self) -> usize {
        self.below.as_ref().map_or(0, |below| below.count)
    }
}

impl Store {
    pub(super) fn new(rules: Rules, index: Index) -> Self {
        Self {
            nodes: BTreeMap::new(),
            names: Names::new(),
            roots: Postings::default(),
            referrals: Postings::default(),
            index,
            rules,
            next: 1,
            version: 0,
            changes: Vec::new(),
            history: History::new(),
        }
    }

    /// Puts an entry, whose name has this place, below its parent, or among the naming contexts if there is none.
    pub(super) fn insert(&mut self, place: &Place, record: Arc<Record>) -> Id {
        let id = self.next;
        self.next += 1;
        self.insert_as(id, place, record);
        id
    }

    /// Puts in an entry whose place was not looked for.
    pub(super) fn insert_record(&mut self, record: Arc<Record>) -> Id {
        self.insert(&self.place(&record.dn()), record)
    }

    fn insert_as(&mut self, id: Id, place: &Place, record: Arc<Record>) {
        self.version += 1;
        let parent = place.above;
        self.attach(id, parent, 1);
        self.names.insert(place.hash, id);
        self.index.add(id, &record);
        self.note_kind(id, record.kind);
        self.changes.push(Change::Inserted(id, Arc::clone(&record)));
        let version = self.version;
        self.history.change(id, version, version);
        self.nodes.insert(id, Node { record, parent, below: None, version });
    }

    /// Removes an entry that has none below it.
    pub(super) fn remove(&mut self, id: Id) -> Option<Arc<Record>> {
        let node = self.take(id)?;
        let gone = Gone { version: self.version, id, record: Arc::clone(&node.record) };
        self.history.delete(gone, node.version);
        self.changes.push(Change::Removed(id, Arc::clone(&node.record)));
        Some(node.record)
    }

    fn take(&mut self, id: Id) -> Option<Node> {
        let node = self.nodes.remove(&id)?;
        self.version += 1;
        self.detach(id, node.parent, 1);
        self.names.remove(self.hash(&node.record.dn()), id);
        self.index.remove(id, &node.record);
        self.referrals.take(id);
        Some(node)
    }

    /// Puts a changed entry in the place of the one with this number; the name stays.
    pub(super) fn replace(&mut self, id: Id, record: Arc<Record>) {
        if let Some(before) = self.exchange(id, Arc::clone(&record)) {
            self.changes.push(Change::Replaced(id, before, record));
        }
    }

    fn exchange(&mut self, id: Id, record: Arc<Record>) -> Option<Arc<Record>> {
        let node = self.nodes.get_mut(&id)?;
        self.version += 1;
        self.index.update(id, &node.record, &record);
        self.history.change(id, node.version, self.version);
        node.version = self.version;
        let kind = record.kind;
        let before = std::mem::replace(&mut node.record, record);
        self.note_kind(id, kind);
        Some(before)
    }

    fn note_kind(&mut self, id: Id, kind: Kind) {
        match kind {
            Kind::Referral => self.referrals.put(id),
            _ => self.referrals.take(id),
        }
    }

    /// Gives an entry, changed as `record` says, another name and place, and all entries below it with it.
    pub(super) fn rename(&mut self, id: Id, record: Arc<Record>) {
        let Some(node) = self.nodes.get(&id) else { return };
        self.changes.push(Change::Renamed(id, Arc::clone(&node.record), Arc::clone(&record)));
        let (old, new, count) = (node.record.dn(), record.dn(), node.count_below() + 1);
        let (old_parent, new_parent) = (node.parent, new.parent().and_then(|parent| self.find(&parent)));
        let below = self.subtree(id);
        self.detach(id, old_parent, count);
        self.attach(id, new_parent, count);
        for &moved in &below {
            let Some(node) = self.nodes.get(&moved) else { continue };
            let name = node.record.dn();
            let changed = if moved == id {
                Arc::clone(&record)
            } else {
                let name = resolve::below(&name, &old).join(&new);
                node.record.renamed(&name)
            };
            self.names.remove(self.hash(&name), moved);
            self.exchange(moved, changed);
        }
        // All old names are gone before the first new one comes: the two sets may overlap.
        for moved in below {
            if let Some(node) = self.nodes.get(&moved) {
                self.names.insert(self.hash(&node.record.dn()), moved);
            }
        }
        if let Some(node) = self.nodes.get_mut(&id) {
            node.parent = new_parent;
        }
    }

    pub(super) fn find(&self, dn: &Dn) -> Option<Id> {
        let key = self.rules.dn_key(dn);
        self.find_by(dn, key.as_bytes(), self.names.hash(key.as_bytes()))
    }

    /// Finds the place of a name, for an entry that may come there.
    pub(super) fn place(&self, dn: &Dn) -> Place {
        let key = self.rules.dn_key(dn);
        let hash = self.names.hash(key.as_bytes());
        let entry = self.find_by(dn, key.as_bytes(), hash);
        let above = dn.parent().and_then(|above| {
            let key = Rules::dn_key_above(&key);
            self.find_by(&above, key, self.names.hash(key))
        });
        Place { hash, entry, above }
    }

    fn hash(&self, dn: &Dn) -> u64 {
        self.names.hash(self.rules.dn_key(dn).as_bytes())
    }

    /// The entry with this name, whose key is known.
    fn find_by(&self, dn: &Dn, key: &[u8], hash: u64) -> Option<Id> {
        let is_named = |id: &Id| {
            // Written alike, which is usual, they need not be read.
            let own = self.record(*id).map(|record| record.name());
            own.is_some_and(|own| {
                dn.is_written(&own) || self.rules.dn_key(&Dn::of_written(&own)).as_bytes() == key
            })
        };
        self.names.candidates(hash).find(is_named)
    }

    pub(super) fn node(&self, id: Id) -> Option<&Node> {
        self.nodes.get(&id)
    }

    pub(super) fn record(&self, id: Id) -> Option<&Arc<Record>> {
        self.nodes.get(&id).map(|node| &node.record)
    }

    /// The entry with this name.
    pub(super) fn by_name(&self, dn: &Dn) -> Option<(Id, &Arc<Record>)> {
        let id = self.find(dn)?;
        Some((id, self.record(id)?))
    }

    pub(super) fn roots(&self) -> impl Iterator<Item = &Arc<Record>> {
        self.roots.iter().filter_map(|id| self.record(id))
    }

    pub(super) const fn root_ids(&self) -> &Postings {
        &self.roots
    }

    pub(super) const fn referrals(&self) -> &Postings {
        &self.referrals
    }

    /// The numbers of the entries directly below one.
    pub(super) fn children(&self, id: Id) -> impl Iterator<Item = Id> {
        let below = self.nodes.get(&id).and_then(|node| node.below.as_ref());
        below.into_iter().flat_map(|below| below.children.iter())
    }

    /// How many entries are below one, on all levels.
    pub(super) fn count_below(&self, id: Id) -> usize {
        self.nodes.get(&id).map_or(0, Node::count_below)
    }

    /// The entries behind one in the order in which they were added.
    pub(super) fn behind(&self, id: Id) -> impl Iterator<Item = (Id, &Node)> {
        self.nodes.range((Bound::Excluded(id), Bound::Unbounded)).map(|(id, node)| (*id, node))
    }

    /// The number of the entry that was added last, whether or not it is still there.
    pub(super) const fn last(&self) -> Id {
        self.next - 1
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) const fn version(&self) -> u64 {
        self.version
    }

    /// All entries, each behind the one above it.
    pub(super) fn records(&self) -> impl Iterator<Item = &Arc<Record>> {
        self.roots.iter().flat_map(|root| self.subtree(root)).filter_map(|id| self.record(id))
    }

    /// What was changed since this was asked last.
    pub(super) fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// Takes changes back that were the last ones.
    pub(super) fn undo(&mut self, changes: Vec<Change>) {
        for change in changes.into_iter().rev() {
            match change {
                Change::Inserted(id, _) => {
                    if let Some(node) = self.take(id) {
                        self.history.unadd(node.version);
                    }
                }
                Change::Removed(id, record) => {
                    self.history.undelete();
                    self.insert_as(id, &self.place(&record.dn()), record);
                }
                Change::Replaced(id, before, _) => self.replace(id, before),
                Change::Renamed(id, before, _) => self.rename(id, before),
            }
        }
        self.changes.clear();
    }

    /// Counts on from another content, which this one has replaced.
    pub(super) fn restored_after(&mut self, version: u64) {
        self.version = version + 1;
        // Who synchronizes begins anew: the content is another one.
        self.history = History::new();
    }

    pub(super) const fn history(&self) -> &History {
        &self.history
    }

    /// The numbers of an entry and all entries below it; a parent stands before its children.
    pub(super) fn subtree(&self, id: Id) -> Vec<Id> {
        let mut found = vec![id];
        let mut position = 0;
        while let Some(id) = found.get(position) {
            found.extend(self.children(*id));
            position += 1;
        }
        found
    }

    /// An entry with what depends on its place, for a look at it.
    pub(super) fn placed<'s>(&'s self, id: Id, record: &'s Record) -> Placed<'s> {
        let children = self.node(id).map_or(0, Node::children);
        Placed { record, children, rules: &self.rules }
    }

    /// Whether an entry is `base` or below it.
    pub(super) fn is_within(&self, id: Id, base: Id) -> bool {
        let parent = |id: &Id| self.nodes.get(id).and_then(|node| node.parent);
        std::iter::successors(Some(id), parent).any(|id| id == base)
    }

    /// Puts an entry, which is `count` with all below it, in its place.
    fn attach(&mut self, id: Id, parent: Option<Id>, count: usize) {
        self.siblings(parent).put(id);
        self.count(parent, |below| below.saturating_add(count));
    }

    fn detach(&mut self, id: Id, parent: Option<Id>, count: usize) {
        self.siblings(parent).take(id);
        self.count(parent, |below| below.saturating_sub(count));
    }

    fn siblings(&mut self, parent: Option<Id>) -> &mut Postings {
        match parent.and_then(|parent| self.nodes.get_mut(&parent)) {
            Some(parent) => &mut parent.below.get_or_insert_default().children,
            None => &mut self.roots,
        }
    }

    /// Counts anew how many entries are below one and all above it.
    fn count(&mut self, from: Option<Id>, change: impl Fn(usize) -> usize) {
        let mut next = from;
        while let Some(node) = next.and_then(|id| self.nodes.get_mut(&id)) {
            let below = node.below.get_or_insert_default();
            below.count = change(below.count);
            next = node.parent;
            if below.count == 0 {
                node.below = None;
            }
        }
    }
}
