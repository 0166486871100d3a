//! What tests of programs that speak LDAP are made of.
//!
//! Begin with `strategies`: messages of every kind that may be sent, for `proptest`. They need the feature
//! `proptest`. `population` makes entries, as many as wanted; it needs the feature `generate`.
//!
//! ```
//! use ldapwire::proto::LdapMessage;
//! use ldapwire::testing::strategies;
//! use proptest::prelude::*;
//!
//! proptest!(|(message in strategies::message())| {
//!     let octets = message.to_bytes().unwrap();
//!     prop_assert_eq!(LdapMessage::parse(&octets), Ok(message));
//! });
//! ```

#[cfg(any(test, feature = "fuzzing"))]
pub mod differential;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzz;
#[cfg(any(test, feature = "generate"))]
pub mod population;
#[cfg(any(test, feature = "proptest"))]
pub mod strategies;
