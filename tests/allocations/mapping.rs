//! Entries as structs.

use ldapwire::proto::{LdapMessage, MessageId, ProtocolOp};
use serde::Deserialize;

use crate::counting::counted;
use crate::messages::person;

#[derive(Deserialize)]
struct Borrowed<'a> {
    dn: &'a str,
    uid: &'a str,
    #[serde(borrow)]
    mail: Vec<&'a str>,
    #[serde(rename = "employeeNumber")]
    number: u32,
    audio: &'a [u8],
}

#[derive(Deserialize)]
struct Owned {
    dn: String,
    #[serde(rename = "UID")]
    uid: String,
    mail: Vec<String>,
    #[serde(rename = "employeeNumber")]
    number: Option<u32>,
}

#[test]
fn a_struct_allocates_what_it_holds_and_nothing_else() {
    let message = LdapMessage::parse(&person(MessageId::FIRST)).unwrap();
    let ProtocolOp::SearchResultEntry(entry) = &message.op else { panic!("an entry") };
    let (borrowed, counts) = counted(|| entry.deserialize::<Borrowed<'_>>().unwrap());
    assert_eq!(
        (borrowed.dn, borrowed.mail.len(), borrowed.number, borrowed.audio.len()),
        (entry.dn(), 2, 0, 64)
    );
    assert_eq!((borrowed.uid, counts.allocations), ("person000000", 1), "the list: {counts:?}");
    let (owned, counts) = counted(|| entry.deserialize::<Owned>().unwrap());
    assert_eq!((owned.dn.as_str(), owned.mail.len(), owned.number), (entry.dn(), 2, Some(0)));
    assert_eq!(
        (owned.uid.as_str(), counts.allocations),
        ("person000000", 5),
        "strings and a list: {counts:?}"
    );
}
