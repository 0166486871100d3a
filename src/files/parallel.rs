//! Records read by several cores.
//!
//! ```text
//!            ┌─► worker ─┐
//!   source ──┼─► worker ─┼──► records, in the order of the file
//!      │     └─► worker ─┘        ▲
//!      └──── where each answer ───┘
//!            will come from
//! ```
//!
//! A worker takes the source, cuts off the next block of whole records, and puts the place where the answer will come from into
//! a channel, which is short: that bounds what is under way, and keeps the order. Then it reads the block, which its core has in
//! its cache, while the next worker has the source.

use std::fmt;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::ldif::{Batch, FileKind, Located, OnFault, ReadOptions, RecordRef, SliceReader};

use super::blocks::{Block, Blocks};
use super::{Chunks, FileError};

/// Reads the records of a file with several threads, and returns them in their order.
///
/// The threads do all but what [`next_ref`](Self::next_ref) spares: as an iterator it returns records to keep, which the
/// caller's thread copies out. Held at a time are about two blocks of a quarter of a MiB for each thread, and where in them
/// what stands; or as many of the largest record. Threads end when this is dropped, at their next block; a read that waits
/// for octets is not disturbed.
///
/// A fault does not depend on the number of threads, nor does anything else. Faults are not
/// [collected](OnFault::Collect) here: that goes on as [`OnFault::Continue`] does.
///
/// ```
/// use std::io::Cursor;
///
/// use ldapwire::files::ParallelRecords;
/// use ldapwire::ldif::ReadOptions;
///
/// let file = "dn: cn=a\ncn: a\n\n".repeat(100_000);
/// let records = ParallelRecords::new(Cursor::new(file), 2, ReadOptions::new);
/// assert_eq!(records.map(Result::unwrap).last().unwrap().position.number(), 100_000);
/// ```
pub struct ParallelRecords {
    answers: Receiver<Answer>,
    /// The records at hand.
    batch: Batch,
    /// Records before those at hand.
    numbered: u64,
    /// Takes back what has been looked at.
    spare: Sender<Batch>,
    on_fault: OnFault,
    is_stopped: bool,
    path: PathBuf,
}

/// Where the records of the next block will come from; none behind the last.
type Answer = io::Result<Option<Receiver<Batch>>>;

impl ParallelRecords {
    /// Begins to read, with this many threads besides the caller's; at least 1. `options` makes the options for each of
    /// them.
    pub fn new(
        source: impl Read + Send + 'static,
        workers: usize,
        options: impl Fn() -> ReadOptions + Send + Sync + 'static,
    ) -> Self {
        let workers = workers.max(1);
        let on_fault = options().reaction();
        let blocks = Blocks::new(source, options().read_limits().record);
        let (order, answers) = sync_channel(workers);
        // As many as there are blocks under way.
        let (spare, spares) = channel();
        let source = Arc::new(Mutex::new(Source { blocks, kind: None, spares, order, has_ended: false }));
        let options = Arc::new(options);
        for _ in 0..workers {
            let (source, options) = (Arc::clone(&source), Arc::clone(&options));
            thread::spawn(move || work(&source, &*options));
        }
        Self {
            answers,
            batch: Batch::default(),
            numbered: 0,
            spare,
            on_fault,
            is_stopped: false,
            path: PathBuf::from("-"),
        }
    }

    /// Sets the name of the file for errors. Default `-`.
    #[must_use]
    pub fn named(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = path.into();
        self
    }

    /// Groups the records.
    pub const fn chunks(self) -> Chunks<Self> {
        Chunks::new(self)
    }

    /// Returns the next record in place, for which the caller's thread does nearly nothing. None means that there is none.
    ///
    /// # Errors
    ///
    /// As the iterator: the source cannot be read, or the record is not what RFC 2849 says.
    pub fn next_ref(&mut self) -> Option<Result<RecordRef<'_>, FileError>> {
        if let Err(error) = self.advance()? {
            return Some(Err(error));
        }
        self.batch.current().map(Ok)
    }

    /// Looks for the next record.
    fn advance(&mut self) -> Option<Result<(), FileError>> {
        while !self.is_stopped {
            match self.batch.advance(self.numbered) {
                Some(Ok(())) => return Some(Ok(())),
                Some(Err(fault)) => {
                    self.is_stopped = self.on_fault == OnFault::Stop;
                    return Some(Err(FileError::new(&self.path, fault)));
                }
                None => match self.receive() {
                    Ok(has_more) => self.is_stopped = !has_more,
                    Err(error) => {
                        self.is_stopped = true;
                        return Some(Err(FileError::new(&self.path, error)));
                    }
                },
            }
        }
        None
    }

    /// Waits for the next block, and says whether there is one.
    fn receive(&mut self) -> io::Result<bool> {
        // A thread that is gone has panicked, which a fault of the library would be, or of the source.
        let panicked = |_| io::Error::other("a thread that reads records has ended");
        let Some(answer) = self.answers.recv().map_err(panicked)?? else { return Ok(false) };
        let batch = answer.recv().map_err(panicked)?;
        let seen = std::mem::replace(&mut self.batch, batch);
        self.numbered = self.numbered.saturating_add(seen.len() as u64);
        // Nobody takes it back behind the end of the file.
        let _ = self.spare.send(seen);
        Ok(true)
    }
}

impl Iterator for ParallelRecords {
    type Item = Result<Located, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.next_ref()?.map(|record| record.to_located()))
    }
}

impl fmt::Debug for ParallelRecords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParallelRecords").field("path", &self.path).finish_non_exhaustive()
    }
}

/// What blocks are cut from, by one worker at a time.
struct Source<R> {
    blocks: Blocks<R>,
    /// Of which kind the records are, if that has been seen.
    kind: Option<FileKind>,
    spares: Receiver<Batch>,
    order: SyncSender<Answer>,
    has_ended: bool,
}

/// A block to read.
struct Job {
    block: Block,
    /// Memory for what is read.
    batch: Batch,
    answer: SyncSender<Batch>,
}

impl<R: Read> Source<R> {
    /// Cuts off the next block; none behind the end, an error, or when nobody waits any more.
    fn next_job(&mut self, options: impl FnOnce() -> ReadOptions) -> Option<Job> {
        if self.has_ended {
            return None;
        }
        let mut batch = self.spares.try_recv().unwrap_or_default();
        self.blocks.recycle(batch.take_octets());
        let cut = self.blocks.next_block().map(|block| {
            let (answer, receiver) = sync_channel(1);
            block.map(|block| (Job { block, batch, answer }, receiver))
        });
        let (job, answer) = match cut {
            Ok(Some((job, receiver))) => (Some(job), Ok(Some(receiver))),
            Ok(None) => (None, Ok(None)),
            Err(error) => (None, Err(error)),
        };
        let is_awaited = self.order.send(answer).is_ok();
        self.has_ended = !is_awaited || job.is_none();
        let mut job = job.filter(|_| is_awaited)?;
        job.block.before.kind = self.kind;
        self.kind = self.kind.or_else(|| kind_of(&job.block, options()));
        Some(job)
    }
}

/// Looks of which kind the records are: the first that is good decides for all.
fn kind_of(block: &Block, options: ReadOptions) -> Option<FileKind> {
    let options = options.on_fault(OnFault::Continue);
    let mut reader = SliceReader::continuing(&block.octets, options, block.before);
    while reader.file_kind().is_none() && reader.next_ref().is_some() {}
    reader.file_kind()
}

/// Reads blocks until there are none.
fn work(source: &Mutex<Source<impl Read>>, options: &impl Fn() -> ReadOptions) {
    // The source is free again before the block is read. It is poisoned only if a thread panicked that had it.
    let next = || source.lock().ok()?.next_job(options);
    while let Some(Job { block, mut batch, answer }) = next() {
        batch.read(block.octets, options(), block.before);
        // Whoever does not wait any more has dropped the whole.
        let _ = answer.send(batch);
    }
}

#[cfg(test)]
mod tests;
