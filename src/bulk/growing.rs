//! A file that grows while a load goes on.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A file that is written behind each batch, and that a later load goes on writing.
pub(super) struct Growing {
    path: PathBuf,
    /// Not there behind a write that failed: what the file holds then is not known, and is cut off when the load is resumed.
    file: Option<File>,
    size: u64,
    /// What is to be written next.
    pub(super) buffer: Vec<u8>,
}

impl Growing {
    /// Opens the file to go on at `size`; what is beyond is cut off.
    pub(super) fn open(path: PathBuf, size: u64) -> io::Result<Self> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(&path)?;
        let there = file.metadata()?.len();
        if there < size {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it is shorter than the journal says"));
        }
        // A pipe cannot be cut, and need not.
        if there > size {
            file.set_len(size)?;
        }
        if size > 0 {
            file.seek(SeekFrom::Start(size))?;
        }
        Ok(Self { path, file: Some(file), size, buffer: Vec::new() })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns how many octets were written.
    pub(super) const fn size(&self) -> u64 {
        self.size
    }

    /// Whether nothing was written, nor is to be.
    pub(super) const fn is_empty(&self) -> bool {
        self.size == 0 && self.buffer.is_empty()
    }

    /// Writes what is in the buffer; returns the size.
    pub(super) fn write(&mut self) -> io::Result<u64> {
        let Some(file) = &mut self.file else {
            let text = format!("an earlier write to {} failed", self.path.display());
            return Err(io::Error::other(text));
        };
        if let Err(error) = file.write_all(&self.buffer) {
            self.file = None;
            return Err(error);
        }
        self.size += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(self.size)
    }
}
