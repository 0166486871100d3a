//! Records of a file, one after the other.

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::ldif::{Faults, LdifReader, Located, ReadOptions, RecordRef};

use super::{Chunks, FileError, Input};

/// Reads the records of any [`Read`].
///
/// As an iterator it returns records to keep; [`next_ref`](Self::next_ref) returns them in place, which is several times as
/// fast for callers that see each once. What is held at a time is one piece of the file and one record, within
/// the [limits](crate::ldif::ReadLimits). After an error of the source there is nothing more; after a fault
/// [`OnFault`](crate::ldif::OnFault) decides.
///
/// ```
/// use ldapwire::files::Records;
///
/// let file = b"version: 1\n\ndn: cn=Ada\ncn: Ada\n\ndn: cn=Bob\ncn: Bob\n";
/// let records: Vec<_> = Records::new(&file[..]).collect::<Result<_, _>>()?;
/// assert_eq!(records[1].record.dn(), "cn=Bob");
/// assert_eq!(records[1].position.line(), 6);
/// # Ok::<(), ldapwire::files::FileError>(())
/// ```
pub struct Records<R> {
    source: R,
    reader: LdifReader,
    path: PathBuf,
    has_ended: bool,
}

impl Records<Input> {
    /// Opens a file by its name: see [`Input`].
    ///
    /// # Errors
    ///
    /// It cannot be opened.
    pub fn open(path: impl AsRef<Path>, options: ReadOptions) -> Result<Self, FileError> {
        let path = path.as_ref();
        let input = Input::open(path).map_err(|error| FileError::new(path, error))?;
        Ok(Self::with_options(input, options).named(path))
    }
}

impl<R: Read> Records<R> {
    /// Reads with the default options.
    pub fn new(source: R) -> Self {
        Self::with_options(source, ReadOptions::new())
    }

    /// Reads with options.
    pub fn with_options(source: R, options: ReadOptions) -> Self {
        Self { source, reader: LdifReader::with_options(options), path: PathBuf::from("-"), has_ended: false }
    }

    /// Sets the name of the file for errors. Default `-`.
    #[must_use]
    pub fn named(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = path.into();
        self
    }

    /// Returns the next record in place. None means that there is none.
    ///
    /// # Errors
    ///
    /// The source cannot be read, or the record is not what RFC 2849 says.
    pub fn next_ref(&mut self) -> Option<Result<RecordRef<'_>, FileError>> {
        loop {
            match self.reader.advance() {
                Some(Ok(())) => return Some(Ok(self.reader.current())),
                Some(Err(fault)) => return Some(Err(FileError::new(&self.path, fault))),
                None if self.has_ended => return None,
                None => {
                    if let Err(error) = self.fill() {
                        self.has_ended = true;
                        return Some(Err(FileError::new(&self.path, error)));
                    }
                }
            }
        }
    }

    /// Returns the name of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Groups the records, so that each step costs less than one for each record would.
    pub const fn chunks(self) -> Chunks<Self> {
        Chunks::new(self)
    }

    /// Returns the faults that were collected.
    pub const fn faults(&self) -> &Faults {
        self.reader.faults()
    }

    fn fill(&mut self) -> io::Result<()> {
        loop {
            match self.source.read(self.reader.spare(PIECE)) {
                Ok(0) => {
                    self.has_ended = true;
                    self.reader.finish();
                }
                Ok(count) => self.reader.arrived(count),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            return Ok(());
        }
    }
}

impl<R: Read> Iterator for Records<R> {
    type Item = Result<Located, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.next_ref()?.map(|record| record.to_located()))
    }
}

impl<R> fmt::Debug for Records<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records")
            .field("path", &self.path)
            .field("reader", &self.reader)
            .finish_non_exhaustive()
    }
}

/// The octets that are read at once: enough that the system calls no longer show, and within the second cache.
pub(super) const PIECE: usize = 256 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one octet at a time, and fails at the end if told so.
    struct Slow<'a> {
        octets: &'a [u8],
        fails: bool,
        interrupt: bool,
    }

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.interrupt = !self.interrupt;
            if self.interrupt {
                return Err(io::ErrorKind::Interrupted.into());
            }
            match self.octets.split_first() {
                Some((first, rest)) => {
                    buffer[0] = *first;
                    self.octets = rest;
                    Ok(1)
                }
                None if self.fails => Err(io::ErrorKind::ConnectionReset.into()),
                None => Ok(0),
            }
        }
    }

    const FILE: &[u8] = b"dn: cn=Ada\ncn: A\n da\n\ndn: cn=Bob\r\ncn:: Qm9i\r\n";

    #[test]
    fn pieces_of_any_size_give_the_same_records() {
        let whole: Vec<_> = Records::new(FILE).map(Result::unwrap).collect();
        let slow = Slow { octets: FILE, fails: false, interrupt: false };
        assert_eq!(Records::new(slow).map(Result::unwrap).collect::<Vec<_>>(), whole);
        assert_eq!(whole.len(), 2);
    }

    #[test]
    fn an_error_ends_it_and_no_half_record_comes() {
        let mut records = Records::new(Slow { octets: FILE, fails: true, interrupt: false }).named("a.ldif");
        assert!(records.next().unwrap().is_ok());
        let error = records.next().unwrap().unwrap_err();
        assert!(error.to_string().starts_with("a.ldif: "), "{error}");
        assert!(records.next().is_none());
    }

    #[test]
    fn a_fault_is_told_with_file_line_and_column() {
        let mut records = Records::new(&b"dn: cn=Ada\ncn Ada\n"[..]).named("dir/a.ldif");
        let error = records.next().unwrap().unwrap_err();
        assert!(error.to_string().starts_with("dir/a.ldif:2:3: expected ':'"), "{error}");
        assert!(error.to_string().ends_with("(record 1, cn=Ada)"), "{error}");
        assert!(records.next().is_none());
    }
}
