//! Keeping what was asked and answered.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::proto::{LdapMessage, MessageId, OpKind, ProtocolOp};
use crate::server::wrapper::tell_inner;
use crate::server::{Answer, Handler, Layer, Operation, Sink};

/// Keeps the requests that came, with their answers, for a test to look at.
///
/// A clone looks at the same record. Abandon and unbind are no operations and are not kept; a request that was abandoned
/// has no answer.
#[derive(Clone, Debug)]
pub struct Recorder {
    record: Arc<Record>,
}

/// One request and what became of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exchange {
    /// The number of the connection.
    pub connection: u64,
    /// The request, which shows no secret in its `Debug` form.
    pub request: LdapMessage,
    /// How many entries were sent.
    pub entries: u64,
    /// The answer, once it was given.
    pub answer: Option<Answer>,
}

#[derive(Debug)]
struct Record {
    state: Mutex<State>,
    changed: Notify,
    limit: usize,
}

#[derive(Debug, Default)]
struct State {
    exchanges: VecDeque<(u64, Exchange)>,
    last: u64,
}

/// The exchanges that are kept by default; older ones are forgotten.
const LIMIT: usize = 10_000;

impl Recorder {
    /// Makes a recorder that keeps the last 10,000 exchanges.
    pub fn new() -> Self {
        Self::with_limit(LIMIT)
    }

    /// Makes a recorder that keeps so many exchanges, the last ones.
    pub fn with_limit(exchanges: usize) -> Self {
        let record = Record { state: Mutex::default(), changed: Notify::new(), limit: exchanges };
        Self { record: Arc::new(record) }
    }

    /// Returns what was kept, oldest first.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.record.lock().exchanges.iter().map(|(_, exchange)| exchange.clone()).collect()
    }

    /// Returns the requests of a kind, oldest first.
    pub fn requests(&self, kind: OpKind) -> Vec<ProtocolOp> {
        let state = self.record.lock();
        let requests = state.exchanges.iter().map(|(_, exchange)| &exchange.request.op);
        requests.filter(|op| op.kind() == kind).cloned().collect()
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.record.lock().exchanges.clear();
    }

    /// Waits until an exchange is as wanted, and returns it; at once if one is. Waits for ever if none comes.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost.
    pub async fn wait_for(&self, is_wanted: impl Fn(&Exchange) -> bool) -> Exchange {
        loop {
            let mut changed = std::pin::pin!(self.record.changed.notified());
            changed.as_mut().enable();
            let found = self.record.lock().exchanges.iter().find(|(_, kept)| is_wanted(kept)).cloned();
            match found {
                Some((_, exchange)) => return exchange,
                None => changed.await,
            }
        }
    }

    fn begin(&self, operation: &Operation) -> u64 {
        let mut state = self.record.lock();
        state.last += 1;
        let number = state.last;
        let exchange = Exchange {
            connection: operation.connection.number(),
            request: operation.message.clone(),
            entries: 0,
            answer: None,
        };
        state.exchanges.push_back((number, exchange));
        while state.exchanges.len() > self.record.limit {
            state.exchanges.pop_front();
        }
        drop(state);
        self.record.changed.notify_waiters();
        number
    }

    fn end(&self, number: u64, entries: u64, answer: &Answer) {
        let mut state = self.record.lock();
        // Numbers are given in order, and what was forgotten is not found.
        let found = state.exchanges.binary_search_by_key(&number, |(number, _)| *number);
        if let Some((_, exchange)) = found.ok().and_then(|at| state.exchanges.get_mut(at)) {
            exchange.entries = entries;
            exchange.answer = Some(answer.clone());
        }
        drop(state);
        self.record.changed.notify_waiters();
    }
}

impl Default for Recorder {
    fn default() -> Self {
        Self::new()
    }
}

impl Exchange {
    /// Returns the message id of the request.
    pub const fn id(&self) -> MessageId {
        self.request.id
    }
}

impl Record {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<H: Handler> Layer<H> for Recorder {
    type Handler = Recorded<H>;

    fn layer(self, inner: H) -> Recorded<H> {
        Recorded { inner, recorder: self }
    }
}

/// A handler behind a [`Recorder`].
#[derive(Clone, Debug)]
pub struct Recorded<H> {
    inner: H,
    recorder: Recorder,
}

impl<H: Handler> Handler for Recorded<H> {
    async fn handle(&self, operation: Operation, sink: &mut Sink) -> Answer {
        let number = self.recorder.begin(&operation);
        let answer = self.inner.handle(operation, sink).await;
        self.recorder.end(number, sink.entries(), &answer);
        answer
    }

    tell_inner!();
}
