//! Those who wait for a connection, in the order in which they came.

use std::collections::BTreeMap;

use super::affinity::Keys;
use super::connection::LeaseKind;

/// The number of a waiter; who came later has a higher one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::pool) struct WaiterId(u64);

/// Two queues with one numbering: within a kind it is first come, first served, and the numbers tell who of two
/// kinds came first.
#[derive(Debug)]
pub(super) struct Queue<W> {
    next: u64,
    shared: Waiters<W>,
    exclusive: Waiters<W>,
}

type Waiters<W> = BTreeMap<WaiterId, (Keys, W)>;

impl<W> Queue<W> {
    pub(super) const fn new() -> Self {
        Self { next: 0, shared: BTreeMap::new(), exclusive: BTreeMap::new() }
    }

    pub(super) fn push(&mut self, kind: LeaseKind, keys: Keys, payload: W) -> WaiterId {
        let id = WaiterId(self.next);
        self.next += 1;
        self.of(kind).insert(id, (keys, payload));
        id
    }

    /// Takes a waiter out who gave up; returns whether it was there.
    pub(super) fn remove(&mut self, id: WaiterId) -> bool {
        self.shared.remove(&id).is_some() || self.exclusive.remove(&id).is_some()
    }

    pub(super) fn pop(&mut self, kind: LeaseKind) -> Option<W> {
        self.of(kind).pop_first().map(|(_, (_, payload))| payload)
    }

    /// Takes everybody out, in order.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = W> + use<W> {
        let mut all = std::mem::take(&mut self.shared);
        all.append(&mut self.exclusive);
        all.into_values().map(|(_, payload)| payload)
    }

    /// Returns who is served next, and what it is kept together by.
    pub(super) fn first(&self, kind: LeaseKind) -> Option<(WaiterId, Keys)> {
        let queue = match kind {
            LeaseKind::Shared => &self.shared,
            LeaseKind::Exclusive => &self.exclusive,
        };
        queue.first_key_value().map(|(id, (keys, _))| (*id, *keys))
    }

    pub(super) fn shared(&self) -> usize {
        self.shared.len()
    }

    pub(super) fn exclusive(&self) -> usize {
        self.exclusive.len()
    }

    pub(super) fn len(&self) -> usize {
        self.shared.len() + self.exclusive.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    const fn of(&mut self, kind: LeaseKind) -> &mut Waiters<W> {
        match kind {
            LeaseKind::Shared => &mut self.shared,
            LeaseKind::Exclusive => &mut self.exclusive,
        }
    }
}
