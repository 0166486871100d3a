//! What passes, octet by octet.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::pump::pump;
use super::*;
use crate::proto::extops::{ExtendedOp as _, StartTls};
use crate::proto::{BindRequest, ExtendedResponse, LdapMessage, LdapResult, MessageId};
use crate::transport::Stream;

/// A proxy between two pipes, and what its watch saw.
fn between() -> (Stream, Stream, Arc<Mutex<Vec<String>>>) {
    let (client, inner_client) = Stream::memory_pair(1024);
    let (server, inner_server) = Stream::memory_pair(1024);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    tokio::spawn(async move {
        let watch = |from: Party, what| log.lock().unwrap().push(format!("{from} {what:?}"));
        pump(inner_client, inner_server, &watch).await;
    });
    (client, server, seen)
}

fn octets(id: u32, op: impl Into<crate::proto::ProtocolOp>) -> Vec<u8> {
    LdapMessage::new(MessageId::new(id).unwrap(), op).to_bytes().unwrap().to_vec()
}

async fn passes(from: &mut Stream, to: &mut Stream, octets: &[u8]) {
    from.write_all(octets).await.unwrap();
    let mut passed = vec![0; octets.len()];
    to.read_exact(&mut passed).await.unwrap();
    assert_eq!(passed, octets);
}

#[tokio::test]
async fn octets_pass_as_they_are_and_are_shown_without_secrets() {
    let (mut client, mut server, seen) = between();
    let bind = octets(1, BindRequest::simple("cn=ada", "pa55word"));
    let (first, rest) = bind.split_at(9);
    client.write_all(first).await.unwrap();
    passes(&mut client, &mut server, &[]).await;
    client.write_all(rest).await.unwrap();
    let mut passed = vec![0; bind.len()];
    server.read_exact(&mut passed).await.unwrap();
    assert_eq!(passed, bind);
    // The id is none.
    passes(&mut client, &mut server, b"\x30\x05\x04\x01\x01\x42\x00").await;
    // No message at all, and what comes behind it.
    passes(&mut client, &mut server, b"GET / HTTP/1.0").await;
    passes(&mut client, &mut server, &bind).await;
    drop(client);
    assert_eq!(server.read(&mut [0; 8]).await.unwrap(), 0);
    drop(server);
    let seen = seen.lock().unwrap().join("\n");
    let lines: Vec<_> = seen.lines().map(|line| line.split(['(', ' ']).nth(1).unwrap()).collect();
    assert_eq!(lines[..4], ["Message", "Fault", "Veiled", "End"], "{seen}");
    assert!(seen.contains("********") && !seen.contains("pa55word"), "{seen}");
}

#[tokio::test]
async fn nothing_is_read_behind_starttls() {
    let (mut client, mut server, seen) = between();
    let answer = |code| ExtendedResponse::new(LdapResult::new(code));
    passes(&mut client, &mut server, &octets(1, StartTls.into_request())).await;
    passes(&mut server, &mut client, &octets(1, answer(crate::model::ResultCode::BUSY))).await;
    passes(&mut client, &mut server, &octets(2, StartTls.into_request())).await;
    passes(&mut server, &mut client, &octets(2, answer(crate::model::ResultCode::SUCCESS))).await;
    for _ in 0..2 {
        passes(&mut client, &mut server, b"\x30\x03hello").await;
        passes(&mut server, &mut client, b"\x16\x03\x01hello").await;
    }
    let seen = seen.lock().unwrap().clone();
    let count = |text: &str| seen.iter().filter(|line| line.contains(text)).count();
    assert_eq!((count("Message"), count("Veiled"), seen.len()), (4, 2, 6), "{seen:?}");
}

#[tokio::test]
async fn messages_that_are_too_large_are_not_held() {
    let (mut client, mut server, seen) = between();
    let claim = u32::try_from(pump::MAX_MESSAGE).unwrap().to_be_bytes();
    passes(&mut client, &mut server, &[&[0x30, 0x84], &claim[..]].concat()).await;
    assert_eq!(*seen.lock().unwrap(), ["client Veiled"]);
}

#[test]
fn what_is_no_recording_is_told_by_its_line() {
    let good = "# a comment\n\n1 client 0.1 300c020101600702010304008000\n1 server 0.2 300c02010161070a010004000400\n";
    assert_eq!(Recording::parse(good).unwrap().len(), 2);
    for line in [
        "x client 0.1 3000",
        "1 nobody 0.1 3000",
        "1 client 0.1 3",
        "1 client 0.1 30zz",
        "1 client 0.1",
        "1 client 0.1 300502010142 00",
        "1 client 0.1 3000",
    ] {
        let error = Recording::parse(&format!("{good}{line}\n")).unwrap_err();
        assert_eq!((error.line, error.error.is_some()), (5, line == "1 client 0.1 3000"), "{line}: {error}");
    }
}
