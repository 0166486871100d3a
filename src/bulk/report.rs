//! `Report`: what became of all records.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::time::Duration;

use crate::error::{Counted, Error};
use crate::ldif::Position;
use crate::model::{LdapString, ResultCode};

use super::{Outcome, OutcomeKind};

/// What became of the records of a load. **Every record of the input is counted once.**
///
/// A load that goes on behind an earlier one counts what that one settled, too.
#[derive(Debug, Default)]
pub struct Report {
    counts: [u64; OutcomeKind::ALL.len()],
    codes: BTreeMap<ResultCode, u64>,
    failures: Vec<Failure>,
    elapsed: Duration,
    earlier: u64,
    without_undo: u64,
    stop: Option<Stop>,
}

/// A record that did not get what it wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// Which record of the input it is, from 1.
    pub number: u64,
    /// Where it stood, if it came from a file.
    pub position: Option<Position>,
    /// The name of its entry.
    pub dn: LdapString,
    /// What became of it.
    pub outcome: Outcome,
}

/// Why a load ended before its input did, or did not all that it was asked for.
#[derive(Debug)]
#[non_exhaustive]
pub enum Stop {
    /// As many records failed as were allowed.
    Failures(u64),
    /// There is no connection any more.
    Connection(Error),
    /// The input could not be read on. What came before that is carried out; what comes behind is not counted.
    Input(Box<dyn std::error::Error + Send + Sync>),
    /// The input is not the one that the journal is of.
    AnotherInput {
        /// The record at which, or before which, they differ.
        number: u64,
    },
    /// The journal cannot be written. What it does not hold is looked at when the load is resumed.
    Journal(io::Error),
    /// The file of rejected records cannot be written.
    Rejects(io::Error),
    /// The file that undoes the load cannot be written.
    Undo(io::Error),
}

/// How many failures of one kind are kept.
const EXAMPLES: usize = 3;

/// How many failures are kept altogether.
const MOST_EXAMPLES: usize = 60;

impl Report {
    /// Returns how many records there were.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Returns how many records had this outcome.
    pub fn count(&self, kind: OutcomeKind) -> u64 {
        let place = OutcomeKind::ALL.iter().position(|other| *other == kind);
        place.and_then(|place| self.counts.get(place)).copied().unwrap_or_default()
    }

    /// Returns how many records the directory holds as they want it.
    pub fn succeeded(&self) -> u64 {
        OutcomeKind::ALL.into_iter().filter(|kind| kind.is_success()).map(|kind| self.count(kind)).sum()
    }

    /// Returns how many records did not get what they wanted.
    pub fn failed(&self) -> u64 {
        self.total() - self.succeeded()
    }

    /// Returns with which codes the server refused, and how often.
    pub const fn codes(&self) -> &BTreeMap<ResultCode, u64> {
        &self.codes
    }

    /// Returns the first failures of each kind and code, three of each.
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// Returns how long it took.
    pub const fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Returns the records a second, what was settled earlier not counted.
    pub fn rate(&self) -> f64 {
        let seconds = self.elapsed.as_secs_f64();
        if seconds > 0.0 { (self.total() - self.earlier) as f64 / seconds } else { 0.0 }
    }

    /// Returns how many of the records an earlier load settled, which this one resumed.
    pub const fn settled_earlier(&self) -> u64 {
        self.earlier
    }

    /// Returns how many records were applied that the undo file does not undo: what was there before could not be read.
    pub const fn without_undo(&self) -> u64 {
        self.without_undo
    }

    /// Returns why the load ended before its input did.
    pub const fn stop(&self) -> Option<&Stop> {
        self.stop.as_ref()
    }

    pub(super) fn into_stop(self) -> Option<Stop> {
        self.stop
    }

    /// Whether nothing failed and the whole input was taken up.
    pub fn is_success(&self) -> bool {
        self.failed() == 0 && self.stop.is_none()
    }

    /// Counts a record; keeps it as an example if it is one of the first of its kind.
    pub(super) fn count_outcome(&mut self, outcome: &Outcome, failure: impl FnOnce() -> Failure) {
        self.add(outcome.kind(), outcome.code());
        if outcome.kind().is_success() || self.failures.len() >= MOST_EXAMPLES {
            return;
        }
        let key = |outcome: &Outcome| (outcome.kind(), outcome.code());
        let same = self.failures.iter().filter(|other| key(&other.outcome) == key(outcome)).count();
        if same < EXAMPLES {
            self.failures.push(failure());
        }
    }

    /// Counts a record that an earlier load settled.
    pub(super) fn count_earlier(&mut self, kind: OutcomeKind, code: Option<ResultCode>) {
        self.add(kind, code);
        self.earlier += 1;
    }

    pub(super) const fn count_without_undo(&mut self) {
        self.without_undo += 1;
    }

    pub(super) fn finish(mut self, elapsed: Duration, stop: Option<Stop>) -> Self {
        self.elapsed = elapsed;
        self.stop = stop;
        self
    }

    fn add(&mut self, kind: OutcomeKind, code: Option<ResultCode>) {
        let place = OutcomeKind::ALL.iter().position(|other| *other == kind);
        if let Some(count) = place.and_then(|place| self.counts.get_mut(place)) {
            *count += 1;
        }
        if let Some(code) = code {
            *self.codes.entry(code).or_default() += 1;
        }
    }
}

/// The counts that are not zero, on one line.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Counted(self.total(), "record", "records").fmt(f)?;
        for kind in OutcomeKind::ALL {
            if self.count(kind) > 0 {
                write!(f, ", {} {kind}", self.count(kind))?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some(position) => write!(f, "record {} at line {}", self.number, position.line())?,
            None => write!(f, "record {}", self.number)?,
        }
        write!(f, ", {}: {}", self.dn.escape_debug(), self.outcome)
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failures(count) => write!(f, "stopped after {}", Counted(*count, "failure", "failures")),
            Self::Connection(error) => write!(f, "no connection: {error}"),
            Self::Input(error) => write!(f, "the input cannot be read on: {error}"),
            Self::AnotherInput { number } => write!(
                f,
                "the journal is of another input, which differs at record {number} or before; give the same input, or another journal"
            ),
            Self::Journal(error) => write!(f, "the journal cannot be written: {error}"),
            Self::Rejects(error) => write!(f, "the file of rejected records cannot be written: {error}"),
            Self::Undo(error) => write!(f, "the undo file cannot be written: {error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bulk::Rejection;
    use crate::proto::LdapResult;

    #[test]
    fn totals_add_up_and_the_first_of_each_kind_are_kept() {
        let mut report = Report::default();
        for number in 1..=100 {
            let outcome = match number % 4 {
                0 => Outcome::Applied,
                1 => Outcome::Skipped,
                2 => Outcome::Unknown,
                _ => {
                    Outcome::Rejected(Rejection::Refused(LdapResult::new(ResultCode::new(number / 50 + 64))))
                }
            };
            let kept = outcome.clone();
            report.count_outcome(&outcome, || Failure {
                number: number.into(),
                position: None,
                dn: "cn=x".into(),
                outcome: kept,
            });
        }
        report.count_earlier(OutcomeKind::Rejected, Some(ResultCode::new(64)));
        let report = report.finish(Duration::from_secs(2), None);
        assert_eq!((report.total(), report.succeeded(), report.failed()), (101, 50, 51));
        assert_eq!(report.codes().values().sum::<u64>(), report.count(OutcomeKind::Rejected));
        let numbers: Vec<_> = report.failures().iter().map(|failure| failure.number).collect();
        assert_eq!(numbers, [2, 3, 6, 7, 10, 11, 51, 55, 59]);
        assert_eq!(report.rate(), 50.0);
        assert_eq!(report.to_string(), "101 records, 25 applied, 25 skipped, 26 rejected, 25 unknown");
        assert_eq!(
            report.failures()[0].to_string(),
            "record 2, cn=x: unknown: no answer came; it may have been carried out"
        );
        assert!(!report.is_success());
    }
}
