//! Controls: any one, and those with a type of their own.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

use super::filter::filter;
use super::response::search_entry;
use super::words::{description, name, oid, text, value};
use crate::model::{AuthzId, Control, ResultCode};
use crate::proto::controls::active_directory::{
    AttributeScopedQuery, DirSync, DirSyncResponse, DomainScope, ExtendedDn, SdFlags, ShowDeleted,
    StatisticValue, StatisticsResponse,
};
use crate::proto::controls::{
    AccountUsability, AssertionControl, AuthorizationIdentity, Behavior, ChainingBehavior, ChangeTypes,
    Dereference, DontUseCopy, DuplicateEntries, EntryChange, EntryChangeNotification, GetEffectiveRights,
    ManageDsaIt, MatchedValues, NoOp, OperationPurpose, PagedResults, PagedResultsResponse, PasswordExpired,
    PasswordExpiring, PasswordPolicy, PasswordPolicyError, PasswordPolicyResponse, PasswordPolicyWarning,
    PermissiveModify, PersistentSearch, PostRead, PostReadResponse, PreRead, PreReadResponse,
    ProxiedAuthorization, ProxiedAuthorizationV1, RelaxRules, ServerSideSort, ServerSideSortResponse,
    SessionTracking, SortKey, Subentries, SyncChange, SyncDone, SyncMode, SyncRequest, SyncState, SyncUuid,
    TraceContext, TransactionSpecification, TreeDelete, VirtualListView, VirtualListViewResponse,
    WhatFailedResponse,
};

/// A control: any one, or one with a type of its own.
pub fn control() -> impl Strategy<Value = Control> {
    let raw = (oid(), option::of(value())).prop_map(|(oid, value)| {
        let control = Control::new(oid);
        match value {
            None => control,
            Some(value) => control.with_value(value),
        }
    });
    (prop_oneof![2 => raw, 2 => typed_control()], any::<bool>())
        .prop_map(|(control, critical)| if critical { control.critical() } else { control })
}

/// The controls of a message, mostly none.
pub fn controls() -> impl Strategy<Value = Vec<Control>> {
    prop_oneof![3 => Just(Vec::new()), 1 => vec(control(), 1..4)]
}

/// A control with a type of its own.
pub fn typed_control() -> BoxedStrategy<Control> {
    Union::new_weighted(vec![
        (1, flag()),
        (4, of_search()),
        (3, of_update()),
        (3, of_synchronization()),
        (2, of_accounts()),
        (2, of_active_directory()),
    ])
    .boxed()
}

/// Chooses one of many. Each is in a box of its own: side by side they would not fit on the stack of a test.
macro_rules! one_of {
    ($($strategy:expr,)*) => {
        Union::new([$($strategy.boxed()),*]).boxed()
    };
}

/// A count, often one whose encoding grows by an octet.
fn count() -> impl Strategy<Value = u32> {
    prop_oneof![select(vec![0, 1, 127, 128, 255, 256, 32_768, 0x7fff_ffff]), 0..=0x7fff_ffffu32]
}

fn code() -> impl Strategy<Value = ResultCode> {
    prop_oneof![4 => 0u32..128, 1 => count()].prop_map(ResultCode::new)
}

/// A control without a value.
fn flag() -> BoxedStrategy<Control> {
    select(vec![
        AccountUsability.into(),
        AuthorizationIdentity.into(),
        DomainScope.into(),
        DontUseCopy.into(),
        ManageDsaIt.into(),
        NoOp.into(),
        PasswordPolicy.into(),
        PermissiveModify.into(),
        RelaxRules.into(),
        ShowDeleted.into(),
        TreeDelete.into(),
    ])
    .boxed()
}

fn of_search() -> BoxedStrategy<Control> {
    let key = (description(), option::of(text()), any::<bool>()).prop_map(|(attribute, rule, reverse)| {
        let key = if reverse { SortKey::descending(attribute) } else { SortKey::ascending(attribute) };
        match rule {
            None => key,
            Some(rule) => key.with_rule(rule),
        }
    });
    let sort = vec(key, 1..4).prop_filter_map("at least one key", |keys| {
        let mut keys = keys.into_iter();
        let first = ServerSideSort::new(keys.next()?);
        Some(Control::from(keys.fold(first, ServerSideSort::then)))
    });
    let target = prop_oneof![
        (count(), count())
            .prop_map(|(offset, count)| VirtualListView::from_offset(offset).with_content_count(count)),
        value().prop_map(VirtualListView::from_value),
    ];
    let view = (target, count(), count(), option::of(value())).prop_map(|(view, before, after, context)| {
        let view = view.with_before(before).with_after(after);
        match context {
            None => view,
            Some(context) => view.with_context_id(context),
        }
    });
    one_of![
        (count(), value()).prop_map(|(size, cookie)| PagedResults::new(size).with_cookie(cookie).into()),
        (count(), value())
            .prop_map(|(size, cookie)| PagedResultsResponse::new(cookie).with_estimate(size).into()),
        sort,
        code().prop_map(|code| ServerSideSortResponse::new(code).into()),
        view.prop_map(Control::from),
        (count(), count(), code()).prop_map(|(position, count, code)| {
            VirtualListViewResponse::new(position, count).with_result(code).into()
        }),
        filter().prop_filter_map("filters that are not too deep", |filter| {
            Some(AssertionControl::new(filter).ok()?.into())
        }),
        vec(filter(), 0..3)
            .prop_filter_map("simple filters", |filters| { Some(MatchedValues::new(filters).ok()?.into()) }),
        select(vec![Subentries::Visible, Subentries::Hidden]).prop_map(Control::from),
        (description(), vec(text(), 0..3))
            .prop_map(|(attribute, attributes)| Dereference::new(attribute, attributes).into()),
        vec(text(), 0..3).prop_map(|attributes| DuplicateEntries::new(attributes).for_all_entries().into()),
        vec(oid(), 0..3).prop_map(|oids| WhatFailedResponse::new(oids).into()),
    ]
}

fn of_update() -> BoxedStrategy<Control> {
    let behavior = || select(vec![Behavior::ChainingPreferred, Behavior::ReferralsRequired]);
    one_of![
        vec(text(), 0..3).prop_map(|attributes| PreRead::new(attributes).into()),
        vec(text(), 0..3).prop_map(|attributes| PostRead::new(attributes).into()),
        search_entry().prop_map(|entry| PreReadResponse::new(entry).into()),
        search_entry().prop_map(|entry| PostReadResponse::new(entry).into()),
        text().prop_map(|identity| ProxiedAuthorization::new(AuthzId::from_wire(identity)).into()),
        name().prop_map(|dn| ProxiedAuthorizationV1::new(dn).into()),
        value().prop_map(|identifier| TransactionSpecification::new(identifier).into()),
        (behavior(), behavior()).prop_map(|(resolve, evaluation)| {
            ChainingBehavior::new(resolve).with_evaluation(evaluation).into()
        }),
        (oid(), text()).prop_map(|(format, identifier)| SessionTracking::new(format, identifier).into()),
        text().prop_map(|trace_parent| TraceContext::new(trace_parent).into()),
        (text(), text())
            .prop_map(|(purpose, place)| { OperationPurpose::new(purpose).with_code_location(place).into() }),
    ]
}

fn of_synchronization() -> BoxedStrategy<Control> {
    let mode = select(vec![SyncMode::RefreshOnly, SyncMode::RefreshAndPersist]);
    let change = select(vec![SyncChange::Present, SyncChange::Add, SyncChange::Modify, SyncChange::Delete]);
    let types = select(vec![ChangeTypes::ADD, ChangeTypes::DELETE | ChangeTypes::MODIFY, ChangeTypes::ALL]);
    let entry_change = prop_oneof![
        select(vec![EntryChange::Add, EntryChange::Delete, EntryChange::Modify]),
        option::of(name()).prop_map(|previous_dn| EntryChange::ModifyDn { previous_dn }),
    ];
    one_of![
        (mode, value()).prop_map(|(mode, cookie)| SyncRequest::new(mode).with_cookie(cookie).into()),
        (change, any::<[u8; 16]>(), value()).prop_map(|(change, uuid, cookie)| {
            SyncState::new(change, SyncUuid::new(uuid)).with_cookie(cookie).into()
        }),
        value().prop_map(|cookie| SyncDone::new().with_cookie(cookie).with_refresh_deletes().into()),
        types.prop_map(|types| PersistentSearch::new(types).changes_only().into()),
        (entry_change, any::<i64>()).prop_map(|(change, number)| {
            EntryChangeNotification::new(change).with_change_number(number).into()
        }),
    ]
}

fn of_accounts() -> BoxedStrategy<Control> {
    let warning = prop_oneof![
        count().prop_map(PasswordPolicyWarning::TimeBeforeExpiration),
        count().prop_map(PasswordPolicyWarning::GraceAuthNsRemaining),
    ];
    one_of![
        (warning, 0u32..12).prop_map(|(warning, error)| {
            let error = PasswordPolicyError::new(error);
            PasswordPolicyResponse::new().with_warning(warning).with_error(error).into()
        }),
        Just(PasswordExpired.into()),
        any::<u64>().prop_map(|seconds| PasswordExpiring::new(seconds).into()),
        (text(), vec(text(), 0..3)).prop_map(|(identity, attributes)| {
            GetEffectiveRights::new(AuthzId::from_wire(identity)).with_attributes(attributes).into()
        }),
        text().prop_map(|dn| GetEffectiveRights::plain(dn).into()),
    ]
}

fn of_active_directory() -> BoxedStrategy<Control> {
    let statistic =
        prop_oneof![any::<i64>().prop_map(StatisticValue::Number), value().prop_map(StatisticValue::Text),];
    one_of![
        (any::<u32>(), count(), value()).prop_map(|(flags, octets, cookie)| {
            DirSync::new(flags).with_max_bytes(octets).with_cookie(cookie).into()
        }),
        value().prop_map(|cookie| DirSyncResponse::new(cookie).with_more_results().into()),
        any::<u32>().prop_map(|bits| SdFlags::from_bits(bits).into()),
        select(vec![ExtendedDn::Hexadecimal, ExtendedDn::Text]).prop_map(Control::from),
        description().prop_map(|source| AttributeScopedQuery::new(source).into()),
        vec((any::<i64>(), statistic), 0..3)
            .prop_map(|statistics| StatisticsResponse::numbered(statistics).into()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fuzz;

    proptest! {
        #[test]
        fn typed_controls_come_back_from_their_values(control in typed_control()) {
            // Whatever type it is: the body reads it as each, and writes it again.
            fuzz::controls(control.value().map_or(&[][..], |value| &value[..]));
            let message = crate::proto::LdapMessage::new(
                crate::proto::MessageId::FIRST,
                crate::proto::DeleteRequest::new(""),
            );
            let octets = message.with_control(control.clone()).to_bytes().unwrap();
            prop_assert_eq!(crate::proto::LdapMessage::parse(&octets).unwrap().controls, [control]);
        }

        #[test]
        fn no_octets_make_a_value_panic(octets in vec(any::<u8>(), 0..64)) {
            fuzz::controls(&octets);
        }
    }
}
