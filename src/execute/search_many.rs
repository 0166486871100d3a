//! Many searches, a few at a time.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::error::Error;
use crate::proto::SearchRequest;

use super::{Call, Collected, Executor};

/// Many searches, of which a few run at a time; the answer to each comes whole.
///
/// Made by [`Executor::search_many`]. A search that fails is a result like the others and ends nothing.
///
/// ```no_run
/// use ldapwire::{Executor, Pool, filter};
/// use ldapwire::model::Scope;
/// use ldapwire::proto::SearchRequest;
///
/// # async fn run(pool: Pool, mails: Vec<String>) {
/// let searches = mails
///     .iter()
///     .map(|mail| SearchRequest::new("dc=example,dc=org", Scope::WholeSubtree, filter!("(mail={})", mail)));
/// let mut answers = pool.search_many(searches).concurrency(8);
/// while let Some((number, answer)) = answers.next().await {
///     match answer {
///         Ok(answer) => println!("{}: {} entries", mails[number], answer.entries.len()),
///         Err(error) => println!("{}: {error}", mails[number]),
///     }
/// }
/// # }
/// ```
#[must_use = "searches are begun when answers are asked for"]
pub struct SearchMany<'a, E> {
    executor: &'a E,
    calls: Box<dyn Iterator<Item = Call<SearchRequest>> + Send + 'a>,
    concurrency: usize,
    is_ordered: bool,
    /// Those that were begun and not given out, oldest first.
    begun: VecDeque<(usize, Progress<'a>)>,
    next: usize,
}

type Answer = Result<Collected, Error>;

/// How far one search has come.
enum Progress<'a> {
    Running(Pin<Box<dyn Future<Output = Answer> + Send + 'a>>),
    Answered(Answer),
}

impl<'a, E: Executor> SearchMany<'a, E> {
    pub(super) fn new(executor: &'a E, calls: impl Iterator<Item = Call<SearchRequest>> + Send + 'a) -> Self {
        let calls = Box::new(calls);
        Self { executor, calls, concurrency: 5, is_ordered: true, begun: VecDeque::new(), next: 0 }
    }

    /// Sets how many searches run at a time. Default 5; at least 1. More ends sooner as long as the server keeps up,
    /// and holds more answers in memory.
    pub const fn concurrency(mut self, searches: usize) -> Self {
        self.concurrency = if searches == 0 { 1 } else { searches };
        self
    }

    /// Gives each answer when it is there. Default is the order of the requests, where a slow search holds up those
    /// behind it: they are kept, and count against the concurrency.
    pub const fn as_completed(mut self) -> Self {
        self.is_ordered = false;
        self
    }

    /// Returns the next answer with the number of its request, from 0; `None` after the last.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when the future is dropped. Dropping this abandons the searches that run.
    pub async fn next(&mut self) -> Option<(usize, Answer)> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<(usize, Answer)>> {
        while self.begun.len() < self.concurrency {
            let Some(call) = self.calls.next() else { break };
            let search = Box::pin(self.executor.search_all(call));
            self.begun.push_back((self.next, Progress::Running(search)));
            self.next += 1;
        }
        for (_, progress) in &mut self.begun {
            if let Progress::Running(search) = progress
                && let Poll::Ready(answer) = search.as_mut().poll(cx)
            {
                *progress = Progress::Answered(answer);
            }
        }
        let is_answered = |(_, progress): &(usize, Progress<'a>)| matches!(progress, Progress::Answered(_));
        let position = match self.is_ordered {
            true => self.begun.front().is_some_and(is_answered).then_some(0),
            false => self.begun.iter().position(is_answered),
        };
        match position.and_then(|position| self.begun.remove(position)) {
            Some((number, Progress::Answered(answer))) => Poll::Ready(Some((number, answer))),
            _ if self.begun.is_empty() => Poll::Ready(None),
            _ => Poll::Pending,
        }
    }
}

impl<E> fmt::Debug for SearchMany<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchMany")
            .field("concurrency", &self.concurrency)
            .field("begun", &self.begun.len())
            .finish_non_exhaustive()
    }
}
