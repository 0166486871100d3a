//! Entries by their names.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use rustc_hash::FxBuildHasher;

use crate::schema::Key;

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

    pub(super) fn insert(&mut self, key: &Key, id: Id) {
        self.ids.entry(self.state.hash_one(key.as_bytes())).or_default().put(id);
    }

    pub(super) fn remove(&mut self, key: &Key, id: Id) {
        let hash = self.state.hash_one(key.as_bytes());
        let Some(ids) = self.ids.get_mut(&hash) else { return };
        ids.take(id);
        if ids.is_empty() {
            self.ids.remove(&hash);
        }
    }

    /// The entries that may have a name; hardly ever more than one.
    pub(super) fn candidates(&self, key: &[u8]) -> impl Iterator<Item = Id> {
        self.ids.get(&self.state.hash_one(key)).into_iter().flat_map(Postings::iter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_hash_are_kept_apart() {
        let mut names = Names::new();
        let found = |names: &Names, key: &str| names.candidates(key.as_bytes()).collect::<Vec<_>>();
        names.insert(&"a".to_owned().into(), 1);
        // What another name of the same hash would do.
        names.insert(&"a".to_owned().into(), 2);
        names.insert(&"".to_owned().into(), 3);
        assert_eq!((found(&names, "a"), found(&names, "")), (vec![1, 2], vec![3]));
        names.remove(&"a".to_owned().into(), 1);
        names.remove(&"c".to_owned().into(), 1);
        assert_eq!(found(&names, "a"), [2]);
        names.remove(&"a".to_owned().into(), 2);
        assert_eq!((found(&names, "a"), names.ids.len()), (vec![], 1));
    }
}
