//! How much is done.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::proto::OpKind;
use crate::server::{Answer, Connection, End, Handler, Layer, Operation, Sink};
use crate::transport::Peer;

/// Counts operations, entries and connections, at the price of a few additions for each.
///
/// A clone reads the same counts.
#[derive(Clone, Debug, Default)]
pub struct Counter {
    counts: Arc<Atomic>,
}

/// What was counted up to a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Connections that are open.
    pub connections: u64,
    /// Connections that were not taken because there were too many.
    pub refused_connections: u64,
    /// Operations that were answered.
    pub operations: u64,
    /// Searches among them.
    pub searches: u64,
    /// Operations among them that change something: add, delete, modify, modify DN.
    pub writes: u64,
    /// Binds among them.
    pub binds: u64,
    /// Operations among them that were answered with an error.
    pub errors: u64,
    /// Entries that were sent.
    pub entries: u64,
}

#[derive(Debug, Default)]
struct Atomic {
    connections: AtomicU64,
    refused_connections: AtomicU64,
    operations: AtomicU64,
    searches: AtomicU64,
    writes: AtomicU64,
    binds: AtomicU64,
    errors: AtomicU64,
    entries: AtomicU64,
}

impl Counter {
    /// Makes a counter that begins with nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the counts. Operations that end meanwhile may be in some and not yet in others.
    pub fn counts(&self) -> Counts {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let counts = &self.counts;
        Counts {
            connections: read(&counts.connections),
            refused_connections: read(&counts.refused_connections),
            operations: read(&counts.operations),
            searches: read(&counts.searches),
            writes: read(&counts.writes),
            binds: read(&counts.binds),
            errors: read(&counts.errors),
            entries: read(&counts.entries),
        }
    }

    fn count(&self, kind: OpKind, entries: u64, answer: &Answer) {
        let counts = &self.counts;
        add(&counts.operations, 1);
        match kind {
            OpKind::SearchRequest => add(&counts.searches, 1),
            OpKind::BindRequest => add(&counts.binds, 1),
            OpKind::AddRequest | OpKind::DeleteRequest | OpKind::ModifyRequest | OpKind::ModifyDnRequest => {
                add(&counts.writes, 1)
            }
            _ => {}
        }
        if answer.code().is_error() {
            add(&counts.errors, 1);
        }
        add(&counts.entries, entries);
    }
}

fn add(count: &AtomicU64, more: u64) {
    count.fetch_add(more, Ordering::Relaxed);
}

impl<H: Handler> Layer<H> for Counter {
    type Handler = Counted<H>;

    fn layer(self, inner: H) -> Counted<H> {
        Counted { inner, counter: self }
    }
}

/// A handler behind a [`Counter`].
#[derive(Clone, Debug)]
pub struct Counted<H> {
    inner: H,
    counter: Counter,
}

impl<H: Handler> Handler for Counted<H> {
    async fn handle(&self, operation: Operation, sink: &mut Sink) -> Answer {
        let (kind, before) = (operation.kind(), sink.entries());
        let answer = self.inner.handle(operation, sink).await;
        self.counter.count(kind, sink.entries() - before, &answer);
        answer
    }

    fn connected(&self, connection: &Connection) {
        add(&self.counter.counts.connections, 1);
        self.inner.connected(connection);
    }

    fn disconnected(&self, connection: &Connection, end: &End) {
        self.counter.counts.connections.fetch_sub(1, Ordering::Relaxed);
        self.inner.disconnected(connection, end);
    }

    fn refused(&self, peer: &Peer) {
        add(&self.counter.counts.refused_connections, 1);
        self.inner.refused(peer);
    }
}
