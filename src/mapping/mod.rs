//! Entries as structs, by serde.
//!
//! Begin with [`Entry::deserialize`](crate::model::Entry::deserialize) for the way in, [`to_entry`] for the way out and
//! [`changes`] for what a modification has to say.
//!
//! ```
//! use ldapwire::mapping;
//! use ldapwire::model::Entry;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Clone, Deserialize, Serialize)]
//! struct Person {
//!     dn: String,
//!     cn: String,
//!     #[serde(rename = "employeeNumber")]
//!     number: Option<u32>,
//!     #[serde(default)]
//!     mail: Vec<String>,
//! }
//!
//! let entry = Entry::new("uid=ada,dc=example").with("CN", ["Ada"]).with("mail", ["ada@example.org", "countess@example.org"]);
//! let ada: Person = entry.deserialize()?;
//! assert_eq!((ada.number, ada.mail.len()), (None, 2));
//!
//! let mut changed = ada.clone();
//! changed.number = Some(7);
//! changed.mail.pop();
//! let changes = mapping::changes(&ada, &changed)?;
//! assert_eq!(changes.len(), 2);
//! # Ok::<(), mapping::MappingError>(())
//! ```
//!
//! # What becomes what
//!
//! | in a struct | in an entry |
//! |---|---|
//! | a field | the attribute of its name, ASCII letters in either case, options as a set; the option `binary` may be there |
//! | the field `dn` | the name of the entry |
//! | `Option<T>` | an attribute that may be missing |
//! | `Vec<T>` and other sequences | all values; with `#[serde(default)]` the attribute may be missing |
//! | any other type | exactly one value |
//! | `String`, `&str`, `char`, [`Dn`](crate::model::Dn) | text |
//! | numbers | decimal digits |
//! | `bool` | `TRUE` and `FALSE` |
//! | an `enum` of names | the name as text |
//! | [`Value`](crate::model::Value), `Bytes`, `&[u8]` and what takes octets | the octets |
//! | [`GeneralizedTime`](crate::schema::GeneralizedTime) | `19941216103200Z` |
//! | [`FileTime`], [`Guid`], [`Sid`], [`UserAccountControl`], [`SecurityDescriptor`] | what Active Directory has for them |
//! | a map from `String` | all attributes, and the name under `dn` |
//!
//! A struct that has ignored one attribute is offered no other that it has no field for; what wants all of them asks for a
//! map, as `#[serde(flatten)]` does.
//!
//! `Vec<u8>` is a sequence of numbers to serde, and would take each value for a number: take
//! [`Value`](crate::model::Value).

mod change;
mod deserialize;
mod error;
mod fields;
mod serialize;
mod source;
mod value;
mod windows;

pub use change::{changes, changes_by};
pub use error::{MappingError, MappingFault};
pub use serialize::{to_attributes, to_entry};
pub use windows::{
    AccessControlEntry, FileTime, Guid, SecurityDescriptor, Sid, UserAccountControl, WindowsValueError,
};

#[cfg(test)]
mod tests;
