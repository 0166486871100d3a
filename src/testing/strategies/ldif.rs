//! LDIF.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::words::{description, name, oid, value};
use crate::ldif::{Change, ChangeRecord, LdifRecord};
use crate::model::{
    Attribute, AttributeDescription, Control, Dn, Entry, LdapString, Modification, ModifyOperation, Oid,
};
use crate::proto::{AddRequest, DeleteRequest, ModifyDnRequest, ModifyRequest, OldRdn};

/// A file that is LDIF in parts: lines that belong together and lines that do not, in all their forms.
pub fn ldif_text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => select(WHOLE).prop_map(str::as_bytes),
        4 => select(LINES).prop_map(str::as_bytes),
        1 => select(OCTETS),
    ];
    (vec(piece, 0..24), vec((any::<prop::sample::Index>(), select(INSERTED)), 0..4)).prop_map(
        |(pieces, insertions)| {
            let mut file = pieces.concat();
            for (place, octets) in insertions {
                let place = place.index(file.len() + 1);
                file.splice(place..place, octets.iter().copied());
            }
            file
        },
    )
}

/// A record that the standard can hold: content or change.
pub fn ldif_record() -> impl Strategy<Value = LdifRecord> {
    prop_oneof![content_record(), change_record()]
}

/// A content record: at least one attribute, each once and with at least one value.
pub fn content_record() -> impl Strategy<Value = LdifRecord> {
    ldif_entry().prop_map(LdifRecord::Content)
}

/// A change record of any kind, with and without controls.
pub fn change_record() -> impl Strategy<Value = LdifRecord> {
    let old_rdn = prop_oneof![Just(OldRdn::Keep), Just(OldRdn::Delete)];
    let change = prop_oneof![
        ldif_entry().prop_map(|entry| Change::from(AddRequest::from(entry))),
        ldif_name().prop_map(|dn| DeleteRequest::new(dn).into()),
        (ldif_name(), vec(modification(), 0..4))
            .prop_map(|(dn, changes)| ModifyRequest::new(dn, changes).into()),
        (ldif_name(), relative_name(), old_rdn, prop::option::of(ldif_name())).prop_map(
            |(dn, new_rdn, old_rdn, superior)| {
                let request = ModifyDnRequest::new(dn, new_rdn, old_rdn);
                match superior {
                    None => request.into(),
                    Some(superior) => request.with_new_superior(superior).into(),
                }
            }
        ),
    ];
    (change, vec(ldif_control(), 0..3))
        .prop_map(|(change, controls)| ChangeRecord::new(change).with_controls(controls).into())
}

fn ldif_entry() -> impl Strategy<Value = Entry> {
    (ldif_name(), vec((ldif_description(), vec(value(), 1..4)), 1..5)).prop_map(|(dn, attributes)| {
        attributes
            .into_iter()
            .fold(Entry::new(dn), |entry, (description, values)| entry.with(description, values))
    })
}

fn modification() -> impl Strategy<Value = Modification> {
    (0..4_u32, ldif_description(), vec(value(), 1..4)).prop_map(|(operation, description, mut values)| {
        match ModifyOperation::from_number(operation) {
            ModifyOperation::Increment => values.truncate(1),
            _ => drop(values.pop()),
        }
        Modification::new(ModifyOperation::from_number(operation), Attribute::new(description, values))
    })
}

fn ldif_control() -> impl Strategy<Value = Control> {
    (oid().prop_filter("valid", Oid::is_valid), any::<bool>(), prop::option::of(value())).prop_map(
        |(oid, is_critical, value)| {
            let control = Control::new(oid);
            let control = if is_critical { control.critical() } else { control };
            match value {
                None => control,
                Some(value) => control.with_value(value),
            }
        },
    )
}

/// A distinguished name, often with values that need base64.
fn ldif_name() -> impl Strategy<Value = LdapString> {
    prop_oneof![
        2 => name().prop_filter("a distinguished name", |text| Dn::check(text).is_ok()),
        1 => (relative_name(), relative_name()).prop_map(|(rdn, parent)| LdapString::from(format!("{rdn},{parent}"))),
    ]
}

fn relative_name() -> impl Strategy<Value = LdapString> {
    any::<String>().prop_map(|value| {
        Dn::root()
            .child("cn", value)
            .map_or_else(|_| LdapString::from("cn=a"), |dn| LdapString::from(dn.to_string()))
    })
}

fn ldif_description() -> impl Strategy<Value = AttributeDescription> {
    description().prop_filter("valid", AttributeDescription::is_valid)
}

/// Records and what else may stand alone.
const WHOLE: &[&str] = &[
    "version: 1\n",
    "\n",
    "\r\n",
    "# comment\n",
    "dn: cn=a\ncn: a\nsn;lang-de: b\ncn: c\n\n",
    "dn:: Y249w6k=\r\ncn:: w6k=\r\nuid:\r\n\r\n",
    "dn: cn=a\nchangetype: add\ncn: a\nobjectClass: person\n\n",
    "dn: cn=a\ncontrol: 1.2.3 true: v\ncontrol: 1.2.4\nchangetype: delete\n\n",
    "dn: cn=a\nchangetype: modify\nadd: cn\ncn: a\n-\ndelete: sn\n-\nincrement: n\nn: 1\n-\n\n",
    "dn: cn=a\nchangetype: modrdn\nnewrdn: cn=b\ndeleteoldrdn: 1\nnewsuperior: o=c\n\n",
];

const LINES: &[&str] = &[
    "dn: cn=a\n",
    "dn: cn=a+sn=b, o=\\2cx\n",
    "DN:cn=a\r\n",
    "dn:: Y249YQ==\n",
    "dn: none\n",
    "dn:\n",
    "cn: a\n",
    "cn:a\n",
    "cn:  a \n",
    "cn:\n",
    "cn:: YWJj\n",
    "cn::YQ==\n",
    "cn:: YQ\n",
    "cn:: YQ==YQ==\n",
    "cn::  YWI=\n",
    "cn:: Y*\n",
    "cn:< file:///a\n",
    "cn: :a\n",
    "cn;lang-de;x: \u{e9}\n",
    "cn;: a\n",
    "2.5.4.3: a\n",
    "2.5.: a\n",
    "foo_bar: a\n",
    "changetype: add\n",
    "changetype: delete\n",
    "ChangeType: MODIFY\n",
    "changetype: moddn\n",
    "changetype: add \n",
    "changetype: other\n",
    "add: cn\n",
    "delete: sn\n",
    "replace: cn;x;lang-de\n",
    "increment: cn\n",
    "-\n",
    "--\n",
    "newrdn: cn=b\n",
    "newrdn:: Y249Yg==\n",
    "deleteoldrdn: 0\n",
    "deleteoldrdn: 2\n",
    "newsuperior: o=c\n",
    "control: 1.2.3\n",
    "control: 1.2.3 false:: YQ==\n",
    "control: 1.2.3 maybe\n",
    "no colon\n",
    " continued\n",
    "#\n",
];

const OCTETS: &[&[u8]] = &[b"\0", b"\r", b"\xff", b"\xc3", b":", b"<", b" ", b"x", b"=", b"-", b"#"];

const INSERTED: &[&[u8]] = &[
    b"\n ",
    b"\r\n ",
    b"\n",
    b"\r",
    b" ",
    b"\n\n",
    b"\xc3\xa9",
    b"\xe9",
    b"\0",
    b":",
    b";",
    b"#",
    b"\xef\xbb\xbf",
];
