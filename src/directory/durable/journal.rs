//! The log that is being written.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::directory::record::Record;
use crate::directory::store::Change;
use crate::ldif::Writer;

use super::folder::{self, Log};
use super::frame::{self, Frame};
use super::{Durability, change, snapshot};

/// The log that is being written.
#[derive(Debug)]
pub(in crate::directory) struct Journal {
    path: PathBuf,
    state: Mutex<State>,
    durability: Durability,
    /// The last change that is on the disk.
    synced: AtomicU64,
    /// Whose turn it is to wait for the disk, for all that wait.
    turn: tokio::sync::Mutex<()>,
    compacting: Mutex<()>,
    /// The length of the log at which all entries are written anew.
    compact_at: AtomicU64,
    /// Held as long as the folder is ours.
    _lock: File,
}

#[derive(Debug)]
struct State {
    log: Log,
    /// The last change that was written.
    sequence: u64,
    /// Nothing is written any more: it is not known what the log ends with.
    is_broken: bool,
}

/// The log is written anew, with all entries in one file, when it is longer than this, in octets, and than the entries
/// are: a start then reads at most about twice what there is.
const LARGE_LOG: u64 = 64 * 1024 * 1024;

impl Journal {
    pub(super) fn new(path: PathBuf, lock: File, log: Log, sequence: u64, durability: Durability) -> Self {
        Self {
            path,
            state: Mutex::new(State { log, sequence, is_broken: false }),
            durability,
            synced: AtomicU64::new(sequence),
            turn: tokio::sync::Mutex::default(),
            compacting: Mutex::default(),
            compact_at: AtomicU64::new(LARGE_LOG),
            _lock: lock,
        }
    }

    /// Writes changes that belong together. The system has them then; the disk when [`settle`](Self::settle) says so.
    pub(in crate::directory) fn append(&self, changes: &[Change]) -> io::Result<()> {
        let mut body = Vec::new();
        change::write(changes, &mut Writer::new().unfolded(), &mut body)?;
        if body.is_empty() {
            return Ok(());
        }
        let mut state = self.lock();
        let mut octets = Vec::with_capacity(body.len() + 64);
        let sequence = state.sequence + 1;
        frame::write(Frame { sequence, body: &body }, &mut octets);
        state.append(&octets)?;
        state.sequence = sequence;
        Ok(())
    }

    /// Waits until all that was written is on the disk, if that is promised.
    pub(in crate::directory) async fn settle(self: &Arc<Self>) -> io::Result<()> {
        let wanted = self.written();
        if self.is_settled(wanted) {
            return Ok(());
        }
        let _turn = self.turn.lock().await;
        if self.is_settled(wanted) {
            // Somebody waited for this, too.
            return Ok(());
        }
        let own = Arc::clone(self);
        tokio::task::spawn_blocking(move || own.sync()).await.map_err(io::Error::other)?
    }

    /// Waits for the disk in this thread.
    pub(in crate::directory) fn sync(&self) -> io::Result<()> {
        let (file, sequence) = {
            let state = self.lock();
            state.check()?;
            (state.log.file.try_clone()?, state.sequence)
        };
        if let Err(error) = file.sync_data() {
            // What the disk has is not known, and asking it again would not tell.
            self.lock().is_broken = true;
            return Err(error);
        }
        self.synced.fetch_max(sequence, Ordering::AcqRel);
        Ok(())
    }

    /// Whether it is time to write all entries anew.
    pub(in crate::directory) fn is_large(&self) -> bool {
        let snapshot = || std::fs::metadata(self.path.join(snapshot::NAME)).map_or(0, |file| file.len());
        let length = self.lock().log.length;
        length > self.compact_at.load(Ordering::Relaxed) && length > snapshot()
    }

    /// Sets when entries are written anew next: after a failure not before the log has grown by as much again.
    pub(in crate::directory) fn compacted(&self, is_done: bool) {
        let length = if is_done { 0 } else { self.lock().log.length };
        self.compact_at.store(length.saturating_add(LARGE_LOG), Ordering::Relaxed);
    }

    #[cfg(test)]
    pub(in crate::directory) fn compact_at(&self, length: u64) {
        self.compact_at.store(length, Ordering::Relaxed);
    }

    /// Begins to write all entries anew; nothing if somebody is at it already.
    pub(in crate::directory) fn begin_compaction(&self) -> Option<MutexGuard<'_, ()>> {
        self.compacting.try_lock().ok()
    }

    /// Begins a new log, at a moment at which nothing is changed; returns the number of the last change in the old one.
    pub(in crate::directory) fn begin_log(&self) -> io::Result<u64> {
        let mut state = self.lock();
        state.check()?;
        let sequence = state.sequence;
        // The disk has the old one before the new one can have anything.
        state.log.file.sync_data()?;
        self.synced.fetch_max(sequence, Ordering::AcqRel);
        if state.log.length > frame::HEAD.len() as u64 {
            state.log = folder::create_log(&self.path, sequence + 1)?;
        }
        Ok(sequence)
    }

    /// Writes the entries as they were after the change of this number, and forgets that and those before.
    pub(in crate::directory) fn finish_compaction(
        &self,
        sequence: u64,
        records: &[Arc<Record>],
    ) -> io::Result<()> {
        snapshot::write(&self.path, sequence, records)?;
        for first in folder::logs(&self.path)?.into_iter().filter(|first| *first <= sequence) {
            std::fs::remove_file(self.path.join(folder::log_name(first)))?;
        }
        Ok(())
    }

    pub(in crate::directory) fn path(&self) -> &Path {
        &self.path
    }

    fn is_settled(&self, wanted: u64) -> bool {
        self.durability == Durability::Process || self.synced.load(Ordering::Acquire) >= wanted
    }

    fn written(&self) -> u64 {
        self.lock().sequence
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn check(&self) -> io::Result<()> {
        if self.is_broken {
            return Err(io::Error::other("the log could not be written before; start again to go on"));
        }
        Ok(())
    }

    /// Writes octets whole or not at all.
    fn append(&mut self, octets: &[u8]) -> io::Result<()> {
        self.check()?;
        if let Err(error) = self.log.file.write_all(octets) {
            let cut = self.log.file.set_len(self.log.length);
            let back = io::Seek::seek(&mut self.log.file, io::SeekFrom::Start(self.log.length));
            self.is_broken = cut.is_err() || back.is_err();
            return Err(error);
        }
        self.log.length = self.log.length.saturating_add(octets.len() as u64);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::RwLock;

    use tokio::sync::Notify;

    use super::*;
    use crate::directory::changing::Changing;
    use crate::directory::index::Index;
    use crate::directory::rules::{Rules, SchemaChecks};
    use crate::directory::store::Store;
    use crate::model::{Dn, Entry, ResultCode};

    fn record(dn: &str, class: &str) -> Arc<Record> {
        Record::of(&Entry::new(dn).with("objectClass", [class]))
    }

    /// What cannot be written down, since the file is only open to be read, is not done.
    #[test]
    fn a_change_that_cannot_be_written_is_undone() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder::create_log(folder.path(), 1).unwrap();
        let file = File::open(folder.path().join(folder::log_name(1))).unwrap();
        let lock = file.try_clone().unwrap();
        let log = Log { file, length: log.length };
        let journal = Arc::new(Journal::new(folder.path().into(), lock, log, 0, Durability::Disk));
        let rules = Rules::built_in(SchemaChecks::Off);
        let index = Index::new(rules.clone(), [], []);
        let mut store = Store::new(rules, index);
        let base = store.insert_record(record("dc=example", "domain"));
        store.insert_record(record("cn=a,dc=example", "person"));
        let moved = store.insert_record(record("ou=b,dc=example", "person"));
        store.insert_record(record("cn=c,ou=b,dc=example", "person"));
        store.take_changes();
        let before: Vec<_> = store.records().map(|record| record.entry()).collect();
        let (store, changed) = (RwLock::new(store), Notify::new());

        let mut changing = Changing::new(store.write().unwrap(), Some(&journal), &changed);
        changing.insert_record(record("cn=d,dc=example", "person"));
        changing.replace(base, record("dc=example", "other"));
        changing.rename(moved, record("ou=x,cn=a,dc=example", "person"));
        let gone = changing.find(&Dn::parse("cn=c,ou=x,cn=a,dc=example").unwrap()).unwrap();
        changing.remove(gone);
        let refused = changing.commit().unwrap_err();
        assert_eq!(refused.code(), ResultCode::UNAVAILABLE);

        let mut after: Vec<_> = store.read().unwrap().records().map(|record| record.entry()).collect();
        after.sort_by_key(|entry| before.iter().position(|other| other == entry));
        assert_eq!(after, before);
        // A change that is given up half-way is undone, too.
        let mut changing = Changing::new(store.write().unwrap(), None, &changed);
        changing.insert_record(record("cn=d,dc=example", "person"));
        drop(changing);
        assert_eq!(store.read().unwrap().len(), before.len());
    }
}
