//! A file cut into blocks of whole records, for several readers.

use std::io::{self, Read};

use crate::ldif::FilePart;

/// Octets that a block has at least: enough that handing it over costs nothing beside reading it, and within the second cache.
const BLOCK: usize = 256 * 1024;

/// Cuts a file where records end: at empty lines.
///
/// ```text
/// ldif-content = version-spec 1*(1*SEP ldif-attrval-record)                              (RFC 2849)
/// ```
///
/// A line that begins with a space continues the one before, but none continues an empty line: so an empty line ends a
/// record whatever stands around it.
pub(super) struct Blocks<R> {
    source: R,
    /// What is left behind the last cut.
    rest: Vec<u8>,
    /// The largest record.
    limit: usize,
    /// What comes before the next block.
    before: FilePart,
    has_ended: bool,
    /// Whether what comes is the end of a record that was too large.
    is_skipping: bool,
    /// Memory of blocks that are done with.
    spare: Vec<Vec<u8>>,
}

/// Whole records, and where they stand in the file.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) octets: Vec<u8>,
    /// What comes before it.
    pub(super) before: FilePart,
}

impl<R: Read> Blocks<R> {
    pub(super) fn new(source: R, limit: usize) -> Self {
        Self {
            source,
            rest: Vec::new(),
            limit,
            before: FilePart::default(),
            has_ended: false,
            is_skipping: false,
            spare: Vec::new(),
        }
    }

    /// Takes back the memory of a block: new memory would cost nearly as much as what is read into it.
    pub(super) fn recycle(&mut self, mut octets: Vec<u8>) {
        // What a large record took is not kept.
        if (1..=2 * BLOCK).contains(&octets.capacity()) {
            octets.clear();
            self.spare.push(octets);
        }
    }

    pub(super) fn next_block(&mut self) -> io::Result<Option<Block>> {
        let mut octets = std::mem::take(&mut self.rest);
        let mut wanted = BLOCK;
        // Where no empty line is before.
        let mut searched = 0;
        loop {
            self.fill(&mut octets, wanted)?;
            if self.has_ended {
                return Ok(self.last(octets));
            }
            if let Some(end) = last_record_end(&octets, searched) {
                if self.is_skipping {
                    octets = self.skip(octets);
                    (wanted, searched) = (BLOCK, 0);
                    continue;
                }
                self.rest = self.split_off(&mut octets, end);
                return Ok(Some(self.block(octets)));
            }
            if self.is_skipping {
                // The end of a record that is dropped: so much is kept that an empty line is seen.
                let tail = octets.len().saturating_sub(TAIL);
                let kept = self.split_off(&mut octets, tail);
                self.pass(&octets);
                octets = kept;
                (wanted, searched) = (BLOCK, 0);
            } else if octets.len() > self.limit.saturating_add(BLOCK) {
                // Its reader tells the fault; what comes up to the next empty line belongs to it.
                self.is_skipping = true;
                let tail = octets.len().saturating_sub(TAIL);
                self.rest = self.split_off(&mut octets, tail);
                return Ok(Some(self.block(octets)));
            } else {
                searched = octets.len().saturating_sub(TAIL);
                wanted = octets.len().saturating_mul(2);
            }
        }
    }

    fn fill(&mut self, octets: &mut Vec<u8>, wanted: usize) -> io::Result<()> {
        let missing = wanted.saturating_sub(octets.len());
        if missing == 0 {
            return Ok(());
        }
        octets.reserve(missing);
        let most = u64::try_from(missing).unwrap_or(u64::MAX);
        let count = self.source.by_ref().take(most).read_to_end(octets)?;
        self.has_ended = count < missing;
        Ok(())
    }

    fn last(&mut self, octets: Vec<u8>) -> Option<Block> {
        let octets = if self.is_skipping { self.skip(octets) } else { octets };
        (!octets.is_empty()).then(|| self.block(octets))
    }

    /// Drops the end of a record that was too large.
    fn skip(&mut self, mut octets: Vec<u8>) -> Vec<u8> {
        self.is_skipping = false;
        let end = first_record_end(&octets).unwrap_or(octets.len());
        let behind = self.split_off(&mut octets, end);
        self.pass(&octets);
        behind
    }

    /// Cuts off what stands behind `end`, into memory that is there.
    fn split_off(&mut self, octets: &mut Vec<u8>, end: usize) -> Vec<u8> {
        let mut behind = self.spare.pop().unwrap_or_default();
        behind.extend_from_slice(octets.get(end..).unwrap_or_default());
        octets.truncate(end);
        behind
    }

    fn block(&mut self, octets: Vec<u8>) -> Block {
        let before = self.before;
        self.pass(&octets);
        Block { octets, before }
    }

    fn pass(&mut self, octets: &[u8]) {
        let lines = memchr::memchr_iter(b'\n', octets).count();
        self.before.lines = self.before.lines.saturating_add(lines as u64);
        self.before.octets = self.before.octets.saturating_add(octets.len() as u64);
    }
}

/// Octets that may begin an empty line: `LF CR LF`.
const TAIL: usize = 3;

/// Returns where the last record ends that ends behind `from`: behind its empty line.
fn last_record_end(octets: &[u8], from: usize) -> Option<usize> {
    let tail = octets.get(from..)?;
    memchr::memrchr_iter(b'\n', tail)
        .find_map(|feed| is_empty_line(tail, feed).then(|| from.saturating_add(feed).saturating_add(1)))
}

fn first_record_end(octets: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'\n', octets)
        .find(|&feed| is_empty_line(octets, feed))
        .map(|feed| feed.saturating_add(1))
}

/// Whether the line that ends with the LF at `feed` is empty, and not the first.
fn is_empty_line(octets: &[u8], feed: usize) -> bool {
    let before = octets.get(..feed).unwrap_or_default();
    before.ends_with(b"\n") || before.ends_with(b"\n\r")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(file: &[u8], limit: usize) -> Vec<Block> {
        let mut blocks = Blocks::new(file, limit);
        std::iter::from_fn(|| blocks.next_block().unwrap()).collect()
    }

    #[test]
    fn blocks_end_with_empty_lines_and_make_up_the_file() {
        for end in ["\n", "\r\n"] {
            let record = format!("dn: cn=a{end}cn: {}{end} b{end}{end}", "x".repeat(1000));
            let file = record.repeat(3000) + "dn: cn=last";
            let blocks = blocks(file.as_bytes(), usize::MAX);
            assert!(blocks.len() > 3);
            let mut whole = Vec::new();
            for block in &blocks {
                assert_eq!(block.before.octets as usize, whole.len());
                assert_eq!(
                    block.before.lines as usize,
                    whole.iter().filter(|octet| **octet == b'\n').count()
                );
                assert!(block.octets.starts_with(b"dn: "));
                whole.extend_from_slice(&block.octets);
            }
            assert_eq!(whole, file.as_bytes());
        }
    }

    #[test]
    fn a_record_that_is_too_large_is_cut_and_its_end_passed_over() {
        let small = "dn: cn=a\ncn: a\n\n";
        let large = format!("dn: cn=b\ncn: {}\n", "x\n ".repeat(4 * BLOCK));
        let file = format!("{small}{large}\n{small}");
        let cut = blocks(file.as_bytes(), BLOCK);
        assert_eq!(cut.len(), 3, "{:?}", cut.iter().map(|block| block.octets.len()).collect::<Vec<_>>());
        assert_eq!(cut[0].octets, small.as_bytes());
        assert!(cut[1].octets.len() > BLOCK && cut[1].octets.len() < 6 * BLOCK);
        assert_eq!(cut[2].octets, small.as_bytes());
        assert_eq!(cut[2].before.octets as usize, file.len() - small.len());
        assert_eq!(cut[2].before.lines as usize, file.matches('\n').count() - 3);
        assert!(blocks(b"", 1).is_empty());
    }
}
