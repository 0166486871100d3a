//! The file that undoes a load.
//!
//! What undoes the last record comes first in it. It is written when the load is over; until then what undoes each record
//! is put, in the order of the records, into a file beside it, whose name has `.part` behind. With a journal that one stays: the load may be
//! given again, with more behind the same input.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use crate::files::{Backwards, Output};
use crate::ldif::{ChangeRecord, Writer};

use super::growing::Growing;

/// What undoes a load, while it goes on: texts, each behind its length.
pub(super) struct UndoFile {
    path: PathBuf,
    part: Growing,
    writer: Writer,
}

impl UndoFile {
    /// Opens the file to go on at `size`; what is beyond is cut off.
    pub(super) fn open(path: &Path, size: u64) -> io::Result<Self> {
        let part = Growing::open(Self::part(path), size)?;
        Ok(Self { path: path.to_owned(), part, writer: Writer::new() })
    }

    /// Returns the file that the one with this path is made of.
    pub(super) fn part(path: &Path) -> PathBuf {
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        PathBuf::from(part)
    }

    /// Takes up what undoes one record, in the order in which it is to be carried out.
    pub(super) fn push(&mut self, undo: &[ChangeRecord]) {
        let buffer = &mut self.part.buffer;
        let start = buffer.len();
        buffer.extend_from_slice(&[0; 8]);
        for record in undo {
            if let Err(error) = self.writer.change(record, buffer) {
                self.writer.comment(&format!("{}: {error}", record.dn().escape_debug()), buffer);
                buffer.push(b'\n');
            }
        }
        let length = (buffer.len() - start - 8) as u64;
        buffer[start..start + 8].copy_from_slice(&length.to_le_bytes());
    }

    /// Writes what was taken up; returns the size.
    pub(super) fn write(&mut self) -> io::Result<u64> {
        self.part.write()
    }

    /// Writes the file in its order, the last record first. What it is made of is kept if the load may be resumed.
    pub(super) fn finish(mut self, is_kept: bool) -> io::Result<()> {
        self.write()?;
        let mut texts = Backwards::default();
        let mut part = BufReader::new(File::open(self.part.path())?).take(self.part.size());
        let mut length = [0; 8];
        while part.limit() > 0 {
            part.read_exact(&mut length)?;
            let mut text = String::new();
            let count = part.by_ref().take(u64::from_le_bytes(length)).read_to_string(&mut text)?;
            if count as u64 != u64::from_le_bytes(length) {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            texts.push(text)?;
        }
        let mut output = Output::create(&self.path)?;
        let mut buffer = Vec::with_capacity(2 * GATHERED);
        self.writer.version(&mut buffer);
        while let Some(text) = texts.pop()? {
            buffer.extend_from_slice(text.as_bytes());
            if buffer.len() >= GATHERED {
                output.write_all(&buffer)?;
                buffer.clear();
            }
        }
        output.write_all(&buffer)?;
        output.finish()?;
        if is_kept { Ok(()) } else { fs::remove_file(self.part.path()) }
    }
}

/// The octets that are gathered before they are written.
const GATHERED: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Modification;
    use crate::proto::{DeleteRequest, ModifyRequest};

    #[test]
    fn the_last_comes_first_and_each_keeps_its_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("undo.ldif");
        let delete = |dn: &str| ChangeRecord::new(DeleteRequest::new(dn));
        let modify = ChangeRecord::new(ModifyRequest::new("cn=2", [Modification::clear("sn")]));
        let mut file = UndoFile::open(&path, 0).unwrap();
        file.push(&[delete("cn=1")]);
        let size = file.write().unwrap();
        file.push(&[delete("cn=of a load that was cut off")]);
        file.write().unwrap();
        drop(file);
        let mut file = UndoFile::open(&path, size).unwrap();
        file.push(&[modify.clone(), delete("cn=2")]);
        file.push(&[delete("cn=3")]);
        file.finish(false).unwrap();
        let mut expected = Vec::new();
        let mut writer = Writer::new();
        writer.version(&mut expected);
        for record in [delete("cn=3"), modify, delete("cn=2"), delete("cn=1")] {
            writer.change(&record, &mut expected).unwrap();
        }
        assert_eq!(fs::read(&path).unwrap(), expected);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(UndoFile::open(&path, 5).is_err(), "it is shorter than it was");
    }
}
