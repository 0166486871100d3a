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

mod aborted_transaction;
mod cancel;
mod end_transaction;
mod extended_op;
mod fast_bind;
mod password_modify;
mod refresh;
mod start_tls;
mod start_transaction;
mod turn;
mod verify_credentials;
mod who_am_i;

pub use aborted_transaction::AbortedTransactionNotice;
pub use cancel::Cancel;
pub use end_transaction::{EndTransaction, TransactionEnd, UpdateControls};
pub use extended_op::ExtendedOp;
pub use fast_bind::FastBind;
pub use password_modify::PasswordModify;
pub use refresh::Refresh;
pub use start_tls::StartTls;
pub use start_transaction::StartTransaction;
pub use turn::Turn;
pub use verify_credentials::{CredentialsVerified, VerifyCredentials};
pub use who_am_i::WhoAmI;
