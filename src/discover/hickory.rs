//! DNS by the crate `hickory-resolver`.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::{Duration, Instant};

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{RData, RecordType};

use super::{SrvAnswer, SrvRecord, SrvResolver};

/// Asks DNS for SRV records by the crate `hickory-resolver`, over UDP and, for long answers, TCP. Clones are the same
/// resolver.
///
/// ```no_run
/// use std::sync::Arc;
/// use ldapwire::PoolOptions;
/// use ldapwire::discover::{HickoryResolver, SrvName};
/// use ldapwire::pool::Discovery;
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let resolver = Arc::new(HickoryResolver::from_system()?);
/// let discovery = Discovery::new(resolver, SrvName::of_domain("example.org")?);
/// let pool = PoolOptions::new(discovery.find().await?).start().await?;
/// discovery.keep_up(&pool);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct HickoryResolver(TokioResolver);

impl HickoryResolver {
    /// Asks the servers that the system is configured with.
    ///
    /// # Errors
    ///
    /// The configuration of the system cannot be read.
    pub fn from_system() -> io::Result<Self> {
        TokioResolver::builder_tokio().and_then(|builder| builder.build()).map(Self).map_err(io::Error::other)
    }

    /// Asks one server.
    ///
    /// # Errors
    ///
    /// The crate refuses the configuration.
    pub fn of_server(server: SocketAddr) -> io::Result<Self> {
        let mut name_server = NameServerConfig::udp_and_tcp(server.ip());
        name_server.connections.iter_mut().for_each(|connection| connection.port = server.port());
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![name_server]);
        let builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        builder.build().map(Self).map_err(io::Error::other)
    }
}

impl From<TokioResolver> for HickoryResolver {
    fn from(resolver: TokioResolver) -> Self {
        Self(resolver)
    }
}

impl SrvResolver for HickoryResolver {
    fn resolve(&self, name: &str) -> Pin<Box<dyn Future<Output = io::Result<SrvAnswer>> + Send + '_>> {
        // With a dot at its end, nothing is added to it.
        let name = format!("{}.", name.trim_end_matches('.'));
        Box::pin(async move {
            let lookup = match self.0.lookup(name, RecordType::SRV).await {
                Ok(lookup) => lookup,
                Err(error) if error.is_no_records_found() => {
                    return Ok(SrvAnswer { records: Vec::new(), ttl: NEGATIVE_TTL });
                }
                Err(error) => return Err(io::Error::other(error)),
            };
            let records = lookup.answers().iter().filter_map(|record| match &record.data {
                RData::SRV(srv) => Some(SrvRecord {
                    priority: srv.priority,
                    weight: srv.weight,
                    port: srv.port,
                    target: srv.target.to_ascii(),
                }),
                _ => None,
            });
            let ttl = lookup.valid_until().saturating_duration_since(Instant::now());
            Ok(SrvAnswer { records: records.collect(), ttl })
        })
    }
}

/// How long it is believed that there are no records.
const NEGATIVE_TTL: Duration = Duration::from_secs(60);
