//! What was changed when.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;

use super::record::Record;
use super::store::Id;

/// Deletions that are remembered for those who synchronize; who has missed more begins anew.
pub(super) const MAX_GONE: usize = 10_000;

/// What was changed when.
#[derive(Clone, Debug)]
pub(super) struct History {
    /// Which content this is: another one begins with a restored snapshot.
    content: u128,
    /// The entries by the version that changed them last.
    changed: BTreeMap<u64, Id>,
    gone: VecDeque<Gone>,
    /// The version of the last deletion that is forgotten.
    forgotten: u64,
}

/// An entry that was deleted.
#[derive(Clone, Debug)]
pub(super) struct Gone {
    pub(super) version: u64,
    pub(super) id: Id,
    pub(super) record: Arc<Record>,
}

impl History {
    pub(super) fn new() -> Self {
        Self {
            content: uuid::Uuid::new_v4().as_u128(),
            changed: BTreeMap::new(),
            gone: VecDeque::new(),
            forgotten: 0,
        }
    }

    pub(super) const fn content(&self) -> u128 {
        self.content
    }

    /// Notes that an entry, last changed by the version `before`, is changed by another.
    pub(super) fn change(&mut self, id: Id, before: u64, version: u64) {
        self.changed.remove(&before);
        self.changed.insert(version, id);
    }

    pub(super) fn delete(&mut self, gone: Gone, before: u64) {
        self.changed.remove(&before);
        if self.gone.len() >= MAX_GONE
            && let Some(oldest) = self.gone.pop_front()
        {
            self.forgotten = oldest.version;
        }
        self.gone.push_back(gone);
    }

    /// The entries that were changed since a version and are still there.
    pub(super) fn changed_since(&self, version: u64) -> Vec<Id> {
        let range = (Bound::Excluded(version), Bound::Unbounded);
        self.changed.range(range).map(|(_, id)| *id).collect()
    }

    /// The entries that were deleted since a version; nothing if not all of them are remembered.
    pub(super) fn gone_since(&self, version: u64) -> Option<impl Iterator<Item = &Gone>> {
        (version >= self.forgotten).then(|| self.gone.iter().filter(move |gone| gone.version > version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::rules::{Rules, SchemaChecks};
    use crate::model::{Dn, Entry};

    #[test]
    fn who_has_missed_more_than_is_remembered_is_told_so() {
        let rules = Rules::built_in(SchemaChecks::Off);
        let record = Record::new(&rules, &Dn::root(), &Entry::new(""));
        let mut history = History::new();
        history.change(1, 1, 1);
        history.change(2, 2, 2);
        history.change(1, 1, 3);
        assert_eq!((history.changed_since(0), history.changed_since(2)), (vec![2, 1], vec![1]));
        for version in 4..4 + MAX_GONE as u64 {
            history.delete(Gone { version, id: version, record: Arc::clone(&record) }, 0);
        }
        assert_eq!(history.gone_since(3).map(Iterator::count), Some(MAX_GONE));
        history.delete(Gone { version: 20_000, id: 9, record }, 3);
        assert!(history.gone_since(3).is_none());
        assert_eq!(history.gone_since(4).map(Iterator::count), Some(MAX_GONE));
        assert_eq!(history.changed_since(0), [2]);
    }
}
