//! All entries in one file.
//!
//! ```text
//! version: 1
//!
//! dn: dc=example                  entries, each behind the one above it
//! ...
//!
//! # 17 1000 4f1d33c2a90b5e77      the last change in it, the entries, the first 64 bits of the SHA-256 of all before
//! ```
//!
//! It is written beside the one that it replaces and takes its name when it is on the disk, so that there is always
//! a whole one.

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Write};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::directory::record::Record;
use crate::directory::store::Store;
use crate::ldif::Writer;

use super::folder::{create, sync_folder};
use super::{change, frame};

/// How the file is called.
pub(super) const NAME: &str = "snapshot.ldif";

/// How it is called until it is whole.
const UNFINISHED: &str = "snapshot.ldif.new";

/// Writes all entries as they were after the change of this number.
pub(super) fn write(folder: &Path, sequence: u64, records: &[Arc<Record>]) -> io::Result<()> {
    let unfinished = folder.join(UNFINISHED);
    let mut target = Summed { inner: BufWriter::new(create(&unfinished)?), sum: Sha256::new() };
    let (mut writer, mut text) = (Writer::new().unfolded(), Vec::new());
    target.write_all(frame::HEAD)?;
    for record in records {
        text.clear();
        writer.content(&record.entry(), &mut text).map_err(io::Error::other)?;
        target.write_all(&text)?;
    }
    let last = format!("# {sequence} {} {:016x}\n", records.len(), checksum(&target.sum));
    target.write_all(last.as_bytes())?;
    target.inner.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    std::fs::rename(unfinished, folder.join(NAME))?;
    sync_folder(folder)
}

/// Reads the file into an empty store, and returns the number of the last change in it; nothing if there is no file.
pub(super) fn read(folder: &Path, store: &mut Store) -> io::Result<Option<u64>> {
    let mut text = Vec::new();
    match File::open(folder.join(NAME)) {
        Ok(mut file) => file.read_to_end(&mut text)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let damaged = || io::Error::new(io::ErrorKind::InvalidData, "its last line does not fit what is before");
    let (entries, sequence, count) = split(&text).ok_or_else(damaged)?;
    change::apply(entries, store)?;
    if store.len() != count {
        return Err(damaged());
    }
    Ok(Some(sequence))
}

/// Splits the text into entries, the number of the last change, and how many entries there are.
fn split(text: &[u8]) -> Option<(&[u8], u64, usize)> {
    let without_end = text.strip_suffix(b"\n")?;
    let start = memchr::memrchr(b'\n', without_end)? + 1;
    let (entries, line) = without_end.split_at_checked(start)?;
    let mut fields = std::str::from_utf8(line).ok()?.strip_prefix("# ")?.split(' ');
    let (sequence, count) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    let sum = u64::from_str_radix(fields.next()?, 16).ok()?;
    (fields.next().is_none() && checksum(&Sha256::new_with_prefix(entries)) == sum)
        .then_some((entries, sequence, count))
}

fn checksum(sum: &Sha256) -> u64 {
    sum.clone().finalize().iter().take(8).fold(0, |sum, octet| sum << 8 | u64::from(*octet))
}

/// Sums up what is written.
struct Summed<W> {
    inner: W,
    sum: Sha256,
}

impl<W: Write> Summed<W> {
    fn write_all(&mut self, octets: &[u8]) -> io::Result<()> {
        self.sum.update(octets);
        self.inner.write_all(octets)
    }
}
