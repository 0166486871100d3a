//! Making operations wait.

use std::time::Duration;

use crate::proto::OpKind;
use crate::server::wrapper::tell_inner;
use crate::server::{Answer, Handler, Layer, Operation, Sink};

/// Makes operations wait before they begin, as behind a slow line or a busy server.
///
/// A waiting operation can be abandoned, and counts as outstanding.
#[derive(Clone, Debug)]
pub struct Delay {
    time: Duration,
    kind: Option<OpKind>,
}

impl Delay {
    /// Makes all operations wait for so long.
    pub const fn new(time: Duration) -> Self {
        Self { time, kind: None }
    }

    /// Makes only operations of this kind wait.
    #[must_use]
    pub const fn only(mut self, kind: OpKind) -> Self {
        self.kind = Some(kind);
        self
    }
}

impl<H: Handler> Layer<H> for Delay {
    type Handler = Delayed<H>;

    fn layer(self, inner: H) -> Delayed<H> {
        Delayed { inner, delay: self }
    }
}

/// A handler behind [`Delay`].
#[derive(Clone, Debug)]
pub struct Delayed<H> {
    inner: H,
    delay: Delay,
}

impl<H: Handler> Handler for Delayed<H> {
    async fn handle(&self, operation: Operation, sink: &mut Sink) -> Answer {
        if self.delay.kind.is_none_or(|kind| kind == operation.kind()) {
            tokio::time::sleep(self.delay.time).await;
        }
        self.inner.handle(operation, sink).await
    }

    tell_inner!();
}
