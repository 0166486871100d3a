//! `decode`: octets as a tree.

mod grammar;
mod input;
mod json;
mod known;
mod text;
mod tree;

use std::path::PathBuf;

use bytes::Bytes;
use clap::Args;
use ldapwire::ber::{DecodeError, Reader, frame_length};
use ldapwire::proto::LdapMessage;

use crate::failure::Failure;
use crate::output::{Format, Output, Palette};
use crate::status::Status;

use self::grammar::Component;
use self::input::Notation;
use self::tree::Tree;

/// Show octets of the protocol as a tree: offset, name in the standard, tag, length and value of each element.
///
/// The octets are one message or several, as hexadecimal digits (separators such as spaces, colons, `0x` and `\x` are
/// passed over) or as they are. A fault is told with the offset of the octet; what comes after a faulty message is shown
/// all the same, and the status is 1.
///
/// With --json each message is a line {"offset": .., "length": .., "elements": [{"offset": .., "name": .., "tag": ..,
/// "identifier": .., "header": .., "length": .., "children": [..]}], "fault": {"offset": .., "message": ..}}; an element
/// that holds no others has "text", "hex", "number", "boolean" or "secret" (the number of octets) instead of "children".
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire decode 30 0c 02 01 01 60 07 02 01 03 04 00 80 00
  ldapwire decode -f captured.bin --json | jq .elements
  xxd -p captured.bin | ldapwire decode
  ldapwire decode --ber 30 05 02 01 64 04 00")]
pub(crate) struct Decode {
    /// Octets as hexadecimal digits; without any, and without -f, they come from the standard input stream
    #[arg(value_name = "HEX")]
    hex: Vec<String>,

    /// Read the octets from a file; `-` is the standard input stream
    #[arg(short = 'f', long, value_name = "FILE", conflicts_with = "hex")]
    file: Option<PathBuf>,

    /// Take file or stream as octets, whatever they look like; default is to look whether they are digits
    #[arg(long, conflicts_with = "hex")]
    raw: bool,

    /// Take the octets as any elements of BER, such as the value of a control, and not as messages
    #[arg(long)]
    ber: bool,

    /// Show the secrets of requests to bind and to change a password, too
    #[arg(long)]
    show_secrets: bool,

    #[command(flatten)]
    pub(crate) format: Format,
}

/// One message of the input, or what should be one.
struct Piece {
    /// Where it stands in the input.
    offset: usize,
    octets: Bytes,
    /// What the library says against it; offsets count from the start of the input.
    fault: Option<DecodeError>,
}

impl Decode {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let notation = if self.raw { Notation::Raw } else { Notation::Either };
        let octets = match (&self.hex[..], &self.file) {
            ([], None) => input::from_stdin(notation),
            ([], Some(file)) if file.as_os_str() == "-" => input::from_stdin(notation),
            ([], Some(file)) => input::from_file(file, notation),
            (words, _) => input::from_words(words),
        }?;
        if octets.is_empty() {
            return Err(Failure::usage("there are no octets to decode"));
        }
        let mut status = Status::Success;
        let mut output = Output::new();
        let palette = Palette::of(&std::io::stdout());
        let pieces = Pieces { rest: octets, offset: 0, are_messages: !self.ber };
        for piece in pieces {
            let mut tree = Tree::new(&piece.octets, piece.offset, self.grammar(), self.show_secrets);
            let fault = if self.format.json {
                json::print(&piece, &mut tree, &mut output)
            } else {
                text::print(&piece, &mut tree, palette, &mut output)
            }?;
            if fault.is_some() {
                status = Status::Refused;
            }
        }
        output.flush()?;
        Ok(status)
    }

    fn grammar(&self) -> Component {
        if self.ber { grammar::ANY } else { &grammar::LDAP_MESSAGE }
    }
}

/// Prints one message, its secrets left out.
pub(crate) fn print(
    octets: Bytes,
    format: Format,
    palette: Palette,
    output: &mut Output,
) -> Result<(), Failure> {
    for piece in (Pieces { rest: octets, offset: 0, are_messages: true }) {
        let mut tree = Tree::new(&piece.octets, 0, &grammar::LDAP_MESSAGE, false);
        let _fault = if format.json {
            json::print(&piece, &mut tree, output)
        } else {
            text::print(&piece, &mut tree, palette, output)
        }?;
    }
    Ok(())
}

/// The messages of the input, one after the other.
struct Pieces {
    rest: Bytes,
    offset: usize,
    are_messages: bool,
}

impl Iterator for Pieces {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        if self.rest.is_empty() {
            return None;
        }
        let offset = self.offset;
        let (octets, fault) = if self.are_messages { self.next_message() } else { (self.all(), None) };
        self.offset += octets.len();
        Some(Piece { offset, octets, fault })
    }
}

impl Pieces {
    /// Cuts a message and asks the library what it thinks of it. Behind a message whose end is not known there is none.
    fn next_message(&mut self) -> (Bytes, Option<DecodeError>) {
        let offset = self.offset;
        let fault = match frame_length(&self.rest, usize::MAX) {
            Ok(Some(length)) if length <= self.rest.len() => {
                let octets = self.rest.split_to(length);
                let fault = LdapMessage::parse(&octets).err().map(|error| error.shifted(offset));
                return (octets, fault);
            }
            Err(error) => Some(error),
            // The message goes on behind the end of the input; the reader says by how much.
            _ => Reader::new(&self.rest).read().err(),
        };
        (self.all(), fault.map(|error| error.shifted(offset)))
    }

    fn all(&mut self) -> Bytes {
        std::mem::take(&mut self.rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(octets: &'static [u8]) -> Vec<(usize, usize, Option<usize>)> {
        let pieces = Pieces { rest: Bytes::from_static(octets), offset: 0, are_messages: true };
        pieces
            .map(|piece| (piece.offset, piece.octets.len(), piece.fault.map(|fault| fault.offset())))
            .collect()
    }

    #[test]
    fn messages_are_cut_and_faults_count_from_the_start_of_the_input() {
        let unbind = b"\x30\x05\x02\x01\x01\x42\x00";
        assert_eq!(pieces(unbind), [(0, 7, None)]);
        assert_eq!(
            pieces(b"\x30\x05\x02\x01\x01\x42\x00\x30\x05\x02\x01\x01\x42\x00"),
            [(0, 7, None), (7, 7, None)]
        );
        // A fault within a message does not hide the next one.
        assert_eq!(
            pieces(b"\x30\x05\x04\x01\x01\x42\x00\x30\x05\x02\x01\x01\x42\x00"),
            [(0, 7, Some(2)), (7, 7, None)]
        );
        assert_eq!(pieces(b"\x30\x05\x02\x01\x01\x42\x00\x30\x0a\x02"), [(0, 7, None), (7, 3, Some(7))]);
        assert_eq!(pieces(b"\x30\x84"), [(0, 2, Some(0))]);
        assert_eq!(pieces(b"\x30\x80\x00\x00"), [(0, 4, Some(1))]);
        assert_eq!(pieces(b"\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff"), [(0, 10, Some(1))]);
        assert_eq!(pieces(b"GET / HTTP/1.0"), [(0, 14, Some(0))]);
    }
}
