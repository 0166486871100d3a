//! What tests of programs that speak LDAP are made of.
//!
//! Begin with `assertions`: what a test says of a [`Directory`](crate::directory::Directory) in memory and of what was
//! asked of it; they need the feature `directory`. `strategies` are messages of every kind that may be sent, for
//! `proptest`, and need that feature. `population` makes entries, as many as wanted; it needs the feature `generate`.
//!
//! The tour is in `docs/testing-your-application.md`.

#[cfg(feature = "directory")]
pub mod assertions;
#[cfg(any(test, feature = "fuzzing"))]
pub mod differential;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzz;
#[cfg(any(test, feature = "generate"))]
pub mod population;
#[cfg(any(test, feature = "proptest"))]
pub mod strategies;
