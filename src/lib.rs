//! LDAPv3 from the octets up, both sides of the wire.
//!
//! # Where to begin
//!
//! - An application: [`Client`], or [`ConnectOptions`] where the defaults do not fit; the operations are those of
//!   [`Executor`], the requests those of [`proto`], names and filters those of [`model`].
//! - A service with many tasks: [`Pool`], which has the same operations over one server or several.
//! - Tests of either: [`directory`], which speaks the real protocol without a server to install; [`testing`].
//! - A tester or a fuzzer: [`ber`] and [`proto`] turn octets into messages and back, [`session`] knows the rules of a
//!   connection; none of them does IO.
//!
//! ```no_run
//! use ldapwire::model::Scope;
//! use ldapwire::proto::SearchRequest;
//! use ldapwire::{Client, Executor, filter};
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), ldapwire::Error> {
//!     let client = Client::connect("ldaps://ldap.example.org").await?;
//!     client.simple_bind("cn=admin,dc=example,dc=org", "secret").await?;
//!
//!     let uid = std::env::args().nth(1).unwrap_or_default();
//!     let search = SearchRequest::new("dc=example,dc=org", Scope::WholeSubtree, filter!("(uid={})", uid))
//!         .attributes(["cn", "mail"]);
//!     let mut people = client.search(search).await?;
//!     while let Some(person) = people.next_entry().await? {
//!         println!("{}: {:?}", person.dn(), person.first_text("mail"));
//!     }
//!     client.close().await;
//!     Ok(())
//! }
//! ```
//!
//! # How it is built
//!
//! Modules stand on floors; each imports only from those below it. The lower ones - [`ber`], [`model`], [`schema`], [`proto`],
//! [`sasl`], [`session`], [`ldif`] - know no socket, no clock, no file and no runtime, and build without any
//! feature.
#![forbid(unsafe_code)]

pub mod ber;
#[cfg(feature = "blocking")]
pub mod blocking;
pub mod ldif;
pub mod model;
pub mod proto;
pub mod sasl;
pub mod schema;
pub mod session;

#[cfg(feature = "client")]
pub mod authenticate;
#[cfg(feature = "bulk")]
pub mod bulk;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "directory")]
pub mod directory;
#[cfg(feature = "client")]
pub mod discover;
#[cfg(feature = "client")]
mod error;
#[cfg(feature = "client")]
pub mod execute;
#[cfg(feature = "files")]
pub mod files;
#[cfg(feature = "serde")]
pub mod mapping;
#[cfg(feature = "client")]
pub mod observe;
#[cfg(feature = "client")]
pub mod pool;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "client")]
pub mod transport;

#[cfg(any(test, feature = "directory", feature = "generate", feature = "proptest"))]
pub mod testing;

#[cfg(feature = "client")]
pub use client::{Client, ConnectOptions, Statistics};
#[cfg(feature = "client")]
pub use error::{Blame, Closed, Error, ErrorKind, LeaseLimit, NoLease, Phase, Refusal, Shortage, Waiting};
#[cfg(feature = "client")]
pub use execute::{
    Call, Chunks, Collected, Delivery, Executor, RequestExt, Response, SearchItem, SearchMany, SearchStream,
};
#[cfg(feature = "client")]
pub use pool::{Pool, PoolOptions};

/// The code of the README, compiled with the documentation's.
#[cfg(all(doctest, feature = "client"))]
#[doc = include_str!("../README.md")]
struct Readme;

/// The code of the page about tests of applications.
#[cfg(all(doctest, feature = "directory", feature = "blocking"))]
#[doc = include_str!("../docs/testing-your-application.md")]
struct TestingPage;

/// The code of the page about LDIF.
#[cfg(all(doctest, feature = "files"))]
#[doc = include_str!("../docs/ldif.md")]
struct LdifPage;

/// The code of the page about loads.
#[cfg(all(doctest, feature = "bulk", feature = "directory"))]
#[doc = include_str!("../docs/bulk.md")]
struct BulkPage;

/// The code of the page about observing.
#[cfg(all(doctest, feature = "snapshot"))]
#[doc = include_str!("../docs/observing.md")]
struct ObservingPage;
