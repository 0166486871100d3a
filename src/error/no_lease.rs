//! Why a pool lent no connection.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{Blame, Error};

/// Why a pool lent no connection within the time that there was.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NoLease {
    /// Why there was none.
    pub why: Shortage,
    /// Which limit ended the wait.
    pub limit: LeaseLimit,
    /// How long the wait was allowed to take.
    pub after: Duration,
    /// Why the last attempt to connect failed, if the last one did.
    pub cause: Option<Arc<Error>>,
}

/// Why a pool has no connection to lend at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shortage {
    /// The pool has as many connections as it may, and all are in use.
    AllInUse {
        /// How many.
        connections: usize,
    },
    /// Connections are being made, or asked whether they are alive.
    Connecting {
        /// How many.
        connections: usize,
    },
    /// As many connects were begun as there may be within a second.
    ConnectLimit,
    /// Every server failed and is left alone for a moment.
    ServersDown,
    /// The pool is being stopped.
    Stopping,
}

/// What ended the wait for a connection of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LeaseLimit {
    /// The pool's acquire timeout: it came before the end of the operation's time.
    AcquireTimeout,
    /// The operation's own time, which all its parts share.
    OperationTimeout,
    /// Nothing more could come: the pool is being stopped, or a start was to fail fast.
    AtOnce,
}

impl NoLease {
    pub(super) const fn blame(&self) -> Blame {
        match self.why {
            Shortage::Stopping | Shortage::AllInUse { .. } => Blame::Caller,
            Shortage::Connecting { .. } | Shortage::ConnectLimit | Shortage::ServersDown => Blame::Network,
        }
    }
}

impl fmt::Display for NoLease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the pool had no connection: {}", self.why)?;
        match self.limit {
            LeaseLimit::AcquireTimeout => write!(f, " (acquire timeout, {:?})", self.after)?,
            LeaseLimit::OperationTimeout => write!(f, " (time of the operation, {:?})", self.after)?,
            LeaseLimit::AtOnce => {}
        }
        match &self.cause {
            Some(cause) => write!(f, "; the last connect: {cause}"),
            None => Ok(()),
        }
    }
}

impl Shortage {
    /// Returns one word for it, of a small number of words: `allInUse`, `connecting`, `connectLimit`, `serversDown` or
    /// `stopping`.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::AllInUse { .. } => "allInUse",
            Self::Connecting { .. } => "connecting",
            Self::ConnectLimit => "connectLimit",
            Self::ServersDown => "serversDown",
            Self::Stopping => "stopping",
        }
    }
}

impl fmt::Display for Shortage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AllInUse { connections } => {
                write!(f, "all {connections} are in use (give leases back sooner, or allow more connections)")
            }
            Self::Connecting { connections } => write!(f, "{connections} are being made or checked"),
            Self::ConnectLimit => f.write_str("connects are limited by the second"),
            Self::ServersDown => f.write_str("no server could be reached"),
            Self::Stopping => f.write_str("it is being stopped"),
        }
    }
}
