//! The tree for programs: one object a message.

use std::io::Write as _;

use data_encoding::HEXLOWER;
use ldapwire::ber::{DecodeError, Tag};

use crate::failure::Failure;
use crate::json::{List, text};
use crate::output::Output;

use super::Piece;
use super::tree::{Node, Tree, Value};

/// Prints the tree of one message, and returns its fault.
///
/// The objects are opened and closed as the walk goes down and up, so that a tree is never held as a whole.
pub(crate) fn print(
    piece: &Piece,
    tree: &mut Tree<'_>,
    output: &mut Output,
) -> Result<Option<DecodeError>, Failure> {
    put(
        output,
        format_args!("{{\"offset\":{},\"length\":{},\"elements\":[", piece.offset, piece.octets.len()),
    );
    let mut lists = vec![List::default()];
    for node in tree.by_ref() {
        while lists.len() > node.depth + 1 {
            lists.pop();
            put(output, format_args!("]}}"));
        }
        if let Some(siblings) = lists.last_mut() {
            siblings.next(&mut output.buffer);
        }
        begin(&node, output);
        if node.value == Value::Elements {
            lists.push(List::default());
        }
        output.relieve()?;
    }
    for _ in 1..lists.len() {
        put(output, format_args!("]}}"));
    }
    put(output, format_args!("]"));
    let fault = piece.fault.or_else(|| tree.fault());
    if let Some(error) = fault {
        put(output, format_args!(",\"fault\":{{\"offset\":{},\"message\":", error.offset()));
        text(&error.fault().to_string(), &mut output.buffer);
        put(output, format_args!("}}"));
    }
    put(output, format_args!("}}\n"));
    Ok(fault)
}

/// Writes an element: all of it, or up to its children.
fn begin(node: &Node<'_>, output: &mut Output) {
    put(output, format_args!("{{\"offset\":{},\"name\":", node.offset));
    match node.name {
        Some(name) => text(name, &mut output.buffer),
        None => put(output, format_args!("null")),
    }
    put(output, format_args!(",\"tag\":"));
    text(&type_name(node.tag), &mut output.buffer);
    let (identifier, header, length) = (node.tag.octet(), node.header, node.length);
    put(output, format_args!(",\"identifier\":\"{identifier:02x}\",\"header\":{header},\"length\":{length}"));
    if usize::try_from(length) != Ok(node.available) {
        put(output, format_args!(",\"available\":{}", node.available));
    }
    value(node, output);
}

fn value(node: &Node<'_>, output: &mut Output) {
    match &node.value {
        Value::Elements => return put(output, format_args!(",\"children\":[")),
        Value::TooDeep => put(output, format_args!(",\"too_deep\":true")),
        Value::Null => {}
        Value::Number(number) => put(output, format_args!(",\"number\":{number}")),
        Value::Enumerated(number, meaning) => {
            put(output, format_args!(",\"number\":{number}"));
            named("meaning", meaning.as_deref(), output);
        }
        Value::Boolean(is_true) => put(output, format_args!(",\"boolean\":{is_true}")),
        Value::Octets(octets) => octets_or_text(octets, output),
        Value::Oid(oid, meaning) => {
            octets_or_text(oid, output);
            named("meaning", *meaning, output);
        }
        Value::Secret => put(output, format_args!(",\"secret\":{}", node.available)),
    }
    put(output, format_args!("}}"));
}

fn octets_or_text(octets: &[u8], output: &mut Output) {
    match std::str::from_utf8(octets) {
        Ok(characters) => named("text", Some(characters), output),
        Err(_) => put(output, format_args!(",\"hex\":\"{}\"", HEXLOWER.encode_display(octets))),
    }
}

fn named(key: &str, characters: Option<&str>, output: &mut Output) {
    if let Some(characters) = characters {
        put(output, format_args!(",\"{key}\":"));
        text(characters, &mut output.buffer);
    }
}

/// Returns the tag as the standard writes it; the octet is a member of its own.
fn type_name(tag: Tag) -> String {
    let mut shown = tag.to_string();
    shown.truncate(shown.rfind(" (").unwrap_or(shown.len()));
    shown
}

fn put(output: &mut Output, arguments: std::fmt::Arguments<'_>) {
    output.buffer.write_fmt(arguments).expect("memory takes what is written to it");
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde_json::json;

    use super::super::{Pieces, grammar};
    use super::*;

    fn printed(octets: &'static [u8]) -> Vec<serde_json::Value> {
        let mut output = Output::new();
        for piece in (Pieces { rest: Bytes::from_static(octets), offset: 0, are_messages: true }) {
            let mut tree = Tree::new(&piece.octets, piece.offset, &grammar::LDAP_MESSAGE, false);
            print(&piece, &mut tree, &mut output).unwrap();
        }
        let text = String::from_utf8(output.buffer).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn a_message_is_a_nested_object() {
        let bind = b"\x30\x14\x02\x01\x01\x60\x0f\x02\x01\x03\x04\x04cn=\xff\x80\x04cafe";
        let expected = json!({"offset": 0, "length": 22, "elements": [{
            "offset": 0, "name": "LDAPMessage", "tag": "SEQUENCE", "identifier": "30", "header": 2, "length": 20,
            "children": [
                {"offset": 2, "name": "messageID", "tag": "INTEGER", "identifier": "02", "header": 2, "length": 1,
                 "number": 1},
                {"offset": 5, "name": "bindRequest", "tag": "[APPLICATION 0]", "identifier": "60", "header": 2,
                 "length": 15, "children": [
                    {"offset": 7, "name": "version", "tag": "INTEGER", "identifier": "02", "header": 2, "length": 1,
                     "number": 3},
                    {"offset": 10, "name": "name", "tag": "OCTET STRING", "identifier": "04", "header": 2, "length": 4,
                     "hex": "636e3dff"},
                    {"offset": 16, "name": "simple", "tag": "[0]", "identifier": "80", "header": 2, "length": 4,
                     "secret": 4},
                ]},
            ],
        }], "fault": {"offset": 15, "message": "name is not UTF-8"}});
        assert_eq!(printed(bind), [expected]);
    }

    #[test]
    fn each_message_is_a_line_and_broken_ones_are_well_formed() {
        let lines = printed(b"\x30\x05\x02\x01\x01\x42\x00\x30\x0c\x02\x01\x01\x65\x07\x0a\x01\x20\x04");
        assert_eq!(lines.len(), 2);
        assert!(lines[0].get("fault").is_none());
        assert_eq!(lines[1]["offset"], 7);
        assert_eq!(lines[1]["fault"]["offset"], 7);
        let done = &lines[1]["elements"][0]["children"][1];
        assert_eq!((&done["length"], &done["available"]), (&json!(7), &json!(4)));
        assert_eq!(done["children"][0]["meaning"], "noSuchObject");
        assert_eq!(printed(b"\x30\x80")[0]["elements"], json!([]));
    }
}
