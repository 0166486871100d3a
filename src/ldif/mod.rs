//! LDIF, the text form of entries and of changes to them (RFC 2849), over octets.
//!
//! An [`LdifRecord`] is an entry or a [`ChangeRecord`], which is a request with its controls. [`Writer`] turns entries
//! into content records. It appends to a buffer of the caller's and knows neither files nor sockets.

mod change;
mod change_record;
mod error;
mod record;
mod writer;

pub use change::{ChangeError, ChangeProblem, Content};
pub use change_record::{Change, ChangeRecord};
pub use error::WriteError;
pub use record::{LdifRecord, Located, Position};
pub use writer::Writer;
