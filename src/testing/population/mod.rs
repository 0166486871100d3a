//! Test data of any size: people, groups, units, by a template and a seed.
//!
//! A [`Template`] says of which kinds the entries are, how many there are of each and what their attributes look like; the
//! default one needs no file. A [`Population`] is what becomes of it, entry by entry: nothing is kept, and the same
//! template, seed and size give the same octets on every platform. Each entry comes behind the one above it, and
//! names in it are those of entries that exist, so that servers take the result as it comes.
//!
//! ```
//! use ldapwire::testing::population::Template;
//!
//! let template = Template::default();
//! let entries: Vec<_> = template.population(100, 42)?.entries().collect();
//! assert_eq!(entries.len(), 100);
//! assert_eq!(entries[0].dn(), "dc=example,dc=org");
//! assert!(entries.iter().any(|entry| entry.has_value("objectClass", "inetOrgPerson")));
//! # Ok::<(), ldapwire::testing::population::TemplateError>(())
//! ```
//!
//! | file | holds |
//! |---|---|
//! | `template` | the template: its text, what it consists of |
//! | `parse` | the text made into that |
//! | `numbers` | how many entries there are of each kind, and below which others |
//! | `member` | an entry, and how its values are made |
//! | `names` | people's names, in several scripts |
//! | `random` | numbers that depend on the seed alone |

mod error;
mod member;
mod names;
mod numbers;
mod parse;
mod people;
mod random;
mod template;

pub use error::TemplateError;
pub use member::Member;
pub use people::{Entries, Population};
pub use template::Template;
