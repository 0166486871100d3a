//! The crate `ldap3`.
//!
//! Its codec is private; what it does to a search result entry is repeated here with the public parser below it:
//! parse into a tree, clone the tree, take the message apart, make a `SearchEntry`.

use std::cell::Cell;
use std::collections::HashSet;
use std::rc::Rc;
use std::time::Instant;

use ldap3::{Ldap, LdapConnAsync, LdapResult, Mod, ResultEntry, Scope, SearchEntry};
use peers::found::visit;
use peers::{
    ADMIN, BASE, FILTER, IN_FLIGHT, Kind, LOAD_CHANGED, PASSWORD, PERSON, Stopwatch, Visit, Workload,
    base_name, load_attributes, load_change, load_dn, nanoseconds, repeat,
};

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    match Workload::from_arguments() {
        Workload::Decode { frame, repeats } => repeat(PEER, "decode", repeats, |seen| {
            let (_, tree) = lber::Parser::new().parse(&frame).expect("a message");
            let mut parts = tree.clone().expect_constructed().expect("a sequence");
            visit(
                parts.pop().map(|tree| SearchEntry::construct(ResultEntry::new(tree))).expect("an entry"),
                seen,
            );
        }),
        Workload::DecodeInPlace { .. } | Workload::Encode { .. } => {
            panic!("only a client's codec, and it owns")
        }
        Workload::Stream { address } => runtime.block_on(async {
            let mut ldap = connect(address).await;
            let mut visited = Visit::default();
            let mut stopwatch = Stopwatch::start();
            let search = ldap.streaming_search(BASE, Scope::Subtree, FILTER, vec!["*"]).await;
            let mut entries = search.expect("a search");
            while let Some(entry) = entries.next().await.expect("an entry") {
                stopwatch.first();
                visit(SearchEntry::construct(entry), &mut visited);
            }
            entries.finish().await.success().expect("the end of the search");
            stopwatch.finish(PEER, "stream", 1, &visited, Vec::new());
        }),
        Workload::Base { address, operations, in_flight } => runtime.block_on(async {
            let ldap = connect(address).await;
            let (mut visited, mut latencies) = (Visit::default(), Vec::new());
            let stopwatch = Stopwatch::start();
            let tasks: Vec<_> =
                (0..in_flight).map(|_| tokio::spawn(base(ldap.clone(), operations / in_flight))).collect();
            for task in tasks {
                let (seen, taken) = task.await.expect("a task");
                visited.add(&seen);
                latencies.extend(taken);
            }
            stopwatch.finish(PEER, &base_name(in_flight), operations, &visited, latencies);
        }),
        Workload::Load(load) => runtime.block_on(async {
            let mut ldap = connect(load.address).await;
            ldap.simple_bind(ADMIN, PASSWORD).await.and_then(LdapResult::success).expect("a bind");
            let next = Rc::new(Cell::new(0));
            let stopwatch = Stopwatch::start();
            let local = tokio::task::LocalSet::new();
            for _ in 0..IN_FLIGHT {
                local.spawn_local(write(ldap.clone(), load.kind, Rc::clone(&next), load.operations));
            }
            local.await;
            assert!(next.get() >= load.operations);
            stopwatch.finish(PEER, &load.name, load.operations, &Visit::default(), Vec::new());
        }),
    }
}

/// Takes the next entry until there is none.
async fn write(mut ldap: Ldap, kind: Kind, next: Rc<Cell<u64>>, operations: u64) {
    loop {
        let number = next.get();
        if number == operations {
            return;
        }
        next.set(number + 1);
        let dn = load_dn(number);
        let result = match kind {
            Kind::Add => {
                let attributes = load_attributes(number).into_iter();
                let entry =
                    attributes.map(|(name, value)| (name.to_owned(), HashSet::from([value]))).collect();
                ldap.add(&dn, entry).await
            }
            Kind::Modify => {
                let change = Mod::Replace(LOAD_CHANGED.to_owned(), HashSet::from([load_change(number)]));
                ldap.modify(&dn, vec![change]).await
            }
            Kind::Delete => ldap.delete(&dn).await,
        };
        result.and_then(LdapResult::success).expect("success");
    }
}

async fn connect(address: std::net::SocketAddr) -> Ldap {
    let (connection, ldap) = LdapConnAsync::new(&format!("ldap://{address}")).await.expect("a connection");
    ldap3::drive!(connection);
    ldap
}

async fn base(mut ldap: Ldap, operations: u64) -> (Visit, Vec<u32>) {
    let (mut visited, mut latencies) = (Visit::default(), Vec::new());
    for _ in 0..operations {
        let start = Instant::now();
        let found = ldap.search(PERSON, Scope::Base, FILTER, vec!["*"]).await.expect("a search");
        let (entries, _) = found.success().expect("success");
        entries.into_iter().for_each(|entry| visit(SearchEntry::construct(entry), &mut visited));
        latencies.push(nanoseconds(start));
    }
    (visited, latencies)
}

const PEER: &str = "ldap3";
