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
use crate::model::Control;
use crate::observe::Watch;
use crate::proto::{Envelope, LdapResult, MessageId};
use crate::session::Violation;

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
}

impl Search {
    pub(super) const fn new(operation: Operation, timeout: Duration, watch: Option<Watch>) -> Self {
        Self { operation, timeout, timer: None, is_waiting: false, watch }
    }

    /// Tells who observes the search what has come of it.
    fn observe(&mut self, polled: &Poll<Result<(), Error>>, frames: &VecDeque<Bytes>) {
        let (Some(watch), Poll::Ready(result)) = (&mut self.watch, polled) else { return };
        let end = match result {
            // Only the last frame can be the one that ends the search.
            Ok(()) => frames.back().and_then(|frame| Envelope::peek_search_result(frame)).map(Ok),
            Err(error) => Some(Err(error)),
        };
        watch.received(frames.len() - usize::from(matches!(end, Some(Ok(_)))));
        if let Some(end) = end {
            watch.end(end);
        }
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
        let polled = match polled {
            Poll::Ready(Ok(())) => {
                self.is_waiting = false;
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => {
                self.operation.end();
                Poll::Ready(Err(self.describe(error)))
            }
            Poll::Pending => self.poll_timer(cx).map(|()| {
                self.operation.give_up();
                let kind = ErrorKind::Timeout { waiting: Waiting::Entry, after: self.timeout };
                Err(self.describe(Error::new(kind)))
            }),
        };
        self.observe(&polled, frames);
        polled
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
}
