//! What the client holds for an operation that is observed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, Shortage};
use crate::model::ResultCode;
use crate::proto::{MessageId, OpKind};

use super::{Connect, End, Observers, Operation, Outcome, Span, Subject, Wait};

/// What the operations of a connection have in common.
#[derive(Debug)]
pub(crate) struct Scope {
    observers: Observers,
    server: Arc<str>,
    connection: u64,
}

/// An operation that is observed, from its call to its end.
#[derive(Debug)]
pub(crate) struct Watch {
    scope: Arc<Scope>,
    kind: OpKind,
    id: Option<MessageId>,
    began: Instant,
    messages: u64,
    is_over: bool,
    /// For who wants it, in a place of its own: a watch is moved with the futures that hold it.
    described: Option<Box<Described>>,
}

/// What an operation is about, and its span.
#[derive(Debug)]
struct Described {
    subject: Subject,
    span: Span,
}

/// The number of the last connection.
static CONNECTIONS: AtomicU64 = AtomicU64::new(0);

impl Scope {
    pub(crate) fn new(observers: Observers, server: Arc<str>) -> Self {
        Self { observers, server, connection: CONNECTIONS.fetch_add(1, Ordering::Relaxed) + 1 }
    }
}

impl Watch {
    /// Begins to watch an operation that was called at `began`; `None` if nobody wants to know. It is described only
    /// for who wants that.
    pub(crate) fn begin(
        scope: &Arc<Scope>,
        kind: OpKind,
        began: Instant,
        describe: impl FnOnce() -> Subject,
    ) -> Option<Self> {
        let span = Span::new(kind, &scope.server, scope.connection);
        let observers = &scope.observers;
        if observers.is_empty() && !span.is_enabled() {
            return None;
        }
        let wants_subject = span.is_enabled() || observers.want_subject();
        let described = wants_subject.then(|| {
            let subject = describe();
            span.describe(&subject);
            Box::new(Described { subject, span })
        });
        let scope = Arc::clone(scope);
        let watch = Self { scope, kind, id: None, began, messages: 0, is_over: false, described };
        watch.scope.observers.began(&watch.operation());
        Some(watch)
    }

    /// Notes the id under which the request was sent.
    pub(crate) const fn sent(&mut self, id: MessageId) {
        self.id = Some(id);
    }

    /// Counts messages of a search.
    pub(crate) const fn received(&mut self, messages: usize) {
        self.messages += messages as u64;
    }

    /// Says how the operation ended; what comes later counts no more.
    pub(crate) fn end(&mut self, result: Result<ResultCode, &Error>) {
        if let Err(error) = result {
            self.id = self.id.or_else(|| error.message_id());
        }
        self.tell(Outcome::of(result));
    }

    fn tell(&mut self, outcome: Outcome<'_>) {
        if std::mem::replace(&mut self.is_over, true) {
            return;
        }
        let now = Instant::now();
        let end = End {
            outcome,
            took: now.saturating_duration_since(self.began),
            messages: self.messages,
            at: now.into_std(),
        };
        let operation = self.operation();
        if let Some(described) = &self.described {
            described.span.end(&operation, &end);
        }
        self.scope.observers.ended(&operation, &end);
    }

    fn operation(&self) -> Operation<'_> {
        Operation {
            kind: self.kind,
            server: &self.scope.server,
            connection: self.scope.connection,
            id: self.id,
            subject: self.described.as_ref().map(|described| &described.subject),
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.tell(Outcome::GivenUp);
    }
}

impl<'a> Connect<'a> {
    pub(crate) const fn new(server: &'a str, took: Duration, error: Option<&'a Error>) -> Self {
        Self { server, took, error }
    }
}

impl Wait {
    pub(crate) const fn new(why: Shortage, took: Duration, is_served: bool) -> Self {
        Self { why, took, is_served }
    }
}
