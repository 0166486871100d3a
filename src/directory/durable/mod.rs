//! A folder in which a directory is kept.
//!
//! ```text
//!   folder/
//!     lock                one directory at a time
//!     snapshot.ldif       all entries, as they were after a change of this number
//!     changes-12.ldif     the changes since, beginning with number 12
//! ```
//!
//! All files are LDIF, with what they need besides in comments, so that other tools read them. A change is written before
//! it is answered, under the lock under which it is made, and so in the order in which it was made. What was begun
//! and not completed when the process died is cut off at the next start: nobody was told that it was done.
//!
//! Advice for the next maintainer: `frame` and `change` are functions over octets, where the tests cut and damage;
//! the order of the steps in `snapshot` and `journal` is what survives a crash between any two of them.

mod change;
mod durability;
mod folder;
mod frame;
mod journal;
mod snapshot;

pub use durability::{Durability, Recovery};
pub(super) use folder::Folder;
pub(super) use journal::Journal;
