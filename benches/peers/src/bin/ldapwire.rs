//! This crate.

use std::net::SocketAddr;
use std::time::Instant;

use bytes::Bytes;
use ldapwire::ber::{Tag, Writer};
use ldapwire::model::{Filter, Scope};
use ldapwire::proto::{
    Attributes, Context, LdapMessage, Limits, OpKind, ProtocolOp, Quirks, SearchRequest, SearchResultEntry,
    SearchResultEntryRef,
};
use ldapwire::{Client, ConnectOptions, Executor as _};
use peers::{BASE, PERSON, Stopwatch, Visit, Workload, base_name, nanoseconds, repeat};

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (limits, quirks) = (Limits::default(), Quirks::default());
    match Workload::from_arguments() {
        Workload::Decode { frame, repeats } => {
            let frame = Bytes::from(frame);
            repeat(PEER, "decode", repeats, |visited| {
                let message =
                    LdapMessage::decode(&Context::new(&frame, &limits, &quirks)).expect("a message");
                let ProtocolOp::SearchResultEntry(entry) = &message.op else { panic!("an entry") };
                visit(entry.dn(), entry.attributes(), visited);
            });
        }
        Workload::DecodeInPlace { frame, repeats } => {
            let frame = Bytes::from(frame);
            repeat("ldapwire-in-place", "decode", repeats, |visited| {
                let context = Context::new(&frame, &limits, &quirks);
                let mut message = context.reader().sequence().expect("a message");
                message.expect(Tag::INTEGER).expect("an id");
                let content = message.expect(OpKind::SearchResultEntry.tag()).expect("an entry");
                let entry = SearchResultEntryRef::decode(content, &context).expect("an entry");
                visit(entry.dn(), entry.attributes(), visited);
            });
        }
        Workload::Encode { frame, repeats } => {
            let message = LdapMessage::parse(&Bytes::from(frame)).expect("a message");
            let ProtocolOp::SearchResultEntry(entry) = &message.op else { panic!("an entry") };
            let entry = entry.to_entry();
            let mut writer = Writer::new();
            repeat(PEER, "encode", repeats, |visited| {
                writer.clear();
                let message = LdapMessage::new(message.id, SearchResultEntry::from(&entry));
                message.encode(&mut writer).expect("octets");
                visited.value(writer.written());
            });
        }
        Workload::Stream { address } => runtime.block_on(async {
            let client = connect(address).await;
            let mut visited = Visit::default();
            let mut stopwatch = Stopwatch::start();
            let search = SearchRequest::new(BASE, Scope::WholeSubtree, Filter::present("objectClass"));
            let mut entries = client.search(search).await.expect("a search");
            while let Some(entry) = entries.next_entry().await.expect("an entry") {
                stopwatch.first();
                visit(entry.dn(), entry.attributes(), &mut visited);
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
        Workload::Load(_) => panic!("the program `bulk` loads"),
    }
}

async fn connect(address: SocketAddr) -> Client {
    let options = ConnectOptions::new(format!("ldap://{address}")).in_flight(100);
    options.connect().await.expect("a connection")
}

async fn base(client: Client, operations: u64) -> (Visit, Vec<u32>) {
    let (mut visited, mut latencies) = (Visit::default(), Vec::new());
    for _ in 0..operations {
        let start = Instant::now();
        let entry: SearchResultEntry = client.read(PERSON).await.expect("an entry");
        visit(entry.dn(), entry.attributes(), &mut visited);
        latencies.push(nanoseconds(start));
    }
    (visited, latencies)
}

fn visit(dn: &str, attributes: Attributes<'_>, visited: &mut Visit) {
    visited.entry(dn.as_bytes());
    for attribute in attributes {
        visited.attribute(attribute.description_octets());
        attribute.values().for_each(|value| visited.value(value));
    }
}

const PEER: &str = "ldapwire";
