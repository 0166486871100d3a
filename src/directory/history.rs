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
    /// In the order of their versions.
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

/// Versions behind the first and up to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) after: u64,
    pub(super) to: u64,
}

impl Span {
    /// All that came behind a version.
    pub(super) const fn since(version: u64) -> Self {
        Self { after: version, to: u64::MAX }
    }
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

    /// Forgets an entry that nobody has seen: its addition was undone.
    pub(super) fn unadd(&mut self, version: u64) {
        self.changed.remove(&version);
    }

    /// Forgets the last deletion, which was undone.
    pub(super) fn undelete(&mut self) {
        self.gone.pop_back();
    }

    /// The entries that were changed in this span, not later, and are still there.
    pub(super) fn changed(&self, span: Span) -> impl Iterator<Item = Id> {
        // A range that ends before it begins is none.
        let to = span.to.max(span.after);
        self.changed.range((Bound::Excluded(span.after), Bound::Included(to))).map(|(_, id)| *id)
    }

    /// The entries that were deleted in this span; nothing if not all of them are remembered.
    pub(super) fn gone(&self, span: Span) -> Option<impl Iterator<Item = &Gone>> {
        (span.after >= self.forgotten).then(|| {
            let start = self.gone.partition_point(|gone| gone.version <= span.after);
            self.gone.range(start..).take_while(move |gone| gone.version <= span.to)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Entry;

    #[test]
    fn who_has_missed_more_than_is_remembered_is_told_so() {
        let record = Record::of(&Entry::new(""));
        let mut history = History::new();
        let changed = |history: &History, after, to| history.changed(Span { after, to }).collect::<Vec<_>>();
        let gone = |history: &History, after, to| history.gone(Span { after, to }).map(Iterator::count);
        history.change(1, 1, 1);
        history.change(2, 2, 2);
        history.change(1, 1, 3);
        assert_eq!(changed(&history, 0, u64::MAX), [2, 1]);
        assert_eq!((changed(&history, 2, 9), changed(&history, 0, 2)), (vec![1], vec![2]));
        assert_eq!((changed(&history, 3, 3), changed(&history, 3, 2)), (vec![], vec![]));
        for version in 4..4 + MAX_GONE as u64 {
            history.delete(Gone { version, id: version, record: Arc::clone(&record) }, 0);
        }
        assert_eq!(gone(&history, 3, u64::MAX), Some(MAX_GONE));
        assert_eq!((gone(&history, 4, 7), gone(&history, 7, 7)), (Some(3), Some(0)));
        history.delete(Gone { version: 20_000, id: 9, record }, 3);
        assert_eq!(gone(&history, 3, u64::MAX), None);
        assert_eq!(gone(&history, 4, u64::MAX), Some(MAX_GONE));
        assert_eq!(changed(&history, 0, u64::MAX), [2]);
        history.undelete();
        history.unadd(2);
        assert_eq!(gone(&history, 4, u64::MAX), Some(MAX_GONE - 1));
        assert!(changed(&history, 0, u64::MAX).is_empty());
    }
}
