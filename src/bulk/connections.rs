//! Where the connections of a load come from.

use std::future::Future;

use crate::client::Client;
use crate::error::Error;
use crate::execute::Executor;
use crate::pool::{Lease, Pool};

/// What has connections for a load: a client, which is one and can be made again, or a pool, which lends them.
pub trait Connections: Sync {
    /// A connection.
    type Connection: Executor + Send + Sync + 'static;

    /// Makes or lends a connection. `earlier` counts those that this load had asked for before.
    ///
    /// # Errors
    ///
    /// There is none to be had.
    fn connect(&self, earlier: usize) -> impl Future<Output = Result<Self::Connection, Error>> + Send;

    /// Returns which server a connection leads to. Whether a write was carried out is asked only where it was sent.
    fn server(connection: &Self::Connection) -> &str;
}

/// The first connection is the client itself, as long as it is open; others are made [as it was](Client::again).
impl Connections for Client {
    type Connection = Self;

    async fn connect(&self, earlier: usize) -> Result<Self, Error> {
        if earlier == 0 && !self.is_closed() { Ok(self.clone()) } else { self.again().await }
    }

    fn server(connection: &Self) -> &str {
        connection.server()
    }
}

/// Each connection is lent exclusively for the time of the load.
impl Connections for Pool {
    type Connection = Lease;

    async fn connect(&self, _: usize) -> Result<Lease, Error> {
        self.acquire_exclusive().await
    }

    fn server(connection: &Lease) -> &str {
        connection.server()
    }
}
