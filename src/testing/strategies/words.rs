//! Names, identifiers, values.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::model::{Attribute, AttributeDescription, Entry, LdapString, Oid, Value};

/// Any text, and often an empty one.
pub fn text() -> impl Strategy<Value = LdapString> {
    prop_oneof![
        1 => Just(LdapString::new()),
        4 => vec(any::<char>(), 0..12).prop_map(|text| LdapString::from(text.into_iter().collect::<String>())),
        1 => (100usize..300).prop_map(|length| LdapString::from("x".repeat(length))),
    ]
}

/// The name of an entry: mostly a distinguished name, else any text, since the protocol does not look into it.
pub fn name() -> impl Strategy<Value = LdapString> {
    let component = (keyword(), vec(proptest::char::range('a', 'z'), 1..8));
    prop_oneof![
        4 => vec(component, 0..4).prop_map(|components| {
            let components: Vec<_> =
                components.into_iter().map(|(name, value)| format!("{name}={}", String::from_iter(value))).collect();
            LdapString::from(components.join(","))
        }),
        1 => text(),
    ]
}

/// The name of an attribute, as schemas have it.
fn keyword() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "cn",
        "sn",
        "mail",
        "objectClass",
        "member",
        "x-y-9",
        "2.5.4.3",
        "userCertificate",
    ])
}

/// A description: an attribute with options, or any text, since the protocol does not look into it.
pub fn description() -> impl Strategy<Value = AttributeDescription> {
    let options = vec(proptest::sample::select(vec![";binary", ";lang-de", ";range=0-99"]), 0..3);
    prop_oneof![
        4 => (keyword(), options).prop_map(|(name, options)| {
            AttributeDescription::from(format!("{name}{}", options.concat()))
        }),
        1 => text().prop_map(AttributeDescription::from),
    ]
}

/// An object identifier, seldom one that is none: the protocol carries any text.
pub fn oid() -> impl Strategy<Value = Oid> {
    prop_oneof![
        4 => (0u32..3, 0u32..40, vec(any::<u32>(), 0..6)).prop_map(|(first, second, rest)| {
            let rest: String = rest.into_iter().map(|arc| format!(".{arc}")).collect();
            Oid::from_wire(LdapString::from(format!("{first}.{second}{rest}")))
        }),
        1 => text().prop_map(Oid::from_wire),
    ]
}

/// Any octets: none, few, or more than one octet of length can tell.
pub fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => vec(any::<u8>(), 0..16).prop_map(Value::from),
        2 => text().prop_map(Value::from),
        1 => (any::<u8>(), 120usize..300).prop_map(|(octet, length)| Value::from(vec![octet; length])),
    ]
}

/// An attribute with at least `min` values.
pub fn attribute(min: usize) -> impl Strategy<Value = Attribute> {
    (description(), vec(value(), min..min + 4))
        .prop_map(|(description, values)| Attribute::new(description, values))
}

/// An entry; each of its attributes has at least `min_values` values.
pub fn entry(min_values: usize) -> impl Strategy<Value = Entry> {
    (name(), vec(attribute(min_values), 0..5)).prop_map(|(name, attributes)| {
        let mut entry = Entry::new(name);
        entry.extend(attributes);
        entry
    })
}

/// A URL, or any text where one belongs.
pub fn url() -> impl Strategy<Value = LdapString> {
    prop_oneof![
        3 => Just(LdapString::from("ldap://ds.example.org/dc=example,dc=org??sub")),
        1 => text(),
    ]
}
