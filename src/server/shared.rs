//! What the operations of a connection share with its driver.
//!
//! Advice for the next maintainer: which operations are outstanding and which octets wait to be written must agree,
//! and stand under one lock, held for moments and never across an await. An operation stops by its [`AbortHandle`]:
//! the driver finds it so at its next look and drops the future.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};
use futures_util::future::AbortHandle;

use crate::ber::Writer;
use crate::model::{Control, ResultCode};
use crate::proto::{
    Envelope, LdapMessage, LdapResult, MessageId, OpKind, ProtocolOp, encode_head, encode_operation,
};
use crate::session::{Misuse, ServerEvent, ServerSession, Violation};
use crate::transport::{Peer, UnixCredentials};

use super::{Answer, CancelOutcome, End, SendError, ServerLimits};

/// The state of one connection.
pub(super) struct Shared {
    state: Mutex<State>,
    pub(super) limits: Arc<ServerLimits>,
    pub(super) profile: Profile,
    /// Set when TLS is up: the certificate of the client, if it showed one.
    pub(super) secured: OnceLock<Option<Bytes>>,
    locals: Arc<Mutex<Locals>>,
}

/// What handlers keep for a connection, by its type.
type Locals = HashMap<TypeId, Arc<dyn Any + Send + Sync>>;

/// Who is at the other end.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    pub(super) number: u64,
    pub(super) peer: Peer,
    pub(super) credentials: Option<UnixCredentials>,
    pub(super) is_local: bool,
    pub(super) offers_start_tls: bool,
}

struct State {
    session: ServerSession<Ticket>,
    outgoing: BytesMut,
    /// Octets that the driver took and the transport did not.
    unwritten: usize,
    /// Operations that wait for room.
    waiting: Vec<Waker>,
    driver: Option<Waker>,
    /// What ends the connection.
    end: Option<End>,
    is_draining: bool,
    ignores_abandon: bool,
    start_tls: StartTlsState,
}

/// What the session holds for an operation.
#[derive(Debug)]
struct Ticket {
    abort: AbortHandle,
    can_be_canceled: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StartTlsState {
    Idle,
    Asked(MessageId),
    Granted,
}

/// What the driver has to know besides octets.
#[derive(Debug)]
pub(super) struct Signals {
    pub(super) end: Option<End>,
    /// The last octets before the handshake are among those that were taken.
    pub(super) start_tls_granted: bool,
    /// Draining, and nothing is outstanding any more.
    pub(super) is_drained: bool,
    /// There was more than could be taken.
    pub(super) has_more: bool,
}

/// What the session made of a request.
pub(super) enum Admission {
    /// It begins.
    Begin,
    /// It waits until the operations before it have ended.
    Hold,
    /// It was answered.
    Refused,
}

impl Shared {
    pub(super) fn new(limits: Arc<ServerLimits>, profile: Profile) -> Self {
        let state = State {
            session: ServerSession::new().with_max_outstanding(limits.outstanding),
            outgoing: BytesMut::new(),
            unwritten: 0,
            waiting: Vec::new(),
            driver: None,
            end: None,
            is_draining: false,
            ignores_abandon: false,
            start_tls: StartTlsState::Idle,
        };
        let locals = Arc::default();
        Self { state: Mutex::new(state), limits, profile, secured: OnceLock::new(), locals }
    }

    /// Makes the state of what is no connection: requests come from within the process.
    pub(super) fn in_process(limits: Arc<ServerLimits>) -> Self {
        let profile = Profile {
            number: 0,
            peer: Peer::Memory,
            credentials: None,
            is_local: true,
            offers_start_tls: false,
        };
        Self::new(limits, profile)
    }

    /// Makes the state of another session of who this one belongs to: what handlers keep is the same.
    pub(super) fn beside(&self) -> Self {
        let other = Self::new(Arc::clone(&self.limits), self.profile.clone());
        Self { locals: Arc::clone(&self.locals), ..other }
    }

    pub(super) fn local<T: Any + Send + Sync + Default>(&self) -> Arc<T> {
        let mut locals = self.locals.lock().unwrap_or_else(PoisonError::into_inner);
        let local = locals.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default()));
        Arc::clone(local).downcast().unwrap_or_default()
    }

    pub(super) fn outstanding(&self) -> usize {
        self.lock().session.outstanding()
    }

    /// Asks the driver to end the connection. The first reason counts.
    pub(super) fn end(&self, reason: End) {
        let mut state = self.lock();
        state.end.get_or_insert(reason);
        state.wake_driver();
    }

    /// Does as if nothing were abandoned, from now on.
    pub(super) fn ignore_abandon(&self) {
        self.lock().ignores_abandon = true;
    }

    /// Takes no further request, and ends the connection when the last operation has.
    pub(super) fn drain(&self) {
        let mut state = self.lock();
        state.is_draining = true;
        state.wake_driver();
    }

    pub(super) fn notify(&self, message: &LdapMessage) {
        let mut writer = Writer::new();
        // A notification that cannot be encoded is the handler's mistake, and advisory at that.
        if message.encode(&mut writer).is_ok() {
            let mut state = self.lock();
            if !state.session.is_closed() {
                state.queue(writer.written());
            }
        }
    }

    /// Waits until there is room for a further response.
    pub(super) fn poll_room(&self, cx: &Context<'_>) -> Poll<Result<(), SendError>> {
        let mut state = self.lock();
        if state.session.is_closed() || state.end.is_some() {
            return Poll::Ready(Err(SendError::Closed));
        }
        if state.level() < self.limits.answer_budget {
            return Poll::Ready(Ok(()));
        }
        if !state.waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
            state.waiting.push(cx.waker().clone());
        }
        Poll::Pending
    }

    /// Queues a response that does not end its operation, encoded but for its head.
    pub(super) fn respond(
        &self,
        id: MessageId,
        kind: OpKind,
        response: &mut Writer,
    ) -> Result<(), SendError> {
        encode_head(id, response, 0);
        let mut state = self.lock();
        match state.session.respond(id, kind, ResultCode::SUCCESS) {
            Ok(None) => {
                state.queue(response.written());
                Ok(())
            }
            Ok(Some(_)) | Err(Misuse::WrongKind { .. }) => Err(SendError::WrongKind(kind)),
            Err(_) => Err(SendError::Closed),
        }
    }

    /// Queues any octets, for those who want to misbehave.
    pub(super) fn queue_octets(&self, octets: &[u8]) {
        self.lock().queue(octets);
    }

    /// Ends an operation by its answer, if it is still outstanding.
    pub(super) fn answer(&self, id: MessageId, request: OpKind, answer: &Answer) {
        self.lock().answer(id, request, answer);
    }

    /// Stops an operation and answers it (RFC 3909).
    pub(super) fn cancel(&self, id: MessageId) -> CancelOutcome {
        let mut state = self.lock();
        let found = state.session.operations().find(|(other, ..)| *other == id);
        let Some((_, kind, ticket)) = found else { return CancelOutcome::NoSuchOperation };
        if kind == OpKind::BindRequest || !ticket.can_be_canceled {
            return CancelOutcome::CannotCancel;
        }
        let abort = ticket.abort.clone();
        state.answer(id, kind, &ResultCode::CANCELED.into());
        abort.abort();
        CancelOutcome::Canceled
    }

    // What follows is for the driver.

    /// Forgets whom to wake: the driver looks itself.
    pub(super) fn begin_turn(&self) {
        self.lock().driver = None;
    }

    /// Returns whether a further request may be read.
    pub(super) fn may_read(&self) -> bool {
        let state = self.lock();
        // What comes behind a bind is looked at when the bind is answered.
        !state.is_draining && !state.session.is_binding() && state.level() < self.limits.answer_budget
    }

    /// Takes a frame; an operation that it abandons is stopped.
    pub(super) fn handle(&self, frame: &[u8]) -> Result<Option<(MessageId, OpKind)>, End> {
        let mut state = self.lock();
        if state.ignores_abandon
            && Envelope::peek(frame).is_ok_and(|envelope| envelope.kind == OpKind::AbandonRequest)
        {
            return Ok(None);
        }
        match state.session.handle(frame).map_err(End::Violation)? {
            ServerEvent::Request { id, kind } => Ok(Some((id, kind))),
            ServerEvent::Abandoned { caller, .. } => {
                caller.abort.abort();
                Ok(None)
            }
            ServerEvent::Ignored => Ok(None),
            ServerEvent::Unbind => Err(End::Unbind),
        }
    }

    /// Takes a request on, or answers it.
    pub(super) fn admit(
        &self,
        id: MessageId,
        kind: OpKind,
        feature: Feature,
        abort: AbortHandle,
    ) -> Result<Admission, Violation> {
        let mut state = self.lock();
        let ticket = Ticket { abort, can_be_canceled: feature == Feature::None };
        if let Err(misuse) = state.session.accept(id, kind, ticket) {
            let text = misuse.to_string();
            state.refuse(id, kind, &Answer::refuse(ResultCode::BUSY, text));
            return Ok(Admission::Refused);
        }
        if kind == OpKind::BindRequest && state.session.outstanding() > 1 {
            return Ok(Admission::Hold);
        }
        if feature == Feature::StartTls {
            if let Err(misuse) = state.session.begin_start_tls(id) {
                let answer = Answer::refuse(ResultCode::OPERATIONS_ERROR, misuse.to_string());
                state.answer(id, kind, &answer);
                return Ok(Admission::Refused);
            }
            state.start_tls = StartTlsState::Asked(id);
        }
        Ok(Admission::Begin)
    }

    /// Answers a request that is not taken on.
    pub(super) fn refuse(&self, id: MessageId, kind: OpKind, answer: &Answer) {
        self.lock().refuse(id, kind, answer);
    }

    /// Stops all operations but a bind, for that to begin, and answers them with `busy`.
    pub(super) fn clear_for_bind(&self) {
        let mut state = self.lock();
        let others: Vec<_> = state
            .session
            .operations()
            .filter(|(_, kind, _)| *kind != OpKind::BindRequest)
            .map(|(id, kind, ticket)| (id, kind, ticket.abort.clone()))
            .collect();
        let answer = Answer::refuse(ResultCode::BUSY, "a bind ended the operations before it");
        for (id, kind, abort) in others {
            state.answer(id, kind, &answer);
            abort.abort();
        }
    }

    /// Moves what waits to be written into `buffer`, if that is empty; notes whom to wake when there is more.
    pub(super) fn take_outgoing(&self, driver: &Waker, buffer: &mut BytesMut) -> Signals {
        let mut state = self.lock();
        match &mut state.driver {
            Some(waker) => waker.clone_from(driver),
            none => *none = Some(driver.clone()),
        }
        if buffer.is_empty() {
            std::mem::swap(buffer, &mut state.outgoing);
            state.unwritten = buffer.len();
        }
        let is_quiet = state.outgoing.is_empty();
        Signals {
            end: state.end.clone(),
            start_tls_granted: is_quiet && state.start_tls == StartTlsState::Granted,
            is_drained: is_quiet && state.is_draining && state.session.outstanding() == 0,
            has_more: !is_quiet,
        }
    }

    /// Says how much of what was taken is left to write, and wakes those for whom there is room now.
    pub(super) fn written(&self, left: usize) {
        let mut state = self.lock();
        state.unwritten = left;
        if state.level() <= self.limits.answer_budget / 2 {
            for waker in std::mem::take(&mut state.waiting) {
                waker.wake();
            }
        }
    }

    /// Says that TLS is up.
    pub(super) fn tls_established(&self, certificate: Option<Bytes>) {
        let mut state = self.lock();
        state.start_tls = StartTlsState::Idle;
        state.session.end_start_tls();
        drop(state);
        // A second handshake cannot come about.
        let _ = self.secured.set(certificate);
    }

    /// Ends the session: each outstanding operation is stopped. Returns the octets that were still to be written.
    pub(super) fn close(&self) -> BytesMut {
        let mut state = self.lock();
        for (_, ticket) in state.session.close() {
            ticket.abort.abort();
        }
        let waiting = std::mem::take(&mut state.waiting);
        let outgoing = std::mem::take(&mut state.outgoing);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
        outgoing
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the driver has to know of an extended request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Feature {
    None,
    StartTls,
    Cancel,
}

impl State {
    /// The octets that wait for the client.
    fn level(&self) -> usize {
        self.outgoing.len().saturating_add(self.unwritten)
    }

    fn queue(&mut self, octets: &[u8]) {
        self.outgoing.extend_from_slice(octets);
        self.wake_driver();
    }

    fn answer(&mut self, id: MessageId, request: OpKind, answer: &Answer) {
        let Some(response) = request.final_response() else { return };
        if self.session.respond(id, response, answer.code()).is_err() {
            return;
        }
        if self.start_tls == StartTlsState::Asked(id) {
            if answer.code() == ResultCode::SUCCESS {
                self.start_tls = StartTlsState::Granted;
            } else {
                self.start_tls = StartTlsState::Idle;
                self.session.end_start_tls();
            }
        }
        self.queue_answer(id, request, answer);
    }

    fn refuse(&mut self, id: MessageId, request: OpKind, answer: &Answer) {
        self.session.refuse(id);
        self.queue_answer(id, request, answer);
    }

    fn queue_answer(&mut self, id: MessageId, request: OpKind, answer: &Answer) {
        let mut writer = Writer::with_capacity(64);
        let encoded = answer.to_op(request).map(|op| encode_operation(&op, answer.controls(), &mut writer));
        if encoded.is_none_or(|encoded| encoded.is_err()) {
            // An answer that cannot be sent is the handler's mistake, and the client still waits for one.
            writer.clear();
            let failed = LdapResult::new(ResultCode::OTHER)
                .with_diagnostic_message("the server made an answer that cannot be sent");
            let Some(op) = ProtocolOp::response(request, failed) else { return };
            let none: &[Control] = &[];
            if encode_operation(&op, none, &mut writer).is_err() {
                return;
            }
        }
        encode_head(id, &mut writer, 0);
        self.queue(writer.written());
    }

    fn wake_driver(&mut self) {
        if let Some(driver) = self.driver.take() {
            driver.wake();
        }
    }
}
