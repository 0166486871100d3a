//! A pool over directories in memory, by real sockets.

use super::*;
use crate::directory::{Directory, RunningDirectory};
use crate::execute::Executor;
use crate::model::Entry;
use crate::pool::Servers;
use crate::proto::AddRequest;

async fn directory() -> RunningDirectory {
    Directory::builder().ldif("dn: dc=example\nobjectClass: domain\n").start().await.unwrap()
}

#[tokio::test]
async fn a_pool_writes_to_one_directory_and_goes_on_with_another() {
    let (first, second) = (directory().await, directory().await);
    let servers = Servers::failover([first.url(), second.url()]);
    let pool = PoolOptions::new(servers).connections(0, 4).start().await.unwrap();
    let added = (0..40).map(|number| {
        let entry = Entry::new(format!("cn={number},dc=example")).with("objectClass", ["device"]);
        pool.add(AddRequest::from(entry))
    });
    let added = futures_util::future::join_all(added).await;
    assert!(added.iter().all(Result::is_ok), "{added:?}");
    assert_eq!((first.len(), second.len()), (41, 1));
    let found = pool.search_all(search()).await.unwrap();
    assert_eq!(found.entries.len(), 41);

    first.shutdown(Duration::ZERO).await;
    let found = pool.search_all(search()).await.unwrap();
    assert_eq!(found.entries.len(), 1);
    pool.stop().await;
}
