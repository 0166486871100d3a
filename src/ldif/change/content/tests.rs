use proptest::prelude::*;

use super::*;
use crate::model::{Control, Modification, Oid, OldRdn, ResultCode};
use crate::proto::{DeleteRequest, ModifyDnRequest, ModifyRequest};

fn tree() -> Content {
    let mut content = Content::new();
    for entry in [
        Entry::new("dc=example").with("dc", ["example"]),
        Entry::new("ou=a,dc=example").with("ou", ["a"]),
        Entry::new("cn=x,ou=a,dc=example").with("cn", ["x", "y"]).with("mail", ["x@a", "y@a"]),
        Entry::new("ou=b,dc=example").with("ou", ["b"]).with("uidNumber", ["7"]),
    ] {
        content.insert(entry).unwrap();
    }
    content
}

fn dump(content: &Content) -> Vec<String> {
    content
        .iter()
        .map(|entry| {
            let mut values: Vec<String> = entry
                .attributes()
                .iter()
                .flat_map(|attribute| {
                    attribute
                        .values()
                        .iter()
                        .map(move |value| format!("{}={value:?}", attribute.description()))
                })
                .collect();
            values.sort();
            format!("{} {}", entry.dn(), values.join(" "))
        })
        .collect()
}

fn control(oid: &'static str) -> Control {
    Control::new(Oid::from_static(oid)).critical()
}

#[test]
fn changes_that_a_server_would_refuse_are_refused_with_its_code() {
    let add = |dn: &str| ChangeRecord::new(AddRequest::from(Entry::new(dn).with("cn", ["q"])));
    let delete = |dn: &str| ChangeRecord::new(DeleteRequest::new(dn));
    let rename = |dn: &str, rdn: &str| ModifyDnRequest::new(dn, rdn, OldRdn::Delete);
    for (record, code) in [
        (add("ou=a,dc=EXAMPLE"), ResultCode::ENTRY_ALREADY_EXISTS),
        (add("cn=q,ou=c,dc=example"), ResultCode::NO_SUCH_OBJECT),
        (add("no name"), ResultCode::INVALID_DN_SYNTAX),
        (delete("ou=c,dc=example"), ResultCode::NO_SUCH_OBJECT),
        (delete("ou=a,dc=example"), ResultCode::NOT_ALLOWED_ON_NON_LEAF),
        (ModifyRequest::new("ou=c,dc=example", []).into(), ResultCode::NO_SUCH_OBJECT),
        (
            ModifyRequest::new("ou=a,dc=example", [Modification::delete_attribute("mail")]).into(),
            ResultCode::NO_SUCH_ATTRIBUTE,
        ),
        (rename("ou=c,dc=example", "ou=d").into(), ResultCode::NO_SUCH_OBJECT),
        (rename("ou=a,dc=example", "ou=B").into(), ResultCode::ENTRY_ALREADY_EXISTS),
        (rename("ou=a,dc=example", "no rdn").into(), ResultCode::INVALID_DN_SYNTAX),
        (
            rename("ou=a,dc=example", "ou=a").with_new_superior("ou=c,dc=example").into(),
            ResultCode::NO_SUCH_OBJECT,
        ),
        (
            rename("ou=a,dc=example", "ou=a").with_new_superior("cn=x,ou=a,dc=example").into(),
            ResultCode::UNWILLING_TO_PERFORM,
        ),
        (
            delete("cn=x,ou=a,dc=example").with_controls([control("1.2.3")]),
            ResultCode::UNAVAILABLE_CRITICAL_EXTENSION,
        ),
    ] {
        let mut content = tree();
        let error = content.apply(&record).unwrap_err();
        assert_eq!(error.code(), code, "{record:?}: {error}");
        assert_eq!(content.inverse(&record).unwrap_err(), error);
        assert_eq!(dump(&content), dump(&tree()));
    }
}

#[test]
fn each_change_does_what_a_server_would_do_and_its_inverse_undoes_it() {
    let permissive = ModifyRequest::new("ou=b,dc=example", [Modification::add("ou", ["b"])]);
    let records: [ChangeRecord; 10] = [
        AddRequest::from(Entry::new("cn=q,ou=b,dc=example").with("sn", ["q"])).into(),
        AddRequest::from(Entry::new("dc=other,dc=org").with("dc", ["other"])).into(),
        ChangeRecord::new(DeleteRequest::new("CN=X,ou=a,dc=example")),
        ChangeRecord::new(DeleteRequest::new("ou=a,dc=example"))
            .with_controls([control("1.2.840.113556.1.4.805")]),
        ModifyRequest::new(
            "cn=x,ou=a,dc=example",
            [Modification::delete("mail", ["x@a"]), Modification::replace("cn", ["x", "z"])],
        )
        .into(),
        ModifyRequest::new("ou=b,dc=example", [Modification::increment("uidNumber", 3)]).into(),
        ChangeRecord::new(permissive).with_controls([control("1.2.840.113556.1.4.1413")]),
        ModifyDnRequest::new("ou=a,dc=example", "ou=A", OldRdn::Delete).into(),
        ModifyDnRequest::new("cn=x,ou=a,dc=example", "cn=y+mail=n", OldRdn::Delete)
            .with_new_superior("ou=b,dc=example")
            .into(),
        ModifyDnRequest::new("ou=a,dc=example", "ou=z", OldRdn::Keep)
            .with_new_superior("ou=b,dc=example")
            .into(),
    ];
    let after: [&[&str]; 10] = [
        &["+cn=q,ou=b,dc=example cn=\"q\" sn=\"q\""],
        &["+dc=other,dc=org dc=\"other\""],
        &["-cn=x"],
        &["-ou=a", "-cn=x"],
        &["cn=x,ou=a,dc=example cn=\"x\" cn=\"z\" mail=\"y@a\""],
        &["uidNumber=\"10\""],
        &[],
        &["ou=A,dc=example ou=\"a\""],
        &["cn=y+mail=n,ou=b,dc=example cn=\"y\" mail=\"n\" mail=\"x@a\" mail=\"y@a\""],
        &["cn=x,ou=z,ou=b,dc=example", "ou=z,ou=b,dc=example ou=\"a\" ou=\"z\""],
    ];
    for (record, expected) in records.iter().zip(after) {
        let mut content = tree();
        let undo = content.inverse(record).unwrap();
        content.apply(record).unwrap();
        let lines = dump(&content);
        for expected in expected {
            match expected.strip_prefix('-') {
                Some(gone) => assert!(!lines.iter().any(|line| line.starts_with(gone)), "{lines:?}"),
                None => {
                    let wanted = expected.trim_start_matches('+');
                    assert!(lines.iter().any(|line| line.contains(wanted)), "{expected} in {lines:?}");
                }
            }
        }
        for change in &undo {
            content.apply(change).unwrap_or_else(|error| panic!("{record:?} undone by {change:?}: {error}"));
        }
        assert_eq!(dump(&content), dump(&tree()), "{record:?} undone by {undo:?}");
    }
}

#[test]
fn entries_that_nothing_is_above_are_moved_and_come_back() {
    let mut content = Content::new();
    for dn in ["cn=x,ou=a,dc=example", "ou=b,dc=example"] {
        content.insert(Entry::new(dn).with("cn", ["x"])).unwrap();
    }
    let before = dump(&content);
    let rename = ModifyDnRequest::new("cn=x,ou=a,dc=example", "cn=x", OldRdn::Delete);
    let record = ChangeRecord::new(rename.with_new_superior("ou=b,dc=example"));
    let undo = content.inverse(&record).unwrap();
    content.apply(&record).unwrap();
    assert!(dump(&content)[1].starts_with("cn=x,ou=b,dc=example"));
    for change in &undo {
        content.apply(change).unwrap();
    }
    assert_eq!(dump(&content), before);
}

#[test]
fn referral_objects_are_undone_as_such() {
    let mut content = tree();
    let record = ChangeRecord::new(DeleteRequest::new("ou=b,dc=example"))
        .with_controls([control("2.16.840.1.113730.3.4.2"), Control::new(Oid::from_static("1.2.3"))]);
    let undo = content.inverse(&record).unwrap();
    assert_eq!(undo[0].controls(), [control("2.16.840.1.113730.3.4.2")]);
    content.apply(&record).unwrap();
}

/// A change that may fit the tree.
fn record() -> impl Strategy<Value = ChangeRecord> {
    let name = || {
        proptest::sample::select(vec![
            "dc=example",
            "ou=a,dc=example",
            "cn=x,ou=a,dc=example",
            "ou=b,dc=example",
            "cn=n,ou=b,dc=example",
        ])
    };
    let rdn = proptest::sample::select(vec!["ou=a", "ou=b", "cn=x", "cn=y", "cn=x+mail=x@a", "ou=B+cn=n"]);
    let value = || proptest::sample::select(vec!["x", "y", "X", "x@a", "7"]);
    let attribute = proptest::sample::select(vec!["cn", "mail", "ou", "uidNumber"]);
    let modification = (0u32..4, attribute, proptest::collection::vec(value(), 0..3)).prop_map(
        |(operation, name, values)| {
            Modification::new(
                crate::model::ModifyOperation::from_number(operation),
                crate::model::Attribute::new(name, values),
            )
        },
    );
    let old_rdn = || proptest::sample::select(vec![OldRdn::Keep, OldRdn::Delete]);
    prop_oneof![
        (name(), value()).prop_map(|(dn, value)| AddRequest::from(Entry::new(dn).with("cn", [value])).into()),
        (name(), any::<bool>()).prop_map(|(dn, tree)| {
            let record = ChangeRecord::new(DeleteRequest::new(dn));
            if tree { record.with_controls([control("1.2.840.113556.1.4.805")]) } else { record }
        }),
        (name(), proptest::collection::vec(modification, 0..4))
            .prop_map(|(dn, modifications)| ModifyRequest::new(dn, modifications).into()),
        (name(), rdn, old_rdn(), proptest::option::of(name())).prop_map(|(dn, rdn, old_rdn, superior)| {
            let request = ModifyDnRequest::new(dn, rdn, old_rdn);
            match superior {
                Some(superior) => request.with_new_superior(superior),
                None => request,
            }
            .into()
        }),
    ]
}

proptest! {
    #[test]
    fn any_changes_are_undone_in_reverse(records in proptest::collection::vec(record(), 0..12)) {
        let mut content = tree();
        let mut undo = Vec::new();
        for record in &records {
            let inverse = content.inverse(record);
            let applied = content.apply(record);
            prop_assert_eq!(inverse.as_ref().err(), applied.as_ref().err());
            if let Ok(changes) = inverse {
                undo.splice(0..0, changes);
            }
        }
        for change in &undo {
            prop_assert_eq!(content.apply(change), Ok(()), "{:?}", change);
        }
        prop_assert_eq!(dump(&content), dump(&tree()));
    }
}
