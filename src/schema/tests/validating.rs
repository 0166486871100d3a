use crate::model::{Attribute, Entry};
use crate::schema::{BuiltinSchema, DefinitionKind, EntryFault, Schema};

fn faults(schema: &Schema, entry: &Entry) -> Vec<String> {
    schema.validate(entry).iter().map(ToString::to_string).collect()
}

fn ada() -> Entry {
    Entry::new("uid=ada,dc=example")
        .with("objectClass", ["top", "inetOrgPerson", "posixAccount"])
        .with("uid", ["ada"])
        .with("cn", ["Ada Lovelace"])
        .with("SURNAME", ["Lovelace"])
        .with("uidNumber", ["1000"])
        .with("gidNumber", ["1000"])
        .with("homeDirectory", ["/home/ada"])
        .with("cn;lang-fr", ["Ada, comtesse de Lovelace"])
        .with("createTimestamp", ["20240101000000Z"])
        .with("userCertificate;binary", [b"\x30\x00"])
}

#[test]
fn an_entry_in_order_has_no_fault() {
    assert_eq!(Schema::standard().validate(&ada()), []);
    let anything = Entry::new("cn=a")
        .with("objectClass", ["device", "extensibleObject"])
        .with("cn", ["a"])
        .with("mail", ["a@b"]);
    assert_eq!(Schema::standard().validate(&anything), []);
}

#[test]
fn all_faults_are_told_at_once() {
    let mut entry = Entry::new("uid=ida,dc=example")
        .with("objectClass", ["inetOrgPerson", "posixAccount", "nobody"])
        .with("uid", ["ada"])
        .with("cn", ["Ada", "ADA "])
        .with("uidNumber", ["1000", "1001"])
        .with("gidNumber", ["x"])
        .with("nonsense", ["1"])
        .with("member", ["cn=a"]);
    entry.push(Attribute::without_values("mail"));
    entry.push(Attribute::new("commonName", ["Ida"]));
    assert_eq!(
        faults(&Schema::standard(), &entry),
        [
            "object class 'nobody' is not defined",
            "expected attribute 'homeDirectory', which 'posixAccount' requires",
            "expected attribute 'sn', which 'person' requires",
            "value 2 of attribute 'cn' is there twice",
            "attribute 'uidNumber' has several values, and may have one",
            "value 1 of attribute 'gidNumber': expected a digit at offset 0",
            "attribute 'nonsense' is not defined",
            "attribute 'member' is not allowed by any object class of the entry",
            "attribute 'mail' has no value",
            "attribute 'commonName' is there twice",
            "expected the value of 'uid' in the entry's name among its attributes",
        ]
    );
    let told: Vec<_> = Schema::standard()
        .validate(&entry)
        .iter()
        .filter_map(|fault| fault.attribute().map(ToString::to_string))
        .collect();
    assert_eq!(told.len(), 8);
}

#[test]
fn classes_are_looked_at() {
    let schema = Schema::standard();
    let of = |classes: &[&str]| {
        faults(&schema, &Entry::new("cn=a").with("cn", ["a"]).with("objectClass", classes.to_vec()))
    };
    assert_eq!(faults(&schema, &Entry::new("cn=a").with("cn", ["a"])), ["expected an object class"]);
    assert_eq!(of(&["top"])[0], "expected a structural object class");
    assert_eq!(of(&["pkiUser"])[0], "expected a structural object class");
    assert_eq!(
        of(&["device", "applicationProcess"])[0],
        "expected one structural object class, found 'device' and 'applicationProcess'"
    );
    assert_eq!(of(&["2.5.6.14", "top"]), [""; 0]);
    let abstracts = Schema::builder()
        .schema(&schema)
        .definition(DefinitionKind::ObjectClass, "( 1.2.3 NAME 'thing' SUP top ABSTRACT )")
        .definition(DefinitionKind::ObjectClass, "( 1.2.4 NAME 'real' SUP thing )")
        .build();
    let entry = |class: &str| Entry::new("").with("objectClass", ["thing", class]);
    assert_eq!(faults(&abstracts, &entry("real")), [""; 0]);
    assert_eq!(abstracts.validate(&entry("locality")), [EntryFault::AbstractClass("thing".into())]);
}

#[test]
fn content_rules_and_name_forms_are_looked_at() {
    let schema = Schema::builder()
        .builtin(BuiltinSchema::Core)
        .definition(
            DefinitionKind::DitContentRule,
            "( 2.5.6.14 NAME 'rule' AUX uidObject MUST serialNumber MAY title NOT owner )",
        )
        .definition(DefinitionKind::NameForm, "( 1.2.5 NAME 'form' OC device MUST cn MAY serialNumber )")
        .definition(DefinitionKind::NameForm, "( 1.2.6 NAME 'old' OBSOLETE OC device MUST l )")
        .build();
    assert_eq!(schema.problems(), []);
    let device = |dn: &str| {
        Entry::new(dn)
            .with("objectClass", ["device", "uidObject"])
            .with("cn", ["a"])
            .with("l", ["x"])
            .with("uid", ["u"])
            .with("serialNumber", ["1"])
            .with("title", ["t"])
    };
    assert_eq!(faults(&schema, &device("cn=a")), [""; 0]);
    assert_eq!(faults(&schema, &device("serialNumber=1+cn=A,dc=x")), [""; 0]);
    assert_eq!(
        faults(&schema, &device("l=x")),
        ["name form 'form' does not go with 'cn' in the entry's name"]
    );
    assert_eq!(
        faults(&schema, &device("cn=a+l=x")),
        ["name form 'form' does not go with 'l' in the entry's name"]
    );
    let wrong = Entry::new("cn=a")
        .with("objectClass", ["device", "dcObject"])
        .with("dc", ["d"])
        .with("cn", ["a"])
        .with("owner", ["cn=x"]);
    assert_eq!(
        faults(&schema, &wrong),
        [
            "object class 'dcObject' is not allowed by the content rule",
            "expected attribute 'serialNumber', which 'rule' requires",
            "attribute 'owner' is precluded by the content rule",
        ]
    );
    assert!(matches!(schema.validate(&device("cn")).as_slice(), [EntryFault::Name(_)]));
}
