//! What clients may make a server hold.

use std::time::Duration;

use crate::proto::Limits;

/// The limits of a server, each finite unless said otherwise.
#[derive(Clone, Debug)]
#[must_use = "limits hold for the server that they are given to"]
pub struct ServerLimits {
    pub(super) connections: usize,
    pub(super) connections_per_address: usize,
    pub(super) outstanding: usize,
    pub(super) message: Limits,
    pub(super) answer_budget: usize,
    pub(super) handshake_timeout: Duration,
    pub(super) first_message_timeout: Duration,
    pub(super) frame_timeout: Duration,
    pub(super) write_timeout: Duration,
    pub(super) idle_timeout: Option<Duration>,
    pub(super) bind_grace: Duration,
}

impl ServerLimits {
    /// The defaults, for constants.
    pub const DEFAULT: Self = Self {
        connections: 4096,
        connections_per_address: 1024,
        outstanding: 256,
        message: Limits::DEFAULT,
        answer_budget: 256 * 1024,
        handshake_timeout: Duration::from_secs(10),
        first_message_timeout: Duration::from_secs(30),
        frame_timeout: Duration::from_secs(30),
        write_timeout: Duration::from_secs(300),
        idle_timeout: None,
        bind_grace: Duration::from_secs(5),
    };

    /// Sets how many connections there may be at once. Default 4096, each of which holds at least one read buffer
    /// of 64 KiB once it has sent something. One that comes when there are so many is told `busy` and closed.
    pub const fn connections(mut self, count: usize) -> Self {
        self.connections = count;
        self
    }

    /// Sets how many connections one IP address may have at once. Default 1024, so that one machine alone does not
    /// shut out the others. Behind a load balancer that hides addresses, set it to the number of connections.
    pub const fn connections_per_address(mut self, count: usize) -> Self {
        self.connections_per_address = count;
        self
    }

    /// Sets how many operations of one connection may be outstanding; a further one is answered with `busy`. Default
    /// 256. Fewer slow a client that pipelines; more let it hold more memory.
    pub const fn outstanding(mut self, operations: usize) -> Self {
        self.outstanding = operations;
        self
    }

    /// Sets what a message of a client may hold. Default [`Limits::DEFAULT`].
    pub const fn message(mut self, limits: Limits) -> Self {
        self.message = limits;
        self
    }

    /// Sets how many octets of answers may wait for one client. Default 256 KiB. While so many wait, its searches
    /// pause and no further request is read from it. Less costs more switches in large searches; more takes memory
    /// for each client that reads slowly.
    pub const fn answer_budget(mut self, octets: usize) -> Self {
        self.answer_budget = octets;
        self
    }

    /// Sets how long a TLS handshake may take. Default 10 s.
    pub const fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.handshake_timeout = timeout;
        self
    }

    /// Sets how long a new connection may stay without a first complete message. Default 30 s.
    pub const fn first_message_timeout(mut self, timeout: Duration) -> Self {
        self.first_message_timeout = timeout;
        self
    }

    /// Sets how long a message may take from its first octet to its last; each 64 KiB that arrive give it the whole
    /// time again. Default 30 s.
    pub const fn frame_timeout(mut self, timeout: Duration) -> Self {
        self.frame_timeout = timeout;
        self
    }

    /// Sets how long a client may take no octet while answers wait for it. Default 300 s. Less ends a client that
    /// pauses in the middle of a large search; more keeps a dead one.
    pub const fn write_timeout(mut self, timeout: Duration) -> Self {
        self.write_timeout = timeout;
        self
    }

    /// Sets how long a connection may stay without a request and without an outstanding operation. Default without
    /// end, since pools keep idle connections for long.
    pub const fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = Some(timeout);
        self
    }

    /// Sets how long a bind waits for the operations before it to complete: "all uncompleted operations MUST either
    /// complete or be abandoned" (RFC 4511 4.2.1). Default 5 s; those that are left are then stopped and answered
    /// with `busy`.
    pub const fn bind_grace(mut self, timeout: Duration) -> Self {
        self.bind_grace = timeout;
        self
    }
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
