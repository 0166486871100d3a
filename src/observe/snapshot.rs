//! What was counted, as a value.

use std::time::Duration;

use crate::proto::OpKind;

use super::PoolStatus;

/// What a [`Recorder`](super::Recorder) has counted up to a moment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Snapshot {
    /// The time since the recorder was made.
    pub uptime: Duration,
    /// Each kind of operation that has occurred.
    pub operations: Vec<OperationCounts>,
    /// Attempts to connect, by server.
    pub connects: Vec<ConnectCounts>,
    /// Waits for a connection of a pool.
    pub waits: WaitCounts,
    /// What the pool is doing, if it was [added](Self::with_pool).
    pub pool: Option<PoolStatus>,
}

/// The operations of one kind.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OperationCounts {
    /// The kind.
    pub kind: OpKind,
    /// Those that are under way.
    pub active: u64,
    /// Those that are over.
    pub count: u64,
    /// Those that ended in a second, over the last 10 full seconds.
    pub per_second: f64,
    /// The messages that searches brought besides their last.
    pub messages: u64,
    /// How many had which outcome: the words are those of [`Outcome::word`](super::Outcome::word).
    pub results: Vec<(&'static str, u64)>,
    /// How long all of them took together.
    pub total: Duration,
    /// Half of them took no longer.
    pub p50: Duration,
    /// Nine of ten took no longer.
    pub p90: Duration,
    /// 99 of a hundred took no longer.
    pub p99: Duration,
    /// The longest took so long.
    pub longest: Duration,
}

/// The attempts to connect to one server.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ConnectCounts {
    /// The server, as its address was given; `other` for those beyond the first 64.
    pub server: String,
    /// Those that succeeded.
    pub made: u64,
    /// Those that failed.
    pub failed: u64,
    /// How long the last one took that succeeded.
    pub last_took: Duration,
}

/// Waits for a connection of a pool that are over, by [why](crate::Shortage) there was none when they began.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct WaitCounts {
    /// All were in use, and there may be no more.
    pub all_in_use: u64,
    /// One was being made or checked.
    pub connecting: u64,
    /// None may be begun within the same second.
    pub connect_limit: u64,
    /// All servers were down.
    pub servers_down: u64,
    /// The pool was being stopped.
    pub stopping: u64,
    /// Those of all these that ended without a connection.
    pub unserved: u64,
    /// How long all of them took together.
    pub total: Duration,
    /// The longest.
    pub longest: Duration,
}

impl Snapshot {
    /// Adds what a pool is doing.
    #[must_use]
    pub fn with_pool(mut self, status: PoolStatus) -> Self {
        self.pool = Some(status);
        self
    }

    /// Returns the counts of a kind of operation, if it has occurred.
    pub fn operation(&self, kind: OpKind) -> Option<&OperationCounts> {
        self.operations.iter().find(|counts| counts.kind == kind)
    }
}

impl ConnectCounts {
    pub(super) fn new(server: &str) -> Self {
        Self { server: server.to_owned(), made: 0, failed: 0, last_took: Duration::ZERO }
    }
}

impl WaitCounts {
    /// Returns each reason with its count.
    pub(super) const fn by_reason(&self) -> [(&'static str, u64); 5] {
        [
            ("allInUse", self.all_in_use),
            ("connecting", self.connecting),
            ("connectLimit", self.connect_limit),
            ("serversDown", self.servers_down),
            ("stopping", self.stopping),
        ]
    }
}
