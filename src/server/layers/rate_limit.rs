//! So many operations in a time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::model::ResultCode;
use crate::server::wrapper::tell_inner;
use crate::server::{Answer, Handler, Layer, Operation, Sink};

/// Lets so many operations begin per second, with room for a burst; counted for each connection by itself, unless it is
/// [shared](Self::shared).
///
/// What comes faster waits, and takes up the connection's outstanding operations meanwhile; so a client that does not
/// wait for its answers gets `busy` in the end.
#[derive(Clone, Debug)]
pub struct RateLimit {
    /// The time that one operation takes up.
    interval: Duration,
    /// How far the operations may run ahead of the clock.
    burst: Duration,
    refuses: bool,
    shared: Option<Arc<Clock>>,
}

/// When the next operation would be in time, if none ran ahead.
#[derive(Debug, Default)]
struct Clock {
    next: Mutex<Option<Instant>>,
}

impl RateLimit {
    /// Lets so many operations begin per second, and that many at once after a pause. At least one each.
    pub fn new(per_second: u32, burst: u32) -> Self {
        let interval = Duration::from_secs(1) / per_second.max(1);
        Self { interval, burst: interval * (burst.max(1) - 1), refuses: false, shared: None }
    }

    /// Counts the operations of all connections together.
    #[must_use]
    pub fn shared(mut self) -> Self {
        self.shared = Some(Arc::default());
        self
    }

    /// Answers what comes too fast with `busy`. Default it waits.
    #[must_use]
    pub const fn refuse(mut self) -> Self {
        self.refuses = true;
        self
    }

    /// Takes the time of one operation, and returns when it may begin.
    fn take(&self, clock: &Clock, now: Instant) -> Option<Instant> {
        let mut next = clock.next.lock().unwrap_or_else(PoisonError::into_inner);
        let due = next.map_or(now, |next| next.max(now));
        let begin = due.checked_sub(self.burst).unwrap_or(now).max(now);
        if self.refuses && begin > now {
            return None;
        }
        *next = Some(due + self.interval);
        Some(begin)
    }
}

impl<H: Handler> Layer<H> for RateLimit {
    type Handler = RateLimited<H>;

    fn layer(self, inner: H) -> RateLimited<H> {
        RateLimited { inner, limit: self }
    }
}

/// A handler behind [`RateLimit`].
#[derive(Clone, Debug)]
pub struct RateLimited<H> {
    inner: H,
    limit: RateLimit,
}

impl<H: Handler> Handler for RateLimited<H> {
    async fn handle(&self, operation: Operation, sink: &mut Sink) -> Answer {
        let now = Instant::now();
        let begin = match &self.limit.shared {
            Some(clock) => self.limit.take(clock, now),
            None => self.limit.take(&operation.connection.local::<Clock>(), now),
        };
        match begin {
            None => return Answer::refuse(ResultCode::BUSY, "operations come faster than they may"),
            Some(begin) if begin > now => sleep_until(begin).await,
            Some(_) => {}
        }
        self.inner.handle(operation, sink).await
    }

    tell_inner!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_one_each_interval() {
        let (limit, clock, now) = (RateLimit::new(10, 3), Clock::default(), Instant::now());
        let waits: Vec<_> = (0..5).map(|_| limit.take(&clock, now).unwrap() - now).collect();
        let tenth = Duration::from_millis(100);
        assert_eq!(waits, [Duration::ZERO, Duration::ZERO, Duration::ZERO, tenth, tenth * 2]);
        let refusing = limit.clone().refuse();
        assert_eq!(refusing.take(&clock, now), None);
        // What was refused takes no time.
        assert_eq!(limit.take(&clock, now), Some(now + tenth * 3));
    }
}
