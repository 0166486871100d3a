//! The records that were tried too early.
//!
//! An entry was to be added before the one above it, or deleted before those below it. Both wait for others that come later, as
//! long as there is room.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use crate::model::keys_above;

use super::Claims;
use super::scheduler::{RecordId, Scheduler};

/// The records that wait for others that have not come.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// The oldest first.
    all: BTreeMap<u64, u32>,
    count: u64,
    /// Those among them that delete an entry which has others below it, by its place. They claim nothing meanwhile: what
    /// would empty it must not wait for them.
    full: BTreeMap<Arc<[u8]>, u32>,
}

impl Held {
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Returns its number among those that are held.
    fn put(&mut self, id: u32) -> u64 {
        let number = self.count;
        self.count = number.saturating_add(1);
        self.all.insert(number, id);
        number
    }
}

impl<T> Scheduler<T> {
    /// Keeps a record that ran until the entry above the one it makes is there. Gives it back if it was tried again already.
    pub(crate) fn hold(&mut self, id: RecordId, record: T) -> Result<(), T> {
        let needed = self.get(id.0).and_then(|slot| slot.claims.needed()).map(Arc::from);
        let (Some(needed), Some(slot)) = (needed, self.get_mut(id.0)) else { return Err(record) };
        if slot.was_relieved {
            return Err(record);
        }
        slot.record = Some(record);
        self.places.entry(needed).or_default().held.push(id.0);
        self.is_held(id.0);
        Ok(())
    }

    /// Keeps a record that ran, a delete, until there may be nothing below its entry: it goes behind those that touch what is
    /// below, and if there are none it waits for some to come. Gives it back if it was tried again already, or another waits
    /// for its place.
    pub(crate) fn hold_full(&mut self, id: RecordId, record: T) -> Result<(), T> {
        let Some(mut slot) = self.take(id.0) else { return Err(record) };
        let own = Arc::clone(&slot.claims.own.key);
        let is_same = |later: &u32| self.get(*later).is_some_and(|later| later.claims.own.key == own);
        if slot.was_relieved || slot.later.iter().any(is_same) {
            self.put(id.0, slot);
            return Err(record);
        }
        self.unclaim(id.0, &slot.claims);
        self.let_go(std::mem::take(&mut slot.later));
        slot.record = Some(record);
        let behind = self.places.range::<[u8], _>((Bound::Excluded(&*own), Bound::Unbounded));
        let mut below = behind.take_while(|(key, _)| key.starts_with(&own));
        if below.any(|(_, place)| place.last.is_some()) {
            self.running = self.running.saturating_sub(1);
            self.queue(id.0, slot);
        } else {
            self.put(id.0, slot);
            self.held.full.insert(own, id.0);
            self.is_held(id.0);
        }
        Ok(())
    }

    /// Lets those that are held try once more; returns whether there were any. For when nothing else can be done: then what
    /// one waits for was done by somebody else, or will not be.
    pub(crate) fn relieve(&mut self) -> bool {
        let had = !self.held.is_empty();
        while self.relieve_oldest() {}
        had
    }

    /// Lets those go that waited for what a record has done.
    pub(super) fn release(&mut self, done: &Claims, is_there: bool) {
        if is_there && let Some(made) = done.made() {
            self.release_below(made);
        }
        if done.own.is_tree && !self.held.full.is_empty() {
            let full = keys_above(&done.own.key).filter_map(|key| self.held.full.remove(key));
            let full: Vec<u32> = full.collect();
            // The lowest first: those above it wait for it.
            full.into_iter().rev().for_each(|id| self.go_again(id));
        }
    }

    /// Lets those try once more that delete the entries which a new record touches: it has to come behind them.
    pub(super) fn last_chance(&mut self, new: &Claims) {
        if self.held.full.is_empty() {
            return;
        }
        for claim in new.claims() {
            let Some(id) = self.held.full.remove(&claim.key) else { continue };
            if let Some(slot) = self.get_mut(id) {
                slot.was_relieved = true;
            }
            self.go_again(id);
        }
    }

    /// Notes that a record which ran is held.
    fn is_held(&mut self, id: u32) {
        self.running = self.running.saturating_sub(1);
        let number = self.held.put(id);
        if let Some(slot) = self.get_mut(id) {
            slot.held = Some(number);
        }
        if self.held.all.len() > self.bounds.held {
            self.relieve_oldest();
        }
    }

    fn relieve_oldest(&mut self) -> bool {
        let Some((_, id)) = self.held.all.pop_first() else { return false };
        if let Some(slot) = self.get_mut(id) {
            slot.held = None;
            slot.was_relieved = true;
            let own = Arc::clone(&slot.claims.own.key);
            if self.held.full.get(&own) == Some(&id) {
                self.held.full.remove(&own);
                self.go_again(id);
            } else {
                self.forget_need(id);
                self.go_behind_maker(id);
            }
        }
        true
    }

    /// Lets a record go that deletes an entry: behind those that touch what is below.
    fn go_again(&mut self, id: u32) {
        let Some(mut slot) = self.take(id) else { return };
        if let Some(number) = slot.held.take() {
            self.held.all.remove(&number);
        }
        self.queue(id, slot);
    }

    /// Lets a record go that was held: behind the one that makes what it needs, should that have come meanwhile and wait for
    /// nobody, and so not for this one.
    fn go_behind_maker(&mut self, id: u32) {
        let needed = self.get(id).and_then(|slot| slot.claims.needed());
        let maker = needed.and_then(|key| self.places.get(key)?.maker);
        match maker.and_then(|maker| self.get_mut(maker)).filter(|maker| maker.waits == 0) {
            Some(maker) => {
                maker.later.push(id);
                if let Some(slot) = self.get_mut(id) {
                    slot.waits = slot.waits.saturating_add(1);
                }
            }
            None => self.ready.push_back(id),
        }
    }

    /// Lets those go that waited for an entry at this place.
    fn release_below(&mut self, made: &[u8]) {
        let Some(place) = self.places.get_mut(made) else { return };
        for id in std::mem::take(&mut place.held) {
            if let Some(number) = self.get_mut(id).and_then(|slot| slot.held.take()) {
                self.held.all.remove(&number);
                self.ready.push_back(id);
            }
        }
        self.forget_if_idle(made);
    }

    fn forget_need(&mut self, id: u32) {
        let Some(slot) = self.get(id) else { return };
        let Some(needed) = slot.claims.needed().map(Arc::<[u8]>::from) else { return };
        if let Some(place) = self.places.get_mut(&needed) {
            place.held.retain(|held| *held != id);
        }
        self.forget_if_idle(&needed);
    }
}
