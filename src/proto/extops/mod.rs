//! Extended operations with a type of their own, one file each.
//!
//! An operation that has no type here is an [`ExtendedRequest`](super::ExtendedRequest) with its value as it came.
//! To give one a type, implement [`ExtendedOp`] for it; it then turns into a request by `into()`.
//!
//! ```
//! use ldapwire::proto::ExtendedRequest;
//! use ldapwire::proto::extops::{ExtendedOp, PasswordModify, WhoAmI};
//!
//! let request: ExtendedRequest = WhoAmI.into();
//! assert!(request.value().is_none());
//! // On the other side:
//! assert!(PasswordModify::from_request(&request).is_none());
//! assert!(matches!(WhoAmI::from_request(&request), Some(Ok(WhoAmI))));
//! ```

mod cancel;
mod extended_op;
mod password_modify;
mod start_tls;
mod who_am_i;

pub use cancel::Cancel;
pub use extended_op::ExtendedOp;
pub use password_modify::PasswordModify;
pub use start_tls::StartTls;
pub use who_am_i::WhoAmI;
