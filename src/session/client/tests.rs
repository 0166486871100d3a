//! Each rule of the client's session.

use super::*;
use crate::ber::Writer;

/// A frame with this id and kind, and a result where the kind has one.
fn frame(id: u32, kind: OpKind, code: u32) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.constructed(Tag::SEQUENCE, |writer| {
        writer.constructed(kind.tag(), |writer| {
            writer.octet_string(Tag::OCTET_STRING, b"");
            writer.octet_string(Tag::OCTET_STRING, b"");
            writer.integer(Tag::ENUMERATED, i64::from(code));
        });
        writer.integer(Tag::INTEGER, i64::from(id));
    });
    writer.written().to_vec()
}

fn response(id: MessageId, kind: OpKind) -> Vec<u8> {
    frame(id.number(), kind, 0)
}

const ANSWERED: [OpKind; 8] = [
    OpKind::BindRequest,
    OpKind::SearchRequest,
    OpKind::ModifyRequest,
    OpKind::AddRequest,
    OpKind::DeleteRequest,
    OpKind::ModifyDnRequest,
    OpKind::CompareRequest,
    OpKind::ExtendedRequest,
];

#[test]
fn every_operation_against_every_pending_request_has_its_verdict() {
    for request in ANSWERED {
        for &kind in OpKind::ALL {
            let mut session = ClientSession::new();
            let id = session.start(request, ()).unwrap();
            let verdict = session.handle(&response(id, kind));
            let is_item = kind == OpKind::IntermediateResponse
                || (request == OpKind::SearchRequest
                    && matches!(kind, OpKind::SearchResultEntry | OpKind::SearchResultReference));
            match verdict {
                Ok(ClientEvent::Final { .. }) => assert_eq!(request.final_response(), Some(kind)),
                Ok(ClientEvent::Item { .. }) => assert!(is_item, "{request} {kind}"),
                Err(Violation::WrongDirection { .. }) => assert!(kind.is_request()),
                Err(Violation::WrongResponse { request: asked, response, .. }) => {
                    assert_eq!((asked, response), (request, kind));
                    assert!(!is_item && !kind.is_request() && request.final_response() != Some(kind));
                }
                other => panic!("{request} {kind}: {other:?}"),
            }
        }
    }
}

#[test]
fn id_zero_is_for_extended_responses_only() {
    for &kind in OpKind::ALL {
        let mut session = ClientSession::<()>::new();
        match session.handle(&frame(0, kind, 52)) {
            Ok(ClientEvent::Unsolicited) => assert_eq!(kind, OpKind::ExtendedResponse),
            Err(Violation::ReservedId { kind: came }) => assert_eq!(came, kind),
            other => panic!("{kind}: {other:?}"),
        }
    }
}

#[test]
fn a_second_final_response_is_late_and_harmless() {
    let mut session = ClientSession::new();
    let id = session.start(OpKind::DeleteRequest, "caller").unwrap();
    let done = response(id, OpKind::DeleteResponse);
    assert!(matches!(session.handle(&done), Ok(ClientEvent::Final { caller: "caller", .. })));
    assert!(matches!(session.handle(&done), Ok(ClientEvent::Late { .. })));
    assert_eq!(session.late_responses(), 1);
}

#[test]
fn a_response_to_an_abandoned_operation_is_late_and_harmless() {
    let mut session = ClientSession::new();
    let id = session.start(OpKind::SearchRequest, "caller").unwrap();
    let (abandon, caller) = session.abandon(id).unwrap();
    assert_eq!((abandon.number(), caller), (2, "caller"));
    for kind in [OpKind::SearchResultEntry, OpKind::SearchResultDone] {
        assert!(matches!(session.handle(&response(id, kind)), Ok(ClientEvent::Late { .. })));
    }
    assert_eq!(session.abandon(id).unwrap_err(), Misuse::NotOutstanding { id });
}

#[test]
fn an_id_that_was_never_issued_is_a_violation() {
    let mut session = ClientSession::new();
    session.start(OpKind::SearchRequest, ()).unwrap();
    let violation = session.handle(&frame(2, OpKind::SearchResultDone, 0)).unwrap_err();
    assert!(matches!(violation, Violation::UnknownId { .. }));
}

#[test]
fn a_bind_blocks_other_requests_until_it_is_answered() {
    let mut session = ClientSession::new();
    let bind = session.start(OpKind::BindRequest, ()).unwrap();
    assert_eq!(session.start(OpKind::SearchRequest, ()), Err(Misuse::BindInProgress));
    assert_eq!(session.start(OpKind::BindRequest, ()), Err(Misuse::BindInProgress));
    assert_eq!(session.abandon(bind).unwrap_err(), Misuse::CannotAbandon { kind: OpKind::BindRequest });
    session.handle(&response(bind, OpKind::BindResponse)).unwrap();
    session.start(OpKind::SearchRequest, ()).unwrap();
}

#[test]
fn only_a_bind_may_follow_a_bind_in_progress() {
    let mut session = ClientSession::new();
    let bind = session.start(OpKind::BindRequest, ()).unwrap();
    session.handle(&frame(bind.number(), OpKind::BindResponse, 14)).unwrap();
    assert_eq!(session.start(OpKind::SearchRequest, ()), Err(Misuse::SaslInProgress));
    assert_eq!(session.start_tls(()), Err(Misuse::SaslInProgress));
    let step = session.start(OpKind::BindRequest, ()).unwrap();
    session.handle(&response(step, OpKind::BindResponse)).unwrap();
    session.start(OpKind::SearchRequest, ()).unwrap();
}

#[test]
fn start_tls_needs_quiet_and_nothing_may_come_before_the_handshake() {
    let mut session = ClientSession::new();
    let search = session.start(OpKind::SearchRequest, ()).unwrap();
    assert_eq!(session.start_tls(()), Err(Misuse::OperationsOutstanding { count: 1 }));
    session.handle(&response(search, OpKind::SearchResultDone)).unwrap();
    let tls = session.start_tls(()).unwrap();
    assert_eq!(session.start(OpKind::SearchRequest, ()), Err(Misuse::StartTlsInProgress));
    assert_eq!(session.abandon(tls).unwrap_err(), Misuse::CannotAbandon { kind: OpKind::ExtendedRequest });
    session.handle(&response(tls, OpKind::ExtendedResponse)).unwrap();
    assert!(session.is_tls_pending());
    let injected = frame(0, OpKind::ExtendedResponse, 0);
    assert_eq!(session.handle(&injected).unwrap_err(), Violation::OctetsBeforeTls);
    assert_eq!(session.start(OpKind::SearchRequest, ()), Err(Misuse::StartTlsInProgress));
    session.tls_established();
    session.start(OpKind::SearchRequest, ()).unwrap();
}

#[test]
fn a_refused_start_tls_leaves_the_session_as_it_was() {
    let mut session = ClientSession::new();
    let tls = session.start_tls(()).unwrap();
    session.handle(&frame(tls.number(), OpKind::ExtendedResponse, 2)).unwrap();
    assert!(!session.is_tls_pending());
    session.start(OpKind::SearchRequest, ()).unwrap();
}

#[test]
fn start_tls_is_refused_where_tls_is_up() {
    let mut session = ClientSession::new();
    session.tls_established();
    assert_eq!(session.start_tls(()), Err(Misuse::TlsEstablished));
}

#[test]
fn nothing_follows_an_unbind() {
    let mut session = ClientSession::new();
    session.start(OpKind::SearchRequest, "one").unwrap();
    session.unbind().unwrap();
    assert_eq!(session.unbind(), Err(Misuse::Closed));
    assert_eq!(session.start(OpKind::SearchRequest, "two"), Err(Misuse::Closed));
    let drained: Vec<_> = session.close().into_iter().map(|(id, _, caller)| (id.number(), caller)).collect();
    assert_eq!(drained, [(1, "one")]);
    assert!(session.close().is_empty());
}

#[test]
fn requests_without_a_response_are_not_started() {
    let mut session = ClientSession::new();
    for kind in [OpKind::UnbindRequest, OpKind::AbandonRequest, OpKind::SearchResultDone] {
        assert_eq!(session.start(kind, ()), Err(Misuse::WrongKind { kind }));
    }
}

#[test]
fn ids_wrap_and_skip_those_that_are_outstanding_or_abandoned() {
    let near_end = MessageId::new(MessageId::MAX.number() - 99).unwrap();
    let mut session = ClientSession::starting_at(near_end);
    let mut outstanding = std::collections::HashSet::new();
    for _ in 0..64 {
        assert!(outstanding.insert(session.start(OpKind::SearchRequest, ()).unwrap()));
    }
    // A thousand more, each abandoned: they wrap, and never meet one of the first or one another.
    let mut abandoned = std::collections::HashSet::new();
    for _ in 0..1000 {
        let id = session.start(OpKind::SearchRequest, ()).unwrap();
        assert!(id != MessageId::UNSOLICITED && !outstanding.contains(&id) && abandoned.insert(id));
        let (abandon, ()) = session.abandon(id).unwrap();
        assert!(!outstanding.contains(&abandon) && !abandoned.contains(&abandon));
    }
    assert_eq!(session.outstanding(), 64);
    // Around once more: the next ids would be the first ones again.
    session.next = near_end;
    let id = session.start(OpKind::SearchRequest, ()).unwrap();
    assert!(!outstanding.contains(&id) && !abandoned.contains(&id));
}

#[test]
fn abandoned_ids_are_kept_up_to_a_limit() {
    let mut session = ClientSession::new();
    for _ in 0..MAX_ABANDONED + 10 {
        let id = session.start(OpKind::SearchRequest, ()).unwrap();
        session.abandon(id).unwrap();
    }
    assert_eq!(session.abandoned.len(), MAX_ABANDONED);
}

#[test]
fn outstanding_operations_are_limited() {
    let mut session = ClientSession::new();
    for _ in 0..MAX_OUTSTANDING {
        session.start(OpKind::SearchRequest, ()).unwrap();
    }
    let limit = MAX_OUTSTANDING;
    assert_eq!(session.start(OpKind::SearchRequest, ()), Err(Misuse::TooManyOutstanding { limit }));
}

#[test]
fn octets_that_are_no_message_are_a_violation() {
    let mut session = ClientSession::<()>::new();
    for octets in
        [&b"\x30\x00"[..], b"", b"\x30\x03\x02\x01\x01", b"\x30\x05\x02\x01\x01\x7f\x00", b"\x31\x00"]
    {
        assert!(matches!(session.handle(octets), Err(Violation::Decode(_))), "{octets:02x?}");
    }
}

#[test]
fn a_bind_response_whose_code_does_not_fit_is_no_success() {
    let mut session = ClientSession::new();
    session.start(OpKind::BindRequest, ()).unwrap();
    let octets = b"\x30\x10\x02\x01\x01\x61\x0b\x0a\x05\x01\x00\x00\x00\x00\x04\x00\x04\x00";
    assert!(matches!(session.handle(octets), Err(Violation::Decode(_))));
}
