//! The journal: what a load has settled, on disk.
//!
//! ```text
//! file    = "ldapwire load 1" LF *block
//! block   = magic length checksum payload         ; 4 octets each, little endian; the checksum is CRC-32 of the payload
//! payload = reserved rejects undo *settled        ; numbers in groups of seven bits
//! settled = number kind code print                ; the print as 4 octets
//! ```
//!
//! Two things are in a block: the records that were settled since the block before, and **up to which number records may be
//! sent before there is a further block**. So after a crash a record above that number was not sent, and one below that is not
//! settled may have been; that one is looked at before it is sent. A block that is cut off at the end of the file was being
//! written when the load ended, and nothing it holds was relied on.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::OutcomeKind;
use crate::model::ResultCode;

/// A journal that is written.
#[derive(Debug)]
pub(super) struct Journal {
    file: File,
    /// What was settled and is not written yet.
    payload: Vec<u8>,
    pending: usize,
    /// Up to which number records may be sent.
    reserved: u64,
    past: Past,
    /// Records to reserve at a time.
    step: u64,
    is_broken: bool,
}

/// What the file said when it was opened.
#[derive(Debug, Default)]
struct Past {
    /// All records up to this number are settled, if they are what they were.
    settled: u64,
    /// The sum of their prints.
    print: u64,
    /// The sum over the records that came again.
    replayed: u64,
    /// Those beyond that are settled, too, with their prints.
    beyond: BTreeMap<u64, u32>,
    /// Up to which number records may have been sent.
    sent: u64,
}

/// Sizes of the other files when a block was written: what they have beyond was not settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sizes {
    pub(super) rejects: u64,
    pub(super) undo: u64,
}

/// What is known of a record that comes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// It was not sent.
    Fresh,
    /// It may have been sent.
    Doubtful,
    /// It is settled.
    Settled,
    /// It, or one before, is not what it was.
    Another,
}

const HEAD: &[u8] = b"ldapwire load 1\n";
const MAGIC: [u8; 4] = *b"\x00lwB";

/// The octets before a payload.
const BLOCK_HEAD: usize = 12;

impl Journal {
    /// Opens a journal, or begins it. `settled` is told of each record that it holds; what the other files held is returned.
    pub(super) fn open(
        path: &Path,
        step: u64,
        mut settled: impl FnMut(OutcomeKind, Option<ResultCode>),
    ) -> io::Result<(Self, Sizes)> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it has to be a regular file"));
        }
        let mut octets = Vec::new();
        file.read_to_end(&mut octets)?;
        let mut past = Past::default();
        let mut sizes = Sizes::default();
        if HEAD.starts_with(&octets) {
            // New, or cut off while it was begun.
            file.seek(SeekFrom::Start(0))?;
            file.set_len(0)?;
            file.write_all(HEAD)?;
        } else {
            let blocks = octets.strip_prefix(HEAD).ok_or_else(|| damaged("it is no journal of a load"))?;
            let mut rest = blocks;
            while let Some((payload, behind)) = split_block(rest) {
                sizes = past.read(payload, &mut settled).ok_or_else(|| damaged("a block makes no sense"))?;
                rest = behind;
            }
            if holds_block(rest) {
                let place = octets.len().saturating_sub(rest.len());
                return Err(damaged(&format!(
                    "it is damaged at octet {place}, with whole blocks behind that"
                )));
            }
            let whole = octets.len().saturating_sub(rest.len()) as u64;
            file.set_len(whole)?;
            file.seek(SeekFrom::Start(whole))?;
        }
        let reserved = past.sent;
        let journal = Self { file, payload: Vec::new(), pending: 0, reserved, past, step, is_broken: false };
        Ok((journal, sizes))
    }

    /// Tells what is known of a record that comes up; they come in their order.
    pub(super) fn known(&mut self, number: u64, print: u32) -> Known {
        let past = &mut self.past;
        if number <= past.settled {
            past.replayed = past.replayed.wrapping_add(mixed(number, print));
            let is_other = number == past.settled && past.replayed != past.print;
            return if is_other { Known::Another } else { Known::Settled };
        }
        match past.beyond.remove(&number) {
            Some(before) if before == print => Known::Settled,
            Some(_) => Known::Another,
            None if number <= past.sent => Known::Doubtful,
            None => Known::Fresh,
        }
    }

    /// Returns the last record that it says is settled and that did not come up: the input was longer.
    pub(super) fn missing(&self, taken: u64) -> Option<u64> {
        let last = self.past.beyond.keys().next_back().copied();
        last.or_else(|| (self.past.settled > taken).then_some(self.past.settled))
    }

    /// Whether a record may be sent, as far as the file on disk knows.
    pub(super) const fn is_reserved(&self, number: u64) -> bool {
        number <= self.reserved
    }

    /// Notes a record that is settled.
    pub(super) fn settle(&mut self, number: u64, kind: OutcomeKind, code: Option<ResultCode>, print: u32) {
        push_number(&mut self.payload, number);
        let kind = OutcomeKind::ALL.iter().position(|other| *other == kind).unwrap_or_default();
        push_number(&mut self.payload, kind as u64);
        push_number(&mut self.payload, code.map_or(0, |code| u64::from(code.number())));
        self.payload.extend_from_slice(&print.to_le_bytes());
        self.pending += 1;
    }

    /// Returns how many records are noted and not written.
    pub(super) const fn pending(&self) -> usize {
        self.pending
    }

    /// Writes what was noted, and with `reserve` that records up to this number and some more may be sent, which is on disk
    /// when this returns.
    pub(super) fn write(&mut self, sizes: Sizes, reserve: Option<u64>) -> io::Result<()> {
        if self.is_broken {
            return Err(io::Error::other("an earlier write to it failed"));
        }
        let reserved = reserve.map_or(self.reserved, |number| number.saturating_add(self.step));
        let mut payload = Vec::with_capacity(self.payload.len() + 32);
        push_number(&mut payload, reserved);
        push_number(&mut payload, sizes.rejects);
        push_number(&mut payload, sizes.undo);
        payload.append(&mut self.payload);
        self.pending = 0;
        let length = u32::try_from(payload.len()).map_err(io::Error::other)?;
        let mut block = Vec::with_capacity(BLOCK_HEAD + payload.len());
        block.extend_from_slice(&MAGIC);
        block.extend_from_slice(&length.to_le_bytes());
        block.extend_from_slice(&crc32fast::hash(&payload).to_le_bytes());
        block.append(&mut payload);
        // What a failed write leaves behind must stay the end of the file.
        self.is_broken = true;
        self.file.write_all(&block)?;
        if reserved > self.reserved {
            self.file.sync_data()?;
        }
        self.is_broken = false;
        self.reserved = reserved;
        Ok(())
    }
}

#[cfg(all(test, feature = "directory"))]
impl Journal {
    /// Has all writes fail from now on, as on a disk that is full.
    pub(super) fn fail(&mut self) {
        self.file = File::open("/dev/null").unwrap();
    }
}

impl Past {
    /// Reads a block behind the others.
    fn read(
        &mut self,
        mut payload: &[u8],
        settled: &mut impl FnMut(OutcomeKind, Option<ResultCode>),
    ) -> Option<Sizes> {
        let rest = &mut payload;
        self.sent = self.sent.max(take_number(rest)?);
        let sizes = Sizes { rejects: take_number(rest)?, undo: take_number(rest)? };
        while !rest.is_empty() {
            let number = take_number(rest)?;
            let kind = *OutcomeKind::ALL.get(usize::try_from(take_number(rest)?).ok()?)?;
            let code = u32::try_from(take_number(rest)?).ok()?;
            let (print, behind) = rest.split_first_chunk::<4>()?;
            *rest = behind;
            self.beyond.insert(number, u32::from_le_bytes(*print));
            settled(kind, (code != 0).then(|| ResultCode::new(code)));
        }
        while let Some((number, print)) = self.beyond.first_key_value().map(|(key, value)| (*key, *value)) {
            if number != self.settled.saturating_add(1) {
                break;
            }
            self.beyond.remove(&number);
            self.settled = number;
            self.print = self.print.wrapping_add(mixed(number, print));
        }
        Some(sizes)
    }
}

/// Mixes a number and a print, so that their sum tells sets of them apart.
const fn mixed(number: u64, print: u32) -> u64 {
    let mixed = (number ^ ((print as u64) << 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

fn damaged(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// Takes a whole block off.
fn split_block(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = octets.strip_prefix(&MAGIC)?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (checksum, rest) = rest.split_first_chunk::<4>()?;
    let (payload, behind) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    (crc32fast::hash(payload) == u32::from_le_bytes(*checksum)).then_some((payload, behind))
}

/// Whether there is a whole block somewhere.
fn holds_block(octets: &[u8]) -> bool {
    memchr::memmem::find_iter(octets, &MAGIC).any(|place| octets.get(place..).and_then(split_block).is_some())
}

fn push_number(target: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        target.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    target.push(number as u8);
}

fn take_number(octets: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for place in 0..10 {
        let (first, rest) = octets.split_first()?;
        *octets = rest;
        number |= u64::from(first & 0x7f).checked_shl(7 * place)?;
        if first & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests;
