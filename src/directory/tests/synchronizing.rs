//! Transactions, and contents that are kept alike.

use super::referring::{ELSEWHERE, company_with_links};
use super::*;
use crate::execute::{RequestExt, SearchItem, SearchStream};
use crate::model::{AuthzId, Control, DerefAliases, Dn, Modification};
use crate::proto::controls::{
    ControlValue, Controls, ManageDsaIt, NoOp, PostRead, ProxiedAuthorization, SyncChange, SyncDone,
    SyncInfo, SyncMode, SyncRequest, SyncState, TransactionSpecification,
};
use crate::proto::extops::{EndTransaction, ExtendedOp as _, StartTransaction};
use crate::proto::{AddRequest, DeleteRequest, ModifyDnRequest, ModifyRequest, OldRdn};

const ADA: &str = "uid=ada,ou=people,dc=example";

fn device(name: &str) -> Entry {
    Entry::new(format!("cn={name},ou=people,dc=example")).with("objectClass", ["device"]).with("cn", [name])
}

async fn begin(client: &Client) -> Control {
    let identifier = client.extended_op(StartTransaction).await.unwrap();
    TransactionSpecification::new(identifier).into()
}

fn commit(transaction: &Control) -> EndTransaction {
    EndTransaction::commit(transaction.value().unwrap().clone())
}

#[tokio::test]
async fn a_transaction_is_done_as_a_whole() {
    let (directory, client) = start().await;
    let before = directory.entries();
    let transaction = begin(&client).await;
    let within = || transaction.clone();
    client.add(AddRequest::from(&device("one")).with_control(within())).await.unwrap();
    let change = ModifyRequest::new(ADA, [Modification::replace("title", ["x"])]);
    client.modify(change.with_control(within()).with_control(PostRead::new(["title"]))).await.unwrap();
    assert_eq!(directory.entries(), before);
    let end = client.extended_op(commit(&transaction)).await.unwrap();
    assert_eq!(end.updates().len(), 1);
    assert_eq!(directory.entry(ADA).unwrap().first_text("title"), Some("x"));
    assert!(directory.entry("cn=one,ou=people,dc=example").is_some());
    assert!(client.extended_op(commit(&transaction)).await.is_err());
}

#[tokio::test]
async fn a_transaction_that_fails_leaves_nothing() {
    let (directory, client) = start().await;
    let before = directory.export();
    let transaction = begin(&client).await;
    let within = || transaction.clone();
    assert_eq!(code(client.extended_op(StartTransaction).await), ResultCode::BUSY);
    client.add(AddRequest::from(&device("one")).with_control(within())).await.unwrap();
    let rename = ModifyDnRequest::new("ou=people,dc=example", "ou=humans", OldRdn::Delete)
        .with_new_superior("ou=groups,dc=example");
    client.modify_dn(rename.with_control(within())).await.unwrap();
    let moved = "uid=ada,ou=humans,ou=groups,dc=example";
    let change = ModifyRequest::new(moved, [Modification::replace("title", ["x"])]);
    client.modify(change.with_control(within())).await.unwrap();
    client
        .delete(DeleteRequest::new("uid=bob,ou=humans,ou=groups,dc=example").with_control(within()))
        .await
        .unwrap();
    client.delete(DeleteRequest::new("uid=nobody,dc=example").with_control(within())).await.unwrap();
    assert_eq!(code(client.extended_op(commit(&transaction)).await), ResultCode::NO_SUCH_OBJECT);
    // The order of entries is that of their numbers, which they keep.
    assert_eq!(String::from_utf8(directory.export()).unwrap(), String::from_utf8(before).unwrap());
    assert_eq!(found(&client, below("dc=example", "(title=x)")).await, [""; 0]);
    assert_eq!(found(&client, below("ou=people,dc=example", "(uid=bob)")).await, ["uid=bob,ou=people"]);
}

#[tokio::test]
async fn transactions_end_with_binds_aborts_and_limits() {
    let (directory, client) = start().await;
    let before = directory.changes();
    let first = begin(&client).await;
    client.simple_bind(ADA, "ada-secret").await.unwrap();
    let add = |transaction: &Control| AddRequest::from(&device("one")).with_control(transaction.clone());
    assert_eq!(code(client.add(add(&first)).await), ResultCode::UNWILLING_TO_PERFORM);
    let second = begin(&client).await;
    client.add(add(&second)).await.unwrap();
    let abort = EndTransaction::abort(second.value().unwrap().clone());
    client.extended_op(abort).await.unwrap();
    let third = begin(&client).await;
    for _ in 0..1_000 {
        client.add(add(&third)).await.unwrap();
    }
    assert_eq!(code(client.add(add(&third)).await), ResultCode::ADMIN_LIMIT_EXCEEDED);
    let no_op = begin_again(&client, &third).await;
    client.add(add(&no_op).with_control(NoOp)).await.unwrap();
    assert_eq!(code(client.extended_op(commit(&no_op)).await), ResultCode::NO_OPERATION);
    assert_eq!(directory.changes(), before);
}

#[tokio::test]
async fn a_transaction_has_so_many_octets() {
    let (directory, client) = start().await;
    let transaction = begin(&client).await;
    let add = |octets: usize| {
        let entry = device("large").with("description", [vec![b'x'; octets]]);
        AddRequest::from(entry).with_control(transaction.clone())
    };
    for _ in 0..15 {
        client.add(add(1 << 20)).await.unwrap();
    }
    assert_eq!(code(client.add(add(1 << 20)).await), ResultCode::ADMIN_LIMIT_EXCEEDED);
    // What fits still does.
    client.add(add((1 << 20) - 10_000)).await.unwrap();
    assert_eq!(directory.len(), company().build().unwrap().len());
}

#[tokio::test]
async fn a_transaction_is_that_of_who_began_it() {
    let (directory, client) = start().await;
    client.simple_bind("cn=admin,dc=example", "admin-secret").await.unwrap();
    let proxied = || ProxiedAuthorization::new(AuthzId::from_dn(Dn::parse(ADA).unwrap()));
    let start = StartTransaction.into_request().with_control(proxied());
    let identifier = client.extended(start).await.unwrap().extended_op::<StartTransaction>().unwrap();
    let transaction: Control = TransactionSpecification::new(identifier).into();
    let add = || AddRequest::from(&device("one")).with_control(transaction.clone());
    assert_eq!(code(client.add(add().with_control(proxied())).await), ResultCode::PROTOCOL_ERROR);
    let lenient =
        Control::new(TransactionSpecification::OID).with_value(transaction.value().unwrap().clone());
    let uncritical = AddRequest::from(&device("one")).with_control(lenient);
    assert_eq!(code(client.add(uncritical).await), ResultCode::PROTOCOL_ERROR);
    client.add(add()).await.unwrap();
    let end = commit(&transaction).into_request().with_control(proxied());
    assert_eq!(code(client.extended(end).await), ResultCode::PROTOCOL_ERROR);
    client.extended_op(commit(&transaction)).await.unwrap();
    let entry = directory.entry("cn=one,ou=people,dc=example").unwrap();
    assert_eq!(entry.first_text("creatorsName"), Some(ADA));
}

async fn begin_again(client: &Client, before: &Control) -> Control {
    client.extended_op(EndTransaction::abort(before.value().unwrap().clone())).await.unwrap();
    begin(client).await
}

fn sync(mode: SyncMode, cookie: Option<Vec<u8>>) -> Control {
    let request = SyncRequest::new(mode);
    match cookie {
        Some(cookie) => request.with_cookie(cookie).into(),
        None => request.into(),
    }
}

fn people() -> SearchRequest {
    below("ou=people,dc=example", "(|(sn=Lovelace)(objectClass=device))").attributes(["sn"])
}

/// What comes next: the change and the name, or what an intermediate response says.
async fn next(stream: &mut SearchStream) -> Option<(Option<SyncChange>, String, Option<Vec<u8>>)> {
    match stream.next_item().await.unwrap()? {
        SearchItem::Entry(entry, controls) => {
            let state: SyncState = controls.control().unwrap().unwrap();
            let rdn = entry.dn().split(',').next().unwrap().to_owned();
            Some((Some(state.change()), rdn, state.cookie().map(|cookie| cookie.to_vec())))
        }
        SearchItem::Intermediate(response) => {
            let info = response.decode_as::<SyncInfo>().unwrap().unwrap();
            let text = match &info {
                SyncInfo::IdSet { uuids, refresh_deletes: true, .. } => format!("gone {}", uuids.len()),
                SyncInfo::RefreshPresent { .. } => "present".to_owned(),
                SyncInfo::RefreshDelete { .. } => "delete".to_owned(),
                other => panic!("{other:?}"),
            };
            Some((None, text, info.cookie().map(|cookie| cookie.to_vec())))
        }
        other => panic!("{other:?}"),
    }
}

/// All that comes, and the cookie of the end.
async fn refresh(client: &Client, cookie: Option<Vec<u8>>) -> (Vec<String>, bool, Vec<u8>) {
    let search = people().with_control(sync(SyncMode::RefreshOnly, cookie));
    let mut stream = client.search(search).await.unwrap();
    let mut all = Vec::new();
    while let Some((_, text, _)) = next(&mut stream).await {
        all.push(text);
    }
    let done: SyncDone = stream.control().unwrap().unwrap();
    (all, done.refresh_deletes(), done.cookie().unwrap().to_vec())
}

#[tokio::test]
async fn a_copy_is_refreshed() {
    let (directory, client) = start().await;
    let (all, deletes, cookie) = refresh(&client, None).await;
    assert_eq!((all, deletes), (vec!["uid=ada".to_owned(), "uid=eve".to_owned()], false));
    let (all, deletes, cookie) = refresh(&client, Some(cookie)).await;
    assert_eq!((all.len(), deletes), (0, true));

    client.add(AddRequest::from(&device("one"))).await.unwrap();
    client.delete(DeleteRequest::new("uid=eve,ou=people,dc=example")).await.unwrap();
    let other = Modification::replace("sn", ["King"]);
    client.modify(ModifyRequest::new(ADA, [other])).await.unwrap();
    let (all, deletes, next_cookie) = refresh(&client, Some(cookie.clone())).await;
    assert_eq!((all, deletes), (vec!["cn=one".to_owned(), "gone 2".to_owned()], true));

    // A cookie of another content, or none at all, begins anew.
    let snapshot = directory.snapshot();
    directory.restore(&snapshot).unwrap();
    for cookie in [next_cookie, b"x".to_vec()] {
        let (all, deletes, _) = refresh(&client, Some(cookie)).await;
        assert_eq!((all, deletes), (vec!["cn=one".to_owned()], false));
    }
    let mixed = people().with_control(sync(SyncMode::RefreshOnly, None));
    let sorted = mixed.with_control(crate::proto::controls::ServerSideSort::new("cn"));
    let ended = client.search(sorted).await.unwrap().collect().await;
    assert_eq!(code(ended), ResultCode::UNWILLING_TO_PERFORM);
    // "The server SHALL treat other values [...] as protocol errors."
    let following = people().deref_aliases(DerefAliases::DerefAlways);
    let following = following.with_control(sync(SyncMode::RefreshOnly, None));
    let ended = client.search(following).await.unwrap().collect().await;
    assert_eq!(code(ended), ResultCode::PROTOCOL_ERROR);
    client.add(AddRequest::from(&device("two"))).await.unwrap();
    let limited = people().size_limit(1).with_control(sync(SyncMode::RefreshOnly, None));
    let error = client.search(limited).await.unwrap().collect().await.unwrap_err();
    assert_eq!((error.code(), error.partial_entries().len()), (Some(ResultCode::SIZE_LIMIT_EXCEEDED), 1));
}

/// Far more than are told of in one step, with a search that is not read meanwhile.
#[tokio::test]
async fn many_changes_come_all_and_the_base_ends_it() {
    let (_directory, client) = start().await;
    let mut stream =
        client.search(people().with_control(sync(SyncMode::RefreshAndPersist, None))).await.unwrap();
    for _ in 0..3 {
        next(&mut stream).await.unwrap();
    }
    let transaction = begin(&client).await;
    for number in 0..400 {
        let device = device(&number.to_string());
        client.add(AddRequest::from(&device).with_control(transaction.clone())).await.unwrap();
    }
    client.extended_op(commit(&transaction)).await.unwrap();
    let mut cookies = Vec::new();
    for number in 0..400 {
        let (change, name, cookie) = next(&mut stream).await.unwrap();
        assert_eq!((change, name), (Some(SyncChange::Add), format!("cn={number}")));
        cookies.extend(cookie);
    }
    assert!(cookies.len() > 2, "{}", cookies.len());
    // Each cookie says what came before it.
    let (left, ..) = refresh(&client, cookies.first().cloned()).await;
    assert_eq!(left.len(), 400 - 128);
    let rename = ModifyDnRequest::new("ou=people,dc=example", "ou=folk", OldRdn::Delete);
    client.modify_dn(rename).await.unwrap();
    let ended = loop {
        match stream.next_item().await {
            Ok(Some(_)) => {}
            Ok(None) => break ResultCode::SUCCESS,
            Err(error) => break error.code().unwrap(),
        }
    };
    assert_eq!(ended, ResultCode::NO_SUCH_OBJECT);
}

#[tokio::test]
async fn changes_are_told_as_they_come() {
    let (_directory, client) = start().await;
    let search = people().with_control(sync(SyncMode::RefreshAndPersist, None));
    let mut stream = client.search(search).await.unwrap();
    for expected in ["uid=ada", "uid=eve", "present"] {
        assert_eq!(next(&mut stream).await.unwrap().1, expected);
    }
    let modify = |name: &'static str, value: &'static str| {
        ModifyRequest::new(ADA, [Modification::replace(name, [value])])
    };
    client.modify(modify("title", "x")).await.unwrap();
    let (change, name, cookie) = next(&mut stream).await.unwrap();
    assert_eq!((change, name.as_str()), (Some(SyncChange::Modify), "uid=ada"));
    client.add(AddRequest::from(&device("one"))).await.unwrap();
    assert_eq!(next(&mut stream).await.unwrap().0, Some(SyncChange::Add));
    // One that leaves the content is deleted, one that never was in it is not told of.
    client.delete(DeleteRequest::new("uid=bob,ou=people,dc=example")).await.unwrap();
    client.modify(modify("sn", "King")).await.unwrap();
    let (change, name, _) = next(&mut stream).await.unwrap();
    assert_eq!((change, name.as_str()), (Some(SyncChange::Delete), "uid=ada"));
    client.delete(DeleteRequest::new("cn=one,ou=people,dc=example")).await.unwrap();
    let (change, name, _) = next(&mut stream).await.unwrap();
    assert_eq!((change, name.as_str()), (Some(SyncChange::Delete), "cn=one"));
    drop(stream);

    // The cookie of one of the changes tells what came behind it: one entry has come and gone meanwhile.
    let (all, deletes, _) = refresh(&client, cookie).await;
    assert_eq!((all, deletes), (vec!["gone 3".to_owned()], true));
    assert!(SyncRequest::OID.as_str().starts_with("1.3.6.1.4.1.4203"));
}

/// What comes next: the change, and the URLs of a reference or the name of an entry.
async fn next_told(stream: &mut SearchStream) -> (SyncChange, Vec<String>) {
    let change = |controls: Vec<Control>| controls.control::<SyncState>().unwrap().unwrap().change();
    match stream.next_item().await.unwrap().unwrap() {
        SearchItem::Reference(urls, controls) => {
            (change(controls), urls.iter().map(ToString::to_string).collect())
        }
        SearchItem::Entry(entry, controls) => (change(controls), vec![entry.dn().to_string()]),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn references_are_told_of_as_entries_are() {
    let directory = company_with_links().start().await.unwrap();
    let client = directory.client().await.unwrap();
    // "Each SearchResultReference Message SHALL include a Sync State Control of state add" (RFC 4533 3.3.1); entries only
    // count for the limit of sizes.
    let search = below("dc=example", "(uid=ada)").size_limit(1);
    let search = search.with_control(sync(SyncMode::RefreshAndPersist, None));
    let mut stream = client.search(search).await.unwrap();
    let mut all = [next_told(&mut stream).await, next_told(&mut stream).await].map(|(_, told)| told);
    all.sort();
    assert_eq!(all, [["ldap://other.example.net/ou=there,dc=net??sub"], [ADA]]);
    assert_eq!(next(&mut stream).await.unwrap().1, "present");

    let change = ModifyRequest::new(ELSEWHERE, [Modification::replace("ref", ["ldap://b/dc=net"])]);
    client.modify(change.with_control(ManageDsaIt)).await.unwrap();
    let told = next_told(&mut stream).await;
    assert_eq!(told, (SyncChange::Modify, vec!["ldap://b/dc=net??sub".to_owned()]));
    client.delete(DeleteRequest::new(ELSEWHERE).with_control(ManageDsaIt)).await.unwrap();
    // "a SearchResultReference Message with an empty SEQUENCE OF LDAPURL" (RFC 4533 3.4.1).
    assert_eq!(next_told(&mut stream).await, (SyncChange::Delete, vec![]));
}

#[tokio::test]
async fn who_manages_referrals_synchronizes_them_as_entries() {
    let directory = company_with_links().start().await.unwrap();
    let client = directory.client().await.unwrap();
    let search = below("dc=example", "(ou=elsewhere)").with_control(ManageDsaIt);
    let search = search.with_control(sync(SyncMode::RefreshOnly, None));
    let mut stream = client.search(search).await.unwrap();
    assert_eq!(next_told(&mut stream).await, (SyncChange::Add, vec![ELSEWHERE.to_owned()]));
}

/// Of what nobody stores an entry's name is its own; the rest comes and goes with other entries, of which a copy of this one
/// hears nothing.
#[tokio::test]
async fn what_other_entries_determine_is_not_synchronized() {
    let (_directory, client) = start().await;
    for (control, expected) in
        [(ManageDsaIt.into(), ["TRUE"].as_slice()), (sync(SyncMode::RefreshOnly, None), &[])]
    {
        let search = below("dc=example", "(ou=people)").attributes(["+", "hasSubordinates"]);
        let found = client.search(search.with_control(control)).await.unwrap().collect().await.unwrap();
        let entry = found.entries[0].to_entry();
        assert_eq!(entry.first_text("entryDN"), Some("ou=people,dc=example"));
        assert_eq!(entry.values("hasSubordinates"), expected);
        assert_eq!(entry.attribute("subschemaSubentry").is_some(), !expected.is_empty());
    }
}
