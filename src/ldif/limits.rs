//! What a file may make us hold.

/// The largest lines, records and values that are read.
///
/// Each limit is on by default and settable. What passes one is a [`Fault`](super::Fault) at the octet that is too
/// much, however the file arrives, and what has arrived of it is dropped.
///
/// ```
/// use ldapwire::ldif::{ReadLimits, ReadOptions};
///
/// let limits = ReadLimits::default().value(1024 * 1024);
/// let options = ReadOptions::new().limits(limits);
/// assert_eq!(limits.value, 1024 * 1024);
/// # let _ = options;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadLimits {
    /// Octets of one line with the folds in it, comments too. Default 24 MiB, which is the largest value in base64 and
    /// its folds. Less refuses large photographs; more lets a file without line ends take as much memory.
    pub line: usize,
    /// Octets of one record, comments and folds in it included, and also of what its values are decoded to. Default 32
    /// MiB: twice the largest message, since base64 and folds need a third more. It is what a reader holds at most,
    /// besides what it is fed at once.
    pub record: usize,
    /// Octets of one value, decoded, or of a file that stands for one. Default 16 MiB, which is the largest message.
    pub value: usize,
    /// Values of one record; each change of a modify and each control counts as one. Default 1,048,576, as many as a
    /// message may have: large groups pass, and what is kept for each stays within 64 MiB.
    pub values: usize,
    /// Faults that are kept for [`faults`](super::LdifReader::faults). Default 1,000: more than anybody reads. The
    /// others are only counted.
    pub faults: usize,
}

impl ReadLimits {
    /// The defaults, for constants.
    pub const DEFAULT: Self = Self {
        line: 24 * 1024 * 1024,
        record: 32 * 1024 * 1024,
        value: 16 * 1024 * 1024,
        values: 1 << 20,
        faults: 1_000,
    };

    /// Sets the largest line in octets.
    #[must_use]
    pub const fn line(mut self, octets: usize) -> Self {
        self.line = octets;
        self
    }

    /// Sets the largest record in octets.
    #[must_use]
    pub const fn record(mut self, octets: usize) -> Self {
        self.record = octets;
        self
    }

    /// Sets the largest value in octets.
    #[must_use]
    pub const fn value(mut self, octets: usize) -> Self {
        self.value = octets;
        self
    }

    /// Sets how many values a record may have.
    #[must_use]
    pub const fn values(mut self, count: usize) -> Self {
        self.values = count;
        self
    }

    /// Sets how many faults are kept.
    #[must_use]
    pub const fn faults(mut self, count: usize) -> Self {
        self.faults = count;
        self
    }
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
