//! Records read by several cores.
//!
//! ```text
//!             ┌─► worker ─┐
//!   cutter ───┼─► worker ─┼──► records, in the order of the file
//!      │      └─► worker ─┘        ▲
//!      └──── where each answer ────┘
//!            will come from
//! ```
//!
//! The cutter hands out blocks of whole records. For each it puts the place where the answer will come from into a second
//! channel, which is short: that bounds what is under way, and keeps the order.

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
/// One thread reads and looks for empty lines, the others do the rest, but for what [`next_ref`](Self::next_ref) spares:
/// as an iterator it returns records to keep, which the caller's thread copies out. Held at a time are about two blocks of
/// a quarter of a MiB for each thread, and where in them what stands; or as many of the largest record. Threads end when this is
/// dropped, at their next block; a read that waits for octets is not disturbed.
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
    answers: Receiver<io::Result<Receiver<Batch>>>,
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

struct Job {
    block: Block,
    /// Memory for what is read.
    batch: Batch,
    answer: SyncSender<Batch>,
}

impl ParallelRecords {
    /// Begins to read, with this many threads besides the one that reads the file; at least 1. `options` makes the
    /// options for each of them.
    pub fn new(
        source: impl Read + Send + 'static,
        workers: usize,
        options: impl Fn() -> ReadOptions + Send + Sync + 'static,
    ) -> Self {
        let workers = workers.max(1);
        let on_fault = options().reaction();
        let limit = options().read_limits().record;
        let (jobs, queue) = sync_channel::<Job>(workers);
        let (order, answers) = sync_channel(workers);
        let (queue, options) = (Arc::new(Mutex::new(queue)), Arc::new(options));
        // As many as there are blocks under way.
        let (spare, spares) = channel();
        let first_options = Arc::clone(&options);
        for _ in 0..workers {
            let (queue, options) = (Arc::clone(&queue), Arc::clone(&options));
            thread::spawn(move || work(&queue, &*options));
        }
        thread::spawn(move || cut(Blocks::new(source, limit), &*first_options, &jobs, &order, &spares));
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
                    Some(Ok(())) => {}
                    Some(Err(error)) => {
                        self.is_stopped = true;
                        return Some(Err(FileError::new(&self.path, error)));
                    }
                    None => self.is_stopped = true,
                },
            }
        }
        None
    }

    /// Waits for the next block; none if there is none.
    fn receive(&mut self) -> Option<io::Result<()>> {
        let answer = match self.answers.recv().ok()? {
            Ok(answer) => answer,
            Err(error) => return Some(Err(error)),
        };
        // A worker that is gone has panicked, which a fault of the library would be.
        let Ok(batch) = answer.recv() else {
            return Some(Err(io::Error::other("a thread that reads records has ended")));
        };
        let seen = std::mem::replace(&mut self.batch, batch);
        self.numbered = self.numbered.saturating_add(seen.len() as u64);
        // Nobody takes it back behind the end of the file.
        let _ = self.spare.send(seen);
        Some(Ok(()))
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

/// Cuts the file until its end, an error, or until nobody waits any more.
fn cut(
    mut blocks: Blocks<impl Read>,
    options: &impl Fn() -> ReadOptions,
    jobs: &SyncSender<Job>,
    order: &SyncSender<io::Result<Receiver<Batch>>>,
    spares: &Receiver<Batch>,
) {
    let mut kind = None;
    loop {
        let mut spare = spares.try_recv().unwrap_or_default();
        blocks.recycle(spare.take_octets());
        let mut block = match blocks.next_block() {
            Ok(Some(block)) => block,
            Ok(None) => return,
            Err(error) => {
                // Whether somebody still waits for it does not matter.
                let _ = order.send(Err(error));
                return;
            }
        };
        block.before.kind = kind;
        kind = kind.or_else(|| kind_of(&block, options()));
        let (answer, receiver) = sync_channel(1);
        if order.send(Ok(receiver)).is_err() || jobs.send(Job { block, batch: spare, answer }).is_err() {
            return;
        }
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
fn work(queue: &Mutex<Receiver<Job>>, options: &impl Fn() -> ReadOptions) {
    loop {
        // The lock is free again before the work begins. It is poisoned only if a thread panicked that held it.
        let Ok(Ok(job)) = queue.lock().map(|queue| queue.recv()) else { return };
        let Job { block, mut batch, answer } = job;
        batch.read(block.octets, options(), block.before);
        // Whoever does not wait any more has dropped the whole.
        let _ = answer.send(batch);
    }
}

#[cfg(test)]
mod tests;
