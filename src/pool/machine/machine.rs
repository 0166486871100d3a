//! The state, and what may happen to it.
//!
//! Advice for the next maintainer: every method that changes something ends with `settle`, which gives out what
//! is free and sees whether more connections are wanted; what happens for each operation ends with as much of it as
//! the change calls for. The sums in `Server` and the lists of connections are
//! changed only here and in `serve`, side by side, and the tests compare them after each step.

use std::collections::{BTreeMap, VecDeque};

use crate::error::Shortage;

use super::affinity::Keys;
use super::choice::{Choice, Verdict, View};
use super::connection::{Attempt, Connection, ConnectionId, LeaseKind, Proof};
use super::queue::{Queue, WaiterId};
use super::rules::{Rules, Time};
use super::server::{Health, Server, ServerId};

/// The state of a pool. `C` is what the driver ties to a connection, `W` what it ties to a waiter.
#[derive(Debug)]
pub(in crate::pool) struct Machine<C, W> {
    pub(super) rules: Rules,
    pub(super) servers: BTreeMap<ServerId, Server>,
    pub(super) choice: Choice,
    pub(super) attempts: Vec<Attempt>,
    /// By their ids, lowest first.
    pub(super) connections: Vec<Connection<C>>,
    pub(super) queue: Queue<W>,
    pub(super) actions: VecDeque<Action<C, W>>,
    pub(super) is_draining: bool,
    /// A server that somebody would rather have gone to.
    pub(super) missed: Option<ServerId>,
    next_connection: u64,
    pub(super) leases: u64,
    /// When a connection that is wanted can be begun; from the last time that one was.
    pub(super) blocked_until: Option<Time>,
    /// The time that the driver was told to come back at.
    pub(super) armed: Option<Time>,
    /// Whether it should come back earlier.
    pub(super) is_early: bool,
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::pool) enum Action<C, W> {
    /// Connect and bind; then tell by `connected` or `connect_failed`.
    Connect { id: ConnectionId, server: ServerId },
    /// Ask the server something; then tell by `checked`.
    Check { id: ConnectionId, connection: C },
    /// Say goodbye: nobody uses it.
    Close { id: ConnectionId, connection: C },
    /// Give it up: it did not answer.
    Abort { id: ConnectionId, connection: C },
    /// The waiter has its lease.
    Grant { waiter: W, kind: LeaseKind, id: ConnectionId, connection: C },
    /// The waiter will get none: the pool is being stopped.
    Refuse { waiter: W },
}

/// How many of everything there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::pool) struct Census {
    pub(in crate::pool) idle: usize,
    pub(in crate::pool) leased: usize,
    pub(in crate::pool) connecting: usize,
    pub(in crate::pool) checking: usize,
    pub(in crate::pool) leases: usize,
    pub(in crate::pool) waiting: usize,
}

impl<C: Clone, W> Machine<C, W> {
    pub(in crate::pool) fn new(rules: Rules, choice: Choice, now: Time) -> Self {
        let mut machine = Self {
            rules: rules.bounded(),
            servers: BTreeMap::new(),
            choice: Choice::set(super::Strategy::Failover, Vec::new()),
            attempts: Vec::new(),
            connections: Vec::new(),
            queue: Queue::new(),
            actions: VecDeque::new(),
            is_draining: false,
            missed: None,
            next_connection: 0,
            leases: 0,
            blocked_until: None,
            armed: None,
            is_early: false,
        };
        machine.set_servers(choice, now);
        machine
    }

    /// Lends a connection at once, if nobody came before and one is free.
    pub(in crate::pool) fn try_acquire(
        &mut self,
        kind: LeaseKind,
        keys: Keys,
        now: Time,
    ) -> Option<(ConnectionId, C)> {
        if self.is_draining || !self.queue.is_empty() {
            return None;
        }
        let position = self.find_free(kind, keys, true, now)?;
        let lent = self.lend(position, kind, now);
        if self.missed.is_some() {
            self.extend(now);
        }
        Some(lent)
    }

    /// Puts a waiter at the end of the queue.
    pub(in crate::pool) fn enqueue(
        &mut self,
        kind: LeaseKind,
        keys: Keys,
        waiter: W,
        now: Time,
    ) -> Option<WaiterId> {
        if self.is_draining {
            self.actions.push_back(Action::Refuse { waiter });
            return None;
        }
        let id = self.queue.push(kind, keys, waiter);
        // What the first in the queue could not have, nobody behind it can.
        if kind == LeaseKind::Exclusive || self.queue.shared() == 1 {
            self.serve(now);
        }
        self.extend(now);
        Some(id)
    }

    /// Forgets a waiter who gave up. If it has a lease already, that is given back by `release`.
    pub(in crate::pool) fn cancel(&mut self, waiter: WaiterId, now: Time) {
        if self.queue.remove(waiter) {
            // A connection that was kept free for it is free for others.
            self.settle(now);
        }
    }

    /// Takes a lease back.
    pub(in crate::pool) fn release(&mut self, id: ConnectionId, kind: LeaseKind, proof: Proof, now: Time) {
        // It may have been lost meanwhile.
        let Some(position) = self.position(id) else { return };
        let Some(connection) = self.connections.get_mut(position) else { return };
        match kind {
            LeaseKind::Exclusive => connection.is_exclusive = false,
            LeaseKind::Shared => connection.shared = connection.shared.saturating_sub(1),
        }
        connection.used_at = now;
        match proof {
            Proof::Answered => connection.proven_at = Some(now),
            Proof::None => {}
            Proof::Suspect => connection.proven_at = None,
        }
        let (server, stays) = (connection.server, !connection.is_retiring);
        if let Some(server) = self.servers.get_mut(&server) {
            server.leases = server.leases.saturating_sub(1);
        }
        if proof == Proof::Suspect {
            self.check(position);
        }
        if stays && !self.is_draining {
            self.hand_on(position, now);
        } else {
            self.settle(now);
        }
    }

    /// An attempt succeeded. Returns whether the connection is wanted; if not, it is to be closed.
    pub(in crate::pool) fn connected(
        &mut self,
        id: ConnectionId,
        payload: C,
        now: Time,
        random: u64,
    ) -> bool {
        let Some(attempt) = self.take_attempt(id) else { return false };
        let server = self.servers.entry(attempt.server).or_default();
        server.succeeded(id, now);
        if attempt.is_outdated {
            server.connections -= 1;
            self.settle(now);
            return false;
        }
        let connection = Connection {
            id,
            payload,
            server: attempt.server,
            shared: 0,
            is_exclusive: false,
            is_claimed: false,
            is_checking: false,
            is_retiring: false,
            is_fallback: attempt.is_fallback,
            used_at: now,
            shared_since: now,
            proven_at: Some(now),
            expires_at: now + self.rules.age(attempt.is_fallback, random),
        };
        let position = self.connections.partition_point(|other| other.id < id);
        self.connections.insert(position, connection);
        self.settle(now);
        true
    }

    /// An attempt failed.
    pub(in crate::pool) fn connect_failed(&mut self, id: ConnectionId, now: Time, random: u64) {
        if let Some(attempt) = self.take_attempt(id) {
            let server = self.servers.entry(attempt.server).or_default();
            server.failed(id, &self.rules, now, random);
            self.settle(now);
        }
    }

    /// The server answered a check, or did not.
    pub(in crate::pool) fn checked(&mut self, id: ConnectionId, is_alive: bool, now: Time) {
        let Some(position) = self.position(id) else { return };
        if is_alive {
            if let Some(connection) = self.connections.get_mut(position) {
                connection.is_checking = false;
                connection.proven_at = Some(now);
            }
        } else if let Some(gone) = self.remove(position) {
            self.actions.push_back(Action::Abort { id, connection: gone.payload });
            self.suspect(gone.server);
        }
        self.settle(now);
    }

    /// A connection is closed. Leases on it are given back as all others, and change nothing any more.
    pub(in crate::pool) fn lost(&mut self, id: ConnectionId, now: Time) {
        let Some(position) = self.position(id) else { return };
        if let Some(gone) = self.remove(position) {
            self.suspect(gone.server);
        }
        self.settle(now);
    }

    /// A lease has made something else of its connection: it is given up when the lease is given back.
    pub(in crate::pool) fn spoil(&mut self, id: ConnectionId, now: Time) {
        let Some(position) = self.position(id) else { return };
        if let Some(connection) = self.connections.get_mut(position) {
            connection.retire();
        }
        self.settle(now);
    }

    /// Changes how many connections there are.
    pub(in crate::pool) fn resize(&mut self, min: usize, max: usize, now: Time) {
        self.rules.max = max;
        self.rules.min = min;
        self.rules = self.rules.clone().bounded();
        self.settle(now);
    }

    /// Replaces every connection when its leases are over: what they were made with is outdated.
    pub(in crate::pool) fn renew(&mut self, now: Time) {
        self.connections.iter_mut().for_each(Connection::retire);
        self.attempts.iter_mut().for_each(|attempt| attempt.is_outdated = true);
        self.settle(now);
    }

    /// Changes the servers. Those that stay keep what is known of them; connections to others are given up as
    /// their leases end.
    pub(in crate::pool) fn set_servers(&mut self, choice: Choice, now: Time) {
        let mut named = Vec::new();
        choice.servers(&mut named);
        self.choice = choice;
        let is_left = |connection: &&mut Connection<C>| !named.contains(&connection.server);
        self.connections.iter_mut().filter(is_left).for_each(Connection::retire);
        for attempt in &mut self.attempts {
            attempt.is_outdated |= !named.contains(&attempt.server);
        }
        self.servers.retain(|id, server| named.contains(id) || server.is_remembered(now));
        for id in named {
            self.servers.entry(id).or_default();
        }
        self.settle(now);
    }

    /// Lends nothing any more, refuses all who wait and gives connections up as their leases end.
    pub(in crate::pool) fn drain(&mut self, now: Time) {
        self.is_draining = true;
        let waiters = self.queue.drain();
        self.actions.extend(waiters.map(|waiter| Action::Refuse { waiter }));
        for attempt in std::mem::take(&mut self.attempts) {
            if let Some(server) = self.servers.get_mut(&attempt.server) {
                server.end(attempt.id);
            }
        }
        self.settle(now);
    }

    /// Returns what is to be done next, until there is nothing.
    pub(in crate::pool) fn next_action(&mut self) -> Option<Action<C, W>> {
        self.actions.pop_front()
    }

    /// Returns whether the driver should come back earlier than it was told, and forgets that.
    pub(in crate::pool) const fn take_early(&mut self) -> bool {
        std::mem::replace(&mut self.is_early, false)
    }

    pub(in crate::pool) fn is_drained(&self) -> bool {
        self.is_draining && self.connections.is_empty()
    }

    /// Returns the connections that are left.
    pub(in crate::pool) fn payloads(&self) -> impl Iterator<Item = &C> {
        self.connections.iter().map(|connection| &connection.payload)
    }

    pub(in crate::pool) fn census(&self) -> Census {
        let leased = self.connections.iter().filter(|connection| connection.is_used()).count();
        Census {
            idle: self.connections.len() - leased,
            leased,
            connecting: self.attempts.len(),
            checking: self.connections.iter().filter(|connection| connection.is_checking).count(),
            leases: self.servers.values().map(|server| server.leases).sum(),
            waiting: self.queue.len(),
        }
    }

    /// Returns health, connections and leases of a server.
    pub(in crate::pool) fn server(&self, id: ServerId) -> (Health, usize, usize) {
        self.servers
            .get(&id)
            .map_or((Health::Up, 0, 0), |server| (server.health(), server.connections, server.leases))
    }

    /// Says why somebody waits.
    pub(in crate::pool) fn shortage(&self, now: Time) -> Shortage {
        let coming = self.attempts.len() + self.connections.iter().filter(|it| it.is_checking).count();
        if self.is_draining {
            return Shortage::Stopping;
        }
        if coming == 0 && self.connections.len() >= self.rules.max {
            return Shortage::AllInUse { connections: self.connections.len() };
        }
        let view = View { servers: &self.servers, rules: &self.rules, now };
        match self.choice.clone().choose(view) {
            Verdict::Down(_) if self.servers.values().all(|server| server.health() != Health::Up) => {
                Shortage::ServersDown
            }
            Verdict::Limited(_) if coming == 0 => Shortage::ConnectLimit,
            _ => Shortage::Connecting { connections: coming },
        }
    }

    pub(super) fn settle(&mut self, now: Time) {
        self.serve(now);
        self.retire(now);
        self.grow(now);
        self.arm(self.earliest(now));
    }

    /// Settles after a lease on a connection that stays was given back, which calls for no other connections: those that
    /// were wanted before are being made, as far as that may be.
    fn hand_on(&mut self, position: usize, now: Time) {
        self.serve(now);
        if self.missed.is_some() {
            self.extend(now);
        }
        self.arm(self.earliest_of(position));
    }

    /// Settles after more is wanted than before.
    fn extend(&mut self, now: Time) {
        self.grow(now);
        self.arm(self.earliest_connect(now));
    }

    pub(super) fn position(&self, id: ConnectionId) -> Option<usize> {
        self.connections.binary_search_by_key(&id, |connection| connection.id).ok()
    }

    /// Takes a connection out, with all that is counted of it.
    pub(super) fn remove(&mut self, position: usize) -> Option<Connection<C>> {
        (position < self.connections.len()).then(|| {
            let gone = self.connections.remove(position);
            if let Some(server) = self.servers.get_mut(&gone.server) {
                server.connections = server.connections.saturating_sub(1);
                let leases = if gone.is_exclusive { 1 } else { gone.shared as usize };
                server.leases = server.leases.saturating_sub(leases);
            }
            gone
        })
    }

    pub(super) const fn new_connection_id(&mut self) -> ConnectionId {
        self.next_connection += 1;
        ConnectionId(self.next_connection)
    }

    fn take_attempt(&mut self, id: ConnectionId) -> Option<Attempt> {
        let position = self.attempts.iter().position(|attempt| attempt.id == id)?;
        Some(self.attempts.remove(position))
    }
}
