//! The client: a handle that is cheap to clone, and a task that owns the socket.
//!
//! ```text
//!   Client ──┐  requests, encoded        ┌──────────┐
//!   Client ──┼──────── Shared ──────────▶│  Driver  │◀──▶ Framed<Stream, LdapCodec>
//!   Client ──┘  (session, queue, inboxes)└──────────┘
//!               ◀── frames, by inbox ────────┘
//! ```
//!
//! Requests are encoded in the caller's task and responses decoded there; the driver only moves octets and routes
//! frames, many at a time. Begin with [`Client`], then `shared`, then `driver`. What happens when one search is read
//! slowly is in `flow`.

mod bind;
mod connect;
mod deadline;
mod driver;
mod flow;
mod handle;
mod inbox;
mod lent;
mod operation;
mod options;
mod paged;
mod room;
mod search;
mod shared;

pub use handle::{Client, Statistics};
pub use options::ConnectOptions;

use handle::Handle;

#[cfg(test)]
mod tests;
