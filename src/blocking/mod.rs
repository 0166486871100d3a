//! The blocking face: every operation as a call that returns when it is done.
//!
//! ```text
//!   your thread                        one thread of the crate
//!   ───────────                        ───────────────────────
//!   client.read(dn) ── waits ──▶ the same asynchronous call ◀── runtime: sockets, timers, drivers
//! ```
//!
//! Forwarding only: [`Blocking`] wraps what implements [`Executor`](crate::Executor) and has its operations, and what is
//! particular to a [`Client`](crate::Client) besides. The connection lives between calls, since the thread behind
//! it goes on: keep-alives are answered, and a server's goodbye is heard when it comes.
//!
//! **Calls may come from any thread, those of `tokio::task::spawn_blocking` included. Within an asynchronous task they
//! return [`InAsyncTask`](crate::ErrorKind::InAsyncTask)**, because they would stop the tasks that share its thread.
//! A thread that has entered a runtime without running a task counts as one that runs a task.
//!
//! ```no_run
//! use ldapwire::blocking::Client;
//! use ldapwire::filter;
//! use ldapwire::model::Scope;
//! use ldapwire::proto::SearchRequest;
//!
//! fn main() -> Result<(), ldapwire::Error> {
//!     let client = Client::connect("ldaps://ldap.example.org")?;
//!     client.simple_bind("cn=admin,dc=example,dc=org", "secret")?;
//!     let search = SearchRequest::new("dc=example,dc=org", Scope::WholeSubtree, filter!("(sn={}*)", "Love"));
//!     for person in client.search(search)? {
//!         let person = person?;
//!         println!("{}: {:?}", person.dn(), person.first_text("mail"));
//!     }
//!     client.close()
//! }
//! ```

mod answers;
#[cfg(feature = "bulk")]
mod bulk;
mod client;
mod connect;
#[cfg(feature = "directory")]
mod directory;
mod executor;
mod pool;
mod search;
mod worker;

pub use answers::Answers;
pub use client::Client;
#[cfg(feature = "directory")]
pub use directory::RunningDirectory;
pub use executor::Blocking;
pub use pool::Pool;
pub use search::Search;

#[cfg(all(test, feature = "server"))]
mod tests;
