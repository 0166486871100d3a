//! Entries by their names.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use rustc_hash::FxBuildHasher;

use super::postings::Postings;
use super::store::Id;

/// Entries by hashes of their names.
///
/// The names are in the entries: who looks for one compares. The hash depends on a number that nobody else knows, so that no
/// client can choose names that have the same.
#[derive(Clone, Debug)]
pub(super) struct Names {
    ids: HashMap<u64, Postings, FxBuildHasher>,
    state: RandomState,
}

impl Names {
    pub(super) fn new() -> Self {
        Self { ids: HashMap::default(), state: RandomState::new() }
    }

    /// The number under which the entries with a name are found.
    pub(super) fn hash(&self, key: &[u8]) -> u64 {
        self.state.hash_one(key)
    }

    pub(super) fn insert(&mut self, hash: u64, id: Id) {
        self.ids.entry(hash).or_default().put(id);
    }

    pub(super) fn remove(&mut self, hash: u64, id: Id) {
        let Some(ids) = self.ids.get_mut(&hash) else { return };
        ids.take(id);
        if ids.is_empty() {
            self.ids.remove(&hash);
        }
    }

    /// The entries that may have a name; hardly ever more than one.
    pub(super) fn candidates(&self, hash: u64) -> impl Iterator<Item = Id> {
        self.ids.get(&hash).into_iter().flat_map(Postings::iter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_hash_are_kept_apart() {
        let mut names = Names::new();
        let found = |names: &Names, hash| names.candidates(hash).collect::<Vec<_>>();
        names.insert(7, 1);
        names.insert(7, 2);
        names.insert(8, 3);
        assert_eq!((found(&names, 7), found(&names, 8)), (vec![1, 2], vec![3]));
        names.remove(7, 1);
        names.remove(9, 1);
        assert_eq!(found(&names, 7), [2]);
        names.remove(7, 2);
        assert_eq!((found(&names, 7), names.ids.len()), (vec![], 1));
        assert_eq!(names.hash(b"a"), names.hash(b"a"));
        assert_ne!(names.hash(b"a"), Names::new().hash(b"a"));
    }
}
