//! A directory as the tests of applications have it.

use super::*;
use crate::proto::{DeleteRequest, OpKind};
use crate::server::layers::Fault;
use crate::server::{Endpoint, InProcess};

#[tokio::test]
async fn it_listens_where_it_is_told_and_is_reached_in_memory_always() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("socket");
    let places = [Endpoint::localhost(), Endpoint::unix(&socket)];
    for (places, begin) in
        [(&places[..], "ldap://127.0.0.1:"), (&places[1..], "ldapi://"), (&[], "ldap://memory")]
    {
        let directory = company().listen(places.iter().cloned()).start().await.unwrap();
        assert!(directory.url().starts_with(begin), "{}", directory.url());
        let client = directory.client().await.unwrap();
        assert_eq!(client.read("dc=example").await.unwrap().dn(), "dc=example");
        if !directory.server().endpoints().is_empty() {
            let client = Client::connect(directory.url()).await.unwrap();
            assert_eq!(client.read("dc=example").await.unwrap().dn(), "dc=example");
        }
        // The file of the socket goes with it.
        directory.shutdown(std::time::Duration::ZERO).await;
    }
}

#[tokio::test]
async fn requests_are_kept_and_faults_come_on_command() {
    let (directory, client) = start().await;
    directory.faults().next(OpKind::DeleteRequest, Fault::Refuse(ResultCode::BUSY));
    assert_eq!(code(client.delete(DeleteRequest::new("dc=example")).await), ResultCode::BUSY);
    let _ = directory.assert_entry("dc=example");
    directory.requests().assert_count(OpKind::DeleteRequest, 1);
    let kept = directory.requests().exchanges();
    assert_eq!(kept[0].answer.as_ref().unwrap().code(), ResultCode::BUSY);
}

#[tokio::test]
async fn who_waits_sees_each_change_and_no_more() {
    let (directory, client) = start().await;
    let waiting = {
        let directory = Directory::clone(&directory);
        tokio::spawn(async move {
            directory.wait_until(|directory| directory.len() == 6).await;
            directory.changes()
        })
    };
    tokio::task::yield_now().await;
    // A search and a refusal change nothing.
    found(&client, below("dc=example", "(objectClass=*)")).await;
    assert_eq!(
        code(client.delete(DeleteRequest::new("dc=example")).await),
        ResultCode::NOT_ALLOWED_ON_NON_LEAF
    );
    assert!(!waiting.is_finished());
    client.delete(DeleteRequest::new("uid=bob,ou=people,dc=example")).await.unwrap();
    assert_eq!(waiting.await.unwrap(), directory.changes());
    // What is so already is not waited for.
    directory.wait_until(|_| true).await;
}

#[tokio::test]
async fn the_directory_itself_carries_out_requests() {
    let directory = company().build().unwrap();
    assert_eq!(
        Executor::read(&directory, "uid=ada,ou=people,dc=example").await.unwrap().first_text("sn"),
        Some("Lovelace")
    );
    let found = directory.search_all(crate::execute::RequestExt::with_timeout(
        below("dc=example", "(sn=lovelace)"),
        std::time::Duration::from_secs(10),
    ));
    assert_eq!(found.await.unwrap().entries.len(), 2);
    // Each request is that of nobody; those of one process that has bound are not.
    let process = InProcess::new(directory.clone());
    let bind = crate::proto::BindRequest::simple("uid=ada,ou=people,dc=example", "ada-secret");
    process.execute(crate::execute::Call::new(bind.into())).await.unwrap();
    assert_eq!(process.who_am_i().await.unwrap().to_string(), "dn:uid=ada,ou=people,dc=example");
    assert_eq!(directory.who_am_i().await.unwrap().to_string(), "");
}
