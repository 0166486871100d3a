//! The types of this crate for values that stand in an OCTET STRING, and what strict reading asks of such values.
//!
//! A value is octets to its message: it is decoded when somebody asks for it as a type. Only where
//! [`Quirks::loose_encoding`] is off, each value whose type is known is looked at when its message is decoded. One that
//! is malformed otherwise is not the message's fault: "the server [...] SHALL return protocolError" for it
//! (RFC 4511 4.1.11) and goes on.

use bytes::Bytes;

use crate::ber::DecodeError;
use crate::model::Control;

use super::controls::{ControlValue, IntermediateValue, SyncInfo};
use super::extops::ExtendedOp;
use super::{ExtendedRequest, ExtendedResponse, IntermediateResponse, Quirks};

/// Calls a function for each type of a control's value.
macro_rules! each_control {
    ($function:ident($($value:expr),*)) => {
        $crate::proto::typed::each_control! { @controls $function ($($value),*)
            AccountUsability AccountUsabilityResponse AssertionControl AuthorizationIdentity
            AuthorizationIdentityResponse ChainingBehavior Dereference DereferenceResponse DontUseCopy
            DuplicateEntries DuplicateEntriesDone DuplicateSearchResult EntryChangeNotification
            GetEffectiveRights ManageDsaIt MatchedValues NoOp OperationPurpose PagedResults
            PagedResultsResponse PasswordExpired PasswordExpiring PasswordPolicy PasswordPolicyResponse
            PermissiveModify PersistentSearch PostRead PostReadResponse PreRead PreReadResponse
            ProxiedAuthorization ProxiedAuthorizationV1 RealAttributesOnly RelaxRules ServerSideSort
            ServerSideSortResponse SessionTracking Subentries SyncDone SyncRequest SyncState TraceContext
            TransactionSpecification TreeDelete VirtualAttributesOnly VirtualListView VirtualListViewResponse
            WhatFailed WhatFailedResponse
        }
        $crate::proto::typed::each_control! { @active_directory $function ($($value),*)
            AttributeScopedQuery AttributeScopedQueryResponse DirSync DirSyncResponse DomainScope ExtendedDn
            ForceUpdate LazyCommit LinkTtl Notification PolicyHints RangeRetrievalNoError SdFlags
            SearchOptions ShowDeactivatedLinks ShowDeleted ShowRecycled Statistics StatisticsResponse
        }
    };
    (@controls $function:ident $values:tt $($type:ident)*) => {
        $($function::<$crate::proto::controls::$type> $values;)*
    };
    (@active_directory $function:ident $values:tt $($type:ident)*) => {
        $($function::<$crate::proto::controls::active_directory::$type> $values;)*
    };
}
pub(crate) use each_control;

/// Calls a function for each type of an extended operation.
macro_rules! each_operation {
    ($function:ident($($value:expr),*)) => {
        $crate::proto::typed::each_operation! { @ $function ($($value),*)
            Cancel EndTransaction FastBind PasswordModify Refresh StartTls StartTransaction Turn
            VerifyCredentials WhoAmI
        }
    };
    (@ $function:ident $values:tt $($type:ident)*) => {
        $($function::<$crate::proto::extops::$type> $values;)*
    };
}
pub(crate) use each_operation;

/// Refuses a control whose value, which ends at `end` of the frame, only a lenient reader would read.
pub(super) fn check_control(control: &Control, end: usize, quirks: &Quirks) -> Result<(), DecodeError> {
    fn look<T: ControlValue>(control: &Control, verdict: &mut Verdict<'_>) {
        if *control.oid() == T::OID {
            verdict.hear(|quirks| T::decode_value_with(control.value(), quirks));
        }
    }
    check(control.value(), end, quirks, |verdict| {
        each_control!(look(control, verdict));
    })
}

/// The same for a request.
pub(super) fn check_request(
    request: &ExtendedRequest,
    end: usize,
    quirks: &Quirks,
) -> Result<(), DecodeError> {
    fn look<T: ExtendedOp>(request: &ExtendedRequest, verdict: &mut Verdict<'_>) {
        if *request.name() == T::OID {
            verdict.hear(|quirks| T::decode_value_with(request.value(), quirks));
        }
    }
    check(request.value(), end, quirks, |verdict| {
        each_operation!(look(request, verdict));
    })
}

/// The same for an answer that has a name.
pub(super) fn check_response(
    response: &ExtendedResponse,
    end: usize,
    quirks: &Quirks,
) -> Result<(), DecodeError> {
    fn look<T: ExtendedOp>(response: &ExtendedResponse, verdict: &mut Verdict<'_>) {
        if response.name() == Some(&T::OID) {
            verdict.hear(|quirks| T::decode_response_with(response, quirks));
        }
    }
    check(response.value(), end, quirks, |verdict| {
        each_operation!(look(response, verdict));
    })
}

/// The same for an intermediate response.
pub(super) fn check_intermediate(
    response: &IntermediateResponse,
    end: usize,
    quirks: &Quirks,
) -> Result<(), DecodeError> {
    check(response.value(), end, quirks, |verdict| {
        if response.name() == Some(&SyncInfo::OID) {
            verdict.hear(|quirks| SyncInfo::decode_value_with(response.value(), quirks));
        }
    })
}

/// What the types that have the identifier of a value make of it; request and response often share one.
struct Verdict<'a> {
    quirks: &'a Quirks,
    is_read: bool,
    refused: Option<DecodeError>,
}

impl Verdict<'_> {
    fn hear<T>(&mut self, decode: impl FnOnce(&Quirks) -> Result<T, DecodeError>) {
        match decode(self.quirks) {
            Ok(_) => self.is_read = true,
            Err(error) if error.fault().is_strict() => self.refused = Some(error),
            Err(_) => {}
        }
    }
}

fn check(
    value: Option<&Bytes>,
    end: usize,
    quirks: &Quirks,
    look: impl FnOnce(&mut Verdict<'_>),
) -> Result<(), DecodeError> {
    let (false, Some(value)) = (quirks.loose_encoding, value) else { return Ok(()) };
    let mut verdict = Verdict { quirks, is_read: false, refused: None };
    look(&mut verdict);
    match verdict.refused {
        Some(error) if !verdict.is_read => Err(error.shifted(end.saturating_sub(value.len()))),
        _ => Ok(()),
    }
}
