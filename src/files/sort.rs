//! Sorting beyond memory: sorted runs in temporary files, merged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::ops::Range;
use std::vec;

/// Sorts items by their keys; equal ones keep their order.
///
/// Up to `memory` octets stay in memory. Beyond, each such amount is sorted and written to a temporary file, which has
/// no name and goes with the process. Sixteen of them are merged to one, so that few are open at a time.
pub(crate) struct Sorter {
    memory: usize,
    octets: Vec<u8>,
    items: Vec<Item>,
    /// Runs in files: those of the first level were in memory once, those of the next are merged from sixteen, and so on.
    levels: Vec<Vec<File>>,
}

/// Where an item lies.
struct Item {
    key: Range<usize>,
    value: Range<usize>,
}

/// The runs that are merged at once: each takes a buffer and an open file.
const FAN_IN: usize = 16;

/// The octets that are read or written at once.
const BUFFER: usize = 64 * 1024;

impl Sorter {
    pub(crate) const fn new(memory: usize) -> Self {
        Self { memory, octets: Vec::new(), items: Vec::new(), levels: Vec::new() }
    }

    /// Adds an item; `write` appends its value.
    pub(crate) fn push(&mut self, key: &[u8], write: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        let start = self.octets.len();
        self.octets.extend_from_slice(key);
        let middle = self.octets.len();
        write(&mut self.octets);
        self.items.push(Item { key: start..middle, value: middle..self.octets.len() });
        let held = self.octets.len().saturating_add(self.items.len().saturating_mul(size_of::<Item>()));
        if held >= self.memory { self.spill() } else { Ok(()) }
    }

    /// Returns the items in their order.
    pub(crate) fn finish(mut self) -> io::Result<Sorted> {
        if self.levels.is_empty() {
            self.sort();
            return Ok(Sorted(Source::Memory { octets: self.octets, items: self.items.into_iter() }));
        }
        self.spill()?;
        // Higher levels hold what came earlier.
        Merge::new(self.levels.into_iter().rev().flatten().collect())
            .map(|merge| Sorted(Source::Files(merge)))
    }

    fn sort(&mut self) {
        let octets = &self.octets;
        self.items.sort_by(|left, right| octets.get(left.key.clone()).cmp(&octets.get(right.key.clone())));
    }

    fn spill(&mut self) -> io::Result<()> {
        if self.items.is_empty() {
            return Ok(());
        }
        self.sort();
        let mut run = BufWriter::with_capacity(BUFFER, tempfile::tempfile()?);
        for item in &self.items {
            let part = |range: &Range<usize>| self.octets.get(range.clone()).unwrap_or_default();
            write_item(part(&item.key), part(&item.value), &mut run)?;
        }
        self.items.clear();
        self.octets.clear();
        // One item may have been much larger than all others.
        self.octets.shrink_to(self.memory);
        self.keep(run.into_inner().map_err(io::IntoInnerError::into_error)?)
    }

    /// Keeps a run, and merges those that have become too many.
    fn keep(&mut self, mut run: File) -> io::Result<()> {
        for level in &mut self.levels {
            level.push(run);
            if level.len() < FAN_IN {
                return Ok(());
            }
            let mut merged = BufWriter::with_capacity(BUFFER, tempfile::tempfile()?);
            for item in Merge::new(std::mem::take(level))? {
                let (key, value) = item?;
                write_item(&key, &value, &mut merged)?;
            }
            run = merged.into_inner().map_err(io::IntoInnerError::into_error)?;
        }
        self.levels.push(vec![run]);
        Ok(())
    }
}

/// A key and a value.
pub(crate) type Pair = (Vec<u8>, Vec<u8>);

/// The items in their order.
pub(crate) struct Sorted(Source);

enum Source {
    Memory { octets: Vec<u8>, items: vec::IntoIter<Item> },
    Files(Merge),
}

impl Iterator for Sorted {
    type Item = io::Result<Pair>;

    fn next(&mut self) -> Option<io::Result<Pair>> {
        match &mut self.0 {
            Source::Memory { octets, items } => {
                let Item { key, value } = items.next()?;
                let part = |range: Range<usize>| octets.get(range).unwrap_or_default().to_vec();
                Some(Ok((part(key), part(value))))
            }
            Source::Files(merge) => merge.next(),
        }
    }
}

/// The first item of a run: key, number of the run, value.
type First = (Vec<u8>, usize, Vec<u8>);

/// The items of several runs, merged.
struct Merge {
    runs: Vec<BufReader<File>>,
    /// The first item of each run that has one.
    heap: BinaryHeap<Reverse<First>>,
    /// An item to come, whose successor could not be read.
    error: Option<io::Error>,
}

impl Merge {
    fn new(files: Vec<File>) -> io::Result<Self> {
        let mut merge = Self { runs: Vec::with_capacity(files.len()), heap: BinaryHeap::new(), error: None };
        for (number, mut file) in files.into_iter().enumerate() {
            file.rewind()?;
            merge.runs.push(BufReader::with_capacity(BUFFER, file));
            merge.advance(number)?;
        }
        Ok(merge)
    }

    fn advance(&mut self, number: usize) -> io::Result<()> {
        if let Some(run) = self.runs.get_mut(number)
            && let Some((key, value)) = read_item(run)?
        {
            self.heap.push(Reverse((key, number, value)));
        }
        Ok(())
    }
}

impl Iterator for Merge {
    type Item = io::Result<Pair>;

    fn next(&mut self) -> Option<io::Result<Pair>> {
        if let Some(error) = self.error.take() {
            self.heap.clear();
            return Some(Err(error));
        }
        let Reverse((key, number, value)) = self.heap.pop()?;
        self.error = self.advance(number).err();
        Some(Ok((key, value)))
    }
}

fn write_item(key: &[u8], value: &[u8], target: &mut impl Write) -> io::Result<()> {
    target.write_all(&(key.len() as u64).to_le_bytes())?;
    target.write_all(&(value.len() as u64).to_le_bytes())?;
    target.write_all(key)?;
    target.write_all(value)
}

fn read_item(source: &mut impl Read) -> io::Result<Option<Pair>> {
    let mut lengths = [0; 16];
    // Nothing is the end; a part of it would be a broken file.
    if source.read(&mut lengths[..1])? == 0 {
        return Ok(None);
    }
    source.read_exact(&mut lengths[1..])?;
    let (key, value) = lengths.split_at(8);
    let mut octets = |length: &[u8]| {
        let length = length.iter().rev().fold(0_u64, |sum, octet| (sum << 8) | u64::from(*octet));
        let mut octets = Vec::new();
        match source.take(length).read_to_end(&mut octets)? as u64 == length {
            true => Ok(octets),
            false => Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
        }
    };
    Ok(Some((octets(key)?, octets(value)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sorts numbers by their last three digits.
    fn sorted(count: u64, memory: usize) -> (Vec<Pair>, usize) {
        let mut sorter = Sorter::new(memory);
        for number in 0..count {
            let shuffled = number.wrapping_mul(7919) % count;
            let key = format!("{:03}", shuffled % 1000);
            sorter.push(key.as_bytes(), |value| value.extend_from_slice(&number.to_be_bytes())).unwrap();
        }
        let levels = sorter.levels.len();
        assert!(sorter.levels.iter().all(|level| level.len() < FAN_IN));
        (sorter.finish().unwrap().collect::<io::Result<_>>().unwrap(), levels)
    }

    #[test]
    fn files_give_the_same_order_as_memory_and_equal_items_keep_theirs() {
        let (in_memory, no_levels) = sorted(20_000, usize::MAX);
        assert_eq!((in_memory.len(), no_levels), (20_000, 0));
        assert!(in_memory.is_sorted());
        // About 300 runs.
        let (in_files, levels) = sorted(20_000, 3_000);
        assert_eq!(levels, 3);
        assert!(in_files == in_memory);
        assert_eq!(sorted(0, 10).0, []);
    }
}
