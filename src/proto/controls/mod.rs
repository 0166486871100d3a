//! Controls with a type of their own, one file each.
//!
//! A control that has no type here is a [`Control`](crate::model::Control) with its value as it came: nothing is lost.
//! To give one a type, implement [`ControlValue`] for it. For example one whose value is a bare number:
//!
//! ```
//! use bytes::Bytes;
//! use ldapwire::ber::{DecodeError, Tag, Writer};
//! use ldapwire::model::{Control, Oid};
//! use ldapwire::proto::Context;
//! use ldapwire::proto::controls::{ControlValue, Controls};
//!
//! #[derive(Debug, PartialEq)]
//! struct Priority(u8);
//!
//! impl ControlValue for Priority {
//!     const OID: Oid = Oid::from_static("1.3.6.1.4.1.99999.1");
//!
//!     fn decode_value(value: Option<&Bytes>) -> Result<Self, DecodeError> {
//!         Ok(Self(Context::of_value(value)?.only(Tag::INTEGER)?.as_integer("priority")?))
//!     }
//!
//!     fn encode_value(&self) -> Option<Bytes> {
//!         let mut writer = Writer::new();
//!         writer.integer(Tag::INTEGER, self.0.into());
//!         Some(writer.finish())
//!     }
//! }
//!
//! let controls: [Control; 1] = [Priority(7).critical()];
//! assert_eq!(controls[0].value().unwrap(), &b"\x02\x01\x07"[..]);
//! assert_eq!(controls.control::<Priority>(), Some(Ok(Priority(7))));
//! ```

mod control_value;
mod intermediate_value;
mod paged_results;

pub use control_value::{ControlValue, Controls};
pub use intermediate_value::IntermediateValue;
pub use paged_results::{PagedResults, PagedResultsResponse};
