//! The handle of a pool.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::error::{Error, ErrorKind, LeaseLimit};
use crate::model::LdapString;
use crate::observe::{PoolStatus, ServerStatus};
use crate::proto::extops::{ExtendedOp, StartTls};
use crate::proto::{OpKind, ProtocolOp};
use crate::session::Misuse;

use super::keeper::keep;
use super::lease::Lease;
use super::machine::{Keys, LeaseKind, Machine, hash};
use super::options::PoolOptions;
use super::servers::Servers;
use super::shared::{FOREVER, Shared, Stage};

/// Connections to one server or several, for any number of tasks.
///
/// The operations are those of [`Executor`](crate::Executor). Each goes to the connection that has the fewest operations under way;
/// a search that is read as a stream has a connection for itself. Connections are made, checked and replaced in
/// the background. What could not be sent, or only reads and brought nothing, is sent once more on another connection
/// (see [`Retry`](super::Retry)). A pool of one connection is a client that reconnects.
///
/// Clones share the pool. When the last is dropped, connections are given up as their leases end.
///
/// # Cancel safety
///
/// Dropping the future of an operation gives it up, wherever it is: it leaves the queue, or its lease goes back, or
/// it is abandoned on the server. A connection that was being made for it is made for others.
///
/// ```no_run
/// use ldapwire::model::Scope;
/// use ldapwire::proto::SearchRequest;
/// use ldapwire::{Executor, PoolOptions, filter};
///
/// # async fn run() -> Result<(), ldapwire::Error> {
/// let pool = PoolOptions::new("ldaps://ldap.example.org").start().await?;
/// let search = SearchRequest::new("dc=example,dc=org", Scope::WholeSubtree, filter!("(uid={})", "ada"));
/// println!("{}", pool.search_one(search).await?.dn());
/// pool.stop().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Pool {
    handle: Arc<Handle>,
    /// The hash of what its operations are kept together by.
    affinity: Option<u64>,
}

/// Ends the pool when the last handle goes.
#[derive(Debug)]
struct Handle {
    shared: Arc<Shared>,
}

/// How long [`Pool::stop`] waits for leases.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

impl Pool {
    pub(super) fn begin(options: PoolOptions) -> Self {
        let shared = Arc::new(Shared::new(options));
        tokio::spawn(keep(Arc::clone(&shared)));
        Self { handle: Arc::new(Handle { shared }), affinity: None }
    }

    /// Waits until there is a connection, or none can be had.
    pub(super) async fn wait_for_first(&self) -> Result<(), Error> {
        let shared = self.shared();
        let mut attempts = shared.attempts.subscribe();
        let hopeless = async {
            loop {
                attempts.borrow_and_update();
                if shared.is_hopeless() || attempts.changed().await.is_err() {
                    return;
                }
            }
        };
        tokio::select! {
            biased;
            held = shared.acquire(LeaseKind::Shared, Keys::default(), None) => held.map(drop),
            () = hopeless => Err(shared.no_lease(LeaseLimit::AtOnce, Duration::ZERO)),
        }
    }

    /// Returns a handle of the same pool whose operations and leases are kept together by a key, such as a session or a
    /// tenant, where its servers are chosen [by affinity](Servers::by_affinity) or [by name](Servers::by_dn): as long as
    /// the server that the key stands for is up and has room, they go there.
    ///
    /// ```no_run
    /// use ldapwire::{Executor, PoolOptions, pool::Servers};
    ///
    /// # async fn run(session: &str) -> Result<(), ldapwire::Error> {
    /// let servers = Servers::by_affinity(["ldaps://a.example.org", "ldaps://b.example.org"]);
    /// let pool = PoolOptions::new(servers).start().await?;
    /// let mine = pool.with_affinity(session);
    /// mine.replace("uid=ada,dc=example,dc=org", "mail", ["ada@example.org"]).await?;
    /// // From the server that has it already.
    /// mine.read("uid=ada,dc=example,dc=org").await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_affinity(&self, key: impl AsRef<[u8]>) -> Self {
        Self { handle: Arc::clone(&self.handle), affinity: Some(hash(key.as_ref())) }
    }

    /// Takes a connection for itself, for what has to stay on one connection and be alone there.
    ///
    /// # Errors
    ///
    /// There is [none](crate::ErrorKind::NoLease) within the acquire timeout.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the queue.
    pub async fn acquire_exclusive(&self) -> Result<Lease, Error> {
        Ok(Lease::new(self.shared().acquire(LeaseKind::Exclusive, self.keys(None), None).await?))
    }

    /// Takes room for one operation at a time on a connection that others use, too.
    ///
    /// # Errors
    ///
    /// As [`acquire_exclusive`](Self::acquire_exclusive).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the queue.
    pub async fn acquire_shared(&self) -> Result<Lease, Error> {
        Ok(Lease::new(self.shared().acquire(LeaseKind::Shared, self.keys(None), None).await?))
    }

    /// Changes how many connections there are at least and at most. Leases go on; connections beyond the maximum are
    /// closed as theirs end.
    pub fn resize(&self, min: usize, max: usize) {
        self.shared().tell(|machine, now| machine.resize(min, max, now));
    }

    /// Replaces every connection as its leases end, for example because the credentials have changed: new ones ask
    /// for [them](PoolOptions::credentials_from) again. Operations that are under way are not disturbed.
    pub fn renew(&self) {
        self.shared().tell(Machine::renew);
    }

    /// Changes the servers. Those that stay, by their addresses, keep their connections; connections to the others
    /// are closed as their leases end.
    pub fn set_servers(&self, servers: impl Into<Servers>) {
        self.shared().set_servers(&servers.into());
    }

    /// Stops the pool: who waits is refused, operations and leases have 5 seconds to end, the servers are told. What
    /// is left then is closed.
    pub async fn stop(&self) {
        self.stop_within(STOP_TIMEOUT).await;
    }

    /// As [`stop`](Self::stop), with another time for what is under way.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the pool stopping, without an end to the time that leases have.
    pub async fn stop_within(&self, time: Duration) {
        let shared = self.shared();
        let mut stage = shared.stage.subscribe();
        shared.drain();
        let until = Instant::now() + time.min(FOREVER);
        let stopped = stage.wait_for(|stage| *stage == Stage::Stopped);
        if timeout_at(until, stopped).await.is_err() {
            shared.cut();
            // Each connection has its own bound for its last words.
            let _ = stage.wait_for(|stage| *stage == Stage::Stopped).await;
        }
    }

    /// Returns what the pool is doing.
    pub fn status(&self) -> PoolStatus {
        let shared = self.shared();
        let census = shared.census();
        let servers = shared.servers().into_iter().map(|(name, health, connections, leases)| ServerStatus {
            name,
            failures: health.failures(),
            connections,
            leases,
        });
        PoolStatus {
            idle: census.idle,
            leased: census.leased,
            connecting: census.connecting,
            checking: census.checking,
            leases: census.leases,
            waiting: census.waiting,
            shortage: (census.waiting > 0).then(|| shared.shortage()),
            servers: servers.collect(),
        }
    }

    /// Returns what an operation on a name is kept together by.
    pub(super) fn keys(&self, name: Option<&LdapString>) -> Keys {
        self.shared().keys(name, self.affinity)
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.handle.shared
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.drain();
    }
}

/// Keeps StartTLS off connections that are lent: encryption is made with the connection.
pub(super) fn refuse_start_tls(request: &ProtocolOp) -> Result<(), Error> {
    match request {
        ProtocolOp::ExtendedRequest(request) if *request.name() == StartTls::OID => {
            let kind = OpKind::ExtendedRequest;
            Err(Error::new(ErrorKind::Misuse(Misuse::WrongKind { kind })).with_operation(kind, None))
        }
        _ => Ok(()),
    }
}
