//! What entries may be named by.

use super::*;
use crate::execute::RequestExt;
use crate::model::{Modification, OldRdn};
use crate::proto::controls::RelaxRules;
use crate::proto::{AddRequest, ModifyDnRequest, ModifyRequest};

const ADA: &str = "uid=ada,ou=people,dc=example";

fn person(rdn: &str) -> AddRequest {
    let entry = Entry::new(format!("{rdn},ou=people,dc=example"))
        .with("objectClass", ["inetOrgPerson", "extensibleObject"])
        .with("cn", ["x"])
        .with("sn", ["x"]);
    AddRequest::from(&entry)
}

#[tokio::test]
async fn names_that_no_entry_may_have_are_refused() {
    use ResultCode as Code;
    for (rdn, lenient, strict) in [
        ("cn=x+sn=x", Code::SUCCESS, Code::SUCCESS),
        ("cn=a+cn=b", Code::INVALID_DN_SYNTAX, Code::INVALID_DN_SYNTAX),
        ("cn=x+CN=X", Code::INVALID_DN_SYNTAX, Code::INVALID_DN_SYNTAX),
        ("cn=x+commonName=y", Code::INVALID_DN_SYNTAX, Code::INVALID_DN_SYNTAX),
        ("sn=z+2.5.4.3=x+cn=y", Code::INVALID_DN_SYNTAX, Code::INVALID_DN_SYNTAX),
        ("shoeSize=1+SHOESIZE=2", Code::INVALID_DN_SYNTAX, Code::UNDEFINED_ATTRIBUTE_TYPE),
        ("shoeSize=39", Code::SUCCESS, Code::UNDEFINED_ATTRIBUTE_TYPE),
        (
            "entryUUID=597ae2f6-16a6-1027-98f4-d28b5365dc14",
            Code::CONSTRAINT_VIOLATION,
            Code::CONSTRAINT_VIOLATION,
        ),
        ("cn=x+createTimestamp=20000101000000Z", Code::CONSTRAINT_VIOLATION, Code::CONSTRAINT_VIOLATION),
        ("2.5.18.2=20000101000000Z", Code::CONSTRAINT_VIOLATION, Code::CONSTRAINT_VIOLATION),
        ("jpegPhoto=\\ff\\d8\\ff", Code::SUCCESS, Code::NAMING_VIOLATION),
        // No type of Microsoft's schema names a rule.
        ("sAMAccountName=x", Code::SUCCESS, Code::SUCCESS),
    ] {
        for (checks, expected) in [(SchemaChecks::Off, lenient), (SchemaChecks::On, strict)] {
            let directory = company().schema_checks(checks).start().await.unwrap();
            let client = directory.client().await.unwrap();
            assert_eq!(code(client.add(person(rdn)).await), expected, "{rdn} {checks:?}");
            assert_eq!(directory.len(), 7 + usize::from(expected == Code::SUCCESS));
            // The new name of an entry that allows any attribute.
            client.add(person("cn=other")).await.unwrap();
            let before = directory.changes();
            let rename = ModifyDnRequest::new("cn=other,ou=people,dc=example", rdn, OldRdn::Keep)
                .with_new_superior("ou=groups,dc=example");
            assert_eq!(code(client.modify_dn(rename).await), expected, "{rdn} {checks:?}");
            assert_eq!(directory.changes() > before, expected == Code::SUCCESS, "{rdn} {checks:?}");
        }
    }
}

#[tokio::test]
async fn relaxed_rules_let_the_servers_own_attributes_name_entries() {
    let (directory, client) = start().await;
    let rdn = "entryUUID=597ae2f6-16a6-1027-98f4-d28b5365dc14";
    client.add(person(rdn).with_control(RelaxRules)).await.unwrap();
    let named = format!("{rdn},ou=people,dc=example");
    assert_eq!(directory.entry(&named).unwrap().values("entryUUID").len(), 1);
    // It stays unless the rules are relaxed again.
    let rename = || ModifyDnRequest::new(named.as_str(), "cn=y", OldRdn::Delete);
    assert_eq!(code(client.modify_dn(rename()).await), ResultCode::CONSTRAINT_VIOLATION);
    client.modify_dn(rename().with_control(RelaxRules)).await.unwrap();
    let rename = ModifyDnRequest::new(ADA, "modifyTimestamp=20000101000000Z", OldRdn::Keep);
    client.modify_dn(rename.with_control(RelaxRules)).await.unwrap();
}

#[tokio::test]
async fn encoded_values_of_a_name_are_values_of_the_entry() {
    for checks in [SchemaChecks::Off, SchemaChecks::On] {
        let directory = company().schema_checks(checks).start().await.unwrap();
        let client = directory.client().await.unwrap();
        let named = "2.5.4.3=#0C0361626A,ou=people,dc=example";
        client.add(AddRequest::from(&Entry::new(named).with("objectClass", ["device"]))).await.unwrap();
        assert_eq!(directory.entry(named).unwrap().values("cn"), ["abj"]);
        assert_eq!(found(&client, below("dc=example", "(cn=ABJ)")).await.len(), 1);
        // By either form it is the same entry, and the value belongs to its name.
        let entry = Entry::new("cn=abj,ou=people,dc=example").with("objectClass", ["device"]);
        assert_eq!(code(client.add(AddRequest::from(&entry)).await), ResultCode::ENTRY_ALREADY_EXISTS);
        let modify = ModifyRequest::new(named, [Modification::replace("cn", ["other"])]);
        assert_eq!(code(client.modify(modify).await), ResultCode::NOT_ALLOWED_ON_RDN);
        let rename = ModifyDnRequest::new(named, "cn=#1303616263", OldRdn::Delete);
        client.modify_dn(rename).await.unwrap();
        let renamed = directory.entry("cn=abc,ou=people,dc=example").unwrap();
        assert_eq!(renamed.values("cn"), ["abc"]);
        // A sequence has no value of text.
        let entry = Entry::new("cn=#3000,ou=people,dc=example").with("objectClass", ["device"]);
        let expected = match checks {
            SchemaChecks::On => ResultCode::OBJECT_CLASS_VIOLATION,
            _ => ResultCode::SUCCESS,
        };
        assert_eq!(code(client.add(AddRequest::from(&entry)).await), expected);
    }
    let (directory, client) = start().await;
    let unknown = "shoeSize=#020127,dc=example";
    client.add(AddRequest::from(&Entry::new(unknown).with("objectClass", ["device"]))).await.unwrap();
    assert!(directory.entry(unknown).unwrap().attribute("shoeSize").is_none());
}
