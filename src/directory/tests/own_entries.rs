//! The entries that are none of the tree: the root DSE and the subschema.

use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::execute::RequestExt;
use crate::model::{Modification, OldRdn};
use crate::proto::controls::AssertionControl;
use crate::proto::{AddRequest, CompareRequest, DeleteRequest, ModifyDnRequest, ModifyRequest};

#[tokio::test]
async fn the_root_dse_has_each_attribute_once() {
    let (_directory, client) = start().await;
    for selectors in [&["+"][..], &["*", "+"], &["subschemaSubentry"], &["numSubordinates", "2.5.18.10"]] {
        let search = SearchRequest::entry("").attributes(selectors.iter().copied());
        let root = client.search_one(search).await.unwrap();
        let names: Vec<_> = root.attributes().map(|own| own.description().to_owned()).collect();
        let count = |name: &str| names.iter().filter(|own| *own == name).count();
        assert!(names.iter().all(|name| count(name) == 1), "{names:?}");
        assert_eq!(count("subschemaSubentry"), 1, "{names:?}");
        // What is below it is not counted.
        assert_eq!((count("hasSubordinates"), count("numSubordinates")), (0, 0), "{names:?}");
        assert_eq!(root.values("subschemaSubentry").collect::<Vec<_>>(), [b"cn=Subschema"]);
    }
}

#[tokio::test]
async fn the_servers_own_entries_are_compared() {
    let (_directory, client) = start().await;
    for (dn, attribute, value, expected) in [
        ("", "objectClass", "top", ResultCode::COMPARE_TRUE),
        ("", "objectClass", "person", ResultCode::COMPARE_FALSE),
        ("", "namingContexts", "DC=Example", ResultCode::COMPARE_TRUE),
        ("", "supportedLDAPVersion", "2", ResultCode::COMPARE_FALSE),
        ("", "subschemaSubentry", "CN=subschema", ResultCode::COMPARE_TRUE),
        ("", "numSubordinates", "0", ResultCode::NO_SUCH_ATTRIBUTE),
        ("cn=subSCHEMA", "objectClass", "subschema", ResultCode::COMPARE_TRUE),
        ("2.5.4.3=Subschema", "cn", "subschema", ResultCode::COMPARE_TRUE),
        ("cn=Subschema", "cn", "other", ResultCode::COMPARE_FALSE),
        ("cn=x,cn=Subschema", "cn", "x", ResultCode::NO_SUCH_OBJECT),
    ] {
        let request = CompareRequest::new(dn, attribute, value);
        let compared = match client.compare(request.clone()).await {
            Ok(true) => ResultCode::COMPARE_TRUE,
            Ok(false) => ResultCode::COMPARE_FALSE,
            Err(error) => error.code().unwrap(),
        };
        assert_eq!(compared, expected, "{dn}: {attribute}={value}");
        if expected == ResultCode::COMPARE_TRUE {
            let wrong = AssertionControl::new(Filter::parse("(cn=ada)").unwrap()).unwrap();
            let asserted = client.compare(request.with_control(wrong)).await;
            assert_eq!(code(asserted), ResultCode::ASSERTION_FAILED, "{dn}");
        }
    }
}

#[tokio::test]
async fn the_servers_own_entries_cannot_be_changed() {
    let (directory, client) = start().await;
    let before = directory.changes();
    for dn in ["", "cn=Subschema", "CN=subschema", "commonName=Subschema"] {
        let modify = ModifyRequest::new(dn, [Modification::add("description", ["x"])]);
        let rename = ModifyDnRequest::new(dn, "cn=other", OldRdn::Delete);
        let entry = Entry::new(dn).with("objectClass", ["device"]);
        for (answered, expected) in [
            (code(client.modify(modify).await), ResultCode::UNWILLING_TO_PERFORM),
            (code(client.delete(DeleteRequest::new(dn)).await), ResultCode::UNWILLING_TO_PERFORM),
            (code(client.modify_dn(rename).await), ResultCode::UNWILLING_TO_PERFORM),
            (code(client.add(AddRequest::from(&entry)).await), ResultCode::ENTRY_ALREADY_EXISTS),
        ] {
            assert_eq!(answered, expected, "{dn}");
        }
    }
    assert_eq!(directory.changes(), before);
    // One that is loaded is an entry like others.
    let entry = Entry::new("cn=Subschema").with("objectClass", ["device"]);
    let directory = company().entry(entry).start().await.unwrap();
    let client = directory.client().await.unwrap();
    client.delete(DeleteRequest::new("cn=Subschema")).await.unwrap();
    assert_eq!(client.read("cn=Subschema").await.unwrap().first_text("objectClass"), Some("top"));
}

#[tokio::test]
async fn the_subschema_is_found_by_every_scope_that_has_it() {
    let began = UNIX_EPOCH + Duration::from_secs(951_782_399);
    let directory = company().clock(move || began).start().await.unwrap();
    let client = directory.client().await.unwrap();
    for (scope, filter, expected) in [
        (Scope::BaseObject, "(objectClass=subschema)", &["cn=Subschema"][..]),
        (Scope::WholeSubtree, "(objectClass=*)", &["cn=Subschema"]),
        (Scope::WholeSubtree, "(createTimestamp<=20000228235959Z)", &["cn=Subschema"]),
        (Scope::WholeSubtree, "(cn=other)", &[]),
        (Scope::SingleLevel, "(objectClass=*)", &[]),
        (Scope::SubordinateSubtree, "(objectClass=*)", &[]),
    ] {
        let search = SearchRequest::new("cn=subschema", scope, Filter::parse(filter).unwrap());
        assert_eq!(found(&client, search).await, expected, "{scope} {filter}");
    }
    let search = SearchRequest::entry("cn=Subschema").attributes(["createTimestamp", "modifyTimestamp"]);
    let subschema = client.search_one(search).await.unwrap();
    for name in ["createTimestamp", "modifyTimestamp"] {
        assert_eq!(subschema.first_text(name), Some("20000228235959Z"), "{name}");
    }
    // The root DSE is found by itself alone.
    assert_eq!(found(&client, below("", "(objectClass=domain)")).await, ["dc=example"]);
    assert!(found(&client, below("", "(cn=Subschema)")).await.is_empty());
}
