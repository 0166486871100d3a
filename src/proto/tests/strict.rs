//! What a strict reader refuses in whole messages, and where.

use bytes::Bytes;

use crate::ber::{Fault, Tag, Writer};
use crate::model::Control;
use crate::proto::controls::{
    ControlValue, EntryChangeNotification, IntermediateValue, PagedResults, PasswordPolicyResponse,
    PersistentSearch, PreRead, ServerSideSort, Subentries, SyncDone, SyncInfo, SyncRequest,
};
use crate::proto::extops::{Cancel, EndTransaction, ExtendedOp, PasswordModify, Refresh, Turn};
use crate::proto::{
    Context, DeleteRequest, ExtendedRequest, ExtendedResponse, IntermediateResponse, LdapMessage, LdapResult,
    Limits, MessageId, Quirks, SearchResultEntry, sequence_value,
};

fn decode(frame: &Bytes) -> Result<LdapMessage, (usize, Fault)> {
    LdapMessage::decode(&Context::new(frame, &Limits::DEFAULT, &Quirks::strict()))
        .map_err(|error| (error.offset(), error.fault()))
}

#[test]
fn messages_with_forms_that_senders_are_forbidden_are_refused_at_their_place() {
    for (frame, refused) in [
        // messageID, resultCode, sizeLimit, typesOnly, criticality, dnAttributes, deleteoldrdn.
        (&b"\x30\x06\x02\x02\x00\x01\x42\x00"[..], Some((4, Fault::PaddedInteger))),
        (b"\x30\x0d\x02\x01\x02\x65\x08\x0a\x02\x00\x20\x04\x00\x04\x00", Some((9, Fault::PaddedInteger))),
        (
            b"\x30\x17\x02\x01\x02\x63\x12\x04\x00\x0a\x01\x00\x0a\x01\x00\x02\x02\x00\x05\x02\x01\x00\x01\x01\x00",
            Some((17, Fault::PaddedInteger)),
        ),
        (
            b"\x30\x1b\x02\x01\x02\x63\x16\x04\x00\x0a\x01\x00\x0a\x01\x00\x02\x01\x00\x02\x01\x00\x01\x01\x01\x87\x01a\x30\x00",
            Some((23, Fault::LooseTrue)),
        ),
        (
            b"\x30\x22\x02\x01\x02\x63\x1d\x04\x00\x0a\x01\x00\x0a\x01\x00\x02\x01\x00\x02\x01\x00\x01\x01\x00\xa9\x08\x82\x00\x83\x01v\x84\x01\x00\x30\x00",
            Some((33, Fault::WrittenDefault)),
        ),
        (
            b"\x30\x10\x02\x01\x02\x6c\x0b\x04\x04cn=a\x04\x00\x01\x01\x7f",
            Some((17, Fault::LooseTrue)),
        ),
        (
            b"\x30\x13\x02\x01\x01\x42\x00\xa0\x0c\x30\x0a\x04\x051.2.3\x01\x01\x00",
            Some((20, Fault::WrittenDefault)),
        ),
        // Lengths are the sender's option, and what the value of a control is made of is nobody's business.
        (b"\x30\x84\x00\x00\x00\x05\x02\x01\x01\x42\x00", None),
        (b"\x30\x16\x02\x01\x01\x42\x00\xa0\x0f\x30\x0d\x04\x051.2.3\x04\x04\x02\x02\x00\x01", None),
    ] {
        let frame = Bytes::from_static(frame);
        assert_eq!(decode(&frame).err(), refused, "{frame:02x?}");
    }
}

/// The value stands in a frame, so the place is counted from the start of that.
fn check(message: LdapMessage, value: &Bytes, refused: Option<(usize, Fault)>) {
    let frame = message.to_bytes().unwrap();
    let at = frame.windows(value.len()).rposition(|window| window == value).unwrap();
    assert_eq!(LdapMessage::parse(&frame).unwrap(), message);
    assert_eq!(decode(&frame).err(), refused.map(|(offset, fault)| (at + offset, fault)), "{value:02x?}");
}

fn held_by<T: ControlValue>(value: &'static [u8], refused: Option<(usize, Fault)>) {
    let value = Bytes::from_static(value);
    let control = Control::new(T::OID).with_value(value.clone()).critical();
    let delete = LdapMessage::new(MessageId::FIRST, DeleteRequest::new("cn=a"));
    check(delete.with_control(control.clone()), &value, refused);
    let entry = SearchResultEntry::new("cn=a", [].into());
    check(LdapMessage::new(MessageId::FIRST, entry).with_control(control), &value, refused);
}

#[test]
fn values_of_controls_are_read_strictly_with_their_message() {
    held_by::<PagedResults>(b"\x30\x05\x02\x01\x05\x04\x00", None);
    held_by::<PagedResults>(b"\x30\x06\x02\x02\x00\x05\x04\x00", Some((4, Fault::PaddedInteger)));
    held_by::<PasswordPolicyResponse>(b"\x30\x04\x81\x02\x00\x01", Some((4, Fault::PaddedInteger)));
    held_by::<EntryChangeNotification>(b"\x30\x04\x0a\x02\x00\x01", Some((4, Fault::PaddedInteger)));
    held_by::<Subentries>(b"\x01\x01\x01", Some((2, Fault::LooseTrue)));
    held_by::<PersistentSearch>(
        b"\x30\x09\x02\x01\x01\x01\x01\xff\x01\x01\x02",
        Some((10, Fault::LooseTrue)),
    );
    held_by::<ServerSideSort>(b"\x30\x08\x30\x06\x04\x01a\x81\x01\x00", Some((9, Fault::WrittenDefault)));
    held_by::<ServerSideSort>(b"\x30\x08\x30\x06\x04\x01a\x81\x01\xff", None);
    held_by::<SyncRequest>(b"\x30\x06\x0a\x01\x01\x01\x01\x00", Some((7, Fault::WrittenDefault)));
    held_by::<SyncDone>(b"\x30\x03\x01\x01\x80", Some((4, Fault::LooseTrue)));
    // One of request and response reads it: the identifier is that of both.
    held_by::<PreRead>(b"\x30\x03\x04\x01*", None);
    // Malformed in other ways, or of no type at all: for who asks for it, and not the message's fault.
    held_by::<PagedResults>(b"\x30\x01\x02", None);
}

#[test]
fn entries_alone_are_read_as_strictly_as_messages() {
    let control = Control::new(SyncDone::OID).with_value(&b"\x30\x03\x01\x01\x80"[..]);
    let entry = SearchResultEntry::new("cn=a", [].into());
    let frame = LdapMessage::new(MessageId::FIRST, entry).with_control(control).to_bytes().unwrap();
    let decode = |quirks| SearchResultEntry::decode_message(&Context::new(&frame, &Limits::DEFAULT, quirks));
    let strict = Quirks::strict();
    assert_eq!(decode(&strict).unwrap_err().fault(), Fault::LooseTrue);
    assert!(decode(&Quirks::DEFAULT).unwrap().is_some());
}

#[test]
fn values_of_operations_are_read_strictly_with_their_message() {
    fn request<T: ExtendedOp>(value: &'static [u8], refused: Option<(usize, Fault)>) {
        let value = Bytes::from_static(value);
        let request = ExtendedRequest::new(T::OID).with_value(value.clone());
        check(LdapMessage::new(MessageId::FIRST, request), &value, refused);
    }
    request::<Cancel>(b"\x30\x04\x02\x02\x00\x05", Some((4, Fault::PaddedInteger)));
    request::<EndTransaction>(b"\x30\x06\x01\x01\xff\x04\x01t", Some((4, Fault::WrittenDefault)));
    request::<EndTransaction>(b"\x30\x06\x01\x01\x00\x04\x01t", None);
    request::<Turn>(b"\x30\x06\x01\x01\x02\x04\x01t", Some((4, Fault::LooseTrue)));
    request::<Refresh>(b"\x30\x07\x80\x01a\x81\x02\x00\x05", Some((7, Fault::PaddedInteger)));
    request::<PasswordModify>(b"\x30\x03\x80\x01a", None);

    // An answer is known by its name, where it has one; who asked knows it anyway.
    let value = Bytes::from_static(b"\x30\x04\x81\x02\x00\x05");
    let bare = ExtendedResponse::new(LdapResult::success()).with_value(value.clone());
    let fault = Fault::PaddedInteger;
    let named = bare.clone().with_name(Refresh::OID);
    check(LdapMessage::new(MessageId::FIRST, named), &value, Some((4, fault)));
    check(LdapMessage::new(MessageId::FIRST, bare.clone()), &value, None);
    assert_eq!(Refresh::decode_response(&bare), Ok(5));
    assert_eq!(Refresh::decode_response_with(&bare, &Quirks::strict()).unwrap_err().fault(), fault);

    let value = Bytes::from_static(b"\xa1\x03\x01\x01\xff");
    let response = IntermediateResponse::new().with_name(SyncInfo::OID).with_value(value.clone());
    check(LdapMessage::new(MessageId::FIRST, response), &value, Some((4, Fault::WrittenDefault)));
}

/// What is written passes, so that a strict reader can be the other end of this crate.
#[test]
fn samples_pass() {
    for sample in super::samples::samples() {
        let frame = sample.encode(super::node::Lengths::Minimal).into();
        assert_eq!(decode(&frame), Ok(super::parse(&frame).unwrap()));
        let long = sample.encode(super::node::Lengths::Long(4)).into();
        assert_eq!(decode(&long), Ok(super::parse(&frame).unwrap()));
    }
}

/// Controls stand within values of operations, too: in the end of a transaction.
#[test]
fn controls_within_values_are_looked_at() {
    let loose = Control::new(Subentries::OID).with_value(&b"\x01\x01\x01"[..]);
    let value = sequence_value(|writer: &mut Writer| {
        writer.constructed(Tag::SEQUENCE, |writer| {
            writer.constructed(Tag::SEQUENCE, |writer| {
                crate::proto::control::encode_list_as(Tag::SEQUENCE, &[loose], writer);
                writer.integer(Tag::INTEGER, 7);
            });
        });
    });
    let response = ExtendedResponse::new(LdapResult::success()).with_value(value);
    assert!(EndTransaction::decode_response(&response).is_ok());
    let refused = EndTransaction::decode_response_with(&response, &Quirks::strict()).unwrap_err();
    assert_eq!(refused.fault(), Fault::LooseTrue);
}
