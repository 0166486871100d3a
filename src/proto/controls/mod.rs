//! Controls with a type of their own, one file each.
//!
//! A control that has no type here is a [`Control`](crate::model::Control) with its value as it came: nothing is lost.
//! To give one a type, implement [`ControlValue`] for it. For example the control that hides or shows subentries
//! (RFC 3672 3), whose value is a bare BOOLEAN:
//!
//! ```
//! use bytes::Bytes;
//! use ldapwire::ber::{DecodeError, Reader, Tag, Writer};
//! use ldapwire::model::{Control, Oid};
//! use ldapwire::proto::controls::{ControlValue, Controls};
//! use ldapwire::proto::value_present;
//!
//! #[derive(Debug, PartialEq)]
//! enum Subentries {
//!     Only,
//!     Hidden,
//! }
//!
//! impl ControlValue for Subentries {
//!     const OID: Oid = Oid::from_static("1.3.6.1.4.1.4203.1.10.1");
//!
//!     fn decode_value(value: Option<&Bytes>) -> Result<Self, DecodeError> {
//!         let mut reader = Reader::new(value_present(value)?);
//!         let only = reader.boolean(Tag::BOOLEAN)?;
//!         reader.finish()?;
//!         Ok(if only { Self::Only } else { Self::Hidden })
//!     }
//!
//!     fn encode_value(&self) -> Option<Bytes> {
//!         let mut writer = Writer::new();
//!         writer.boolean(Tag::BOOLEAN, *self == Self::Only);
//!         Some(writer.finish())
//!     }
//! }
//!
//! let controls: [Control; 1] = [Subentries::Only.critical()];
//! assert_eq!(controls[0].value().unwrap(), &b"\x01\x01\xff"[..]);
//! assert_eq!(controls.control::<Subentries>(), Some(Ok(Subentries::Only)));
//! ```

mod control_value;
mod paged_results;

pub use control_value::{ControlValue, Controls};
pub use paged_results::{PagedResults, PagedResultsResponse};
