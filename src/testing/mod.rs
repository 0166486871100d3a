//! What tests of programs that speak LDAP are made of.
//!
//! Begin with [`strategies`]: messages of every kind that may be sent, for [`proptest`]. They need the feature
//! `proptest`.
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
pub mod strategies;
