//! Who asks DNS.

use std::future::Future;
use std::io;
use std::pin::Pin;

use super::SrvAnswer;

/// What asks DNS for SRV records.
///
/// ```
/// use std::time::Duration;
/// use std::{future, future::Future, io, pin::Pin};
/// use ldapwire::discover::{SrvAnswer, SrvRecord, SrvResolver};
///
/// /// Knows one server.
/// struct Fixed;
///
/// impl SrvResolver for Fixed {
///     fn resolve(&self, _: &str) -> Pin<Box<dyn Future<Output = io::Result<SrvAnswer>> + Send + '_>> {
///         let record = SrvRecord { priority: 0, weight: 0, port: 389, target: "a.example.org".into() };
///         Box::pin(future::ready(Ok(SrvAnswer { records: vec![record], ttl: Duration::from_secs(600) })))
///     }
/// }
/// ```
pub trait SrvResolver: Send + Sync {
    /// Asks for the SRV records of a name, such as `_ldap._tcp.example.org`. An answer without records is one, too.
    ///
    /// # Errors
    ///
    /// DNS could not be asked, or said that it failed.
    fn resolve(&self, name: &str) -> Pin<Box<dyn Future<Output = io::Result<SrvAnswer>> + Send + '_>>;
}
