//! How far something has come, for others to look at.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How far something has come: counts that go up while it runs, to be looked at from anywhere. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    entries: AtomicU64,
    octets: AtomicU64,
    expected: AtomicU64,
}

impl Progress {
    /// Returns how many entries are done.
    pub fn entries(&self) -> u64 {
        self.0.entries.load(Ordering::Relaxed)
    }

    /// Returns how many octets of LDIF are done, before they are compressed.
    pub fn octets(&self) -> u64 {
        self.0.octets.load(Ordering::Relaxed)
    }

    /// Returns how many entries there will be, once that is known.
    pub fn expected(&self) -> Option<u64> {
        let expected = self.0.expected.load(Ordering::Relaxed);
        (expected > 0).then_some(expected)
    }

    pub(super) fn expect(&self, entries: u64) {
        self.0.expected.store(entries, Ordering::Relaxed);
    }

    pub(super) fn add(&self, entries: u64, octets: usize) {
        self.0.entries.fetch_add(entries, Ordering::Relaxed);
        self.0.octets.fetch_add(octets as u64, Ordering::Relaxed);
    }
}
