//! What a pool is doing, as a value.

use crate::error::Shortage;

/// How many of everything a pool has at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolStatus {
    /// Connections that nobody uses.
    pub idle: usize,
    /// Connections that somebody uses.
    pub leased: usize,
    /// Connections that are being made.
    pub connecting: usize,
    /// Connections, idle or leased, that are being asked whether they are alive.
    pub checking: usize,
    /// Operations, streams and other leases: a connection that is shared has several.
    pub leases: usize,
    /// Callers that wait for a connection.
    pub waiting: usize,
    /// Why they wait, if any does.
    pub shortage: Option<Shortage>,
    /// The servers, in the order in which they were given.
    pub servers: Vec<ServerStatus>,
}

/// What a pool knows of one of its servers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerStatus {
    /// The address, as it was given.
    pub name: String,
    /// Attempts to connect that failed in a row; 0 if the server is up, as far as is known.
    pub failures: u32,
    /// Connections to it.
    pub connections: usize,
    /// Operations, streams and other leases on them.
    pub leases: usize,
}
