//! The octets in `tests/data`, which tests and benches replay, are what a real server sends.
//!
//! With `LDAPWIRE_CAPTURE=write` in the environment these cases write the files anew instead of comparing.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use ldapwire::ber::{Reader, Tag, Writer, frame_length};

use super::slapd::{ADMIN_DN, ADMIN_PASSWORD, SUFFIX, Setup, Slapd};
use super::{Outcome, another_server, cases};

cases![small_answers, people, user_of_active_directory, large_group];

async fn small_answers(_: &Slapd) -> Outcome {
    let server = another_server(&Setup::default())?;
    let mut connection = Connection::open(&server)?;
    check("bind_response.ber", &connection.bind_response)?;
    let alice = format!("uid=alice,ou=people,{SUFFIX}");
    check("person_special.ber", &connection.search(&alice, BASE)?[0])?;
    let answers = connection.search(SUFFIX, SUBTREE)?;
    let reference = answers.iter().find(|answer| operation(answer) == SEARCH_REFERENCE);
    check("search_reference.ber", reference.ok_or("no search reference came")?)?;
    check("search_done.ber", answers.last().ok_or("nothing came")?)?;
    let answers = connection.search(&format!("uid=nobody,ou=people,{SUFFIX}"), BASE)?;
    check("search_done_no_such_object.ber", &answers[0])?;
    let answers = connection.search(&format!("cn=referral,{SUFFIX}"), BASE)?;
    check("search_done_referral.ber", &answers[0])
}

async fn people(_: &Slapd) -> Outcome {
    let server = another_server(&Setup { people: 10, ..Setup::default() })?;
    let mut answers = Connection::open(&server)?.search(&format!("ou=crowd,{SUFFIX}"), SINGLE_LEVEL)?;
    assert_eq!(answers.pop().map(|answer| operation(&answer)), Some(SEARCH_DONE));
    assert_eq!(answers.len(), 10);
    check("people.ber", &answers.concat())
}

async fn user_of_active_directory(_: &Slapd) -> Outcome {
    let ldif = include_str!("ad_user.ldif").to_owned();
    let server = another_server(&Setup { ldif, schemas: &["nis", "msuser"], ..Setup::default() })?;
    let answers = Connection::open(&server)?.search(&format!("cn=Jane Doe,ou=accounts,{SUFFIX}"), BASE)?;
    check("ad_user.ber", &answers[0])
}

async fn large_group(_: &Slapd) -> Outcome {
    let mut ldif = format!("dn: cn=everybody,ou=groups,{SUFFIX}\nobjectClass: groupOfNames\ncn: everybody\n");
    for number in 0..5_000 {
        writeln!(ldif, "member: uid=person{number:06},ou=crowd,{SUFFIX}")?;
    }
    let server = another_server(&Setup { ldif, ..Setup::default() })?;
    let answers = Connection::open(&server)?.search(&format!("cn=everybody,ou=groups,{SUFFIX}"), BASE)?;
    check("group.ber", &answers[0])
}

/// Compares with a file of `tests/data`, or writes it.
fn check(name: &str, octets: &[u8]) -> Outcome {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    if env::var("LDAPWIRE_CAPTURE").is_ok_and(|value| value == "write") {
        fs::write(&path, octets)?;
    }
    assert!(fs::read(&path)? == octets, "{name} is not what the server sends");
    Ok(())
}

/// A connection of the administrator, without any code of a client. Message 1 was the bind, each search is message 2.
struct Connection {
    stream: TcpStream,
    bind_response: Vec<u8>,
}

impl Connection {
    fn open(server: &Slapd) -> Result<Self, Box<dyn std::error::Error>> {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port()))?;
        stream.write_all(&message(1, |writer| {
            writer.constructed(Tag::application(0), |writer| {
                writer.octet_string(Tag::context_primitive(0), ADMIN_PASSWORD.as_bytes());
                writer.octet_string(Tag::OCTET_STRING, ADMIN_DN.as_bytes());
                writer.integer(Tag::INTEGER, 3);
            });
        }))?;
        let bind_response = read_message(&mut stream)?;
        Ok(Self { stream, bind_response })
    }

    /// All answers to a search for every entry in the scope, and all attributes of users.
    fn search(&mut self, base: &str, scope: i64) -> Result<Vec<Vec<u8>>, Box<dyn std::error::Error>> {
        self.stream.write_all(&message(2, |writer| {
            writer.constructed(Tag::application(3), |writer| {
                writer.constructed(Tag::SEQUENCE, |_| {});
                writer.octet_string(Tag::context_primitive(7), b"objectClass");
                writer.boolean(Tag::BOOLEAN, false);
                writer.integer(Tag::INTEGER, 0);
                writer.integer(Tag::INTEGER, 0);
                writer.integer(Tag::ENUMERATED, 0);
                writer.integer(Tag::ENUMERATED, scope);
                writer.octet_string(Tag::OCTET_STRING, base.as_bytes());
            });
        }))?;
        let mut answers = Vec::new();
        loop {
            answers.push(read_message(&mut self.stream)?);
            if answers.last().is_some_and(|answer| operation(answer) == SEARCH_DONE) {
                return Ok(answers);
            }
        }
    }
}

fn message(id: i64, operation: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.constructed(Tag::SEQUENCE, |writer| {
        operation(writer);
        writer.integer(Tag::INTEGER, id);
    });
    writer.written().to_vec()
}

fn read_message(stream: &mut TcpStream) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut octets = Vec::new();
    loop {
        let missing = frame_length(&octets, 1 << 24)?.map_or(1, |length| length - octets.len());
        if missing == 0 {
            return Ok(octets);
        }
        let start = octets.len();
        octets.resize(start + missing, 0);
        stream.read_exact(&mut octets[start..])?;
    }
}

/// The tag of the operation inside a message.
fn operation(message: &[u8]) -> Tag {
    let mut content = Reader::new(message).sequence().expect("a message is a SEQUENCE");
    content.integer::<i32>(Tag::INTEGER).expect("the message id comes first");
    content.peek().expect("the operation comes second")
}

const BASE: i64 = 0;
const SINGLE_LEVEL: i64 = 1;
const SUBTREE: i64 = 2;

const SEARCH_DONE: Tag = Tag::application(5);
const SEARCH_REFERENCE: Tag = Tag::application(19);
