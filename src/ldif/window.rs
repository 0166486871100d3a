//! Which of the data is plain ASCII, looked at in large blocks.

use std::ops::Range;

/// Octets that may stand in a value as it is: neither NUL nor CR nor beyond ASCII.
///
/// A value is short, and looking at each of its own costs more in beginnings and ends than in octets. A block is
/// looked at in one go; where one has an unusual octet, its lines are looked at one by one.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    /// The last octets that were looked at and are usual.
    usual: Range<usize>,
}

impl Window {
    /// Whether all octets of a range are usual; `false` may also say that others near by are not.
    #[inline]
    pub(super) fn covers(&mut self, data: &[u8], range: Range<usize>) -> bool {
        if range.end > self.usual.end {
            self.look(data, range.end);
        }
        self.usual.start <= range.start && range.end <= self.usual.end
    }

    /// Takes `octets` at the beginning of the data as gone.
    pub(super) fn forget(&mut self, octets: usize) {
        let Range { start, end } = self.usual;
        self.usual = start.saturating_sub(octets)..end.saturating_sub(octets);
    }

    /// Looks at blocks up to an offset.
    #[inline(never)]
    fn look(&mut self, data: &[u8], end: usize) {
        while self.usual.end < end {
            let rest = data.get(self.usual.end..).unwrap_or_default();
            let block = rest.get(..BLOCK).unwrap_or(rest);
            if block.is_empty() {
                return;
            }
            self.usual.end = self.usual.end.saturating_add(block.len());
            if !is_usual(block) {
                self.usual.start = self.usual.end;
            }
        }
    }
}

/// Whether all octets may stand in a value as it is.
#[inline]
pub(super) fn is_usual(octets: &[u8]) -> bool {
    // Without a way out in the middle, so that the compiler looks at many octets at once.
    !octets.iter().fold(false, |found, &octet| found | matches!(octet, 0 | b'\r' | 0x80..))
}

/// Octets of a block: few enough that a letter beyond ASCII spoils few lines, enough that the loop counts.
const BLOCK: usize = 512;
