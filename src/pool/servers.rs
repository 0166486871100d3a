//! The servers of a pool, and how the next connection chooses among them.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::client::{Client, ConnectOptions};
use crate::error::Error;
use crate::observe::Observers;
use crate::transport::Stream;

use super::machine::{Choice, ServerId, Strategy, hash};

/// One server or several, and how the next connection chooses among them. A member of a set may be a set.
///
/// A server that could not be connected to, be it that the network failed, the certificate was refused or the bind,
/// is left alone for a while (see [`backoff`](super::PoolOptions::backoff)) and then tried by one connection; until
/// that succeeds the others go elsewhere. What a connection is lent for matters only to [`by_dn`](Self::by_dn) and
/// [`by_affinity`](Self::by_affinity): else an operation goes, among the connections that there are, to the one with the
/// fewest operations.
///
/// ```
/// use ldapwire::pool::Servers;
///
/// // Both of this site in turn; the other site only when both are down.
/// let here = Servers::round_robin(["ldaps://a.here.example.org", "ldaps://b.here.example.org"]);
/// let servers = Servers::failover([here, Servers::from("ldaps://c.there.example.org")]);
/// assert_eq!(servers.names().len(), 3);
/// ```
#[derive(Clone, Debug)]
#[must_use = "servers do nothing until a pool connects to them"]
pub struct Servers(Node);

#[derive(Clone, Debug)]
enum Node {
    Server(Arc<Server>),
    Set(Strategy, Vec<(u32, Self)>),
}

/// How one server is connected to.
pub(super) struct Server {
    options: ConnectOptions,
    /// Opens the stream, where it is not the address that says how.
    open: Option<Arc<Opener>>,
}

type Opener = dyn Fn() -> Pin<Box<dyn Future<Output = Result<Stream, Error>> + Send>> + Send + Sync;

impl Servers {
    /// One server, reached through streams that `open` makes: a tunnel, a memory pipe.
    pub fn over<F>(options: ConnectOptions, open: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Stream, Error>> + Send + 'static,
    {
        let open: Arc<Opener> = Arc::new(move || Box::pin(open()));
        Self(Node::Server(Arc::new(Server { options, open: Some(open) })))
    }

    /// The members in turn.
    pub fn round_robin(members: impl IntoIterator<Item = impl Into<Self>>) -> Self {
        Self::set(Strategy::RoundRobin, members)
    }

    /// The first member that is not down. Connections that were made to a later one are given up after
    /// [`fallback_age`](super::PoolOptions::fallback_age), when an earlier one is back.
    pub fn failover(members: impl IntoIterator<Item = impl Into<Self>>) -> Self {
        Self::set(Strategy::Failover, members)
    }

    /// The member with the fewest operations and streams under way.
    pub fn least_outstanding(members: impl IntoIterator<Item = impl Into<Self>>) -> Self {
        Self::set(Strategy::LeastOutstanding, members)
    }

    /// The member to which the last connect, TLS and bind included, took the least time. A measure is good for a
    /// minute; then the member is tried again.
    pub fn fastest(members: impl IntoIterator<Item = impl Into<Self>>) -> Self {
        Self::set(Strategy::FastestConnect, members)
    }

    /// Connections in proportion to weights. A member without weight is used when all others are down.
    pub fn weighted(members: impl IntoIterator<Item = (u32, impl Into<Self>)>) -> Self {
        let members = members.into_iter().map(|(weight, member)| (weight, member.into().0));
        Self(Node::Set(Strategy::Weighted, members.collect()))
    }

    /// The members by the names that operations are about: **operations on one entry go to one server**, in all
    /// processes to the same, so that its cache is warm for it and what was written is read.
    ///
    /// Connections are made to all members alike: allow at least as many as there are members. Where the server of an
    /// entry is down or has no room, the operation goes to the next in an order that is the entry's own, and a
    /// connection to its server is made; if a member comes or goes, only the entries of that one move. The name is that
    /// of the entry, or the base of a search; an operation without a name goes anywhere, as does a lease.
    /// [`Pool::with_affinity`](super::Pool::with_affinity) has another key in place of the name. A member that is a set
    /// goes by the name of its first server.
    pub fn by_dn(members: impl IntoIterator<Item = impl Into<Self>>) -> Self {
        Self::by_name(Strategy::ByDn, members)
    }

    /// The members by a key of the caller, such as a session: see [`by_dn`](Self::by_dn) for what that means, and
    /// [`Pool::with_affinity`](super::Pool::with_affinity) for where the key comes from. Without a key, operations go
    /// anywhere.
    pub fn by_affinity(members: impl IntoIterator<Item = impl Into<Self>>) -> Self {
        Self::by_name(Strategy::ByKey, members)
    }

    /// Returns the addresses, as they were given, in order.
    pub fn names(&self) -> Vec<&str> {
        let mut servers = Vec::new();
        self.0.leaves(&mut servers);
        servers.into_iter().map(|server| server.name()).collect()
    }

    fn by_name(strategy: Strategy, members: impl IntoIterator<Item = impl Into<Self>>) -> Self {
        let members = members.into_iter().map(|member| {
            let member: Self = member.into();
            let name = member.names().first().map_or(0, |name| hash(name.as_bytes()));
            // Half of it is enough to tell members apart.
            (name as u32, member.0)
        });
        Self(Node::Set(strategy, members.collect()))
    }

    /// Returns whether the name of an operation matters.
    pub(super) fn go_by_dn(&self) -> bool {
        self.0.goes_by_dn()
    }

    fn set(strategy: Strategy, members: impl IntoIterator<Item = impl Into<Self>>) -> Self {
        Self(Node::Set(strategy, members.into_iter().map(|member| (1, member.into().0)).collect()))
    }

    /// Gives each server a number, the next ones after `first`.
    pub(super) fn number(&self, first: u64) -> (Choice, Vec<(ServerId, Arc<Server>)>) {
        let mut servers = Vec::new();
        let choice = self.0.number(first, &mut servers);
        (choice, servers)
    }
}

impl Node {
    fn leaves<'a>(&'a self, into: &mut Vec<&'a Server>) {
        match self {
            Self::Server(server) => into.push(server),
            Self::Set(_, members) => members.iter().for_each(|(_, member)| member.leaves(into)),
        }
    }

    fn goes_by_dn(&self) -> bool {
        match self {
            Self::Server(_) => false,
            Self::Set(strategy, members) => {
                *strategy == Strategy::ByDn || members.iter().any(|(_, member)| member.goes_by_dn())
            }
        }
    }

    fn number(&self, first: u64, into: &mut Vec<(ServerId, Arc<Server>)>) -> Choice {
        match self {
            Self::Server(server) => {
                let id = ServerId(first + into.len() as u64);
                into.push((id, Arc::clone(server)));
                Choice::Server(id)
            }
            Self::Set(strategy, members) => {
                let members = members.iter().map(|(weight, member)| (*weight, member.number(first, into)));
                Choice::set(*strategy, members.collect())
            }
        }
    }
}

impl Server {
    pub(super) fn name(&self) -> &str {
        self.options.url()
    }

    /// Connects, for operations in flight up to `in_flight`.
    pub(super) async fn connect(&self, in_flight: usize, observers: &Observers) -> Result<Client, Error> {
        let options = self.options.clone().in_flight(in_flight).observers(observers);
        match &self.open {
            Some(open) => options.connect_over(open().await?).await,
            None => options.connect().await,
        }
    }
}

impl From<ConnectOptions> for Servers {
    fn from(options: ConnectOptions) -> Self {
        Self(Node::Server(Arc::new(Server { options, open: None })))
    }
}

impl From<&str> for Servers {
    fn from(url: &str) -> Self {
        Self::from(ConnectOptions::new(url))
    }
}

impl From<String> for Servers {
    fn from(url: String) -> Self {
        Self::from(ConnectOptions::new(url))
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Server").field(&self.name()).finish()
    }
}
