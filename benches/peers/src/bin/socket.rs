//! No client at all: what the socket and the runtime cost by themselves.

use std::net::SocketAddr;
use std::time::Instant;

use ldapwire::ber::{Tag, Writer};
use peers::{
    ADMIN, BASE, IN_FLIGHT, Kind, LOAD_CHANGED, PASSWORD, PERSON, Stopwatch, Visit, Workload, base_name,
    load_attributes, load_change, load_dn, nanoseconds,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    match Workload::from_arguments() {
        Workload::Stream { address } => runtime.block_on(async {
            let mut stream = connect(address).await;
            let mut stopwatch = Stopwatch::start();
            stream.write_all(&search(BASE, WHOLE_SUBTREE)).await.expect("a request");
            let mut tail = Vec::new();
            let mut buffer = vec![0; READ_SIZE];
            while !tail.ends_with(&done()) {
                let length = read(&mut stream, &mut buffer).await;
                stopwatch.first();
                tail.drain(..tail.len().saturating_sub(TAIL));
                tail.extend_from_slice(&buffer[length.saturating_sub(TAIL)..length]);
            }
            stopwatch.finish(PEER, "stream", 1, &Visit::default(), Vec::new());
        }),
        Workload::Base { address, operations, in_flight: 1 } => runtime.block_on(async {
            let mut stream = connect(address).await;
            let (request, done) = (search(PERSON, BASE_OBJECT), done());
            let mut latencies = Vec::new();
            let mut buffer = vec![0; READ_SIZE];
            let stopwatch = Stopwatch::start();
            for _ in 0..operations {
                let start = Instant::now();
                stream.write_all(&request).await.expect("a request");
                let mut length = 0;
                while !buffer[..length].ends_with(&done) {
                    length += read(&mut stream, &mut buffer[length..]).await;
                }
                latencies.push(nanoseconds(start));
            }
            stopwatch.finish(PEER, &base_name(1), operations, &Visit::default(), latencies);
        }),
        Workload::Load(load) => runtime.block_on(async {
            let mut stream = connect(load.address).await;
            stream.write_all(&bind()).await.expect("a request");
            let mut buffer = vec![0; READ_SIZE];
            read(&mut stream, &mut buffer).await;
            let mut requests = Vec::new();
            let (mut begun, mut ended, mut kept) = (0, 0, 0);
            let stopwatch = Stopwatch::start();
            while ended < load.operations {
                requests.clear();
                while begun < load.operations && begun - ended < IN_FLIGHT {
                    requests.extend_from_slice(&write(load.kind, begun));
                    begun += 1;
                }
                stream.write_all(&requests).await.expect("requests");
                let length = kept + read(&mut stream, &mut buffer[kept..]).await;
                let mut at = 0;
                // Answers to writes are short: a length of one octet.
                while length - at >= 2 && length - at >= 2 + usize::from(buffer[at + 1]) {
                    at += 2 + usize::from(buffer[at + 1]);
                    ended += 1;
                }
                buffer.copy_within(at..length, 0);
                kept = length - at;
            }
            stopwatch.finish(PEER, &load.name, load.operations, &Visit::default(), Vec::new());
        }),
        _ => panic!("a socket: it decodes nothing and keeps no order among requests"),
    }
}

async fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).await.expect("a connection");
    stream.set_nodelay(true).expect("the socket option");
    stream
}

async fn read(stream: &mut TcpStream, buffer: &mut [u8]) -> usize {
    let length = stream.read(buffer).await.expect("octets");
    assert!(length > 0, "the server closed the connection");
    length
}

fn search(base: &str, scope: i64) -> Vec<u8> {
    message(1, 3, |writer| {
        writer.constructed(Tag::SEQUENCE, |_| {});
        writer.octet_string(Tag::context_primitive(7), b"objectClass");
        writer.boolean(Tag::BOOLEAN, false);
        writer.integer(Tag::INTEGER, 0);
        writer.integer(Tag::INTEGER, 0);
        writer.integer(Tag::ENUMERATED, 0);
        writer.integer(Tag::ENUMERATED, scope);
        writer.octet_string(Tag::OCTET_STRING, base.as_bytes());
    })
}

fn bind() -> Vec<u8> {
    message(1, 0, |writer| {
        writer.octet_string(Tag::context_primitive(0), PASSWORD.as_bytes());
        writer.octet_string(Tag::OCTET_STRING, ADMIN.as_bytes());
        writer.integer(Tag::INTEGER, 3);
    })
}

/// A request to write an entry, from its end.
fn write(kind: Kind, number: u64) -> Vec<u8> {
    let id = i64::try_from(number).expect("a number of a message") + 2;
    let dn = load_dn(number);
    match kind {
        Kind::Add => message(id, 8, |writer| {
            writer.constructed(Tag::SEQUENCE, |writer| {
                for (name, value) in load_attributes(number).iter().rev() {
                    attribute(writer, name, value);
                }
            });
            writer.octet_string(Tag::OCTET_STRING, dn.as_bytes());
        }),
        Kind::Modify => message(id, 6, |writer| {
            writer.constructed(Tag::SEQUENCE, |writer| {
                writer.constructed(Tag::SEQUENCE, |writer| {
                    attribute(writer, LOAD_CHANGED, &load_change(number));
                    writer.integer(Tag::ENUMERATED, REPLACE);
                });
            });
            writer.octet_string(Tag::OCTET_STRING, dn.as_bytes());
        }),
        Kind::Delete => {
            let mut writer = Writer::new();
            writer.constructed(Tag::SEQUENCE, |writer| {
                writer.octet_string(Tag::application_primitive(10), dn.as_bytes());
                writer.integer(Tag::INTEGER, id);
            });
            writer.written().to_vec()
        }
    }
}

fn attribute(writer: &mut Writer, name: &str, value: &str) {
    writer.constructed(Tag::SEQUENCE, |writer| {
        writer.constructed(Tag::SET, |writer| writer.octet_string(Tag::OCTET_STRING, value.as_bytes()));
        writer.octet_string(Tag::OCTET_STRING, name.as_bytes());
    });
}

/// SearchResultDone with success, as the server writes it.
fn done() -> Vec<u8> {
    message(1, 5, |writer| {
        writer.octet_string(Tag::OCTET_STRING, b"");
        writer.octet_string(Tag::OCTET_STRING, b"");
        writer.integer(Tag::ENUMERATED, 0);
    })
}

fn message(id: i64, operation: u8, content: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.constructed(Tag::SEQUENCE, |writer| {
        writer.constructed(Tag::application(operation), content);
        writer.integer(Tag::INTEGER, id);
    });
    writer.written().to_vec()
}

const PEER: &str = "socket";

const BASE_OBJECT: i64 = 0;
const WHOLE_SUBTREE: i64 = 2;

const REPLACE: i64 = 2;

/// Octets asked of the socket at once, as the client asks.
const READ_SIZE: usize = 64 * 1024;

/// Octets that are kept of a read to find the end in, at least as many as SearchResultDone has.
const TAIL: usize = 32;
