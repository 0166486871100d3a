//! The lock under which something is changed.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, RwLockWriteGuard};

use tokio::sync::Notify;

use crate::model::ResultCode;
use crate::server::Answer;

use super::durable::Journal;
use super::store::Store;

/// The entries, to be changed.
///
/// **What is not [committed](Self::commit) is undone** when it is dropped: an operation changes all or nothing.
pub(super) struct Changing<'a> {
    store: RwLockWriteGuard<'a, Store>,
    journal: Option<&'a Arc<Journal>>,
    changed: &'a Notify,
    before: u64,
}

impl<'a> Changing<'a> {
    pub(super) fn new(
        store: RwLockWriteGuard<'a, Store>,
        journal: Option<&'a Arc<Journal>>,
        changed: &'a Notify,
    ) -> Self {
        let before = store.version();
        Self { store, journal, changed, before }
    }

    /// Keeps what was changed, and tells those who wait for changes.
    ///
    /// # Errors
    ///
    /// It cannot be written down, and is undone.
    pub(super) fn commit(mut self) -> Result<(), Answer> {
        let changes = self.store.take_changes();
        if let Some(Err(error)) = self.journal.map(|journal| journal.append(&changes)) {
            self.store.undo(changes);
            return Err(not_kept(&error));
        }
        if self.store.version() != self.before {
            self.changed.notify_waiters();
        }
        Ok(())
    }
}

/// The answer to a change that cannot be written down.
pub(super) fn not_kept(error: &std::io::Error) -> Answer {
    Answer::refuse(ResultCode::UNAVAILABLE, format!("the change cannot be written down: {error}"))
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
        let changes = self.store.take_changes();
        self.store.undo(changes);
    }
}
