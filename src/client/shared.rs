//! What the handles of a connection share with its driver.
//!
//! Advice for the next maintainer: everything that must agree - which ids are outstanding, which octets wait to be
//! written, whether the connection is open - stands under one lock, held for moments and never across an await.
//! Locks are taken in this order: the state, then an inbox or the spare writer.

use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use bytes::{Bytes, BytesMut};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::ber::Writer;
use crate::error::{Closed, Error, Phase};
use crate::proto::{AbandonRequest, MessageId, OpKind, UnbindRequest, encode_head};
use crate::session::{ClientEvent, ClientSession, Misuse, Violation};

use super::flow::Flow;
use super::inbox::{self, Inbox};
use super::options::Settings;
use super::room::Room;

/// The state of one connection.
#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    pub(super) flow: Flow,
    /// One permit for each operation that may be in flight.
    pub(super) turns: Arc<Semaphore>,
    /// What requests may take in the write queue.
    pub(super) room: Room,
    /// The writer of an earlier request, for the next.
    spare: Mutex<Option<Writer>>,
    /// How often something came that was routed.
    batches: AtomicU64,
    closed: watch::Sender<Option<Arc<Closed>>>,
    pub(super) server: Arc<str>,
}

/// The buffer that a request is encoded into, in octets; it grows if need be.
const FIRST_BUFFER: usize = 512;

/// A buffer above this is not kept for other requests, in octets.
const LARGE_BUFFER: usize = 64 * 1024;

#[derive(Debug)]
struct State {
    session: ClientSession<Ticket>,
    outgoing: Outgoing,
    /// The octets that were ever queued.
    queued: u64,
    driver: Option<Waker>,
    /// The handles are gone or said so: when all is written, the connection ends.
    is_leaving: bool,
    /// What a caller found wrong, for the driver to end the connection with.
    fault: Option<Closed>,
    /// When the driver has to look whose time is over: not behind the first of those times.
    look_at: Option<Instant>,
}

/// What waits to be written.
#[derive(Debug, Default)]
struct Outgoing {
    frames: BytesMut,
    /// The room that the frames take.
    room: usize,
    /// A bind, which goes after the frames. Kept apart, so that no other buffer holds its secret.
    secret: Option<Frame>,
}

/// A frame that is wiped when it was written.
pub(super) type Frame = Zeroizing<Vec<u8>>;

/// What the session holds for an operation.
#[derive(Debug)]
struct Ticket {
    inbox: Arc<Inbox>,
    /// Where the request begins in the octets that were queued.
    start: u64,
    /// Where it ends.
    end: u64,
}

/// How much of what was queued the transport has taken, for telling what the server cannot have seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    pub(super) octets: u64,
    /// Over TLS a request that was taken in part may have been sent in whole records; without, the server cannot act
    /// on half a message.
    pub(super) is_encrypted: bool,
}

impl Shared {
    /// Makes the state of a connection whose first request has the id `first`.
    pub(super) fn new(first: MessageId, is_encrypted: bool, settings: &Settings, server: Arc<str>) -> Self {
        let mut session = ClientSession::starting_at(first);
        if is_encrypted {
            session.tls_established();
        }
        let state = State {
            session,
            outgoing: Outgoing::default(),
            queued: 0,
            driver: None,
            is_leaving: false,
            fault: None,
            look_at: None,
        };
        Self {
            state: Mutex::new(state),
            flow: Flow::new(settings.search_budget, settings.connection_budget),
            turns: Arc::new(Semaphore::new(settings.in_flight)),
            room: Room::new(settings.write_budget),
            spare: Mutex::default(),
            batches: AtomicU64::new(0),
            closed: watch::Sender::new(None),
            server,
        }
    }

    /// Returns a writer to encode a request of this kind.
    pub(super) fn writer(&self, kind: OpKind) -> Writer {
        if kind == OpKind::BindRequest {
            return Writer::secret(FIRST_BUFFER);
        }
        let spare = lock(&self.spare).take();
        spare.unwrap_or_else(|| Writer::with_capacity(FIRST_BUFFER))
    }

    /// Queues a request that was encoded without its head, and that has this room.
    pub(super) fn begin(
        &self,
        kind: OpKind,
        mut request: Writer,
        inbox: &Arc<Inbox>,
        room: OwnedSemaphorePermit,
    ) -> Result<MessageId, Error> {
        let mut state = self.lock();
        // The driver has not closed it yet, but it will: what the session makes of a bind that was given up is not to blame.
        if let Some(reason) = &state.fault {
            return Err(inbox::closed(reason, Phase::NotSent));
        }
        let State { session, queued, .. } = &mut *state;
        let start = *queued;
        let started = session.start_with(kind, |id| {
            encode_head(id, &mut request, 0);
            *queued += request.len() as u64;
            Ticket { inbox: Arc::clone(inbox), start, end: *queued }
        });
        let id = started.map_err(|misuse| self.refuse(misuse))?;
        if let Some(until) = inbox.until()
            && state.look_at.is_none_or(|at| until < at)
        {
            state.look_at = Some(until);
        }
        if kind == OpKind::BindRequest {
            let (buffer, head) = request.into_buffer();
            let mut buffer = Zeroizing::new(buffer);
            buffer.drain(..head);
            state.outgoing.secret = Some(buffer);
        } else {
            state.outgoing.frames.extend_from_slice(request.written());
            state.outgoing.room += room.num_permits();
            room.forget();
            if request.capacity() <= LARGE_BUFFER {
                request.clear();
                *lock(&self.spare) = Some(request);
            }
        }
        state.wake_driver();
        Ok(id)
    }

    /// Gives an operation up: tells the server, and forgets it.
    pub(super) fn abandon(&self, id: MessageId) {
        let mut state = self.lock();
        if state.abandon(id).is_some() {
            state.wake_driver();
        }
    }

    /// Ends the connection for something that a caller found or did.
    pub(super) fn fail(&self, reason: Closed) {
        let mut state = self.lock();
        state.fault.get_or_insert(reason);
        state.wake_driver();
    }

    /// Says goodbye: an unbind is the last message.
    pub(super) fn leave(&self) {
        let mut state = self.lock();
        if let Ok(id) = state.session.unbind() {
            let mut writer = Writer::with_capacity(16);
            // An unbind has nothing that could be refused.
            if UnbindRequest.encode(&mut writer).is_ok() {
                encode_head(id, &mut writer, 0);
                state.queue(writer.written());
            }
        }
        state.is_leaving = true;
        state.wake_driver();
    }

    /// Makes the driver look again.
    pub(super) fn nudge(&self) {
        self.lock().wake_driver();
    }

    /// Waits until the connection is closed.
    pub(super) async fn wait_closed(&self) -> Arc<Closed> {
        let mut receiver = self.closed.subscribe();
        // The sender lives as long as `self`.
        let closed = receiver.wait_for(Option::is_some).await.ok().and_then(|closed| closed.clone());
        closed.unwrap_or_else(|| Arc::new(Closed::ByCaller))
    }

    /// Returns why the connection is closed, once it is.
    pub(super) fn closed(&self) -> Option<Arc<Closed>> {
        self.closed.borrow().clone()
    }

    pub(super) fn outstanding(&self) -> usize {
        self.lock().session.outstanding()
    }

    /// Returns how many octets wait to be written, besides those that the driver is writing.
    pub(super) fn queued(&self) -> usize {
        self.lock().outgoing.octets()
    }

    /// Returns how often something came.
    pub(super) fn batches(&self) -> u64 {
        self.batches.load(Ordering::Relaxed)
    }

    pub(super) fn late_responses(&self) -> u64 {
        self.lock().session.late_responses()
    }

    // What follows is for the driver.

    /// Moves what waits to be written into `buffer`, if that is empty, and a bind behind it into `secret`; notes whom to
    /// wake when there is more.
    pub(super) fn take_outgoing(
        &self,
        driver: &Waker,
        buffer: &mut BytesMut,
        secret: &mut Option<Frame>,
    ) -> Signals {
        let mut state = self.lock();
        match &mut state.driver {
            Some(waker) => waker.clone_from(driver),
            none => *none = Some(driver.clone()),
        }
        let outgoing = &mut state.outgoing;
        if buffer.is_empty() {
            // The empty one comes back, so that no large buffer stays behind.
            mem::swap(buffer, &mut outgoing.frames);
            self.room.give_back(mem::take(&mut outgoing.room));
        }
        if outgoing.frames.is_empty() && secret.is_none() {
            *secret = outgoing.secret.take();
        }
        let has_more = !outgoing.frames.is_empty() || outgoing.secret.is_some();
        Signals { has_more, is_leaving: state.is_leaving, fault: state.fault.clone(), look_at: state.look_at }
    }

    /// Gives each frame to the operation that it is for. Unsolicited ones are left in `unsolicited`.
    pub(super) fn route(
        &self,
        frames: &mut Vec<Bytes>,
        wakers: &mut Vec<Waker>,
        unsolicited: &mut Vec<Bytes>,
    ) -> Result<(), Violation> {
        self.batches.fetch_add(1, Ordering::Relaxed);
        let mut state = self.lock();
        for frame in frames.drain(..) {
            match state.session.handle(&frame)? {
                ClientEvent::Item { caller, .. } => caller.inbox.push(frame, false, &self.flow, wakers),
                ClientEvent::Final { caller, .. } => caller.inbox.push(frame, true, &self.flow, wakers),
                ClientEvent::Unsolicited => unsolicited.push(frame),
                ClientEvent::Late { .. } => {}
            }
        }
        if self.flow.is_over_hard() {
            state.give_up_slowest(&self.flow, wakers);
        }
        Ok(())
    }

    /// Ends the waiting of those whose time is over; returns when the next may be.
    ///
    /// One timer serves all operations: each begins later than those before it and nearly all have the same time, so that it
    /// goes off once in that time, however many they are.
    pub(super) fn expire(&self, now: Instant, wakers: &mut Vec<Waker>) -> Option<Instant> {
        let mut state = self.lock();
        let waiting = state.session.callers();
        let next = waiting.filter_map(|(_, _, ticket)| ticket.inbox.expire(now, wakers)).min();
        state.look_at = next;
        next
    }

    /// Returns whether the connection may be read; see [`flow`](super::flow).
    pub(super) fn may_read(&self) -> bool {
        if !self.flow.has_slow() {
            return true;
        }
        let state = self.lock();
        let stalled =
            state.session.callers().any(|(_, _, ticket)| ticket.inbox.stalls() && ticket.inbox.is_slow());
        !stalled && state.session.callers().any(|(_, _, ticket)| ticket.inbox.is_starved())
    }

    /// Returns how many octets of what was queued were written, if the driver still has `left` of them.
    pub(super) fn written(&self, left: usize) -> u64 {
        let state = self.lock();
        state.queued.saturating_sub((left + state.outgoing.octets()) as u64)
    }

    /// Ends everything: each outstanding operation learns the reason and how far it got.
    pub(super) fn finish(&self, reason: Closed, written: Written) {
        let reason = Arc::new(reason);
        let mut wakers = Vec::new();
        let mut state = self.lock();
        for (_, _, ticket) in state.session.close() {
            let phase = ticket.phase(written);
            wakers.extend(ticket.inbox.close(Arc::clone(&reason), phase));
        }
        state.outgoing = Outgoing::default();
        // Published under the lock, so that whoever finds the session closed finds the reason.
        self.closed.send_replace(Some(reason));
        drop(state);
        self.turns.close();
        self.room.close();
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Makes the error of a request that the session does not let through.
    fn refuse(&self, misuse: Misuse) -> Error {
        match (misuse, self.closed()) {
            (Misuse::Closed, Some(reason)) => inbox::closed(&reason, Phase::NotSent),
            (Misuse::Closed, None) => inbox::closed(&Closed::ByCaller, Phase::NotSent),
            (misuse, _) => Error::from(misuse),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the driver has to know besides octets.
#[derive(Debug)]
pub(super) struct Signals {
    /// There was more than could be taken.
    pub(super) has_more: bool,
    pub(super) is_leaving: bool,
    pub(super) fault: Option<Closed>,
    /// When [`expire`](Shared::expire) has to be called.
    pub(super) look_at: Option<Instant>,
}

impl Outgoing {
    fn octets(&self) -> usize {
        self.frames.len() + self.secret.as_ref().map_or(0, |secret| secret.len())
    }
}

impl State {
    fn queue(&mut self, octets: &[u8]) {
        self.outgoing.frames.extend_from_slice(octets);
        self.queued += octets.len() as u64;
    }

    /// Sends an abandon request; returns the inbox of the operation if it was outstanding.
    fn abandon(&mut self, id: MessageId) -> Option<Arc<Inbox>> {
        let (abandon_id, ticket) = self.session.abandon(id).ok()?;
        let mut writer = Writer::with_capacity(16);
        // An id that was issued can be abandoned.
        if AbandonRequest::new(id).encode(&mut writer).is_ok() {
            encode_head(abandon_id, &mut writer, 0);
            self.queue(writer.written());
        }
        Some(ticket.inbox)
    }

    /// Ends the search that holds most.
    fn give_up_slowest(&mut self, flow: &Flow, wakers: &mut Vec<Waker>) {
        let slowest = self
            .session
            .callers()
            .filter(|(_, _, ticket)| ticket.inbox.is_slow() && !ticket.inbox.stalls())
            .max_by_key(|(_, _, ticket)| ticket.inbox.held())
            .map(|(id, ..)| id);
        if let Some(inbox) = slowest.and_then(|id| self.abandon(id)) {
            wakers.extend(inbox.overflow(flow));
        }
    }

    fn wake_driver(&mut self) {
        if let Some(driver) = self.driver.take() {
            driver.wake();
        }
    }
}

impl Ticket {
    fn phase(&self, written: Written) -> Phase {
        let untouched = self.start >= written.octets;
        let incomplete = self.end > written.octets && !written.is_encrypted;
        if untouched || incomplete { Phase::NotSent } else { Phase::Unknown }
    }
}
