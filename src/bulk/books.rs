//! What a load writes down: report, journal, rejected records, what undoes it.
//!
//! Advice for the next maintainer: the journal comes last. A record that it calls settled is in the other files already; what they
//! hold beyond that is cut off when the load is resumed, and comes again.

use std::fmt;
use std::io;
use std::path::Path;

use crate::ldif::{ChangeRecord, Writer};

use super::apart::are_apart;
use super::growing::Growing;
use super::journal::{Journal, Known, Sizes};
use super::load::Settings;
use super::record::{Job, print};
use super::undo::UndoFile;
use super::{Failure, LoadError, Outcome, Report, Stop};

/// Where a load writes down what becomes of its records.
pub(super) struct Books<'a> {
    report: Report,
    journal: Option<Journal>,
    rejects: Option<Rejects>,
    undo: Option<UndoFile>,
    batch: usize,
    /// Records that were noted since the last write.
    noted: usize,
    observer: Option<Observer<'a>>,
}

/// What is told of each record.
pub(super) type Observer<'a> = Box<dyn FnMut(&Failure) + Send + 'a>;

impl<'a> Books<'a> {
    /// Opens the files, as an earlier load left them if there was one.
    pub(super) fn open(
        settings: &Settings,
        observer: Option<Observer<'a>>,
        step: u64,
    ) -> Result<Self, LoadError> {
        are_apart(settings)?;
        let mut report = Report::default();
        let mut sizes = Sizes::default();
        let mut journal = None;
        if let Some(path) = &settings.journal {
            let opened = Journal::open(path, step, |kind, code| report.count_earlier(kind, code));
            let (opened, before) = opened.map_err(|error| LoadError::new("the journal", path, error))?;
            (journal, sizes) = (Some(opened), before);
        }
        let rejects = settings.rejects.as_deref().map(|path| {
            Rejects::open(path, sizes.rejects)
                .map_err(|error| LoadError::new("the file of rejected records", path, error))
        });
        let undo = settings.undo.as_deref().map(|path| {
            UndoFile::open(path, sizes.undo).map_err(|error| LoadError::new("the undo file", path, error))
        });
        Ok(Self {
            report,
            journal,
            rejects: rejects.transpose()?,
            undo: undo.transpose()?,
            batch: settings.batch_size,
            noted: 0,
            observer,
        })
    }

    /// Tells what an earlier load left of a record that comes up.
    pub(super) fn known(&mut self, number: u64, print: u32) -> Known {
        self.journal.as_mut().map_or(Known::Fresh, |journal| journal.known(number, print))
    }

    /// Returns what tells a record from others in the journal, if there is one.
    pub(super) fn print(&self, record: &ChangeRecord) -> u32 {
        if self.journal.is_some() { print(record) } else { 0 }
    }

    /// Returns the last record that an earlier load settled and that did not come up in an input of so many.
    pub(super) fn missing(&self, taken: u64) -> Option<u64> {
        self.journal.as_ref()?.missing(taken)
    }

    /// Whether a record may be sent without a further word in the journal.
    pub(super) fn is_reserved(&self, number: u64) -> bool {
        self.journal.as_ref().is_none_or(|journal| journal.is_reserved(number))
    }

    /// Notes what became of a record, and what undoes it if it was applied.
    pub(super) fn note(
        &mut self,
        job: &Job,
        outcome: Outcome,
        undo: Option<&[ChangeRecord]>,
    ) -> Result<(), Stop> {
        let kind = outcome.kind();
        let failure =
            Failure { number: job.number, position: job.position, dn: job.record.dn().clone(), outcome };
        self.report
            .count_outcome(&failure.outcome, || Failure { dn: failure.dn.detach(), ..failure.clone() });
        if let Some(observer) = &mut self.observer {
            observer(&failure);
        }
        // What is not settled comes again when the load is resumed.
        if !kind.is_success()
            && (kind.is_final() || self.journal.is_none())
            && let Some(rejects) = &mut self.rejects
        {
            rejects.push(&failure, &job.record);
        }
        if matches!(failure.outcome, Outcome::Applied | Outcome::AppliedVerified)
            && let Some(file) = &mut self.undo
        {
            match undo {
                Some(undo) => file.push(undo),
                None => self.report.count_without_undo(),
            }
        }
        if kind.is_final()
            && let Some(journal) = &mut self.journal
        {
            journal.settle(job.number, kind, failure.outcome.code(), job.print);
        }
        self.noted += 1;
        if self.noted >= self.batch { self.write(None) } else { Ok(()) }
    }

    /// Writes what was noted, and lets records up to this number and some more be sent.
    pub(super) fn write(&mut self, reserve: Option<u64>) -> Result<(), Stop> {
        self.noted = 0;
        let mut sizes = Sizes::default();
        if let Some(rejects) = &mut self.rejects {
            sizes.rejects = rejects.file.write().map_err(Stop::Rejects)?;
        }
        if let Some(undo) = &mut self.undo {
            sizes.undo = undo.write().map_err(Stop::Undo)?;
        }
        match &mut self.journal {
            Some(journal) if journal.pending() > 0 || reserve.is_some() => {
                journal.write(sizes, reserve).map_err(Stop::Journal)
            }
            _ => Ok(()),
        }
    }

    /// Writes what is left, and the undo file in its order.
    pub(super) fn close(mut self, is_complete: bool) -> (Report, Result<(), Stop>) {
        let written = self.write(None);
        let undone = match self.undo {
            // A load that is resumed goes on with what undoes it.
            Some(undo) if is_complete || self.journal.is_none() => {
                undo.finish(self.journal.is_some()).map_err(Stop::Undo)
            }
            _ => Ok(()),
        };
        (self.report, written.and(undone))
    }
}

#[cfg(all(test, feature = "directory"))]
impl Books<'_> {
    /// Has the journal fail from now on.
    pub(super) fn fail_journal(&mut self) {
        if let Some(journal) = &mut self.journal {
            journal.fail();
        }
    }
}

/// The file of the records that failed, ready to be applied again.
struct Rejects {
    file: Growing,
    writer: Writer,
}

impl Rejects {
    /// Opens the file to go on at `size`; what is beyond is cut off.
    fn open(path: &Path, size: u64) -> io::Result<Self> {
        Ok(Self { file: Growing::open(path.to_owned(), size)?, writer: Writer::new() })
    }

    fn push(&mut self, failure: &Failure, record: &ChangeRecord) {
        let is_first = self.file.is_empty();
        let buffer = &mut self.file.buffer;
        if is_first {
            self.writer.version(buffer);
        }
        self.writer.comment(&failure.to_string(), buffer);
        if let Err(error) = self.writer.change(record, buffer) {
            self.writer.comment(&format!("it cannot be written: {error}"), buffer);
            buffer.push(b'\n');
        }
    }
}

impl fmt::Debug for Books<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Books").field("report", &self.report).finish_non_exhaustive()
    }
}
