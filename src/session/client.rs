//! The client's side of a connection.
//!
//! Advice for the next maintainer: `gate` says what may be sent, `pending` what may come. An id leaves `pending`
//! in one of three ways: its final response came, the caller abandoned it, or the session was drained. An
//! abandoned id waits in `abandoned`, because the server may answer it all the same and the answer must not be
//! taken for that of a later request.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::ber::{Fault, Reader, Tag};
use crate::model::ResultCode;
use crate::proto::{Envelope, MessageId, OpKind};

use super::{Misuse, Violation};

/// The client's rules of one connection; `T` is what the caller ties to each outstanding operation.
///
/// ```
/// use ldapwire::proto::OpKind;
/// use ldapwire::session::{ClientEvent, ClientSession};
///
/// let mut session = ClientSession::new();
/// let id = session.start(OpKind::CompareRequest, "is it so?")?;
/// // compareResponse with compareTrue for message id 1.
/// let event = session.handle(b"\x30\x0c\x02\x01\x01\x6f\x07\x0a\x01\x06\x04\x00\x04\x00")?;
/// assert!(matches!(event, ClientEvent::Final { caller: "is it so?", .. }));
/// assert_eq!(session.outstanding(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ClientSession<T> {
    gate: Gate,
    next: MessageId,
    /// Ids are issued in order, so that before the first wrap those from `next` on were never issued.
    wrapped: bool,
    pending: FxHashMap<MessageId, Pending<T>>,
    abandoned: VecDeque<MessageId>,
    tls: bool,
    late: u64,
}

/// What may be sent.
///
/// ```text
///            bind                     final response
///   Open ───────────▶ Bind(id) ─────────────────────────▶ Open
///    │ ▲                 ▲ └── saslBindInProgress ──▶ SaslStep ─┐
///    │ │                 └───────────── bind ───────────────────┘
///    │ └── refused ── StartTls(id) ── success ──▶ TlsPending ── tls_established ──▶ Open
///    └── StartTLS ───────▲
///   any ── unbind, close ──▶ Closed
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gate {
    Open,
    Bind(MessageId),
    SaslStep,
    StartTls(MessageId),
    TlsPending,
    Closed,
}

#[derive(Debug)]
struct Pending<T> {
    kind: OpKind,
    caller: T,
}

/// What a frame means to the client.
#[derive(Debug)]
#[non_exhaustive]
pub enum ClientEvent<'a, T> {
    /// A response that does not end its operation: an entry, a reference, an intermediate response.
    Item {
        /// The id of the operation.
        id: MessageId,
        /// What came.
        kind: OpKind,
        /// What the caller tied to the operation.
        caller: &'a mut T,
    },
    /// The response that ends an operation.
    Final {
        /// The id of the operation, free from now on.
        id: MessageId,
        /// What came.
        kind: OpKind,
        /// What the caller tied to the operation.
        caller: T,
    },
    /// A response to an operation that is over or was abandoned; to be dropped.
    Late {
        /// The id that it is for.
        id: MessageId,
    },
    /// An unsolicited notification (RFC 4511 4.4).
    Unsolicited,
}

/// The most abandoned ids that are kept from being issued again. Ids come in order, so an id beyond these would be
/// issued again only after all the others, 2^31 requests later.
const MAX_ABANDONED: usize = 4096;

/// The most operations that may be outstanding. More than any server lets a client have.
const MAX_OUTSTANDING: usize = 65_536;

impl<T> ClientSession<T> {
    /// Makes the session of a new connection.
    pub fn new() -> Self {
        Self::starting_at(MessageId::FIRST)
    }

    /// Makes a session whose first request has this id.
    pub fn starting_at(first: MessageId) -> Self {
        Self {
            gate: Gate::Open,
            next: if first == MessageId::UNSOLICITED { MessageId::FIRST } else { first },
            // What stands before a first id that is not 1 counts as issued.
            wrapped: false,
            pending: FxHashMap::default(),
            abandoned: VecDeque::new(),
            tls: false,
            late: 0,
        }
    }

    /// Starts a request that will be answered, and returns the id to send it with.
    ///
    /// # Errors
    ///
    /// The request may not be sent now, or is none that is answered. StartTLS is started by
    /// [`start_tls`](Self::start_tls), abandon by [`abandon`](Self::abandon), unbind by [`unbind`](Self::unbind).
    pub fn start(&mut self, kind: OpKind, caller: T) -> Result<MessageId, Misuse> {
        self.start_with(kind, |_| caller)
    }

    /// As [`start`](Self::start), for a caller that needs the id for what it ties to the operation.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start); `caller` was not called.
    pub fn start_with(
        &mut self,
        kind: OpKind,
        caller: impl FnOnce(MessageId) -> T,
    ) -> Result<MessageId, Misuse> {
        if kind.final_response().is_none() {
            return Err(Misuse::WrongKind { kind });
        }
        self.may_start(kind)?;
        let id = self.issue();
        if kind == OpKind::BindRequest {
            self.gate = Gate::Bind(id);
        }
        self.pending.insert(id, Pending { kind, caller: caller(id) });
        Ok(id)
    }

    /// Starts a StartTLS request, and returns the id to send it with.
    ///
    /// # Errors
    ///
    /// Operations are outstanding, a bind is in progress, or TLS is up.
    pub fn start_tls(&mut self, caller: T) -> Result<MessageId, Misuse> {
        let kind = OpKind::ExtendedRequest;
        self.may_start(kind)?;
        if self.tls {
            return Err(Misuse::TlsEstablished);
        }
        if !self.pending.is_empty() {
            return Err(Misuse::OperationsOutstanding { count: self.pending.len() });
        }
        let id = self.issue();
        self.gate = Gate::StartTls(id);
        self.pending.insert(id, Pending { kind, caller });
        Ok(id)
    }

    /// Abandons an operation: returns the id to send the abandon request with, and what the caller had tied to the
    /// operation.
    ///
    /// The id of the operation stays reserved; what still comes for it is dropped.
    ///
    /// # Errors
    ///
    /// The operation is a bind or StartTLS, is not outstanding, or nothing may be sent now.
    pub fn abandon(&mut self, id: MessageId) -> Result<(MessageId, T), Misuse> {
        let Some(pending) = self.pending.get(&id) else { return Err(Misuse::NotOutstanding { id }) };
        let kind = pending.kind;
        if kind == OpKind::BindRequest || self.gate == Gate::StartTls(id) {
            return Err(Misuse::CannotAbandon { kind });
        }
        self.may_send()?;
        let Some(pending) = self.pending.remove(&id) else { return Err(Misuse::NotOutstanding { id }) };
        if self.abandoned.len() == MAX_ABANDONED {
            self.abandoned.pop_front();
        }
        self.abandoned.push_back(id);
        Ok((self.issue(), pending.caller))
    }

    /// Ends the session: returns the id to send the unbind request with. Nothing can be sent after it.
    ///
    /// # Errors
    ///
    /// The session has ended before.
    pub fn unbind(&mut self) -> Result<MessageId, Misuse> {
        if self.gate == Gate::Closed {
            return Err(Misuse::Closed);
        }
        let id = self.issue();
        self.gate = Gate::Closed;
        Ok(id)
    }

    /// Takes one complete frame from the server.
    ///
    /// # Errors
    ///
    /// The server broke the protocol. [`close`](Self::close) the session and the connection.
    pub fn handle(&mut self, frame: &[u8]) -> Result<ClientEvent<'_, T>, Violation> {
        let Envelope { id, kind, .. } = Envelope::peek(frame)?;
        if self.gate == Gate::TlsPending {
            return Err(Violation::OctetsBeforeTls);
        }
        if id == MessageId::UNSOLICITED {
            return match kind {
                OpKind::ExtendedResponse => Ok(ClientEvent::Unsolicited),
                _ => Err(Violation::ReservedId { kind }),
            };
        }
        if kind.is_request() {
            return Err(Violation::WrongDirection { id, kind });
        }
        let Some(pending) = self.pending.get(&id) else { return self.handle_late(id, kind) };
        let request = pending.kind;
        if request.final_response() == Some(kind) {
            self.pass_gate(id, frame)?;
            // The entry was found above.
            let Some(pending) = self.pending.remove(&id) else { return Ok(ClientEvent::Late { id }) };
            return Ok(ClientEvent::Final { id, kind, caller: pending.caller });
        }
        let belongs = match kind {
            OpKind::SearchResultEntry | OpKind::SearchResultReference => request == OpKind::SearchRequest,
            OpKind::IntermediateResponse => true,
            _ => false,
        };
        match self.pending.get_mut(&id) {
            Some(pending) if belongs => Ok(ClientEvent::Item { id, kind, caller: &mut pending.caller }),
            _ => Err(Violation::WrongResponse { id, request, response: kind }),
        }
    }

    /// Says that the TLS handshake after a successful StartTLS, or before the first message, is done.
    pub fn tls_established(&mut self) {
        self.tls = true;
        if self.gate == Gate::TlsPending {
            self.gate = Gate::Open;
        }
    }

    /// Ends the session and gives back what is tied to the outstanding operations, in the order of their ids.
    pub fn close(&mut self) -> Vec<(MessageId, OpKind, T)> {
        self.gate = Gate::Closed;
        let mut pending: Vec<_> =
            self.pending.drain().map(|(id, pending)| (id, pending.kind, pending.caller)).collect();
        pending.sort_by_key(|(id, ..)| *id);
        pending
    }

    /// Returns whether nothing can be sent any more.
    pub fn is_closed(&self) -> bool {
        self.gate == Gate::Closed
    }

    /// Returns whether a StartTLS was granted and the handshake is to be made before anything else.
    pub fn is_tls_pending(&self) -> bool {
        self.gate == Gate::TlsPending
    }

    /// Returns how many operations wait for an answer.
    pub fn outstanding(&self) -> usize {
        self.pending.len()
    }

    /// Walks what is tied to the outstanding operations, in no order.
    pub fn callers(&self) -> impl Iterator<Item = (MessageId, OpKind, &T)> {
        self.pending.iter().map(|(id, pending)| (*id, pending.kind, &pending.caller))
    }

    /// Returns how many responses came for operations that were over or abandoned.
    pub fn late_responses(&self) -> u64 {
        self.late
    }

    /// Checks whether anything may be sent.
    fn may_send(&self) -> Result<(), Misuse> {
        match self.gate {
            Gate::Open => Ok(()),
            Gate::Bind(_) => Err(Misuse::BindInProgress),
            Gate::SaslStep => Err(Misuse::SaslInProgress),
            Gate::StartTls(_) | Gate::TlsPending => Err(Misuse::StartTlsInProgress),
            Gate::Closed => Err(Misuse::Closed),
        }
    }

    fn may_start(&self, kind: OpKind) -> Result<(), Misuse> {
        match self.may_send() {
            // "A client may abort a SASL bind negotiation by sending a BindRequest" (RFC 4511 4.2.1).
            Err(Misuse::SaslInProgress) if kind == OpKind::BindRequest => {}
            other => other?,
        }
        if self.pending.len() >= MAX_OUTSTANDING {
            return Err(Misuse::TooManyOutstanding { limit: MAX_OUTSTANDING });
        }
        Ok(())
    }

    /// Takes the next id that is neither outstanding nor abandoned.
    fn issue(&mut self) -> MessageId {
        // Ends, because far fewer ids are taken than there are.
        loop {
            let id = self.next;
            self.next = id.next();
            self.wrapped |= self.next == MessageId::FIRST;
            let taken = self.wrapped && (self.pending.contains_key(&id) || self.abandoned.contains(&id));
            if !taken {
                return id;
            }
        }
    }

    fn handle_late(&mut self, id: MessageId, kind: OpKind) -> Result<ClientEvent<'_, T>, Violation> {
        let issued = self.wrapped || id < self.next;
        if !issued {
            return Err(Violation::UnknownId { id, kind });
        }
        self.late = self.late.saturating_add(1);
        Ok(ClientEvent::Late { id })
    }

    /// Moves the gate when the final response is the one that it waits for.
    fn pass_gate(&mut self, id: MessageId, frame: &[u8]) -> Result<(), Violation> {
        if self.gate == Gate::Bind(id) {
            let in_progress = result_code(frame)? == ResultCode::SASL_BIND_IN_PROGRESS;
            self.gate = if in_progress { Gate::SaslStep } else { Gate::Open };
        } else if self.gate == Gate::StartTls(id) {
            let granted = result_code(frame)? == ResultCode::SUCCESS;
            self.gate = if granted { Gate::TlsPending } else { Gate::Open };
        }
        Ok(())
    }
}

impl<T> Default for ClientSession<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// Reads the code of a response whose envelope is known to be sound.
fn result_code(frame: &[u8]) -> Result<ResultCode, Violation> {
    let mut message = Reader::new(frame).sequence()?;
    message.read()?;
    let code = message.read()?.content.expect(Tag::ENUMERATED)?;
    let number = code.as_integer::<i32>("resultCode")?;
    match u32::try_from(number) {
        Ok(number) => Ok(ResultCode::new(number)),
        Err(_) => Err(code.fault(Fault::OutOfRange { field: "resultCode" }).into()),
    }
}

#[cfg(test)]
mod tests;
