//! What happens because time passes.

use super::choice::{Verdict, View};
use super::machine::{Action, Machine};
use super::rules::Time;
use super::server::HUNG;

impl<C: Clone, W> Machine<C, W> {
    /// Does what is due: connections grow old, are unused for too long, or have been silent for a while.
    pub(in crate::pool) fn handle_time(&mut self, now: Time) {
        self.armed = None;
        self.expire(now);
        for position in 0..self.connections.len() {
            if self.connections[position].check_at(&self.rules).is_some_and(|at| at <= now) {
                self.check(position);
            }
        }
        self.settle(now);
    }

    /// Returns when to come back if nothing happens before; never, if there is nothing that time changes.
    pub(in crate::pool) fn next_time(&mut self, now: Time) -> Option<Time> {
        self.armed = self.earliest(now);
        self.is_early = false;
        self.armed
    }

    /// Sees to it that the driver comes back in time, if it was told a later one.
    pub(super) fn arm(&mut self, earliest: Option<Time>) {
        if let Some(earliest) = earliest
            && self.armed.is_none_or(|armed| earliest < armed)
        {
            self.armed = Some(earliest);
            self.is_early = true;
        }
    }

    /// Returns when something is due first.
    pub(super) fn earliest(&self, now: Time) -> Option<Time> {
        let has_surplus = self.has_surplus();
        let connections = self.connections.iter().filter_map(|it| it.due(&self.rules, has_surplus));
        connections.chain(self.earliest_connect(now)).min()
    }

    /// Returns when something is due with one connection.
    pub(super) fn earliest_of(&self, position: usize) -> Option<Time> {
        self.connections.get(position)?.due(&self.rules, self.has_surplus())
    }

    /// Returns when a connect may begin that could not before.
    pub(super) fn earliest_connect(&self, now: Time) -> Option<Time> {
        // When an attempt begins to count as hung, others may be tried.
        let hung = self.attempts.iter().map(|attempt| attempt.since + HUNG).filter(|at| *at > now);
        hung.chain(self.blocked_until).min()
    }

    /// Gives up what nobody uses and is not to be kept.
    pub(super) fn retire(&mut self, now: Time) {
        self.shrink();
        let mut kept = self.kept();
        let mut position = 0;
        while let Some(connection) = self.connections.get(position) {
            let is_surplus = kept > self.rules.min
                && !connection.is_checking
                && connection.idle_until(&self.rules).is_some_and(|until| until <= now);
            let is_unwanted = self.is_draining || connection.is_retiring;
            if connection.is_used() || !(is_unwanted || is_surplus) {
                position += 1;
                continue;
            }
            if !connection.is_retiring {
                kept -= 1;
            }
            if let Some(gone) = self.remove(position) {
                self.actions.push_back(Action::Close { id: gone.id, connection: gone.payload });
            }
        }
    }

    /// Retires connections beyond the maximum, unused ones first.
    fn shrink(&mut self) {
        let mut kept = self.kept();
        while kept > self.rules.max {
            let least_used = self
                .connections
                .iter_mut()
                .filter(|connection| !connection.is_retiring)
                .min_by_key(|connection| (connection.is_used(), connection.used_at));
            let Some(connection) = least_used else { break };
            connection.retire();
            kept -= 1;
        }
    }

    /// Retires what is too old. A connection that was made elsewhere for need stays as long as the need does.
    fn expire(&mut self, now: Time) {
        let fallback_age = self.rules.age(true, 0);
        for position in 0..self.connections.len() {
            let connection = &self.connections[position];
            if connection.is_retiring || now < connection.expires_at {
                continue;
            }
            let view = View { servers: &self.servers, rules: &self.rules, now };
            // A look at a copy: nothing is connected.
            let is_needed = connection.is_fallback
                && !matches!(self.choice.clone().choose(view), Verdict::Connect { is_fallback: false, .. });
            let connection = &mut self.connections[position];
            if is_needed {
                connection.expires_at = now + fallback_age;
            } else {
                connection.retire();
            }
        }
    }

    /// Returns whether there are more connections than are kept for ever.
    fn has_surplus(&self) -> bool {
        self.kept() > self.rules.min
    }

    /// Returns how many connections are not on their way out.
    fn kept(&self) -> usize {
        self.connections.iter().filter(|connection| !connection.is_retiring).count()
    }
}
