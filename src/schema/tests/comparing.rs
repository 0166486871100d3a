use crate::dn;
use crate::model::{Dn, Entry};
use crate::schema::Schema;

#[test]
fn names_are_the_same_if_their_attributes_say_so() {
    let schema = Schema::standard();
    for (left, right, is_same) in [
        ("cn=Ada  Lovelace,dc=example", "commonName=ada lovelace,2.5.4.3=x", false),
        ("cn=Ada  Lovelace,dc=example", "commonName=ada lovelace,DomainComponent=EXAMPLE", true),
        ("telephoneNumber=1-23", "telephoneNumber=1 23", true),
        ("userPassword=a", "userPassword=A", false),
        ("cn=a+sn=b", "SURNAME=B+CN=A", true),
        ("", "", true),
        ("cn=#0C0141", "cn=a", true),
        ("2.5.4.3=#130141", "cn=#0c0161", true),
        ("dc=#160141", "dc=a", true),
        ("cn=#04024869", "cn=hi", true),
        ("uidNumber=#020107", "uidNumber=7", true),
        ("cn=#0C0141+sn=b", "sn=#130142+cn=a", true),
        ("cn=#0C0141,dc=x", "cn=b,dc=x", false),
        // The octets decide where a value cannot be told.
        ("cn=#0C0241", "cn=a", false),
        ("cn=#0C0241", "cn=#0c0241", true),
        ("cn=#30020500", "2.5.4.3=#30020500", true),
        ("cn=#3000", "cn=\\#3000", false),
        ("x=#0C0141", "x=A", false),
        ("1.2.3=#0C0141", "1.2.3=#0c0141", true),
        ("cn=Straße", "cn=STRASSE", true),
    ] {
        let (left, right) = (Dn::parse(left).unwrap(), Dn::parse(right).unwrap());
        assert_eq!(schema.is_same_dn(&left, &right), is_same, "{left} {right}");
    }
    // Without a schema names compare by caseIgnoreMatch.
    assert!(Schema::empty().is_same_dn(&dn!("x=A"), &dn!("X=a")));
}

#[test]
fn attributes_are_the_same_or_subtypes_by_type_and_options() {
    let schema = Schema::standard();
    assert!(schema.is_same_or_subtype(&"cn;lang-de".into(), &"name".into()));
    assert!(schema.is_same_or_subtype(&"cn;lang-de;x-a".into(), &"2.5.4.3;LANG-DE".into()));
    assert!(!schema.is_same_or_subtype(&"name".into(), &"cn".into()));
    assert!(!schema.is_same_or_subtype(&"cn".into(), &"cn;lang-de".into()));
    assert!(schema.is_same_or_subtype(&"unknown;a".into(), &"UNKNOWN".into()));
    assert!(!schema.is_same_attribute(&"cn".into(), &"name".into()));
}

#[test]
fn entries_are_the_same_in_whatever_order() {
    let schema = Schema::standard();
    let entry = Entry::new("cn=a,dc=x").with("cn", ["A"]).with("member", ["cn=B, dc=x", "cn=c,dc=x"]);
    let same = Entry::new("CN=A,DC=X").with("member", ["cn=C,dc=X", "CN=b,DC=x"]).with("2.5.4.3", ["a"]);
    assert!(schema.is_same_entry(&entry, &same));
    for other in [
        Entry::new("cn=b,dc=x").with("cn", ["A"]).with("member", ["cn=B, dc=x", "cn=c,dc=x"]),
        Entry::new("cn=a,dc=x").with("cn", ["A"]).with("member", ["cn=b,dc=x"]),
        entry.clone().with("sn", ["a"]),
        Entry::new("not a name").with("cn", ["A"]),
    ] {
        assert!(!schema.is_same_entry(&entry, &other), "{other:?}");
    }
    let broken = Entry::new("not a name");
    assert!(schema.is_same_entry(&broken, &broken.clone()));
}
