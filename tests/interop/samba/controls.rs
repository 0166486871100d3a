//! The controls of Active Directory.

use std::time::Duration;

use ldapwire::model::{Control, Entry, Filter, Modification, Oid, ResultCode, Scope};
use ldapwire::proto::controls::active_directory::{
    AttributeScopedQuery, AttributeScopedQueryResponse, DirSync, DirSyncResponse, DomainScope, ForceUpdate,
    LazyCommit, LinkTtl, Notification, PolicyHints, RangeRetrievalNoError, SearchOptions,
    ShowDeactivatedLinks, ShowDeleted, ShowRecycled, Statistics,
};
use ldapwire::proto::controls::{
    ControlValue, PagedResults, PagedResultsResponse, PermissiveModify, ServerSideSort,
    ServerSideSortResponse, SortKey, TreeDelete, VirtualListView, VirtualListViewResponse,
};
use ldapwire::proto::{AddRequest, DeleteRequest, ModifyRequest, SearchRequest};
use ldapwire::{Call, Client, Executor, RequestExt, SearchItem};
use tokio::time::timeout;

use crate::coverage::untried;
use crate::process::PATIENCE;
use crate::searches::search_below;
use crate::{Outcome, cases};

use super::server::{DOMAIN, Samba};

cases![Samba:
    changes_since_a_cookie_are_told,
    deleted_entries_are_shown,
    a_search_stays_in_its_domain,
    members_of_a_group_are_searched,
    entries_are_sorted_and_seen_through_a_window,
    entries_come_in_pages,
    a_tree_is_deleted_at_once,
    a_permissive_modify_changes_what_is_left,
    a_search_tells_of_changes,
    critical_controls_that_it_lacks_are_not_ignored,
    what_is_announced_is_tried,
];

/// Makes an entry that one case writes below.
async fn area(client: &Client, name: &str) -> Result<String, ldapwire::Error> {
    let dn = format!("OU={name},OU=scratch,{DOMAIN}");
    client.add(AddRequest::from(Entry::new(&*dn).with("objectClass", ["organizationalUnit"]))).await?;
    Ok(dn)
}

/// Adds a contact below an area.
async fn contact(client: &Client, name: &str, area: &str) -> Result<String, ldapwire::Error> {
    let dn = format!("CN={name},{area}");
    client.add(AddRequest::from(Entry::new(&*dn).with("objectClass", ["contact"]))).await?;
    Ok(dn)
}

async fn changes_since_a_cookie_are_told(server: &Samba) -> Outcome {
    let client = server.admin().await?;
    let area = area(&client, "dirsync").await?;
    let sync = async |mut request: DirSync| -> Result<_, ldapwire::Error> {
        let mut names = Vec::new();
        loop {
            let search = SearchRequest::new(DOMAIN, Scope::WholeSubtree, Filter::present("objectClass"))
                .attributes(["objectClass", "description"])
                .with_control(request.clone().critical());
            let found = client.search(search).await?.collect().await?;
            names.extend(found.entries.iter().map(|entry| entry.dn().to_owned()));
            let response = found.control::<DirSyncResponse>()?.expect("each answer has it");
            if !response.has_more_results() {
                return Ok((names, response.cookie().clone()));
            }
            request = request.with_cookie(response.cookie().clone());
        }
    };
    let (all, cookie) = sync(DirSync::new(0)).await?;
    assert!(all.len() > 50, "{}", all.len());
    assert!(cookie.starts_with(b"MSDS"), "{cookie:?}");
    let new = contact(&client, "later", &area).await?;
    let (changed, cookie) = sync(DirSync::new(0).with_cookie(cookie)).await?;
    assert!(changed.iter().any(|name| name.eq_ignore_ascii_case(&new)), "{changed:?}");
    client.replace(&*new, "description", ["changed"]).await?;
    let flags = DirSync::ANCESTORS_FIRST_ORDER | DirSync::INCREMENTAL_VALUES;
    let (changed, _) = sync(DirSync::new(flags).with_cookie(cookie)).await?;
    assert!(changed.iter().any(|name| name.eq_ignore_ascii_case(&new)), "{changed:?}");
    Ok(())
}

async fn deleted_entries_are_shown(server: &Samba) -> Outcome {
    let client = server.admin().await?;
    let area = area(&client, "deleted").await?;
    let dn = contact(&client, "gone for good", &area).await?;
    client.delete(DeleteRequest::new(&*dn)).await?;
    let find = async |control: Option<Control>| {
        let filter = Filter::and([Filter::present("isDeleted"), Filter::equality("lastKnownParent", &*area)]);
        let search = SearchRequest::new(DOMAIN, Scope::WholeSubtree, filter).attributes(["isDeleted"]);
        let search = Call::new(search).with_controls(control);
        Ok::<_, ldapwire::Error>(client.search(search).await?.collect().await?.entries.len())
    };
    assert_eq!(find(None).await?, 0);
    assert_eq!(find(Some(ShowDeleted.critical())).await?, 1);
    assert_eq!(find(Some(ShowRecycled.critical())).await?, 1);
    Ok(())
}

async fn a_search_stays_in_its_domain(server: &Samba) -> Outcome {
    let client = server.admin().await?;
    let references = async |control: Option<Control>| {
        let search = SearchRequest::new(DOMAIN, Scope::WholeSubtree, Filter::equality("cn", "alice"));
        let search = Call::new(search).with_controls(control);
        let mut stream = client.search(search).await?;
        let mut count = 0;
        while let Some(item) = stream.next_item().await? {
            count += usize::from(!matches!(item, SearchItem::Entry(..)));
        }
        Ok::<_, ldapwire::Error>(count)
    };
    assert!(references(None).await? > 0);
    assert_eq!(references(Some(DomainScope.critical())).await?, 0);
    assert_eq!(references(Some(SearchOptions::DOMAIN_SCOPE.critical())).await?, 0);
    // Partitions of configuration and schema are below the domain's root only for this one.
    let search =
        SearchRequest::new(DOMAIN, Scope::WholeSubtree, Filter::equality("cn", "organizational-person"));
    let mut stream =
        client.search(search.clone().with_control(SearchOptions::DOMAIN_SCOPE.critical())).await?;
    assert!(stream.next_entry().await?.is_none());
    let mut stream = client.search(search.with_control(SearchOptions::PHANTOM_ROOT.critical())).await?;
    assert!(stream.next_entry().await?.is_some());
    Ok(())
}

async fn members_of_a_group_are_searched(server: &Samba) -> Outcome {
    let client = server.admin().await?;
    let search = SearchRequest::entry(format!("CN=staff,OU=people,{DOMAIN}"))
        .attributes(["cn"])
        .with_control(AttributeScopedQuery::new("member").critical());
    let found = client.search(search).await?.collect().await?;
    let mut names: Vec<_> = found.entries.iter().filter_map(|entry| entry.first_text("cn")).collect();
    names.sort_unstable();
    assert_eq!(names, ["alice", "bob"]);
    let response = found.control::<AttributeScopedQueryResponse>()?.ok_or("there is an answer")?;
    assert_eq!(response.result(), ResultCode::SUCCESS);
    Ok(())
}

async fn entries_are_sorted_and_seen_through_a_window(server: &Samba) -> Outcome {
    let client = server.admin().await?;
    let search = search_below(&format!("OU=people,{DOMAIN}"), Scope::SingleLevel)
        .with_control(ServerSideSort::new(SortKey::ascending("cn")).critical())
        .with_control(VirtualListView::from_offset(2).with_before(1).critical());
    let found = client.search(search).await?.collect().await?;
    let names: Vec<_> = found.entries.iter().filter_map(|entry| entry.first_text("cn")).collect();
    assert_eq!(names, ["alice", "bob"]);
    let view = found.control::<VirtualListViewResponse>()?.ok_or("there is an answer")?;
    assert_eq!((view.target_position(), view.content_count()), (2, 3));

    let search = search_below(&format!("OU=people,{DOMAIN}"), Scope::SingleLevel)
        .with_control(ServerSideSort::new(SortKey::descending("cn")).critical());
    let found = client.search(search).await?.collect().await?;
    let names: Vec<_> = found.entries.iter().filter_map(|entry| entry.first_text("cn")).collect();
    assert_eq!(names, ["staff", "bob", "alice"]);
    // It sorts, and does not say so.
    assert_eq!(found.control::<ServerSideSortResponse>()?, None);
    Ok(())
}

async fn entries_come_in_pages(server: &Samba) -> Outcome {
    let client = server.admin().await?;
    let search = |pages: PagedResults| {
        search_below(&format!("OU=people,{DOMAIN}"), Scope::SingleLevel).with_control(pages.critical())
    };
    let first = client.search(search(PagedResults::new(2))).await?.collect().await?;
    let response = first.control::<PagedResultsResponse>()?.ok_or("there is an answer")?;
    assert_eq!(first.entries.len(), 2);
    let rest = PagedResults::new(2).with_cookie(response.cookie().clone());
    let last = client.search(search(rest)).await?.collect().await?;
    assert_eq!(last.entries.len(), 1);
    assert!(last.control::<PagedResultsResponse>()?.ok_or("there is an answer")?.cookie().is_empty());
    Ok(())
}

async fn a_tree_is_deleted_at_once(server: &Samba) -> Outcome {
    let client = server.admin().await?;
    let area = area(&client, "tree").await?;
    contact(&client, "leaf", &area).await?;
    let error = client.delete(DeleteRequest::new(&*area)).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::NOT_ALLOWED_ON_NON_LEAF));
    client.delete(DeleteRequest::new(&*area).with_control(TreeDelete.critical())).await?;
    assert_eq!(client.read(&*area).await.unwrap_err().code(), Some(ResultCode::NO_SUCH_OBJECT));
    Ok(())
}

async fn a_permissive_modify_changes_what_is_left(server: &Samba) -> Outcome {
    let client = server.admin().await?;
    let area = area(&client, "permissive").await?;
    let dn = contact(&client, "twice", &area).await?;
    let change = || {
        let changes = [Modification::add("otherTelephone", ["1"]), Modification::delete("otherPager", ["2"])];
        ModifyRequest::new(&*dn, changes)
    };
    client.modify(change().with_control(PermissiveModify.critical())).await?;
    client.modify(change().with_control(PermissiveModify.critical())).await?;
    assert!(client.modify(change()).await.is_err());
    Ok(())
}

async fn a_search_tells_of_changes(server: &Samba) -> Outcome {
    let client = server.admin().await?;
    let area = area(&client, "notification").await?;
    let search = search_below(&area, Scope::SingleLevel).with_control(Notification.critical());
    let mut changes = client.search(search).await?;
    // The search may begin behind changes that are sent right after it: more are made until one is told of.
    let mut made = Vec::new();
    let told = async {
        loop {
            made.push(contact(&client, &format!("watched{}", made.len()), &area).await?);
            if let Ok(told) = timeout(PAUSE, changes.next_item()).await {
                return told;
            }
        }
    };
    let Some(SearchItem::Entry(entry, _)) = timeout(PATIENCE, told).await?? else {
        return Err("a change comes".into());
    };
    assert!(made.iter().any(|dn| entry.dn().eq_ignore_ascii_case(dn)), "{}", entry.dn());
    Ok(())
}

/// To most it answers as if the search were an extended operation. That is no end of a search, and is not taken for one.
async fn critical_controls_that_it_lacks_are_not_ignored(server: &Samba) -> Outcome {
    for control in [
        Control::new(Oid::from_static("1.3.6.1.4.1.99999.1")),
        ForceUpdate.into(),
        LazyCommit.into(),
        LinkTtl.into(),
        PolicyHints::ENFORCE_HISTORY.into(),
        RangeRetrievalNoError.into(),
        ShowDeactivatedLinks.into(),
        Statistics::default().into(),
    ] {
        let client = server.admin().await?;
        let search = |control: Control| SearchRequest::entry(DOMAIN).with_control(control);
        assert!(client.search_one(search(control.clone())).await.is_ok(), "{control:?}");
        let error = client.search_one(search(control.critical())).await.unwrap_err();
        let is_told = error.code() == Some(ResultCode::UNAVAILABLE_CRITICAL_EXTENSION);
        assert!(is_told || error.to_string().contains("the server broke the protocol"), "{error}");
    }
    Ok(())
}

/// Between two changes of which none was told of yet.
const PAUSE: Duration = Duration::from_secs(1);

async fn what_is_announced_is_tried(server: &Samba) -> Outcome {
    assert_eq!(untried(&server.admin().await?.root_dse().await?, "Samba"), [""; 0]);
    Ok(())
}
