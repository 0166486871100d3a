//! Messages that a server sends.

use bytes::Bytes;
use ldapwire::ber::frame_length;
use ldapwire::model::Entry;
use ldapwire::proto::{LdapMessage, LdapResult, MessageId, ProtocolOp, SearchResultEntry};

/// A person as it was captured: 1 KB, 23 values.
pub(crate) fn person(id: MessageId) -> Bytes {
    let octets: &[u8] = include_bytes!("../data/people.ber");
    let length = frame_length(octets, octets.len()).unwrap().unwrap();
    let mut message = LdapMessage::parse(&Bytes::copy_from_slice(&octets[..length])).unwrap();
    message.id = id;
    message.to_bytes().unwrap()
}

/// An entry of `octets` octets or a little less, in values of 16 octets.
pub(crate) fn wide_entry(id: MessageId, octets: usize) -> Vec<u8> {
    let values = octets / (2 + VALUE.len()) - 8;
    let entry = Entry::new("cn=wide").with("member", vec![VALUE; values]);
    LdapMessage::new(id, SearchResultEntry::from(&entry)).to_bytes().unwrap().to_vec()
}

/// An entry with one value of 16 octets.
pub(crate) fn small_entry(id: MessageId) -> Vec<u8> {
    let entry = Entry::new("cn=small").with("member", [VALUE]);
    LdapMessage::new(id, SearchResultEntry::from(&entry)).to_bytes().unwrap().to_vec()
}

/// The end of a search.
pub(crate) fn done(id: MessageId) -> Vec<u8> {
    LdapMessage::new(id, ProtocolOp::SearchResultDone(LdapResult::success())).to_bytes().unwrap().to_vec()
}

const VALUE: &[u8; 16] = b"cn=member1234567";
