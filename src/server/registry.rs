//! The connections that a server has, counted.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::watch;

use super::shared::Shared;
use super::{End, ServerLimits};

/// The connections that a server has.
#[derive(Debug)]
pub(super) struct Registry {
    state: Mutex<State>,
    /// How many there are, for those who wait until there is none.
    count: watch::Sender<usize>,
    limits: Arc<ServerLimits>,
}

#[derive(Default)]
struct State {
    last: u64,
    connections: HashMap<u64, Weak<Shared>>,
    addresses: HashMap<IpAddr, usize>,
    is_closed: bool,
}

/// The place of one connection; freed when it is dropped.
pub(super) struct Place {
    registry: Arc<Registry>,
    number: u64,
    address: Option<IpAddr>,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    TooMany,
    Closed,
}

impl Registry {
    pub(super) fn new(limits: Arc<ServerLimits>) -> Self {
        Self { state: Mutex::default(), count: watch::Sender::new(0), limits }
    }

    /// Takes a place for a connection from this address; its number is the place's.
    pub(super) fn enter(self: &Arc<Self>, address: Option<IpAddr>) -> Result<Place, Full> {
        let mut state = self.lock();
        if state.is_closed {
            return Err(Full::Closed);
        }
        let from_there = address.and_then(|address| state.addresses.get(&address)).copied().unwrap_or(0);
        if state.connections.len() >= self.limits.connections
            || from_there >= self.limits.connections_per_address
        {
            return Err(Full::TooMany);
        }
        if let Some(address) = address {
            *state.addresses.entry(address).or_default() += 1;
        }
        state.last += 1;
        let number = state.last;
        state.connections.insert(number, Weak::new());
        self.count.send_replace(state.connections.len());
        Ok(Place { registry: Arc::clone(self), number, address })
    }

    /// Lets each connection finish what it is at, and takes no further one.
    pub(super) fn drain(&self) {
        for shared in self.close() {
            shared.drain();
        }
    }

    /// Ends each connection, and takes no further one.
    pub(super) fn end(&self) {
        for shared in self.close() {
            shared.end(End::Shutdown);
        }
    }

    /// Returns how many connections there are.
    pub(super) fn count(&self) -> usize {
        *self.count.borrow()
    }

    /// Waits until there is none.
    pub(super) async fn wait_empty(&self) {
        // The sender lives as long as `self`.
        let _ = self.count.subscribe().wait_for(|count| *count == 0).await;
    }

    fn close(&self) -> Vec<Arc<Shared>> {
        let mut state = self.lock();
        state.is_closed = true;
        state.connections.values().filter_map(Weak::upgrade).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// The number of the connection.
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// Says which connection has the place. Returns whether it may go on: the server may have been shut down.
    pub(super) fn occupy(&self, shared: &Arc<Shared>) -> bool {
        let mut state = self.registry.lock();
        if let Some(place) = state.connections.get_mut(&self.number) {
            *place = Arc::downgrade(shared);
        }
        !state.is_closed
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.registry.lock();
        state.connections.remove(&self.number);
        if let Some(address) = self.address
            && let Some(count) = state.addresses.get_mut(&address)
        {
            *count = count.saturating_sub(1);
            if *count == 0 {
                state.addresses.remove(&address);
            }
        }
        self.registry.count.send_replace(state.connections.len());
    }
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("connections", &self.connections.len()).finish_non_exhaustive()
    }
}
