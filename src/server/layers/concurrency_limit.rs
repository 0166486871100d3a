//! So many operations at once.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::model::ResultCode;
use crate::server::wrapper::tell_inner;
use crate::server::{Answer, Handler, Layer, Operation, Sink};

/// Lets so many operations of all connections together run at once; the others wait in the order in which they came.
///
/// How many can wait is bounded by the limits on connections and on outstanding operations. An operation that waits can
/// be abandoned.
#[derive(Clone, Debug)]
pub struct ConcurrencyLimit {
    turns: Arc<Semaphore>,
    refuses: bool,
}

impl ConcurrencyLimit {
    /// Lets so many operations run at once, at least one.
    pub fn new(operations: usize) -> Self {
        let turns = operations.clamp(1, Semaphore::MAX_PERMITS);
        Self { turns: Arc::new(Semaphore::new(turns)), refuses: false }
    }

    /// Answers those for which there is no room with `busy`. Default they wait.
    #[must_use]
    pub const fn refuse(mut self) -> Self {
        self.refuses = true;
        self
    }
}

impl<H: Handler> Layer<H> for ConcurrencyLimit {
    type Handler = ConcurrencyLimited<H>;

    fn layer(self, inner: H) -> ConcurrencyLimited<H> {
        ConcurrencyLimited { inner, limit: self }
    }
}

/// A handler behind [`ConcurrencyLimit`].
#[derive(Clone, Debug)]
pub struct ConcurrencyLimited<H> {
    inner: H,
    limit: ConcurrencyLimit,
}

impl<H: Handler> Handler for ConcurrencyLimited<H> {
    async fn handle(&self, operation: Operation, sink: &mut Sink) -> Answer {
        let turn = if self.limit.refuses {
            self.limit.turns.try_acquire().ok()
        } else {
            self.limit.turns.acquire().await.ok()
        };
        let Some(_turn) = turn else {
            return Answer::refuse(ResultCode::BUSY, "as many operations run as may");
        };
        self.inner.handle(operation, sink).await
    }

    tell_inner!();
}
