//! The tree for people.

use std::fmt::{self, Display};
use std::io::Write as _;

use ldapwire::ber::DecodeError;

use crate::failure::Failure;
use crate::output::{Output, Palette, counted};

use super::Piece;
use super::tree::{Node, Tree, Value};

/// The octets of a value that are shown.
const SHOWN: usize = 64;

/// The octets before a fault that are shown.
const CONTEXT: usize = 15;

/// Prints the tree of one message, and returns its fault.
pub(crate) fn print(
    piece: &Piece,
    tree: &mut Tree<'_>,
    palette: Palette,
    output: &mut Output,
) -> Result<Option<DecodeError>, Failure> {
    let heading = format!("{} at octet {}", count(piece.octets.len()), piece.offset);
    put(output, palette.faint(heading));
    for node in tree.by_ref() {
        put(output, line(&node, palette));
        output.relieve()?;
    }
    let fault = piece.fault.or_else(|| tree.fault());
    if let Some(error) = fault {
        put(output, format_args!("{} {error}", palette.fault("fault")));
        put(output, pointer(piece, tree, error, palette));
    }
    output.buffer.push(b'\n');
    Ok(fault)
}

fn put(output: &mut Output, line: impl Display) {
    writeln!(output.buffer, "{line}").expect("memory takes what is written to it");
}

/// `offset  name TAG, length: value`, indented as deep as the element is nested.
fn line(node: &Node<'_>, palette: Palette) -> String {
    let offset = palette.faint(format!("{:>6}", node.offset)).to_string();
    let (indent, name) = ("  ".repeat(node.depth), palette.name(node.name.unwrap_or("?")));
    let length = match usize::try_from(node.length) {
        Ok(length) if length == node.available => count(length),
        _ => format!("{} of {} claimed", count(node.available), node.length),
    };
    let line = format!("{offset}  {indent}{name} {}, {length}", node.tag);
    match &node.value {
        Value::Elements | Value::Null => line,
        value => format!("{line}: {value}"),
    }
}

fn count(octets: usize) -> String {
    counted(octets as u64, "octet", "octets")
}

impl Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Elements | Self::Null => Ok(()),
            Self::TooDeep => f.write_str("(nested too deep to be shown)"),
            Self::Number(number) => number.fmt(f),
            Self::Enumerated(number, Some(name)) => write!(f, "{name} ({number})"),
            Self::Enumerated(number, None) => write!(f, "unknown ({number})"),
            Self::Boolean(is_true) => f.write_str(if *is_true { "TRUE" } else { "FALSE" }),
            Self::Octets(octets) => fmt_octets(octets, f),
            Self::Oid(oid, name) => {
                fmt_octets(oid, f)?;
                name.map_or(Ok(()), |name| write!(f, " ({name})"))
            }
            Self::Secret => f.write_str("(secret)"),
        }
    }
}

/// Writes text in quotes and other octets as digits, both not without end.
fn fmt_octets(octets: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let text = std::str::from_utf8(octets).ok().filter(|text| !text.chars().any(char::is_control));
    match text {
        Some(text) => {
            let end = text.char_indices().map(|(start, _)| start).find(|start| *start >= SHOWN);
            write!(f, "{:?}", &text[..end.unwrap_or(text.len())])?;
        }
        None => octets.iter().take(SHOWN).try_for_each(|octet| write!(f, "{octet:02x}"))?,
    }
    f.write_str(if octets.len() > SHOWN { " ..." } else { "" })
}

/// Shows the octet at fault with some before it, none of them a secret, and none behind it: what has a fault may have
/// been a secret.
fn pointer(piece: &Piece, tree: &Tree<'_>, error: DecodeError, palette: Palette) -> String {
    let end = piece.offset + piece.octets.len();
    let fault = error.offset().clamp(piece.offset, end);
    let start = fault.saturating_sub(CONTEXT).max(piece.offset);
    let digits = |offset: usize| match piece.octets.get(offset - piece.offset) {
        Some(_) if tree.is_secret(offset) => "** ".to_owned(),
        Some(octet) => format!("{octet:02x} "),
        None => String::new(),
    };
    let octets: String = (start..=fault).map(digits).collect();
    let indent = " ".repeat(8 + 3 * (fault - start));
    format!("{start:>6}  {}\n{indent}{}", octets.trim_end(), palette.fault("^^"))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::super::{Pieces, grammar};
    use super::*;

    fn printed(octets: &'static [u8]) -> String {
        let mut output = Output::new();
        for piece in (Pieces { rest: Bytes::from_static(octets), offset: 0, are_messages: true }) {
            let mut tree = Tree::new(&piece.octets, piece.offset, &grammar::LDAP_MESSAGE, false);
            print(&piece, &mut tree, Palette::plain(), &mut output).unwrap();
        }
        String::from_utf8(output.buffer).unwrap()
    }

    #[test]
    fn a_message_is_a_tree() {
        let bind = b"\x30\x14\x02\x01\x01\x60\x0f\x02\x01\x03\x04\x04cn=a\x80\x04cafe";
        assert_eq!(
            printed(bind),
            "22 octets at octet 0\n     \
                  0  LDAPMessage SEQUENCE (30), 20 octets\n     \
                  2    messageID INTEGER (02), 1 octet: 1\n     \
                  5    bindRequest [APPLICATION 0] (60), 15 octets\n     \
                  7      version INTEGER (02), 1 octet: 3\n    \
                 10      name OCTET STRING (04), 4 octets: \"cn=a\"\n    \
                 16      simple [0] (80), 4 octets: (secret)\n\n"
        );
    }

    #[test]
    fn a_fault_is_pointed_at_and_secrets_stay_hidden() {
        // The name of the mechanism comes twice, behind a secret.
        let faulty = b"\x30\x15\x02\x01\x01\x60\x10\x02\x01\x03\x04\x00\x80\x06canary\x02\x01\xff\x04";
        let text = printed(faulty);
        assert!(!text.contains("canary") && !text.contains("63 61 6e"), "{text}");
        assert!(text.contains("fault at octet"), "{text}");

        let text = printed(b"\x30\x05\x04\x01\x01\x42\x00");
        let pointer = "fault at octet 2: expected INTEGER (02), found OCTET STRING (04)\n     \
                       0  30 05 04\n              ^^\n";
        assert!(text.contains(pointer), "{text}");
    }

    #[test]
    fn codes_have_names_and_long_values_an_end() {
        let text = printed(b"\x30\x0c\x02\x01\x01\x65\x07\x0a\x01\x20\x04\x00\x04\x00");
        assert!(text.contains("resultCode ENUMERATED (0a), 1 octet: noSuchObject (32)"), "{text}");
        let shown = |octets: &[u8]| Value::Octets(octets).to_string();
        assert_eq!(shown(b"\xff\x00"), "ff00");
        assert_eq!(shown(b"a\x1b[31m"), "611b5b33316d");
        assert_eq!(shown("\u{e9}".repeat(40).as_bytes()), format!("{:?} ...", "\u{e9}".repeat(32)));
        assert_eq!(shown(&[0xff; 65]), format!("{} ...", "ff".repeat(64)));
    }
}
