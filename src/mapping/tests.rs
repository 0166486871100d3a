use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::*;
use crate::model::{Attribute, Dn, Entry, Modification, Value};
use crate::proto::SearchResultEntry;
use crate::schema::{GeneralizedTime, Schema};

#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
enum Kind {
    Employee,
    #[serde(rename = "contractor")]
    Contractor,
}

#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(rename_all = "camelCase")]
struct Account {
    dn: Dn,
    uid: String,
    uid_number: u32,
    negative: i64,
    #[serde(default)]
    mail: Vec<String>,
    #[serde(rename = "cn;lang-de")]
    german: Option<String>,
    #[serde(rename = "userCertificate")]
    certificate: Option<Value>,
    locked: bool,
    letter: char,
    #[serde(rename = "employeeType")]
    kind: Kind,
    create_timestamp: GeneralizedTime,
    pwd_last_set: FileTime,
    #[serde(rename = "objectGUID")]
    guid: Guid,
    object_sid: Sid,
    user_account_control: UserAccountControl,
    manager: Option<Dn>,
}

fn entry() -> Entry {
    Entry::new("uid=ada,dc=example")
        .with("UID", ["ada"])
        .with("uidNumber", ["1000"])
        .with("negative", ["-7"])
        .with("mail", ["a@b", "c@d"])
        .with("cn;LANG-DE", ["Ada"])
        .with("userCertificate;binary", [b"\x30\x00\xff"])
        .with("locked", ["FALSE"])
        .with("letter", ["ü"])
        .with("employeeType", ["contractor"])
        .with("createTimestamp", ["20240101000000Z"])
        .with("pwdLastSet", ["133444736000000000"])
        .with("objectGUID", [[7; 16]])
        .with("objectSid", [[1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]])
        .with("userAccountControl", ["514"])
        .with("objectClass", ["top", "person"])
}

#[test]
fn a_struct_takes_what_it_asks_for() {
    let entry = entry();
    let account: Account = entry.deserialize().unwrap();
    assert_eq!(account.dn.to_string(), "uid=ada,dc=example");
    assert_eq!((account.uid.as_str(), account.uid_number, account.negative), ("ada", 1000, -7));
    assert_eq!(account.mail, ["a@b", "c@d"]);
    assert_eq!(account.german.as_deref(), Some("Ada"));
    assert_eq!(account.certificate, Some(Value::from(b"\x30\x00\xff")));
    assert_eq!((account.locked, account.letter, &account.kind), (false, 'ü', &Kind::Contractor));
    assert_eq!(account.create_timestamp.unix_seconds(), 1_704_067_200);
    assert_eq!(account.pwd_last_set.unix_seconds(), 1_700_000_000);
    assert_eq!(account.guid.to_octets(), [7; 16]);
    assert_eq!(account.object_sid.to_string(), "S-1-5-18");
    assert!(account.user_account_control.is_disabled());
    assert_eq!(account.manager, None);
    // In place, as a search returns it.
    assert_eq!(SearchResultEntry::from(&entry).deserialize::<Account>().unwrap(), account);
}

#[test]
fn a_struct_comes_back_from_its_entry() {
    let account: Account = entry().deserialize().unwrap();
    let written = to_entry(&account).unwrap();
    assert_eq!(written.dn(), entry().dn());
    assert_eq!(written.values("objectGUID"), [Value::from([7; 16])]);
    assert_eq!(written.first_text("locked"), Some("FALSE"));
    assert_eq!(written.first_text("createTimestamp"), Some("20240101000000Z"));
    assert!(written.attribute("manager").is_none());
    assert_eq!(written.deserialize::<Account>().unwrap(), account);
}

#[test]
fn text_is_borrowed_from_the_entry() {
    #[derive(Deserialize)]
    struct Borrowed<'a> {
        cn: &'a str,
        photo: &'a [u8],
    }
    let entry = Entry::new("cn=a").with("cn", ["Ada"]).with("photo", [b"\xff"]);
    let borrowed: Borrowed<'_> = entry.deserialize().unwrap();
    assert_eq!(borrowed.cn.as_ptr(), entry.values("cn")[0].as_ptr());
    assert_eq!(borrowed.photo, b"\xff");
}

#[test]
fn maps_take_everything() {
    #[derive(Debug, Deserialize, Serialize)]
    struct Open {
        sn: String,
        #[serde(flatten)]
        others: BTreeMap<String, Value>,
    }
    let entry = Entry::new("cn=a").with("sn", ["c"]).with("mail", ["d"]);
    let open: Open = entry.deserialize().unwrap();
    assert_eq!((open.sn.as_str(), &open.others["mail"]), ("c", &Value::from("d")));
    assert_eq!(open.others["dn"], Value::from("cn=a"));
    assert_eq!(to_entry(&open).unwrap().first_text("mail"), Some("d"));

    let entry = Entry::new("cn=a").with("cn", ["a", "b"]).with("sn", ["c"]);
    let map: BTreeMap<String, Vec<String>> = entry.deserialize().unwrap();
    assert_eq!(
        (&map["dn"][..], map["cn"].len(), &map["sn"][..]),
        (&["cn=a".to_owned()][..], 2, &["c".to_owned()][..])
    );
    assert_eq!(to_entry(&map).unwrap(), entry);
}

#[test]
fn fields_are_found_by_any_of_their_names_and_in_any_order() {
    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "camelCase")]
    struct Named {
        #[serde(alias = "surname", alias = "2.5.4.4")]
        sn: String,
        given_name: Option<String>,
        #[serde(rename = "mail;lang-de;x-old")]
        mail: Vec<String>,
        #[serde(skip)]
        skipped: u8,
        #[serde(default, rename = "userCertificate")]
        certificate: Option<Value>,
        dn: String,
    }
    let expected = |mail: &[&str]| Named {
        sn: "b".to_owned(),
        given_name: Some("a".to_owned()),
        mail: mail.iter().map(ToString::to_string).collect(),
        skipped: 0,
        certificate: Some(Value::from("c")),
        dn: "cn=a".to_owned(),
    };
    for surname in ["sn", "SN", "surname", "surName", "2.5.4.4"] {
        let mut attributes = vec![
            Attribute::new("objectClass", ["person"]),
            Attribute::new(surname, ["b"]),
            Attribute::new("description", ["nobody asked"]),
            Attribute::new("skipped", ["7"]),
            Attribute::new("mail;X-OLD;lang-DE", ["d", "e"]),
            Attribute::new("mail", ["f"]),
            Attribute::new("USERCERTIFICATE;binary", ["c"]),
            Attribute::new("GivenName", ["a"]),
            Attribute::without_values("seeAlso"),
        ];
        for _ in 0..attributes.len() {
            attributes.rotate_left(1);
            for _ in 0..2 {
                attributes.reverse();
                let mut entry = Entry::new("cn=a");
                entry.extend(attributes.iter().cloned());
                assert_eq!(entry.deserialize::<Named>().unwrap(), expected(&["d", "e"]), "{surname}");
                let found = SearchResultEntry::from(&entry);
                assert_eq!(found.deserialize::<Named>().unwrap(), expected(&["d", "e"]), "{surname}");
            }
        }
    }
    let twice = Entry::new("cn=a").with("sn", ["b"]).with("x", ["y"]).with("surname", ["b"]);
    let error = twice.deserialize::<Named>().unwrap_err();
    assert_eq!((error.fault(), error.attribute()), (&MappingFault::Twice, Some("sn")));
}

#[test]
fn maps_keep_names_whose_values_are_nothing() {
    use serde::de::IgnoredAny;

    let entry = Entry::new("cn=a").with("sn", ["c"]).with("mail", ["d", "e"]).with("cn", [""; 0]);
    let names: BTreeMap<String, ()> = entry.deserialize().unwrap();
    assert_eq!(names.into_keys().collect::<Vec<_>>(), ["cn", "dn", "mail", "sn"]);
    let values: BTreeMap<String, Vec<String>> = entry.deserialize().unwrap();
    assert_eq!((values["cn"].len(), values["mail"].len()), (0, 2));

    #[derive(Deserialize)]
    struct Open {
        mail: Vec<String>,
        #[serde(flatten)]
        others: BTreeMap<String, IgnoredAny>,
    }
    let open: Open = SearchResultEntry::from(&entry).deserialize().unwrap();
    assert_eq!(
        (open.mail.len(), open.others.into_keys().collect::<Vec<_>>()),
        (2, vec!["cn".into(), "dn".into(), "sn".into()])
    );
}

#[test]
fn lists_have_room_for_what_they_hold() {
    #[derive(Deserialize)]
    struct Group {
        member: Vec<String>,
    }
    for count in [0, 1, 3, 5] {
        let members: Vec<_> = (0..count).map(|number| format!("cn={number}")).collect();
        let entry = Entry::new("cn=a").with("member", members.clone());
        let own: Group = entry.deserialize().unwrap();
        let found: Group = SearchResultEntry::from(&entry).deserialize().unwrap();
        assert_eq!((&own.member, &found.member), (&members, &members));
        assert_eq!((own.member.capacity(), found.member.capacity()), (count, count));
    }
    let members: Vec<_> = (0..1000).map(|number| format!("cn={number}")).collect();
    let entry = Entry::new("cn=a").with("member", members.clone());
    assert_eq!(entry.deserialize::<Group>().unwrap().member, members);
}

#[test]
fn faults_name_the_entry_and_the_attribute() {
    use MappingFault::*;
    let change = |name: &str, values: &[&str]| {
        let (dn, attributes) = entry().into_parts();
        let mut changed = Entry::new(dn);
        changed.extend(attributes.into_iter().filter(|attribute| *attribute.description() != *name));
        if !values.is_empty() {
            changed.push(Attribute::new(name, values.to_vec()));
        }
        changed.deserialize::<Account>().unwrap_err()
    };
    for (error, attribute, fault) in [
        (change("uid", &[]), "uid", Missing),
        (change("uid", &["a", "b"]), "uid", NotOneValue(2)),
        (change("uidNumber", &["x"]), "uidNumber", NotNumber("x".into())),
        (change("uidNumber", &["+1"]), "uidNumber", NotNumber("+1".into())),
        (change("uidNumber", &["4294967296"]), "uidNumber", NotNumber("4294967296".into())),
        (change("locked", &["yes"]), "locked", NotBoolean("yes".into())),
        (change("letter", &["ab"]), "letter", NotCharacter("ab".into())),
    ] {
        assert_eq!(error.dn(), Some("uid=ada,dc=example"));
        assert_eq!(error.attribute(), Some(attribute));
        assert_eq!(error.fault(), &fault);
    }
    for (name, value) in [
        ("employeeType", "robot"),
        ("createTimestamp", "now"),
        ("objectGUID", "short"),
        ("objectSid", "S-2"),
        ("manager", "nobody"),
    ] {
        let error = change(name, &[value]).to_string();
        assert!(error.starts_with(&format!("entry uid=ada,dc=example, attribute {name}: ")), "{error}");
    }
    let bad_text = Entry::new("cn=a").with("cn", [b"\xff"]);
    let error = bad_text.deserialize::<BTreeMap<String, String>>().unwrap_err();
    assert!(matches!(error.fault(), NotText(_)));
    let twice = entry().with("userCertificate", ["x"]);
    let error = twice.deserialize::<Account>().unwrap_err();
    assert_eq!((error.fault(), error.attribute()), (&Twice, Some("userCertificate")));
}

#[test]
fn what_no_entry_can_hold_is_refused() {
    #[derive(Serialize)]
    struct Nested {
        dn: &'static str,
        inner: BTreeMap<String, String>,
    }
    let error = to_entry(&Nested { dn: "", inner: BTreeMap::new() }).unwrap_err();
    assert_eq!(error.attribute(), Some("inner"));
    assert!(matches!(error.fault(), MappingFault::Shape(_)));
    assert_eq!(to_entry(&BTreeMap::from([("cn", "a")])).unwrap_err().fault(), &MappingFault::NoName);
    assert!(to_attributes(&BTreeMap::from([("cn", vec![vec!["a"]])])).is_err());
    assert!(to_attributes("text").is_err());

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Closed {
        #[expect(dead_code, reason = "nobody reads it")]
        cn: String,
    }
    let open = Entry::new("cn=a").with("cn", ["a"]).with("sn", ["b"]);
    let error = open.deserialize::<Closed>().unwrap_err();
    assert_eq!((error.fault(), error.attribute()), (&MappingFault::Unknown, Some("sn")));
}

#[test]
fn changes_are_few() {
    let old: Account = entry().deserialize().unwrap();
    assert_eq!(changes(&old, &old.clone()).unwrap(), []);
    let mut new = old.clone();
    new.mail = vec!["C@D".to_owned(), "a@b".to_owned()];
    new.german = None;
    new.uid_number = 1001;
    let changed = changes(&old, &new).unwrap();
    assert!(changed.contains(&Modification::delete_attribute("cn;lang-de")), "{changed:?}");
    let touched = |name: &str| changed.iter().any(|change| *change.attribute().description() == *name);
    assert!(touched("uidNumber") && touched("mail") && !touched("uid"), "{changed:?}");

    // Addresses are equal in either case.
    let by_schema = changes_by(&old, &new, &Schema::standard()).unwrap();
    assert!(by_schema.iter().all(|change| *change.attribute().description() != "mail"), "{by_schema:?}");

    let mut applied = to_entry(&old).unwrap();
    applied.apply(&changed).unwrap();
    let mut result: Account = applied.deserialize().unwrap();
    result.mail.sort();
    assert_eq!(result, new);
}
