use std::sync::Arc;

use super::*;
use crate::client::Client;
use crate::directory::{Directory, DirectoryBuilder, RunningDirectory};
use crate::ldif::SliceReader;
use crate::model::{Dn, Entry};
use crate::proto::AddRequest;

fn entry(dn: &str) -> Entry {
    Entry::new(dn).with("objectClass", ["device"])
}

/// So many units below `ou=old`, each with so many devices, and something that is to stay.
fn tree(units: usize, devices: usize) -> DirectoryBuilder {
    let mut builder = Directory::builder()
        .admin("cn=admin", "secret")
        .entry(entry("o=x"))
        .entry(entry("ou=old,o=x"))
        .entry(entry("ou=stays,o=x"));
    for unit in 0..units {
        let dn = format!("ou={unit},ou=old,o=x");
        builder = builder.entry(entry(&dn));
        for device in 0..devices {
            let kind = if device % 2 == 0 { "even" } else { "odd" };
            builder = builder.entry(entry(&format!("cn={device},{dn}")).with("description", [kind]));
        }
    }
    builder
}

async fn start(builder: DirectoryBuilder) -> (RunningDirectory, Client) {
    let directory = builder.start().await.unwrap();
    let client = directory.client().await.unwrap();
    client.simple_bind("cn=admin", "secret").await.unwrap();
    (directory, client)
}

fn by_entries() -> Delete {
    Delete::new("ou=old,o=x").by(DeleteBy::Entries)
}

#[tokio::test]
async fn a_subtree_goes_by_one_request_or_entry_by_entry() {
    for by in [DeleteBy::Either, DeleteBy::Entries, DeleteBy::Control] {
        let (directory, client) = start(tree(20, 5)).await;
        let delete = Delete::new("ou=old,o=x").by(by);
        let progress = delete.progress();
        assert_eq!(delete.count(&client).await.unwrap(), 121);
        let report = delete.run(&client).await.unwrap();
        assert_eq!((report.deleted, report.gone, report.left, report.is_success()), (121, 0, 0, true));
        assert_eq!(report.passes, u32::from(by == DeleteBy::Entries));
        assert_eq!((progress.entries(), progress.expected()), (121, Some(121)));
        assert_eq!(directory.len(), 2, "{by:?}");
        let error = delete.run(&client).await.unwrap_err();
        assert_eq!(error.code(), Some(ResultCode::NO_SUCH_OBJECT));
    }
}

#[tokio::test]
async fn less_than_a_subtree_is_deleted_entry_by_entry() {
    let (directory, client) = start(tree(3, 4)).await;
    let delete = Delete::new("ou=0,ou=old,o=x").keep_base();
    assert_eq!(delete.run(&client).await.unwrap().deleted, 4);
    let report = Delete::new("ou=0,ou=old,o=x").scope(Scope::BaseObject).run(&client).await.unwrap();
    assert_eq!((report.deleted, report.passes), (1, 1));
    let odd = Filter::equality("description", "odd");
    assert_eq!(Delete::new("o=x").filter(odd).run(&client).await.unwrap().deleted, 4);
    assert_eq!(directory.len(), 9);
    let refused = Delete::new("o=x").keep_base().by(DeleteBy::Control).run(&client).await.unwrap_err();
    assert!(matches!(refused.kind(), DeleteErrorKind::NotWhole), "{refused}");
    // One with others below it cannot be deleted alone.
    let report = Delete::new("ou=old,o=x").scope(Scope::BaseObject).run(&client).await.unwrap();
    assert_eq!((report.deleted, report.left, report.is_success()), (0, 1, false));
    assert_eq!(report.codes.get(&ResultCode::NOT_ALLOWED_ON_NON_LEAF), Some(&1));
    assert_eq!(report.failures[0].dn, "ou=old,o=x");
    assert_eq!(directory.len(), 9);
}

#[tokio::test]
async fn a_preview_has_children_before_their_parents_and_changes_nothing() {
    let (directory, client) = start(tree(5, 3)).await;
    let before = directory.changes();
    let mut text = Vec::new();
    assert_eq!(Delete::new("ou=old,o=x").preview(&client, &mut text).await.unwrap(), 21);
    let names: Vec<Dn> = SliceReader::new(&text)
        .map(|located| Dn::parse(located.unwrap().record.into_change().dn()).unwrap())
        .collect();
    assert_eq!(names.len(), 21);
    for (place, name) in names.iter().enumerate() {
        assert!(names[place..].iter().all(|later| !later.is_descendant_of(name)), "{name}");
    }
    assert_eq!(directory.changes(), before);
}

#[tokio::test]
async fn a_limit_of_the_server_only_makes_it_search_again() {
    for by in [DeleteBy::Either, DeleteBy::Entries] {
        let (directory, client) = start(tree(20, 5).size_limit(30)).await;
        let report = Delete::new("ou=old,o=x").by(by).run(&client).await.unwrap();
        assert_eq!((report.deleted, report.left, directory.len()), (121, 0, 2), "{by:?}: {report:?}");
        assert!(report.passes > 3, "{report:?}");
    }
    let (_directory, client) = start(tree(20, 5).size_limit(30)).await;
    let error = by_entries().count(&client).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::SIZE_LIMIT_EXCEEDED));
    assert_eq!(by_entries().pages(10).count(&client).await.unwrap(), 121);
}

#[tokio::test]
async fn what_is_added_meanwhile_is_deleted_too() {
    let (directory, client) = start(tree(10, 20)).await;
    let delete = by_entries().window(4);
    let progress = delete.progress();
    let added = async {
        while progress.entries() < 50 {
            tokio::task::yield_now().await;
        }
        // The units are still there: they are not as deep as what is deleted first.
        for unit in 0..10 {
            let add = AddRequest::from(entry(&format!("cn=late,ou={unit},ou=old,o=x")));
            client.add(add).await.unwrap();
        }
    };
    let (report, ()) = tokio::join!(delete.run(&client), added);
    let report = report.unwrap();
    assert_eq!((report.left, report.is_success(), report.passes), (0, true, 2), "{report:?}");
    assert_eq!(report.deleted, 1 + 10 * 22);
    assert_eq!(directory.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_gone_leaves_the_rest_counted() {
    let (directory, client) = start(tree(10, 100)).await;
    let directory = Arc::new(directory);
    let delete = by_entries();
    let progress = delete.progress();
    let killed = async {
        while progress.entries() < 200 {
            tokio::task::yield_now().await;
        }
        client.clone().close().await;
    };
    let (report, ()) = tokio::join!(delete.run(&client), killed);
    let report = report.unwrap();
    assert_eq!(report.deleted + report.gone + report.left, 1011, "{report:?}");
    assert!(!report.is_success() && report.stop.is_some(), "{report:?}");
    let gone = 1013 - directory.len() as u64;
    assert!(report.deleted <= gone && gone <= report.deleted + 64, "{gone}: {report:?}");
}
