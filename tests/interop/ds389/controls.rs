//! Controls that `slapd` does not have, or has otherwise.

use std::error::Error;
use std::time::Duration;

use ldapwire::model::{AuthzId, Control, Entry, Modification, ResultCode, Scope};
use ldapwire::proto::controls::{
    AccountUsability, AccountUsabilityResponse, AuthorizationIdentity, AuthorizationIdentityResponse,
    ChangeTypes, ControlValue, Controls, Dereference, DereferenceResponse, EntryChange,
    EntryChangeNotification, GetEffectiveRights, ManageDsaIt, PasswordExpired, PasswordExpiring,
    PasswordPolicy, PasswordPolicyError, PasswordPolicyResponse, PersistentSearch, PostRead,
    PostReadResponse, PreRead, PreReadResponse, ProxiedAuthorization, ProxiedAuthorizationV1,
    RealAttributesOnly, ServerSideSort, ServerSideSortResponse, SortKey, Subentries, SyncChange, SyncDone,
    SyncMode, SyncRequest, SyncState, VirtualAttributesOnly, VirtualListView, VirtualListViewResponse,
};
use ldapwire::proto::extops::PasswordModify;
use ldapwire::proto::{
    AddRequest, BindRequest, DeleteRequest, ModifyDnRequest, ModifyRequest, OldRdn, SearchRequest,
};
use ldapwire::{Call, Client, Executor, RequestExt, SearchItem};
use tokio::time::timeout;

use crate::changes::{self, area};
use crate::coverage::untried;
use crate::process::PATIENCE;
use crate::searches::search_below;
use crate::slapd::SUFFIX;
use crate::{Outcome, cases};

use super::server::{Ds389, person};

cases![Ds389:
    effective_rights_of_somebody_are_told,
    accounts_tell_whether_they_are_usable,
    passwords_that_end_are_told_with_the_bind,
    an_operation_is_done_as_somebody_else,
    a_persistent_search_tells_of_changes,
    named_entries_are_dereferenced,
    a_bind_tells_who_one_is,
    entries_are_sorted_and_seen_through_a_window,
    entries_are_read_before_and_behind_changes,
    content_is_synchronized,
    what_is_stored_and_what_is_made_up_come_apart,
    what_every_server_has_is_as_elsewhere,
    what_is_announced_is_tried,
];

async fn effective_rights_of_somebody_are_told(server: &Ds389) -> Outcome {
    let client = server.admin().await?;
    let rights = GetEffectiveRights::plain(person("alice"));
    let search = SearchRequest::entry(person("alice")).attributes([
        "telephoneNumber",
        "mail",
        "entryLevelRights",
        "attributeLevelRights",
    ]);
    let entry = client.search_one(search.clone().with_control(rights.critical())).await?;
    assert_eq!(entry.first_text("entryLevelRights"), Some("v"));
    // Read, search, compare, and where one may change: write, obliterate, add one's own name.
    let told = entry.first_text("attributeLevelRights").ok_or("rights come")?.to_owned();
    assert!(told.contains("telephoneNumber:rscwo") && told.contains("mail:rsc"), "{told}");

    let of_others = GetEffectiveRights::plain(person("bob"));
    let entry = client.search_one(search.with_control(of_others.critical())).await?;
    let told = entry.first_text("attributeLevelRights").ok_or("rights come")?.to_owned();
    assert!(told.contains("telephoneNumber:rsc") && !told.contains("telephoneNumber:rscw"), "{told}");
    Ok(())
}

async fn usability(client: &Client, dn: &str) -> Result<AccountUsabilityResponse, Box<dyn Error>> {
    let search = SearchRequest::entry(dn).with_control(AccountUsability.critical());
    let mut stream = client.search(search).await?;
    let Some(SearchItem::Entry(_, controls)) = stream.next_item().await? else {
        return Err("an entry comes".into());
    };
    Ok(controls.control::<AccountUsabilityResponse>().ok_or("there is an answer")??)
}

async fn accounts_tell_whether_they_are_usable(server: &Ds389) -> Outcome {
    let client = server.admin().await?;
    let usable = usability(&client, &format!("cn=staff,{SUFFIX}")).await?;
    assert!(matches!(usable, AccountUsabilityResponse::Usable { .. }), "{usable:?}");
    // Where passwords end, this server takes each account for one whose password has.
    let AccountUsabilityResponse::NotUsable(unusable) = usability(&client, &person("expired")).await? else {
        return Err("the password is too old".into());
    };
    assert!(unusable.expired && !unusable.inactive, "{unusable:?}");
    Ok(())
}

/// Makes the password of `uid=expired` too old.
async fn expire(client: &Client) -> Result<(), ldapwire::Error> {
    client.replace(person("expired"), "passwordExpirationTime", ["20200101000000Z"]).await?;
    Ok(())
}

async fn passwords_that_end_are_told_with_the_bind(server: &Ds389) -> Outcome {
    expire(&server.admin().await?).await?;
    let client = server.connect().await?;
    let bind = BindRequest::simple(person("bob"), "bob-secret").with_control(PasswordPolicy);
    let bound = client.bind(bind).await?;
    let expiring = bound.control::<PasswordExpiring>()?.ok_or("it ends soon")?;
    assert!((1..=WARNING).contains(&expiring.seconds()), "{expiring:?}");
    assert!(bound.control::<PasswordPolicyResponse>()?.ok_or("asked for")?.warning().is_some());

    let bind = BindRequest::simple(person("expired"), "expired-secret").with_control(PasswordPolicy);
    let error = client.bind(bind).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::INVALID_CREDENTIALS));
    assert_eq!(error.control::<PasswordExpired>()?, Some(PasswordExpired));
    let policy = error.control::<PasswordPolicyResponse>()?.ok_or("asked for")?;
    assert_eq!(policy.error(), Some(PasswordPolicyError::PASSWORD_EXPIRED));
    Ok(())
}

async fn an_operation_is_done_as_somebody_else(server: &Ds389) -> Outcome {
    let client = server.admin().await?;
    let change = |uid| {
        let changes = [Modification::replace("telephoneNumber", ["+49 30 1"])];
        ModifyRequest::new(person(uid), changes)
    };
    client.modify(change("alice").with_control(ProxiedAuthorizationV1::new(person("alice")))).await?;
    client
        .modify(change("alice").with_control(ProxiedAuthorization::new(AuthzId::from_dn(person("alice")))))
        .await?;
    // Alice may not write to others.
    let error = client
        .modify(change("bob").with_control(ProxiedAuthorizationV1::new(person("alice"))))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::INSUFFICIENT_ACCESS_RIGHTS));
    let as_alice = ProxiedAuthorization::new(AuthzId::from_dn(person("alice")));
    let error = client.modify(change("bob").with_control(as_alice)).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::INSUFFICIENT_ACCESS_RIGHTS));
    Ok(())
}

async fn a_persistent_search_tells_of_changes(server: &Ds389) -> Outcome {
    let client = server.admin().await?;
    let area = area(&client, "psearch").await?;
    let dn = format!("cn=watched,{area}");
    let search = search_below(&area, Scope::WholeSubtree)
        .with_control(PersistentSearch::new(ChangeTypes::ALL).changes_only().with_notifications().critical());
    let mut changes = client.search(search).await?;
    // The search may begin behind changes that are sent right after it: this is changed until a change is told of.
    let begun = async {
        loop {
            client.replace(&*area, "description", ["changed"]).await?;
            if let Ok(told) = timeout(PAUSE, changes.next_item()).await {
                return told.map(drop);
            }
        }
    };
    timeout(PATIENCE, begun).await??;
    let mut next = async || -> Result<_, Box<dyn Error>> {
        let (entry, controls) = loop {
            match timeout(PATIENCE, changes.next_item()).await?? {
                // More of what was changed before.
                Some(SearchItem::Entry(entry, _)) if entry.dn() == area => {}
                Some(SearchItem::Entry(entry, controls)) => break (entry, controls),
                _ => return Err("a change comes".into()),
            }
        };
        let notification = controls.control::<EntryChangeNotification>().ok_or("asked for")??;
        Ok((entry.dn().to_owned(), notification))
    };
    let entry = changes::person(&dn, "watched");
    client.add(AddRequest::from(entry)).await?;
    let (name, added) = next().await?;
    assert_eq!((&*name, added.change()), (&*dn, &EntryChange::Add));
    client.replace(&*dn, "title", ["new"]).await?;
    assert_eq!(next().await?.1.change(), &EntryChange::Modify);
    client.modify_dn(ModifyDnRequest::new(&*dn, "cn=moved", OldRdn::Delete)).await?;
    let (name, moved) = next().await?;
    assert_eq!(name, format!("cn=moved,{area}"));
    assert!(
        matches!(moved.change(), EntryChange::ModifyDn { previous_dn: Some(before) } if **before == *dn),
        "{moved:?}"
    );
    client.delete(DeleteRequest::new(&*name)).await?;
    assert_eq!(next().await?.1.change(), &EntryChange::Delete);
    Ok(())
}

async fn named_entries_are_dereferenced(server: &Ds389) -> Outcome {
    let client = server.admin().await?;
    let search = SearchRequest::entry(format!("cn=staff,{SUFFIX}"))
        .with_control(Dereference::new("member", ["mail", "cn"]).critical());
    let mut stream = client.search(search).await?;
    let Some(SearchItem::Entry(_, controls)) = stream.next_item().await? else {
        return Err("an entry comes".into());
    };
    let response = controls.control::<DereferenceResponse>().ok_or("there is an answer")??;
    assert_eq!(response.results().len(), 2);
    let found = response.results().iter().find(|result| *result.dn() == *person("alice"));
    let mail =
        found.and_then(|found| found.attributes().iter().find(|attribute| attribute.description() == "mail"));
    assert_eq!(mail.map(|mail| mail.values().collect::<Vec<_>>()), Some(vec![&b"alice@example.org"[..]]));
    Ok(())
}

async fn a_bind_tells_who_one_is(server: &Ds389) -> Outcome {
    let client = server.connect().await?;
    let bind = BindRequest::simple(person("alice"), "alice-secret").with_control(AuthorizationIdentity);
    let response = client.bind(bind).await?.control::<AuthorizationIdentityResponse>()?;
    assert_eq!(response.ok_or("there is an answer")?.identity().dn(), Some(&*person("alice")));
    assert_eq!(client.who_am_i().await?.dn(), Some(&*person("alice")));
    Ok(())
}

async fn entries_are_sorted_and_seen_through_a_window(server: &Ds389) -> Outcome {
    let client = server.admin().await?;
    let search = search_below(&format!("ou=people,{SUFFIX}"), Scope::SingleLevel)
        .with_control(ServerSideSort::new(SortKey::descending("uid")).critical())
        .with_control(ManageDsaIt)
        .with_control(VirtualListView::from_offset(2).with_after(1).critical());
    let found = client.search(search).await?.collect().await?;
    let names: Vec<_> = found.entries.iter().filter_map(|entry| entry.first_text("uid")).collect();
    assert_eq!(names, ["bob", "alice"]);
    assert!(found.control::<ServerSideSortResponse>()?.ok_or("there is an answer")?.is_sorted());
    let view = found.control::<VirtualListViewResponse>()?.ok_or("there is an answer")?;
    assert_eq!((view.target_position(), view.content_count()), (2, 3));
    Ok(())
}

async fn entries_are_read_before_and_behind_changes(server: &Ds389) -> Outcome {
    let client = server.admin().await?;
    let dn = person("bob");
    client.replace(&*dn, "title", ["old"]).await?;
    let change = ModifyRequest::new(&*dn, [Modification::replace("title", ["new"])])
        .with_control(PreRead::new(["title"]).critical())
        .with_control(PostRead::new(["title"]).critical());
    let changed = client.modify(change).await?;
    let before = changed.control::<PreReadResponse>()?.ok_or("there is an answer")?;
    let behind = changed.control::<PostReadResponse>()?.ok_or("there is an answer")?;
    assert_eq!(before.entry().first_text("title"), Some("old"));
    assert_eq!(behind.entry().first_text("title"), Some("new"));
    Ok(())
}

async fn content_is_synchronized(server: &Ds389) -> Outcome {
    let client = server.admin().await?;
    let area = area(&client, "sync").await?;
    let refresh = async |cookie: Option<bytes::Bytes>| -> Result<_, Box<dyn Error>> {
        let mut request = SyncRequest::new(SyncMode::RefreshOnly);
        if let Some(cookie) = cookie {
            request = request.with_cookie(cookie);
        }
        let search = search_below(&area, Scope::WholeSubtree).with_control(request.critical());
        let mut stream = client.search(search).await?;
        let mut states = Vec::new();
        while let Some(item) = stream.next_item().await? {
            if let SearchItem::Entry(_, controls) = item {
                states.push(controls.control::<SyncState>().ok_or("asked for")??.change());
            }
        }
        let done = stream.control::<SyncDone>()?.ok_or("there is an answer")?;
        Ok((states, done.cookie().cloned()))
    };
    let (states, cookie) = refresh(None).await?;
    assert_eq!(states, [SyncChange::Add]);
    let entry = changes::person(&format!("cn=later,{area}"), "later");
    client.add(AddRequest::from(entry)).await?;
    let (states, _) = refresh(Some(cookie.ok_or("a cookie comes")?)).await?;
    assert_eq!(states.len(), 1, "{states:?}");
    Ok(())
}

/// The server makes up which roles an entry has.
async fn what_is_stored_and_what_is_made_up_come_apart(server: &Ds389) -> Outcome {
    let client = server.admin().await?;
    let area = area(&client, "roles").await?;
    let role = format!("cn=editors,{area}");
    let classes = ["ldapSubentry", "nsRoleDefinition", "nsSimpleRoleDefinition", "nsManagedRoleDefinition"];
    client.add(AddRequest::from(Entry::new(&*role).with("objectClass", classes))).await?;
    let dn = format!("cn=editor,{area}");
    let editor = changes::person(&dn, "editor").with("nsRoleDN", [&*role]);
    client.add(AddRequest::from(editor)).await?;
    let found = async |control: Option<Control>| -> Result<_, ldapwire::Error> {
        let search = SearchRequest::entry(&*dn).attributes(["cn", "nsRole"]);
        let entry = client.search_one(Call::new(search).with_controls(control)).await?;
        Ok((entry.first_text("cn").map(str::to_owned), entry.first_text("nsRole").map(str::to_owned)))
    };
    let (cn, made_up) = (Some("editor".to_owned()), Some(role.clone()));
    assert_eq!(found(None).await?, (cn.clone(), made_up.clone()));
    assert_eq!(found(Some(RealAttributesOnly.critical())).await?, (cn, None));
    assert_eq!(found(Some(VirtualAttributesOnly.critical())).await?, (None, made_up));
    Ok(())
}

/// Seconds from the first warning to the end of a password, whatever age it has then: `passwordWarning`.
const WARNING: u64 = 7200;

/// Between two changes of which none was told of yet.
const PAUSE: Duration = Duration::from_millis(200);

async fn what_every_server_has_is_as_elsewhere(server: &Ds389) -> Outcome {
    let client = server.admin().await?;
    assert!(client.who_am_i().await?.dn().is_some());
    let people = || search_below(&format!("ou=people,{SUFFIX}"), Scope::SingleLevel);
    let plain = client.search_all(people()).await?.entries;
    assert_eq!(client.search_all(people().paged(1)).await?.entries.len(), plain.len());
    assert!(plain.len() > 1);
    let hidden = client.search_all(people().with_control(Subentries::Hidden.critical())).await?;
    assert_eq!(hidden.entries.len(), plain.len());
    assert_eq!(
        client.search_all(people().with_control(Subentries::Visible.critical())).await?.entries.len(),
        0
    );
    let own = area(&client, "passwords").await?;
    let dn = format!("uid=changed,{own}");
    let user = changes::person(&dn, "changed").with("uid", ["changed"]).with("userPassword", ["old-secret"]);
    client.add(AddRequest::from(user)).await?;
    client.password_modify(PasswordModify::new().of_user(&*dn).with_new("new-secret")).await?;
    server.connect().await?.simple_bind(&*dn, "new-secret").await?;
    Ok(())
}

async fn what_is_announced_is_tried(server: &Ds389) -> Outcome {
    assert_eq!(untried(&server.admin().await?.root_dse().await?, "389"), [""; 0]);
    Ok(())
}
