//! Records in groups.

use crate::ldif::Located;

use super::FileError;

/// Groups records: [`Records::chunks`](super::Records::chunks).
///
/// An error comes alone, behind the records before it: none is lost.
///
/// ```
/// use ldapwire::files::Records;
///
/// let file = "dn: cn=a\ncn: a\n\n".repeat(2500);
/// let chunks = Records::new(file.as_bytes()).chunks();
/// let sizes: Vec<_> = chunks.map(|chunk| chunk.map(|records| records.len())).collect::<Result<_, _>>()?;
/// assert_eq!(sizes, [1000, 1000, 500]);
/// # Ok::<(), ldapwire::files::FileError>(())
/// ```
#[derive(Debug)]
pub struct Chunks<I> {
    records: I,
    size: usize,
    /// An error that waits behind the records before it.
    error: Option<FileError>,
}

impl<I> Chunks<I> {
    /// The records of a group by default: as many as a batch of writes has.
    pub const DEFAULT_SIZE: usize = 1000;

    pub(super) const fn new(records: I) -> Self {
        Self { records, size: Self::DEFAULT_SIZE, error: None }
    }

    /// Sets how many records a group has, at least 1. Default [`DEFAULT_SIZE`](Self::DEFAULT_SIZE). More costs memory: so
    /// many records are held at a time.
    #[must_use]
    pub const fn of(mut self, size: usize) -> Self {
        self.size = if size == 0 { 1 } else { size };
        self
    }
}

impl<I: Iterator<Item = Result<Located, FileError>>> Iterator for Chunks<I> {
    type Item = Result<Vec<Located>, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.error.take() {
            return Some(Err(error));
        }
        let mut chunk = Vec::new();
        while chunk.len() < self.size {
            match self.records.next() {
                Some(Ok(record)) => chunk.push(record),
                Some(Err(error)) if chunk.is_empty() => return Some(Err(error)),
                Some(Err(error)) => {
                    self.error = Some(error);
                    break;
                }
                None => break,
            }
        }
        (!chunk.is_empty()).then_some(Ok(chunk))
    }
}

#[cfg(test)]
mod tests {
    use crate::files::Records;

    #[test]
    fn an_error_waits_for_the_records_before_it() {
        let file = b"dn: cn=a\ncn: a\n\ndn: cn=b\ncn: b\n\nnonsense\n";
        let mut chunks = Records::new(&file[..]).chunks().of(5);
        assert_eq!(chunks.next().unwrap().unwrap().len(), 2);
        assert!(chunks.next().unwrap().is_err());
        assert!(chunks.next().is_none());
        let sizes: Vec<_> = Records::new(&file[..])
            .chunks()
            .of(0)
            .map(|chunk| chunk.map_or(0, |records| records.len()))
            .collect();
        assert_eq!(sizes, [1, 1, 0]);
    }
}
