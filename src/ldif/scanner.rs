//! From octets to the lines of a record: the reader without its buffer.
//!
//! Advice for the next maintainer: a scanner sees the data that is there, and is called again with the same and more. It
//! keeps offsets into it, so that the data must not move while a record is under way: [`Scanner::release`] says what may
//! be dropped. Everything that decides whether a record is good depends on its octets alone, never on how they arrive.

mod body;
mod value;

use crate::model::LdapString;

use super::cut::{Cut, Cutter, Place, RawLine, unfold};
use super::fault::{Expected, Fault, FaultKind, Found, Limit, Parts};
use super::grammar::{Grammar, Mismatch};
use super::options::{Path, ReadOptions};
use super::record_ref::RecordRef;
use super::stored::{Head, Kind, Line, Role, Store, Stored, Stores};
use super::window::Window;
use super::{Position, ReadLimits, Tolerance, UrlResolver, short};

/// The reader without its buffer.
pub(super) struct Scanner {
    limits: ReadLimits,
    grammar: Grammar,
    path: Path,
    /// What a record is that does not say what it changes.
    content_kind: Kind,
    /// Octets of a line that passes neither the limit of a line nor that of a value.
    usual_size: usize,
    urls: Option<Box<dyn UrlResolver + Send>>,

    stage: Stage,
    /// Of which kind the records are: the first that is good decides.
    content: Option<FileKind>,
    cutter: Cutter,
    window: Window,
    /// Offset of the data in the file.
    base: u64,
    number: u64,

    /// Offset of the record in the data.
    start: usize,
    head: Head,
    /// Of which kind the record is, as soon as it has said so.
    own_kind: Option<FileKind>,
    lines: Vec<Line>,
    /// What was joined or decoded of the record.
    scratch: Vec<u8>,
    /// The line at hand, joined.
    unfolded: Vec<u8>,
    /// What the last name ended with: see [`Dn::check_next`](crate::model::Dn::check_next).
    superior: Vec<u8>,
}

/// What the next line may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The first line of a file.
    File,
    /// The first line of a record.
    Dn,
    /// The line behind the name.
    Body,
    /// The line behind a control.
    Controls,
    /// A value of an entry.
    Values,
    /// A part of a modification.
    ModSpec,
    /// A value in a part of a modification; of which line that is.
    ModValues {
        first: usize,
    },
    NewRdn,
    DeleteOldRdn,
    NewSuperior,
    /// Nothing more.
    End,
    /// Any, until an empty one.
    Skipped,
}

/// Which records a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    Content,
    Changes,
}

/// What comes before the data that a reader begins with.
#[cfg(feature = "files")]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FilePart {
    /// Line ends.
    pub(crate) lines: u64,
    pub(crate) octets: u64,
    /// Of which kind the records are, if that has been seen.
    pub(crate) kind: Option<FileKind>,
}

/// What came of the data.
pub(super) enum Step {
    /// A record: [`Scanner::record`] gives it out.
    Record,
    Fault(Fault),
    /// More data is needed.
    Incomplete,
    /// The file has ended.
    End,
}

/// What is wrong with a line, and where in it.
struct Problem {
    at: usize,
    kind: FaultKind,
}

/// The line at hand.
#[derive(Clone, Copy)]
struct Text<'l> {
    data: &'l [u8],
    /// The octets, joined.
    octets: &'l [u8],
    /// Where in the data they stand, if they stand there in one piece.
    start: Option<usize>,
}

impl Scanner {
    pub(super) fn new(options: ReadOptions) -> Self {
        Self {
            limits: options.limits,
            grammar: Grammar(options.tolerance),
            path: options.path,
            content_kind: options.content_kind,
            usual_size: options.limits.line.min(options.limits.value),
            urls: options.urls,
            stage: Stage::File,
            content: None,
            cutter: Cutter::default(),
            window: Window::default(),
            base: 0,
            number: 0,
            start: 0,
            head: Head::default(),
            own_kind: None,
            lines: Vec::new(),
            scratch: Vec::new(),
            unfolded: Vec::new(),
            superior: Vec::new(),
        }
    }

    /// Begins behind a part of the file that others read.
    #[cfg(feature = "files")]
    pub(super) const fn continue_behind(&mut self, before: FilePart) {
        if before.octets > 0 {
            self.stage = Stage::Dn;
        }
        self.base = before.octets;
        self.cutter.lines = before.lines;
        self.content = before.kind;
    }

    /// Returns of which kind the file is, if that has been seen.
    #[cfg(feature = "files")]
    pub(super) const fn file_kind(&self) -> Option<FileKind> {
        self.content
    }

    /// Returns how many octets at the beginning of the data are done with. They are taken as dropped.
    pub(super) fn release(&mut self) -> usize {
        if !matches!(self.stage, Stage::File | Stage::Dn | Stage::Skipped) {
            return 0;
        }
        let done = self.cutter.start;
        self.base = self.base.saturating_add(wide(done));
        self.cutter.forget(done);
        self.window.forget(done);
        done
    }

    /// Goes on with the data; `last` says that nothing comes behind it.
    pub(super) fn scan(&mut self, data: &[u8], last: bool) -> Step {
        if self.base == 0 && self.stage == Stage::File && !self.skip_byte_order_mark(data, last) {
            return Step::Incomplete;
        }
        loop {
            match self.cutter.cut(data, last, self.path) {
                Cut::Line(line) => {
                    if self.usual_line(data, &line) {
                        continue;
                    }
                    if line.start == line.end {
                        match self.stage {
                            Stage::File | Stage::Dn => {}
                            Stage::Skipped => self.stage = Stage::Dn,
                            _ => return self.end_record(data, line),
                        }
                    } else if self.stage != Stage::Skipped
                        && let Err(fault) = self.line(data, line)
                    {
                        self.stage = Stage::Skipped;
                        return Step::Fault(fault);
                    }
                }
                Cut::Incomplete => return self.incomplete(data),
                Cut::End => {
                    return match self.stage {
                        Stage::File | Stage::Dn | Stage::Skipped => Step::End,
                        _ => self.end_record(data, self.cutter.end_of_file(data)),
                    };
                }
            }
        }
    }

    /// Returns the record that was found in this data.
    pub(super) fn record<'r>(&'r self, data: &'r [u8]) -> RecordRef<'r> {
        RecordRef::new(Stores { data, scratch: &self.scratch }, &self.head, &self.lines)
    }

    /// Whether it is known how the file begins.
    fn skip_byte_order_mark(&mut self, data: &[u8], last: bool) -> bool {
        const MARK: &[u8] = "\u{feff}".as_bytes();
        if data.starts_with(MARK) && self.cutter.start == 0 {
            self.cutter.begin(MARK.len());
        }
        last || !MARK.starts_with(data) || data.len() == MARK.len()
    }

    fn incomplete(&mut self, data: &[u8]) -> Step {
        if self.stage == Stage::Skipped {
            self.cutter.drop_arrived(data);
            return Step::Incomplete;
        }
        // What may be the end of the line does not count.
        let arrived = self.cutter.arriving(data, LONGEST_END);
        if let Some(fault) = self.excess(data, arrived) {
            self.stage = Stage::Skipped;
            return Step::Fault(fault);
        }
        Step::Incomplete
    }

    /// Looks whether a line, or its record with it, is too long.
    fn excess(&mut self, data: &[u8], line: RawLine) -> Option<Fault> {
        let is_comment = data.get(line.start) == Some(&b'#');
        let record =
            if !self.is_before_record() { Some(self.start) } else { (!is_comment).then_some(line.start) };
        let of_line = line.start.saturating_add(self.limits.line);
        let of_record = record.map_or(usize::MAX, |start| start.saturating_add(self.limits.record));
        // Where the line before ended at the limit, this one is beyond it from its first octet.
        let at = of_line.min(of_record).max(line.start);
        if line.end <= at {
            return None;
        }
        let limit = if of_record < of_line {
            Limit::Record(self.limits.record)
        } else {
            Limit::Line(self.limits.line)
        };
        if self.is_before_record() {
            self.begin_record(line);
        }
        Some(self.fault(data, self.cutter.locate(line, data, at), FaultKind::TooLarge(limit)))
    }

    fn is_before_record(&self) -> bool {
        matches!(self.stage, Stage::File | Stage::Dn)
    }

    /// Takes a line of the kind that most lines of most files are: a value of an entry, not folded, in plain ASCII, after
    /// a name without options. It does what [`line`](Self::line) would, or nothing.
    #[inline(always)]
    fn usual_line(&mut self, data: &[u8], line: &RawLine) -> bool {
        if self.stage != Stage::Values || line.is_folded || self.path != Path::Short {
            return false;
        }
        let octets = line.octets(data);
        let Some(colon) = short::plain(octets) else { return false };
        let is_small = octets.len() <= self.usual_size
            && line.end.wrapping_sub(self.start) <= self.limits.record
            && self.lines.len() < self.limits.values;
        let is_dn = matches!(octets, [b'd' | b'D', b'n' | b'N', b':', ..]);
        if is_dn || !is_small || !self.window.covers(data, line.start..line.end) {
            return false;
        }
        // Behind `: `, which stands in the data.
        let value = line.start.wrapping_add(colon).wrapping_add(2);
        self.lines.push(Line {
            name: Stored::data(line.start, colon),
            value: Stored { range: value..line.end, store: Store::Data },
            role: Role::Value,
            has_options: false,
        });
        true
    }

    /// Takes a line that is not empty.
    #[inline]
    fn line(&mut self, data: &[u8], line: RawLine) -> Result<(), Fault> {
        let longest = line.end.saturating_sub(line.start.min(self.start));
        if longest > self.limits.line.min(self.limits.record)
            && let Some(fault) = self.excess(data, line)
        {
            return Err(fault);
        }
        let octets = line.octets(data);
        if octets.first() == Some(&b'#') {
            return Ok(());
        }
        if self.is_before_record() {
            self.begin_record(line);
        }
        let taken = if line.is_folded {
            let mut joined = std::mem::take(&mut self.unfolded);
            joined.clear();
            unfold(octets, &mut joined, self.path);
            let taken = self.text(Text { data, octets: &joined, start: None });
            self.unfolded = joined;
            taken
        } else {
            self.text(Text { data, octets, start: Some(line.start) })
        };
        taken.map_err(|problem| self.fault(data, line.locate(data, problem.at), problem.kind))
    }

    fn begin_record(&mut self, line: RawLine) {
        self.number = self.number.saturating_add(1);
        let offset = self.base.saturating_add(wide(line.start));
        self.head = Head {
            position: Position::new(self.number, line.number.saturating_add(1), offset),
            kind: self.content_kind,
            ..Head::default()
        };
        self.start = line.start;
        self.own_kind = None;
        self.lines.clear();
        self.scratch.clear();
        if self.scratch.capacity().max(self.unfolded.capacity()) > KEPT {
            self.scratch.shrink_to(KEPT);
            self.unfolded.shrink_to(KEPT);
        }
        if self.lines.capacity() > KEPT_LINES {
            self.lines.shrink_to(KEPT_LINES);
        }
    }

    /// Looks whether a record may end here.
    fn end_record(&mut self, data: &[u8], end: RawLine) -> Step {
        let missing = self.missing();
        self.stage = Stage::Dn;
        let Some(expected) = missing else {
            self.content = self.content.or(self.own_kind);
            return Step::Record;
        };
        let place = Place { found: Found::EndOfRecord, ..self.cutter.locate(end, data, end.start) };
        Step::Fault(self.fault(data, place, FaultKind::Expected(expected)))
    }

    #[cold]
    fn fault(&self, data: &[u8], place: Place, kind: FaultKind) -> Fault {
        let stores = Stores { data, scratch: &self.scratch };
        Fault::new(Parts {
            line: place.line.saturating_add(1),
            column: wide(place.column).saturating_add(1),
            offset: self.base.saturating_add(wide(place.offset)),
            record: self.head.position,
            dn: self.head.dn.as_ref().map(|dn| LdapString::from(stores.text(dn))),
            kind,
            found: place.found,
        })
    }

    fn is_standard(&self) -> bool {
        self.grammar.0 == Tolerance::Standard
    }
}

impl<'l> Text<'l> {
    /// Where a part of the line begins.
    fn offset(&self, part: &[u8]) -> usize {
        nom::Offset::offset(self.octets, part)
    }

    /// Says that something else should stand at the beginning of the line.
    fn expected(&self, expected: Expected) -> Problem {
        Problem { at: 0, kind: FaultKind::Expected(expected) }
    }

    /// Turns what a production returned.
    #[inline]
    fn read<T>(&self, parsed: super::grammar::Parsed<'l, T>) -> Result<T, Problem> {
        match parsed {
            Ok((_, read)) => Ok(read),
            Err(error) => Err(self.mismatch(&error)),
        }
    }

    #[cold]
    fn mismatch(&self, error: &nom::Err<Mismatch>) -> Problem {
        match error {
            nom::Err::Error(mismatch) | nom::Err::Failure(mismatch) => Problem {
                at: self.octets.len().saturating_sub(mismatch.left),
                kind: FaultKind::Expected(mismatch.expected),
            },
            // The productions know the whole line.
            nom::Err::Incomplete(_) => {
                Problem { at: self.octets.len(), kind: FaultKind::Expected(Expected::Body) }
            }
        }
    }
}

impl Stored {
    /// A part of a line that stands in the data in one piece.
    fn data(start: usize, length: usize) -> Self {
        Self { range: start..start.saturating_add(length), store: Store::Data }
    }
}

/// CR LF.
const LONGEST_END: usize = 2;

/// Octets of a buffer that are kept from record to record: a photograph should not stay in memory.
const KEPT: usize = 1024 * 1024;

/// Lines that are kept from record to record, for the same reason; each takes as much as a short value.
const KEPT_LINES: usize = 16 * 1024;

/// No target has addresses that are wider.
#[allow(clippy::as_conversions, reason = "`From` does not know how wide addresses are")]
const fn wide(octets: usize) -> u64 {
    octets as u64
}
