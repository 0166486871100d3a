//! The hooks.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind, Shortage};
use crate::model::ResultCode;
use crate::proto::{MessageId, OpKind};

use super::Subject;

/// What is told of operations, connects and waits.
///
/// The hooks run in the tasks of the callers, between what they do: they must not block, and what they cost is added to
/// every operation. Each does nothing unless it is written.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use ldapwire::observe::{End, Observer, Operation, Outcome};
///
/// /// Counts what its callers did not wait for.
/// #[derive(Default)]
/// struct GivenUp(AtomicU64);
///
/// impl Observer for GivenUp {
///     fn ended(&self, _: &Operation<'_>, end: &End<'_>) {
///         if let Outcome::GivenUp = end.outcome {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
/// ```
pub trait Observer: Send + Sync {
    /// Returns whether operations are to come with their [subject](Operation::subject), which takes an allocation for
    /// each. Asked for each operation. Default no.
    fn wants_subject(&self) -> bool {
        false
    }

    /// An operation was called. It has no message id yet: first it waits for its turn.
    fn began(&self, operation: &Operation<'_>) {
        let _ = operation;
    }

    /// An operation is over; for a search, its last message has arrived. Comes once for each that
    /// [began](Self::began).
    fn ended(&self, operation: &Operation<'_>, end: &End<'_>) {
        let _ = (operation, end);
    }

    /// An attempt to connect is over, TLS included and a bind not, which is an operation.
    fn connected(&self, connect: &Connect<'_>) {
        let _ = connect;
    }

    /// A caller of a pool waited for a connection, and got it or not. Not called where one was free at once.
    fn waited(&self, wait: &Wait) {
        let _ = wait;
    }

    /// Returns what tells this observer from all others: by it, one that is given twice, to a pool and to its servers,
    /// is told once. Default where it is in memory; write it where clones are the same observer.
    fn identity(&self) -> usize {
        std::ptr::from_ref(self).cast::<()>().addr()
    }
}

/// An operation on a connection. What a pool sends twice is two of them, and what it asks to see whether a connection is
/// alive is one.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Operation<'a> {
    /// What it is.
    pub kind: OpKind,
    /// The server, as its address was given.
    pub server: &'a str,
    /// The number of the connection, counted from 1 in this process.
    pub connection: u64,
    /// The message id, if it was sent.
    pub id: Option<MessageId>,
    /// What it is about, if this observer or another [asked for it](Observer::wants_subject), or a span.
    pub subject: Option<&'a Subject>,
}

/// How an operation ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct End<'a> {
    /// How.
    pub outcome: Outcome<'a>,
    /// How long it took from the call, waiting for its turn included.
    pub took: Duration,
    /// The messages of a search before its last: entries, references, intermediate responses.
    pub messages: u64,
    /// When that was.
    pub at: Instant,
}

/// What became of an operation.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Outcome<'a> {
    /// The server answered with this code.
    Answered(ResultCode),
    /// It failed otherwise.
    Failed(&'a Error),
    /// Its caller dropped it.
    GivenUp,
}

/// An attempt to connect.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Connect<'a> {
    /// The server, as its address was given.
    pub server: &'a str,
    /// How long it took.
    pub took: Duration,
    /// Why it failed, if it did.
    pub error: Option<&'a Error>,
}

/// A wait for a connection of a pool.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Wait {
    /// Why there was none when it began.
    pub why: Shortage,
    /// How long it took.
    pub took: Duration,
    /// Whether it ended with a connection. If not, time ran out, the caller dropped it or the pool was stopped.
    pub is_served: bool,
}

/// Observers, in the order in which they were given.
#[derive(Clone, Default)]
pub(crate) struct Observers(Vec<Arc<dyn Observer>>);

impl<T: Observer + ?Sized> Observer for Arc<T> {
    fn wants_subject(&self) -> bool {
        (**self).wants_subject()
    }

    fn began(&self, operation: &Operation<'_>) {
        (**self).began(operation);
    }

    fn ended(&self, operation: &Operation<'_>, end: &End<'_>) {
        (**self).ended(operation, end);
    }

    fn connected(&self, connect: &Connect<'_>) {
        (**self).connected(connect);
    }

    fn waited(&self, wait: &Wait) {
        (**self).waited(wait);
    }

    fn identity(&self) -> usize {
        (**self).identity()
    }
}

impl<'a> Outcome<'a> {
    pub(super) fn of(result: Result<ResultCode, &'a Error>) -> Self {
        match result {
            Ok(code) => Self::Answered(code),
            Err(error) => match error.kind() {
                ErrorKind::Refused { result, .. } => Self::Answered(result.code()),
                _ => Self::Failed(error),
            },
        }
    }

    /// Returns one word for it, of a small number of words: the name of the code, `unknown`, `closed`, `network`,
    /// `timeout`, `slowConsumer`, `violation`, `notSent` (a mistake of the caller) or `givenUp`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Answered(code) => code.name().unwrap_or("unknown"),
            Self::GivenUp => "givenUp",
            Self::Failed(error) => match error.kind() {
                ErrorKind::Closed(_) => "closed",
                ErrorKind::Transport(_) => "network",
                ErrorKind::Timeout { .. } => "timeout",
                ErrorKind::SlowConsumer { .. } => "slowConsumer",
                ErrorKind::Violation(_) | ErrorKind::Value { .. } => "violation",
                _ => "notSent",
            },
        }
    }
}

impl Observers {
    /// Adds one, unless it is there.
    pub(crate) fn add(&mut self, observer: Arc<dyn Observer>) {
        if self.0.iter().all(|other| other.identity() != observer.identity()) {
            self.0.push(observer);
        }
    }

    /// Adds those of another list behind that are not there.
    pub(crate) fn extend(&mut self, others: &Self) {
        others.0.iter().for_each(|observer| self.add(Arc::clone(observer)));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn connected(&self, connect: &Connect<'_>) {
        self.0.iter().for_each(|observer| observer.connected(connect));
    }

    pub(crate) fn waited(&self, wait: &Wait) {
        self.0.iter().for_each(|observer| observer.waited(wait));
    }

    pub(super) fn want_subject(&self) -> bool {
        self.0.iter().any(|observer| observer.wants_subject())
    }

    pub(super) fn began(&self, operation: &Operation<'_>) {
        self.0.iter().for_each(|observer| observer.began(operation));
    }

    pub(super) fn ended(&self, operation: &Operation<'_>, end: &End<'_>) {
        self.0.iter().for_each(|observer| observer.ended(operation, end));
    }
}

impl fmt::Debug for Observers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Observers({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nobody;

    impl Observer for Nobody {}

    #[test]
    fn who_is_given_twice_is_there_once() {
        let (one, other) = (Arc::new(Nobody), Arc::new(Nobody));
        let mut observers = Observers::default();
        observers.add(Arc::clone(&one) as Arc<dyn Observer>);
        // As by the setters, which wrap what they are given.
        observers.add(Arc::new(Arc::clone(&one)));
        observers.add(Arc::new(Arc::new(Arc::clone(&one))));
        assert_eq!(observers.0.len(), 1);
        let mut others = observers.clone();
        others.add(other);
        observers.extend(&others);
        assert_eq!(observers.0.len(), 2);
    }
}
