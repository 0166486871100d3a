//! Entries and searches as the schema has them.

use super::*;
use crate::model::{Modification, OldRdn};
use crate::proto::{AddRequest, CompareRequest, ModifyDnRequest, ModifyRequest};
use crate::schema::Schema;

const ADA: &str = "uid=ada,ou=people,dc=example";

async fn strict() -> (RunningDirectory, Client) {
    let directory = company().schema_checks(SchemaChecks::On).start().await.unwrap();
    let client = directory.client().await.unwrap();
    (directory, client)
}

fn person(dn: &str) -> Entry {
    Entry::new(dn).with("objectClass", ["inetOrgPerson"]).with("cn", ["x"]).with("sn", ["x"])
}

#[tokio::test]
async fn entries_that_the_schema_does_not_allow_are_refused() {
    let (directory, client) = strict().await;
    let before = directory.changes();
    let new = "cn=x,ou=people,dc=example";
    for (entry, expected) in [
        (person(new).with("shoeSize", ["39"]), ResultCode::UNDEFINED_ATTRIBUTE_TYPE),
        (person(new).with("dc", ["x"]), ResultCode::OBJECT_CLASS_VIOLATION),
        (
            Entry::new(new).with("objectClass", ["person"]).with("cn", ["x"]),
            ResultCode::OBJECT_CLASS_VIOLATION,
        ),
        (Entry::new(new).with("objectClass", ["nothing"]), ResultCode::OBJECT_CLASS_VIOLATION),
        (Entry::new(new).with("objectClass", ["top"]), ResultCode::OBJECT_CLASS_VIOLATION),
        (person(new).with("telephoneNumber", ["\u{e9}"]), ResultCode::INVALID_ATTRIBUTE_SYNTAX),
        (person(new).with("displayName", ["x", "y"]), ResultCode::CONSTRAINT_VIOLATION),
        (person(new).with("mail", ["x@y", "X@Y"]), ResultCode::ATTRIBUTE_OR_VALUE_EXISTS),
        (person(new).with("commonName", ["y"]), ResultCode::ATTRIBUTE_OR_VALUE_EXISTS),
        (person(new).with("createTimestamp", ["20260101000000Z"]), ResultCode::CONSTRAINT_VIOLATION),
    ] {
        assert_eq!(code(client.add(AddRequest::from(&entry)).await), expected, "{entry:?}");
    }
    for (changes, expected) in [
        (vec![Modification::replace("objectClass", ["device"])], ResultCode::OBJECT_CLASS_MODS_PROHIBITED),
        (vec![Modification::delete_attribute("sn")], ResultCode::OBJECT_CLASS_VIOLATION),
        (vec![Modification::add("dc", ["x"])], ResultCode::OBJECT_CLASS_VIOLATION),
        (vec![Modification::add("shoeSize", ["x"])], ResultCode::UNDEFINED_ATTRIBUTE_TYPE),
        (vec![Modification::add("surname", ["LOVELACE"])], ResultCode::ATTRIBUTE_OR_VALUE_EXISTS),
        (vec![Modification::delete("0.9.2342.19200300.100.1.1", ["ADA"])], ResultCode::NOT_ALLOWED_ON_RDN),
        (vec![Modification::replace("mobile", [""])], ResultCode::INVALID_ATTRIBUTE_SYNTAX),
    ] {
        let request = ModifyRequest::new(ADA, changes.clone());
        assert_eq!(code(client.modify(request).await), expected, "{changes:?}");
    }
    let rename = ModifyDnRequest::new(ADA, "dc=ada", OldRdn::Keep);
    assert_eq!(code(client.modify_dn(rename).await), ResultCode::OBJECT_CLASS_VIOLATION);
    assert_eq!(directory.changes(), before);
    let bad = company().schema_checks(SchemaChecks::On).entry(Entry::new("dc=x").with("objectClass", ["x"]));
    assert!(bad.build().unwrap_err().to_string().contains("'x' is not defined"));
}

#[tokio::test]
async fn a_warning_is_part_of_the_answer() {
    let directory = company().schema_checks(SchemaChecks::Warn).start().await.unwrap();
    let client = directory.client().await.unwrap();
    let odd = person("cn=x,ou=people,dc=example").with("shoeSize", ["39"]);
    let answer = client.add(AddRequest::from(&odd)).await.unwrap();
    let text = answer.result().diagnostic_message().into_owned();
    assert!(text.contains("'shoeSize' is not defined"), "{text}");
    assert_eq!(found(&client, below("dc=example", "(shoeSize=39)")).await, ["cn=x,ou=people"]);
}

#[tokio::test]
async fn attributes_have_one_name_however_they_are_called() {
    let (directory, client) = start().await;
    let changes = [
        Modification::add("2.5.4.12", ["Countess"]),
        Modification::add("RFC822mailbox", ["a@b"]),
        Modification::delete("SURNAME", ["lovelace"]),
        Modification::add("sn", ["King"]),
        Modification::add("telephoneNumber;x-home", ["+44 1-2"]),
    ];
    client.modify(ModifyRequest::new(ADA, changes)).await.unwrap();
    let ada = directory.entry(ADA).unwrap();
    assert_eq!(ada.values("title"), ["Countess"]);
    assert_eq!(ada.values("mail"), ["ada@example.org", "a@b"]);
    assert_eq!(ada.values("sn"), ["King"]);
    for filter in [
        "(title=countess)",
        "(2.5.4.41=ada lovelace)",
        "(name=*A LOVE*)",
        "(name;x-none=*)",
        "(telephoneNumber=+4412)",
        "(telephoneNumber=*41*)",
        "(objectClass=organizationalPerson)",
        "(:dn:caseIgnoreMatch:=PEOPLE)",
    ] {
        let expected: &[&str] = match filter {
            "(name;x-none=*)" => &[],
            "(objectClass=organizationalPerson)" => {
                &["uid=ada,ou=people", "uid=bob,ou=people", "uid=eve,ou=people"]
            }
            "(:dn:caseIgnoreMatch:=PEOPLE)" => {
                &["ou=people", "uid=ada,ou=people", "uid=bob,ou=people", "uid=eve,ou=people"]
            }
            _ => &["uid=ada,ou=people"],
        };
        assert_eq!(found(&client, below("dc=example", filter)).await, expected, "{filter}");
    }
    // Names are found by the rules of their attributes, and by identifiers.
    let by_oid = "0.9.2342.19200300.100.1.1=ADA,2.5.4.11=People,domainComponent=Example";
    assert_eq!(client.read(by_oid).await.unwrap().dn(), ADA);
    let rename = ModifyDnRequest::new(by_oid, "userid=Countess", OldRdn::Delete);
    client.modify_dn(rename).await.unwrap();
    let moved = directory.entry("uid=countess,ou=people,dc=example").unwrap();
    assert_eq!((moved.values("uid").len(), moved.values("uid")[0].as_str()), (1, Ok("Countess")));
}

#[tokio::test]
async fn what_is_undefined_matches_in_neither_way() {
    let (_directory, client) = strict().await;
    for filter in ["(shoeSize=*)", "(uidNumber=x)", "(uidNumber>=1)", "(jpegPhoto=x)", "(cn:1.2.3:=x)"] {
        for filter in [filter.to_owned(), format!("(!{filter})")] {
            assert!(found(&client, below("dc=example", &filter)).await.is_empty(), "{filter}");
        }
    }
    for (attribute, value, expected) in [
        ("shoeSize", "x", ResultCode::UNDEFINED_ATTRIBUTE_TYPE),
        ("jpegPhoto", "x", ResultCode::INAPPROPRIATE_MATCHING),
        ("uidNumber", "x", ResultCode::INVALID_ATTRIBUTE_SYNTAX),
        ("uidNumber", "1", ResultCode::NO_SUCH_ATTRIBUTE),
    ] {
        let request = CompareRequest::new(ADA, attribute, value);
        assert_eq!(code(client.compare(request).await), expected, "{attribute} {value}");
    }
}

#[tokio::test]
async fn the_subschema_is_published() {
    let own = "dn: cn=schema\nattributeTypes: ( 1.2.3 NAME 'shoeSize' EQUALITY integerMatch SYNTAX \
               1.3.6.1.4.1.1466.115.121.1.27 )\n";
    let directory = company().schema(Schema::from_ldif(own)).start().await.unwrap();
    let client = directory.client().await.unwrap();
    let search = SearchRequest::new("", Scope::BaseObject, Filter::present("objectClass"));
    let root = client.search_one(search.attributes(["subschemaSubentry"])).await.unwrap();
    let name = root.to_entry().first_text("subschemaSubentry").unwrap().to_owned();
    let filter = Filter::equality("objectClass", "subschema");
    let search = SearchRequest::new(name, Scope::BaseObject, filter).attributes(["+"]);
    let schema = Schema::from_entry(&client.search_one(search).await.unwrap().to_entry());
    assert_eq!(schema.problems(), []);
    assert!(schema.attribute_type("shoeSize").is_some() && schema.object_class("inetOrgPerson").is_some());
    // Classes have a structural one.
    let class = directory.entry(ADA).unwrap();
    assert_eq!(class.values("structuralObjectClass"), ["inetOrgPerson"]);
}

#[tokio::test]
async fn a_certificate_is_found_by_number_and_issuer() {
    let certificate: &[u8] = include_bytes!("../../../tests/pem/ec.der");
    let number = "642910071307192695960243350895932181067026399191";
    let ada = Entry::new("uid=key,ou=people,dc=example")
        .with("objectClass", ["inetOrgPerson"])
        .with("cn", ["Key"])
        .with("sn", ["Key"])
        .with("userCertificate;binary", [certificate]);
    for checks in [SchemaChecks::On, SchemaChecks::Off] {
        for is_indexed in [false, true] {
            let mut builder = company().entry(ada.clone()).schema_checks(checks);
            if is_indexed {
                builder = builder.index("userCertificate");
            }
            let directory = builder.start().await.unwrap();
            let client = directory.client().await.unwrap();
            for (number, issuer, count) in
                [(number, "CN=Elliptic", 1), (number, "cn=x", 0), ("1", "cn=elliptic", 0)]
            {
                let assertion = format!("{{ serialNumber {number}, issuer rdnSequence:\"{issuer}\" }}");
                let search = SearchRequest::new(
                    "dc=example",
                    Scope::WholeSubtree,
                    Filter::equality("userCertificate", assertion.clone()),
                );
                assert_eq!(found(&client, search).await.len(), count, "{assertion} {checks:?} {is_indexed}");
                let compare = CompareRequest::new(ada.dn().clone(), "userCertificate", assertion.clone());
                assert_eq!(client.compare(compare).await.unwrap(), count == 1, "{assertion} {checks:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_subentry_of_collective_attributes_holds_them() {
    for (classes, attribute, expected) in [
        (&["subentry", "collectiveAttributeSubentry"][..], "c-l", ResultCode::SUCCESS),
        (&["subentry", "collectiveAttributeSubentry"], "c-ou;lang-en", ResultCode::SUCCESS),
        (&["subentry", "2.5.17.2"], "2.5.4.7.1", ResultCode::SUCCESS),
        (&["subentry", "collectiveAttributeSubentry"], "l", ResultCode::OBJECT_CLASS_VIOLATION),
        (&["subentry"], "c-l", ResultCode::OBJECT_CLASS_VIOLATION),
    ] {
        let (_directory, client) = strict().await;
        let entry = Entry::new("cn=collective,dc=example")
            .with("objectClass", classes.iter().copied())
            .with("subtreeSpecification", ["{}"])
            .with(attribute, ["Paris"]);
        assert_eq!(code(client.add(AddRequest::from(&entry)).await), expected, "{classes:?} {attribute}");
    }
}

#[tokio::test]
async fn superclasses_are_values_of_the_class_attribute() {
    const PERSON: [&str; 4] = ["inetOrgPerson", "organizationalPerson", "person", "top"];
    let own = Schema::from_ldif(
        "dn: cn=schema\nobjectClasses: ( 1.2.3 NAME 'x-b' SUP top AUXILIARY )\n\
         objectClasses: ( 1.2.4 NAME 'x-a' SUP x-b AUXILIARY )\nobjectClasses: ( 1.2.5 NAME 'x-alone' AUXILIARY )\n",
    );
    let entry = |classes: &[&str]| {
        let entry = Entry::new("cn=x,ou=people,dc=example").with("objectClass", classes.iter().copied());
        entry.with("cn", ["x"]).with("sn", ["x"])
    };
    for checks in [SchemaChecks::On, SchemaChecks::Warn, SchemaChecks::Off] {
        let builder = || company().schema(own.clone()).schema_checks(checks);
        for (given, stored) in [
            (&["inetOrgPerson"][..], &PERSON[..]),
            (&["person"], &["person", "top"]),
            (&PERSON, &PERSON),
            // Whatever a class is called, it is there.
            (
                &["INETORGPERSON", "2.5.6.7", "2.5.6.6", "2.5.6.0"],
                &["INETORGPERSON", "2.5.6.7", "2.5.6.6", "2.5.6.0"],
            ),
            (&["person", "x-a"], &["person", "x-a", "top", "x-b"]),
            // A class above which nothing is written has nothing above it here.
            (&["person", "top", "x-alone"], &["person", "top", "x-alone"]),
        ] {
            let given = entry(given);
            let loaded = builder().entry(given.clone()).build().unwrap();
            assert_eq!(
                loaded.entry(given.dn()).unwrap().values("objectClass"),
                stored,
                "{given:?} {checks:?}"
            );
            let again = Directory::builder().schema(own.clone()).schema_checks(checks).ldif(loaded.export());
            assert_eq!(again.build().unwrap().export(), loaded.export());

            let directory = builder().start().await.unwrap();
            let client = directory.client().await.unwrap();
            client.add(AddRequest::from(&given)).await.unwrap();
            assert_eq!(
                directory.entry(given.dn()).unwrap().values("objectClass"),
                stored,
                "{given:?} {checks:?}"
            );
        }
    }
    // What nobody knows has no superclasses.
    let unknown = entry(&["wizard"]);
    let loaded = company().entry(unknown.clone()).build().unwrap();
    assert_eq!(loaded.entry(unknown.dn()).unwrap().values("objectClass"), ["wizard"]);

    let before = ["person", "top", "x-a", "x-b"];
    let prohibited = Err(ResultCode::OBJECT_CLASS_MODS_PROHIBITED);
    type Changes = Vec<Modification>;
    let cases: Vec<(Changes, Result<&[&str], ResultCode>)> = vec![
        (
            vec![Modification::add("objectClass", ["x-alone"])],
            Ok(&["person", "top", "x-a", "x-b", "x-alone"]),
        ),
        (vec![Modification::delete("objectClass", ["x-a"])], Ok(&["person", "top", "x-b"])),
        (vec![Modification::delete("objectClass", ["x-a", "x-b"])], Ok(&["person", "top"])),
        (vec![Modification::delete("objectClass", ["X-B"])], prohibited),
        (vec![Modification::delete("objectClass", ["1.2.3"])], prohibited),
        (vec![Modification::delete("objectClass", ["top"])], prohibited),
        (vec![Modification::replace("objectClass", ["person", "x-a"])], Ok(&["person", "x-a", "top", "x-b"])),
        (
            vec![Modification::delete("objectClass", ["x-b"]), Modification::add("objectClass", ["x-b"])],
            Ok(&["person", "top", "x-a", "x-b"]),
        ),
        (
            vec![
                Modification::delete_attribute("objectClass"),
                Modification::add("objectClass", ["person", "x-a"]),
            ],
            Ok(&["person", "x-a", "top", "x-b"]),
        ),
    ];
    for checks in [SchemaChecks::On, SchemaChecks::Off] {
        for (changes, expected) in &cases {
            let builder = company().schema(own.clone()).schema_checks(checks).entry(entry(&before));
            let directory = builder.start().await.unwrap();
            let client = directory.client().await.unwrap();
            let dn = "cn=x,ou=people,dc=example";
            let answer = code(client.modify(ModifyRequest::new(dn, changes.clone())).await);
            assert_eq!(answer, expected.err().unwrap_or(ResultCode::SUCCESS), "{changes:?} {checks:?}");
            let after = directory.entry(dn).unwrap();
            assert_eq!(after.values("objectClass"), expected.unwrap_or(&before), "{changes:?} {checks:?}");
        }
    }
}
