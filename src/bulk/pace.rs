//! So many records a second.

use std::time::Duration;

use tokio::time::Instant;

/// A limit of records a second. What was not used is kept for a tenth of a second.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    interval: Duration,
    /// When the next may go.
    next: Instant,
}

/// How long what was not used is kept: timers of the system are coarse, and below their step only bunches are even.
const KEPT: Duration = Duration::from_millis(100);

impl Pace {
    pub(super) fn new(per_second: u32, now: Instant) -> Self {
        Self { interval: Duration::from_secs(1) / per_second.max(1), next: now }
    }

    /// Takes leave for one record, or returns when there will be.
    pub(super) fn take(&mut self, now: Instant) -> Result<(), Instant> {
        if self.next > now {
            return Err(self.next);
        }
        let oldest = now.checked_sub(KEPT).unwrap_or(now);
        self.next = self.next.max(oldest) + self.interval;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_go_than_the_limit_and_what_was_kept() {
        let start = Instant::now();
        let mut pace = Pace::new(100, start);
        let mut now = start;
        let mut taken = 0;
        while now < start + Duration::from_secs(2) {
            match pace.take(now) {
                Ok(()) => taken += 1,
                Err(next) => now = next,
            }
        }
        assert_eq!(taken, 200);
        now += Duration::from_secs(60);
        let bunch = (0..1000).take_while(|_| pace.take(now).is_ok()).count();
        assert_eq!(bunch, 11, "a pause is no credit but for a tenth of a second");
    }
}
