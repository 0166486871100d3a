//! When a connection is made.

use super::choice::{Verdict, View};
use super::connection::{Attempt, Connection};
use super::machine::{Action, Machine};
use super::rules::Time;
use super::server::{HUNG, Health, Readiness, ServerId};

impl<C: Clone, W> Machine<C, W> {
    /// Begins the connections that are wanted, as far as the maximum and the servers allow.
    pub(super) fn grow(&mut self, now: Time) {
        self.blocked_until = None;
        self.grow_to_missed(now);
        while self.wants_more(now) {
            let view = View { servers: &self.servers, rules: &self.rules, now };
            match self.choice.choose(view) {
                Verdict::Connect { server, is_fallback } => self.connect(server, is_fallback, now),
                Verdict::Limited(until) | Verdict::Down(Some(until)) => {
                    self.blocked_until = Some(until);
                    break;
                }
                Verdict::Down(None) => break,
            }
        }
    }

    /// Notes the first of these servers that is up: somebody would rather have gone there, and found no room. Not if
    /// there is some to come.
    pub(super) fn miss(&mut self, better: &[ServerId], now: Time) {
        if !self.has_room() {
            return;
        }
        for id in better {
            let is_asked = |it: &Connection<C>| it.server == *id && !it.is_retiring && it.is_checking;
            let is_made = |attempt: &Attempt| attempt.server == *id;
            if self.attempts.iter().any(is_made) || self.connections.iter().any(is_asked) {
                return;
            }
            let Some(server) = self.servers.get(id) else { continue };
            match server.readiness(&self.rules, now) {
                Readiness::Ready => {
                    self.missed = Some(*id);
                    return;
                }
                Readiness::Limited(_) => return,
                Readiness::Down(_) => {}
            }
        }
    }

    fn grow_to_missed(&mut self, now: Time) {
        if let Some(server) = self.missed.take()
            && self.has_room()
        {
            self.connect(server, false, now);
        }
    }

    fn connect(&mut self, server: ServerId, is_fallback: bool, now: Time) {
        let id = self.new_connection_id();
        let entry = self.servers.entry(server).or_default();
        let is_probe = entry.health() != Health::Up;
        entry.begin(id, &self.rules, now);
        self.attempts.push(Attempt { id, server, since: now, is_probe, is_fallback, is_outdated: false });
        self.actions.push_back(Action::Connect { id, server });
    }

    /// Returns whether there may be a connection more.
    fn has_room(&self) -> bool {
        !self.is_draining && self.connections.len() + self.attempts.len() < self.rules.max
    }

    fn wants_more(&self, now: Time) -> bool {
        if !self.has_room() {
            return false;
        }
        let kept = self.connections.iter().filter(|connection| !connection.is_retiring).count();
        if kept + self.attempts.len() < self.rules.min {
            return true;
        }
        let room = self.rules.room as usize;
        let wanted = self.queue.exclusive() + self.queue.shared().div_ceil(room);
        let asked = self.connections.iter().filter(|it| it.is_checking && !it.is_used()).count();
        wanted > self.coming(now) + asked
    }

    /// Returns how many connections can be expected soon: a probe may fail, and what hangs may hang on.
    pub(super) fn coming(&self, now: Time) -> usize {
        let is_expected =
            |attempt: &&Attempt| !attempt.is_probe && !attempt.is_outdated && now < attempt.since + HUNG;
        self.attempts.iter().filter(is_expected).count()
    }
}
