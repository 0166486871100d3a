//! What the handles, leases and tasks of a pool share.
//!
//! Advice for the next maintainer: the machine stands under one lock that is held for moments. What it wants done
//! is taken out under the lock and done after it: leases are handed over by whoever made them free, everything
//! else by the keeper's task. So no caller connects, checks or closes anything, and no drop spawns or waits.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, oneshot, watch};
use tokio::time::{Instant, timeout_at};

use crate::client::Client;
use crate::error::{Error, ErrorKind, LeaseLimit, NoLease, Shortage};
use crate::model::{Dn, LdapString};
use crate::observe::Wait;

use super::held::Held;
use super::machine::{
    Action, Census, ConnectionId, Health, Keys, LeaseKind, Machine, Proof, ServerId, Time, WaiterId, hash,
};
use super::options::PoolOptions;
use super::servers::{Server, Servers};

/// The state of one pool.
#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    pub(super) options: PoolOptions,
    /// Whether the names of operations decide where they go.
    goes_by_dn: AtomicBool,
    /// When the pool began; the machine counts from here.
    epoch: Instant,
    /// Wakes the keeper.
    pub(super) keeper: Notify,
    /// How far the pool has come.
    pub(super) stage: watch::Sender<Stage>,
    /// Changes whenever an attempt to connect has ended.
    pub(super) attempts: watch::Sender<u64>,
}

#[derive(Debug)]
struct State {
    machine: Machine<Client, Waiter>,
    /// What the keeper is to do.
    todo: VecDeque<Action<Client, Waiter>>,
    servers: BTreeMap<ServerId, Arc<Server>>,
    next_server: u64,
    /// Why the last attempt to connect failed, if the last one did.
    last_error: Option<Arc<Error>>,
}

/// How far a pool has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Open,
    Stopping,
    Stopped,
}

/// Where a lease is handed over.
type Waiter = oneshot::Sender<Held>;

/// A lease that the machine has given to somebody who waits.
struct Grant {
    waiter: Waiter,
    kind: LeaseKind,
    id: ConnectionId,
    client: Client,
}

impl Shared {
    pub(super) fn new(options: PoolOptions) -> Self {
        let (choice, servers) = options.servers.number(0);
        let state = State {
            machine: Machine::new(options.machine_rules(), choice, Time::ZERO),
            todo: VecDeque::new(),
            next_server: servers.len() as u64,
            servers: servers.into_iter().collect(),
            last_error: None,
        };
        Self {
            state: Mutex::new(state),
            goes_by_dn: AtomicBool::new(options.servers.go_by_dn()),
            options,
            epoch: Instant::now(),
            keeper: Notify::new(),
            stage: watch::Sender::new(Stage::Open),
            attempts: watch::Sender::new(0),
        }
    }

    /// Waits for a connection, until the acquire timeout or the end of the operation's time.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the queue; a connection that is being made is made for others.
    pub(super) async fn acquire(
        self: &Arc<Self>,
        kind: LeaseKind,
        keys: Keys,
        deadline: Option<(Instant, Duration)>,
    ) -> Result<Held, Error> {
        // The place is dropped before the wait is told of, as an answer to the observer may be to ask the pool.
        let (mut receiver, mut wait, mut place, now) = {
            let mut state = self.lock();
            let now = self.now();
            if let Some((id, client)) = state.machine.try_acquire(kind, keys, now) {
                self.unlock(state);
                return Ok(Held::new(Arc::clone(self), id, kind, client));
            }
            let (sender, receiver) = oneshot::channel();
            let place = state.machine.enqueue(kind, keys, sender, now);
            let wait = Observed::begin(self, &state, now);
            self.unlock(state);
            (receiver, wait, place.map(|id| Place { shared: self, id: Some(id) }), now)
        };
        let patience = self.options.acquire_timeout;
        let acquire_until = self.epoch + now + patience.min(FOREVER);
        let (until, limit, after) = match deadline {
            Some((until, after)) if until < acquire_until => (until, LeaseLimit::OperationTimeout, after),
            _ => (acquire_until, LeaseLimit::AcquireTimeout, patience),
        };
        let answer = timeout_at(until, &mut receiver).await;
        if let (Ok(_), Some(place)) = (&answer, &mut place) {
            // Who was answered is out of the queue.
            place.id = None;
        }
        match answer {
            Ok(Ok(held)) => {
                if let Some(wait) = &mut wait {
                    wait.is_served = true;
                }
                Ok(held)
            }
            Ok(Err(_)) => Err(self.no_lease(LeaseLimit::AtOnce, Duration::ZERO)),
            Err(_) => Err(self.no_lease(limit, after)),
        }
    }

    /// Returns what an operation on a name is kept together by, with the key of its caller.
    pub(super) fn keys(&self, name: Option<&LdapString>, caller: Option<u64>) -> Keys {
        let matters = caller.is_none() && self.goes_by_dn.load(Ordering::Relaxed);
        Keys { dn: name.filter(|_| matters).map(key_of), caller }
    }

    /// Says why somebody who waits waits.
    pub(super) fn shortage(&self) -> Shortage {
        self.lock().machine.shortage(self.now())
    }

    /// Makes the error of who got no connection.
    pub(super) fn no_lease(&self, limit: LeaseLimit, after: Duration) -> Error {
        let state = self.lock();
        let why = state.machine.shortage(self.now());
        let cause = state.last_error.clone().filter(|_| why != Shortage::Stopping);
        Error::new(ErrorKind::NoLease(NoLease { why, limit, after, cause }))
    }

    /// Takes a lease back. Does not wait.
    pub(super) fn release(self: &Arc<Self>, id: ConnectionId, kind: LeaseKind, proof: Proof) {
        self.tell(|machine, now| machine.release(id, kind, proof, now));
    }

    /// Tells the machine something and sees to it that what follows is done.
    pub(super) fn tell<R>(
        self: &Arc<Self>,
        event: impl FnOnce(&mut Machine<Client, Waiter>, Time) -> R,
    ) -> R {
        let mut state = self.lock();
        let result = event(&mut state.machine, self.now());
        self.unlock(state);
        result
    }

    /// Notes how an attempt to connect ended.
    pub(super) fn attempted(&self, error: Option<Error>) {
        self.lock().last_error = error.map(Arc::new);
        self.attempts.send_modify(|attempts| *attempts = attempts.wrapping_add(1));
    }

    /// Returns whether no connection is there and every server has failed.
    pub(super) fn is_hopeless(&self) -> bool {
        let state = self.lock();
        state.machine.census().idle + state.machine.census().leased == 0
            && state.machine.shortage(self.now()) == Shortage::ServersDown
    }

    pub(super) fn census(&self) -> Census {
        self.lock().machine.census()
    }

    /// Returns name, health, connections and leases of each server.
    pub(super) fn servers(&self) -> Vec<(String, Health, usize, usize)> {
        let state = self.lock();
        let each = state.servers.iter().map(|(id, server)| {
            let (health, connections, leases) = state.machine.server(*id);
            (server.name().to_owned(), health, connections, leases)
        });
        each.collect()
    }

    /// Changes the servers; who stays keeps its number, and with it its health and connections.
    pub(super) fn set_servers(self: &Arc<Self>, servers: &Servers) {
        self.goes_by_dn.store(servers.go_by_dn(), Ordering::Relaxed);
        let mut state = self.lock();
        let (mut choice, mut named) = servers.number(state.next_server);
        state.next_server += named.len() as u64;
        let mut kept = state.servers.clone();
        for (id, server) in &mut named {
            let same = kept.iter().find(|(_, other)| other.name() == server.name()).map(|(id, _)| *id);
            if let Some(same) = same {
                kept.remove(&same);
                choice.renumber(*id, same);
                *id = same;
            }
        }
        state.servers = named.into_iter().collect();
        state.machine.set_servers(choice, self.now());
        self.unlock(state);
    }

    pub(super) fn server(&self, id: ServerId) -> Option<Arc<Server>> {
        self.lock().servers.get(&id).cloned()
    }

    /// Takes what the keeper is to do, and when it is to come back.
    pub(super) fn take_todo(&self) -> (VecDeque<Action<Client, Waiter>>, Option<Instant>) {
        let mut state = self.lock();
        let todo = std::mem::take(&mut state.todo);
        let next = state.machine.next_time(self.now());
        (todo, next.map(|time| self.epoch + time))
    }

    /// Returns whether nothing is left of a pool that is being stopped.
    pub(super) fn is_drained(&self) -> bool {
        let state = self.lock();
        state.machine.is_drained() && state.todo.is_empty()
    }

    /// Ends the connections that are left.
    pub(super) fn cut(&self) {
        let left: Vec<Client> = self.lock().machine.payloads().cloned().collect();
        left.iter().for_each(Client::leave);
    }

    /// Lends nothing more, and gives connections up as their leases end.
    pub(super) fn drain(self: &Arc<Self>) {
        self.stage.send_if_modified(|stage| {
            let is_first = *stage == Stage::Open;
            if is_first {
                *stage = Stage::Stopping;
            }
            is_first
        });
        self.tell(Machine::drain);
        self.keeper.notify_one();
    }

    fn now(&self) -> Time {
        self.epoch.elapsed()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends a change: hands leases over and wakes the keeper for the rest.
    fn unlock(self: &Arc<Self>, mut state: MutexGuard<'_, State>) {
        let mut grants = VecDeque::new();
        let mut wakes = state.sort(&mut grants);
        drop(state);
        while let Some(grant) = grants.pop_front() {
            let Grant { waiter, kind, id, client } = grant;
            let Err(held) = waiter.send(Held::new(Arc::clone(self), id, kind, client)) else { continue };
            // Who waited is gone. Given back here and not by its drop, which would come back to this place, once
            // for each who is gone.
            held.forget();
            let mut state = self.lock();
            state.machine.release(id, kind, Proof::None, self.now());
            wakes |= state.sort(&mut grants);
        }
        if wakes {
            self.keeper.notify_one();
        }
    }
}

impl State {
    /// Takes the grants out of what is to be done, and leaves the rest to the keeper; returns whether to wake it.
    fn sort(&mut self, grants: &mut VecDeque<Grant>) -> bool {
        let mut wakes = self.machine.take_early() || self.machine.is_drained();
        while let Some(action) = self.machine.next_action() {
            match action {
                Action::Grant { waiter, kind, id, connection } => {
                    grants.push_back(Grant { waiter, kind, id, client: connection });
                }
                action => {
                    self.todo.push_back(action);
                    wakes = true;
                }
            }
        }
        wakes
    }
}

/// A place in the queue, which is left when this is dropped.
struct Place<'a> {
    shared: &'a Arc<Shared>,
    /// `None` when it was left.
    id: Option<WaiterId>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            self.shared.tell(|machine, now| machine.cancel(id, now));
        }
    }
}

/// A wait that is observed, which is told of when this is dropped.
struct Observed<'a> {
    shared: &'a Shared,
    why: Shortage,
    began: Time,
    is_served: bool,
}

impl<'a> Observed<'a> {
    fn begin(shared: &'a Shared, state: &State, began: Time) -> Option<Self> {
        let is_observed = !shared.options.observers.is_empty();
        is_observed.then(|| Self { shared, why: state.machine.shortage(began), began, is_served: false })
    }
}

impl Drop for Observed<'_> {
    fn drop(&mut self) {
        let took = self.shared.now().saturating_sub(self.began);
        let wait = Wait::new(self.why, took, self.is_served);
        self.shared.options.observers.waited(&wait);
    }
}

/// Hashes a name; one that is none is the octets that it has.
fn key_of(name: &LdapString) -> u64 {
    match Dn::parse(name.as_str()) {
        Ok(dn) => hash(&dn.sort_key()),
        Err(_) => hash(name.as_bytes()),
    }
}

/// Longer waits would overflow the clock.
pub(super) const FOREVER: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// A random number, for jitter.
pub(super) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
