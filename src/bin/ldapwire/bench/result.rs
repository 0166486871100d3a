//! What came of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde_json::{Value, json};

use crate::failure::one_line;
use crate::output::counted;

/// Operations that are over.
#[derive(Clone, Debug)]
pub(super) struct Counts {
    /// In nanoseconds.
    times: Histogram<u64>,
    total: Duration,
    entries: u64,
    failures: BTreeMap<String, u64>,
}

/// All that were measured, and within which time.
#[derive(Debug)]
pub(super) struct Measured {
    counts: Counts,
    time: Duration,
    changed: Option<Changed>,
}

/// What became of the entries that were changed.
#[derive(Debug)]
pub(super) struct Changed {
    /// Those that have what they had.
    pub(super) put_back: u64,
    /// The names of those that have not, or may have not; or a pattern for all of them.
    pub(super) left: Vec<String>,
}

/// An hour: nobody waits longer.
const LONGEST: u64 = 3_600_000_000_000;

/// Kinds of failures that are told apart, so that texts which differ each time do not fill memory.
const MAX_FAILURES: usize = 32;

/// Names of entries that are told in text; all of them are in JSON.
const MAX_NAMES: usize = 20;

/// The quantiles that are told.
const QUANTILES: [(&str, f64); 4] = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999)];

impl Counts {
    pub(super) fn new() -> Self {
        let times = Histogram::new_with_bounds(1_000, LONGEST, 2).expect("the bounds are constants");
        Self { times, total: Duration::ZERO, entries: 0, failures: BTreeMap::new() }
    }

    pub(super) fn record(&mut self, took: Duration, outcome: &Result<u64, String>) {
        self.times.saturating_record(u64::try_from(took.as_nanos()).unwrap_or(LONGEST));
        self.total = self.total.saturating_add(took);
        match outcome {
            Ok(entries) => self.entries += entries,
            Err(word) => self.fail(word, 1),
        }
    }

    fn fail(&mut self, word: &str, count: u64) {
        let is_known = self.failures.contains_key(word) || self.failures.len() < MAX_FAILURES;
        *self.failures.entry(if is_known { word } else { "other" }.to_owned()).or_default() += count;
    }

    pub(super) fn add(&mut self, other: &Self) {
        // Made with the same bounds, so it fits.
        let _ = self.times.add(&other.times);
        self.total = self.total.saturating_add(other.total);
        self.entries += other.entries;
        for (word, count) in &other.failures {
            self.fail(word, *count);
        }
    }

    pub(super) fn operations(&self) -> u64 {
        self.times.len()
    }

    pub(super) fn failed(&self) -> u64 {
        self.failures.values().sum()
    }

    /// Returns within how many seconds such a part of all was over.
    pub(super) fn quantile(&self, share: f64) -> f64 {
        self.times.value_at_quantile(share) as f64 / 1e9
    }

    fn mean(&self) -> f64 {
        self.total.as_secs_f64() / (self.operations().max(1) as f64)
    }

    fn longest(&self) -> f64 {
        self.times.max() as f64 / 1e9
    }
}

impl Measured {
    pub(super) const fn new(counts: Counts, time: Duration) -> Self {
        Self { counts, time, changed: None }
    }

    pub(super) fn with_changed(mut self, changed: Changed) -> Self {
        self.changed = Some(changed);
        self
    }

    pub(super) fn is_flawless(&self) -> bool {
        self.counts.failures.is_empty()
    }

    fn per_second(&self) -> f64 {
        // Interrupted before it began to measure, it has measured nothing.
        self.counts.operations() as f64 / self.time.as_secs_f64().max(1e-3)
    }

    pub(super) fn to_text(&self, kind: &str) -> String {
        let counts = &self.counts;
        let mut text = format!(
            "{kind}: {} in {:.1} s, {:.0} per second, ",
            counted(counts.operations(), "operation", "operations"),
            self.time.as_secs_f64(),
            self.per_second(),
        );
        // A string takes all.
        if matches!(kind, "search" | "mixed") {
            let _ = write!(text, "{}, ", counted(counts.entries, "entry", "entries"));
        }
        let _ = writeln!(text, "{} failed", counts.failed());
        let _ = write!(text, "mean {:.3} ms", counts.mean() * 1e3);
        for (name, share) in QUANTILES {
            let _ = write!(text, "   {name} {:.3} ms", counts.quantile(share) * 1e3);
        }
        let _ = write!(text, "   max {:.3} ms", counts.longest() * 1e3);
        for (word, count) in &counts.failures {
            let _ = write!(text, "\n{}: {word}", counted(*count, "time", "times"));
        }
        if let Some(Changed { put_back, left }) = &self.changed {
            if *put_back > 0 {
                let _ = write!(text, "\nput back: {}", counted(*put_back, "entry", "entries"));
            }
            for name in left.iter().take(MAX_NAMES) {
                let _ = write!(text, "\nleft changed: {}", one_line(name));
            }
            if let Some(more) = left.len().checked_sub(MAX_NAMES).filter(|more| *more > 0) {
                let _ = write!(text, "\nleft changed: {more} more");
            }
        }
        text
    }

    pub(super) fn to_json(&self, kind: &str) -> Value {
        let counts = &self.counts;
        let mut times = json!({ "mean": counts.mean(), "max": counts.longest() });
        for (name, share) in QUANTILES {
            times[name] = counts.quantile(share).into();
        }
        let mut told = json!({
            "kind": kind,
            "seconds": self.time.as_secs_f64(),
            "operations": counts.operations(),
            "perSecond": self.per_second(),
            "entries": counts.entries,
            "failed": counts.failed(),
            "failures": counts.failures,
            "times": times,
        });
        if let Some(Changed { put_back, left }) = &self.changed {
            told["putBack"] = (*put_back).into();
            told["left"] = json!(left);
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_adds_up() {
        let (mut one, mut other) = (Counts::new(), Counts::new());
        for millis in 1..=100 {
            one.record(Duration::from_millis(millis), &Ok(2));
        }
        other.record(Duration::from_secs(1), &Err("busy".to_owned()));
        one.add(&other);
        let measured = Measured::new(one, Duration::from_secs(2));
        assert!(!measured.is_flawless());
        let told = measured.to_json("search");
        assert_eq!((told["operations"].as_u64(), told["failed"].as_u64()), (Some(101), Some(1)));
        assert_eq!((told["entries"].as_u64(), told["failures"]["busy"].as_u64()), (Some(200), Some(1)));
        assert_eq!(told["perSecond"], 50.5);
        let near = |name: &str, expected: f64| {
            let found = told["times"][name].as_f64().unwrap();
            assert!((found - expected).abs() < expected / 50.0, "{name}: {found}");
        };
        near("p50", 0.051);
        near("p99", 0.1);
        near("max", 1.0);
        near("mean", 0.0599);
        let modified = measured.to_text("modify");
        assert!(modified.contains(" per second, 1 failed\n"), "{modified}");
        let text = measured.to_text("search");
        assert!(
            text.contains("101 operations in 2.0 s, 50 per second, 200 entries, 1 failed\n")
                && text.ends_with("\n1 time: busy"),
            "{text}"
        );
    }

    #[test]
    fn failures_that_differ_each_time_end_at_a_limit() {
        let mut all = Counts::new();
        for number in 0..1000 {
            let mut counts = Counts::new();
            counts.record(Duration::from_millis(1), &Err(format!("failure {number}")));
            all.add(&counts);
        }
        assert_eq!((all.failed(), all.failures.len()), (1000, MAX_FAILURES + 1));
        assert_eq!(all.failures["other"], 968);
    }

    #[test]
    fn nothing_measured_is_no_fault() {
        let nothing = Measured::new(Counts::new(), Duration::ZERO);
        assert_eq!(nothing.to_json("search")["perSecond"], 0.0);
        assert!(nothing.to_text("auth").starts_with("auth: 0 operations in 0.0 s, 0 per second, 0 failed"));
    }

    #[test]
    fn what_is_left_is_told_by_name() {
        let measured = |put_back, left: usize| {
            let left = (0..left).map(|number| format!("cn={number}")).collect();
            Measured::new(Counts::new(), Duration::ZERO).with_changed(Changed { put_back, left })
        };
        let text = measured(1, 0).to_text("modify");
        assert!(text.ends_with("\nput back: 1 entry"), "{text}");
        let many = measured(0, MAX_NAMES + 2);
        let text = many.to_text("modify");
        assert!(text.contains("\nleft changed: cn=0\n") && text.ends_with("changed: 2 more"), "{text}");
        let told = many.to_json("modify");
        assert_eq!((&told["putBack"], told["left"].as_array().unwrap().len()), (&json!(0), MAX_NAMES + 2));
        assert!(Measured::new(Counts::new(), Duration::ZERO).to_json("search").get("left").is_none());
    }
}
