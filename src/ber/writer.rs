//! Writing backwards.
//!
//! Advice for the next maintainer: an element's length must be known before its header is written, so the writer
//! starts at the end of its buffer and goes towards the front. Lengths are minimal, nothing is moved and nothing
//! is sized twice. The price is that callers write the last element first.

#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "what is written is the caller's; no octet of a peer is looked at"
)]

use std::fmt;
use std::mem;

use bytes::{Buf, Bytes};
use zeroize::Zeroize;

use super::{Tag, length::LONG_FORM};

/// Writes elements from the last to the first.
///
/// A writer can be [cleared](Self::clear) and used again; it keeps its buffer. The buffer grows by doubling. The
/// `Debug` form shows no octets, which may be a password.
///
/// ```
/// use ldapwire::ber::{Tag, Writer};
///
/// let mut writer = Writer::new();
/// writer.constructed(Tag::context(0), |writer| {
///     writer.boolean(Tag::BOOLEAN, true);
///     writer.octet_string(Tag::OCTET_STRING, b"1.2.3");
/// });
/// assert_eq!(writer.written(), b"\xa0\x0a\x04\x051.2.3\x01\x01\xff");
/// ```
#[derive(Clone, Default)]
pub struct Writer {
    buffer: Vec<u8>,
    /// Where the written octets begin; they reach to the end of the buffer.
    head: usize,
    /// Whether buffers are wiped before they are given back.
    is_secret: bool,
}

/// The size of the first buffer, in octets: most requests fit.
const FIRST_BUFFER: usize = 256;

impl Writer {
    /// Makes a writer without a buffer.
    pub const fn new() -> Self {
        Self { buffer: Vec::new(), head: 0, is_secret: false }
    }

    /// Makes a writer that takes this many octets before it has to grow.
    pub fn with_capacity(octets: usize) -> Self {
        Self { buffer: vec![0; octets], head: octets, is_secret: false }
    }

    /// As [`with_capacity`](Self::with_capacity), for octets that are wiped when the writer grows and when it is
    /// dropped. What [`finish`](Self::finish) and [`into_buffer`](Self::into_buffer) return is the caller's to wipe.
    pub fn secret(octets: usize) -> Self {
        let mut writer = Self::with_capacity(octets);
        writer.is_secret = true;
        writer
    }

    /// Forgets what was written and keeps the buffer.
    pub fn clear(&mut self) {
        self.head = self.buffer.len();
    }

    /// Forgets all but the first `octets` that were written, for callers that give up half-way.
    ///
    /// If fewer were written, nothing happens.
    pub fn truncate(&mut self, octets: usize) {
        if octets < self.len() {
            self.head = self.buffer.len() - octets;
        }
    }

    /// Returns how many octets were written.
    pub fn len(&self) -> usize {
        self.buffer.len() - self.head
    }

    /// Returns how many octets it takes without growing, those that were written among them.
    pub const fn capacity(&self) -> usize {
        self.buffer.len()
    }

    /// Returns whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns what was written, first octet first.
    pub fn written(&self) -> &[u8] {
        &self.buffer[self.head..]
    }

    /// Returns what was written, without a copy.
    pub fn finish(self) -> Bytes {
        let (buffer, head) = self.into_buffer();
        let mut octets = Bytes::from(buffer);
        octets.advance(head);
        octets
    }

    /// Returns the buffer and the place in it where the written octets begin, for callers that wipe it after use.
    pub fn into_buffer(mut self) -> (Vec<u8>, usize) {
        (mem::take(&mut self.buffer), self.head)
    }

    /// Writes octets as they are, in front of what was written.
    ///
    /// With this, a tester puts anything on the wire.
    #[inline]
    pub fn raw(&mut self, octets: &[u8]) {
        if octets.len() > self.head {
            self.grow(octets.len());
        }
        let head = self.head - octets.len();
        self.buffer[head..self.head].copy_from_slice(octets);
        self.head = head;
    }

    /// Writes the header of an element whose content of `length` octets was written just before.
    #[inline]
    pub fn header(&mut self, tag: Tag, length: usize) {
        match u8::try_from(length) {
            Ok(short) if short < LONG_FORM => self.raw(&[tag.octet(), short]),
            _ => self.long_header(tag, length),
        }
    }

    /// The same for a length of more than one octet, out of line to keep the common case small.
    #[inline(never)]
    fn long_header(&mut self, tag: Tag, length: usize) {
        let digits = length.to_be_bytes();
        let zeros = length.leading_zeros() as usize / 8;
        self.raw(&digits[zeros..]);
        self.raw(&[tag.octet(), LONG_FORM | (digits.len() - zeros) as u8]);
    }

    /// Writes an element of octets.
    #[inline]
    pub fn octet_string(&mut self, tag: Tag, octets: &[u8]) {
        self.raw(octets);
        self.header(tag, octets.len());
    }

    /// Writes a BOOLEAN: "If the value of a BOOLEAN type is true, the encoding of the value octet is set to hex
    /// "FF"" (RFC 4511 5.1).
    pub fn boolean(&mut self, tag: Tag, value: bool) {
        self.raw(&[tag.octet(), 1, if value { 0xff } else { 0 }]);
    }

    /// Writes an INTEGER or ENUMERATED in as few octets as hold it.
    pub fn integer(&mut self, tag: Tag, value: i64) {
        let digits = value.to_be_bytes();
        // The leading octets that only repeat the sign of what follows them.
        let redundant = digits
            .windows(2)
            .take_while(|pair| {
                matches!(pair, [0, next] if next & 0x80 == 0)
                    || matches!(pair, [0xff, next] if next & 0x80 != 0)
            })
            .count();
        self.octet_string(tag, &digits[redundant..]);
    }

    /// Writes a NULL.
    pub fn null(&mut self, tag: Tag) {
        self.raw(&[tag.octet(), 0]);
    }

    /// Writes an element around what `content` writes, and returns what it returns.
    ///
    /// `content` writes the last element first.
    #[inline]
    pub fn constructed<T>(&mut self, tag: Tag, content: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.len();
        let result = content(self);
        self.header(tag, self.len() - before);
        result
    }

    /// Makes room for at least `octets` more in front.
    #[cold]
    fn grow(&mut self, octets: usize) {
        let written = self.len();
        let capacity = (self.buffer.len() * 2).max(written + octets).max(FIRST_BUFFER);
        let mut buffer = vec![0; capacity];
        buffer[capacity - written..].copy_from_slice(self.written());
        self.head = capacity - written;
        self.wipe();
        self.buffer = buffer;
    }

    fn wipe(&mut self) {
        if self.is_secret {
            self.buffer.zeroize();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.wipe();
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("octets", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Reader;

    #[test]
    fn lengths_are_minimal() {
        for (length, header) in [
            (0usize, &b"\x04\x00"[..]),
            (127, b"\x04\x7f"),
            (128, b"\x04\x81\x80"),
            (255, b"\x04\x81\xff"),
            (256, b"\x04\x82\x01\x00"),
            (65_535, b"\x04\x82\xff\xff"),
            (65_536, b"\x04\x83\x01\x00\x00"),
        ] {
            let mut writer = Writer::new();
            writer.octet_string(Tag::OCTET_STRING, &vec![b'x'; length]);
            assert_eq!(&writer.written()[..header.len()], header, "{length}");
            assert_eq!(writer.len(), header.len() + length);
        }
    }

    #[test]
    fn integers_are_minimal_and_come_back_at_every_power_of_two() {
        for bit in 0..63 {
            for value in [(1i64 << bit) - 1, 1 << bit, (1 << bit) + 1] {
                for value in [value, -value] {
                    let mut writer = Writer::new();
                    writer.integer(Tag::INTEGER, value);
                    assert_eq!(Reader::new(writer.written()).integer::<i64>(Tag::INTEGER), Ok(value));
                    let [_, _, content @ ..] = writer.written() else { panic!() };
                    let redundant = matches!(content, [0, next, ..] if *next < 0x80)
                        || matches!(content, [0xff, next, ..] if *next >= 0x80);
                    assert!(!redundant, "{value}: {content:02x?}");
                }
            }
        }
        for value in [i64::MIN, i64::MAX] {
            let mut writer = Writer::new();
            writer.integer(Tag::INTEGER, value);
            assert_eq!(Reader::new(writer.written()).integer::<i64>(Tag::INTEGER), Ok(value));
        }
    }

    #[test]
    fn a_truncated_writer_keeps_what_was_written_first() {
        let mut writer = Writer::new();
        writer.raw(b"tail");
        writer.raw(b"head");
        writer.truncate(9);
        assert_eq!(writer.written(), b"headtail");
        writer.truncate(4);
        assert_eq!(writer.written(), b"tail");
    }

    #[test]
    fn a_cleared_writer_keeps_its_buffer() {
        let mut writer = Writer::with_capacity(8);
        writer.octet_string(Tag::OCTET_STRING, b"abcdef");
        let place = writer.written().as_ptr();
        writer.clear();
        assert!(writer.is_empty());
        writer.octet_string(Tag::OCTET_STRING, b"ghijkl");
        assert_eq!(writer.written().as_ptr(), place);
        assert_eq!(&writer.finish()[..], b"\x04\x06ghijkl");
    }
}
