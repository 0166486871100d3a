use super::*;
use crate::proto::ProtocolOp;
use crate::proto::tests::{refused, round_trip};
use crate::proto::{LdapMessage, MessageId, SearchRequest};

/// Encodes a filter, checks that it comes back, and returns its octets.
fn octets(text: &str) -> Vec<u8> {
    let filter = Filter::parse(text).unwrap();
    let search = SearchRequest::new("", crate::model::Scope::BaseObject, filter.clone());
    let message = LdapMessage::new(MessageId::FIRST, search).to_bytes().unwrap();
    let ProtocolOp::SearchRequest(search) = round_trip(&message) else { panic!() };
    assert_eq!(*search.filter(), filter);
    let mut writer = Writer::new();
    encode(&filter, &mut writer).unwrap();
    writer.written().to_vec()
}

#[test]
fn each_choice_has_its_octets() {
    for (text, expected) in [
        ("(cn=*)", &b"\x87\x02cn"[..]),
        ("(cn=v)", b"\xa3\x07\x04\x02cn\x04\x01v"),
        ("(cn=)", b"\xa3\x06\x04\x02cn\x04\x00"),
        ("(cn>=v)", b"\xa5\x07\x04\x02cn\x04\x01v"),
        ("(cn<=v)", b"\xa6\x07\x04\x02cn\x04\x01v"),
        ("(cn~=v)", b"\xa8\x07\x04\x02cn\x04\x01v"),
        ("(cn=i*)", b"\xa4\x09\x04\x02cn\x30\x03\x80\x01i"),
        ("(cn=*f)", b"\xa4\x09\x04\x02cn\x30\x03\x82\x01f"),
        ("(cn=i*a*b*f)", b"\xa4\x12\x04\x02cn\x30\x0c\x80\x01i\x81\x01a\x81\x01b\x82\x01f"),
        ("(cn:=v)", b"\xa9\x07\x82\x02cn\x83\x01v"),
        ("(:1.2:=v)", b"\xa9\x08\x81\x031.2\x83\x01v"),
        ("(cn:dn:1.2:=v)", b"\xa9\x0f\x81\x031.2\x82\x02cn\x83\x01v\x84\x01\xff"),
        ("(&)", b"\xa0\x00"),
        ("(|)", b"\xa1\x00"),
        ("(!(cn=*))", b"\xa2\x04\x87\x02cn"),
        ("(&(a=*)(|(b=*)(!(c=*)))(d=*))", b"\xa0\x10\x87\x01a\xa1\x08\x87\x01b\xa2\x03\x87\x01c\x87\x01d"),
        (r"(cn=\00\ff)", b"\xa3\x08\x04\x02cn\x04\x02\x00\xff"),
    ] {
        assert_eq!(octets(text), expected, "{text}");
    }
}

/// Puts a filter into a search whose filter begins at octet 22.
fn search(filter: &[u8]) -> Vec<u8> {
    let mut op = b"\x04\x00\x0a\x01\x00\x0a\x01\x00\x02\x01\x00\x02\x01\x00\x01\x01\x00".to_vec();
    op.extend(filter);
    op.extend(b"\x30\x00");
    let mut octets = vec![0x30, op.len() as u8 + 5, 0x02, 0x01, 0x05, 0x63, op.len() as u8];
    octets.extend(op);
    octets
}

#[test]
fn errors_point_to_the_place() {
    let at = |filter: &[u8]| {
        let (offset, fault) = refused(&search(filter));
        (offset - 24, fault)
    };
    assert_eq!(at(b"\xa2\x00"), (2, Fault::Empty { list: "filter" }));
    assert_eq!(at(b"\xa2\x06\x87\x01a\x87\x01b"), (5, Fault::TrailingOctets { count: 3 }));
    assert_eq!(at(b"\xa0\x05\x87\x01a\x87\x01"), (5, Fault::LengthBeyondParent { claimed: 1, available: 0 }));
    let found = Tag::context(10);
    assert_eq!(at(b"\xa0\x05\x87\x01a\xaa\x00"), (5, Fault::UnknownChoice { choice: "Filter", found }));
    assert_eq!(at(b"\x87\x02a\xff"), (3, Fault::NotUtf8 { field: "present" }));
    assert_eq!(at(b"\xa4\x05\x04\x01a\x30\x00"), (7, Fault::Empty { list: "substrings" }));
    assert_eq!(at(b"\xa9\x03\x83\x01v"), (2, Fault::Missing { expected: TYPE }));
}
