//! Where the frames of one operation wait for its caller.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use tokio::time::Instant;

use crate::error::{Closed, Error, ErrorKind, Phase, Waiting};
use crate::execute::MAX_INTERMEDIATE;

use super::deadline::Deadline;
use super::flow::{Flow, pinned};

/// The frames of one operation: put in by the driver, taken out by the caller.
#[derive(Debug)]
pub(super) struct Inbox {
    state: Mutex<State>,
    awaits: Awaits,
}

/// What the caller waits for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Awaits {
    /// The response that ends the operation, until then and no longer.
    Answer(Deadline),
    /// What a search finds, which may be much and is counted against the budgets. The caller keeps the time.
    Entries {
        /// Whether the connection waits for the caller rather than giving the search up.
        stalls: bool,
    },
}

#[derive(Debug, Default)]
struct State {
    frames: VecDeque<Bytes>,
    /// The response that ends what is no search. Beside the others, of which there are hardly ever any, so that those need no room.
    last: Option<Bytes>,
    /// Octets of frames that are pinned: those that wait, and those that the caller took last.
    held: usize,
    /// The part of `held` that the caller took.
    taken: usize,
    /// Whether `held` is above the soft budget.
    is_slow: bool,
    waker: Option<Waker>,
    end: Option<End>,
}

/// The frames that a search has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Batch {
    /// More will come.
    Part,
    /// The last of them ends the search.
    Last,
}

/// Why nothing more will come.
#[derive(Clone, Debug)]
enum End {
    /// The final response came.
    Final,
    /// The connection is closed.
    Closed(Arc<Closed>, Phase),
    /// The search was given up for being read too slowly.
    Slow { discarded: u64 },
    /// The time is over.
    Late(Deadline),
}

impl Inbox {
    pub(super) fn new(awaits: Awaits) -> Self {
        Self { state: Mutex::default(), awaits }
    }

    /// Puts a frame in; the last one if `is_final`. A caller that waits is added to `wakers`.
    pub(super) fn push(&self, frame: Bytes, is_final: bool, flow: &Flow, wakers: &mut Vec<Waker>) {
        let mut state = self.lock();
        if self.is_search() {
            let pinned = pinned(frame.len());
            flow.hold(pinned);
            state.held += pinned;
            if !state.is_slow && state.held > flow.soft() {
                state.is_slow = true;
                flow.add_slow();
            }
            state.frames.push_back(frame);
        } else if is_final {
            state.last = Some(frame);
        } else if state.frames.len() >= MAX_INTERMEDIATE {
            return;
        } else {
            state.frames.push_back(frame);
        }
        if is_final {
            state.end = Some(End::Final);
        }
        wakers.extend(state.waker.take());
    }

    /// Says that the connection is closed. What has come can still be taken.
    pub(super) fn close(&self, reason: Arc<Closed>, phase: Phase) -> Option<Waker> {
        let mut state = self.lock();
        state.end.get_or_insert(End::Closed(reason, phase));
        state.waker.take()
    }

    /// Ends the waiting if its time is over, and adds the caller to `wakers`. Returns otherwise when that will be.
    pub(super) fn expire(&self, now: Instant, wakers: &mut Vec<Waker>) -> Option<Instant> {
        let Awaits::Answer(deadline) = self.awaits else { return None };
        if deadline.at > now {
            return Some(deadline.at);
        }
        let mut state = self.lock();
        state.end.get_or_insert(End::Late(deadline));
        wakers.extend(state.waker.take());
        None
    }

    /// Throws away what waits, because the search is read too slowly.
    pub(super) fn overflow(&self, flow: &Flow) -> Option<Waker> {
        let mut state = self.lock();
        state.end = Some(End::Slow { discarded: state.frames.len() as u64 });
        state.frames.clear();
        let waiting = state.held - state.taken;
        state.held = state.taken;
        flow.release(waiting);
        state.settle(flow);
        state.waker.take()
    }

    /// Takes the frame that comes next.
    pub(super) fn poll_frame(&self, cx: &Context<'_>) -> Poll<Result<Bytes, Error>> {
        let mut state = self.lock();
        match state.frames.pop_front().or_else(|| state.last.take()) {
            Some(frame) => Poll::Ready(Ok(frame)),
            None => state.poll_end(cx),
        }
    }

    /// Swaps all the frames that wait for `frames`, which is empty, and gives back the octets that were taken before.
    /// Returns in addition whether the driver should look whether it may read again.
    pub(super) fn poll_frames(
        &self,
        cx: &Context<'_>,
        frames: &mut VecDeque<Bytes>,
        flow: &Flow,
    ) -> (Poll<Result<Batch, Error>>, bool) {
        let mut state = self.lock();
        // The driver may have stopped because this search was slow, or because none was waiting, as this one may now.
        let may_have_stopped = flow.has_slow();
        flow.release(state.taken);
        state.held -= state.taken;
        state.taken = 0;
        state.settle(flow);
        if state.frames.is_empty() {
            return (state.poll_end(cx), may_have_stopped);
        }
        std::mem::swap(&mut state.frames, frames);
        state.taken = state.held;
        let batch = if matches!(state.end, Some(End::Final)) { Batch::Last } else { Batch::Part };
        (Poll::Ready(Ok(batch)), may_have_stopped)
    }

    /// Gives back what a caller that is gone held.
    pub(super) fn abandon(&self, flow: &Flow) {
        let mut state = self.lock();
        flow.release(state.held);
        state.held = 0;
        state.taken = 0;
        state.frames.clear();
        state.last = None;
        state.settle(flow);
    }

    /// Returns until when the caller waits, if it does not keep the time itself.
    pub(super) const fn until(&self) -> Option<Instant> {
        match self.awaits {
            Awaits::Answer(deadline) => Some(deadline.at),
            Awaits::Entries { .. } => None,
        }
    }

    /// Returns whether the connection waits for the caller rather than giving the operation up.
    pub(super) const fn stalls(&self) -> bool {
        matches!(self.awaits, Awaits::Entries { stalls: true })
    }

    const fn is_search(&self) -> bool {
        matches!(self.awaits, Awaits::Entries { .. })
    }

    /// Returns how many octets it pins.
    pub(super) fn held(&self) -> usize {
        self.lock().held
    }

    /// Returns whether it pins more than the soft budget.
    pub(super) fn is_slow(&self) -> bool {
        self.lock().is_slow
    }

    /// Returns whether the caller has nothing to read until more comes.
    pub(super) fn is_starved(&self) -> bool {
        let state = self.lock();
        !state.is_slow && state.frames.is_empty() && state.last.is_none()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Ends being slow when what is held is no longer above the budget.
    fn settle(&mut self, flow: &Flow) {
        if self.is_slow && self.held <= flow.soft() {
            self.is_slow = false;
            flow.remove_slow();
        }
    }

    fn poll_end<T>(&mut self, cx: &Context<'_>) -> Poll<Result<T, Error>> {
        match &self.end {
            None => {
                match &mut self.waker {
                    Some(waker) => waker.clone_from(cx.waker()),
                    none => *none = Some(cx.waker().clone()),
                }
                Poll::Pending
            }
            Some(End::Slow { discarded }) => {
                let kind = ErrorKind::SlowConsumer { discarded: *discarded };
                Poll::Ready(Err(Error::new(kind).with_phase(Phase::Answered)))
            }
            Some(End::Late(deadline)) => {
                Poll::Ready(Err(deadline.passed(Waiting::Answer).with_phase(Phase::Unknown)))
            }
            Some(End::Closed(reason, phase)) => Poll::Ready(Err(closed(reason, *phase))),
            // The final frame was taken already; only a caller that polls on after the end comes here.
            Some(End::Final) => Poll::Ready(Err(closed(&Closed::ByCaller, Phase::Answered))),
        }
    }
}

/// Makes the error of an operation whose connection is closed.
pub(super) fn closed(reason: &Closed, phase: Phase) -> Error {
    let kind = match reason {
        Closed::Transport(error) => ErrorKind::Transport(Arc::clone(error)),
        Closed::Violation(violation) => ErrorKind::Violation(*violation),
        other => ErrorKind::Closed(other.clone()),
    };
    Error::new(kind).with_phase(phase)
}
