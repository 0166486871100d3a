//! LDIF in and out, and the whole content kept and put back.

use std::fmt;
use std::sync::Arc;

use crate::ldif::{Body, Change, LdifRecord, SliceReader, Writer};
use crate::model::Entry;

use super::error::DirectoryError;
use super::handle::Directory;
use super::store::Store;

/// The content of a directory at one moment; clones share it.
#[derive(Clone)]
pub struct Snapshot {
    store: Arc<Store>,
}

impl Directory {
    /// Adds the entries of an LDIF file (RFC 2849), content records and changes that add, each behind the one above it.
    /// Operational attributes are kept where the file has them. Returns how many there were.
    ///
    /// # Errors
    ///
    /// The text is no LDIF, has a change other than an addition, or an entry cannot be. Nothing is added if the text
    /// is at fault; if an entry is, those before it stay.
    pub fn import(&self, ldif: &[u8]) -> Result<usize, DirectoryError> {
        check(ldif)?;
        // One after the other: what is made of them to be thrown away would lie in between what is kept, and the memory
        // would be twice as large for good.
        let mut count = 0;
        for entry in entries(ldif) {
            let entry = entry?;
            self.load(&entry).map_err(|answer| DirectoryError::refused(entry.dn(), &answer))?;
            count += 1;
        }
        match self.journal() {
            None => Ok(count),
            Some(journal) => match journal.sync() {
                Ok(()) => Ok(count),
                Err(source) => Err(DirectoryError::Data { path: journal.path().to_owned(), source }),
            },
        }
    }

    /// Writes all entries as LDIF, each behind the one above it, with operational attributes: what
    /// [`import`](Self::import) makes the same directory of.
    pub fn export(&self) -> Vec<u8> {
        let (mut writer, mut ldif) = (Writer::new(), Vec::new());
        writer.version(&mut ldif);
        for entry in self.entries() {
            // Descriptions that cannot stand in LDIF are not let in.
            let _ = writer.entry(&(&entry).into(), &mut ldif);
        }
        ldif
    }

    /// Keeps the content as it is now. It shares the entries with the directory; the indexes are copied.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot { store: Arc::new(self.read().clone()) }
    }

    /// Puts a content back: what was changed since is gone. Connections and who they belong to stay.
    ///
    /// # Errors
    ///
    /// The directory is [kept](super::DirectoryBuilder::data), and the change cannot be written down; nothing is changed
    /// then.
    pub fn restore(&self, snapshot: &Snapshot) -> Result<(), DirectoryError> {
        let mut store = self.write();
        let version = store.version();
        if self.journal().is_some() {
            // Written down, it is a change like others: all entries go, leaves first, and others come.
            let ids: Vec<_> = store.root_ids().iter().flat_map(|root| store.subtree(root)).collect();
            for id in ids.into_iter().rev() {
                store.remove(id);
            }
            for record in snapshot.store.records() {
                store.insert_record(Arc::clone(record));
            }
        } else {
            *store = (*snapshot.store).clone();
        }
        store.restored_after(version);
        store.commit().map_err(|answer| DirectoryError::refused("", &answer))
    }
}

/// Reads the entries of a file, each when it is asked for.
fn entries(ldif: &[u8]) -> impl Iterator<Item = Result<Entry, DirectoryError>> {
    SliceReader::new(ldif).map(|located| {
        let located = located.map_err(DirectoryError::Ldif)?;
        let dn = located.record.dn().as_str().to_owned();
        match located.record {
            LdifRecord::Content(entry) => Ok(entry),
            LdifRecord::Change(record) => match record.change() {
                Change::Add(request) => Ok(request.to_entry()),
                _ => Err(DirectoryError::NotAnEntry { dn }),
            },
        }
    })
}

/// Reads a file to its end, for a fault of the text.
fn check(ldif: &[u8]) -> Result<(), DirectoryError> {
    let mut reader = SliceReader::new(ldif);
    while let Some(record) = reader.next_ref() {
        let record = record.map_err(DirectoryError::Ldif)?;
        if !matches!(record.body(), Body::Content(_) | Body::Add(_)) {
            return Err(DirectoryError::NotAnEntry { dn: record.dn().to_owned() });
        }
    }
    Ok(())
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("entries", &self.store.len()).finish_non_exhaustive()
    }
}
