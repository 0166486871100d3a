//! Who gets a connection.
//!
//! 1. Within a kind it is first come, first served.
//! 2. **Nobody takes what somebody who came earlier could have taken.** Somebody who wants room for an operation
//!    passes one who came earlier and wants a whole connection only where that takes nothing away from him.
//! 3. So that he gets one at all while others come and go, a connection is *claimed* for each who waits for a whole
//!    one and for whom none is being made: who came later gets no room on it, and it becomes free.

use super::affinity::{Keys, Ranks};
use super::connection::{ConnectionId, LeaseKind};
use super::machine::{Action, Machine};
use super::rules::Time;
use super::server::ServerId;

impl<C: Clone, W> Machine<C, W> {
    /// Gives out what is free.
    pub(super) fn serve(&mut self, now: Time) {
        if self.queue.is_empty() && !self.has_claims() {
            return;
        }
        self.claim(now);
        loop {
            while self.serve_one(now) {}
            // A claim that is given up may be what the first in the queue waits for.
            if !self.claim(now) {
                break;
            }
        }
        if !self.queue.is_empty() {
            self.check_stale(now);
        }
    }

    /// Serves one waiter; returns whether it did.
    fn serve_one(&mut self, now: Time) -> bool {
        let first = |kind| self.queue.first(kind).map(|(id, _)| id);
        let (shared, exclusive) = (first(LeaseKind::Shared), first(LeaseKind::Exclusive));
        let shared_is_first = match (shared, exclusive) {
            (None, None) => return false,
            (Some(shared), Some(exclusive)) => shared < exclusive,
            (shared, None) => shared.is_some(),
            (None, Some(_)) => false,
        };
        if shared_is_first {
            // If there is no room for it, no whole connection is free either.
            return self.grant(LeaseKind::Shared, true, now);
        }
        self.grant(LeaseKind::Exclusive, true, now)
            || (shared.is_some() && self.grant(LeaseKind::Shared, false, now))
    }

    fn grant(&mut self, kind: LeaseKind, may_take_claimed: bool, now: Time) -> bool {
        let Some((_, keys)) = self.queue.first(kind) else { return false };
        let Some(position) = self.find_free(kind, keys, may_take_claimed, now) else { return false };
        let Some(waiter) = self.queue.pop(kind) else { return false };
        let (id, connection) = self.lend(position, kind, now);
        self.actions.push_back(Action::Grant { waiter, kind, id, connection });
        true
    }

    /// Finds the best connection to lend: the server that the keys prefer; there fewest leases; among equals the server
    /// whose turn it is, and there the connection that was used last, so that those beyond need become idle.
    ///
    /// Notes which server would have been better.
    pub(super) fn find_free(
        &mut self,
        kind: LeaseKind,
        keys: Keys,
        may_take_claimed: bool,
        now: Time,
    ) -> Option<usize> {
        let ranks = self.choice.ranks(keys);
        let position = self.best_of(kind, &ranks, may_take_claimed, now)?;
        let rank = ranks.of(self.connections[position].server);
        if rank > 0 {
            self.miss(&ranks.before(rank), now);
        }
        Some(position)
    }

    pub(super) fn best_of(
        &self,
        kind: LeaseKind,
        ranks: &Ranks,
        may_take_claimed: bool,
        now: Time,
    ) -> Option<usize> {
        self.connections
            .iter()
            .enumerate()
            .filter(|(_, connection)| {
                // What most connections of a busy pool lack is looked for first.
                let is_free = match kind {
                    LeaseKind::Shared => connection.has_room(&self.rules),
                    LeaseKind::Exclusive => !connection.is_used(),
                };
                is_free
                    && (may_take_claimed || !connection.is_claimed)
                    && connection.is_ready(&self.rules, now)
            })
            .min_by_key(|(_, connection)| {
                let turn = self.servers.get(&connection.server).map_or(0, |server| server.last_lease);
                let rank = ranks.of(connection.server);
                (rank, connection.shared, turn, std::cmp::Reverse(connection.used_at))
            })
            .map(|(position, _)| position)
    }

    /// Lends a connection that was found.
    pub(super) fn lend(&mut self, position: usize, kind: LeaseKind, now: Time) -> (ConnectionId, C) {
        let connection = &mut self.connections[position];
        let begins = kind == LeaseKind::Shared && connection.shared == 0;
        if begins {
            connection.shared_since = now;
        }
        match kind {
            LeaseKind::Shared => connection.shared += 1,
            LeaseKind::Exclusive => {
                connection.is_exclusive = true;
                connection.is_claimed = false;
            }
        }
        connection.used_at = now;
        self.leases += 1;
        if let Some(server) = self.servers.get_mut(&connection.server) {
            server.leases += 1;
            server.last_lease = self.leases;
        }
        let lent = (connection.id, connection.payload.clone());
        if begins {
            // Nothing else comes sooner by it.
            let check_at = connection.check_at(&self.rules);
            self.arm(check_at);
        }
        lent
    }

    /// Brings the number of claims to what is needed; returns whether one was given up.
    fn claim(&mut self, now: Time) -> bool {
        let coming = self.coming(now);
        let wanted = self.queue.exclusive().saturating_sub(coming);
        let mut claimed = self.connections.iter().filter(|connection| connection.is_claimed).count();
        while claimed < wanted {
            let lightest = self
                .connections
                .iter_mut()
                .filter(|it| !it.is_claimed && !it.is_exclusive && !it.is_retiring && !it.is_checking)
                .min_by_key(|connection| connection.shared);
            let Some(connection) = lightest else { break };
            connection.is_claimed = true;
            claimed += 1;
        }
        let gives_up = claimed > wanted;
        while claimed > wanted {
            let busiest = self
                .connections
                .iter_mut()
                .filter(|it| it.is_claimed)
                .max_by_key(|connection| connection.shared);
            let Some(connection) = busiest else { break };
            connection.is_claimed = false;
            claimed -= 1;
        }
        gives_up && !self.queue.is_empty()
    }

    fn has_claims(&self) -> bool {
        self.connections.iter().any(|connection| connection.is_claimed)
    }

    /// Asks all connections that were unused for long: somebody needs one, and if a server is gone all of them
    /// are found out together.
    fn check_stale(&mut self, now: Time) {
        for position in 0..self.connections.len() {
            let connection = &self.connections[position];
            if !connection.is_retiring && connection.is_stale(&self.rules, now) {
                self.check(position);
            }
        }
    }

    /// Asks whether a connection is alive, unless that is being asked.
    pub(super) fn check(&mut self, position: usize) {
        // What cannot be asked is not.
        if self.rules.health_check.is_none() && self.rules.validate_after.is_none() {
            return;
        }
        let Some(connection) = self.connections.get_mut(position) else { return };
        if !connection.is_checking && !connection.is_exclusive {
            connection.is_checking = true;
            let (id, connection) = (connection.id, connection.payload.clone());
            self.actions.push_back(Action::Check { id, connection });
        }
    }

    /// Asks all connections to a server to which one was lost.
    pub(super) fn suspect(&mut self, server: ServerId) {
        for position in 0..self.connections.len() {
            if self.connections[position].server == server {
                self.connections[position].proven_at = None;
                self.check(position);
            }
        }
    }
}
