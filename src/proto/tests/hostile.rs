//! What no sender may do: every octet of it an error, never a panic, whatever the size of the stack.

use std::thread;

use bytes::Bytes;

use super::node::{Lengths, Node, leaf, list, sequence, text};
use super::samples::{message, samples, search};
use super::{parse, refused};
use crate::ber::{Fault, Tag};
use crate::model::Filter;
use crate::proto::{Context, EncodeError, Envelope, LdapMessage, Limits, MessageId, Quirks, SearchRequest};

#[test]
fn every_truncation_is_an_error() {
    for sample in samples() {
        for lengths in [Lengths::Minimal, Lengths::Long(4)] {
            let octets = sample.encode(lengths);
            for end in 0..octets.len() {
                assert!(parse(&octets[..end]).is_err(), "{end} of {octets:02x?}");
                assert!(Envelope::peek(&octets[..end]).is_err(), "{end} of {octets:02x?}");
            }
        }
    }
}

/// As if the sender had stopped in the middle, but had taken care of the lengths around the cut.
#[test]
fn every_element_cut_short_within_is_an_error_or_another_message() {
    let cut = |node: &mut Node| match node {
        Node::Leaf(_, content) => {
            content.pop();
        }
        Node::Sequence(_, parts) | Node::List(_, parts) => {
            parts.pop();
        }
    };
    for sample in samples() {
        for (_, changed) in sample.with_each_node(&cut) {
            check(&changed.encode(Lengths::Minimal));
        }
    }
}

/// Every length octet of every sample set to every value, and to the end of the element around it, two less and more.
#[test]
fn lengths_that_lie_are_errors_or_another_message() {
    for sample in samples() {
        let octets = sample.encode(Lengths::Minimal);
        let mut places = Vec::new();
        collect_lengths(&octets, 0, octets.len(), &sample, &mut places);
        for (place, parent_end) in places {
            let to_parent = (parent_end - place - 1) as u8;
            let lies = (0..=255).chain((to_parent.saturating_sub(2))..=to_parent.saturating_add(2));
            for lie in lies {
                let mut octets = octets.clone();
                octets[place] = lie;
                check(&octets);
            }
        }
    }
}

/// Collects the place of each last length octet, with the end of the element around it.
fn collect_lengths(octets: &[u8], start: usize, end: usize, node: &Node, places: &mut Vec<(usize, usize)>) {
    let encoded = node.encode(Lengths::Minimal);
    let content: usize = match node {
        Node::Leaf(_, content) => content.len(),
        _ => node.parts().iter().map(|part| part.encode(Lengths::Minimal).len()).sum(),
    };
    let header = encoded.len() - content;
    places.push((start + header - 1, end));
    assert_eq!(octets[start], node.tag());
    let mut at = start + header;
    for part in node.parts() {
        collect_lengths(octets, at, start + encoded.len(), part, places);
        at += part.encode(Lengths::Minimal).len();
    }
}

/// Decodes octets; if they are a message after all, it must come back from its own encoding.
fn check(octets: &[u8]) {
    if let Ok(message) = parse(octets) {
        match message.to_bytes() {
            Ok(written) => assert_eq!(parse(&written).as_ref(), Ok(&message), "{octets:02x?}"),
            // Read and not written: see the empty referral, and the one beside another code.
            Err(EncodeError::Empty { .. } | EncodeError::Invalid { field: "referral", .. }) => {}
            Err(error) => panic!("{error}: {octets:02x?}"),
        }
    }
}

#[test]
fn every_octet_changed_is_an_error_or_another_message() {
    for sample in samples() {
        let octets = sample.encode(Lengths::Minimal);
        for place in 0..octets.len() {
            for bit in 0..8 {
                let mut octets = octets.clone();
                octets[place] ^= 1 << bit;
                check(&octets);
            }
        }
    }
}

#[test]
fn frames_that_are_no_message_are_refused() {
    assert_eq!(refused(b"\x30\x00"), (2, Fault::Missing { expected: Tag::INTEGER }));
    assert_eq!(refused(b"\x30\x03\x02\x01\x05"), (5, Fault::TruncatedHeader));
    assert_eq!(refused(b"\x30\x05\x02\x01\x05\x42\x00\x00"), (7, Fault::TrailingOctets { count: 1 }));
    let found = Tag::application(2);
    assert_eq!(
        refused(b"\x30\x05\x02\x01\x05\x62\x00"),
        (5, Fault::UnknownChoice { choice: "protocolOp", found })
    );
    assert!(parse(b"\x31\x05\x02\x01\x05\x42\x00").is_err());
    assert!(parse(b"\x30\x80\x02\x01\x05\x42\x00\x00\x00").is_err());
}

#[test]
fn filters_have_the_shape_that_the_standard_gives_them() {
    let fault = |filter: Node| refused(&message(search(0, filter)).encode(Lengths::Minimal)).1;
    let present = || leaf(0x87, "cn");
    assert_eq!(fault(list(0xa2, [])), Fault::Empty { list: "filter" });
    assert_eq!(fault(list(0xa2, [present(), present()])), Fault::TrailingOctets { count: 4 });
    let substrings = |parts: Vec<Node>| sequence(0xa4, [text("cn"), Node::List(0x30, parts)]);
    let (initial, any, last) = (|| leaf(0x80, "i"), || leaf(0x81, "a"), || leaf(0x82, "f"));
    assert_eq!(fault(substrings(vec![])), Fault::Empty { list: "substrings" });
    for parts in [vec![any(), initial()], vec![initial(), initial()], vec![last(), initial()]] {
        assert!(matches!(fault(substrings(parts)), Fault::Invalid { .. }));
    }
    for parts in [vec![last(), any()], vec![last(), last()]] {
        assert!(matches!(fault(substrings(parts)), Fault::Invalid { field: "final", .. }));
    }
    let found = Tag::context_primitive(3);
    assert_eq!(fault(substrings(vec![leaf(0x83, "")])), Fault::UnknownChoice { choice: "substring", found });
    assert_eq!(
        fault(sequence(0xa9, [leaf(0x83, "v")])),
        Fault::Missing { expected: Tag::context_primitive(2) }
    );
    for (tag, node) in [(0x8a, leaf(0x8a, "")), (0xa7, list(0xa7, [])), (0x04, text("cn"))] {
        let found = Tag::from_octet(tag);
        assert_eq!(fault(node), Fault::UnknownChoice { choice: "Filter", found });
    }
}

/// Runs on a stack of 256 KiB, far too small for a recursion of any depth that is tested.
fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    thread::Builder::new().stack_size(256 * 1024).spawn(test).unwrap().join().unwrap();
}

/// A search whose filter is `depth` times `(!...)` around one item; lengths take five octets throughout.
fn nested(depth: usize) -> Bytes {
    let mut filter = Vec::new();
    let item = leaf(0x87, "a").encode(Lengths::Minimal);
    let mut length = item.len();
    let mut headers = Vec::with_capacity(depth);
    for _ in 0..depth {
        headers.push(length);
        length += 6;
    }
    for length in headers.into_iter().rev() {
        filter.extend([0xa2, 0x84]);
        filter.extend((length as u32).to_be_bytes());
    }
    filter.extend(item);
    let mut op = text("").encode(Lengths::Minimal);
    op.extend(b"\x0a\x01\x00\x0a\x01\x00\x02\x01\x00\x02\x01\x00\x01\x01\x00");
    op.extend(filter);
    op.extend(b"\x30\x00");
    sequence(0x30, [leaf(0x02, [1]), leaf(0x63, op)]).encode(Lengths::Minimal).into()
}

#[test]
fn deep_filters_are_refused_one_level_beyond_the_limit() {
    on_a_small_stack(|| {
        // The item counts as one level.
        for depth in [0, 1, 127] {
            let message = LdapMessage::parse(&nested(depth)).unwrap();
            assert_eq!(LdapMessage::parse(&message.to_bytes().unwrap()), Ok(message));
        }
        for depth in [128, 129, 10_000, 1_000_000] {
            let error = LdapMessage::parse(&nested(depth)).unwrap_err();
            assert_eq!(error.fault(), Fault::TooDeep { limit: 128 });
        }
        // Whatever the limit, the decoder needs no stack.
        let frame = nested(1_000_000);
        let limits = Limits::default().filter_depth(usize::MAX).filter_items(usize::MAX);
        let message = LdapMessage::decode(&Context::new(&frame, &limits, &Quirks::default())).unwrap();
        assert_eq!(message.to_bytes(), Err(EncodeError::FilterTooDeep { limit: 128 }));
    });
}

#[test]
fn deep_filters_are_not_written() {
    on_a_small_stack(|| {
        let encode = |depth: usize| {
            let mut filter = Filter::present("a");
            for level in 0..depth {
                filter = if level % 2 == 0 { Filter::and([filter]) } else { Filter::not(filter) };
            }
            LdapMessage::new(MessageId::FIRST, SearchRequest::entry("")).to_bytes().unwrap();
            let search = SearchRequest::new("", crate::model::Scope::BaseObject, filter);
            LdapMessage::new(MessageId::FIRST, search).to_bytes()
        };
        assert!(encode(127).is_ok());
        for depth in [128, 1_000_000] {
            assert_eq!(encode(depth), Err(EncodeError::FilterTooDeep { limit: 128 }));
        }
    });
}

#[test]
fn every_limit_is_reached_and_refused_one_beyond() {
    let present = || leaf(0x87, "cn");
    let attribute = || sequence(0x30, [text("cn"), list(0x31, [text("a"), text("b")])]);
    let change = || sequence(0x30, [leaf(0x0a, [0]), attribute()]);
    let controls =
        |controls: Vec<Node>| sequence(0x30, [leaf(0x02, [5]), leaf(0x42, ""), Node::List(0xa0, controls)]);
    let control = || sequence(0x30, [text("1.2")]);
    let result =
        |urls: Vec<Node>| sequence(0x65, [leaf(0x0a, [10]), text(""), text(""), Node::List(0xa3, urls)]);
    let substrings = sequence(0xa4, [text("cn"), list(0x30, [leaf(0x80, "a"), leaf(0x81, "b")])]);
    // The message, the limit, and the least that it needs.
    type Case = (Node, fn(Limits, usize) -> Limits, usize);
    let cases: Vec<Case> = vec![
        (message(search(0, list(0xa0, [present(), present()]))), Limits::filter_items, 3),
        (message(search(0, substrings)), Limits::filter_items, 3),
        (message(search(0, list(0xa1, [list(0xa1, [])]))), Limits::filter_depth, 2),
        (message(search(0, present())), Limits::attributes, 3),
        (message(sequence(0x64, [text(""), list(0x30, [attribute(), attribute()])])), Limits::attributes, 2),
        (message(sequence(0x64, [text(""), list(0x30, [attribute(), attribute()])])), Limits::values, 4),
        (message(sequence(0x68, [text(""), list(0x30, [attribute(), attribute()])])), Limits::values, 4),
        (message(sequence(0x66, [text(""), list(0x30, [change(), change()])])), Limits::attributes, 2),
        (message(sequence(0x66, [text(""), list(0x30, [change(), change()])])), Limits::values, 4),
        (controls(vec![control(), control()]), Limits::controls, 2),
        (message(list(0x73, [text("a"), text("b")])), Limits::referral_urls, 2),
        (message(result(vec![text("a"), text("b")])), Limits::referral_urls, 2),
    ];
    for (sample, set, needed) in cases {
        let frame = Bytes::from(sample.encode(Lengths::Minimal));
        let decode = |limit| {
            let limits = set(Limits::default(), limit);
            LdapMessage::decode(&Context::new(&frame, &limits, &Quirks::default()))
        };
        decode(needed).unwrap();
        let fault = decode(needed - 1).unwrap_err().fault();
        let (Fault::TooMany { limit: beyond, .. } | Fault::TooDeep { limit: beyond }) = fault else {
            panic!("{fault}")
        };
        assert_eq!(beyond, needed - 1);
    }
}
