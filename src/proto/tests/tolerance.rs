//! What a sender may do differently without changing the meaning of a message.

use super::node::{Lengths, Node, leaf, list, sequence, text};
use super::samples::{filters, message, samples, search};
use super::{parse, refused};
use crate::ber::{Fault, Tag};
use crate::model::{Criticality, ResultCode};
use crate::proto::{
    Context, DeleteRequest, LdapMessage, Limits, MessageId, NoticeOfDisconnection, ProtocolOp, Quirks,
    SearchResultEntry,
};

#[test]
fn samples_come_out_as_they_went_in() {
    let samples = samples();
    assert!(samples.len() >= 60);
    for sample in samples {
        let octets = sample.encode(Lengths::Minimal);
        let message = parse(&octets).unwrap_or_else(|error| panic!("{error}: {octets:02x?}"));
        assert_eq!(message.to_bytes().unwrap(), octets, "{message:?}");
    }
}

/// "It is a sender's option whether to use more length octets than the minimum necessary" (X.690 8.1.3.5, note 2);
/// Active Directory writes four octets always.
#[test]
fn lengths_need_not_be_minimal() {
    for sample in samples() {
        let minimal = sample.encode(Lengths::Minimal);
        let expected = parse(&minimal).unwrap();
        for count in [1, 2, 4, 8, 20, 126] {
            if count == 1 && minimal.len() > 250 {
                continue;
            }
            let message = parse(&sample.encode(Lengths::Long(count))).unwrap();
            assert_eq!(message, expected, "{count}");
            assert_eq!(message.to_bytes().unwrap(), minimal);
        }
    }
}

/// "Clients and servers MUST (unless otherwise specified) ignore trailing SEQUENCE components whose tags they do not
/// recognize" (RFC 4511 4).
#[test]
fn unknown_elements_at_the_end_of_every_sequence_are_ignored() {
    for trailing in [leaf(0x9e, "x"), list(0xbe, [leaf(0x05, "")]), leaf(0x5e, ""), leaf(0xde, "")] {
        let add = |node: &mut Node| match node {
            Node::Leaf(..) => {}
            Node::Sequence(_, parts) | Node::List(_, parts) => parts.push(trailing.clone()),
        };
        for sample in samples() {
            let octets = sample.encode(Lengths::Minimal);
            let expected = parse(&octets).unwrap();
            for (node, changed) in sample.with_each_node(&add) {
                let changed = parse(&changed.encode(Lengths::Minimal));
                if let Node::List(tag, _) = node {
                    assert!(changed.is_err(), "{tag:02x} {expected:?}");
                    continue;
                }
                let changed = changed.unwrap();
                assert_eq!(changed, expected);
                assert_eq!(changed.to_bytes().unwrap(), octets, "what was ignored is not written");
            }
        }
    }
}

/// Passing over a part that is known would lose it, for example a second value.
#[test]
fn each_element_of_a_sequence_once_more_at_its_end_is_refused() {
    /// The place of the filter in a search.
    const FILTER: usize = 6;

    for sample in samples() {
        for place in 0.. {
            let repeat = |node: &mut Node| {
                if let Node::Sequence(_, parts) = node
                    && let Some(part) = parts.get(place).cloned()
                {
                    parts.push(part);
                }
            };
            let mut count = 0;
            for (node, changed) in sample.with_each_node(&repeat) {
                if !matches!(&node, Node::Sequence(_, parts) if place < parts.len()) {
                    continue;
                }
                count += 1;
                let frame = changed.encode(Lengths::Minimal).into();
                let context = Context::new(&frame, &Limits::DEFAULT, &Quirks::DEFAULT);
                if let Ok(message) = LdapMessage::decode(&context) {
                    // Behind a mechanism without credentials it is credentials; a filter's tag is none of the SEQUENCE.
                    let is_read = message.to_bytes().unwrap() == frame;
                    let is_filter = node.tag() == 0x63 && place == FILTER;
                    assert!(is_read || is_filter, "{frame:02x?}");
                    continue;
                }
                assert!(!matches!(SearchResultEntry::decode_message(&context), Ok(Some(_))), "{frame:02x?}");
            }
            if count == 0 {
                break;
            }
        }
    }
}

/// Passing over a part that is known would lose it, for example a critical control.
#[test]
fn known_elements_twice_out_of_order_or_in_the_wrong_form_are_refused() {
    let refuse = |op: Node| assert!(parse(&message(op).encode(Lengths::Minimal)).is_err());
    let result = |tag, more: Vec<Node>| {
        let mut parts = vec![leaf(0x0a, [0]), text(""), text("")];
        parts.extend(more);
        Node::Sequence(tag, parts)
    };
    let dn = || text("cn=a");
    let (name, value) = (|| leaf(0x8a, "1.2"), || leaf(0x8b, ""));
    // Another operation, or another choice of a proof.
    for more in [leaf(0x4a, "cn=a"), list(0x64, [dn(), list(0x30, [])])] {
        let message = sequence(0x30, [leaf(0x02, [5]), leaf(0x42, ""), more]);
        assert!(parse(&message.encode(Lengths::Minimal)).is_err());
    }
    refuse(sequence(0x60, [leaf(0x02, [3]), dn(), leaf(0x80, ""), list(0xa3, [text("EXTERNAL")])]));
    refuse(result(0x78, vec![value(), name()]));
    refuse(result(0x78, vec![name(), name()]));
    refuse(result(0x78, vec![name(), list(0xa3, [dn()])]));
    refuse(result(0x78, vec![leaf(0x83, "")]));
    refuse(result(0x78, vec![list(0xaa, [])]));
    refuse(result(0x61, vec![leaf(0x87, ""), leaf(0x87, "")]));
    refuse(result(0x65, vec![list(0xa3, [dn()]), list(0xa3, [dn()])]));
    refuse(sequence(0x77, [leaf(0x80, "1.2"), leaf(0x81, ""), leaf(0x81, "")]));
    refuse(sequence(0x77, [leaf(0x81, ""), leaf(0x80, "1.2")]));
    refuse(sequence(0x79, [leaf(0x81, ""), leaf(0x80, "1.2")]));
    refuse(sequence(0x6c, [dn(), dn(), leaf(0x01, [0]), leaf(0x80, ""), leaf(0x80, "")]));
    refuse(search(0, sequence(0xa9, [leaf(0x82, "cn"), leaf(0x81, "r"), leaf(0x83, "")])));
    refuse(search(0, sequence(0xa9, [leaf(0x82, "cn"), leaf(0x83, ""), leaf(0x84, [0]), leaf(0x84, [0])])));
    let control = |more: Vec<Node>| {
        let mut parts = vec![text("1.2.3")];
        parts.extend(more);
        let controls = list(0xa0, [Node::Sequence(0x30, parts)]);
        let message = sequence(0x30, [leaf(0x02, [5]), leaf(0x42, ""), controls]);
        assert!(parse(&message.encode(Lengths::Minimal)).is_err());
    };
    control(vec![text(""), leaf(0x01, [0xff])]);
    control(vec![leaf(0x01, [0]), leaf(0x01, [0xff])]);
    control(vec![list(0x24, [text("")])]);
}

#[test]
fn controls_may_be_absent_or_empty_but_not_primitive_or_repeated() {
    let with = |more: &[u8]| {
        let mut octets = b"\x30\x00\x02\x01\x05\x42\x00".to_vec();
        octets.extend(more);
        octets[1] = octets.len() as u8 - 2;
        octets
    };
    for absent in [&b""[..], b"\xa0\x00"] {
        assert_eq!(parse(&with(absent)).unwrap().controls, []);
    }
    let found = Tag::context_primitive(0);
    assert_eq!(refused(&with(b"\x80\x00")), (7, Fault::UnexpectedTag { expected: Tag::context(0), found }));
    let found = Tag::context(0);
    assert_eq!(refused(&with(b"\xa0\x00\xa0\x00")), (9, Fault::Misplaced { found }));
    assert_eq!(refused(&with(b"\xbe\x00\xa0\x00")), (9, Fault::Misplaced { found }));
    assert_eq!(
        refused(&with(b"\xa0\x02\x04\x00")),
        (9, Fault::UnexpectedTag { expected: Tag::SEQUENCE, found: Tag::OCTET_STRING })
    );
}

/// "If a value of a type is its default value, it is absent" binds the sender; a reader meets it anyway.
#[test]
fn booleans_are_read_in_every_form_and_written_in_one() {
    let critical = |octets: &[u8]| {
        let control = sequence(0x30, [text("1.2"), leaf(0x01, octets)]);
        let message = sequence(0x30, [leaf(0x02, [5]), leaf(0x42, ""), list(0xa0, [control])]);
        parse(&message.encode(Lengths::Minimal))
    };
    for octet in 0..=255 {
        let message = critical(&[octet]).unwrap();
        let expected = if octet == 0 { Criticality::NonCritical } else { Criticality::Critical };
        assert_eq!(message.controls[0].criticality(), expected);
        let written = message.to_bytes().unwrap();
        assert_eq!(written.ends_with(b"\x01\x01\xff"), octet != 0);
        assert!(!written.ends_with(b"\x01\x01\x00"));
    }
    assert!(critical(b"").is_err());
    assert!(critical(b"\xff\xff").is_err());
    // dnAttributes, the other one with a default.
    let filter = sequence(0xa9, [leaf(0x82, "cn"), leaf(0x83, "v"), leaf(0x84, [0])]);
    let message = parse(&message(search(0, filter)).encode(Lengths::Minimal)).unwrap();
    assert_eq!(parse(&message.to_bytes().unwrap()).unwrap(), message);
    assert!(!message.to_bytes().unwrap().windows(3).any(|octets| octets == b"\x84\x01\x00"));
}

#[test]
fn message_ids_are_31_bits_without_a_sign() {
    for (id, octets) in [
        (0, &b"\x02\x01\x00"[..]),
        (127, b"\x02\x01\x7f"),
        (128, b"\x02\x02\x00\x80"),
        (255, b"\x02\x02\x00\xff"),
        (256, b"\x02\x02\x01\x00"),
        (0x7fff_ffff, b"\x02\x04\x7f\xff\xff\xff"),
    ] {
        let message = LdapMessage::new(MessageId::new(id).unwrap(), DeleteRequest::new(""));
        let written = message.to_bytes().unwrap();
        assert_eq!(written[2..written.len() - 2], *octets);
        assert_eq!(parse(&written).unwrap(), message);
    }
    let field = "messageID";
    for id in [&b"\xff"[..], b"\x80", b"\x00\x80\x00\x00\x00", b"\x80\x00\x00\x00", b"\x01\x00\x00\x00\x00"] {
        let octets = sequence(0x30, [leaf(0x02, id), leaf(0x42, "")]).encode(Lengths::Minimal);
        assert_eq!(refused(&octets), (4, Fault::OutOfRange { field }), "{id:02x?}");
    }
    assert_eq!(refused(b"\x30\x04\x02\x00\x42\x00"), (4, Fault::EmptyInteger));
    // Sign octets that only repeat are no other number.
    let padded = sequence(0x30, [leaf(0x02, [0, 0, 0, 0, 0, 0, 0, 0, 0, 5]), leaf(0x42, "")]);
    assert_eq!(parse(&padded.encode(Lengths::Minimal)).unwrap().id.number(), 5);
}

#[test]
fn result_codes_are_kept_whether_known_or_not_and_never_cut() {
    let done = |code: &[u8]| {
        let result = sequence(0x65, [leaf(0x0a, code), text(""), text("")]);
        message(result).encode(Lengths::Minimal)
    };
    for (code, octets) in [
        (118, &b"\x76"[..]),
        (122, b"\x7a"),
        (128, b"\x00\x80"),
        (256, b"\x01\x00"),
        (4096, b"\x10\x00"),
        (16654, b"\x41\x0e"),
        (0x7fff_ffff, b"\x7f\xff\xff\xff"),
    ] {
        let message = parse(&done(octets)).unwrap();
        let result = message.op.result().unwrap();
        assert_eq!(result.code(), ResultCode::new(code));
        assert!(result.code().is_error());
        assert_eq!(message.to_bytes().unwrap(), done(octets));
    }
    let field = "resultCode";
    for octets in [&b"\xff"[..], b"\x00\x80\x00\x00\x00", b"\x01\x00\x00\x00\x00", b"\x01\0\0\0\0\0\0\0\0"] {
        assert_eq!(refused(&done(octets)), (9, Fault::OutOfRange { field }), "{octets:02x?}");
    }
    assert_eq!(refused(&done(b"")), (9, Fault::EmptyInteger));
}

#[test]
fn unknown_numbers_of_open_enumerations_are_kept() {
    for filter in filters().into_iter().take(1) {
        let octets = message(search(99, filter)).encode(Lengths::Minimal);
        let ProtocolOp::SearchRequest(search) = super::round_trip(&octets) else { panic!() };
        assert_eq!(search.scope().number(), 99);
    }
}

/// A server has answered, even if it wrote its texts in another character set.
#[test]
fn results_survive_texts_that_are_not_utf8() {
    let result = sequence(0x65, [leaf(0x0a, [1]), leaf(0x04, b"ou=B\xfccher"), leaf(0x04, b"n\xf6")]);
    let octets = message(result).encode(Lengths::Minimal);
    let message = parse(&octets).unwrap();
    let result = message.op.result().unwrap();
    assert_eq!(result.diagnostic_message(), "n\u{fffd}");
    assert_eq!(result.matched_dn_octets(), &b"ou=B\xfccher"[..]);
    assert_eq!(message.to_bytes().unwrap(), octets);
}

#[test]
fn empty_referrals_are_read_and_not_written() {
    let result = sequence(0x65, [leaf(0x0a, [10]), text(""), text(""), list(0xa3, [])]);
    let done = parse(&message(result).encode(Lengths::Minimal)).unwrap();
    assert!(done.op.result().unwrap().referral().is_empty());
    assert!(done.to_bytes().is_err());
}

/// Active Directory writes the name behind the operation.
#[test]
fn a_notice_of_disconnection_is_known_by_a_name_in_the_wrong_place() {
    let name = leaf(0x8a, "1.3.6.1.4.1.1466.20036");
    let response = |id: u8, name: Node| {
        let result = sequence(0x78, [leaf(0x0a, [0x34]), text(""), text("")]);
        sequence(0x30, [leaf(0x02, [id]), result, name]).encode(Lengths::Long(4))
    };
    let octets = response(0, name.clone());
    let message = parse(&octets).unwrap();
    let notice = NoticeOfDisconnection::from_message(&message).unwrap();
    assert_eq!(notice.result().code(), ResultCode::UNAVAILABLE);
    // What we write has it in the right place.
    let written = LdapMessage::from(notice).to_bytes().unwrap();
    assert_eq!(parse(&written).unwrap(), message);

    let frame = octets.into();
    let strict = LdapMessage::decode(&Context::new(&frame, &Limits::DEFAULT, &Quirks::strict())).unwrap();
    assert!(NoticeOfDisconnection::from_message(&strict).is_none());
    assert!(NoticeOfDisconnection::from_message(&parse(&response(7, name)).unwrap()).is_none());
    let other = parse(&response(0, leaf(0x8a, "1.2.3"))).unwrap();
    assert!(NoticeOfDisconnection::from_message(&other).is_none());
}
