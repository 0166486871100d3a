//! Search filters (RFC 4515, RFC 4511 4.5.1.7): [`Filter`], its parts, and their text form.
//!
//! | file | holds |
//! |---|---|
//! | `tree` | [`Filter`] itself: what it consists of, how it is built and compared |
//! | `group` | what an `and`, an `or` and a `not` hold, and how all of it is dropped |
//! | `operators` | `a & b`, `a \| b`, `!a` |
//! | `assertion`, `substrings`, `extensible` | what stands between a pair of parentheses |
//! | `walk` | every filter within a filter, one after the other |
//! | `assembly` | the way back: a filter put together of such events, by readers of text and of messages |
//! | `evaluate`, `rules`, `truth` | a filter put to an entry, how values are compared, and what can come of it |
//! | `error` | where a text went wrong, and what was expected there |
//! | `scan` | the grammar, as `const` functions that cut a text into tokens |
//! | `parse` | a text made into a filter: what was cut is unescaped |
//! | `print` | the way back |
//! | `template` | the macro [`filter!`](crate::filter): the grammar again, at compile time |
//!
//! **No function here recurses, and neither do those that the compiler makes.** Filters come from peers, and a peer may
//! nest them as deep as a message has room; whatever walks one keeps its own stack on the heap. For the next
//! maintainer: a derived `Debug`, `PartialEq`, `Hash` or `Drop` of a tree is a recursion.

mod assembly;
mod assertion;
mod error;
mod evaluate;
mod extensible;
mod group;
mod operators;
mod parse;
mod print;
mod rules;
mod scan;
mod substrings;
mod template;
mod tree;
mod truth;
mod walk;

pub use assembly::{FilterAssembly, FilterGroup};
pub use assertion::Assertion;
pub use error::{FilterExpected, FilterParseError};
#[cfg(feature = "directory")]
pub(crate) use evaluate::{Evaluated, IsFound};
pub use extensible::ExtensibleMatch;
pub use group::{Filters, Negated};
pub use rules::{MatchingRules, SchemalessRules};
pub use substrings::{Substring, Substrings, SubstringsBuilder, SubstringsError};
#[doc(hidden)]
pub use template::FilterTemplate;
pub use tree::Filter;
pub use truth::Truth;
pub use walk::{FilterEvent, FilterWalk};
