//! What was put aside, taken from the end.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// A stack of texts, beyond a certain size in a temporary file.
#[derive(Debug, Default)]
pub(crate) struct Backwards {
    held: Vec<String>,
    octets: usize,
    file: Option<File>,
    /// Where in the file each group of texts begins, and how many octets it has.
    groups: Vec<(u64, u64)>,
}

/// The octets that stay in memory.
const HELD: usize = 1024 * 1024;

impl Backwards {
    pub(crate) fn push(&mut self, text: String) -> io::Result<()> {
        self.octets = self.octets.saturating_add(text.len()).saturating_add(size_of::<String>());
        self.held.push(text);
        if self.octets < HELD { Ok(()) } else { self.spill() }
    }

    pub(crate) fn pop(&mut self) -> io::Result<Option<String>> {
        if self.held.is_empty() {
            self.load()?;
        }
        Ok(self.held.pop())
    }

    fn spill(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            empty => empty.insert(tempfile::tempfile()?),
        };
        let mut octets = Vec::with_capacity(self.octets);
        for text in self.held.drain(..) {
            octets.extend_from_slice(&(text.len() as u64).to_le_bytes());
            octets.extend_from_slice(text.as_bytes());
        }
        let start = file.seek(SeekFrom::End(0))?;
        file.write_all(&octets)?;
        self.groups.push((start, octets.len() as u64));
        self.octets = 0;
        Ok(())
    }

    fn load(&mut self) -> io::Result<()> {
        let (Some((start, length)), Some(file)) = (self.groups.pop(), &mut self.file) else { return Ok(()) };
        file.seek(SeekFrom::Start(start))?;
        let mut octets = Vec::new();
        file.take(length).read_to_end(&mut octets)?;
        // Space that is done with is used again.
        file.set_len(start)?;
        let broken = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let mut rest = octets.as_slice();
        while let Some((length, behind)) = rest.split_first_chunk::<8>() {
            let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| broken())?;
            let (text, behind) = behind.split_at_checked(length).ok_or_else(broken)?;
            self.held.push(String::from_utf8(text.to_vec()).map_err(|_| broken())?);
            rest = behind;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_from_the_last_to_the_first() {
        let mut stack = Backwards::default();
        let text = |number: u32| format!("{number}{}", "x".repeat(200));
        for number in 0..20_000 {
            stack.push(text(number)).unwrap();
        }
        assert!(stack.groups.len() > 2 && stack.octets < HELD);
        for number in (0..20_000).rev() {
            assert_eq!(stack.pop().unwrap(), Some(text(number)));
        }
        assert_eq!(stack.pop().unwrap(), None);
    }
}
