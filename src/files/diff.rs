//! The changes that make one file of entries into another.

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::ldif::{ChangeRecord, LdifRecord, Located, Position};
use crate::model::{AttributeDescription, Dn, Entry, OctetEquality, ValueEquality};
use crate::proto::{AddRequest, DeleteRequest, ModifyRequest};

use super::backwards::Backwards;
use super::error::FileErrorKind;
use super::sort::Sorter;
use super::{FileError, RecordProblem, Records, stored};

/// Walks the changes that make the entries of one file into those of another, in an order that a server accepts: what is
/// added and modified from the root downwards, and behind it what is deleted from the leaves upwards.
///
/// Entries are the same if their names are, as a [`Dn`] compares; another spelling of a name is no change. Files in any
/// order are sorted first, in memory up to a [limit](DiffOptions::memory) and beyond it in temporary files; two files that are
/// sorted already need neither.
///
/// ```
/// use ldapwire::files::{Diff, DiffOptions, Records};
/// use ldapwire::ldif::Change;
///
/// let old = b"dn: dc=example\ndc: example\n\ndn: cn=a,dc=example\ncn: a\n\ndn: cn=b,dc=example\ncn: b\n";
/// let new = b"dn: cn=c,dc=example\ncn: c\n\ndn: cn=b,dc=example\ncn: b\nsn: b\n\ndn: dc=example\ndc: example\n";
/// let diff = Diff::new(Records::new(&old[..]), Records::new(&new[..]), DiffOptions::new())?;
/// let changes: Vec<_> = diff.collect::<Result<_, _>>()?;
/// let names: Vec<_> = changes.iter().map(|change| change.dn().as_str()).collect();
/// assert_eq!(names, ["cn=b,dc=example", "cn=c,dc=example", "cn=a,dc=example"]);
/// assert!(matches!(changes[2].change(), Change::Delete(_)));
/// # Ok::<(), ldapwire::files::FileError>(())
/// ```
pub struct Diff<'a> {
    old: Side<'a>,
    new: Side<'a>,
    options: DiffOptions,
    deleted: Backwards,
    has_ended: bool,
}

/// How two files are compared.
pub struct DiffOptions {
    order: Order,
    memory: usize,
    ignored: Vec<AttributeDescription>,
    equality: Box<dyn ValueEquality + Send>,
}

/// In which order the entries of a file stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Order {
    /// In any: they are sorted first.
    #[default]
    Any,
    /// Sorted as [`Dn::sort_key`] does, so that they are read only once. Another order is an error.
    Sorted,
}

impl DiffOptions {
    /// Takes the defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets in which order the entries of both files stand. Default [`Order::Any`].
    #[must_use]
    pub const fn order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// Sets how many octets of each file are sorted in memory. Default 32 MiB. Less makes more temporary files, each of them
    /// read through a small buffer; one entry is always held.
    #[must_use]
    pub const fn memory(mut self, octets: usize) -> Self {
        self.memory = octets;
        self
    }

    /// Leaves attributes and their subtypes by options out of the comparison, and out of entries that are added: those that a server sets
    /// itself, such as `entryCSN`. Default none.
    #[must_use]
    pub fn ignoring<D: Into<AttributeDescription>>(
        mut self,
        attributes: impl IntoIterator<Item = D>,
    ) -> Self {
        self.ignored.extend(attributes.into_iter().map(Into::into));
        self
    }

    /// Sets how values compare. Default by their octets.
    #[must_use]
    pub fn equality(mut self, equality: impl ValueEquality + Send + 'static) -> Self {
        self.equality = Box::new(equality);
        self
    }
}

impl Default for DiffOptions {
    fn default() -> Self {
        Self {
            order: Order::Any,
            memory: 32 * 1024 * 1024,
            ignored: Vec::new(),
            equality: Box::new(OctetEquality),
        }
    }
}

impl fmt::Debug for DiffOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiffOptions")
            .field("order", &self.order)
            .field("memory", &self.memory)
            .field("ignored", &self.ignored)
            .finish_non_exhaustive()
    }
}

impl<'a> Diff<'a> {
    /// Reads both files as far as that is needed: files in any order to their ends.
    ///
    /// # Errors
    ///
    /// A file cannot be read or sorted, is no LDIF, or holds changes.
    pub fn new(
        old: Records<impl Read + 'a>,
        new: Records<impl Read + 'a>,
        options: DiffOptions,
    ) -> Result<Self, FileError> {
        Ok(Self {
            old: Side::new(old, &options)?,
            new: Side::new(new, &options)?,
            options,
            deleted: Backwards::default(),
            has_ended: false,
        })
    }

    /// Goes on to the next entry that differs.
    fn step(&mut self) -> Result<Option<ChangeRecord>, FileError> {
        loop {
            let order = match (self.old.peek(), self.new.peek()) {
                (None, None) => {
                    let dn = self.deleted.pop().map_err(in_temporary_file)?;
                    return Ok(dn.map(|dn| ChangeRecord::new(DeleteRequest::new(dn))));
                }
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(old), Some(new)) => old.cmp(new),
            };
            let old = if order.is_le() { self.old.take()? } else { None };
            let new = if order.is_ge() { self.new.take()? } else { None };
            match (old, new) {
                (Some(old), None) => self.deleted.push(old.dn().to_string()).map_err(in_temporary_file)?,
                (None, Some(new)) => {
                    return Ok(Some(ChangeRecord::new(AddRequest::from(self.relevant(new)))));
                }
                (Some(old), Some(new)) => {
                    let (old, new) = (self.relevant(old), self.relevant(new));
                    let modifications = old.diff_by(&new, &*self.options.equality);
                    if !modifications.is_empty() {
                        let dn = old.dn().clone();
                        return Ok(Some(ChangeRecord::new(ModifyRequest::new(dn, modifications))));
                    }
                }
                (None, None) => {}
            }
        }
    }

    fn relevant(&self, entry: Entry) -> Entry {
        if self.options.ignored.is_empty() {
            return entry;
        }
        let (dn, attributes) = entry.into_parts();
        let mut entry = Entry::new(dn);
        entry.extend(attributes.into_iter().filter(|attribute| {
            !self.options.ignored.iter().any(|ignored| attribute.description().is_same_or_subtype_of(ignored))
        }));
        entry
    }
}

impl Iterator for Diff<'_> {
    type Item = Result<ChangeRecord, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_ended {
            return None;
        }
        let step = self.step();
        self.has_ended = !matches!(step, Ok(Some(_)));
        step.transpose()
    }
}

impl fmt::Debug for Diff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Diff").field("options", &self.options).finish_non_exhaustive()
    }
}

/// An entry with the key that it sorts by.
struct Keyed {
    key: Vec<u8>,
    entry: Entry,
    position: Position,
}

/// One of the two files.
struct Side<'a> {
    entries: Box<dyn Iterator<Item = Result<Keyed, FileError>> + 'a>,
    path: PathBuf,
    next: Option<Keyed>,
}

impl<'a> Side<'a> {
    fn new(records: Records<impl Read + 'a>, options: &DiffOptions) -> Result<Self, FileError> {
        let path = records.path().to_owned();
        let entries: Box<dyn Iterator<Item = Result<Keyed, FileError>> + 'a> = match options.order {
            Order::Sorted => {
                let path = path.clone();
                Box::new(records.map(move |record| keyed(record?, &path)))
            }
            Order::Any => {
                let mut sorter = Sorter::new(options.memory);
                for record in records {
                    let Keyed { key, entry, position } = keyed(record?, &path)?;
                    let pushed = sorter.push(&key, |target| stored::write(&entry, position, target));
                    pushed.map_err(in_temporary_file)?;
                }
                Box::new(sorter.finish().map_err(in_temporary_file)?.map(|item| {
                    let (key, octets) = item.map_err(in_temporary_file)?;
                    let broken = || in_temporary_file(io::ErrorKind::InvalidData.into());
                    let (entry, position) = stored::read(octets).ok_or_else(broken)?;
                    Ok(Keyed { key, entry, position })
                }))
            }
        };
        let mut side = Self { entries, path, next: None };
        side.next = side.entries.next().transpose()?;
        Ok(side)
    }

    fn peek(&self) -> Option<&[u8]> {
        self.next.as_ref().map(|next| next.key.as_slice())
    }

    fn take(&mut self) -> Result<Option<Entry>, FileError> {
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

fn in_temporary_file(error: io::Error) -> FileError {
    FileError::new(Path::new("(temporary file)"), error)
}

#[cfg(test)]
mod tests;
