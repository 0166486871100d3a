//! What a change does: to one entry, to a tree of entries, and how it is undone.
//!
//! | file | holds |
//! |---|---|
//! | `effect` | a change to the entry that it names; what controls ask for |
//! | `inverse` | the changes that lead back |
//! | `content` | a tree of entries that changes are carried out on |
//! | `error` | why a change is refused, with the code that a server would answer |

mod content;
mod effect;
mod error;
mod inverse;

pub use content::Content;
#[cfg(feature = "bulk")]
pub(crate) use effect::new_name;
pub use error::{ChangeError, ChangeProblem};
