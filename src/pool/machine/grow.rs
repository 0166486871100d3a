//! When a connection is made.

use super::choice::{Verdict, View};
use super::connection::Attempt;
use super::machine::{Action, Machine};
use super::rules::Time;
use super::server::{HUNG, Health};

impl<C: Clone, W> Machine<C, W> {
    /// Begins the connections that are wanted, as far as the maximum and the servers allow.
    pub(super) fn grow(&mut self, now: Time) {
        self.blocked_until = None;
        while self.wants_more(now) {
            let view = View { servers: &self.servers, rules: &self.rules, now };
            match self.choice.choose(view) {
                Verdict::Connect { server, is_fallback } => {
                    let id = self.new_connection_id();
                    let entry = self.servers.entry(server).or_default();
                    let is_probe = entry.health() != Health::Up;
                    entry.begin(id, &self.rules, now);
                    let attempt =
                        Attempt { id, server, since: now, is_probe, is_fallback, is_outdated: false };
                    self.attempts.push(attempt);
                    self.actions.push_back(Action::Connect { id, server });
                }
                Verdict::Limited(until) | Verdict::Down(Some(until)) => {
                    self.blocked_until = Some(until);
                    break;
                }
                Verdict::Down(None) => break,
            }
        }
    }

    fn wants_more(&self, now: Time) -> bool {
        if self.is_draining || self.connections.len() + self.attempts.len() >= self.rules.max {
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
