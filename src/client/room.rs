//! How much may wait to be written.

use std::sync::Arc;

use tokio::sync::Semaphore;

/// The room in a connection's write queue: one permit for each octet.
///
/// A request takes its share before it is queued and the driver gives it back when it takes the request up. Abandon
/// requests do not wait, so that dropping never does: a request takes along what its own may need.
#[derive(Debug)]
pub(super) struct Room {
    free: Arc<Semaphore>,
    all: u32,
}

/// Octets beside an encoded operation: the head of its message, and the abandon request that may follow it.
const OVERHEAD: usize = 32;

/// The most room that there is, in octets: far from what permits can be counted to.
const MAX_ROOM: u32 = 1 << 30;

impl Room {
    pub(super) fn new(octets: usize) -> Self {
        let all = u32::try_from(octets).unwrap_or(MAX_ROOM).clamp(1, MAX_ROOM);
        Self { free: Arc::new(Semaphore::new(all as usize)), all }
    }

    pub(super) fn free(&self) -> &Arc<Semaphore> {
        &self.free
    }

    /// Returns what an operation of so many octets takes. All that there is if it is larger: it goes alone.
    pub(super) fn share(&self, octets: usize) -> u32 {
        u32::try_from(octets.saturating_add(OVERHEAD)).map_or(self.all, |share| share.min(self.all))
    }

    pub(super) fn give_back(&self, octets: usize) {
        if octets > 0 {
            self.free.add_permits(octets);
        }
    }

    /// Ends the waiting.
    pub(super) fn close(&self) {
        self.free.close();
    }
}
