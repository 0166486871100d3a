//! Searches: streams, their ends, pages.

use super::*;
use crate::execute::SearchItem;
use crate::proto::controls::{PagedResults, SyncMode, SyncRequest};

#[tokio::test]
async fn entries_come_in_order_references_between_them_and_the_end_is_the_servers() {
    let (directory, client) = start(300).await;
    let mut stream = client.search(everything()).await.unwrap();
    assert_eq!(stream.id(), MessageId::new(1));
    let (mut names, mut urls) = (Vec::new(), Vec::new());
    while let Some(item) = stream.next_item().await.unwrap() {
        match item {
            SearchItem::Entry(entry, _) => names.push(entry.dn().to_owned()),
            SearchItem::Reference(reference, _) => urls.extend(reference),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(names[..3], ["dc=example", ADA, "cn=0,dc=example"]);
    assert_eq!((names.len(), names.len() + urls.len()), (302, directory.len()));
    assert_eq!(urls, ["ldap://other/dc=example??sub"]);
    assert_eq!((stream.delivered(), stream.references().len()), (302, 1));
    assert_eq!(stream.result(), Some(&LdapResult::success()));
    assert!(stream.next_entry().await.unwrap().is_none(), "the end stays the end");
}

#[tokio::test]
async fn a_result_that_is_no_success_ends_the_stream_with_an_error() {
    let directory = company().size_limit(1).start().await.unwrap();
    let client = directory.client().await.unwrap();
    let error = client.search(everything()).await.unwrap().collect().await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::SIZE_LIMIT_EXCEEDED));
    assert_eq!((error.delivered(), error.partial_entries().len()), (1, 1));
    let error = client.search_all(SearchRequest::entry("dc=other")).await.unwrap_err();
    assert_eq!((error.code(), error.delivered()), (Some(ResultCode::NO_SUCH_OBJECT), 0));
}

#[tokio::test]
async fn pages_are_one_stream() {
    let (directory, client) = start(33).await;
    let found = client.search(everything().paged(10)).await.unwrap().collect().await.unwrap();
    let whole = client.search_all(everything()).await.unwrap();
    assert_eq!(found.entries, whole.entries);
    assert_eq!((found.entries.len(), found.references.len()), (35, 1));
    let mut searches = directory.requests().exchanges();
    assert!(searches.pop().unwrap().request.controls.is_empty(), "the one without pages");
    assert_eq!(searches.len(), 4);
    let requests = searches.iter().map(|exchange| &exchange.request);
    let pages: Vec<_> = requests.map(|request| request.control::<PagedResults>().unwrap().unwrap()).collect();
    assert!(pages[0].cookie().is_empty() && pages[1..].iter().all(|page| !page.cookie().is_empty()));
    assert!(searches.windows(2).all(|two| two[0].request.op == two[1].request.op));
}

/// The loop that dead-locks elsewhere: each entry is changed, on the same client, while the search goes on.
#[tokio::test]
async fn each_entry_of_a_search_can_be_changed_on_the_way() {
    for page in [None, Some(5)] {
        let (directory, _) = start(200).await;
        let options = ConnectOptions::new("ldap://peer").in_flight(2);
        let client = options.connect_over(directory.server().connect().unwrap()).await.unwrap();
        let search = match page {
            None => everything().into(),
            Some(page) => everything().paged(page),
        };
        let mut stream = client.search(search).await.unwrap();
        let mut changed = 0;
        while let Some(entry) = stream.next_entry().await.unwrap() {
            client.replace(entry.dn(), "description", ["new"]).await.unwrap();
            changed += 1;
        }
        assert_eq!(changed, 202, "{page:?}");
        directory.requests().assert_count(OpKind::ModifyRequest, 202);
    }
}

/// A search that goes on until it is told to end.
fn persistent() -> crate::Call<SearchRequest> {
    everything().with_control(SyncRequest::new(SyncMode::RefreshAndPersist))
}

#[tokio::test]
async fn a_search_that_is_dropped_is_abandoned() {
    let (_directory, client) = start(0).await;
    let mut stream = client.search(persistent()).await.unwrap();
    stream.next_entry().await.unwrap().unwrap();
    let id = stream.id().unwrap();
    drop(stream);
    // The server has heard of it before this request, and tells nothing more.
    let error = client.cancel(id).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::NO_SUCH_OPERATION));
    let late = client.statistics().late_responses;
    client.replace(ADA, "sn", ["Byron"]).await.unwrap();
    client.read(ADA).await.unwrap();
    assert_eq!((client.statistics().late_responses, client.statistics().outstanding), (late, 0));
}

#[tokio::test]
async fn a_search_that_is_cancelled_says_so() {
    let (_directory, client) = start(0).await;
    let mut stream = client.search(persistent()).await.unwrap();
    stream.next_entry().await.unwrap().unwrap();
    let id = stream.id().unwrap();
    let (cancelled, ended) = tokio::join!(client.cancel(id), stream.collect());
    cancelled.unwrap();
    assert_eq!(ended.unwrap_err().code(), Some(ResultCode::CANCELED));
    client.read(ADA).await.unwrap();
}
