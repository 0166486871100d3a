//! The server: listeners, a task for each connection, and what answers the requests.
//!
//! ```text
//!   Endpoint ──accept──▶ Driver (one a connection) ──Operation──▶ layer ▶ layer ▶ Standard ▶ Handler
//!   TCP, TLS,              │  Framed<Stream>, ServerSession                           │
//!   Unix, memory           └◀── octets, joined ◀── Sink (entries) and Answer ◀─────────┘
//! ```
//!
//! A [`Handler`] has one method: an [`Operation`] goes in, entries go out by a [`Sink`], and the [`Answer`] that it
//! returns ends the operation. [`Layer`]s wrap a handler and are handlers themselves. What the protocol itself asks of a
//! server - which message may follow which, StartTLS, Cancel, Abandon, the notice before the end - is done here
//! and in [`session`](crate::session); what the requests mean is the handler's.
//!
//! **Whatever one client does, memory for it is bounded and the others are served:** its operations run in the task
//! of its connection, its answers wait within a budget, and when that is used up nothing more is read from it.
//! Begin with [`Server`], then `driver`, then `shared`.

mod answer;
mod connection;
mod deadlines;
mod driver;
mod end;
mod error;
mod handler;
mod in_process;
pub mod layers;
mod limits;
mod listener;
mod operation;
mod options;
pub mod proxy;
mod registry;
mod running;
mod serve;
mod shared;
mod sink;
mod standard;
mod wrapper;

pub use answer::Answer;
pub use connection::{CancelOutcome, Connection};
pub use end::{End, Overdue};
pub use error::ServerError;
pub use handler::{Handler, Layer};
pub use in_process::InProcess;
pub use limits::ServerLimits;
pub use listener::Endpoint;
pub use operation::Operation;
pub use options::Server;
pub use running::RunningServer;
pub use sink::{SendError, Sink};

#[cfg(test)]
pub(crate) mod tests;
