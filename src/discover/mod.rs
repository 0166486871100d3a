//! Where the servers of a domain are: SRV records of DNS (RFC 2782), such as those of `_ldap._tcp.example.org`.
//!
//! [`SrvResolver`] is who asks DNS, so that a program may ask in its own way and a test without any; [`SrvName`] is what
//! is asked for; [`SrvName::choose`] makes a sound answer of what came, in the order in which servers are to be tried.
#![cfg_attr(feature = "hickory", doc = "[`HickoryResolver`] asks by the crate `hickory-resolver`.")]
//! A pool over them that keeps up with DNS is made by [`Discovery`](crate::pool::Discovery).

#[cfg(feature = "hickory")]
mod hickory;
mod name;
mod record;
mod resolver;

#[cfg(feature = "hickory")]
pub use hickory::HickoryResolver;
pub use name::{SrvName, SrvNameError};
pub use record::{SrvAnswer, SrvRecord};
pub use resolver::SrvResolver;
