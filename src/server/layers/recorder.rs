//! Keeping what was asked and answered.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::Notify;

use crate::ber::Writer;
use crate::model::Control;
use crate::proto::{Authentication, BindRequest, LdapMessage, MessageId, OpKind, ProtocolOp};
use crate::server::wrapper::tell_inner;
use crate::server::{Answer, Handler, Layer, Operation, Sink};

/// Keeps the requests that came, with their answers, for a test to look at: the last ones.
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
    octets: usize,
}

#[derive(Debug, Default)]
struct State {
    kept: VecDeque<Kept>,
    last: u64,
    /// The octets of all requests that are kept.
    octets: usize,
}

#[derive(Debug)]
struct Kept {
    number: u64,
    octets: usize,
    exchange: Exchange,
}

/// The exchanges that are kept by default; older ones are forgotten.
const LIMIT: usize = 10_000;

/// The octets of requests that are kept: clients that send large entries cannot fill the memory.
const MAX_OCTETS: usize = 64 * 1024 * 1024;

impl Recorder {
    /// Makes a recorder that keeps the last 10,000 exchanges.
    pub fn new() -> Self {
        Self::with_limit(LIMIT)
    }

    /// Makes a recorder that keeps so many exchanges, the last ones, and 64 MiB of requests at most.
    pub fn with_limit(exchanges: usize) -> Self {
        Self::with_limits(exchanges, MAX_OCTETS)
    }

    /// Makes a recorder that keeps so many exchanges, the last ones, and so many octets of requests at most.
    pub fn with_limits(exchanges: usize, octets: usize) -> Self {
        let (state, changed) = (Mutex::default(), Notify::new());
        Self { record: Arc::new(Record { state, changed, limit: exchanges, octets }) }
    }

    /// Returns what was kept, oldest first.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.record.lock().kept.iter().map(|kept| kept.exchange.clone()).collect()
    }

    /// Returns the requests of a kind, oldest first.
    pub fn requests(&self, kind: OpKind) -> Vec<ProtocolOp> {
        let state = self.record.lock();
        let requests = state.kept.iter().map(|kept| &kept.exchange.request.op);
        requests.filter(|op| op.kind() == kind).cloned().collect()
    }

    /// Forgets everything.
    pub fn clear(&self) {
        let mut state = self.record.lock();
        state.kept.clear();
        state.octets = 0;
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
            let found = self.record.lock().find(&is_wanted);
            match found {
                Some(exchange) => return exchange,
                None => changed.await,
            }
        }
    }

    fn begin(&self, operation: &Operation) -> u64 {
        let (request, octets) = detach(&operation.message);
        let connection = operation.connection.number();
        let exchange = Exchange { connection, request, entries: 0, answer: None };
        let mut state = self.record.lock();
        state.last += 1;
        let number = state.last;
        state.octets = state.octets.saturating_add(octets);
        state.kept.push_back(Kept { number, octets, exchange });
        while state.kept.len() > self.record.limit || state.octets > self.record.octets {
            let Some(oldest) = state.kept.pop_front() else { break };
            state.octets = state.octets.saturating_sub(oldest.octets);
        }
        drop(state);
        self.record.changed.notify_waiters();
        number
    }

    fn end(&self, number: u64, entries: u64, answer: &Answer) {
        let mut state = self.record.lock();
        // Numbers are given in order, and what was forgotten is not found.
        let found = state.kept.binary_search_by_key(&number, |kept| kept.number);
        if let Some(kept) = found.ok().and_then(|at| state.kept.get_mut(at)) {
            kept.exchange.entries = entries;
            kept.exchange.answer = Some(answer.clone());
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

impl State {
    fn find(&self, is_wanted: impl Fn(&Exchange) -> bool) -> Option<Exchange> {
        self.kept.iter().map(|kept| &kept.exchange).find(|exchange| is_wanted(exchange)).cloned()
    }
}

impl Record {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Copies a request out of the octets that it came in, which would be kept with it; returns how many it takes.
fn detach(message: &LdapMessage) -> (LdapMessage, usize) {
    let mut writer = Writer::secret(256);
    if message.encode(&mut writer).is_err() {
        return (message.clone(), 0);
    }
    let octets = writer.len();
    let detached = match &message.op {
        // Not by its octets: secrets stay where they are wiped.
        ProtocolOp::BindRequest(request) => Some(detach_bind(message, request)),
        // The server's limits on messages may be wider than the default.
        _ => LdapMessage::parse(&Bytes::copy_from_slice(writer.written())).ok(),
    };
    (detached.unwrap_or_else(|| message.clone()), octets)
}

fn detach_bind(message: &LdapMessage, request: &BindRequest) -> LdapMessage {
    let authentication = match request.authentication() {
        Authentication::Sasl { mechanism, credentials } => {
            Authentication::Sasl { mechanism: mechanism.detach(), credentials: credentials.clone() }
        }
        other => other.clone(),
    };
    let bind = BindRequest::new(request.name().detach(), authentication).with_version(request.version());
    let controls = message.controls.iter().map(Control::detach).collect();
    LdapMessage { controls, ..LdapMessage::new(message.id, bind) }
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
