//! What changes the directory, and what is refused.

use super::*;
use crate::execute::RequestExt;
use crate::model::{Attribute, Modification, OldRdn};
use crate::proto::controls::{
    AssertionControl, NoOp, PermissiveModify, PostRead, PostReadResponse, PreRead, PreReadResponse,
    TreeDelete,
};
use crate::proto::{AddRequest, AttributeList, DeleteRequest, ModifyDnRequest, ModifyRequest};

fn add(dn: &str, attributes: &[Attribute]) -> AddRequest {
    AddRequest::new(dn, AttributeList::new(attributes))
}

const ADA: &str = "uid=ada,ou=people,dc=example";

#[tokio::test]
async fn an_added_entry_has_the_values_of_its_name_and_those_of_the_server() {
    let (directory, client) = start().await;
    client.simple_bind("cn=admin,dc=example", "admin-secret").await.unwrap();
    client
        .add(add("CN=New+sn=One,ou=people,dc=example", &[Attribute::new("objectClass", ["person"])]))
        .await
        .unwrap();
    let entry = directory.entry("sn=one+cn=new,ou=people,dc=example").unwrap();
    assert_eq!(entry.first_text("cn"), Some("New"));
    assert_eq!(entry.first_text("sn"), Some("One"));
    assert_eq!(entry.first_text("creatorsName"), Some("cn=admin,dc=example"));
    assert_eq!(entry.first_text("structuralObjectClass"), Some("person"));
    assert_eq!(entry.first_text("entryUUID").unwrap().len(), 36);
    assert_eq!(entry.first_text("createTimestamp").unwrap().len(), 15);
    assert_eq!(found(&client, below("dc=example", "(cn=new)")).await.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_added_is_refused_with_the_right_code() {
    let (directory, client) = start().await;
    let before = directory.changes();
    let class = || Attribute::new("objectClass", ["person"]);
    for (dn, attributes, expected) in [
        (ADA, vec![class()], ResultCode::ENTRY_ALREADY_EXISTS),
        ("", vec![class()], ResultCode::ENTRY_ALREADY_EXISTS),
        ("cn=a,ou=none,dc=example", vec![class()], ResultCode::NO_SUCH_OBJECT),
        ("dc=other", vec![class()], ResultCode::NO_SUCH_OBJECT),
        ("no name", vec![class()], ResultCode::INVALID_DN_SYNTAX),
        ("cn=a,dc=example", vec![], ResultCode::OBJECT_CLASS_VIOLATION),
        (
            "cn=a,dc=example",
            vec![class(), Attribute::new("entryUUID", ["x"])],
            ResultCode::CONSTRAINT_VIOLATION,
        ),
        (
            "cn=a,dc=example",
            vec![class(), Attribute::new("mail", ["x", "X "])],
            ResultCode::ATTRIBUTE_OR_VALUE_EXISTS,
        ),
        ("cn=a,dc=example", vec![class(), class()], ResultCode::ATTRIBUTE_OR_VALUE_EXISTS),
        (
            "cn=a,dc=example",
            vec![class(), Attribute::new("a b", ["x"])],
            ResultCode::UNDEFINED_ATTRIBUTE_TYPE,
        ),
    ] {
        assert_eq!(code(client.add(add(dn, &attributes)).await), expected, "{dn} {attributes:?}");
    }
    assert_eq!(directory.changes(), before);
    // A suffix may be added at the top.
    let directory = Directory::builder().suffix("dc=other").start().await.unwrap();
    let client = directory.client().await.unwrap();
    client.add(add("DC=other", &[Attribute::new("objectClass", ["domain"])])).await.unwrap();
    assert_eq!(directory.len(), 1);
}

#[tokio::test]
async fn modifications_are_done_together_or_not_at_all() {
    let (directory, client) = start().await;
    client
        .modify(ModifyRequest::new(
            ADA,
            [
                Modification::replace("mail", ["a@example.org", "b@example.org"]),
                Modification::delete("mail", ["A@example.org"]),
                Modification::add("loginCount", ["9"]),
                Modification::increment("loginCount", 2),
                Modification::delete_attribute("description;lang-de"),
            ],
        ))
        .await
        .unwrap();
    let entry = directory.entry(ADA).unwrap();
    assert_eq!(entry.values("mail"), ["b@example.org"]);
    assert_eq!(entry.first_text("loginCount"), Some("11"));
    assert!(entry.attribute("description;lang-de").is_none() && entry.attribute("description").is_some());
    assert!(found(&client, below("dc=example", "(mail=ada@example.org)")).await.is_empty());
    assert_eq!(found(&client, below("dc=example", "(mail=b@*)")).await.len(), 1);

    let before = directory.changes();
    for (changes, expected) in [
        (
            vec![Modification::add("title", ["x"]), Modification::delete_attribute("none")],
            ResultCode::NO_SUCH_ATTRIBUTE,
        ),
        (vec![Modification::add("mail", ["B@example.org"])], ResultCode::ATTRIBUTE_OR_VALUE_EXISTS),
        (vec![Modification::delete("mail", ["x"])], ResultCode::NO_SUCH_ATTRIBUTE),
        (vec![Modification::delete("uid", ["ada"])], ResultCode::NOT_ALLOWED_ON_RDN),
        (vec![Modification::clear("uid")], ResultCode::NOT_ALLOWED_ON_RDN),
        (vec![Modification::replace("entryUUID", ["x"])], ResultCode::CONSTRAINT_VIOLATION),
        (vec![Modification::delete_attribute("objectClass")], ResultCode::OBJECT_CLASS_VIOLATION),
    ] {
        let refused = client.modify(ModifyRequest::new(ADA, changes.clone())).await;
        assert_eq!(code(refused), expected, "{changes:?}");
    }
    assert_eq!(code(client.modify(ModifyRequest::new("", [])).await), ResultCode::UNWILLING_TO_PERFORM);
    assert_eq!(directory.changes(), before);
    let lenient =
        ModifyRequest::new(ADA, [Modification::delete("mail", ["x"])]).with_control(PermissiveModify);
    client.modify(lenient).await.unwrap();
}

#[tokio::test]
async fn a_subtree_moves_with_its_top() {
    let (directory, client) = start().await;
    let rename = ModifyDnRequest::new("ou=people,dc=example", "ou=Humans", OldRdn::Delete)
        .with_new_superior("ou=groups,dc=example");
    client.modify_dn(rename).await.unwrap();
    assert!(directory.entry(ADA).is_none());
    let ada = directory.entry("uid=ada,ou=humans,ou=groups,dc=example").unwrap();
    assert_eq!(ada.dn(), "uid=ada,ou=Humans,ou=groups,dc=example");
    let moved = directory.entry("ou=Humans,ou=groups,dc=example").unwrap();
    assert_eq!(moved.values("ou"), ["Humans"]);
    assert_eq!(found(&client, below("ou=groups,dc=example", "(uid=*)")).await.len(), 3);
    assert!(
        found(&client, SearchRequest::new("dc=example", Scope::SingleLevel, Filter::present("uid")))
            .await
            .is_empty()
    );
    // Its own name in another case is a new one.
    let rename = ModifyDnRequest::new("ou=humans,ou=groups,dc=example", "ou=HUMANS", OldRdn::Keep);
    client.modify_dn(rename).await.unwrap();
    let ada = directory.entry("uid=ada,ou=humans,ou=groups,dc=example").unwrap();
    assert_eq!(ada.dn(), "uid=ada,ou=HUMANS,ou=groups,dc=example");
    assert_eq!(directory.len(), 7);
}

#[tokio::test]
async fn what_cannot_be_renamed_is_refused() {
    let (directory, client) = start().await;
    let before = directory.changes();
    let rename = |dn: &str, rdn: &str| ModifyDnRequest::new(dn, rdn.to_owned(), OldRdn::Delete);
    for (request, expected) in [
        (rename(ADA, "uid=bob"), ResultCode::ENTRY_ALREADY_EXISTS),
        (rename(ADA, "no name"), ResultCode::INVALID_DN_SYNTAX),
        (rename("uid=x,dc=example", "uid=y"), ResultCode::NO_SUCH_OBJECT),
        (rename("dc=example", "dc=other"), ResultCode::UNWILLING_TO_PERFORM),
        (rename(ADA, "uid=ada").with_new_superior("ou=none,dc=example"), ResultCode::NO_SUCH_OBJECT),
        (
            rename("ou=people,dc=example", "ou=people").with_new_superior(ADA),
            ResultCode::UNWILLING_TO_PERFORM,
        ),
    ] {
        assert_eq!(code(client.modify_dn(request.clone()).await), expected, "{request:?}");
    }
    assert_eq!(directory.changes(), before);
}

#[tokio::test]
async fn leaves_are_deleted_and_trees_when_asked_for() {
    let (directory, client) = start().await;
    let people = || DeleteRequest::new("ou=people,dc=example");
    assert_eq!(code(client.delete(people()).await), ResultCode::NOT_ALLOWED_ON_NON_LEAF);
    client.delete(DeleteRequest::new(ADA)).await.unwrap();
    assert_eq!(code(client.delete(DeleteRequest::new(ADA)).await), ResultCode::NO_SUCH_OBJECT);
    assert!(found(&client, below("dc=example", "(uid=ada)")).await.is_empty());
    client.delete(people().with_control(TreeDelete)).await.unwrap();
    assert_eq!(directory.len(), 3);
}

#[tokio::test]
async fn controls_read_before_and_after_and_hold_back() {
    let (directory, client) = start().await;
    let change = || ModifyRequest::new(ADA, [Modification::replace("sn", ["King"])]);
    let before = directory.changes();
    let wrong = AssertionControl::new(Filter::parse("(sn=King)").unwrap()).unwrap();
    assert_eq!(code(client.modify(change().with_control(wrong)).await), ResultCode::ASSERTION_FAILED);
    assert_eq!(code(client.modify(change().with_control(NoOp)).await), ResultCode::NO_OPERATION);
    assert_eq!(directory.changes(), before);

    let call =
        change().with_control(PreRead::new(["sn"])).with_control(PostRead::new(["sn", "modifyTimestamp"]));
    let response = client.modify(call).await.unwrap();
    let read = response.control::<PreReadResponse>().unwrap().unwrap();
    assert_eq!(read.entry().first_text("sn"), Some("Lovelace"));
    let read = response.control::<PostReadResponse>().unwrap().unwrap();
    assert_eq!(read.entry().first_text("sn"), Some("King"));
    assert!(read.entry().first_text("modifyTimestamp").is_some());

    let call = DeleteRequest::new(ADA).with_control(PreRead::new(["uid"]));
    let response = client.delete(call).await.unwrap();
    assert_eq!(
        response.control::<PreReadResponse>().unwrap().unwrap().entry().first_text("uid"),
        Some("ada")
    );
}
