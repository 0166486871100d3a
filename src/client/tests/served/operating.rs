//! One request, one answer.

use super::*;
use crate::model::{Modification, OldRdn};
use crate::proto::extops::PasswordModify;
use crate::proto::{AddRequest, ModifyDnRequest, ModifyRequest};
use crate::server::layers::Fault;

#[tokio::test]
async fn each_operation_does_to_the_directory_what_it_says() {
    const BOB: &str = "uid=bob,dc=example";
    const ROB: &str = "uid=rob,dc=example";
    let (directory, client) = start(0).await;
    let bob =
        Entry::new(BOB).with("objectClass", ["inetOrgPerson"]).with("cn", ["Bob"]).with("sn", ["Brown"]);
    client.add(AddRequest::from(&bob)).await.unwrap();
    let _ = directory.assert_entry(BOB).has("uid", "bob").has("sn", "Brown");
    assert!(client.compare(CompareRequest::new(BOB, "sn", "BROWN")).await.unwrap());
    assert!(!client.compare(CompareRequest::new(BOB, "sn", "White")).await.unwrap());

    let mail = [Modification::add("mail", ["a@example.org", "b@example.org"])];
    client.modify(ModifyRequest::new(BOB, mail)).await.unwrap();
    client.modify(ModifyRequest::new(BOB, [Modification::delete("mail", ["a@example.org"])])).await.unwrap();
    client.replace(BOB, "sn", ["White"]).await.unwrap();
    let _ = directory.assert_entry(BOB).has_only("mail", ["b@example.org"]).has_only("sn", ["White"]);

    client.modify_dn(ModifyDnRequest::new(BOB, "uid=rob", OldRdn::Delete)).await.unwrap();
    directory.assert_no_entry(BOB);
    assert_eq!(client.read(ROB).await.unwrap().first_text("uid"), Some("rob"));

    client.password_modify(PasswordModify::new().of_user(ROB).with_new("new-secret")).await.unwrap();
    client.simple_bind(ROB, "new-secret").await.unwrap();
    assert_eq!(client.who_am_i().await.unwrap().dn(), Some(ROB));

    assert_eq!(client.root_dse().await.unwrap().first_text("supportedLDAPVersion"), Some("3"));
    assert!(client.schema().await.unwrap().attribute_type("cn").is_some());
    client.delete(DeleteRequest::new(ROB)).await.unwrap();
    directory.assert_no_entry(ROB);
    // What was asked for was asked once.
    for (kind, count) in [
        (OpKind::AddRequest, 1),
        (OpKind::CompareRequest, 2),
        (OpKind::ModifyRequest, 3),
        (OpKind::ModifyDnRequest, 1),
        (OpKind::ExtendedRequest, 2),
        (OpKind::BindRequest, 1),
        (OpKind::DeleteRequest, 1),
    ] {
        directory.requests().assert_count(kind, count);
    }
}

#[tokio::test]
async fn a_refusal_carries_the_whole_result() {
    let (directory, client) = start(0).await;
    let error = client.delete(DeleteRequest::new("cn=a,cn=b,dc=example")).await.unwrap_err();
    let result = error.result().unwrap();
    assert_eq!((result.code(), &*result.matched_dn()), (ResultCode::NO_SUCH_OBJECT, "dc=example"));
    assert_eq!(error.operation(), Some(OpKind::DeleteRequest));
    assert_eq!(error.message_id(), MessageId::new(1));
    assert!(error.is_connection_usable() && !error.may_retry());
    // Any code that is not known to be good is an error.
    for number in [118, 122, 4096, 16654] {
        let code = ResultCode::new(number);
        directory.faults().next(OpKind::DeleteRequest, Fault::Refuse(code));
        let error = client.delete(delete()).await.unwrap_err();
        assert_eq!((error.code(), error.is_connection_usable()), (Some(code), true));
    }
}

#[tokio::test]
async fn requests_at_once_find_their_answers() {
    let (directory, client) = start(20).await;
    let compares = (0..40).map(|number| {
        client.compare(CompareRequest::new(format!("cn={number},dc=example"), "cn", number.to_string()))
    });
    for (number, answer) in futures_util::future::join_all(compares).await.into_iter().enumerate() {
        match answer {
            Ok(is_equal) => assert!(is_equal && number < 20, "{number}"),
            Err(error) => {
                assert!(error.code() == Some(ResultCode::NO_SUCH_OBJECT) && number >= 20, "{error}")
            }
        }
    }
    assert_eq!(client.statistics().outstanding, 0);
    directory.requests().assert_count(OpKind::CompareRequest, 40);
}
