//! The health of one server, shared by all connections to it.

use std::collections::VecDeque;

use core::time::Duration;

use super::connection::ConnectionId;
use super::rules::{Rules, Time};

/// The number of a server, given by the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::pool) struct ServerId(pub(in crate::pool) u64);

/// A circuit breaker, a measure of connects and a few counts.
///
/// ```text
///              an attempt fails                 its time is over
///   Up ───────────────────────────▶ Down(until) ───────────────▶ one probe
///    ▲                                  ▲                          │   │
///    └──────────────────────────────────┼──────── it succeeds ─────┘   │
///                                       └──────── it fails, twice as long
/// ```
///
/// A lost connection is no failure of the server: it may have been idle, or the server was restarted. The attempt
/// that follows tells.
#[derive(Debug, Default)]
pub(super) struct Server {
    /// Attempts that failed in a row.
    failures: u32,
    /// Until when it is left alone; set while `failures` is not 0.
    down_until: Time,
    /// Attempts that are under way, oldest first.
    attempts: Vec<(ConnectionId, Time)>,
    /// When the last connects began, as many as may begin within a second.
    recent: VecDeque<Time>,
    /// How long the last connect took, and when that was.
    connect_time: Option<(Duration, Time)>,
    /// Connections that are made.
    pub(super) connections: usize,
    /// Leases on them.
    pub(super) leases: usize,
    /// The number of the lease that was given last, of all leases of the pool.
    pub(super) last_lease: u64,
}

/// What may be done with a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Readiness {
    /// A connect may begin.
    Ready,
    /// A connect may begin then: there were many within the last second.
    Limited(Time),
    /// It failed. A connect may begin then, or when the attempt that is under way tells more.
    Down(Option<Time>),
}

/// What is known of a server, for whoever looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pool) enum Health {
    /// The last attempt to connect succeeded, or none was made.
    Up,
    /// So many attempts in a row failed; it is left alone, or being tried again.
    Down {
        /// How many.
        failures: u32,
    },
}

/// An attempt that takes so long counts as hung: others do not wait for it, and the server gets no further ones.
pub(super) const HUNG: Duration = Duration::from_secs(1);

/// A measured connect time says something for so long.
const MEASURE_AGE: Duration = Duration::from_secs(60);

impl Health {
    pub(in crate::pool) const fn failures(self) -> u32 {
        match self {
            Self::Up => 0,
            Self::Down { failures } => failures,
        }
    }
}

impl Server {
    pub(super) fn begin(&mut self, id: ConnectionId, rules: &Rules, now: Time) {
        self.attempts.push((id, now));
        self.recent.push_back(now);
        while self.recent.len() > rules.connects_per_second {
            self.recent.pop_front();
        }
    }

    pub(super) fn succeeded(&mut self, id: ConnectionId, now: Time) {
        if let Some(since) = self.end(id) {
            self.connect_time = Some((now.saturating_sub(since), now));
        }
        self.failures = 0;
        self.connections += 1;
    }

    pub(super) fn failed(&mut self, id: ConnectionId, rules: &Rules, now: Time, random: u64) {
        let Some(since) = self.end(id) else { return };
        // Attempts that were under way together fail together, which is one failure.
        if self.failures == 0 || since >= self.down_until {
            self.failures = self.failures.saturating_add(1);
            self.down_until = now + rules.backoff(self.failures, random);
        }
    }

    /// Forgets an attempt whose end tells nothing.
    pub(super) fn end(&mut self, id: ConnectionId) -> Option<Time> {
        let position = self.attempts.iter().position(|(other, _)| *other == id)?;
        Some(self.attempts.remove(position).1)
    }

    pub(super) fn readiness(&self, rules: &Rules, now: Time) -> Readiness {
        if self.failures > 0 {
            if !self.attempts.is_empty() {
                return Readiness::Down(None);
            }
            if now < self.down_until {
                return Readiness::Down(Some(self.down_until));
            }
        }
        if self.attempts.first().is_some_and(|(_, since)| now >= *since + HUNG) {
            return Readiness::Down(None);
        }
        match self.recent.front() {
            Some(oldest) if self.recent.len() >= rules.connects_per_second && now < *oldest + SECOND => {
                Readiness::Limited(*oldest + SECOND)
            }
            _ => Readiness::Ready,
        }
    }

    /// Returns whether something would go wrong if it were forgotten.
    pub(super) fn is_remembered(&self, now: Time) -> bool {
        let is_fresh = self.recent.back().is_some_and(|last| now < *last + SECOND);
        self.connections > 0 || !self.attempts.is_empty() || is_fresh
    }

    pub(super) const fn health(&self) -> Health {
        match self.failures {
            0 => Health::Up,
            failures => Health::Down { failures },
        }
    }

    pub(super) fn attempts(&self) -> usize {
        self.attempts.len()
    }

    /// Returns how long a connect takes; none at all if that was not measured of late, so that it will be.
    pub(super) fn connect_time(&self, now: Time) -> Duration {
        match self.connect_time {
            Some((took, at)) if now <= at + MEASURE_AGE => took,
            _ => Duration::ZERO,
        }
    }
}

const SECOND: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Time {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_failure_closes_the_door_and_one_probe_opens_it() {
        let (rules, mut server) = (Rules::default(), Server::default());
        server.begin(ConnectionId(1), &rules, at(0));
        server.failed(ConnectionId(1), &rules, at(0), u64::MAX - 1);
        let Readiness::Down(Some(until)) = server.readiness(&rules, at(0)) else { panic!("{server:?}") };
        assert!((at(50)..=at(100)).contains(&until));
        assert_eq!(server.health(), Health::Down { failures: 1 });

        assert_eq!(server.readiness(&rules, until), Readiness::Ready);
        server.begin(ConnectionId(2), &rules, until);
        // One and no more.
        assert_eq!(server.readiness(&rules, until), Readiness::Down(None));
        server.succeeded(ConnectionId(2), until + at(3));
        assert_eq!(server.readiness(&rules, until + at(3)), Readiness::Ready);
        assert_eq!(server.health(), Health::Up);
        assert_eq!(server.connect_time(until), at(3));
        assert_eq!(server.connect_time(until + at(100_000)), at(0));
    }

    #[test]
    fn attempts_that_fail_together_are_one_failure() {
        let (rules, mut server) = (Rules::default(), Server::default());
        for id in 0..8 {
            server.begin(ConnectionId(id), &rules, at(0));
        }
        for id in 0..8 {
            server.failed(ConnectionId(id), &rules, at(5), 0);
        }
        assert_eq!(server.health(), Health::Down { failures: 1 });
    }

    #[test]
    fn connects_within_any_second_are_bounded() {
        let (rules, mut server) = (Rules::default(), Server::default());
        let mut starts = Vec::new();
        for now in (0..5_000).map(at) {
            if server.readiness(&rules, now) == Readiness::Ready {
                let id = ConnectionId(starts.len() as u64);
                server.begin(id, &rules, now);
                server.succeeded(id, now);
                starts.push(now);
            }
        }
        assert_eq!(starts.len(), 50);
        for window in starts.windows(rules.connects_per_second + 1) {
            assert!(window[rules.connects_per_second] >= window[0] + SECOND);
        }
    }

    #[test]
    fn a_server_where_a_connect_hangs_gets_no_further_ones() {
        let (rules, mut server) = (Rules::default(), Server::default());
        server.begin(ConnectionId(1), &rules, at(0));
        assert_eq!(server.readiness(&rules, at(999)), Readiness::Ready);
        assert_eq!(server.readiness(&rules, at(1000)), Readiness::Down(None));
        server.end(ConnectionId(1));
        assert_eq!(server.readiness(&rules, at(1000)), Readiness::Ready);
    }
}
