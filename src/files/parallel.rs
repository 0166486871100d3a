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
use std::vec;

use crate::ldif::{Fault, FileKind, Located, OnFault, ReadOptions, SliceReader};

use super::blocks::{Block, Blocks};
use super::{Chunks, FileError};

/// Reads the records of a file with several threads, and returns them in their order.
///
/// One thread reads and looks for empty lines, the others do the rest. Held at a time are about two blocks of half a
/// MiB for each of them, and what they become; or as many of the largest record. Threads end when this is dropped, at their next block; a
/// read that waits for octets is not disturbed.
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
    answers: Receiver<io::Result<Receiver<Answer>>>,
    records: vec::IntoIter<Result<Located, Fault>>,
    /// Records before those at hand.
    numbered: u64,
    /// Records at hand.
    count: u64,
    on_fault: OnFault,
    is_stopped: bool,
    path: PathBuf,
}

type Answer = Vec<Result<Located, Fault>>;

struct Job {
    block: Block,
    answer: SyncSender<Answer>,
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
            let (queue, options, spare) = (Arc::clone(&queue), Arc::clone(&options), spare.clone());
            thread::spawn(move || work(&queue, &*options, &spare));
        }
        thread::spawn(move || cut(Blocks::new(source, limit), &*first_options, &jobs, &order, &spares));
        Self {
            answers,
            records: Vec::new().into_iter(),
            numbered: 0,
            count: 0,
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

    /// Waits for the next block; none if there is none.
    fn receive(&mut self) -> Option<io::Result<()>> {
        let answer = match self.answers.recv().ok()? {
            Ok(answer) => answer,
            Err(error) => return Some(Err(error)),
        };
        // A worker that is gone has panicked, which a fault of the library would be.
        let Ok(records) = answer.recv() else {
            return Some(Err(io::Error::other("a thread that reads records has ended")));
        };
        self.numbered = self.numbered.saturating_add(self.count);
        self.count = records.len() as u64;
        self.records = records.into_iter();
        Some(Ok(()))
    }
}

impl Iterator for ParallelRecords {
    type Item = Result<Located, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_stopped {
            match self.records.next() {
                Some(Ok(record)) => return Some(Ok(record.renumbered(self.numbered))),
                Some(Err(fault)) => {
                    self.is_stopped = self.on_fault == OnFault::Stop;
                    return Some(Err(FileError::new(&self.path, fault.renumbered(self.numbered))));
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
    order: &SyncSender<io::Result<Receiver<Answer>>>,
    spares: &Receiver<Vec<u8>>,
) {
    let mut kind = None;
    loop {
        spares.try_iter().for_each(|octets| blocks.recycle(octets));
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
        if order.send(Ok(receiver)).is_err() || jobs.send(Job { block, answer }).is_err() {
            return;
        }
    }
}

/// Looks of which kind the records are: the first of them decides for all.
fn kind_of(block: &Block, options: ReadOptions) -> Option<FileKind> {
    let options = options.on_fault(OnFault::Continue);
    let mut reader = SliceReader::continuing(&block.octets, options, block.before);
    while reader.file_kind().is_none() && reader.next_ref().is_some() {}
    reader.file_kind()
}

/// Reads blocks until there are none.
fn work(queue: &Mutex<Receiver<Job>>, options: &impl Fn() -> ReadOptions, spare: &Sender<Vec<u8>>) {
    loop {
        // The lock is free again before the work begins. It is poisoned only if a thread panicked that held it.
        let Ok(Ok(job)) = queue.lock().map(|queue| queue.recv()) else { return };
        let Job { block, answer } = job;
        let options = options().on_fault(OnFault::Continue);
        let records = SliceReader::continuing(&block.octets, options, block.before).collect();
        // Whoever does not wait any more has dropped the whole.
        let _ = answer.send(records);
        let _ = spare.send(block.octets);
    }
}

#[cfg(test)]
mod tests;
