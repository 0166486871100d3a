//! What servers send.

use proptest::collection::vec;
use proptest::prelude::*;

use super::words::{entry, name, oid, text, url, value};
use crate::model::ResultCode;
use crate::proto::{
    BindResponse, ExtendedResponse, IntermediateResponse, LdapResult, SearchResultEntry,
    SearchResultReference,
};

/// A result with any code, known or not; with URLs if the code is `referral` and only then.
pub fn result() -> impl Strategy<Value = LdapResult> {
    let code = prop_oneof![
        2 => Just(0),
        4 => 0u32..128,
        1 => proptest::sample::select(vec![118, 122, 4096, 16_654]),
        1 => 0..=0x7fff_ffffu32,
    ];
    let code = code.prop_filter("referrals have URLs", |code| *code != ResultCode::REFERRAL.number());
    let code = code.prop_map(|code| LdapResult::new(ResultCode::new(code)));
    let referral =
        vec(url(), 1..4).prop_map(|urls| LdapResult::new(ResultCode::REFERRAL).with_referral(urls));
    (prop_oneof![4 => code, 1 => referral], name(), text())
        .prop_map(|(result, matched, text)| result.with_matched_dn(matched).with_diagnostic_message(text))
}

pub(super) fn bind() -> impl Strategy<Value = BindResponse> {
    (result(), prop::option::of(value())).prop_map(|(result, credentials)| {
        let response = BindResponse::new(result);
        match credentials {
            None => response,
            Some(credentials) => response.with_server_sasl_creds(credentials),
        }
    })
}

pub(super) fn search_entry() -> impl Strategy<Value = SearchResultEntry> {
    entry(0).prop_map(|entry| SearchResultEntry::from(&entry))
}

pub(super) fn search_reference() -> impl Strategy<Value = SearchResultReference> {
    prop_oneof![
        8 => vec(url(), 1..4).prop_map(SearchResultReference::new),
        1 => Just(SearchResultReference::empty()),
    ]
}

pub(super) fn extended() -> impl Strategy<Value = ExtendedResponse> {
    (result(), prop::option::of(oid()), prop::option::of(value())).prop_map(|(result, name, value)| {
        let mut response = ExtendedResponse::new(result);
        if let Some(name) = name {
            response = response.with_name(name);
        }
        if let Some(value) = value {
            response = response.with_value(value);
        }
        response
    })
}

pub(super) fn intermediate() -> impl Strategy<Value = IntermediateResponse> {
    (prop::option::of(oid()), prop::option::of(value())).prop_map(|(name, value)| {
        let mut response = IntermediateResponse::new();
        if let Some(name) = name {
            response = response.with_name(name);
        }
        if let Some(value) = value {
            response = response.with_value(value);
        }
        response
    })
}
