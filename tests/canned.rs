//! The canned server, on which the quick start and the benches stand, by raw octets.

#[path = "../docs/examples/canned/mod.rs"]
mod canned;

use std::io::{Read, Write};
use std::net::TcpStream;

use canned::Canned;
use ldapwire::ber::{Reader, Tag, Writer};

/// BindRequest: message 1, version 3, anonymous.
const BIND: &[u8] = b"\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00";

#[test]
fn bind_succeeds() {
    let mut stream = connect(0);
    stream.write_all(BIND).unwrap();
    let mut answer = [0; 14];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, include_bytes!("data/bind_response.ber"));
}

#[test]
fn search_gets_as_many_different_entries_as_told_and_then_the_end() {
    const ENTRIES: usize = 5_000;
    let mut stream = connect(ENTRIES);
    stream.write_all(&search(70_000, SUBTREE)).unwrap();
    let octets = read_until(&mut stream, &done(70_000));
    let mut messages = Reader::new(&octets);
    for number in 0..ENTRIES {
        let mut message = messages.sequence().unwrap();
        assert_eq!(message.integer::<i32>(Tag::INTEGER).unwrap(), 70_000);
        let mut entry = message.expect(Tag::application(4)).unwrap();
        let dn = entry.octet_string(Tag::OCTET_STRING).unwrap();
        assert_eq!(dn, format!("uid=person{number:06},ou=crowd,dc=example,dc=org").as_bytes());
        let classes = entry.sequence().unwrap().sequence().unwrap().octets();
        assert!(
            classes.windows(8).any(|octets| octets == b"\x04\x06person"),
            "the object class stays as it is"
        );
    }
    assert_eq!(messages.octets(), done(70_000));
}

#[test]
fn base_searches_get_one_entry_each_in_the_order_of_the_requests() {
    let mut stream = connect(1_000);
    let requests: Vec<u8> = (1..=200).flat_map(|id| search(id, BASE)).collect();
    stream.write_all(&requests).unwrap();
    let octets = read_until(&mut stream, &done(200));
    let mut messages = Reader::new(&octets);
    for id in 1..=200 {
        for tag in [Tag::application(4), Tag::application(5)] {
            let mut message = messages.sequence().unwrap();
            assert_eq!(message.integer::<i64>(Tag::INTEGER).unwrap(), id);
            assert_eq!(message.peek(), Some(tag));
        }
    }
    assert!(messages.is_empty());
}

#[test]
fn abandon_ends_a_search_and_the_next_request_is_answered() {
    let mut stream = connect(100_000_000);
    stream.write_all(&search(1, SUBTREE)).unwrap();
    let mut first = [0; 1_000];
    stream.read_exact(&mut first).unwrap();
    // AbandonRequest of message 1, then a search.
    stream.write_all(b"\x30\x06\x02\x01\x02\x50\x01\x01").unwrap();
    stream.write_all(&search(3, BASE)).unwrap();
    read_until(&mut stream, &done(3));
}

#[test]
fn other_operations_get_their_own_response() {
    let mut stream = connect(0);
    for (request, response) in [(6, 7), (8, 9), (12, 13), (14, 15), (23, 24)] {
        stream
            .write_all(&message(9, |writer| writer.constructed(Tag::application(request), |_| {})))
            .unwrap();
        let mut answer = [0; 14];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(answer[5], Tag::application(response).octet());
    }
}

fn connect(entries: usize) -> TcpStream {
    TcpStream::connect(Canned::start(entries).unwrap().address()).unwrap()
}

fn search(id: i64, scope: i64) -> Vec<u8> {
    message(id, |writer| {
        writer.constructed(Tag::application(3), |writer| {
            writer.constructed(Tag::SEQUENCE, |_| {});
            writer.octet_string(Tag::context_primitive(7), b"objectClass");
            writer.boolean(Tag::BOOLEAN, false);
            writer.integer(Tag::INTEGER, 0);
            writer.integer(Tag::INTEGER, 0);
            writer.integer(Tag::ENUMERATED, 0);
            writer.integer(Tag::ENUMERATED, scope);
            writer.octet_string(Tag::OCTET_STRING, b"dc=example,dc=org");
        });
    })
}

/// SearchResultDone, success.
fn done(id: i64) -> Vec<u8> {
    message(id, |writer| {
        writer.constructed(Tag::application(5), |writer| {
            writer.octet_string(Tag::OCTET_STRING, b"");
            writer.octet_string(Tag::OCTET_STRING, b"");
            writer.integer(Tag::ENUMERATED, 0);
        });
    })
}

fn message(id: i64, operation: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.constructed(Tag::SEQUENCE, |writer| {
        operation(writer);
        writer.integer(Tag::INTEGER, id);
    });
    writer.written().to_vec()
}

fn read_until(stream: &mut TcpStream, end: &[u8]) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut part = vec![0; 1 << 16];
    while !octets.ends_with(end) {
        let length = stream.read(&mut part).unwrap();
        assert!(length > 0, "the server closed the connection");
        octets.extend_from_slice(&part[..length]);
    }
    octets
}

const BASE: i64 = 0;
const SUBTREE: i64 = 2;
