//! Octets from arguments, files and streams.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use bytes::Bytes;

use crate::failure::Failure;
use crate::status::Status;

/// How octets are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notation {
    /// As they are.
    Raw,
    /// As hexadecimal digits if all of it is, else as they are.
    Either,
}

/// The most octets that are read: the input is held as a whole.
const LARGEST: u64 = 256 * 1024 * 1024;

/// Reads the words of the command line.
pub(crate) fn from_words(words: &[String]) -> Result<Bytes, Failure> {
    from_hex(words.join(" ").as_bytes()).map(Bytes::from).map_err(Failure::usage)
}

pub(crate) fn from_file(path: &Path, notation: Notation) -> Result<Bytes, Failure> {
    let failed = |error| Failure::usage(format_args!("cannot read {}: {error}", path.display()));
    interpret(read(File::open(path).map_err(failed)?).map_err(failed)?, notation)
}

pub(crate) fn from_stdin(notation: Notation) -> Result<Bytes, Failure> {
    let failed = |error| {
        Failure::new(Status::Connection, format_args!("cannot read the standard input stream: {error}"))
    };
    interpret(read(io::stdin().lock()).map_err(failed)?, notation)
}

fn read(source: impl Read) -> io::Result<Vec<u8>> {
    let mut octets = Vec::new();
    source.take(LARGEST + 1).read_to_end(&mut octets)?;
    if octets.len() as u64 > LARGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("more than {LARGEST} octets")));
    }
    Ok(octets)
}

/// Any message has an INTEGER, whose tag 02 is no character of a text: what is nothing but digits is no message.
fn interpret(octets: Vec<u8>, notation: Notation) -> Result<Bytes, Failure> {
    if notation == Notation::Raw {
        return Ok(Bytes::from(octets));
    }
    match from_hex(&octets) {
        Ok(decoded) => Ok(Bytes::from(decoded)),
        Err(_) if !octets.iter().all(|octet| octet.is_ascii_graphic() || octet.is_ascii_whitespace()) => {
            Ok(Bytes::from(octets))
        }
        Err(message) => Err(Failure::usage(message).with_hint("--raw takes text as octets")),
    }
}

/// Reads hexadecimal digits, two for an octet; white space, `,`, `:`, `-`, `0x` and `\x` separate octets.
fn from_hex(text: &[u8]) -> Result<Vec<u8>, String> {
    let mut octets = Vec::with_capacity(text.len() / 2);
    let mut position = 0;
    while let Some(&first) = text.get(position) {
        let second = text.get(position + 1).copied();
        if first.is_ascii_whitespace() || matches!(first, b',' | b':' | b'-') {
            position += 1;
        } else if matches!((first, second), (b'0' | b'\\', Some(b'x' | b'X'))) {
            position += 2;
        } else {
            let high = digit(first).ok_or_else(|| unexpected(position, Some(first)))?;
            let low = second.and_then(digit).ok_or_else(|| unexpected(position + 1, second))?;
            octets.push(high << 4 | low);
            position += 2;
        }
    }
    Ok(octets)
}

fn digit(character: u8) -> Option<u8> {
    char::from(character).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn unexpected(position: usize, found: Option<u8>) -> String {
    let found = found.map_or_else(|| "the end".to_owned(), |octet| format!("{:?}", char::from(octet)));
    format!("expected a hexadecimal digit at character {position}, found {found}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_in_the_notations_of_other_tools() {
        for text in [
            "300502",
            "30 05 02",
            "30:05:02",
            "0x30, 0x05, 0x02",
            "\\x30\\x05\\x02",
            " 3005\r\n02\n",
            "30-05-02",
        ] {
            assert_eq!(from_hex(text.as_bytes()).as_deref(), Ok(&b"\x30\x05\x02"[..]), "{text}");
        }
        assert_eq!(from_hex(b"fFaB").as_deref(), Ok(&b"\xff\xab"[..]));
        assert_eq!(from_hex(b"").as_deref(), Ok(&b""[..]));
    }

    #[test]
    fn a_slip_is_told_with_its_place() {
        assert_eq!(from_hex(b"30 0g").unwrap_err(), "expected a hexadecimal digit at character 4, found 'g'");
        assert_eq!(
            from_hex(b"30 0").unwrap_err(),
            "expected a hexadecimal digit at character 4, found the end"
        );
        assert_eq!(from_hex(b"3 005").unwrap_err(), "expected a hexadecimal digit at character 1, found ' '");
    }

    #[test]
    fn a_stream_is_digits_if_all_of_it_is() {
        let read = |octets: &[u8], notation| interpret(octets.to_vec(), notation).ok();
        let unbind = Bytes::from_static(b"\x30\x05\x02\x01\x01\x42\x00");
        assert_eq!(read(b"30050201014200\n", Notation::Either), Some(unbind.clone()));
        assert_eq!(read(&unbind, Notation::Either), Some(unbind));
        assert_eq!(read(b"30050201014g00", Notation::Either), None);
        assert_eq!(read(b"3005", Notation::Raw), Some(Bytes::from_static(b"3005")));
    }
}
