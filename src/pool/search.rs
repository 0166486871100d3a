//! A search on a pool.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, sleep};

use crate::error::Error;
use crate::execute::{Call, Delivery, SearchSource, SearchStream};
use crate::model::{Control, ResultCode};
use crate::proto::{LdapResult, MessageId, OpKind, SearchRequest};
use crate::session::Violation;

use super::Pool;
use super::held::Held;
use super::machine::{Keys, LeaseKind};
use super::retry::Tries;
use super::shared::{FOREVER, Shared};

/// A search with its lease, which goes back as soon as the last message of the search is there, and which is
/// begun once more if it brought nothing.
pub(super) struct PooledSearch {
    // Before the lease, so that a search that is dropped half-way is abandoned before its connection is lent again.
    source: Box<dyn SearchSource>,
    /// `None` when it was given back.
    held: Option<Held>,
    /// How to begin once more; `None` when something was delivered.
    again: Option<Plan>,
    restart: Option<Restart>,
    is_paged: bool,
}

/// A search being begun once more.
type Restart = Pin<Box<dyn Future<Output = Result<Begun, Error>> + Send>>;

/// A search that was begun.
type Begun = (Box<dyn SearchSource>, Held, Plan);

/// All that is needed to begin a search. Small, whatever the request: futures that wait hold more than one.
#[derive(Clone)]
pub(super) struct Plan {
    shared: Arc<Shared>,
    kind: LeaseKind,
    keys: Keys,
    call: Arc<Call<SearchRequest>>,
    tries: Tries,
}

impl PooledSearch {
    /// Prepares to begin once more, if that is allowed after this error.
    fn go_again(&mut self, error: &Error) -> bool {
        let Some(mut again) = self.again.take() else { return false };
        let retry = again.shared.options.retry;
        let Some(pause) = retry.decide(OpKind::SearchRequest, error, &mut again.tries) else { return false };
        self.restart = Some(Box::pin(again.begin(pause)));
        true
    }

    /// Gives the connection back.
    fn give_back(&mut self, error: Option<&Error>) {
        if let Some(held) = self.held.take() {
            held.note(error);
        }
    }
}

impl Plan {
    pub(super) fn new(pool: &Pool, kind: LeaseKind, call: Call<SearchRequest>) -> Self {
        let call = match (call.delivery(), kind) {
            // Alone on its connection, where nothing is lost by making it wait.
            (Delivery::Shared | Delivery::OwnConnection, LeaseKind::Exclusive) => {
                call.with_delivery(Delivery::Stall)
            }
            // Its caller takes what comes as it comes.
            (Delivery::Stall | Delivery::OwnConnection, LeaseKind::Shared) => {
                call.with_delivery(Delivery::Shared)
            }
            _ => call,
        };
        let (shared, keys) = (Arc::clone(pool.shared()), pool.keys(Some(call.request().base())));
        Self { shared, kind, keys, call: Arc::new(call), tries: Tries::default() }
    }

    /// Waits for a connection and begins the search there.
    pub(super) async fn stream(&self) -> Result<SearchStream, Error> {
        let (source, held, again) = self.clone().begin(Duration::ZERO).await?;
        let client = held.client().clone();
        let is_paged = matches!(self.call.delivery(), Delivery::Paged(_));
        let search = PooledSearch { source, held: Some(held), again: Some(again), restart: None, is_paged };
        Ok(client.stream(Box::new(search)).with_most(self.call.most_entries()))
    }

    /// Begins the search and takes the whole of it by `take`, once more where the options allow it.
    pub(super) async fn whole<T, F>(self, take: fn(SearchStream) -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut tries = Tries::default();
        loop {
            match take(self.stream().await?).await {
                Err(error) if self.shared.options.retry.repeats(&error, &mut tries) => {}
                result => return result,
            }
        }
    }

    async fn begin(mut self, mut pause: Duration) -> Result<Begun, Error> {
        let kind = OpKind::SearchRequest;
        loop {
            if !pause.is_zero() {
                sleep(pause).await;
            }
            let time = self.call.timeout().map(|time| time.min(FOREVER));
            let deadline = time.map(|time| (Instant::now() + time, time));
            let held = self.shared.acquire(self.kind, self.keys, deadline).await;
            let held = held.map_err(|error| error.with_operation(kind, None))?;
            match held.client().search_source(&self.call).await {
                Ok(source) => return Ok((source, held, self)),
                Err(error) => {
                    held.note(Some(&error));
                    match self.shared.options.retry.decide(kind, &error, &mut self.tries) {
                        Some(next) => pause = next,
                        None => return Err(error),
                    }
                }
            }
        }
    }
}

impl SearchSource for PooledSearch {
    fn poll_frames(&mut self, cx: &mut Context<'_>, frames: &mut VecDeque<Bytes>) -> Poll<Result<(), Error>> {
        loop {
            if let Some(restart) = &mut self.restart {
                let begun = ready!(restart.as_mut().poll(cx));
                self.restart = None;
                let (source, held, again) = begun?;
                self.source = source;
                self.held = Some(held);
                self.again = Some(again);
            }
            let polled = ready!(self.source.poll_frames(cx, frames));
            match (polled, self.source.arrived()) {
                (Err(error), _) => {
                    self.give_back(Some(&error));
                    if !self.go_again(&error) {
                        return Poll::Ready(Err(error));
                    }
                }
                (Ok(()), Some(ResultCode::SUCCESS)) if !self.is_paged => {
                    self.again = None;
                    self.source.done(&LdapResult::success(), &[])?;
                    self.give_back(None);
                    return Poll::Ready(Ok(()));
                }
                (Ok(()), Some(code)) if code != ResultCode::SUCCESS => {
                    // The rest of the result is the stream's to read, if this is the end.
                    let error = self.source.describe(Error::refused(LdapResult::new(code), Vec::new()));
                    self.source.done(&LdapResult::success(), &[])?;
                    self.give_back(Some(&error));
                    if frames.len() > 1 || !self.go_again(&error) {
                        return Poll::Ready(Ok(()));
                    }
                    frames.clear();
                }
                (Ok(()), _) => {
                    self.again = None;
                    return Poll::Ready(Ok(()));
                }
            }
        }
    }

    fn done(&mut self, result: &LdapResult, controls: &[Control]) -> Result<bool, Error> {
        if self.held.is_none() {
            return Ok(false);
        }
        let goes_on = self.source.done(result, controls);
        match &goes_on {
            Ok(true) => {}
            Ok(false) => self.give_back(None),
            Err(error) => self.give_back(Some(error)),
        }
        goes_on
    }

    fn violated(&mut self, violation: Violation) -> Error {
        let error = self.source.violated(violation);
        self.give_back(Some(&error));
        error
    }

    fn describe(&self, error: Error) -> Error {
        self.source.describe(error)
    }

    fn id(&self) -> Option<MessageId> {
        self.source.id()
    }

    fn arrived(&self) -> Option<ResultCode> {
        self.source.arrived()
    }
}
