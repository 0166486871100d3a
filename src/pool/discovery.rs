//! Servers that are found by DNS, and found again.

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::client::ConnectOptions;
use crate::discover::{SrvName, SrvRecord, SrvResolver};
use crate::error::{Error, ErrorKind, Phase, Waiting};
use crate::transport::TransportError;

use super::Pool;
use super::servers::Servers;
use super::shared::{Shared, Stage};

/// The servers of a domain by its SRV records (RFC 2782).
///
/// Connections go to the servers of the lowest priority number, in proportion to their weights, and to the others when
/// all those are down. DNS is asked again when its answer is no longer good; what it says then goes for
/// [new connections](Pool::set_servers). **An answer that fails, is empty or cannot be used changes nothing**: the
/// servers stay, and DNS is asked again after 30 s.
///
/// ```no_run
/// use std::sync::Arc;
/// use ldapwire::discover::{SrvName, SrvResolver};
/// use ldapwire::pool::Discovery;
/// use ldapwire::{ConnectOptions, PoolOptions};
///
/// # async fn run(resolver: Arc<dyn SrvResolver>) -> Result<(), Box<dyn std::error::Error>> {
/// let discovery = Discovery::new(resolver, SrvName::of_domain("example.org")?)
///     .connect_by(|url| ConnectOptions::new(url).start_tls());
/// let pool = PoolOptions::new(discovery.find().await?).start().await?;
/// discovery.keep_up(&pool);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a discovery does nothing until it is asked"]
pub struct Discovery {
    resolver: Arc<dyn SrvResolver>,
    name: SrvName,
    connect_by: Arc<dyn Fn(String) -> ConnectOptions + Send + Sync>,
    arrange: Arc<dyn Fn(Servers) -> Servers + Send + Sync>,
}

/// What DNS answered last, and how long it is good.
type Found = (Vec<SrvRecord>, Duration);

/// How long DNS may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// When DNS is asked again after it failed.
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// An answer is good for so long at least: a TTL of 0 would have DNS asked without a pause.
const SHORTEST: Duration = Duration::from_secs(5);

/// And so long at most: a mistake in a zone is not to be kept for years.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

impl Discovery {
    /// Makes a discovery of the servers that `resolver` finds by a name.
    pub fn new(resolver: Arc<dyn SrvResolver>, name: SrvName) -> Self {
        Self { resolver, name, connect_by: Arc::new(ConnectOptions::new), arrange: Arc::new(|found| found) }
    }

    /// Sets how a server is connected to, given its URL. Default [`ConnectOptions::new`].
    pub fn connect_by(mut self, options: impl Fn(String) -> ConnectOptions + Send + Sync + 'static) -> Self {
        self.connect_by = Arc::new(options);
        self
    }

    /// Sets what is made of the servers that were found, for example a failover with others behind them. Default
    /// they are all.
    pub fn arrange(mut self, arrange: impl Fn(Servers) -> Servers + Send + Sync + 'static) -> Self {
        self.arrange = Arc::new(arrange);
        self
    }

    /// Asks DNS once.
    ///
    /// # Errors
    ///
    /// DNS failed or did not answer within 10 s, or nothing of its answer can be used.
    ///
    /// # Cancel safety
    ///
    /// Nothing is changed by dropping the future.
    pub async fn find(&self) -> Result<Servers, Error> {
        let (records, _) = self.ask().await?;
        Ok(self.servers(&records))
    }

    /// Asks DNS now and whenever an answer is no longer good, and gives the pool what is new, in a task that ends with
    /// the pool.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn keep_up(self, pool: &Pool) {
        let stage = pool.shared().stage.subscribe();
        let shared = Arc::downgrade(pool.shared());
        tokio::spawn(async move {
            let mut stage = stage;
            tokio::select! {
                () = self.follow(&shared) => {}
                _ = stage.wait_for(|stage| *stage != Stage::Open) => {}
            }
        });
    }

    async fn follow(&self, shared: &Weak<Shared>) {
        let mut known = Vec::new();
        loop {
            let pause = match self.ask().await {
                Ok((records, good_for)) => {
                    if records != known {
                        let Some(shared) = shared.upgrade() else { return };
                        shared.set_servers(&self.servers(&records));
                        known = records;
                    }
                    good_for
                }
                Err(_) => RETRY_AFTER,
            };
            sleep(pause).await;
        }
    }

    async fn ask(&self) -> Result<Found, Error> {
        let answer = timeout(ANSWER_TIMEOUT, self.resolver.resolve(self.name.as_str())).await;
        let Ok(answer) = answer else {
            let kind = ErrorKind::Timeout { waiting: Waiting::Connection, after: ANSWER_TIMEOUT };
            return Err(Error::new(kind).with_phase(Phase::NotSent));
        };
        let answer = answer
            .map_err(|source| Error::from(TransportError::Resolve { host: self.name.to_string(), source }))?;
        let good_for = answer.ttl.clamp(SHORTEST, LONGEST);
        Ok((self.name.choose(answer)?, good_for))
    }

    /// Arranges records, which are sorted, by priority and weight.
    fn servers(&self, records: &[SrvRecord]) -> Servers {
        let groups = records.chunk_by(|one, other| one.priority == other.priority);
        let sets = groups.map(|group| {
            Servers::weighted(group.iter().map(|record| {
                // "0 SHOULD be used when there isn't any server selection to do"; beside others, it "should have a
                // very small chance of being selected" (RFC 2782).
                let weight = (u32::from(record.weight) * 100).max(1);
                (weight, (self.connect_by)(self.name.url(record)))
            }))
        });
        (self.arrange)(Servers::failover(sets))
    }
}

impl fmt::Debug for Discovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Discovery").field("name", &self.name).finish_non_exhaustive()
    }
}
