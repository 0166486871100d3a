//! The folder: what is in it, and who has it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::directory::error::DirectoryError;
use crate::directory::record::Record;
use crate::directory::store::Store;

use super::frame::{self, Rest};
use super::journal::Journal;
use super::{Durability, Recovery, change, snapshot};

/// A folder that belongs to this directory as long as it is there.
#[derive(Debug)]
pub(in crate::directory) struct Folder {
    path: PathBuf,
    /// Locked.
    lock: File,
}

/// A file of changes.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) file: File,
    /// The octets in it.
    pub(super) length: u64,
}

impl Folder {
    /// Takes a folder, which is made if there is none.
    pub(in crate::directory) fn open(path: &Path) -> Result<Self, DirectoryError> {
        let failed = |source| DirectoryError::Data { path: path.to_owned(), source };
        fs::create_dir_all(path).map_err(failed)?;
        let lock = create(&path.join("lock")).map_err(failed)?;
        match fs4::FileExt::try_lock(&lock) {
            Ok(()) => Ok(Self { path: path.to_owned(), lock }),
            Err(fs4::TryLockError::WouldBlock) => Err(DirectoryError::DataInUse { path: path.to_owned() }),
            Err(fs4::TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// Reads what is there into an empty store.
    pub(in crate::directory) fn recover(&self, store: &mut Store) -> Result<(Recovery, u64), DirectoryError> {
        let snapshot =
            snapshot::read(&self.path, store).map_err(|source| self.failed(snapshot::NAME, source))?;
        let mut recovery = Recovery { is_from_data: snapshot.is_some(), ..Recovery::default() };
        let mut last = snapshot.unwrap_or(0);
        let logs = self.logs().map_err(|source| self.failed("", source))?;
        if snapshot.is_none() && !logs.is_empty() {
            let text = "it is missing, and there are changes of what it held";
            return Err(self.failed(snapshot::NAME, io::Error::new(io::ErrorKind::NotFound, text)));
        }
        for (position, first) in logs.iter().enumerate() {
            let is_last = position + 1 == logs.len();
            self.replay(*first, is_last, store, &mut last, &mut recovery)
                .map_err(|source| self.failed(&log_name(*first), source))?;
        }
        Ok((recovery, last))
    }

    /// Keeps what is in a store from now on: what is there already, or as it was loaded.
    pub(in crate::directory) fn keep(
        self,
        store: &Store,
        sequence: u64,
        durability: Durability,
    ) -> Result<Journal, DirectoryError> {
        let failed = |source| DirectoryError::Data { path: self.path.clone(), source };
        let log = match self.logs().map_err(failed)?.last() {
            Some(first) => open_log(&self.path, *first),
            None => {
                let records: Vec<Arc<Record>> = store.records().cloned().collect();
                snapshot::write(&self.path, sequence, &records)
                    .and_then(|()| create_log(&self.path, sequence + 1))
            }
        };
        Ok(Journal::new(self.path.clone(), self.lock, log.map_err(failed)?, sequence, durability))
    }

    /// Makes the changes of a log again, those that are not in the store yet.
    fn replay(
        &self,
        first: u64,
        is_last: bool,
        store: &mut Store,
        last: &mut u64,
        recovery: &mut Recovery,
    ) -> io::Result<()> {
        let mut file = OpenOptions::new().read(true).write(true).open(self.path.join(log_name(first)))?;
        let mut log = Vec::new();
        file.read_to_end(&mut log)?;
        let (frames, end, rest) = frame::read_all(&log);
        if rest == Rest::Damaged || (rest == Rest::Torn && !is_last) {
            let text = format!("it is damaged at octet {end}, and there are changes behind that");
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        for frame in frames {
            if frame.sequence <= *last {
                continue;
            }
            if frame.sequence != *last + 1 {
                let text =
                    format!("change {} follows {last}: the changes between them are missing", frame.sequence);
                return Err(io::Error::new(io::ErrorKind::InvalidData, text));
            }
            change::apply(frame.body, store)?;
            *last = frame.sequence;
            recovery.changes += 1;
        }
        let whole = u64::try_from(end).unwrap_or(u64::MAX);
        recovery.cut += u64::try_from(log.len() - end).unwrap_or(u64::MAX);
        if rest == Rest::Torn || end == 0 {
            file.set_len(whole)?;
            if end == 0 {
                file.rewind()?;
                file.write_all(frame::HEAD)?;
            }
            file.sync_all()?;
        }
        Ok(())
    }

    /// The numbers of the first changes of the logs.
    fn logs(&self) -> io::Result<Vec<u64>> {
        logs(&self.path)
    }

    fn failed(&self, file: &str, source: io::Error) -> DirectoryError {
        DirectoryError::Data { path: self.path.join(file), source }
    }
}

pub(super) fn logs(folder: &Path) -> io::Result<Vec<u64>> {
    let mut logs = Vec::new();
    for file in fs::read_dir(folder)? {
        let name = file?.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix("changes-")?.strip_suffix(".ldif"));
        logs.extend(number.and_then(|number| number.parse::<u64>().ok()));
    }
    logs.sort_unstable();
    Ok(logs)
}

/// Begins a log whose first change will have this number.
pub(super) fn create_log(folder: &Path, first: u64) -> io::Result<Log> {
    let mut file = create(&folder.join(log_name(first)))?;
    file.set_len(0)?;
    file.write_all(frame::HEAD)?;
    file.sync_all()?;
    sync_folder(folder)?;
    Ok(Log { file, length: frame::HEAD.len() as u64 })
}

fn open_log(folder: &Path, first: u64) -> io::Result<Log> {
    let mut file = OpenOptions::new().write(true).open(folder.join(log_name(first)))?;
    let length = file.seek(io::SeekFrom::End(0))?;
    Ok(Log { file, length })
}

pub(super) fn log_name(first: u64) -> String {
    format!("changes-{first}.ldif")
}

/// Opens a file to write, which nobody else may read: there are passwords in it.
pub(super) fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes what was created, renamed or removed in a folder last.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    // Other systems cannot open a folder, and need not.
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}
