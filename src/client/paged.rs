//! A search in pages (RFC 2696).

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use crate::error::{Error, ErrorKind, Waiting};
use crate::execute::{Call, SearchSource};
use crate::model::{Control, ResultCode};
use crate::proto::controls::{ControlValue as _, Controls as _, PagedResults, PagedResultsResponse};
use crate::proto::{LdapResult, MessageId, SearchRequest};
use crate::session::Violation;

use super::Client;
use super::search::Search;

/// The same search again and again, each time for the next page, on one connection.
pub(super) struct Paged {
    client: Client,
    call: Call<SearchRequest>,
    page: u32,
    current: Search,
    /// The next page, being asked for.
    next: Option<NextPage>,
    /// When an entry came last: a server may send empty pages, but not for ever.
    progress: Instant,
    timeout: Duration,
}

/// A page being asked for.
type NextPage = Pin<Box<dyn Future<Output = Result<Search, Error>> + Send>>;

impl Paged {
    pub(super) async fn begin(client: &Client, call: Call<SearchRequest>, page: u32) -> Result<Self, Error> {
        // Critical, so that a server without pages says so instead of sending everything at once.
        let first = PagedResults::new(page).critical();
        let current = client.begin_search(&call.clone().with_control(first), false).await?;
        let timeout = call.timeout().unwrap_or(client.handle.settings.search_timeout);
        Ok(Self {
            client: client.clone(),
            call,
            page,
            current,
            next: None,
            progress: Instant::now(),
            timeout,
        })
    }
}

impl SearchSource for Paged {
    fn poll_frames(&mut self, cx: &mut Context<'_>, frames: &mut VecDeque<Bytes>) -> Poll<Result<(), Error>> {
        if let Some(next) = &mut self.next {
            self.current = ready!(next.as_mut().poll(cx))?;
            self.next = None;
        }
        let polled = self.current.poll_frames(cx, frames);
        // The last message of an empty page is its SearchResultDone.
        if frames.len() > 1 {
            self.progress = Instant::now();
        }
        polled
    }

    fn done(&mut self, result: &LdapResult, controls: &[Control]) -> Result<bool, Error> {
        self.current.done(result, controls)?;
        let answer = controls.control::<PagedResultsResponse>().transpose().map_err(|error| {
            self.describe(Error::new(ErrorKind::Value { error, of: "the paged results control" }))
        })?;
        let Some(next) = answer.and_then(|answer| answer.next_page(self.page)) else { return Ok(false) };
        if self.progress.elapsed() > self.timeout {
            let kind = ErrorKind::Timeout { waiting: Waiting::Entry, after: self.timeout };
            return Err(self.describe(Error::new(kind)));
        }
        let client = self.client.clone();
        let call = self.call.clone().with_control(next.critical());
        self.next = Some(Box::pin(async move { client.begin_search(&call, false).await }));
        Ok(true)
    }

    fn violated(&mut self, violation: Violation) -> Error {
        self.current.violated(violation)
    }

    fn describe(&self, error: Error) -> Error {
        self.current.describe(error)
    }

    fn id(&self) -> Option<MessageId> {
        self.current.id()
    }

    fn arrived(&self) -> Option<ResultCode> {
        self.current.arrived()
    }
}

impl fmt::Debug for Paged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paged")
            .field("page", &self.page)
            .field("current", &self.current)
            .finish_non_exhaustive()
    }
}
