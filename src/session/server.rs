//! The server's side of a connection.

use rustc_hash::FxHashMap;

use crate::ber::{Reader, Tag};
use crate::model::ResultCode;
use crate::proto::{Envelope, MessageId, OpKind};

use super::{Misuse, Violation};

/// The server's rules of one connection; `T` is what the caller ties to each outstanding operation.
///
/// ```
/// use ldapwire::model::ResultCode;
/// use ldapwire::proto::OpKind;
/// use ldapwire::session::{ServerEvent, ServerSession};
///
/// let mut session = ServerSession::new();
/// // delRequest for "" with message id 1.
/// let ServerEvent::Request { id, kind: OpKind::DeleteRequest } = session.handle(b"\x30\x05\x02\x01\x01\x4a\x00")?
/// else { panic!() };
/// session.accept(id, OpKind::DeleteRequest, ())?;
/// session.respond(id, OpKind::DeleteResponse, ResultCode::SUCCESS)?;
/// assert_eq!(session.outstanding(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ServerSession<T> {
    gate: Gate,
    pending: FxHashMap<MessageId, Pending<T>>,
    max_outstanding: usize,
    ignored: u64,
}

/// What may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gate {
    Open,
    /// A bind is being processed: "servers SHOULD NOT process or respond to requests received while processing a
    /// BindRequest" (RFC 4511 4.2.1).
    Bind(MessageId),
    /// A bind was answered with `saslBindInProgress`.
    SaslStep,
    /// StartTLS is being processed or was granted, and the handshake comes next.
    StartTls,
    Closed,
}

#[derive(Debug)]
struct Pending<T> {
    kind: OpKind,
    caller: T,
}

/// What a frame means to the server.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServerEvent<T> {
    /// A request to be answered, once it was [accepted](ServerSession::accept).
    Request {
        /// Its id.
        id: MessageId,
        /// What is asked.
        kind: OpKind,
    },
    /// An operation was abandoned: stop it, and send nothing more for it.
    Abandoned {
        /// Its id.
        id: MessageId,
        /// What the caller had tied to it.
        caller: T,
    },
    /// A message without effect: a request during a bind, or an abandon of something that is not outstanding
    /// or cannot be abandoned, which the server "MUST discard" (RFC 4511 4.11).
    Ignored,
    /// The client ends the session.
    Unbind,
}

/// The operations that one client may have outstanding by default; as many as OpenLDAP lets a bound one have.
const MAX_OUTSTANDING: usize = 1000;

impl<T> ServerSession<T> {
    /// Makes the session of a new connection, with at most 1000 operations outstanding.
    pub fn new() -> Self {
        Self { gate: Gate::Open, pending: FxHashMap::default(), max_outstanding: MAX_OUTSTANDING, ignored: 0 }
    }

    /// Sets how many operations may be outstanding. Fewer slow a client that pipelines; more let it hold more
    /// memory here.
    #[must_use]
    pub const fn with_max_outstanding(mut self, operations: usize) -> Self {
        self.max_outstanding = operations;
        self
    }

    /// Takes one complete frame from the client.
    ///
    /// # Errors
    ///
    /// The client broke the protocol: send a Notice of Disconnection with `protocolError` and close.
    pub fn handle(&mut self, frame: &[u8]) -> Result<ServerEvent<T>, Violation> {
        let Envelope { id, kind, .. } = Envelope::peek(frame)?;
        if self.gate == Gate::StartTls {
            return Err(Violation::OctetsBeforeTls);
        }
        if id == MessageId::UNSOLICITED {
            return Err(Violation::ReservedId { kind });
        }
        match kind {
            OpKind::UnbindRequest => {
                self.gate = Gate::Closed;
                Ok(ServerEvent::Unbind)
            }
            OpKind::AbandonRequest => Ok(self.handle_abandon(abandoned_id(frame)?)),
            _ if !kind.is_request() => Err(Violation::WrongDirection { id, kind }),
            _ if self.pending.contains_key(&id) => Err(Violation::IdInUse { id }),
            _ => self.handle_request(id, kind),
        }
    }

    /// Takes a request on: it is outstanding until its final response.
    ///
    /// # Errors
    ///
    /// Too many operations are outstanding: answer `busy` by [`refuse`](Self::refuse). Or the session has ended, the
    /// id is that of an outstanding operation, or the kind is none that is answered.
    pub fn accept(&mut self, id: MessageId, kind: OpKind, caller: T) -> Result<(), Misuse> {
        if self.gate == Gate::Closed {
            return Err(Misuse::Closed);
        }
        if self.pending.contains_key(&id) {
            return Err(Misuse::IdInUse { id });
        }
        if kind.final_response().is_none() {
            return Err(Misuse::WrongKind { kind });
        }
        if self.pending.len() >= self.max_outstanding {
            return Err(Misuse::TooManyOutstanding { limit: self.max_outstanding });
        }
        if kind == OpKind::BindRequest {
            self.gate = Gate::Bind(id);
        }
        self.pending.insert(id, Pending { kind, caller });
        Ok(())
    }

    /// Says that a request which was not accepted is answered with an error; the session forgets it.
    pub fn refuse(&mut self, id: MessageId) {
        if self.gate == Gate::Bind(id) {
            self.gate = Gate::Open;
        }
    }

    /// Says that an accepted extended request is StartTLS: nothing may come before it is answered, and if it is
    /// granted nothing but the handshake.
    ///
    /// # Errors
    ///
    /// Other operations are outstanding, for which the server answers `operationsError` (RFC 4511 4.14.1), or the
    /// session has ended.
    pub fn begin_start_tls(&mut self, id: MessageId) -> Result<(), Misuse> {
        if self.gate == Gate::Closed {
            return Err(Misuse::Closed);
        }
        let others = self.pending.keys().filter(|other| **other != id).count();
        if others > 0 {
            return Err(Misuse::OperationsOutstanding { count: others });
        }
        self.gate = Gate::StartTls;
        Ok(())
    }

    /// Says that StartTLS ended, with TLS up or refused, and messages may come again.
    pub fn end_start_tls(&mut self) {
        if self.gate == Gate::StartTls {
            self.gate = Gate::Open;
        }
    }

    /// Checks that a response may be sent; gives back what is tied to the operation if the response ends it.
    ///
    /// `code` matters for the responses that carry a result.
    ///
    /// # Errors
    ///
    /// The operation is not outstanding (it was answered or abandoned), or the response does not belong to it.
    pub fn respond(&mut self, id: MessageId, kind: OpKind, code: ResultCode) -> Result<Option<T>, Misuse> {
        if self.gate == Gate::Closed {
            return Err(Misuse::Closed);
        }
        let Some(pending) = self.pending.get(&id) else { return Err(Misuse::NotOutstanding { id }) };
        let request = pending.kind;
        if request.final_response() == Some(kind) {
            if self.gate == Gate::Bind(id) {
                let in_progress = code == ResultCode::SASL_BIND_IN_PROGRESS;
                self.gate = if in_progress { Gate::SaslStep } else { Gate::Open };
            }
            return Ok(self.pending.remove(&id).map(|pending| pending.caller));
        }
        let belongs = match kind {
            OpKind::SearchResultEntry | OpKind::SearchResultReference => request == OpKind::SearchRequest,
            OpKind::IntermediateResponse => true,
            _ => false,
        };
        if belongs { Ok(None) } else { Err(Misuse::WrongKind { kind }) }
    }

    /// Ends the session and gives back what is tied to the outstanding operations, in the order of their ids.
    pub fn close(&mut self) -> Vec<(MessageId, T)> {
        self.gate = Gate::Closed;
        let mut pending: Vec<_> = self.pending.drain().map(|(id, pending)| (id, pending.caller)).collect();
        pending.sort_by_key(|(id, _)| *id);
        pending
    }

    /// Returns whether the session has ended.
    pub fn is_closed(&self) -> bool {
        self.gate == Gate::Closed
    }

    /// Returns whether a bind is being processed, so that what comes now is ignored.
    pub fn is_binding(&self) -> bool {
        matches!(self.gate, Gate::Bind(_))
    }

    /// Walks the outstanding operations, in no order.
    pub fn operations(&self) -> impl Iterator<Item = (MessageId, OpKind, &T)> {
        self.pending.iter().map(|(id, pending)| (*id, pending.kind, &pending.caller))
    }

    /// Returns how many operations are not answered.
    pub fn outstanding(&self) -> usize {
        self.pending.len()
    }

    /// Returns how many messages were without effect.
    pub fn ignored(&self) -> u64 {
        self.ignored
    }

    fn handle_request(&mut self, id: MessageId, kind: OpKind) -> Result<ServerEvent<T>, Violation> {
        match self.gate {
            Gate::Bind(_) | Gate::Closed => Ok(self.ignore()),
            Gate::SaslStep if kind != OpKind::BindRequest => Err(Violation::DuringBind { kind }),
            _ => Ok(ServerEvent::Request { id, kind }),
        }
    }

    /// "Abandon, Bind, Unbind, and StartTLS operations cannot be abandoned" (RFC 4511 4.11).
    fn handle_abandon(&mut self, id: MessageId) -> ServerEvent<T> {
        let abandonable = |pending: &Pending<T>| pending.kind != OpKind::BindRequest;
        if !self.pending.get(&id).is_some_and(abandonable) {
            return self.ignore();
        }
        match self.pending.remove(&id) {
            Some(pending) => ServerEvent::Abandoned { id, caller: pending.caller },
            None => self.ignore(),
        }
    }

    fn ignore(&mut self) -> ServerEvent<T> {
        self.ignored = self.ignored.saturating_add(1);
        ServerEvent::Ignored
    }
}

impl<T> Default for ServerSession<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// `AbandonRequest ::= [APPLICATION 16] MessageID` (RFC 4511 4.11)
fn abandoned_id(frame: &[u8]) -> Result<MessageId, Violation> {
    let mut message = Reader::new(frame).sequence()?;
    message.expect(Tag::INTEGER)?;
    let content = message.read()?.content;
    let field = "messageID";
    let number = content.as_integer::<u32>(field)?;
    MessageId::new(number).ok_or_else(|| content.fault(crate::ber::Fault::OutOfRange { field }).into())
}

#[cfg(test)]
mod tests;
