//! Filters.

use proptest::collection::vec;
use proptest::prelude::*;

use super::words::{description, text, value};
use crate::model::{Assertion, ExtensibleMatch, Filter, Substring, Substrings};

/// A filter, up to six levels deep.
pub fn filter() -> impl Strategy<Value = Filter> {
    item().prop_recursive(5, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Filter::and::<Filter>),
            vec(inner.clone(), 0..5).prop_map(Filter::or::<Filter>),
            inner.prop_map(Filter::not),
        ]
    })
}

fn item() -> impl Strategy<Value = Filter> {
    let assertion = || (description(), value()).prop_map(|(name, value)| Assertion::new(name, value));
    prop_oneof![
        description().prop_map(Filter::Present),
        assertion().prop_map(Filter::Equality),
        assertion().prop_map(Filter::GreaterOrEqual),
        assertion().prop_map(Filter::LessOrEqual),
        assertion().prop_map(Filter::Approximate),
        substrings().prop_map(Filter::Substrings),
        extensible().prop_map(Filter::Extensible),
    ]
}

fn substrings() -> impl Strategy<Value = Substrings> {
    let parts = (prop::option::of(value()), vec(value(), 0..4), prop::option::of(value()));
    (description(), parts).prop_filter_map("at least one part", |(name, (initial, any, last))| {
        let initial = initial.map(Substring::Initial).into_iter();
        let any = any.into_iter().map(Substring::Any);
        Substrings::from_parts(name, initial.chain(any).chain(last.map(Substring::Final))).ok()
    })
}

fn extensible() -> impl Strategy<Value = ExtensibleMatch> {
    let match_by = prop_oneof![
        (description(), value()).prop_map(|(name, value)| ExtensibleMatch::new(name, value)),
        (description(), text(), value())
            .prop_map(|(name, rule, value)| ExtensibleMatch::new(name, value).with_rule(rule)),
        (text(), value()).prop_map(|(rule, value)| ExtensibleMatch::any_attribute(rule, value)),
    ];
    (match_by, any::<bool>()).prop_map(|(extensible, dn_attributes)| {
        if dn_attributes { extensible.with_dn_attributes() } else { extensible }
    })
}
