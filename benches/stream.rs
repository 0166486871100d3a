//! The client against the canned server, beside a socket that is only read and written.
//!
//! The server runs in threads of this process. For figures per process - CPU, memory - and beside other clients see
//! `benches/peers`.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ldapwire::model::{Filter, Scope};
use ldapwire::proto::{LdapMessage, MessageId, SearchRequest};
use ldapwire::{Client, ConnectOptions, Executor as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

use canned::Canned;

#[path = "../docs/examples/canned/mod.rs"]
mod canned;

/// Entries of a search.
const ENTRIES: usize = 100_000;

/// Searches under way at once, on one connection.
const CONCURRENT: usize = 100;

fn search(criterion: &mut Criterion) {
    let runtime = runtime();
    let server = Canned::start(ENTRIES).expect("a port");
    let mut group = criterion.benchmark_group("search_100000");
    group.throughput(Throughput::Elements(ENTRIES as u64));

    let mut socket = runtime.block_on(Socket::connect(server.address()));
    let request = SearchRequest::new("ou=crowd,dc=example,dc=org", Scope::WholeSubtree, filter());
    let octets = octets(request.clone());
    group.bench_function("socket", |bencher| bencher.iter(|| runtime.block_on(socket.exchange(&octets))));

    let client = runtime.block_on(connect(&server));
    group.bench_function("client", |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                let mut entries = client.search(request.clone()).await.expect("a search");
                let mut sum = 0;
                while let Some(entry) = entries.next_entry().await.expect("an entry") {
                    for attribute in entry.attributes() {
                        sum += attribute.values().map(<[u8]>::len).sum::<usize>();
                    }
                }
                sum
            })
        });
    });
    group.finish();
}

fn base_searches(criterion: &mut Criterion) {
    let runtime = runtime();
    let server = Canned::start(1).expect("a port");
    let mut group = criterion.benchmark_group("base_search");
    group.throughput(Throughput::Elements(1));

    let mut socket = runtime.block_on(Socket::connect(server.address()));
    let octets = octets(SearchRequest::entry(PERSON));
    group.bench_function("socket", |bencher| bencher.iter(|| runtime.block_on(socket.exchange(&octets))));

    let client = runtime.block_on(connect(&server));
    group.bench_function("client", |bencher| {
        bencher.iter(|| runtime.block_on(client.read(PERSON)).expect("an entry"));
    });
    group.bench_function("client_100_at_once", |bencher| {
        bencher.iter_custom(|operations| runtime.block_on(at_once(&client, operations)));
    });
    group.finish();
}

/// The time of so many searches, shared by tasks that each do one after the other.
async fn at_once(client: &Client, operations: u64) -> Duration {
    let start = Instant::now();
    let tasks: Vec<_> = (0..CONCURRENT as u64)
        .map(|task| {
            let client = client.clone();
            let share = (operations + CONCURRENT as u64 - 1 - task) / CONCURRENT as u64;
            tokio::spawn(async move {
                for _ in 0..share {
                    client.read(PERSON).await.expect("an entry");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("a task");
    }
    start.elapsed()
}

/// A connection without a client.
struct Socket {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Socket {
    async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("the socket option");
        Self { stream, buffer: vec![0; 64 * 1024] }
    }

    /// Writes a request and reads until the last octets of a read are a SearchResultDone.
    async fn exchange(&mut self, request: &[u8]) {
        self.stream.write_all(request).await.expect("a request");
        let mut end = 0;
        loop {
            let read = self.stream.read(&mut self.buffer[end..]).await.expect("octets");
            assert!(read > 0, "the server closed the connection");
            end += read;
            if self.buffer[..end].ends_with(DONE) {
                return;
            }
            // What is kept is enough for an end that comes in two reads.
            if end == self.buffer.len() {
                self.buffer.copy_within(end - DONE.len().., 0);
                end = DONE.len();
            }
        }
    }
}

async fn connect(server: &Canned) -> Client {
    ConnectOptions::new(format!("ldap://{}", server.address()))
        .in_flight(CONCURRENT)
        .connect()
        .await
        .expect("a connection")
}

fn octets(request: SearchRequest) -> Vec<u8> {
    LdapMessage::new(MessageId::FIRST, request).to_bytes().expect("a request").into()
}

fn filter() -> Filter {
    Filter::present("objectClass")
}

/// What a tool has: one thread for all.
fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// An entry that the server has.
const PERSON: &str = "uid=person000000,ou=crowd,dc=example,dc=org";

/// SearchResultDone with success, in answer to message 1.
const DONE: &[u8] = b"\x30\x0c\x02\x01\x01\x65\x07\x0a\x01\x00\x04\x00\x04\x00";

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .sample_size(20);
    targets = search, base_searches
}
criterion_main!(benches);
