//! The six messages that are measured.

use bytes::Bytes;
use ldapwire::model::{Entry, Filter, Modification, Scope};
use ldapwire::proto::{
    EncodeError, LdapMessage, LdapResult, MessageId, ModifyRequest, ProtocolOp, SearchRequest,
    SearchResultEntry,
};

/// A message to decode, and what a caller holds who encodes it.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) frame: Bytes,
    pub(crate) value: Value,
}

/// What a caller holds.
pub(crate) enum Value {
    /// An entry of the model, which becomes a message first.
    Entry(MessageId, Entry),
    /// A message.
    Message(LdapMessage),
}

impl Shape {
    /// All of them. The entries and the result were captured from a server.
    pub(crate) fn all() -> [Self; 6] {
        [
            Self::person(),
            Self::captured("ad_user", include_bytes!("../../tests/data/ad_user.ber")),
            Self::captured("group_5000", include_bytes!("../../tests/data/group.ber")),
            Self::captured("result", include_bytes!("../../tests/data/search_done.ber")),
            Self::built("search_request", search_request()),
            Self::built("modify_request", modify_request()),
        ]
    }

    /// A person: 1 KB, 19 attributes, 23 values.
    pub(crate) fn person() -> Self {
        Self::captured("person", include_bytes!("../../tests/data/people.ber"))
    }

    /// The first message of the captured octets.
    fn captured(name: &'static str, octets: &'static [u8]) -> Self {
        let length = ldapwire::ber::frame_length(octets, octets.len()).expect("a message").expect("a header");
        let frame = Bytes::copy_from_slice(&octets[..length]);
        let message = LdapMessage::parse(&frame).expect("a captured message");
        let value = match message.op {
            ProtocolOp::SearchResultEntry(entry) => Value::Entry(message.id, entry.to_entry()),
            ProtocolOp::SearchResultDone(result) => Value::Message(LdapMessage::new(
                message.id,
                ProtocolOp::SearchResultDone(LdapResult::new(result.code())),
            )),
            _ => panic!("an entry or a result"),
        };
        Self { name, frame, value }
    }

    fn built(name: &'static str, message: LdapMessage) -> Self {
        Self { name, frame: message.to_bytes().expect("a request"), value: Value::Message(message) }
    }
}

impl Value {
    /// Encodes it into a writer that is used again and again.
    pub(crate) fn encode(&self, writer: &mut ldapwire::ber::Writer) -> Result<(), EncodeError> {
        writer.clear();
        match self {
            Self::Entry(id, entry) => LdapMessage::new(*id, SearchResultEntry::from(entry)).encode(writer),
            Self::Message(message) => message.encode(writer),
        }
    }
}

/// A hundred people at once: what an application asks that resolves the members of a group.
fn search_request() -> LdapMessage {
    let people = (0..100).map(|number| Filter::equality("uid", format!("person{number:06}")));
    let filter = Filter::and([Filter::equality("objectClass", "inetOrgPerson"), Filter::or(people)]);
    let search = SearchRequest::new("ou=crowd,dc=example,dc=org", Scope::WholeSubtree, filter);
    LdapMessage::new(MessageId::FIRST, search.attributes(["uid", "cn", "mail"]))
}

/// A few changes to a person and some new members.
fn modify_request() -> LdapMessage {
    let members = (0..20).map(|number| format!("uid=person{number:06},ou=crowd,dc=example,dc=org"));
    let changes = [
        Modification::replace("mail", ["ada@example.org", "countess@example.org"]),
        Modification::replace("description", ["first programmer, by most accounts"]),
        Modification::delete("telephoneNumber", ["+49 30 0000001"]),
        Modification::add("member", members),
    ];
    LdapMessage::new(
        MessageId::FIRST,
        ModifyRequest::new("uid=person000001,ou=crowd,dc=example,dc=org", changes),
    )
}
