//! Misbehaving on command or at random.
//!
//! | file | has |
//! |---|---|
//! | `fault` | what can go wrong with one operation, and how it is written |
//! | `script` | [`Faults`]: which operations, and when |
//! | `handler` | what becomes of an operation and its answer |
//! | `stream` | what can go wrong with a connection, whatever is sent over it |

mod fault;
mod handler;
mod script;
mod stream;

pub use fault::{Fault, FaultParseError};
pub use script::Faults;
pub use stream::StreamFault;
