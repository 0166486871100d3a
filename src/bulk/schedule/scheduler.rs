//! The records that are not finished.
//!
//! Advice for the next maintainer: each record counts the earlier ones that it waits for, and each knows the later ones that wait
//! for it. Of several earlier ones at one place only the last is counted, since it waits for those before it itself.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;

use crate::model::keys_above;

use super::Claims;
use super::held::Held;

/// The records that were taken up and are not finished, in an order in which they may go.
#[derive(Debug)]
pub(crate) struct Scheduler<T> {
    slots: Vec<Option<Slot<T>>>,
    free: Vec<u32>,
    pub(super) places: BTreeMap<Arc<[u8]>, Place>,
    /// Places that are touched with all below them.
    trees: usize,
    pub(super) ready: VecDeque<u32>,
    pub(super) running: usize,
    pub(super) held: Held,
    octets: usize,
    pub(super) bounds: Bounds,
    /// Kept for the next.
    before: Vec<u32>,
}

/// How much may be taken up at a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Records.
    pub(crate) records: usize,
    /// Octets of records.
    pub(crate) octets: usize,
    /// Records among them that wait for others that have not come.
    pub(crate) held: usize,
}

/// A record that was taken up, until it is finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RecordId(pub(super) u32);

#[derive(Debug)]
pub(super) struct Slot<T> {
    /// Not there while it runs.
    pub(super) record: Option<T>,
    pub(super) claims: Claims,
    octets: usize,
    /// Earlier ones that are not finished and touch what it touches.
    pub(super) waits: usize,
    /// Later ones that count this one.
    pub(super) later: Vec<u32>,
    /// Its place among those that are held.
    pub(super) held: Option<u64>,
    /// Whether it was tried again because nothing else could be done.
    pub(super) was_relieved: bool,
}

/// What is to happen at one place.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// The last that touches it.
    pub(super) last: Option<u32>,
    /// The last that touches all below it, too.
    tree: Option<u32>,
    /// The last that makes an entry here.
    pub(super) maker: Option<u32>,
    /// Those that wait until there is an entry here.
    pub(super) held: Vec<u32>,
}

impl Place {
    /// Whether nothing is to happen there any more.
    pub(super) const fn is_idle(&self) -> bool {
        self.last.is_none() && self.held.is_empty()
    }
}

impl<T> Scheduler<T> {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            places: BTreeMap::new(),
            trees: 0,
            ready: VecDeque::new(),
            running: 0,
            held: Held::default(),
            octets: 0,
            bounds,
            before: Vec::new(),
        }
    }

    /// Takes up a record that comes behind all others in the input. Whether there [is room](Self::has_room) is for the caller to
    /// ask.
    pub(crate) fn push(&mut self, record: T, claims: Claims, octets: usize) -> RecordId {
        self.last_chance(&claims);
        let id = self.vacant();
        let slot = Slot {
            record: Some(record),
            claims,
            octets,
            waits: 0,
            later: Vec::new(),
            held: None,
            was_relieved: false,
        };
        self.queue(id, slot);
        self.octets = self.octets.saturating_add(octets);
        RecordId(id)
    }

    /// Has a record go behind all that are there and touch what it touches.
    pub(super) fn queue(&mut self, id: u32, mut slot: Slot<T>) {
        let mut before = std::mem::take(&mut self.before);
        self.claim(id, &slot.claims, &mut before);
        slot.waits = before.len();
        self.put(id, slot);
        if before.is_empty() {
            self.ready.push_back(id);
        }
        for earlier in before.drain(..) {
            if let Some(slot) = self.get_mut(earlier) {
                slot.later.push(id);
            }
        }
        self.before = before;
    }

    /// Takes the next record that may go. It runs until it is [finished](Self::finish), [held](Self::hold) or
    /// [tried again](Self::retry).
    pub(crate) fn next(&mut self) -> Option<(RecordId, T)> {
        let id = self.ready.pop_front()?;
        let record = self.get_mut(id)?.record.take()?;
        self.running = self.running.saturating_add(1);
        Some((RecordId(id), record))
    }

    /// Takes the record that follows one that runs at its place, if it waits for nothing else and `fits`: to go along with it.
    ///
    /// Both run then, and there are two ways on: they are [finished](Self::finish), the later one first; or the later one is
    /// [put back](Self::put_back), and goes behind the other.
    pub(crate) fn follow(&mut self, id: RecordId, fits: impl FnOnce(&T) -> bool) -> Option<(RecordId, T)> {
        let slot = self.get(id.0)?;
        let is_next = |later: &Slot<T>| {
            let claims = &later.claims;
            later.waits == 1 && claims.own.key == slot.claims.own.key && !claims.own.is_tree && !claims.makes
        };
        let next = *slot.later.iter().find(|later| self.get(**later).is_some_and(is_next))?;
        let record = self.get_mut(next)?.record.take_if(|record| fits(record))?;
        self.running = self.running.saturating_add(1);
        Some((RecordId(next), record))
    }

    /// Puts a record back that was taken to go along with another.
    pub(crate) fn put_back(&mut self, id: RecordId, record: T) {
        self.running = self.running.saturating_sub(1);
        if let Some(slot) = self.get_mut(id.0) {
            slot.record = Some(record);
        }
    }

    /// Ends a record that runs. `is_there` says whether what it makes is there now, by it or by somebody else.
    pub(crate) fn finish(&mut self, id: RecordId, is_there: bool) {
        self.running = self.running.saturating_sub(1);
        let Some(slot) = self.take(id.0) else { return };
        self.free.push(id.0);
        self.octets = self.octets.saturating_sub(slot.octets);
        self.unclaim(id.0, &slot.claims);
        if !self.held.is_empty() {
            self.release(&slot.claims, is_there);
        }
        self.let_go(slot.later);
    }

    /// Has records wait for one less.
    pub(super) fn let_go(&mut self, later: Vec<u32>) {
        for later in later {
            if let Some(slot) = self.get_mut(later) {
                slot.waits = slot.waits.saturating_sub(1);
                if slot.waits == 0 {
                    self.ready.push_back(later);
                }
            }
        }
    }

    /// Puts a record that ran back, to be the next.
    pub(crate) fn retry(&mut self, id: RecordId, record: T) {
        self.running = self.running.saturating_sub(1);
        if let Some(slot) = self.get_mut(id.0) {
            slot.record = Some(record);
            self.ready.push_front(id.0);
        }
    }

    /// Takes out the records that do not run, in the order in which they were taken up as far as that is known.
    pub(crate) fn drain(&mut self) -> Vec<T> {
        let records: Vec<T> = self.slots.iter_mut().flatten().filter_map(|slot| slot.record.take()).collect();
        self.ready.clear();
        self.held = Held::default();
        records
    }

    /// Whether a record may be taken up: there is none, or neither records nor octets are at their bounds.
    pub(crate) fn has_room(&self) -> bool {
        let records = self.len();
        records == 0 || (records < self.bounds.records && self.octets < self.bounds.octets)
    }

    /// Returns how many records are taken up and not finished.
    pub(crate) fn len(&self) -> usize {
        self.slots.len().saturating_sub(self.free.len())
    }

    /// Returns how many may go.
    pub(crate) fn ready(&self) -> usize {
        self.ready.len()
    }

    /// Whether records are there, and none may go or runs: all wait for some that are held.
    pub(crate) fn is_stalled(&self) -> bool {
        self.len() > 0 && self.running == 0 && self.ready.is_empty()
    }

    /// Whether nothing is left of the records that came.
    #[cfg(test)]
    pub(super) fn is_clean(&self) -> bool {
        self.len() == 0
            && (self.running, self.octets, self.trees) == (0, 0, 0)
            && self.places.is_empty()
            && self.held.is_empty()
            && self.ready.is_empty()
    }

    /// Notes that a record is the last at its places. Finds the earlier ones that it has to wait for, each once.
    fn claim(&mut self, id: u32, claims: &Claims, before: &mut Vec<u32>) {
        for claim in claims.claims() {
            if self.trees > 0 {
                let above = keys_above(&claim.key);
                before.extend(above.filter_map(|key| self.places.get(key)?.tree));
            }
            if claim.is_tree {
                let behind = self.places.range::<[u8], _>((Bound::Included(&*claim.key), Bound::Unbounded));
                let within = behind.take_while(|(key, _)| key.starts_with(&claim.key));
                before.extend(within.filter_map(|(_, place)| place.last));
            }
        }
        before.extend(claims.needed().and_then(|key| self.places.get(key)?.maker));
        for claim in claims.claims() {
            let place = self.places.entry(Arc::clone(&claim.key)).or_default();
            let last = place.last.replace(id);
            if !claim.is_tree {
                // Not for itself, should it touch a place twice.
                before.extend(last.filter(|last| *last != id));
            } else if place.tree.replace(id).is_none() {
                self.trees = self.trees.saturating_add(1);
            }
            if claims.made() == Some(&*claim.key) {
                place.maker = Some(id);
            }
        }
        before.sort_unstable();
        before.dedup();
    }

    pub(super) fn unclaim(&mut self, id: u32, claims: &Claims) {
        for claim in claims.claims() {
            let Entry::Occupied(mut entry) = self.places.entry(Arc::clone(&claim.key)) else { continue };
            let place = entry.get_mut();
            for last in [&mut place.last, &mut place.maker] {
                last.take_if(|last| *last == id);
            }
            if place.tree.take_if(|last| *last == id).is_some() {
                self.trees = self.trees.saturating_sub(1);
            }
            if place.is_idle() {
                entry.remove();
            }
        }
    }

    pub(super) fn forget_if_idle(&mut self, key: &[u8]) {
        if self.places.get(key).is_some_and(Place::is_idle) {
            self.places.remove(key);
        }
    }

    /// Returns the number of a slot that nothing is in.
    fn vacant(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            u32::try_from(self.slots.len().saturating_sub(1)).unwrap_or(u32::MAX)
        })
    }

    pub(super) fn put(&mut self, id: u32, slot: Slot<T>) {
        if let Some(place) = self.slots.get_mut(id as usize) {
            *place = Some(slot);
        }
    }

    pub(super) fn take(&mut self, id: u32) -> Option<Slot<T>> {
        self.slots.get_mut(id as usize)?.take()
    }

    pub(super) fn get(&self, id: u32) -> Option<&Slot<T>> {
        self.slots.get(id as usize)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, id: u32) -> Option<&mut Slot<T>> {
        self.slots.get_mut(id as usize)?.as_mut()
    }
}
