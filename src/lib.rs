//! LDAPv3 from the octets up, both sides of the wire.
#![forbid(unsafe_code)]

pub mod ber;
pub mod model;
#[cfg(feature = "client")]
pub mod transport;
