//! Controls of requests, and those of answers by their types.

use super::*;
use crate::directory::PasswordPolicy;
use crate::model::{Filter, Modification};
use crate::proto::controls::{
    AssertionControl, PasswordPolicy as Asked, PasswordPolicyError, PasswordPolicyResponse, PostRead,
    PostReadResponse, PreRead, PreReadResponse, ServerSideSort, ServerSideSortResponse, SortKey,
};
use crate::proto::{BindRequest, ModifyRequest};

fn renamed() -> ModifyRequest {
    ModifyRequest::new(ADA, [Modification::replace("sn", ["Byron"])])
}

#[tokio::test]
async fn answers_have_their_controls_by_type() {
    let (_directory, client) = start(0).await;
    let asserted = AssertionControl::new(Filter::equality("sn", "King")).unwrap();
    let error = client.modify(renamed().with_control(asserted)).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::ASSERTION_FAILED));

    let answer = client.modify(renamed().with_control(PostRead::new(["sn"]))).await.unwrap();
    let after = answer.control::<PostReadResponse>().unwrap().unwrap();
    assert_eq!((after.entry().dn(), after.entry().first_text("sn")), (ADA, Some("Byron")));
    assert_eq!(answer.control::<PreReadResponse>().unwrap(), None);

    let answer = client.delete(DeleteRequest::new(ADA).with_control(PreRead::new(["sn"]))).await.unwrap();
    let before = answer.control::<PreReadResponse>().unwrap().unwrap();
    assert_eq!(before.entry().first_text("sn"), Some("Byron"));
}

#[tokio::test]
async fn a_sorted_search_says_that_it_is() {
    let (_directory, client) = start(3).await;
    let search = SearchRequest::new("dc=example", Scope::SingleLevel, Filter::present("cn"));
    let sort = ServerSideSort::new(SortKey::descending("cn"));
    let mut stream = client.search(search.with_control(sort)).await.unwrap();
    let mut names = Vec::new();
    while let Some(entry) = stream.next_entry().await.unwrap() {
        names.push(entry.first_text("cn").unwrap().to_owned());
    }
    assert_eq!(names, ["Ada Lovelace", "2", "1", "0"]);
    assert!(stream.control::<ServerSideSortResponse>().unwrap().unwrap().is_sorted());
}

#[tokio::test]
async fn a_refused_bind_says_by_a_control_why() {
    let policy = PasswordPolicy::new().lockout(1, None);
    let directory = company().password_policy(policy).start().await.unwrap();
    let client = directory.client().await.unwrap();
    let bind = || BindRequest::simple(ADA, "wrong").with_control(Asked);
    client.bind(bind()).await.unwrap_err();
    let error = client.bind(bind()).await.unwrap_err();
    let locked = PasswordPolicyResponse::new().with_error(PasswordPolicyError::ACCOUNT_LOCKED);
    assert_eq!(error.control::<PasswordPolicyResponse>().unwrap(), Some(locked));
    assert!(error.extended().is_none());
    client.read(ADA).await.unwrap();
}
