//! What a pool holds itself to.

use core::time::Duration;

/// A moment, as the time since the pool began.
pub(in crate::pool) type Time = Duration;

/// The numbers that the machine works by. The public setters, with meaning and reason of each, are those of
/// `PoolOptions`.
#[derive(Clone, Debug)]
pub(in crate::pool) struct Rules {
    /// Connections that are kept, idle or not.
    pub(in crate::pool) min: usize,
    /// Connections and attempts at most; at least 1.
    pub(in crate::pool) max: usize,
    /// Shared leases on one connection at most; at least 1.
    pub(in crate::pool) room: u32,
    /// How long a connection beyond the minimum may be unused.
    pub(in crate::pool) idle_timeout: Duration,
    /// How old a connection may become, give or take a tenth.
    pub(in crate::pool) max_age: Duration,
    /// How old a connection may become that was made elsewhere because a preferred server was down.
    pub(in crate::pool) fallback_age: Duration,
    /// How long a connection may go without an answer before it is asked; `None` if none is asked.
    pub(in crate::pool) health_check: Option<Duration>,
    /// The same for a connection on which operations wait.
    pub(in crate::pool) heartbeat: Duration,
    /// How long an unused connection may go without an answer and still be lent unasked; `None` for ever.
    pub(in crate::pool) validate_after: Option<Duration>,
    /// Connects that are begun to one server within any second, at most; at least 1.
    pub(in crate::pool) connects_per_second: usize,
    /// How long a server is left alone after the first failure; doubles with each further one.
    pub(in crate::pool) first_backoff: Duration,
    /// How long a server is left alone at most.
    pub(in crate::pool) max_backoff: Duration,
}

impl Rules {
    /// Returns how old a connection may become that was made with this random number.
    pub(super) fn age(&self, is_fallback: bool, random: u64) -> Duration {
        let age = if is_fallback { self.fallback_age.min(self.max_age) } else { self.max_age };
        between(age - age / 10, age + age / 10, random)
    }

    /// Returns how long a server is left alone after so many failures in a row, at least one: half to all of the
    /// doubled time, so that many clients do not come back at the same moment.
    pub(super) fn backoff(&self, failures: u32, random: u64) -> Duration {
        let doublings = failures.saturating_sub(1).min(20);
        let full = self.first_backoff.saturating_mul(1 << doublings).min(self.max_backoff);
        between(full / 2, full, random)
    }

    /// Brings the numbers into the bounds that the machine relies on.
    pub(in crate::pool) fn bounded(mut self) -> Self {
        self.max = self.max.clamp(1, MAX_CONNECTIONS);
        self.min = self.min.min(self.max);
        self.room = self.room.max(1);
        self.connects_per_second = self.connects_per_second.clamp(1, MAX_CONNECTS_PER_SECOND);
        for time in [
            &mut self.idle_timeout,
            &mut self.max_age,
            &mut self.fallback_age,
            &mut self.heartbeat,
            &mut self.first_backoff,
            &mut self.max_backoff,
        ] {
            *time = (*time).clamp(SHORTEST, LONGEST);
        }
        self.health_check = self.health_check.map(|time| time.clamp(SHORTEST, LONGEST));
        self.validate_after = self.validate_after.map(|time| time.min(LONGEST));
        self
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            min: 5,
            max: 50,
            room: 64,
            idle_timeout: Duration::from_secs(300),
            max_age: Duration::from_secs(30 * 60),
            fallback_age: Duration::from_secs(60),
            health_check: Some(Duration::from_secs(60)),
            heartbeat: Duration::from_secs(15),
            validate_after: Some(Duration::from_secs(60)),
            connects_per_second: 10,
            first_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_millis(1500),
        }
    }
}

/// Beyond this many connections a pool is walked through too slowly; no server takes as many from one client.
const MAX_CONNECTIONS: usize = 10_000;

/// The starts of so many connects are remembered for each server.
const MAX_CONNECTS_PER_SECOND: usize = 1_000;

/// Less would have the pool do nothing but look after itself.
const SHORTEST: Duration = Duration::from_millis(1);

/// Ten years: for ever, and sums of it do not overflow.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

fn between(low: Duration, high: Duration, random: u64) -> Duration {
    let span = u64::try_from(high.saturating_sub(low).as_nanos()).unwrap_or(u64::MAX);
    low + Duration::from_nanos(if span == 0 { 0 } else { random % span })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_lie_within_a_tenth() {
        let rules = Rules::default();
        for random in [0, 1, u64::MAX / 2, u64::MAX] {
            let age = rules.age(false, random);
            assert!((Duration::from_secs(27 * 60)..=Duration::from_secs(33 * 60)).contains(&age), "{age:?}");
        }
        assert!(rules.age(true, 7) <= Duration::from_secs(66));
    }

    #[test]
    fn a_backoff_doubles_up_to_its_limit() {
        let rules = Rules::default();
        for (failures, low, high) in [(1, 50, 100), (2, 100, 200), (5, 750, 1500), (u32::MAX, 750, 1500)] {
            for random in [0, 12345, u64::MAX] {
                let backoff = rules.backoff(failures, random);
                let bounds = Duration::from_millis(low)..=Duration::from_millis(high);
                assert!(bounds.contains(&backoff), "{failures}: {backoff:?}");
            }
        }
    }

    #[test]
    fn numbers_out_of_bounds_are_brought_in() {
        let wild = Rules {
            min: usize::MAX,
            max: 0,
            room: 0,
            idle_timeout: Duration::MAX,
            health_check: Some(Duration::ZERO),
            connects_per_second: 0,
            max_backoff: Duration::ZERO,
            ..Rules::default()
        };
        let rules = wild.bounded();
        assert_eq!((rules.min, rules.max, rules.room, rules.connects_per_second), (1, 1, 1, 1));
        assert_eq!(rules.idle_timeout, LONGEST);
        assert_eq!((rules.health_check, rules.max_backoff), (Some(SHORTEST), SHORTEST));
    }
}
