//! The times within which a client has to do something.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep, sleep_until};

use super::{End, Overdue, ServerLimits};

/// The deadlines of a connection, and one timer for all of them.
#[derive(Debug)]
pub(super) struct Deadlines {
    timer: Option<Pin<Box<Sleep>>>,
    /// What is waited for, and since when.
    first: Option<Instant>,
    frame: Option<(Instant, usize)>,
    reading: Option<Instant>,
    idle: Option<Instant>,
    bind: Option<Instant>,
}

/// A frame that grows by so many octets gets its whole time again, since large frames on slow lines are no attack.
const PROGRESS: usize = 64 * 1024;

/// What the timer found.
#[derive(Debug)]
pub(super) enum Due {
    /// The connection ends.
    End(End),
    /// The bind has waited long enough.
    Bind,
}

impl Deadlines {
    pub(super) fn new() -> Self {
        Self { timer: None, first: Some(Instant::now()), frame: None, reading: None, idle: None, bind: None }
    }

    /// A message came in whole.
    pub(super) fn message_came(&mut self) {
        self.first = None;
        self.frame = None;
    }

    /// So many octets of an incomplete message have arrived; 0 also where nothing is being read.
    pub(super) fn partial(&mut self, arrived: usize) {
        match &mut self.frame {
            _ if arrived == 0 => self.frame = None,
            Some((_, before)) if arrived < before.saturating_add(PROGRESS) => {}
            frame => *frame = Some((Instant::now(), arrived)),
        }
    }

    /// Answers wait, and the client took some octets or none since the last time.
    pub(super) fn writing(&mut self, is_waiting: bool, has_progressed: bool) {
        if !is_waiting {
            self.reading = None;
        } else if has_progressed || self.reading.is_none() {
            self.reading = Some(Instant::now());
        }
    }

    /// Nothing is outstanding, or something is.
    pub(super) fn idle(&mut self, is_idle: bool) {
        if !is_idle {
            self.idle = None;
        } else if self.idle.is_none() {
            self.idle = Some(Instant::now());
        }
    }

    /// A bind waits for the operations before it, or none does.
    pub(super) fn bind_waits(&mut self, is_waiting: bool) {
        if !is_waiting {
            self.bind = None;
        } else if self.bind.is_none() {
            self.bind = Some(Instant::now());
        }
    }

    /// Returns what is due, and sees to it that the task is woken for what comes next.
    pub(super) fn poll(&mut self, limits: &ServerLimits, cx: &mut Context<'_>) -> Poll<Due> {
        loop {
            let Some((at, _)) = self.next(limits) else {
                self.timer = None;
                return Poll::Pending;
            };
            let timer = match &mut self.timer {
                // A timer that is early costs one look more; one that is set anew for each message costs more.
                Some(timer) if timer.deadline() <= at => timer,
                Some(timer) => {
                    timer.as_mut().reset(at);
                    timer
                }
                none => none.insert(Box::pin(sleep_until(at))),
            };
            if timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            let now = Instant::now();
            match self.next(limits) {
                Some((at, due)) if at <= now => {
                    self.timer = None;
                    return Poll::Ready(due);
                }
                Some((at, _)) => {
                    if let Some(timer) = &mut self.timer {
                        timer.as_mut().reset(at);
                    }
                }
                None => self.timer = None,
            }
        }
    }

    /// The deadline that comes first.
    fn next(&self, limits: &ServerLimits) -> Option<(Instant, Due)> {
        let ending = |overdue, limit| Due::End(End::Timeout(overdue, limit));
        let idle = self.idle.zip(limits.idle_timeout);
        [
            self.first.map(|since| (since, Overdue::FirstMessage, limits.first_message_timeout)),
            self.frame.map(|(since, _)| (since, Overdue::Frame, limits.frame_timeout)),
            self.reading.map(|since| (since, Overdue::Reading, limits.write_timeout)),
            idle.map(|(since, limit)| (since, Overdue::Request, limit)),
        ]
        .into_iter()
        .flatten()
        .map(|(since, overdue, limit)| (since + limit, ending(overdue, limit)))
        .chain(self.bind.map(|since| (since + limits.bind_grace, Due::Bind)))
        .min_by_key(|(at, _)| *at)
    }
}
