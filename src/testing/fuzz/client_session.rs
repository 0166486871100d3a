//! A client's session between a caller and a server that do anything.

use std::collections::{BTreeMap, BTreeSet};

use super::script::{Script, Ticket};
use crate::proto::{MessageId, OpKind};
use crate::session::{ClientEvent, ClientSession, Misuse, Violation};

/// Plays a script of what the caller asks and the server sends.
///
/// The first octet says where ids begin: at 1, or so near to the largest that they wrap.
///
/// # Panics
///
/// A caller is not given back, or for another operation than its own; an id is issued while it is in use; something
/// may be sent when nothing may, or is refused without a reason.
pub fn client_session(octets: &[u8]) {
    let Some((&beginning, steps)) = octets.split_first() else { return };
    let from_end = u32::from(beginning) % 16;
    let first = match MessageId::new(MessageId::MAX.number() - from_end) {
        Some(id) if from_end > 0 => id,
        _ => MessageId::FIRST,
    };
    let mut play = Play::new(first);
    let mut script = Script::new(steps, first);
    while play.step(&mut script).is_some() {
        assert_eq!(play.session.outstanding(), play.outstanding.len());
        assert_eq!(play.session.is_closed(), play.is_closed);
    }
    play.close();
}

/// The session, and what must be true of it.
struct Play {
    session: ClientSession<Ticket>,
    /// What was started and neither answered nor abandoned, with the number of its ticket.
    outstanding: BTreeMap<MessageId, (OpKind, u32)>,
    start_tls: Option<MessageId>,
    abandoned: BTreeSet<MessageId>,
    tickets: u32,
    late: u64,
    is_closed: bool,
}

impl Play {
    fn new(first: MessageId) -> Self {
        Self {
            session: ClientSession::starting_at(first),
            outstanding: BTreeMap::new(),
            start_tls: None,
            abandoned: BTreeSet::new(),
            tickets: 0,
            late: 0,
            is_closed: false,
        }
    }

    fn step(&mut self, script: &mut Script<'_>) -> Option<()> {
        match script.octet()? % 16 {
            0..=4 => self.start(script.kind()?),
            5 => self.start_tls(),
            6 | 7 => self.abandon(script.id()?),
            8 => self.session.tls_established(),
            9 => self.handle(script.octets()?),
            10 if script.octet()? == 0 => self.unbind(),
            11 if script.octet()? == 0 => self.close(),
            10 | 11 => {}
            _ => self.handle(&script.frame()?),
        }
        Some(())
    }

    fn start(&mut self, kind: OpKind) {
        let number = self.tickets;
        match self.session.start(kind, Ticket(number)) {
            Ok(id) => {
                self.check_may_send();
                self.check_issued(id);
                self.tickets += 1;
                self.outstanding.insert(id, (kind, number));
            }
            Err(Misuse::WrongKind { .. }) => assert_eq!(kind.final_response(), None),
            Err(Misuse::SaslInProgress) => assert_ne!(kind, OpKind::BindRequest),
            Err(misuse) => self.check_reason(misuse),
        }
    }

    fn start_tls(&mut self) {
        let number = self.tickets;
        match self.session.start_tls(Ticket(number)) {
            Ok(id) => {
                self.check_may_send();
                self.check_issued(id);
                assert!(self.outstanding.is_empty());
                self.tickets += 1;
                self.start_tls = Some(id);
                self.outstanding.insert(id, (OpKind::ExtendedRequest, number));
            }
            Err(Misuse::OperationsOutstanding { count }) => assert_eq!(count, self.outstanding.len()),
            Err(Misuse::SaslInProgress | Misuse::TlsEstablished) => {}
            Err(misuse) => self.check_reason(misuse),
        }
    }

    fn abandon(&mut self, target: MessageId) {
        match self.session.abandon(target) {
            Ok((id, ticket)) => {
                self.check_may_send();
                let kind = self.give_back(target, &ticket);
                assert_ne!(kind, OpKind::BindRequest);
                self.abandoned.insert(target);
                self.check_issued(id);
            }
            Err(Misuse::NotOutstanding { id }) => assert!(!self.outstanding.contains_key(&id)),
            Err(Misuse::CannotAbandon { kind }) => {
                assert_eq!(self.outstanding[&target].0, kind);
                assert!(kind == OpKind::BindRequest || self.start_tls == Some(target));
            }
            Err(Misuse::SaslInProgress) => {}
            Err(misuse) => self.check_reason(misuse),
        }
    }

    fn unbind(&mut self) {
        let unbind = self.session.unbind();
        assert_eq!(unbind.is_err(), self.is_closed);
        if let Ok(id) = unbind {
            self.check_issued(id);
        }
        self.is_closed = true;
    }

    fn handle(&mut self, frame: &[u8]) {
        let was_tls_pending = self.session.is_tls_pending();
        match self.session.handle(frame) {
            Ok(ClientEvent::Final { id, kind, caller }) => {
                let request = self.give_back(id, &caller);
                assert_eq!(request.final_response(), Some(kind));
            }
            Ok(ClientEvent::Item { id, kind, caller }) => {
                let (request, number) = self.outstanding[&id];
                assert_eq!(number, caller.0);
                assert!(kind == OpKind::IntermediateResponse || request == OpKind::SearchRequest);
                assert_ne!(request.final_response(), Some(kind));
            }
            Ok(ClientEvent::Late { id }) => {
                assert!(!self.outstanding.contains_key(&id));
                self.late += 1;
            }
            Ok(ClientEvent::Unsolicited) => {}
            Err(violation) => {
                match violation {
                    Violation::UnknownId { id, .. } => assert!(!self.outstanding.contains_key(&id)),
                    Violation::WrongResponse { id, request, .. } => {
                        assert_eq!(self.outstanding[&id].0, request);
                    }
                    Violation::OctetsBeforeTls => assert!(was_tls_pending),
                    _ => {}
                }
                self.close();
            }
        }
        assert_eq!(self.session.late_responses(), self.late);
    }

    fn close(&mut self) {
        let given: Vec<_> = self.session.close();
        assert!(given.is_sorted_by_key(|(id, ..)| *id));
        for (id, kind, ticket) in given {
            assert_eq!(self.give_back(id, &ticket), kind);
        }
        assert!(self.outstanding.is_empty(), "not given back: {:?}", self.outstanding);
        self.is_closed = true;
    }

    /// Takes an operation out, whose ticket the session gave back.
    fn give_back(&mut self, id: MessageId, ticket: &Ticket) -> OpKind {
        let (kind, number) = self.outstanding.remove(&id).expect("only what is outstanding is given back");
        assert_eq!(number, ticket.0, "the ticket of {id}");
        if self.start_tls == Some(id) {
            self.start_tls = None;
        }
        kind
    }

    /// An id was issued for a request that is about to be sent.
    fn check_issued(&self, id: MessageId) {
        assert_ne!(id, MessageId::UNSOLICITED);
        assert!(!self.outstanding.contains_key(&id) && !self.abandoned.contains(&id), "{id} is in use");
    }

    fn check_may_send(&self) {
        assert!(!self.is_closed && !self.is_binding() && self.start_tls.is_none());
    }

    fn check_reason(&self, misuse: Misuse) {
        let is_true = match misuse {
            Misuse::Closed => self.is_closed,
            Misuse::BindInProgress => self.is_binding(),
            Misuse::StartTlsInProgress => self.start_tls.is_some() || self.session.is_tls_pending(),
            _ => false,
        };
        assert!(is_true, "{misuse}");
    }

    fn is_binding(&self) -> bool {
        self.outstanding.values().any(|(kind, _)| *kind == OpKind::BindRequest)
    }
}
