//! The blocking face against a server in this process.

use std::thread;

use tokio::runtime::{Builder, Runtime};
use tokio::task;

use super::{Client, Search};
use crate::error::{Error, ErrorKind};
use crate::execute::SearchItem;
use crate::model::{Entry, Filter, ResultCode, Scope};
use crate::proto::{DeleteRequest, ProtocolOp, SearchRequest, SearchResultEntry};
use crate::server::{Answer, Endpoint, Handler, Operation, RunningServer, Server, Sink};

/// Answers a search with as many entries as its size limit says, and refuses everything else.
struct Counter;

impl Handler for Counter {
    async fn handle(&self, operation: Operation, sink: &mut Sink) -> Answer {
        let ProtocolOp::SearchRequest(search) = operation.op() else {
            return Answer::refuse(ResultCode::UNWILLING_TO_PERFORM, "it only counts");
        };
        for number in 0..search.max_entries() {
            let entry = Entry::new(format!("cn={number}")).with("cn", [number.to_string()]);
            if sink.send(SearchResultEntry::from(&entry)).await.is_err() {
                break;
            }
        }
        Answer::success()
    }
}

/// A server on threads of its own.
fn serve() -> (Runtime, RunningServer) {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = runtime.block_on(Server::new(Counter).listen(Endpoint::localhost()).start()).unwrap();
    (runtime, server)
}

fn entries(count: u32) -> SearchRequest {
    SearchRequest::new("", Scope::WholeSubtree, Filter::present("cn")).size_limit(count)
}

fn is_refused_here<T>(result: Result<T, Error>) -> bool {
    result.is_err_and(|error| matches!(error.kind(), ErrorKind::InAsyncTask))
}

#[test]
fn a_search_is_an_iterator_and_ends_once() {
    let (_runtime, server) = serve();
    let client = Client::connect(server.url()).unwrap();
    let mut search = client.search(entries(1000)).unwrap();
    for (number, entry) in search.by_ref().enumerate() {
        assert_eq!(entry.unwrap().first_text("cn"), Some(number.to_string().as_str()));
    }
    assert_eq!(search.delivered(), 1000);
    assert_eq!(search.result().unwrap().code(), ResultCode::SUCCESS);
    assert!(search.next().is_none());
    assert_eq!(client.search(entries(7)).unwrap().collect_all().unwrap().entries.len(), 7);
    assert!(matches!(client.search(entries(1)).unwrap().next_item(), Ok(Some(SearchItem::Entry(..)))));
    client.close().unwrap();
    assert!(client.is_closed());
    let after = client.search(entries(1)).and_then(Search::collect_all).unwrap_err();
    assert!(matches!(after.kind(), ErrorKind::Closed(_)), "{after}");
}

#[test]
fn errors_are_those_of_the_asynchronous_calls() {
    let (_runtime, server) = serve();
    let client = Client::connect(server.url()).unwrap();
    let refused = client.delete(DeleteRequest::new("cn=1")).unwrap_err();
    assert_eq!(refused.code(), Some(ResultCode::UNWILLING_TO_PERFORM));
    assert!(matches!(client.search_one(entries(2)).unwrap_err().kind(), ErrorKind::NotOne { found: 2 }));
    assert!(matches!(Client::connect("ldap://127.0.0.1:1").unwrap_err().kind(), ErrorKind::Transport(_)));
}

#[test]
fn threads_share_a_client() {
    let (_runtime, server) = serve();
    let client = Client::connect(server.url()).unwrap();
    thread::scope(|scope| {
        for count in 0..16 {
            let client = client.clone();
            scope.spawn(move || {
                for _ in 0..20 {
                    assert_eq!(
                        client.search(entries(count)).unwrap().map(Result::unwrap).count(),
                        count as usize
                    );
                }
            });
        }
    });
    assert_eq!(client.statistics().outstanding, 0);
}

#[test]
fn a_search_that_is_dropped_is_abandoned_and_the_client_goes_on() {
    let (_runtime, server) = serve();
    let client = Client::connect(server.url()).unwrap();
    let mut search = client.search(entries(1_000_000)).unwrap();
    assert!(search.next().unwrap().is_ok());
    drop(search);
    assert_eq!(client.search(entries(3)).unwrap().count(), 3);
    assert_eq!(client.statistics().outstanding, 0);
}

#[cfg(feature = "directory")]
#[test]
fn a_directory_is_served_and_waited_for_without_async() {
    use crate::directory::Directory;
    use std::time::Duration;

    let ldif = "dn: dc=example\nobjectClass: domain\n";
    let directory = Directory::builder().ldif(ldif).start_blocking().unwrap();
    let client = directory.client().unwrap();
    let deleting = thread::spawn(move || client.delete(DeleteRequest::new("dc=example")));
    directory.wait_until(Duration::from_secs(60), Directory::is_empty).unwrap();
    deleting.join().unwrap().unwrap();
    let wanted = |one: &crate::server::layers::Exchange| one.answer.is_some();
    assert_eq!(directory.wait_for(Duration::from_secs(60), wanted).unwrap().entries, 0);
    let error = directory.wait_until(Duration::ZERO, |directory| !directory.is_empty()).unwrap_err();
    assert!(error.to_string().contains("what was waited for did not happen"), "{error}");
    directory.shutdown(Duration::from_secs(5)).unwrap();
    let runtime = Builder::new_current_thread().build().unwrap();
    let refused = runtime.block_on(async { Directory::builder().start_blocking() });
    assert!(refused.unwrap_err().to_string().contains("within an asynchronous task"));
}

#[test]
fn within_a_task_it_is_an_error_and_on_a_thread_for_blocking_work_it_is_not() {
    let (_runtime, server) = serve();
    let url = server.url();
    let client = Client::connect(&url).unwrap();
    let mut search = client.search(entries(1_000_000)).unwrap();
    for mut builder in [Builder::new_current_thread(), Builder::new_multi_thread()] {
        let runtime = builder.build().unwrap();
        let (here, there) = (client.clone(), client.clone());
        runtime.block_on(async {
            assert!(is_refused_here(Client::connect(&url)));
            assert!(is_refused_here(here.search(entries(1))));
            task::spawn(async move { assert!(is_refused_here(here.root_dse())) }).await.unwrap();
            let count = task::spawn_blocking(move || there.search(entries(2)).unwrap().count()).await;
            assert_eq!(count.unwrap(), 2);
        });
    }
    // What has been received is there all the same; dropping what a thread stands behind is allowed anywhere.
    Builder::new_current_thread().build().unwrap().block_on(async move {
        let refused = search.find_map(Result::err).unwrap();
        assert!(matches!(refused.kind(), ErrorKind::InAsyncTask), "{refused}");
        drop((search, client));
    });
}

/// The names of the asynchronous methods are read from the sources, so that one that is added has to be added here.
#[test]
fn nothing_is_missing() {
    let here = concat!(
        include_str!("executor.rs"),
        include_str!("client.rs"),
        include_str!("connect.rs"),
        include_str!("pool.rs")
    );
    let of_client = [
        include_str!("../client/handle.rs"),
        include_str!("../client/bind.rs"),
        include_str!("../client/connect.rs"),
        include_str!("../pool/pool.rs"),
        include_str!("../pool/options.rs"),
    ];
    let operations = names(include_str!("../execute/executor.rs"), "    fn ");
    let methods = of_client.into_iter().flat_map(|source| names(source, "    pub async fn "));
    let mut count = 0;
    for name in operations.chain(methods) {
        let is_there =
            ["(", "<", "_blocking("].iter().any(|end| here.contains(&format!("pub fn {name}{end}")));
        assert!(is_there, "{name}");
        count += 1;
    }
    assert!(count > 25, "{count}");
}

/// The names of the functions of a source whose lines begin so.
fn names<'a>(source: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    source.lines().filter_map(move |line| line.strip_prefix(start)?.split(['(', '<']).next())
}

#[cfg(all(feature = "bulk", feature = "directory"))]
#[test]
fn a_load_is_one_call() {
    use crate::bulk::Load;
    use crate::directory::Directory;

    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let directory = Directory::builder().suffix("dc=example").build().unwrap();
    let server = Server::new(directory.clone()).listen(Endpoint::localhost());
    let server = runtime.block_on(server.start()).unwrap();
    let client = Client::connect(server.url()).unwrap();
    let root = Entry::new("dc=example").with("objectClass", ["domain"]).with("dc", ["example"]);
    let units = (0..500).map(|number| {
        Entry::new(format!("ou={number},dc=example"))
            .with("objectClass", ["organizationalUnit"])
            .with("ou", [number.to_string()])
    });
    let input = || std::iter::once(root.clone()).chain(units.clone()).map(Ok::<_, Error>);
    let report = Load::new().run_blocking(&client, input()).unwrap().unwrap();
    assert!(report.is_success() && directory.len() == 501, "{report}");
    let within = Builder::new_current_thread().build().unwrap();
    assert!(is_refused_here(within.block_on(async { Load::new().run_blocking(&client, input()) })));
}

#[cfg(all(feature = "bulk", feature = "directory"))]
#[test]
fn a_directory_is_copied_and_mirrored_and_emptied_without_a_task() {
    use crate::bulk::{Delete, Export, Load, Mirror};
    use crate::directory::Directory;
    use crate::files::Records;
    use crate::ldif::ReadOptions;

    let started = |people: &str| {
        let ldif = format!("dn: dc=example\nobjectClass: domain\ndc: example\n\n{people}");
        let directory = Directory::builder().ldif(ldif).start_blocking().unwrap();
        let client = directory.client().unwrap();
        (directory, client)
    };
    let (_here, source) = started("dn: ou=a,dc=example\nobjectClass: organizationalUnit\nou: a\n");
    let (_there, target) = started("dn: ou=b,dc=example\nobjectClass: organizationalUnit\nou: b\n");
    let (text, report) = Export::new("dc=example").write_to_blocking(&source, Vec::new()).unwrap();
    assert_eq!(report.entries, 2);
    let mirror = Mirror::new("dc=example");
    let wanted = Records::with_options(std::io::Cursor::new(text), ReadOptions::new());
    let mut plan = mirror.plan_blocking(&target, wanted).unwrap();
    assert_eq!((plan.summary().add, plan.summary().delete), (1, 1));
    assert!(plan.apply_blocking(&target, Load::new().max_concurrent(1)).unwrap().unwrap().is_success());
    assert!(mirror.plan_from_blocking(&target, &source).unwrap().summary().is_empty());
    let delete = Delete::new("dc=example");
    assert_eq!(delete.count_blocking(&target).unwrap(), 2);
    let mut preview = Vec::new();
    assert_eq!(delete.preview_blocking(&target, &mut preview).unwrap(), 2);
    let child_first = "dn: ou=a,dc=example\nchangetype: delete\n\ndn: dc=example\nchangetype: delete\n\n";
    assert_eq!(String::from_utf8(preview).unwrap(), child_first);
    assert_eq!(delete.run_blocking(&target).unwrap().deleted, 2);
}
