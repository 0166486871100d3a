//! Distinguished names (RFC 4514): [`Dn`], its parts [`Rdn`] and [`Ava`], and their text form.
//!
//! | file | holds |
//! |---|---|
//! | `name`, `rdn`, `ava` | the types, from the whole name to the single assertion |
//! | `error` | where a text went wrong, and what was expected there |
//! | `scan` | the grammar, as `const` functions that cut a text into assertions |
//! | `parse` | a text made into a name: what was cut is unescaped |
//! | `decode` | the value that a BER encoding stands for |
//! | `print` | the way back |
//! | `compare` | equality, order and hash without schema |
//! | `key` | a name as octets that sort |
//! | `template` | the macro [`dn!`](crate::dn): the grammar again, at compile time |

mod ava;
mod compare;
mod decode;
mod error;
mod key;
mod name;
mod parse;
mod print;
mod rdn;
mod scan;
mod template;

pub use ava::Ava;
pub(super) use compare::is_same_attribute;
pub use error::{DnExpected, DnParseError};
#[cfg(feature = "bulk")]
pub(crate) use key::{SortKeys, keys_above};
pub use name::Dn;
pub use rdn::Rdn;
#[doc(hidden)]
pub use template::DnTemplate;
