//! The answers to many searches, one by one.

use crate::error::Error;
use crate::execute::{Collected, Executor, SearchMany};

use super::worker::Worker;

/// The answers to many searches: an iterator that waits for each.
///
/// Within an asynchronous task each is [`InAsyncTask`](crate::ErrorKind::InAsyncTask), and none is asked for.
#[derive(Debug)]
#[must_use = "searches are begun when answers are asked for"]
pub struct Answers<'a, E> {
    many: SearchMany<'a, E>,
    worker: &'a Worker,
}

impl<'a, E: Executor> Answers<'a, E> {
    pub(super) const fn new(many: SearchMany<'a, E>, worker: &'a Worker) -> Self {
        Self { many, worker }
    }

    /// As [`SearchMany::concurrency`].
    pub fn concurrency(mut self, searches: usize) -> Self {
        self.many = self.many.concurrency(searches);
        self
    }

    /// As [`SearchMany::as_completed`].
    pub fn as_completed(mut self) -> Self {
        self.many = self.many.as_completed();
        self
    }
}

impl<E: Executor> Iterator for Answers<'_, E> {
    type Item = Result<(usize, Result<Collected, Error>), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.worker.run(self.many.next()).transpose()
    }
}
