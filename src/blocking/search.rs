//! The entries of a search, one by one.

use crate::error::Error;
use crate::execute::{Collected, SearchItem, SearchStream};
use crate::model::{Control, LdapString};
use crate::proto::{LdapResult, MessageId, SearchResultEntry};

use super::worker::Worker;

/// The entries of a search: an iterator that waits for each.
///
/// **Only the server's SearchResultDone with success ends it well**; anything else comes as an error, once, and is the
/// last item. Dropping it before its end abandons the search.
#[derive(Debug)]
#[must_use = "a search that is dropped is abandoned"]
pub struct Search {
    stream: SearchStream,
    worker: Worker,
}

impl Search {
    pub(super) const fn new(stream: SearchStream, worker: Worker) -> Self {
        Self { stream, worker }
    }

    /// As [`SearchStream::next_item`]: also references and intermediate responses, in their places.
    ///
    /// # Errors
    ///
    /// As there, or this is called within an asynchronous task.
    pub fn next_item(&mut self) -> Result<Option<SearchItem>, Error> {
        match self.stream.take_received() {
            Some(received) => received,
            None => self.worker.run(self.stream.next_item())?,
        }
    }

    /// As [`next`](Iterator::next), in the other order of `Option` and `Result`.
    ///
    /// # Errors
    ///
    /// As [`next_item`](Self::next_item).
    pub fn next_entry(&mut self) -> Result<Option<SearchResultEntry>, Error> {
        loop {
            match self.next_item()? {
                Some(SearchItem::Entry(entry, _)) => return Ok(Some(entry)),
                Some(_) => {}
                None => return Ok(None),
            }
        }
    }

    /// As [`SearchStream::collect`]: all that comes, with the result.
    ///
    /// # Errors
    ///
    /// As there, or this is called within an asynchronous task.
    pub fn collect_all(self) -> Result<Collected, Error> {
        self.worker.run(self.stream.collect())?
    }

    /// As [`SearchStream::result`].
    pub fn result(&self) -> Option<&LdapResult> {
        self.stream.result()
    }

    /// As [`SearchStream::controls`].
    pub fn controls(&self) -> &[Control] {
        self.stream.controls()
    }

    /// As [`SearchStream::references`].
    pub fn references(&self) -> &[LdapString] {
        self.stream.references()
    }

    /// As [`SearchStream::delivered`].
    pub const fn delivered(&self) -> u64 {
        self.stream.delivered()
    }

    /// As [`SearchStream::id`].
    pub fn id(&self) -> Option<MessageId> {
        self.stream.id()
    }
}

impl Iterator for Search {
    type Item = Result<SearchResultEntry, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_entry().transpose()
    }
}
