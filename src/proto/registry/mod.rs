//! What is known by an object identifier: names for people, in diagnostics and in tools.
//!
//! [`find`] takes an identifier, [`by_name`] a name, [`all`] walks everything. Where this crate has a type, the
//! identifier in the table is the constant of the type. Attributes and object classes are the matter of a schema,
//! and result codes are numbers: [`ResultCode`](crate::model::ResultCode) knows them.
//!
//! ```
//! use ldapwire::proto::controls::{ControlValue, PagedResults};
//! use ldapwire::proto::registry::{self, Kind};
//!
//! let found = registry::find(&PagedResults::OID).unwrap();
//! assert_eq!((found.name(), found.kind(), found.specification()), ("pagedResults", Kind::Control, "RFC 2696"));
//! assert_eq!(registry::by_name("startTLS").next().unwrap().oid(), &"1.3.6.1.4.1.1466.20037");
//! ```

mod registered;
mod table;

pub use registered::{Kind, Registered};
pub use table::{all, by_name, find};
