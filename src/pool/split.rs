//! Reads here, writes there.

use crate::error::Error;
use crate::execute::{Call, Collected, Executor, Response, SearchStream};
use crate::proto::{OpKind, ProtocolOp, SearchRequest, SearchResultEntry};

use super::Pool;

/// Two pools with the face of one: searches and compares go to the first, everything else to the second.
///
/// What was written is read by the first pool when replication has brought it there. Read what has to be up to date
/// from [`writes`](Self::writes).
///
/// ```no_run
/// use ldapwire::pool::{Servers, Split};
/// use ldapwire::{Executor, PoolOptions};
///
/// # async fn run() -> Result<(), ldapwire::Error> {
/// let replicas = Servers::round_robin(["ldaps://r1.example.org", "ldaps://r2.example.org"]);
/// let directory = Split::new(
///     PoolOptions::new(replicas).start().await?,
///     PoolOptions::new("ldaps://primary.example.org").connections(1, 5).start().await?,
/// );
/// directory.replace("uid=ada,dc=example,dc=org", "mail", ["ada@example.org"]).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Split {
    reads: Pool,
    writes: Pool,
}

impl Split {
    /// Joins a pool to read from and one to write to.
    pub const fn new(reads: Pool, writes: Pool) -> Self {
        Self { reads, writes }
    }

    /// Returns the pool that reads go to.
    pub const fn reads(&self) -> &Pool {
        &self.reads
    }

    /// Returns the pool that writes and extended operations go to.
    pub const fn writes(&self) -> &Pool {
        &self.writes
    }

    /// Stops both.
    pub async fn stop(&self) {
        tokio::join!(self.reads.stop(), self.writes.stop());
    }
}

impl Executor for Split {
    async fn execute(&self, call: Call<ProtocolOp>) -> Result<Response, Error> {
        match call.request().kind() {
            OpKind::CompareRequest => self.reads.execute(call).await,
            _ => self.writes.execute(call).await,
        }
    }

    async fn search(&self, search: impl Into<Call<SearchRequest>> + Send) -> Result<SearchStream, Error> {
        self.reads.search(search).await
    }

    async fn search_one(
        &self,
        search: impl Into<Call<SearchRequest>> + Send,
    ) -> Result<SearchResultEntry, Error> {
        self.reads.search_one(search).await
    }

    async fn search_all(&self, search: impl Into<Call<SearchRequest>> + Send) -> Result<Collected, Error> {
        self.reads.search_all(search).await
    }
}
