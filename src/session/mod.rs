//! The rules of a connection, as state machines without IO.
//!
//! | who | machine | is fed with | answers |
//! |---|---|---|---|
//! | client | [`ClientSession`] | requests to be sent, frames that came | the id of a request; whose response a frame is |
//! | server | [`ServerSession`] | frames that came, responses to be sent | which request a frame is; whether a response may go |
//!
//! **A [`Violation`] is the peer's fault and ends the connection; a [`Misuse`] is the caller's and changes
//! nothing.** The machines know no socket, no clock and no task. They hold one value of the caller's for each
//! outstanding operation, and give it back exactly once.

mod client;
mod error;
mod server;

pub use client::{ClientEvent, ClientSession};
pub use error::{Misuse, Violation};
pub use server::{ServerEvent, ServerSession};
