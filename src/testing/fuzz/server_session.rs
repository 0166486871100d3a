//! A server's session between a client that does anything and a server that answers in any order.

use std::collections::BTreeMap;

use super::script::{Script, Ticket};
use crate::model::ResultCode;
use crate::proto::{MessageId, OpKind};
use crate::session::{Misuse, ServerEvent, ServerSession};

/// The operations that may be outstanding: few, so that scripts reach it.
const MAX_OUTSTANDING: usize = 6;

/// Plays a script of what the client sends and the server answers.
///
/// # Panics
///
/// A caller is not given back, or for another operation than its own; a request is let through that may not come now,
/// or an answer that belongs to no request.
pub fn server_session(octets: &[u8]) {
    let mut play = Play {
        session: ServerSession::new().with_max_outstanding(MAX_OUTSTANDING),
        outstanding: BTreeMap::new(),
        tickets: 0,
        ignored: 0,
        is_closed: false,
    };
    let mut script = Script::new(octets, MessageId::FIRST);
    while play.step(&mut script).is_some() {
        assert_eq!(play.session.outstanding(), play.outstanding.len());
        assert_eq!(play.session.ignored(), play.ignored);
        assert_eq!(play.session.is_closed(), play.is_closed);
    }
    play.close();
}

/// The session, and what must be true of it.
struct Play {
    session: ServerSession<Ticket>,
    /// What was accepted and neither answered nor abandoned, with the number of its ticket.
    outstanding: BTreeMap<MessageId, (OpKind, u32)>,
    tickets: u32,
    ignored: u64,
    is_closed: bool,
}

impl Play {
    fn step(&mut self, script: &mut Script<'_>) -> Option<()> {
        match script.octet()? % 16 {
            0..=6 => self.handle(&script.frame()?),
            7 => self.handle(script.octets()?),
            8 => self.begin_start_tls(script.id()?),
            9 => self.session.end_start_tls(),
            10 => self.accept_unasked(script.id()?, script.kind()?),
            11 if script.octet()? == 0 => self.close(),
            11 => {}
            12 => self.answer(script.id()?, script.code()?),
            _ => self.respond(script.id()?, script.kind()?, script.code()?),
        }
        Some(())
    }

    fn handle(&mut self, frame: &[u8]) {
        let is_binding = self.is_binding();
        match self.session.handle(frame) {
            Ok(ServerEvent::Request { id, kind }) => {
                assert!(!self.is_closed && !is_binding);
                assert_ne!(id, MessageId::UNSOLICITED);
                assert!(kind.final_response().is_some() && !self.outstanding.contains_key(&id));
                self.accept(id, kind);
            }
            Ok(ServerEvent::Abandoned { id, caller }) => {
                assert_ne!(self.give_back(id, &caller), OpKind::BindRequest);
            }
            Ok(ServerEvent::Ignored) => self.ignored += 1,
            Ok(ServerEvent::Unbind) => self.is_closed = true,
            Err(_) => self.close(),
        }
    }

    fn accept(&mut self, id: MessageId, kind: OpKind) {
        let number = self.tickets;
        match self.session.accept(id, kind, Ticket(number)) {
            Ok(()) => {
                assert!(!self.is_closed && kind.final_response().is_some());
                self.tickets += 1;
                let before = self.outstanding.insert(id, (kind, number));
                assert_eq!(before, None, "{id} was accepted twice");
            }
            Err(Misuse::TooManyOutstanding { limit }) => {
                assert_eq!(self.outstanding.len(), limit);
                self.session.refuse(id);
            }
            Err(Misuse::Closed) => assert!(self.is_closed),
            Err(Misuse::IdInUse { id }) => assert!(self.outstanding.contains_key(&id)),
            Err(misuse) => assert_eq!(kind.final_response(), None, "{misuse}"),
        }
    }

    /// Accepts what was not asked, as a server may that holds requests back; a bind is never held back.
    fn accept_unasked(&mut self, id: MessageId, kind: OpKind) {
        if kind != OpKind::BindRequest {
            self.accept(id, kind);
        }
    }

    /// Gives the final answer to a request.
    fn answer(&mut self, id: MessageId, code: ResultCode) {
        if let Some(kind) = self.outstanding.get(&id).and_then(|(kind, _)| kind.final_response()) {
            self.respond(id, kind, code);
        }
    }

    fn respond(&mut self, id: MessageId, kind: OpKind, code: ResultCode) {
        match self.session.respond(id, kind, code) {
            Ok(Some(ticket)) => assert_eq!(self.give_back(id, &ticket).final_response(), Some(kind)),
            Ok(None) => {
                let (request, _) = self.outstanding[&id];
                assert!(kind == OpKind::IntermediateResponse || request == OpKind::SearchRequest);
            }
            Err(Misuse::Closed) => assert!(self.is_closed),
            Err(Misuse::NotOutstanding { id }) => assert!(!self.outstanding.contains_key(&id)),
            Err(misuse) => assert_eq!(misuse, Misuse::WrongKind { kind }),
        }
    }

    fn begin_start_tls(&mut self, id: MessageId) {
        if !matches!(self.outstanding.get(&id), Some((OpKind::ExtendedRequest, _))) {
            return;
        }
        let others = self.outstanding.len() - 1;
        match self.session.begin_start_tls(id) {
            Ok(()) => assert!(others == 0 && !self.is_closed),
            Err(Misuse::OperationsOutstanding { count }) => assert_eq!(count, others),
            Err(misuse) => assert!(misuse == Misuse::Closed && self.is_closed, "{misuse}"),
        }
    }

    fn close(&mut self) {
        let given = self.session.close();
        assert!(given.is_sorted_by_key(|(id, _)| *id));
        for (id, ticket) in given {
            self.give_back(id, &ticket);
        }
        assert!(self.outstanding.is_empty(), "not given back: {:?}", self.outstanding);
        self.is_closed = true;
    }

    /// Takes an operation out, whose ticket the session gave back.
    fn give_back(&mut self, id: MessageId, ticket: &Ticket) -> OpKind {
        let (kind, number) = self.outstanding.remove(&id).expect("only what is outstanding is given back");
        assert_eq!(number, ticket.0, "the ticket of {id}");
        kind
    }

    fn is_binding(&self) -> bool {
        self.outstanding.values().any(|(kind, _)| *kind == OpKind::BindRequest)
    }
}
