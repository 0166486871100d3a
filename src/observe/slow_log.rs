//! Operations that took long.

use std::fmt;
use std::time::Duration;

use crate::error::Counted;

use super::{End, Observer, Operation};

/// Calls a function for each operation that took long.
///
/// ```
/// use std::time::Duration;
/// use ldapwire::ConnectOptions;
/// use ldapwire::observe::SlowLog;
///
/// let log = SlowLog::new(Duration::from_secs(1), |line: &dyn std::fmt::Display| eprintln!("{line}"));
/// let options = ConnectOptions::new("ldaps://ldap.example.org").observer(log);
/// ```
///
/// A line has no values: `searchRequest 7 to ldaps://ldap.example.org took 1.2s: success, 3 messages; base
/// "dc=example,dc=org", filter (uid=?)`.
pub struct SlowLog<F> {
    threshold: Duration,
    write: F,
}

impl<F: Fn(&dyn fmt::Display) + Send + Sync> SlowLog<F> {
    /// Makes a log of operations that take `threshold` or longer. `write` gets one line at a time, in the task of the
    /// operation, and must not block.
    pub const fn new(threshold: Duration, write: F) -> Self {
        Self { threshold, write }
    }
}

impl<F: Fn(&dyn fmt::Display) + Send + Sync> Observer for SlowLog<F> {
    fn wants_subject(&self) -> bool {
        true
    }

    fn ended(&self, operation: &Operation<'_>, end: &End<'_>) {
        if end.took >= self.threshold {
            (self.write)(&Line { operation, end });
        }
    }
}

impl<F> fmt::Debug for SlowLog<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SlowLog").field("threshold", &self.threshold).finish_non_exhaustive()
    }
}

struct Line<'a> {
    operation: &'a Operation<'a>,
    end: &'a End<'a>,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, end } = self;
        write!(f, "{}", operation.kind)?;
        if let Some(id) = operation.id {
            write!(f, " {id}")?;
        }
        write!(f, " to {} took {:?}: {}", operation.server, end.took, end.outcome.word())?;
        if end.messages > 0 {
            write!(f, ", {}", Counted(end.messages, "message", "messages"))?;
        }
        if let Some(subject) = operation.subject {
            write!(f, "; base {:?}", subject.name)?;
            if let Some(filter) = &subject.filter {
                write!(f, ", filter {filter}")?;
            }
        }
        Ok(())
    }
}
