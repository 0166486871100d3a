//! Controls of responses: typed where they are asked for, and a fault in one is a fault of its operation alone.

use super::peer::{Peer, entry, pair};
use super::{delete, search_request};
use crate::error::{Blame, ErrorKind};
use crate::execute::{Executor, RequestExt, SearchItem};
use crate::model::{Control, Entry, Oid, ResultCode};
use crate::proto::controls::{
    ControlValue, Controls, PasswordPolicyError, PasswordPolicyResponse, PreRead, PreReadResponse,
    ServerSideSort, ServerSideSortResponse, SyncChange, SyncInfo, SyncState, SyncUuid,
};
use crate::proto::extops::PasswordModify;
use crate::proto::{
    ExtendedResponse, IntermediateResponse, LdapMessage, LdapResult, MessageId, ProtocolOp,
    SearchResultEntry, SearchResultReference,
};

impl Peer {
    async fn send_with(
        &mut self,
        id: MessageId,
        op: ProtocolOp,
        controls: impl IntoIterator<Item = Control>,
    ) {
        let message = controls.into_iter().fold(LdapMessage::new(id, op), LdapMessage::with_control);
        self.send_octets(&message.to_bytes().unwrap()).await;
    }
}

fn done() -> ProtocolOp {
    ProtocolOp::SearchResultDone(LdapResult::success())
}

/// A control with a value that is none.
fn malformed<C: ControlValue>() -> Control {
    Control::new(C::OID).with_value(&b"\x30\x05\x0a"[..])
}

#[tokio::test(start_paused = true)]
async fn a_response_has_its_controls_by_type_and_keeps_unknown_ones_raw() {
    let (client, mut peer) = pair().await;
    let call = tokio::spawn(async move { client.delete(delete().with_control(PreRead::new(["cn"]))).await });
    let request = peer.next().await;
    assert_eq!(request.control::<PreRead>(), Some(Ok(PreRead::new(["cn"]))));
    let before = PreReadResponse::new(SearchResultEntry::from(&Entry::new("cn=x").with("cn", ["x"])));
    let unknown = Control::new(Oid::from_static("1.2.3")).with_value(&b"\x30"[..]);
    let controls = [unknown.clone(), before.clone().into()];
    peer.send_with(request.id, ProtocolOp::DeleteResponse(LdapResult::success()), controls).await;
    let response = call.await.unwrap().unwrap();
    assert_eq!(response.control::<PreReadResponse>().unwrap(), Some(before));
    assert_eq!(response.controls()[0], unknown);
    assert_eq!(response.control::<ServerSideSortResponse>().unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn a_malformed_control_is_an_error_of_its_operation_and_not_of_the_connection() {
    let (client, mut peer) = pair().await;
    let search = search_request().with_control(ServerSideSort::new("cn"));
    let mut stream = client.search(search).await.unwrap();
    let request = peer.next().await;
    peer.send_with(request.id, entry(0, 0).into(), [malformed::<SyncState>()]).await;
    peer.send_with(request.id, done(), [malformed::<ServerSideSortResponse>()]).await;
    let Some(SearchItem::Entry(_, controls)) = stream.next_item().await.unwrap() else { panic!() };
    assert!(controls.control::<SyncState>().unwrap().is_err());
    assert!(stream.next_entry().await.unwrap().is_none());
    let error = stream.control::<ServerSideSortResponse>().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Value { .. }), "{error}");
    assert!(error.blame() == Blame::Peer && error.is_connection_usable());
    peer.answer_one(&client).await;
}

#[tokio::test(start_paused = true)]
async fn entries_references_and_messages_between_them_have_controls_and_types() {
    let (client, mut peer) = pair().await;
    let mut stream = client.search(search_request()).await.unwrap();
    let request = peer.next().await;
    let state = |change| SyncState::new(change, SyncUuid::new([7; 16]));
    peer.send_with(request.id, entry(0, 0).into(), [state(SyncChange::Add).into()]).await;
    let reference = SearchResultReference::new(["ldap://other/"]);
    peer.send_with(request.id, reference.into(), [state(SyncChange::Delete).into()]).await;
    let info = SyncInfo::NewCookie("c".into());
    peer.send(request.id, IntermediateResponse::from(info.clone()).into()).await;
    peer.send_done(request.id).await;
    let Some(SearchItem::Entry(_, controls)) = stream.next_item().await.unwrap() else { panic!() };
    assert_eq!(controls.control::<SyncState>(), Some(Ok(state(SyncChange::Add))));
    let Some(SearchItem::Reference(_, controls)) = stream.next_item().await.unwrap() else { panic!() };
    assert_eq!(controls.control::<SyncState>(), Some(Ok(state(SyncChange::Delete))));
    let Some(SearchItem::Intermediate(response)) = stream.next_item().await.unwrap() else { panic!() };
    assert_eq!(response.decode_as::<SyncInfo>(), Some(Ok(info)));
    assert!(stream.next_item().await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn controls_that_nobody_asked_for_and_those_that_are_ignored_disturb_nothing() {
    let (client, mut peer) = pair().await;
    // Asked for one, answered another.
    let search = search_request().with_control(ServerSideSort::new("cn"));
    let stream = client.search(search).await.unwrap();
    let request = peer.next().await;
    let uninvited = PasswordPolicyResponse::new().with_error(PasswordPolicyError::CHANGE_AFTER_RESET);
    peer.send_with(request.id, done(), [Control::from(uninvited).critical()]).await;
    let found = stream.collect().await.unwrap();
    assert_eq!(found.control::<ServerSideSortResponse>().unwrap(), None);
    assert_eq!(found.control::<PasswordPolicyResponse>().unwrap(), Some(uninvited));
}

#[tokio::test(start_paused = true)]
async fn a_refused_extended_operation_keeps_its_value() {
    let (client, mut peer) = pair().await;
    let call = tokio::spawn({
        let client = client.clone();
        async move { client.extended_op(PasswordModify::new()).await }
    });
    let request = peer.next().await;
    let refusal = LdapResult::new(ResultCode::CONSTRAINT_VIOLATION);
    let response = ExtendedResponse::new(refusal).with_value("why");
    peer.send(request.id, response.clone().into()).await;
    let error = call.await.unwrap().unwrap_err();
    assert_eq!((error.code(), error.extended()), (Some(ResultCode::CONSTRAINT_VIOLATION), Some(&response)));
    peer.answer_one(&client).await;
}
