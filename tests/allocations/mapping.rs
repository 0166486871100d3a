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
#[serde(rename_all = "camelCase")]
struct Plain<'a> {
    dn: &'a str,
    uid: &'a str,
    cn: &'a str,
    sn: &'a str,
    given_name: Option<&'a str>,
    employee_number: Option<u32>,
    telephone_number: Option<&'a str>,
    department_number: Option<&'a str>,
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
    let (plain, counts) = counted(|| entry.deserialize::<Plain<'_>>().unwrap());
    assert_eq!((plain.dn, plain.uid, plain.audio.len()), (entry.dn(), "person000000", 64));
    assert_eq!((plain.cn, Some(plain.sn)), (entry.first_text("cn").unwrap(), entry.first_text("sn")));
    assert_eq!((plain.given_name, plain.employee_number), (entry.first_text("givenName"), Some(0)));
    assert_eq!(plain.telephone_number, entry.first_text("telephoneNumber"));
    assert_eq!(plain.department_number, entry.first_text("departmentNumber"));
    assert_eq!(counts.allocations, 0, "nothing is kept: {counts:?}");
    let (owned, counts) = counted(|| entry.deserialize::<Owned>().unwrap());
    assert_eq!((owned.dn.as_str(), owned.mail.len(), owned.number), (entry.dn(), 2, Some(0)));
    assert_eq!(
        (owned.uid.as_str(), counts.allocations),
        ("person000000", 5),
        "strings and a list: {counts:?}"
    );
}
