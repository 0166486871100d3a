//! How a pool is made and what it may use.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::error::Error;
use crate::observe::{Observer, Observers};

use super::credentials::{Credentials, Provider};
use super::health_check::HealthCheck;
use super::machine::Rules;
use super::pool::Pool;
use super::retry::Retry;
use super::servers::Servers;

/// How a pool is made and what it may use. Every limit is finite by default.
///
/// ```no_run
/// use ldapwire::PoolOptions;
/// use ldapwire::pool::{Credentials, Servers};
///
/// # async fn run() -> Result<(), ldapwire::Error> {
/// let pool = PoolOptions::new(Servers::failover(["ldaps://a.example.org", "ldaps://b.example.org"]))
///     .credentials(Credentials::simple("cn=reader,dc=example,dc=org", "secret"))
///     .connections(2, 20)
///     .start()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "options do nothing until they start a pool"]
pub struct PoolOptions {
    pub(super) servers: Servers,
    pub(super) provider: Provider,
    pub(super) rules: Rules,
    pub(super) acquire_timeout: Duration,
    pub(super) operation_timeout: Duration,
    pub(super) connect_timeout: Duration,
    pub(super) check: HealthCheck,
    pub(super) check_timeout: Duration,
    pub(super) retry: Retry,
    pub(super) observers: Observers,
}

impl PoolOptions {
    /// Makes options for servers: one address, one [`ConnectOptions`](crate::ConnectOptions), or
    /// [several](Servers). Connections are anonymous unless [`credentials`](Self::credentials) are given.
    pub fn new(servers: impl Into<Servers>) -> Self {
        Self {
            servers: servers.into(),
            provider: Provider::fixed(Credentials::Anonymous),
            rules: Rules::default(),
            acquire_timeout: Duration::from_secs(30),
            operation_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(20),
            check: HealthCheck::default(),
            check_timeout: Duration::from_secs(5),
            retry: Retry::default(),
            observers: Observers::default(),
        }
    }

    /// Starts the pool and returns when its first connection is there; the others up to the minimum are made beside
    /// it.
    ///
    /// # Errors
    ///
    /// No server let anybody in: each has been tried once, or the acquire timeout is over. Nothing runs on then.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops the pool.
    pub async fn start(self) -> Result<Pool, Error> {
        let pool = self.start_in_background();
        pool.wait_for_first().await?;
        Ok(pool)
    }

    /// Starts the pool and returns at once: connections are made in the background, and what is called meanwhile
    /// waits for them.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn start_in_background(self) -> Pool {
        Pool::begin(self)
    }

    /// Adds somebody who is told of waits, and of the connects and operations of all connections, beside those that
    /// were added before.
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observers.add(Arc::new(observer));
        self
    }

    /// Sets how each connection is bound. Default not at all.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.provider = Provider::fixed(credentials);
        self
    }

    /// Sets what is asked for credentials whenever a connection is bound, for those that change. A bind that fails
    /// counts against the server. See [`Pool::renew`].
    pub fn credentials_from<F>(mut self, provider: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Credentials, Error>> + Send + 'static,
    {
        self.provider = Provider::new(provider);
        self
    }

    /// Sets how many connections are kept at least and made at most. Default 5 and 50. A higher minimum meets
    /// bursts sooner and costs the server idle connections; a higher maximum lets more streams run at a time.
    /// The maximum is at least 1 and at most 10,000.
    pub const fn connections(mut self, min: usize, max: usize) -> Self {
        self.rules.min = min;
        self.rules.max = max;
        self
    }

    /// Sets how many operations may be in flight on a connection that is shared. Default 64: OpenLDAP ends a
    /// session with more than 100 that wait before a bind, 1000 after. More makes fewer connections do; less spreads
    /// work over more. At least 1.
    pub const fn in_flight(mut self, operations: u32) -> Self {
        self.rules.room = operations;
        self
    }

    /// Sets how long an operation or a lease waits for a connection. Default 30 s. The operation's own time counts,
    /// too: whichever ends first ends the wait, and [the error](crate::NoLease) says which.
    pub const fn acquire_timeout(mut self, timeout: Duration) -> Self {
        self.acquire_timeout = timeout;
        self
    }

    /// Sets how long an operation may take that does not say so itself: waiting for a connection, sending, the
    /// answer and a second attempt together. Default 30 s.
    pub const fn operation_timeout(mut self, timeout: Duration) -> Self {
        self.operation_timeout = timeout;
        self
    }

    /// Sets how long making a connection may take, from the resolver to the answer to the bind. Default 20 s. The
    /// [connect timeout](crate::ConnectOptions::connect_timeout) of a server, 10 s, ends the first part of it.
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets how long a connection beyond the minimum may be unused. Default 300 s; Active Directory cuts what is
    /// silent for 900 s.
    pub const fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.rules.idle_timeout = timeout;
        self
    }

    /// Sets how old a connection may become, give or take a tenth, so that not all end together. Default 30 min.
    /// Less spreads connections sooner over servers that were added, and costs binds.
    pub const fn max_age(mut self, age: Duration) -> Self {
        self.rules.max_age = age;
        self
    }

    /// Sets how old a connection may become that went to a later member of a
    /// [failover](Servers::failover) set, once an earlier one is back. Default 60 s.
    pub const fn fallback_age(mut self, age: Duration) -> Self {
        self.rules.fallback_age = age;
        self
    }

    /// Sets what a server is asked to find out whether a connection is alive. Default
    /// [`HealthCheck::RootDse`].
    pub fn health_check(mut self, check: HealthCheck) -> Self {
        self.check = check;
        self
    }

    /// Sets how long a connection may go without an answer before it is checked, idle or not. Default 60 s. Less finds a
    /// dead server sooner and costs a request for each connection and interval.
    /// A connection that is lent as a whole is not checked: who reads a stream slowly holds up the answer.
    pub const fn health_check_interval(mut self, interval: Duration) -> Self {
        self.rules.health_check = Some(interval);
        self
    }

    /// Sets how long operations may wait on a connection without an answer to any before it is checked, where that is sooner
    /// than the [interval](Self::health_check_interval). Default 15 s, so that a read on a connection that has died fails by the
    /// check, 5 s later, and has time left for another one. Less finds it sooner and costs a request more for each connection
    /// whose operations take long.
    pub const fn heartbeat(mut self, interval: Duration) -> Self {
        self.rules.heartbeat = interval;
        self
    }

    /// Sets how long a check may take before the connection counts as dead and everything that waits on it fails, unless
    /// something else has come over it meanwhile. Default 5 s.
    pub const fn health_check_timeout(mut self, timeout: Duration) -> Self {
        self.check_timeout = timeout;
        self
    }

    /// Sets after how long without an answer an unused connection is checked before it is lent. Default 60 s, as
    /// long as the interval of checks: whoever asks waits for a check only if it is late.
    pub const fn validate_after_idle(mut self, time: Duration) -> Self {
        self.rules.validate_after = Some(time);
        self
    }

    /// Sets how many connects to one server may begin within any second. Default 10: a server that comes back is not
    /// run over by everybody who waited. From 1 to 1000.
    pub const fn connects_per_second(mut self, connects: usize) -> Self {
        self.rules.connects_per_second = connects;
        self
    }

    /// Sets how long a server is left alone after it could not be connected to: half to all of `first`, twice as
    /// long after each further time, `most` at most. Default 100 ms and 1.5 s, so that it is in use again within two
    /// seconds of its return.
    pub const fn backoff(mut self, first: Duration, most: Duration) -> Self {
        self.rules.first_backoff = first;
        self.rules.max_backoff = most;
        self
    }

    /// Sets what is sent again when a connection is lost or a server busy. Default as [`Retry`] says.
    pub const fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Returns the numbers that the machine works by.
    pub(super) fn machine_rules(&self) -> Rules {
        let mut rules = self.rules.clone();
        if self.check == HealthCheck::None {
            rules.health_check = None;
            rules.validate_after = None;
        }
        rules.bounded()
    }
}
