//! The readers: over octets that arrive, and over octets that are there.

use std::fmt;

use super::Located;
use super::fault::{Fault, Faults};
use super::options::{OnFault, ReadOptions};
use super::record_ref::RecordRef;
#[cfg(feature = "files")]
use super::scanner::{FileKind, FilePart};
use super::scanner::{Scanner, Step};

/// Reads LDIF as it arrives, in pieces of any size.
///
/// It does no IO: octets are [fed](Self::feed) to it, or read into [its buffer](Self::spare), and records taken out.
/// **Take all records between two feeds:** what is fed is held until then. What is held besides is at most the
/// record that has not arrived whole, within its [limit](super::ReadLimits::record).
///
/// ```
/// use ldapwire::ldif::LdifReader;
///
/// let mut reader = LdifReader::new();
/// let mut names = Vec::new();
/// for piece in [&b"version: 1\ndn: cn=A"[..], b"da\ncn: A", b"da\n\ndn: cn=Bob\ncn: Bob\n"] {
///     reader.feed(piece);
///     while let Some(record) = reader.next_ref() {
///         names.push(record?.dn().to_owned());
///     }
/// }
/// reader.finish();
/// while let Some(record) = reader.next_record() {
///     names.push(record?.record.dn().to_string());
/// }
/// assert_eq!(names, ["cn=Ada", "cn=Bob"]);
/// # Ok::<(), ldapwire::ldif::Fault>(())
/// ```
pub struct LdifReader {
    state: State,
    /// What arrived and room for more; all of it is initialized.
    buffer: Vec<u8>,
    /// Where in the buffer what is needed begins.
    start: usize,
    /// Where in the buffer what arrived ends.
    end: usize,
    is_finished: bool,
}

impl LdifReader {
    /// Makes a reader with the default options.
    pub fn new() -> Self {
        Self::with_options(ReadOptions::new())
    }

    /// Makes a reader.
    pub fn with_options(options: ReadOptions) -> Self {
        Self { state: State::new(options), buffer: Vec::new(), start: 0, end: 0, is_finished: false }
    }

    /// Takes a piece of the file.
    pub fn feed(&mut self, octets: &[u8]) {
        if let Some(room) = self.spare(octets.len()).get_mut(..octets.len()) {
            room.copy_from_slice(octets);
        }
        self.arrived(octets.len());
    }

    /// Returns room for at least so many octets of the file, to read into; [`arrived`](Self::arrived) says how many it
    /// became.
    pub fn spare(&mut self, least: usize) -> &mut [u8] {
        if self.buffer.len().saturating_sub(self.end) < least {
            if self.start > 0 {
                self.buffer.copy_within(self.start..self.end, 0);
                self.end = self.end.saturating_sub(self.start);
                self.start = 0;
            }
            let needed = self.end.saturating_add(least);
            if self.buffer.len() < needed {
                self.buffer.resize(needed, 0);
            } else if self.buffer.len() / 4 > needed.max(KEPT) {
                self.buffer.truncate(needed.max(KEPT));
                self.buffer.shrink_to_fit();
            }
        }
        self.buffer.get_mut(self.end..).unwrap_or_default()
    }

    /// Says how many octets were read into [`spare`](Self::spare); no more than it has room for.
    pub fn arrived(&mut self, octets: usize) {
        self.end = self.end.saturating_add(octets).min(self.buffer.len());
        self.is_finished = false;
    }

    /// Says that the file has ended. What is there of a record becomes one, or a fault.
    pub const fn finish(&mut self) {
        self.is_finished = true;
    }

    /// Returns the next record in place. None means that more has to be [fed](Self::feed), or that the file has
    /// [ended](Self::finish), or that the reader has stopped after a fault.
    ///
    /// # Errors
    ///
    /// The record is not what RFC 2849 says or is larger than a limit; [`OnFault`] decides what happens then.
    pub fn next_ref(&mut self) -> Option<Result<RecordRef<'_>, Fault>> {
        match self.advance()? {
            Ok(()) => Some(Ok(self.current())),
            Err(fault) => Some(Err(fault)),
        }
    }

    /// Looks for the next record: for loops that cannot hold a record while they look. In other respects as
    /// [`next_ref`](Self::next_ref).
    pub(crate) fn advance(&mut self) -> Option<Result<(), Fault>> {
        self.state.step(|released| {
            self.start = self.start.saturating_add(released);
            (self.buffer.get(self.start..self.end).unwrap_or_default(), self.is_finished)
        })
    }

    /// Returns the record that [`advance`](Self::advance) has found.
    pub(crate) fn current(&self) -> RecordRef<'_> {
        self.state.scanner.record(self.buffer.get(self.start..self.end).unwrap_or_default())
    }

    /// Returns the next record, to keep; in other respects as [`next_ref`](Self::next_ref).
    ///
    /// # Errors
    ///
    /// As [`next_ref`](Self::next_ref).
    pub fn next_record(&mut self) -> Option<Result<Located, Fault>> {
        Some(self.next_ref()?.map(|record| record.to_located()))
    }

    /// Returns the faults that were [collected](OnFault::Collect).
    pub const fn faults(&self) -> &Faults {
        &self.state.faults
    }
}

impl Default for LdifReader {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for LdifReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LdifReader")
            .field("held", &self.end.saturating_sub(self.start))
            .field("is_finished", &self.is_finished)
            .finish_non_exhaustive()
    }
}

/// Reads LDIF that is in memory as a whole.
///
/// As an iterator it returns records to keep; [`next_ref`](Self::next_ref) returns them in place.
///
/// ```
/// use ldapwire::ldif::{Change, LdifRecord, SliceReader};
///
/// let file = b"version: 1\n\ndn: cn=Ada\nchangetype: modify\nadd: mail\nmail: ada@example.org\n-\n";
/// let records: Vec<_> = SliceReader::new(file).collect::<Result<_, _>>()?;
/// let LdifRecord::Change(change) = &records[0].record else { panic!("a change") };
/// assert!(matches!(change.change(), Change::Modify(_)));
/// assert_eq!(records[0].position.line(), 3);
/// # Ok::<(), ldapwire::ldif::Fault>(())
/// ```
pub struct SliceReader<'d> {
    state: State,
    /// What is still needed.
    data: &'d [u8],
}

impl<'d> SliceReader<'d> {
    /// Makes a reader with the default options.
    pub fn new(data: &'d [u8]) -> Self {
        Self::with_options(data, ReadOptions::new())
    }

    /// Makes a reader.
    pub fn with_options(data: &'d [u8], options: ReadOptions) -> Self {
        Self { state: State::new(options), data }
    }

    /// Makes a reader of whole records from the middle of a file: behind so many line ends and octets, in a file of
    /// this kind. It counts records from its own beginning.
    #[cfg(feature = "files")]
    pub(crate) fn continuing(data: &'d [u8], options: ReadOptions, before: FilePart) -> Self {
        let mut reader = Self::with_options(data, options);
        reader.state.scanner.continue_behind(before);
        reader
    }

    /// Returns of which kind the file is, if that has been seen.
    #[cfg(feature = "files")]
    pub(crate) const fn file_kind(&self) -> Option<FileKind> {
        self.state.scanner.file_kind()
    }

    /// Returns the next record in place. None means that there is none, or that the reader has stopped after a fault.
    ///
    /// # Errors
    ///
    /// The record is not what RFC 2849 says or is larger than a limit; [`OnFault`] decides what happens then.
    pub fn next_ref(&mut self) -> Option<Result<RecordRef<'_>, Fault>> {
        let step = self.state.step(|released| {
            self.data = self.data.get(released..).unwrap_or_default();
            (self.data, true)
        })?;
        Some(step.map(|()| self.state.scanner.record(self.data)))
    }

    /// Returns the faults that were [collected](OnFault::Collect).
    pub const fn faults(&self) -> &Faults {
        &self.state.faults
    }
}

impl Iterator for SliceReader<'_> {
    type Item = Result<Located, Fault>;

    fn next(&mut self) -> Option<Result<Located, Fault>> {
        Some(self.next_ref()?.map(|record| record.to_located()))
    }
}

impl fmt::Debug for SliceReader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SliceReader").field("left", &self.data.len()).finish_non_exhaustive()
    }
}

/// What both readers have: a scanner, and what becomes of faults.
struct State {
    scanner: Scanner,
    on_fault: OnFault,
    faults: Faults,
    most_faults: usize,
    is_stopped: bool,
}

impl State {
    fn new(options: ReadOptions) -> Self {
        Self {
            on_fault: options.on_fault,
            faults: Faults::default(),
            most_faults: options.limits.faults,
            is_stopped: false,
            scanner: Scanner::new(options),
        }
    }

    /// Looks for the next record. `data` drops so many octets and returns what is there, and whether nothing comes
    /// behind it.
    fn step<'d>(&mut self, mut data: impl FnMut(usize) -> (&'d [u8], bool)) -> Option<Result<(), Fault>> {
        while !self.is_stopped {
            let (octets, last) = data(self.scanner.release());
            match self.scanner.scan(octets, last) {
                Step::Record => return Some(Ok(())),
                Step::Fault(fault) if self.on_fault == OnFault::Collect => {
                    self.faults.push(fault, self.most_faults);
                }
                Step::Fault(fault) => {
                    self.is_stopped = self.on_fault == OnFault::Stop;
                    return Some(Err(fault));
                }
                Step::Incomplete => {
                    data(self.scanner.release());
                    return None;
                }
                Step::End => return None,
            }
        }
        None
    }
}

/// Octets of a buffer that are kept, and up to four times as many: a photograph should not stay in memory.
const KEPT: usize = 1024 * 1024;

#[cfg(test)]
mod tests;
