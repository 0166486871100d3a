//! Where the frames of a search come from.

use std::collections::VecDeque;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, Sleep, sleep};

use crate::error::{Error, ErrorKind, Waiting};
use crate::execute::SearchSource;
use crate::model::{Control, ResultCode};
use crate::observe::Watch;
use crate::proto::{Envelope, LdapResult, MessageId};
use crate::session::Violation;

use super::inbox::Batch;
use super::operation::Operation;

/// One search on a connection.
#[derive(Debug)]
pub(super) struct Search {
    operation: Operation,
    timeout: Duration,
    /// Runs while the search waits; made when it first does.
    timer: Option<Pin<Box<Sleep>>>,
    is_waiting: bool,
    watch: Option<Watch>,
    /// The code of the SearchResultDone, once it came.
    arrived: Option<ResultCode>,
}

impl Search {
    pub(super) const fn new(operation: Operation, timeout: Duration, watch: Option<Watch>) -> Self {
        Self { operation, timeout, timer: None, is_waiting: false, watch, arrived: None }
    }

    /// Notes what has come, and tells who observes the search.
    fn take(&mut self, batch: Batch, frames: &VecDeque<Bytes>) {
        if batch == Batch::Last {
            self.arrived = frames.back().and_then(|frame| Envelope::peek_search_result(frame));
        }
        if let Some(watch) = &mut self.watch {
            watch.received(frames.len() - usize::from(self.arrived.is_some()));
            if let Some(code) = self.arrived {
                watch.end(Ok(code));
            }
        }
    }

    /// Makes an error the end of the search.
    fn fail(&mut self, error: Error) -> Error {
        let error = self.operation.describe(error);
        if let Some(watch) = &mut self.watch {
            watch.end(Err(&error));
        }
        error
    }

    /// Gives the search so much time from when it begins to wait.
    fn poll_timer(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let timeout = self.timeout;
        let begins = !mem::replace(&mut self.is_waiting, true);
        let timer = match &mut self.timer {
            Some(timer) if begins => {
                timer.as_mut().reset(Instant::now() + timeout);
                timer
            }
            timer => timer.get_or_insert_with(|| Box::pin(sleep(timeout))),
        };
        timer.as_mut().poll(cx)
    }
}

impl SearchSource for Search {
    fn poll_frames(&mut self, cx: &mut Context<'_>, frames: &mut VecDeque<Bytes>) -> Poll<Result<(), Error>> {
        let shared = &self.operation.handle.shared;
        let (polled, look_again) = self.operation.inbox.poll_frames(cx, frames, &shared.flow);
        if look_again {
            shared.nudge();
        }
        match polled {
            Poll::Ready(Ok(batch)) => {
                self.is_waiting = false;
                self.take(batch, frames);
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => {
                self.operation.end();
                Poll::Ready(Err(self.fail(error)))
            }
            Poll::Pending => self.poll_timer(cx).map(|()| {
                self.operation.give_up();
                let kind = ErrorKind::Timeout { waiting: Waiting::Entry, after: self.timeout };
                Err(self.fail(Error::new(kind)))
            }),
        }
    }

    fn done(&mut self, _: &LdapResult, _: &[Control]) -> Result<bool, Error> {
        self.operation.end();
        Ok(false)
    }

    fn violated(&mut self, violation: Violation) -> Error {
        let error = self.operation.violated(violation);
        if let Some(watch) = &mut self.watch {
            watch.end(Err(&error));
        }
        error
    }

    fn describe(&self, error: Error) -> Error {
        self.operation.describe(error)
    }

    fn id(&self) -> Option<MessageId> {
        Some(self.operation.id)
    }

    fn arrived(&self) -> Option<ResultCode> {
        self.arrived
    }
}
