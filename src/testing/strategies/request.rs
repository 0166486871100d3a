//! What clients send.

use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;

use super::filter::filter;
use super::message::message_id;
use super::words::{attribute, description, entry, name, oid, text, value};
use crate::ber::Tag;
use crate::model::{DerefAliases, Modification, ModifyOperation, Scope, Secret};
use crate::proto::extops::{
    Cancel, EndTransaction, ExtendedOp, PasswordModify, Refresh, StartTls, Turn, WhoAmI,
};
use crate::proto::{
    AbandonRequest, AddRequest, Authentication, BindRequest, CompareRequest, DeleteRequest, ExtendedRequest,
    ModifyDnRequest, ModifyRequest, OldRdn, SearchRequest,
};

pub(super) fn bind() -> impl Strategy<Value = BindRequest> {
    (1u8..=127, name(), authentication()).prop_map(|(version, name, authentication)| {
        BindRequest::new(name, authentication).with_version(version)
    })
}

fn authentication() -> impl Strategy<Value = Authentication> {
    let secret = || value().prop_map(|value| Secret::from(value.as_bytes()));
    // [0] and [3] have names of their own.
    let other = prop_oneof![1u8..=2, 4u8..=30];
    prop_oneof![
        4 => secret().prop_map(Authentication::Simple),
        4 => (text(), prop::option::of(secret()))
            .prop_map(|(mechanism, credentials)| Authentication::Sasl { mechanism, credentials }),
        1 => (other, secret()).prop_map(|(number, content)| {
            Authentication::Other { tag: Tag::context_primitive(number), content }
        }),
    ]
}

/// A number of an enumeration that later versions may extend: mostly one that is known.
fn number(known: u32) -> impl Strategy<Value = u32> {
    prop_oneof![9 => 0..known, 1 => 0..=0x7fff_ffffu32]
}

pub(super) fn search() -> impl Strategy<Value = SearchRequest> {
    let limit = || prop_oneof![Just(0), 0..=0x7fff_ffffu32];
    let numbers = (number(3), number(4), limit(), limit(), any::<bool>());
    (name(), numbers, filter(), vec(description(), 0..4)).prop_map(
        |(base, (scope, deref_aliases, size_limit, seconds, types_only), filter, attributes)| {
            SearchRequest::new(base, Scope::from_number(scope), filter)
                .deref_aliases(DerefAliases::from_number(deref_aliases))
                .size_limit(size_limit)
                .time_limit(Duration::from_secs(seconds.into()))
                .types_only(types_only)
                .attributes(attributes)
        },
    )
}

pub(super) fn modify() -> impl Strategy<Value = ModifyRequest> {
    let change = (number(3), attribute(0)).prop_map(|(operation, attribute)| {
        Modification::new(ModifyOperation::from_number(operation), attribute)
    });
    (name(), vec(change, 0..4)).prop_map(|(name, changes)| ModifyRequest::new(name, changes))
}

pub(super) fn add() -> impl Strategy<Value = AddRequest> {
    entry(1).prop_map(AddRequest::from)
}

pub(super) fn delete() -> impl Strategy<Value = DeleteRequest> {
    name().prop_map(DeleteRequest::new)
}

pub(super) fn modify_dn() -> impl Strategy<Value = ModifyDnRequest> {
    let old_rdn = prop_oneof![Just(OldRdn::Delete), Just(OldRdn::Keep)];
    (name(), name(), old_rdn, prop::option::of(name())).prop_map(|(name, new_rdn, old_rdn, new_superior)| {
        let request = ModifyDnRequest::new(name, new_rdn, old_rdn);
        match new_superior {
            None => request,
            Some(new_superior) => request.with_new_superior(new_superior),
        }
    })
}

pub(super) fn compare() -> impl Strategy<Value = CompareRequest> {
    (name(), description(), value())
        .prop_map(|(name, description, value)| CompareRequest::new(name, description, value))
}

pub(super) fn abandon() -> impl Strategy<Value = AbandonRequest> {
    message_id().prop_map(AbandonRequest::new)
}

pub(super) fn extended() -> impl Strategy<Value = ExtendedRequest> {
    let password = (prop::option::of(value()), prop::option::of(value())).prop_map(|(user, new)| {
        let change = PasswordModify::new();
        let change = match user {
            None => change,
            Some(user) => change.of_user(user),
        };
        match new {
            None => change,
            Some(new) => change.with_new(new.as_bytes()),
        }
    });
    prop_oneof![
        4 => (oid(), prop::option::of(value())).prop_map(|(name, value)| {
            let request = ExtendedRequest::new(name);
            match value {
                None => request,
                Some(value) => request.with_value(value),
            }
        }),
        1 => Just(StartTls.into_request()),
        1 => Just(WhoAmI.into_request()),
        1 => message_id().prop_map(|id| Cancel::new(id).into_request()),
        1 => password.prop_map(ExtendedOp::into_request),
        1 => value().prop_map(|identifier| EndTransaction::commit(identifier).into_request()),
        1 => (name(), any::<u32>()).prop_map(|(dn, ttl)| Refresh::new(dn, ttl).into_request()),
        1 => text().prop_map(|identifier| Turn::new(identifier).mutual().into_request()),
    ]
}
