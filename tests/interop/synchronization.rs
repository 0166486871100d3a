//! Content synchronization, transactions and dynamic entries.

use std::time::Duration;

use ldapwire::model::{Entry, Modification, ResultCode, Scope};
use ldapwire::proto::controls::{
    ControlValue, Controls, SyncChange, SyncDone, SyncInfo, SyncMode, SyncRequest, SyncState, SyncUuid,
    TransactionSpecification,
};
use ldapwire::proto::extops::{
    EndTransaction, ExtendedOp, Refresh, StartTransaction, Turn, VerifyCredentials,
};
use ldapwire::proto::{AddRequest, DeleteRequest, ModifyRequest, SearchRequest};
use ldapwire::{Executor, RequestExt, SearchItem, SearchStream};

use super::changes::{area, person};
use super::connections::admin;
use super::searches::search_below;
use super::slapd::Slapd;
use super::{Outcome, cases};

cases![
    a_copy_is_refreshed_from_its_cookie,
    a_copy_is_told_of_changes_until_it_is_cancelled,
    a_transaction_is_done_as_a_whole,
    an_aborted_transaction_leaves_nothing,
    a_failed_transaction_says_which_update_it_was,
    a_dynamic_entry_lives_on,
    operations_that_the_server_does_not_have_are_refused,
];

/// One entry of a synchronization.
#[derive(Debug)]
struct Told {
    name: String,
    state: SyncState,
}

async fn next(stream: &mut SearchStream) -> Result<Option<Told>, Box<dyn std::error::Error>> {
    loop {
        match stream.next_item().await? {
            Some(SearchItem::Entry(entry, controls)) => {
                let state = controls.control::<SyncState>().ok_or("each entry has its state")??;
                return Ok(Some(Told { name: entry.dn().to_owned(), state }));
            }
            Some(SearchItem::Intermediate(response)) => {
                response.decode_as::<SyncInfo>().ok_or("no other message comes")??;
            }
            Some(_) => {}
            None => return Ok(None),
        }
    }
}

async fn a_copy_is_refreshed_from_its_cookie(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let area = area(&client, "refresh").await?;
    for name in ["one", "two"] {
        client.add(AddRequest::from(person(&format!("cn={name},{area}"), name))).await?;
    }
    let refresh = async |cookie: Option<bytes::Bytes>| {
        let mut request = SyncRequest::new(SyncMode::RefreshOnly);
        if let Some(cookie) = cookie {
            request = request.with_cookie(cookie);
        }
        let search = search_below(&area, Scope::SingleLevel).with_control(request.critical());
        let mut stream = client.search(search).await?;
        let mut told = Vec::new();
        while let Some(entry) = next(&mut stream).await? {
            told.push(entry);
        }
        let done = stream.control::<SyncDone>()?.ok_or("the end has its control")?;
        Ok::<_, Box<dyn std::error::Error>>((told, done))
    };
    let (told, done) = refresh(None).await?;
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|told| told.state.change() == SyncChange::Add), "{told:?}");
    let search = SearchRequest::entry(&*told[0].name).attributes(["entryUUID"]);
    let uuid = client.search_one(search).await?.first_text("entryUUID").map(str::to_owned);
    assert_eq!(uuid, Some(told[0].state.entry_uuid().to_string()));

    let cookie = done.cookie().cloned();
    assert!(cookie.is_some());
    client.replace(format!("cn=two,{area}"), "title", ["changed"]).await?;
    let (told, again) = refresh(cookie.clone()).await?;
    let changed: Vec<_> = told.iter().filter(|told| told.state.change() == SyncChange::Add).collect();
    assert_eq!(changed.len(), 1, "{told:?}");
    assert_eq!(changed[0].name, format!("cn=two,{area}"));
    assert_ne!(again.cookie(), cookie.as_ref());
    Ok(())
}

async fn a_copy_is_told_of_changes_until_it_is_cancelled(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let area = area(&client, "persist").await?;
    client.add(AddRequest::from(person(&format!("cn=one,{area}"), "one"))).await?;
    let request = SyncRequest::new(SyncMode::RefreshAndPersist).critical();
    let search = search_below(&area, Scope::SingleLevel).with_control(request);
    let mut stream = client.search(search.with_timeout(Duration::from_secs(60))).await?;
    let first = next(&mut stream).await?.ok_or("the content comes first")?;
    assert_eq!(first.state.change(), SyncChange::Add);
    // The refresh stage ends with a message of its own.
    loop {
        let Some(SearchItem::Intermediate(response)) = stream.next_item().await? else { continue };
        match response.decode_as::<SyncInfo>().ok_or("a sync info")?? {
            SyncInfo::RefreshDelete { refresh_done: true, .. }
            | SyncInfo::RefreshPresent { refresh_done: true, .. } => break,
            _ => {}
        }
    }
    let dn = format!("cn=one,{area}");
    client.replace(&*dn, "title", ["changed"]).await?;
    let changed = next(&mut stream).await?.ok_or("the change comes")?;
    assert_eq!((changed.state.change(), &changed.name), (SyncChange::Modify, &dn));
    let uuid: SyncUuid = changed.state.entry_uuid();
    assert_eq!(uuid, first.state.entry_uuid());
    client.delete(DeleteRequest::new(&*dn)).await?;
    let gone = next(&mut stream).await?.ok_or("the change comes")?;
    assert_eq!((gone.state.change(), gone.state.entry_uuid()), (SyncChange::Delete, uuid));

    let id = stream.id().ok_or("the search has an id")?;
    client.cancel(id).await?;
    let error = next(&mut stream).await.unwrap_err();
    assert!(error.to_string().contains("canceled (118)"), "{error}");
    assert!(client.who_am_i().await?.dn().is_some());
    Ok(())
}

async fn a_transaction_is_done_as_a_whole(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let area = area(&client, "transaction").await?;
    let identifier = client.extended_op(StartTransaction).await?;
    let part = || TransactionSpecification::new(identifier.clone());
    for name in ["one", "two"] {
        let add = AddRequest::from(person(&format!("cn={name},{area}"), name));
        client.add(add.with_control(part())).await?;
    }
    let count = async || {
        client
            .search(search_below(&area, Scope::SingleLevel))
            .await?
            .collect()
            .await
            .map(|found| found.entries.len())
    };
    assert_eq!(count().await?, 0);
    let end = client.extended_op(EndTransaction::commit(identifier.clone())).await?;
    assert_eq!(end.failed(), None);
    assert_eq!(count().await?, 2);
    Ok(())
}

async fn an_aborted_transaction_leaves_nothing(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let area = area(&client, "aborted").await?;
    let identifier = client.extended_op(StartTransaction).await?;
    let add = AddRequest::from(person(&format!("cn=one,{area}"), "one"));
    client.add(add.with_control(TransactionSpecification::new(identifier.clone()))).await?;
    client.extended_op(EndTransaction::abort(identifier)).await?;
    let found = client.read(format!("cn=one,{area}")).await;
    assert_eq!(found.unwrap_err().code(), Some(ResultCode::NO_SUCH_OBJECT));
    Ok(())
}

async fn a_failed_transaction_says_which_update_it_was(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let area = area(&client, "failed").await?;
    let identifier = client.extended_op(StartTransaction).await?;
    let part = || TransactionSpecification::new(identifier.clone());
    let add = AddRequest::from(person(&format!("cn=one,{area}"), "one"));
    client.add(add.with_control(part())).await?;
    let missing = ModifyRequest::new(format!("cn=none,{area}"), [Modification::replace("title", ["x"])]);
    let queued = client.modify(missing.with_control(part())).await?;
    let error = client.extended_op(EndTransaction::commit(identifier.clone())).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::NO_SUCH_OBJECT));
    let response = error.extended().ok_or("a refusal keeps its response")?;
    let end = EndTransaction::decode_response(response)?;
    assert!(end.failed().is_none_or(|failed| failed == queued.id()), "{end:?}");
    assert!(client.read(format!("cn=one,{area}")).await.is_err());
    Ok(())
}

async fn a_dynamic_entry_lives_on(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let area = area(&client, "dynamic").await?;
    let dn = format!("cn=short,{area}");
    let entry = Entry::new(&*dn).with("objectClass", ["device", "dynamicObject"]).with("cn", ["short"]);
    client.add(AddRequest::from(entry)).await?;
    let seconds = client.extended_op(Refresh::new(&*dn, 86_400)).await?;
    assert!((86_000..=86_400).contains(&seconds), "{seconds}");
    let error = client.extended_op(Refresh::new(&*area, 86_400)).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::OBJECT_CLASS_VIOLATION));
    client.delete(DeleteRequest::new(&*dn)).await?;
    Ok(())
}

async fn operations_that_the_server_does_not_have_are_refused(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let turn = client.extended_op(Turn::new("x")).await.unwrap_err();
    assert_eq!(turn.code(), Some(ResultCode::PROTOCOL_ERROR));
    let verify = client.extended_op(VerifyCredentials::simple("", "")).await.unwrap_err();
    assert_eq!(verify.code(), Some(ResultCode::PROTOCOL_ERROR));
    assert!(client.who_am_i().await?.dn().is_some());
    Ok(())
}
