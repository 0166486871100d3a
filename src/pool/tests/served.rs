//! A pool over directories in memory, by real sockets.

use std::fmt::Debug;
use std::ops::RangeBounds;
use std::sync::{Arc, Mutex};

use super::*;
use crate::client::ConnectOptions;
use crate::directory::{Directory, DirectoryBuilder, RunningDirectory};
use crate::error::ErrorKind;
use crate::execute::{Executor, SearchMany};
use crate::model::{Entry, ResultCode};
use crate::pool::{Credentials, Servers, Split};
use crate::proto::extops::{ExtendedOp, StartTls};
use crate::proto::{AddRequest, BindRequest, OpKind};
use crate::server::Endpoint;
use crate::server::layers::Fault;

const READER: &str = "cn=reader,dc=example";

fn device(number: usize) -> Entry {
    Entry::new(format!("cn={number},dc=example")).with("objectClass", ["device"])
}

/// A directory of so many devices, and of a reader who has a password.
fn devices(count: usize) -> DirectoryBuilder {
    let reader = Entry::new(READER).with("objectClass", ["person"]).with("userPassword", ["secret"]);
    let builder = Directory::builder().ldif("dn: dc=example\nobjectClass: domain\n");
    builder.entry(reader).entries((0..count).map(device))
}

async fn directory(count: usize) -> RunningDirectory {
    devices(count).start().await.unwrap()
}

/// The directory as a server to whom passwords may be sent.
fn trusted(directory: &RunningDirectory) -> Servers {
    ConnectOptions::new(directory.url()).danger_allow_cleartext_passwords().into()
}

async fn pool(servers: impl Into<Servers>, set: impl FnOnce(PoolOptions) -> PoolOptions) -> Pool {
    set(PoolOptions::new(servers).connections(0, 4)).start().await.unwrap()
}

fn add(number: usize) -> AddRequest {
    AddRequest::from(&device(number))
}

/// Waits until a directory has as many connections as is wanted.
async fn wait_for_connections(directory: &RunningDirectory, wanted: impl RangeBounds<usize> + Debug) {
    let waiting = async {
        while !wanted.contains(&directory.server().connections()) {
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(seconds(60), waiting).await;
    assert!(waited.is_ok(), "{} connections, not {wanted:?}", directory.server().connections());
}

#[tokio::test]
async fn a_pool_writes_to_one_directory_and_goes_on_with_another() {
    let (first, second) = (directory(0).await, directory(0).await);
    let pool = pool(Servers::failover([first.url(), second.url()]), |options| options).await;
    let added = futures_util::future::join_all((0..40).map(|number| pool.add(add(number)))).await;
    assert!(added.iter().all(Result::is_ok), "{added:?}");
    assert_eq!((first.len(), second.len()), (42, 2));
    assert_eq!(pool.search_all(search()).await.unwrap().entries.len(), 42);

    first.shutdown(Duration::ZERO).await;
    assert_eq!(pool.search_all(search()).await.unwrap().entries.len(), 2);
    pool.stop().await;
}

#[tokio::test]
async fn all_operations_of_a_client_are_those_of_a_pool_and_of_a_lease() {
    let directory = directory(3).await;
    let pool = pool(directory.url(), |options| options).await;
    let lease = pool.acquire_exclusive().await.unwrap();
    assert_eq!(lease.server(), directory.url());
    each_operation(&lease, 10).await;
    drop(lease);
    each_operation(&pool.acquire_shared().await.unwrap(), 11).await;
    each_operation(&pool, 12).await;
    assert_eq!((pool.status().leases, directory.len()), (0, 5));
}

async fn each_operation(executor: &impl Executor, number: usize) {
    let dn = format!("cn={number},dc=example");
    executor.add(add(number)).await.unwrap();
    assert!(executor.compare(CompareRequest::new(dn.clone(), "cn", number.to_string())).await.unwrap());
    executor.replace(dn.clone(), "description", ["changed"]).await.unwrap();
    assert_eq!(executor.read(dn.clone()).await.unwrap().first_text("description"), Some("changed"));
    assert_eq!(executor.search_all(search()).await.unwrap().entries.len(), 6);
    assert_eq!(executor.root_dse().await.unwrap().dn(), "");
    assert!(executor.who_am_i().await.unwrap().is_anonymous());
    let error = executor.search_one(search()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NotOne { found: 2 }), "{error}");
    let mut stream = executor.search(search()).await.unwrap();
    assert_eq!(stream.next_entry().await.unwrap().unwrap().dn(), "dc=example");
    drop(stream);
    executor.delete(delete(&dn)).await.unwrap();
}

#[tokio::test]
async fn a_stream_of_a_lease_keeps_the_connection() {
    let directory = directory(0).await;
    let pool = pool(directory.url(), |options| options.connections(0, 1)).await;
    let lease = pool.acquire_exclusive().await.unwrap();
    let stream = lease.search(search()).await.unwrap();
    drop(lease);
    assert_eq!(pool.status().leases, 1);
    drop(stream);
    assert_eq!(pool.status().leases, 0);
}

#[tokio::test]
async fn nothing_that_would_change_whom_a_connection_belongs_to_is_sent() {
    let directory = directory(0).await;
    let pool = pool(directory.url(), |options| options).await;
    let lease = pool.acquire_exclusive().await.unwrap();
    let bind = BindRequest::simple(READER, "secret");
    for error in [
        pool.extended(StartTls.into_request()).await.unwrap_err(),
        lease.extended(StartTls.into_request()).await.unwrap_err(),
        pool.execute(crate::Call::new(bind.clone()).into_op()).await.unwrap_err(),
        lease.execute(crate::Call::new(bind).into_op()).await.unwrap_err(),
    ] {
        assert!(matches!(error.kind(), ErrorKind::Misuse(_)), "{error}");
    }
    assert!(directory.requests().exchanges().is_empty());
}

/// Its place is a socket in a folder: a port could be somebody else's meanwhile.
#[cfg(unix)]
#[tokio::test]
async fn a_directory_that_comes_back_in_its_place_is_bound_to_again() {
    let folder = tempfile::tempdir().unwrap();
    let place = Endpoint::unix(folder.path().join("ldapi"));
    let first = devices(1).listen([place.clone()]).start().await.unwrap();
    let credentials = Credentials::simple(READER, "secret");
    let pool = pool(trusted(&first), |options| options.connections(2, 4).credentials(credentials)).await;
    assert_eq!(pool.who_am_i().await.unwrap().dn(), Some(READER));
    first.shutdown(Duration::ZERO).await;

    let second = devices(2).listen([place]).start().await.unwrap();
    assert_eq!(pool.search_all(search()).await.unwrap().entries.len(), 4);
    assert_eq!(pool.who_am_i().await.unwrap().dn(), Some(READER));
    let _ = second.requests().assert_bind(READER).ended(ResultCode::SUCCESS);
    pool.stop().await;
}

#[tokio::test]
async fn who_has_a_new_password_goes_on_with_it() {
    let directory = directory(0).await;
    let password = Arc::new(Mutex::new("secret"));
    let provider = {
        let password = Arc::clone(&password);
        move || std::future::ready(Ok(Credentials::simple(READER, *password.lock().unwrap())))
    };
    let set = |options: PoolOptions| options.connections(1, 1).credentials_from(provider);
    let pool = pool(trusted(&directory), set).await;
    pool.replace(READER, "userPassword", ["another"]).await.unwrap();
    // A connection that is bound stays so; the next one needs the new password.
    assert_eq!(pool.who_am_i().await.unwrap().dn(), Some(READER));
    *password.lock().unwrap() = "another";
    pool.renew();
    assert_eq!(pool.who_am_i().await.unwrap().dn(), Some(READER));
    let _ = directory.requests().assert_bind(READER).ended(ResultCode::SUCCESS);
    directory.requests().assert_count(OpKind::BindRequest, 2);
}

#[tokio::test]
async fn entries_come_in_chunks() {
    let directory = directory(23).await;
    let pool = pool(directory.url(), |options| options).await;
    let mut chunks = pool.search(search()).await.unwrap().chunks().of(10);
    let mut sizes = Vec::new();
    while let Some(chunk) = chunks.next().await.unwrap() {
        sizes.push(chunk.len());
    }
    assert_eq!((sizes, chunks.stream().delivered()), (vec![10, 10, 5], 25));
}

#[tokio::test]
async fn each_of_many_searches_has_its_own_answer() {
    let directory = directory(20).await;
    let pool = pool(directory.url(), |options| options).await;
    let searches = || (0..25).map(|number| SearchRequest::entry(format!("cn={number},dc=example")));
    let expected: Vec<_> = (0..25).map(|number| (number, number < 20)).collect();
    assert_eq!(answered(pool.search_many(searches()).concurrency(3)).await, expected);
    let mut as_completed = answered(pool.search_many(searches()).as_completed()).await;
    as_completed.sort_unstable();
    assert_eq!(as_completed, expected);
}

/// Which searches have found the entry of their number; others have ended with an error.
async fn answered(mut many: SearchMany<'_, Pool>) -> Vec<(usize, bool)> {
    let mut numbers = Vec::new();
    while let Some((number, answer)) = many.next().await {
        let name = answer.map(|answer| answer.entries[0].dn().to_owned());
        assert!(name.as_ref().is_ok_and(|dn| *dn == format!("cn={number},dc=example")) || name.is_err());
        numbers.push((number, name.is_ok()));
    }
    numbers
}

#[tokio::test]
async fn reads_and_writes_go_to_their_own_servers() {
    let (replica, primary) = (directory(1).await, directory(1).await);
    let split = Split::new(
        pool(replica.url(), |options| options).await,
        pool(primary.url(), |options| options).await,
    );
    split.add(add(7)).await.unwrap();
    split.replace("cn=0,dc=example", "description", ["new"]).await.unwrap();
    split.delete(delete("cn=0,dc=example")).await.unwrap();
    assert!(split.compare(CompareRequest::new("cn=0,dc=example", "cn", "0")).await.unwrap());
    assert_eq!(split.search_all(search()).await.unwrap().entries.len(), 3);
    assert_eq!(split.search(search()).await.unwrap().collect().await.unwrap().entries.len(), 3);
    split.search_one(search()).await.unwrap_err();
    // What the other is asked for is no concern of this one.
    primary.faults().always(OpKind::CompareRequest, Fault::Refuse(ResultCode::UNAVAILABLE));
    assert!(split.compare(CompareRequest::new("cn=0,dc=example", "cn", "0")).await.unwrap());
    for (directory, kinds) in [
        (&replica, [(OpKind::SearchRequest, 3), (OpKind::CompareRequest, 2), (OpKind::AddRequest, 0)]),
        (&primary, [(OpKind::SearchRequest, 0), (OpKind::ModifyRequest, 1), (OpKind::DeleteRequest, 1)]),
    ] {
        kinds.into_iter().for_each(|(kind, count)| directory.requests().assert_count(kind, count));
    }
    split.stop().await;
    wait_for_connections(&replica, 0..=0).await;
    wait_for_connections(&primary, 0..=0).await;
}

/// Entries by whose names operations are spread: so many that none of three servers, whose names are new in each run, is
/// left without one.
const SPREAD: usize = 80;

/// Three directories that hold the same, and a pool that has a connection to each.
async fn three(arrange: impl FnOnce(Vec<Servers>) -> Servers) -> (Vec<RunningDirectory>, Pool) {
    let directories = vec![directory(SPREAD).await, directory(SPREAD).await, directory(SPREAD).await];
    let servers = arrange(directories.iter().map(|directory| directory.url().into()).collect());
    let pool = pool(servers, |options| options.connections(3, 6)).await;
    for directory in &directories {
        wait_for_connections(directory, 1..=1).await;
    }
    while pool.status().idle < 3 {
        tokio::task::yield_now().await;
    }
    (directories, pool)
}

fn counts(directories: &[RunningDirectory], kind: OpKind) -> Vec<usize> {
    directories.iter().map(|directory| directory.requests().requests(kind).len()).collect()
}

#[tokio::test]
async fn operations_on_one_entry_go_to_one_server_however_its_name_is_written() {
    let (directories, pool) = three(Servers::by_dn).await;
    for number in 0..SPREAD {
        for dn in [format!("cn={number},dc=example"), format!("CN={number}, DC=Example")] {
            assert!(pool.compare(CompareRequest::new(dn, "cn", number.to_string())).await.unwrap());
        }
    }
    let seen = counts(&directories, OpKind::CompareRequest);
    assert_eq!(seen.iter().sum::<usize>(), 2 * SPREAD);
    assert!(seen.iter().all(|count| *count > 0 && count % 2 == 0), "{seen:?}");
    // Each server has the connection that it had.
    assert!(directories.iter().all(|directory| directory.server().connections() == 1));
}

#[tokio::test]
async fn a_key_of_the_caller_keeps_operations_and_leases_together() {
    let (directories, pool) = three(Servers::by_affinity).await;
    // So many that none of the servers, whose names are new in each run, is left without one.
    for session in 0..48 {
        let mine = pool.with_affinity(format!("session {session}"));
        let home = mine.acquire_shared().await.unwrap().server().to_owned();
        let compare = |number| CompareRequest::new(format!("cn={number},dc=example"), "cn", "x");
        for number in 0..3 {
            mine.compare(compare(number)).await.unwrap();
        }
        let lease = mine.acquire_exclusive().await.unwrap();
        assert_eq!(lease.server(), home);
        lease.compare(compare(3)).await.unwrap();
    }
    let seen = counts(&directories, OpKind::CompareRequest);
    assert!(seen.iter().all(|count| *count > 0 && count % 4 == 0), "{seen:?}");
}

#[tokio::test]
async fn servers_and_sizes_change_under_way() {
    let (one, two) = (directory(0).await, directory(0).await);
    let pool = pool(one.url(), |options| options.connections(2, 4).connects_per_second(1000)).await;
    wait_for_connections(&one, 2..=2).await;
    pool.set_servers(Servers::round_robin([two.url(), one.url()]));
    pool.resize(4, 8);
    wait_for_connections(&two, 1..=1).await;
    wait_for_connections(&one, 3..=3).await;
    pool.set_servers(two.url());
    pool.resize(1, 2);
    wait_for_connections(&one, 0..=0).await;
    wait_for_connections(&two, 1..=2).await;
    assert_eq!(pool.status().servers.len(), 1);
    assert_eq!(pool.search_all(search()).await.unwrap().entries.len(), 2);
}

#[cfg(feature = "snapshot")]
#[tokio::test]
async fn a_recorder_counts_what_all_connections_of_a_pool_do() {
    use crate::observe::Recorder;

    let directory = directory(1).await;
    let recorder = Recorder::new();
    let pool = pool(directory.url(), |options| options.observer(recorder.clone())).await;
    for number in 10..13 {
        pool.search_all(search()).await.unwrap();
        pool.add(add(number)).await.unwrap();
    }
    let mut stream = pool.search(search()).await.unwrap();
    let snapshot = recorder.snapshot().with_pool(pool.status());
    assert_eq!(snapshot.operation(OpKind::AddRequest).unwrap().count, 3);
    let searches = snapshot.operation(OpKind::SearchRequest).unwrap();
    assert_eq!((searches.active, searches.count, searches.messages), (1, 3, 3 + 4 + 5));
    while stream.next_entry().await.unwrap().is_some() {}
    let searches = recorder.snapshot();
    assert_eq!(searches.operation(OpKind::SearchRequest).unwrap().active, 0);
    let connects: Vec<_> = snapshot.connects.iter().map(|connect| connect.made).collect();
    assert_eq!(connects, [directory.server().connections() as u64]);
    assert!(snapshot.to_json().contains(&format!("\"server\":\"{}\"", directory.url())));
}
