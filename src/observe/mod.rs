//! What operations do, told to whoever wants to know: hooks, counts, gauges, logs.
//!
//! Begin with [`Observer`], the hooks, and give one to [`ConnectOptions`](crate::ConnectOptions::observer) or
//! [`PoolOptions`](crate::PoolOptions::observer). `watch` is the other side: what the client holds for each operation.
//!
#![cfg_attr(feature = "snapshot", doc = "- [`Recorder`]: counts and latencies, read as a [`Snapshot`].")]
#![cfg_attr(
    feature = "metrics",
    doc = "- [`Metrics`]: the same for exporters, by the facade of the crate `metrics`."
)]
//! - [`SlowLog`]: one call for each operation that took long.
//! - With the feature `tracing`, each operation has a span.
//!
//! **Values never leave by here**: of a request, an observer sees the name it is about and the
//! [shape](Subject::filter) of its filter. Nothing is called per entry.

#[cfg(feature = "metrics")]
mod metrics;
mod observer;
mod pool_status;
mod slow_log;
#[cfg(feature = "tracing")]
mod span;
mod subject;
#[cfg(not(feature = "tracing"))]
mod unspanned;
mod watch;

#[cfg(feature = "snapshot")]
mod histogram;
#[cfg(feature = "snapshot")]
mod json;
#[cfg(feature = "snapshot")]
mod prometheus;
#[cfg(feature = "snapshot")]
mod recorder;
#[cfg(feature = "snapshot")]
mod snapshot;

#[cfg(feature = "metrics")]
pub use metrics::Metrics;
pub use observer::{Connect, End, Observer, Operation, Outcome, Wait};
pub use pool_status::{PoolStatus, ServerStatus};
#[cfg(feature = "snapshot")]
pub use recorder::Recorder;
pub use slow_log::SlowLog;
#[cfg(feature = "snapshot")]
pub use snapshot::{ConnectCounts, OperationCounts, Snapshot, WaitCounts};
pub use subject::Subject;

pub(crate) use observer::Observers;
pub(crate) use watch::{Scope, Watch};

#[cfg(feature = "tracing")]
use span::Span;
#[cfg(not(feature = "tracing"))]
use unspanned::Span;
