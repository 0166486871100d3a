//! One of the two files, in its order.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{DiffOptions, Order};
use crate::files::error::FileErrorKind;
use crate::files::sort::Sorter;
use crate::files::{FileError, RecordProblem, Records, stored};
use crate::ldif::{LdifRecord, Located, Position};
use crate::model::{Dn, Entry};

/// An entry with the key that it sorts by.
struct Keyed {
    key: Vec<u8>,
    entry: Entry,
    position: Position,
}

/// One of the two files.
pub(crate) struct Side<'a> {
    entries: Box<dyn Iterator<Item = Result<Keyed, FileError>> + 'a>,
    path: PathBuf,
    next: Option<Keyed>,
}

impl<'a> Side<'a> {
    pub(super) fn new(records: Records<impl Read + 'a>, options: &DiffOptions) -> Result<Self, FileError> {
        let path = records.path().to_owned();
        match options.order {
            Order::Sorted => {
                let own = path.clone();
                Self::of(path, records.map(move |record| keyed(record?, &own)))
            }
            Order::Any => {
                let mut unsorted = Unsorted::new(path, options.memory);
                for record in records {
                    unsorted.push(record?)?;
                }
                unsorted.sort()
            }
        }
    }

    fn of(
        path: PathBuf,
        entries: impl Iterator<Item = Result<Keyed, FileError>> + 'a,
    ) -> Result<Self, FileError> {
        let mut side = Self { entries: Box::new(entries), path, next: None };
        side.next = side.entries.next().transpose()?;
        Ok(side)
    }

    pub(super) fn peek(&self) -> Option<&[u8]> {
        self.next.as_ref().map(|next| next.key.as_slice())
    }

    pub(super) fn take(&mut self) -> Result<Option<Entry>, FileError> {
        let Some(taken) = self.next.take() else { return Ok(None) };
        if let Some(next) = self.entries.next().transpose()? {
            match taken.key.cmp(&next.key) {
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Equal => {
                    return Err(unusable(&self.path, &next, RecordProblem::Duplicate));
                }
                std::cmp::Ordering::Greater => {
                    return Err(unusable(&self.path, &next, RecordProblem::NotSorted));
                }
            }
            self.next = Some(next);
        }
        Ok(Some(taken.entry))
    }
}

/// Entries in any order, as they are gathered.
pub(crate) struct Unsorted {
    sorter: Sorter,
    path: PathBuf,
    /// The key of the entry that all are at or below.
    base: Vec<u8>,
}

impl Unsorted {
    /// Gathers in so many octets of memory, and beyond in temporary files. `path` is the name for errors.
    pub(crate) const fn new(path: PathBuf, memory: usize) -> Self {
        Self { sorter: Sorter::new(memory), path, base: Vec::new() }
    }

    /// Refuses entries that are not at or below this one.
    #[cfg(feature = "bulk")]
    pub(crate) fn within(self, base: &Dn) -> Self {
        Self { base: base.sort_key(), ..self }
    }

    pub(crate) fn push(&mut self, located: Located) -> Result<(), FileError> {
        let Keyed { key, entry, position } = keyed(located, &self.path)?;
        if !key.starts_with(&self.base) {
            let keyed = Keyed { key, entry, position };
            return Err(unusable(&self.path, &keyed, RecordProblem::Elsewhere));
        }
        self.sorter.push(&key, |target| stored::write(&entry, position, target)).map_err(in_temporary_file)
    }

    pub(crate) fn sort(self) -> Result<Side<'static>, FileError> {
        let sorted = self.sorter.finish().map_err(in_temporary_file)?;
        Side::of(
            self.path,
            sorted.map(|item| {
                let (key, octets) = item.map_err(in_temporary_file)?;
                let broken = || in_temporary_file(io::ErrorKind::InvalidData.into());
                let (entry, position) = stored::read(octets).ok_or_else(broken)?;
                Ok(Keyed { key, entry, position })
            }),
        )
    }
}

fn keyed(located: Located, path: &Path) -> Result<Keyed, FileError> {
    let Located { position, record } = located;
    let problem = |dn, problem| FileError::new(path, FileErrorKind::Record { position, dn, problem });
    let entry = match record {
        LdifRecord::Content(entry) => entry,
        LdifRecord::Change(change) => return Err(problem(change.dn().clone(), RecordProblem::NotContent)),
    };
    match Dn::try_from(entry.dn()) {
        Ok(dn) => Ok(Keyed { key: dn.sort_key(), entry, position }),
        Err(_) => Err(problem(entry.dn().clone(), RecordProblem::Name)),
    }
}

fn unusable(path: &Path, keyed: &Keyed, problem: RecordProblem) -> FileError {
    let (position, dn) = (keyed.position, keyed.entry.dn().clone());
    FileError::new(path, FileErrorKind::Record { position, dn, problem })
}

pub(super) fn in_temporary_file(error: io::Error) -> FileError {
    FileError::new(Path::new("(temporary file)"), error)
}
