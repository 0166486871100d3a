//! SASL mechanisms: what is said in the steps of a bind (RFC 4513 5.2).
//!
//! One file per mechanism. A mechanism knows its own messages and nothing of connections; the client carries them in
//! bind requests until the server is content.

mod external;
mod mechanism;
mod plain;

pub use external::External;
pub use mechanism::{Mechanism, SaslError};
pub use plain::Plain;
