//! Controls with a type of their own, one file each.
//!
//! A control that has no type here is a [`Control`](crate::model::Control) with its value as it came: nothing is lost.
//! To give one a type, implement [`ControlValue`] for it. For example one whose value is a bare number:
//!
//! ```
//! use bytes::Bytes;
//! use ldapwire::ber::{DecodeError, Tag, Writer};
//! use ldapwire::model::{Control, Oid};
//! use ldapwire::proto::{Context, Quirks};
//! use ldapwire::proto::controls::{ControlValue, Controls};
//!
//! #[derive(Debug, PartialEq)]
//! struct Priority(u8);
//!
//! impl ControlValue for Priority {
//!     const OID: Oid = Oid::from_static("1.3.6.1.4.1.99999.1");
//!
//!     fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
//!         Ok(Self(Context::of_value(value, quirks)?.only(Tag::INTEGER)?.as_integer("priority")?))
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

mod account_usability;
pub mod active_directory;
mod assertion;
mod authorization_identity;
mod chaining_behavior;
mod control_value;
mod dereference;
mod duplicate_entries;
mod effective_rights;
mod entry_change_notification;
mod flags;
mod intermediate_value;
mod matched_values;
mod operation_purpose;
mod paged_results;
mod password_expiry;
mod password_policy;
mod persistent_search;
mod proxied_authorization;
mod proxied_authorization_v1;
mod read_entry;
mod server_side_sort;
mod session_tracking;
mod subentries;
mod sync_done;
mod sync_info;
mod sync_request;
mod sync_state;
mod sync_uuid;
mod trace_context;
mod transaction_specification;
mod virtual_list_view;
mod what_failed;

pub use account_usability::{AccountUnusable, AccountUsabilityResponse};
pub use assertion::AssertionControl;
pub use authorization_identity::AuthorizationIdentityResponse;
pub use chaining_behavior::{Behavior, ChainingBehavior};
pub use control_value::{ControlValue, Controls};
pub use dereference::{Dereference, DereferenceResponse, DereferenceResult, DereferenceSpecification};
pub use duplicate_entries::{DuplicateEntries, DuplicateEntriesDone};
pub use effective_rights::GetEffectiveRights;
pub use entry_change_notification::{EntryChange, EntryChangeNotification};
pub use flags::{
    AccountUsability, AuthorizationIdentity, DontUseCopy, DuplicateSearchResult, ManageDsaIt, NoOp,
    PasswordPolicy, PermissiveModify, RealAttributesOnly, RelaxRules, TreeDelete, VirtualAttributesOnly,
    WhatFailed,
};
pub use intermediate_value::IntermediateValue;
pub use matched_values::MatchedValues;
pub use operation_purpose::OperationPurpose;
pub use paged_results::{PagedResults, PagedResultsResponse};
pub use password_expiry::{PasswordExpired, PasswordExpiring};
pub use password_policy::{PasswordPolicyError, PasswordPolicyResponse, PasswordPolicyWarning};
pub use persistent_search::{ChangeTypes, PersistentSearch};
pub use proxied_authorization::ProxiedAuthorization;
pub use proxied_authorization_v1::ProxiedAuthorizationV1;
pub use read_entry::{PostRead, PostReadResponse, PreRead, PreReadResponse};
pub use server_side_sort::{ServerSideSort, ServerSideSortResponse, SortKey};
pub use session_tracking::SessionTracking;
pub use subentries::Subentries;
pub use sync_done::SyncDone;
pub use sync_info::SyncInfo;
pub use sync_request::{SyncMode, SyncRequest};
pub use sync_state::{SyncChange, SyncState};
pub use sync_uuid::SyncUuid;
pub use trace_context::TraceContext;
pub use transaction_specification::TransactionSpecification;
pub use virtual_list_view::{ListTarget, VirtualListView, VirtualListViewResponse};
pub use what_failed::WhatFailedResponse;

#[cfg(test)]
mod tests;
