//! One message for each form that RFC 4511 gives each operation.

use super::node::{Node, leaf, list, sequence, text};

/// Messages that are written as this crate writes them.
pub(super) fn samples() -> Vec<Node> {
    let mut samples = operations();
    samples.extend(filters().into_iter().map(|filter| message(search(2, filter))));
    samples.extend(with_controls());
    samples
}

/// A message with the id 5 and without controls.
pub(super) fn message(op: Node) -> Node {
    sequence(0x30, [leaf(0x02, [5]), op])
}

/// A search of a scope.
pub(super) fn search(scope: u8, filter: Node) -> Node {
    sequence(
        0x63,
        [
            text("dc=example"),
            leaf(0x0a, [scope]),
            leaf(0x0a, [3]),
            leaf(0x02, [0x03, 0xe8]),
            leaf(0x02, [0]),
            leaf(0x01, [0]),
            filter,
            list(0x30, [text("cn"), text("*"), text("+")]),
        ],
    )
}

/// The components of a result.
fn result<const N: usize>(tag: u8, code: u8, more: [Node; N]) -> Node {
    let mut parts = vec![leaf(0x0a, [code]), text("dc=example"), text("nö")];
    parts.extend(more);
    Node::Sequence(tag, parts)
}

fn referral(tag: u8) -> Node {
    list(tag, [text("ldap://a.example/"), text("ldaps://b.example/dc=example??sub")])
}

fn attribute(name: &str, values: &[&[u8]]) -> Node {
    let values = values.iter().map(|value| leaf(0x04, value)).collect();
    sequence(0x30, [text(name), Node::List(0x31, values)])
}

fn change(operation: u8, attribute: Node) -> Node {
    sequence(0x30, [leaf(0x0a, [operation]), attribute])
}

fn operations() -> Vec<Node> {
    const NOTICE: &str = "1.3.6.1.4.1.1466.20036";
    let sasl =
        |parts: Vec<Node>| message(sequence(0x60, [leaf(0x02, [3]), text(""), Node::Sequence(0xa3, parts)]));
    let mut samples = vec![
        message(sequence(0x60, [leaf(0x02, [3]), text(""), leaf(0x80, "")])),
        message(sequence(0x60, [leaf(0x02, [2]), text("cn=a"), leaf(0x80, "s3cret\0")])),
        sasl(vec![text("EXTERNAL")]),
        sasl(vec![text("EXTERNAL"), text("")]),
        sasl(vec![text("PLAIN"), leaf(0x04, b"\0u\xff\0p")]),
        message(sequence(0x60, [leaf(0x02, [127]), text("cn=a"), leaf(0x8b, "another way")])),
        message(result(0x61, 0, [])),
        message(result(0x61, 14, [leaf(0x87, b"\x00\xff")])),
        message(result(0x61, 10, [referral(0xa3), leaf(0x87, "")])),
        message(leaf(0x42, "")),
        message(sequence(0x64, [text("cn=a"), list(0x30, [])])),
        message(sequence(
            0x64,
            [
                text("cn=Zoë"),
                list(0x30, [attribute("cn", &[b"a", b"\xff\0", b""]), attribute("mail;x-a", &[])]),
            ],
        )),
        message(result(0x65, 0, [])),
        message(result(0x65, 10, [referral(0xa3)])),
        message(sequence(
            0x66,
            [
                text("cn=a"),
                list(
                    0x30,
                    [
                        change(0, attribute("cn", &[b"a", b"b"])),
                        change(1, attribute("cn", &[])),
                        change(2, attribute("userCertificate;binary", &[b"\x30\x00"])),
                        change(3, attribute("count", &[b"-1"])),
                        change(99, attribute("x", &[b"y"])),
                    ],
                ),
            ],
        )),
        message(sequence(0x66, [text(""), list(0x30, [])])),
        message(result(0x67, 20, [])),
        message(sequence(
            0x68,
            [text("cn=a"), list(0x30, [attribute("cn", &[b"a"]), attribute("sn", &[b"b", &[7; 200]])])],
        )),
        message(result(0x69, 68, [])),
        message(leaf(0x4a, "cn=a")),
        message(leaf(0x4a, "")),
        message(result(0x6b, 66, [])),
        message(sequence(0x6c, [text("cn=a"), text("cn=b"), leaf(0x01, [0])])),
        message(sequence(0x6c, [text("cn=a"), text("cn=b"), leaf(0x01, [0xff]), leaf(0x80, "dc=new")])),
        message(sequence(0x6c, [text("cn=a"), text("cn=b"), leaf(0x01, [0xff]), leaf(0x80, "")])),
        message(result(0x6d, 0, [])),
        message(sequence(0x6e, [text("cn=a"), sequence(0x30, [text("cn"), leaf(0x04, b"\xffa")])])),
        message(result(0x6f, 5, [])),
        message(result(0x6f, 6, [])),
        message(leaf(0x50, [4])),
        message(leaf(0x50, [0x7f, 0xff, 0xff, 0xff])),
        message(referral(0x73)),
        message(sequence(0x77, [leaf(0x80, "1.3.6.1.4.1.1466.20037")])),
        message(sequence(0x77, [leaf(0x80, "1.3.6.1.1.8"), leaf(0x81, b"\x30\x03\x02\x01\x04")])),
        message(sequence(0x77, [leaf(0x80, "not an oid"), leaf(0x81, "")])),
        message(result(0x78, 2, [])),
        message(result(0x78, 0, [leaf(0x8a, "1.3.6.1.4.1.1466.20037")])),
        message(result(0x78, 0, [leaf(0x8b, "u:ada")])),
        message(result(0x78, 10, [referral(0xa3), leaf(0x8a, "1.2"), leaf(0x8b, "")])),
        sequence(0x30, [leaf(0x02, [0]), result(0x78, 52, [leaf(0x8a, NOTICE)])]),
        message(sequence(0x79, [])),
        message(sequence(0x79, [leaf(0x80, "1.3.6.1.4.1.4203.1.9.1.4"), leaf(0x81, b"\x80\x00")])),
        message(sequence(0x79, [leaf(0x81, "")])),
    ];
    samples.push(sequence(0x30, [leaf(0x02, [0x7f, 0xff, 0xff, 0xff]), leaf(0x42, "")]));
    samples
}

pub(super) fn filters() -> Vec<Node> {
    let present = || leaf(0x87, "objectClass");
    let ava = |tag| sequence(tag, [text("cn;lang-de"), leaf(0x04, b"v\xff")]);
    let substrings = |parts: Vec<Node>| sequence(0xa4, [text("cn"), Node::List(0x30, parts)]);
    let (initial, any, last) = (|| leaf(0x80, "i"), || leaf(0x81, "a"), || leaf(0x82, "f"));
    vec![
        present(),
        ava(0xa3),
        ava(0xa5),
        ava(0xa6),
        ava(0xa8),
        substrings(vec![initial()]),
        substrings(vec![any()]),
        substrings(vec![last()]),
        substrings(vec![initial(), any(), any(), last()]),
        substrings(vec![initial(), last()]),
        sequence(0xa9, [leaf(0x81, "caseExactMatch"), leaf(0x83, "v")]),
        sequence(0xa9, [leaf(0x82, "cn"), leaf(0x83, "")]),
        sequence(0xa9, [leaf(0x81, "2.4.6.8.10"), leaf(0x82, "cn"), leaf(0x83, "v"), leaf(0x84, [0xff])]),
        list(0xa0, []),
        list(0xa1, []),
        list(0xa2, [present()]),
        list(0xa0, [present(), list(0xa1, [ava(0xa3), list(0xa2, [list(0xa2, [present()])])]), ava(0xa5)]),
    ]
}

fn with_controls() -> Vec<Node> {
    let controls = |controls: Vec<Node>| {
        sequence(0x30, [leaf(0x02, [5]), leaf(0x4a, "cn=a"), Node::List(0xa0, controls)])
    };
    let critical = || leaf(0x01, [0xff]);
    vec![
        controls(vec![sequence(0x30, [text("1.2.3")])]),
        controls(vec![sequence(0x30, [text("1.2.3"), critical()])]),
        controls(vec![sequence(0x30, [text("1.2.3"), text("")])]),
        controls(vec![
            sequence(
                0x30,
                [text("1.2.840.113556.1.4.319"), critical(), leaf(0x04, b"\x30\x05\x02\x01\x09\x04\x00")],
            ),
            sequence(0x30, [text("no oid"), leaf(0x04, b"\0\0")]),
        ]),
    ]
}
