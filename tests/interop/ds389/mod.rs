//! 389 Directory Server: what came from Netscape and Sun, and lives on there.

mod controls;
mod sasl;
mod schema;
mod server;

pub(crate) use server::{Ds389, cases};
