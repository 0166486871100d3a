//! How long things took.

use std::time::Duration;

use hdrhistogram::Histogram;

/// Durations from 16 ns to an hour with two significant digits: a percentile is off by less than 1 %, or 16 ns. What is
/// shorter or longer counts as the limit. Takes 32 KiB.
#[derive(Clone, Debug)]
pub(super) struct Durations {
    /// In nanoseconds.
    counts: Histogram<u64>,
    total: Duration,
    longest: Duration,
}

const SHORTEST: u64 = 16;
const LONGEST: u64 = 3_600_000_000_000;
const DIGITS: u8 = 2;

impl Durations {
    pub(super) fn new() -> Self {
        let counts = Histogram::new_with_bounds(SHORTEST, LONGEST, DIGITS).expect("the bounds are constants");
        Self { counts, total: Duration::ZERO, longest: Duration::ZERO }
    }

    pub(super) fn record(&mut self, took: Duration) {
        let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.counts.saturating_record(nanoseconds.max(SHORTEST));
        self.total = self.total.saturating_add(took);
        self.longest = self.longest.max(took);
    }

    pub(super) fn add(&mut self, other: &Self) {
        // Made with the same bounds, so it fits.
        let _ = self.counts.add(&other.counts);
        self.total = self.total.saturating_add(other.total);
        self.longest = self.longest.max(other.longest);
    }

    /// Returns the time within which so large a share of them was over.
    pub(super) fn quantile(&self, share: f64) -> Duration {
        Duration::from_nanos(self.counts.value_at_quantile(share)).min(self.longest)
    }

    pub(super) const fn total(&self) -> Duration {
        self.total
    }

    pub(super) const fn longest(&self) -> Duration {
        self.longest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_off_by_less_than_a_hundredth() {
        let mut durations = Durations::new();
        (1..=1000).for_each(|ms| durations.record(Duration::from_millis(ms)));
        for (share, expected) in [(0.5, 500.0), (0.9, 900.0), (0.99, 990.0)] {
            let found = durations.quantile(share).as_secs_f64() * 1000.0;
            assert!((found - expected).abs() <= expected / 100.0, "{share}: {found}");
        }
        assert_eq!(durations.longest(), Duration::from_secs(1));
        assert_eq!(durations.total(), Duration::from_millis(500_500));
    }

    #[test]
    fn extremes_are_counted_at_the_limits() {
        let mut durations = Durations::new();
        durations.record(Duration::ZERO);
        durations.record(Duration::MAX);
        let mut sum = Durations::new();
        sum.add(&durations);
        sum.add(&durations);
        assert!(sum.quantile(0.5) <= Duration::from_micros(2));
        assert_eq!((sum.longest(), sum.total()), (Duration::MAX, Duration::MAX));
    }
}
