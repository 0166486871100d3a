//! What entries may be named by.

use super::*;
use crate::execute::RequestExt;
use crate::model::OldRdn;
use crate::proto::controls::RelaxRules;
use crate::proto::{AddRequest, ModifyDnRequest};

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
