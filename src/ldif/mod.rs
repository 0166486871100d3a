//! LDIF, the text form of entries (RFC 2849), over octets.
//!
//! [`Writer`] turns entries into content records. It appends to a buffer of the caller's and knows neither files
//! nor sockets.

mod error;
mod writer;

pub use error::WriteError;
pub use writer::Writer;
