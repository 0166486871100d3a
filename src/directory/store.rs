//! The entries, by name and as a tree.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::model::Dn;
use crate::schema::Key;

use super::computed::Placed;
use super::history::{Gone, History};
use super::index::Index;
use super::record::Record;
use super::resolve;
use super::rules::Rules;

/// The number of an entry: those that came later have larger ones, and none is given twice.
pub(super) type Id = u64;

/// The entries, by name and as a tree.
#[derive(Clone, Debug)]
pub(super) struct Store {
    nodes: FxHashMap<Id, Node>,
    names: FxHashMap<Key, Id>,
    /// Entries without one above them: the naming contexts.
    roots: BTreeSet<Id>,
    pub(super) index: Index,
    pub(super) rules: Rules,
    next: Id,
    /// Counts the changes.
    version: u64,
    /// What was changed and is not yet kept, or to be undone.
    changes: Vec<Change>,
    history: History,
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
    pub(super) children: BTreeSet<Id>,
    /// The version that changed it last.
    version: u64,
}

impl Store {
    pub(super) fn new(rules: Rules, index: Index) -> Self {
        Self {
            nodes: FxHashMap::default(),
            names: FxHashMap::default(),
            roots: BTreeSet::new(),
            index,
            rules,
            next: 1,
            version: 0,
            changes: Vec::new(),
            history: History::new(),
        }
    }

    /// Puts an entry below its parent, or among the naming contexts if there is none.
    pub(super) fn insert(&mut self, record: Arc<Record>) -> Id {
        let id = self.next;
        self.next += 1;
        self.insert_as(id, record);
        id
    }

    fn insert_as(&mut self, id: Id, record: Arc<Record>) {
        self.version += 1;
        let parent = record.dn.parent().and_then(|parent| self.find(&parent));
        self.attach(id, parent);
        self.names.insert(record.key.clone(), id);
        self.index.add(id, &record.entry);
        self.changes.push(Change::Inserted(id, Arc::clone(&record)));
        let version = self.version;
        self.history.change(id, version, version);
        self.nodes.insert(id, Node { record, parent, children: BTreeSet::new(), version });
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
        self.detach(id, node.parent);
        self.names.remove(&node.record.key);
        self.index.remove(id, &node.record.entry);
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
        self.index.update(id, &node.record.entry, &record.entry);
        self.history.change(id, node.version, self.version);
        node.version = self.version;
        Some(std::mem::replace(&mut node.record, record))
    }

    /// Gives an entry, changed as `record` says, another name and place, and all entries below it with it.
    pub(super) fn rename(&mut self, id: Id, record: Arc<Record>) {
        let Some(node) = self.nodes.get(&id) else { return };
        self.changes.push(Change::Renamed(id, Arc::clone(&node.record), Arc::clone(&record)));
        let (old, new) = (node.record.dn.clone(), record.dn.clone());
        let (old_parent, new_parent) = (node.parent, new.parent().and_then(|parent| self.find(&parent)));
        let below = self.subtree(id);
        self.detach(id, old_parent);
        self.attach(id, new_parent);
        for &moved in &below {
            let Some(node) = self.nodes.get(&moved) else { continue };
            let changed = if moved == id {
                Arc::clone(&record)
            } else {
                let name = resolve::below(&node.record.dn, &old).join(&new);
                Record::new(&self.rules, &name, &node.record.entry)
            };
            self.names.remove(&node.record.key);
            self.exchange(moved, changed);
        }
        // All old names are gone before the first new one comes: the two sets may overlap.
        for moved in below {
            if let Some(node) = self.nodes.get(&moved) {
                self.names.insert(node.record.key.clone(), moved);
            }
        }
        if let Some(node) = self.nodes.get_mut(&id) {
            node.parent = new_parent;
        }
    }

    pub(super) fn find(&self, dn: &Dn) -> Option<Id> {
        self.names.get(&self.rules.dn_key(dn)).copied()
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
        self.roots.iter().filter_map(|id| self.record(*id))
    }

    pub(super) const fn root_ids(&self) -> &BTreeSet<Id> {
        &self.roots
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) const fn version(&self) -> u64 {
        self.version
    }

    /// All entries, each behind the one above it.
    pub(super) fn records(&self) -> impl Iterator<Item = &Arc<Record>> {
        self.roots.iter().flat_map(|root| self.subtree(*root)).filter_map(|id| self.record(id))
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
                    self.insert_as(id, record);
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
            if let Some(node) = self.nodes.get(id) {
                found.extend(&node.children);
            }
            position += 1;
        }
        found
    }

    /// An entry with what depends on its place, for a look at it.
    pub(super) fn placed<'s>(&'s self, id: Id, record: &'s Record) -> Placed<'s> {
        let children = self.node(id).map_or(0, |node| node.children.len());
        Placed { record, children, rules: &self.rules }
    }

    /// Whether an entry is `base` or below it.
    pub(super) fn is_within(&self, id: Id, base: Id) -> bool {
        let parent = |id: &Id| self.nodes.get(id).and_then(|node| node.parent);
        std::iter::successors(Some(id), parent).any(|id| id == base)
    }

    fn attach(&mut self, id: Id, parent: Option<Id>) {
        match parent.and_then(|parent| self.nodes.get_mut(&parent)) {
            Some(parent) => parent.children.insert(id),
            None => self.roots.insert(id),
        };
    }

    fn detach(&mut self, id: Id, parent: Option<Id>) {
        match parent.and_then(|parent| self.nodes.get_mut(&parent)) {
            Some(parent) => parent.children.remove(&id),
            None => self.roots.remove(&id),
        };
    }
}
