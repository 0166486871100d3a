//! Lines: cut off the octets that have arrived, and joined where they are folded.

use super::fault::Found;
use super::grammar;
use super::options::Path;

/// Where in the data the next line begins, and how far it was looked at.
///
/// ```text
/// SEP = (CR LF / LF)                                                                      (RFC 2849)
/// ```
///
/// "Any non-empty line, including comment lines, in an LDIF file MAY be folded by inserting a line separator (SEP) and a
/// SPACE." (note 2) So a line ends where the next one begins with something else than a space, and while that octet
/// has not arrived nobody knows. What was looked at is not looked at again, however small the pieces are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cutter {
    /// Offset of the line at hand.
    pub(super) start: usize,
    /// Offset before which no end of this line is.
    searched: usize,
    /// Offset of the first line: behind a byte order mark.
    first: usize,
    /// Line ends before the line at hand.
    pub(super) lines: u64,
    /// Line ends that are folds of the line at hand.
    folds: u64,
}

/// A line with its folds, as it stands in the data.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawLine {
    pub(super) start: usize,
    /// Where the line's end is, which is not part of it.
    pub(super) end: usize,
    /// Number of the line, from 0.
    pub(super) number: u64,
    pub(super) is_folded: bool,
}

/// What could be cut.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cut {
    Line(RawLine),
    /// The end of the line has not arrived.
    Incomplete,
    /// The file has ended.
    End,
}

impl Cutter {
    /// Cuts the next line; `last` says that nothing comes behind `data`.
    #[inline]
    pub(super) fn cut(&mut self, data: &[u8], last: bool, path: Path) -> Cut {
        loop {
            let rest = data.get(self.searched..).unwrap_or_default();
            let found = match path {
                Path::Short => line_feed(rest),
                Path::Grammar => grammar::line_feed(rest),
            };
            let Some(distance) = found else { return self.unterminated(data, last) };
            // Both are places in the data, or one behind it.
            let feed = self.searched.wrapping_add(distance);
            let next = feed.wrapping_add(1);
            let end = before_carriage_return(data, self.start, feed);
            let folds = end > self.start;
            match data.get(next) {
                Some(b' ') if folds => {
                    self.folds = self.folds.saturating_add(1);
                    self.searched = next;
                }
                None if folds && !last => {
                    self.searched = feed;
                    return Cut::Incomplete;
                }
                _ => return self.complete(end, next, 1),
            }
        }
    }

    /// Takes `octets` at the beginning of the data as gone.
    pub(super) fn forget(&mut self, octets: usize) {
        self.start = self.start.saturating_sub(octets);
        self.searched = self.searched.saturating_sub(octets);
        self.first = self.first.saturating_sub(octets);
    }

    /// Begins the first line at an offset.
    pub(super) fn begin(&mut self, offset: usize) {
        *self = Self { start: offset, searched: offset, first: offset, lines: 0, folds: 0 };
    }

    /// Drops what has arrived of the line at hand, but for so much that its end is still seen for what it is: that of a
    /// line that is not empty.
    pub(super) fn drop_arrived(&mut self, data: &[u8]) {
        /// An octet, CR LF.
        const TAIL: usize = 3;
        self.start = self.start.max(data.len().saturating_sub(TAIL));
        self.searched = self.searched.max(self.start);
    }

    /// The line at hand as far as it has arrived, but for `tail` octets.
    pub(super) fn arriving(&self, data: &[u8], tail: usize) -> RawLine {
        let end = data.len().saturating_sub(tail).max(self.start);
        RawLine { start: self.start, end, number: self.lines, is_folded: self.folds > 0 }
    }

    /// The place behind all lines.
    pub(super) fn end_of_file(&self, data: &[u8]) -> RawLine {
        RawLine { start: data.len(), end: data.len(), number: self.lines, is_folded: false }
    }

    /// Returns where an octet stands in a line and its folds.
    pub(super) fn locate(&self, line: RawLine, data: &[u8], offset: usize) -> Place {
        let before = data.get(..offset).unwrap_or_default();
        let feeds =
            before.get(line.start..).unwrap_or_default().iter().filter(|&&octet| octet == b'\n').count();
        let begin = memchr::memrchr(b'\n', before).map_or(self.first, |feed| feed.saturating_add(1));
        Place {
            line: line.number.saturating_add(u64::try_from(feeds).unwrap_or(u64::MAX)),
            column: offset.saturating_sub(begin),
            offset,
            found: data.get(offset).map_or(Found::EndOfLine, |&octet| Found::Octet(octet)),
        }
    }

    #[cold]
    fn unterminated(&mut self, data: &[u8], last: bool) -> Cut {
        if !last {
            self.searched = data.len();
            return Cut::Incomplete;
        }
        if self.start >= data.len() {
            return Cut::End;
        }
        self.complete(data.len(), data.len(), 0)
    }

    #[inline]
    fn complete(&mut self, end: usize, next: usize, feeds: u64) -> Cut {
        let line = RawLine { start: self.start, end, number: self.lines, is_folded: self.folds > 0 };
        self.lines = self.lines.wrapping_add(self.folds).wrapping_add(feeds);
        (self.start, self.searched, self.folds) = (next, next, 0);
        Cut::Line(line)
    }
}

impl RawLine {
    /// Returns the octets with the folds in them.
    pub(super) fn octets<'d>(&self, data: &'d [u8]) -> &'d [u8] {
        data.get(self.start..self.end).unwrap_or_default()
    }

    /// Returns where an octet of the joined line stands in the data: line from 0, column from 0, offset, and what is
    /// there.
    pub(super) fn locate(&self, data: &[u8], position: usize) -> Place {
        let octets = self.octets(data);
        let mut place = Place { line: self.number, column: 0, offset: self.start, found: Found::EndOfLine };
        let mut before = 0_usize;
        let mut begin = 0_usize;
        for part in parts(octets) {
            let within = position.saturating_sub(before);
            place.offset = self.start.saturating_add(begin).saturating_add(within.min(part.len()));
            place.column = within.min(part.len());
            if begin > 0 {
                place.line = place.line.saturating_add(1);
                place.column = place.column.saturating_add(1);
            }
            if let Some(&octet) = part.get(within) {
                place.found = Found::Octet(octet);
                break;
            }
            before = before.saturating_add(part.len());
            // The part, its line end, a space.
            let feed = memchr::memchr(b'\n', octets.get(begin..).unwrap_or_default()).unwrap_or_default();
            begin = begin.saturating_add(feed).saturating_add(2);
        }
        place
    }
}

/// A place of the data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) line: u64,
    pub(super) column: usize,
    pub(super) offset: usize,
    pub(super) found: Found,
}

/// Joins a folded line.
///
/// "When joining folded lines, exactly one space character at the beginning of each continued line must be discarded."
/// (RFC 2849 note 2)
pub(super) fn unfold(octets: &[u8], target: &mut Vec<u8>, path: Path) {
    match path {
        Path::Short => parts(octets).for_each(|part| target.extend_from_slice(part)),
        Path::Grammar => grammar::unfold(octets, target),
    }
}

/// Walks the parts of a folded line.
fn parts(octets: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(octets);
    std::iter::from_fn(move || {
        let octets = rest?;
        let Some(feed) = memchr::memchr(b'\n', octets) else {
            rest = None;
            return Some(octets);
        };
        rest = octets.get(feed.saturating_add(2)..);
        octets.get(..before_carriage_return(octets, 0, feed))
    })
}

/// Finds the end of a line.
///
/// Most lines have less than 64 octets. Looking at eight at a time then costs less than getting ready to look at 32.
#[inline]
fn line_feed(octets: &[u8]) -> Option<usize> {
    const LOW: u64 = u64::from_le_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    const FEEDS: u64 = u64::from_le_bytes([b'\n'; 8]);
    const WORDS: usize = 8;
    let (words, _) = octets.as_chunks::<8>();
    let mut before = 0_usize;
    for word in words.iter().take(WORDS) {
        // An octet is zero where a LF was; the lowest bit found is that of the first.
        let word = u64::from_le_bytes(*word) ^ FEEDS;
        let found = word.wrapping_sub(LOW) & !word & HIGH;
        if found != 0 {
            let octet = found.trailing_zeros().wrapping_div(8);
            return usize::try_from(octet).ok()?.checked_add(before);
        }
        before = before.wrapping_add(8);
    }
    memchr::memchr(b'\n', octets.get(before..)?)?.checked_add(before)
}

/// Where a line ends whose LF stands at `feed`: at the LF, or at the CR before it.
#[inline]
fn before_carriage_return(data: &[u8], start: usize, feed: usize) -> usize {
    match feed.checked_sub(1) {
        Some(before) if before >= start && data.get(before) == Some(&b'\r') => before,
        _ => feed,
    }
}
