//! The crate `ldap-rs`, which stands on `rasn-ldap`.

use std::net::SocketAddr;
use std::time::Instant;

use futures_util::TryStreamExt as _;
use ldap_rs::{LdapClient, SearchEntry, SearchRequest, SearchRequestScope};
use peers::{BASE, FILTER, PERSON, Stopwatch, Visit, Workload, base_name, nanoseconds};

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    match Workload::from_arguments() {
        Workload::Decode { .. } | Workload::DecodeInPlace { .. } | Workload::Encode { .. } => {
            panic!("its codec is that of rasn-ldap")
        }
        Workload::Stream { address } => runtime.block_on(async {
            let mut client = connect(address).await;
            let mut visited = Visit::default();
            let mut stopwatch = Stopwatch::start();
            let mut entries =
                client.search(search(BASE, SearchRequestScope::WholeSubtree)).await.expect("a search");
            while let Some(entry) = entries.try_next().await.expect("an entry") {
                stopwatch.first();
                visit(&entry, &mut visited);
            }
            stopwatch.finish(PEER, "stream", 1, &visited, Vec::new());
        }),
        Workload::Base { address, operations, in_flight } => runtime.block_on(async {
            let client = connect(address).await;
            let (mut visited, mut latencies) = (Visit::default(), Vec::new());
            let stopwatch = Stopwatch::start();
            let tasks: Vec<_> =
                (0..in_flight).map(|_| tokio::spawn(base(client.clone(), operations / in_flight))).collect();
            for task in tasks {
                let (seen, taken) = task.await.expect("a task");
                visited.add(&seen);
                latencies.extend(taken);
            }
            stopwatch.finish(PEER, &base_name(in_flight), operations, &visited, latencies);
        }),
        Workload::Load(_) => panic!("not measured"),
    }
}

async fn connect(address: SocketAddr) -> LdapClient {
    let builder = LdapClient::builder(address.ip().to_string()).port(address.port());
    builder.connect().await.expect("a connection")
}

fn search(base: &str, scope: SearchRequestScope) -> SearchRequest {
    SearchRequest::builder().base_dn(base).scope(scope).filter(FILTER).build().expect("a search request")
}

async fn base(mut client: LdapClient, operations: u64) -> (Visit, Vec<u32>) {
    let (mut visited, mut latencies) = (Visit::default(), Vec::new());
    for _ in 0..operations {
        let start = Instant::now();
        let request = search(PERSON, SearchRequestScope::BaseObject);
        let mut entries = client.search(request).await.expect("a search");
        while let Some(entry) = entries.try_next().await.expect("an entry") {
            visit(&entry, &mut visited);
        }
        latencies.push(nanoseconds(start));
    }
    (visited, latencies)
}

fn visit(entry: &SearchEntry, visited: &mut Visit) {
    visited.entry(entry.dn.as_bytes());
    for attribute in &entry.attributes {
        visited.attribute(attribute.name.as_bytes());
        attribute.values.iter().for_each(|value| visited.value(value));
    }
}

const PEER: &str = "ldap-rs";
