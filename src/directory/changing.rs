//! The lock under which something is changed.

use std::ops::{Deref, DerefMut};
use std::sync::RwLockWriteGuard;

use tokio::sync::Notify;

use super::store::Store;

/// The entries, to be changed; who waits for changes is told when it is dropped.
pub(super) struct Changing<'a> {
    store: RwLockWriteGuard<'a, Store>,
    changed: &'a Notify,
    before: u64,
}

impl<'a> Changing<'a> {
    pub(super) fn new(store: RwLockWriteGuard<'a, Store>, changed: &'a Notify) -> Self {
        let before = store.version();
        Self { store, changed, before }
    }
}

impl Deref for Changing<'_> {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl DerefMut for Changing<'_> {
    fn deref_mut(&mut self) -> &mut Store {
        &mut self.store
    }
}

impl Drop for Changing<'_> {
    fn drop(&mut self) {
        if self.store.version() != self.before {
            self.changed.notify_waiters();
        }
    }
}
