//! The entries of a search, many at a time.

use crate::error::Error;
use crate::proto::SearchResultEntry;

use super::SearchStream;

/// The entries of a search in chunks, for work that is done better with many at a time.
///
/// Made by [`SearchStream::chunks`].
#[derive(Debug)]
#[must_use = "a search that is dropped is abandoned"]
pub struct Chunks {
    stream: SearchStream,
    size: usize,
    /// What has been read of a chunk; kept when a call is dropped.
    begun: Vec<SearchResultEntry>,
    /// What ended the search, after the entries before it were delivered.
    error: Option<Error>,
}

impl SearchStream {
    /// Gives the entries in chunks of 1000, or [as many as wanted](Chunks::of).
    pub const fn chunks(self) -> Chunks {
        Chunks { stream: self, size: 1000, begun: Vec::new(), error: None }
    }
}

impl Chunks {
    /// Sets how many entries a chunk has; only the last has fewer. Default 1000. More holds more memory: the
    /// entries of a chunk pin what they were received in. At least 1.
    pub const fn of(mut self, entries: usize) -> Self {
        self.size = if entries == 0 { 1 } else { entries };
        self
    }

    /// Returns the next chunk, or `None` after the last.
    ///
    /// # Errors
    ///
    /// As [`SearchStream::next_entry`]: once, after a chunk of those that came before it.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Result<Option<Vec<SearchResultEntry>>, Error> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        while self.begun.len() < self.size {
            match self.stream.next_entry().await {
                Ok(Some(entry)) => self.begun.push(entry),
                Ok(None) => break,
                Err(error) if self.begun.is_empty() => return Err(error),
                Err(error) => {
                    self.error = Some(error);
                    break;
                }
            }
        }
        let chunk = std::mem::take(&mut self.begun);
        Ok((!chunk.is_empty()).then_some(chunk))
    }

    /// Returns the stream, for what it knows besides the entries.
    pub const fn stream(&self) -> &SearchStream {
        &self.stream
    }
}
