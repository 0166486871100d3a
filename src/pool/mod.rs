//! A pool of connections to one server or several.
//!
//! Begin with [`PoolOptions`] and [`Pool`]; the operations are those of [`Executor`](crate::Executor).
//!
//! ```text
//!  callers                          the pool                                  servers
//!  ───────                ┌────────────────────────────┐
//!  execute, search_one ──▶│ shared lease:              │    ┌── connection ── 64 operations ──▶ a
//!  search_all             │   room beside others       │────┼── connection ── 12 operations ──▶ b
//!                         │                            │    │
//!  search, acquire_  ────▶│ exclusive lease:           │────┴── connection ── one stream ─────▶ b
//!  exclusive              │   a whole connection       │
//!                         └──────────┬─────────────────┘
//!                                    │ wants connects, checks, closes
//!                                    ▼
//!                            keeper ── one task for each connection
//! ```
//!
//! The rules - who gets which connection, when one is made, asked or given up - are a state machine without IO,
//! `machine`. Around it stand `shared` (the lock, and the queue's other end), `keeper` (the tasks), `execute` and
//! `search` (operations on leases, and second attempts).
//!
//! What can be relied on:
//!
//! - At every moment there are at most as many connections as the maximum, those that are being made included.
//! - Who waits is served in order, and **dropping a future anywhere loses neither a connection nor a place for
//!   others**.
//! - To give a lease back is to put it into the hands of the next: no wait, no task.
//! - A write that may have been applied is never sent again.

mod bind;
mod credentials;
mod discovery;
mod execute;
mod health_check;
mod held;
mod keeper;
mod lease;
mod machine;
mod options;
#[allow(clippy::module_inception, reason = "the type that the folder is about")]
mod pool;
mod retry;
mod search;
mod servers;
mod shared;
mod split;

pub(crate) use bind::After;
pub use credentials::Credentials;
pub use discovery::Discovery;
pub use health_check::HealthCheck;
pub use lease::Lease;
pub use options::PoolOptions;
pub use pool::Pool;
pub use retry::Retry;
pub use servers::Servers;
pub use split::Split;

pub use crate::observe::{PoolStatus, ServerStatus};

#[cfg(test)]
mod tests;
