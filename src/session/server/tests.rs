//! Each rule of the server's session, and the two sides against each other.

use super::*;
use crate::ber::Writer;
use crate::session::{ClientEvent, ClientSession};

fn request(id: u32, kind: OpKind) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.constructed(Tag::SEQUENCE, |writer| {
        writer.octet_string(kind.tag(), b"");
        writer.integer(Tag::INTEGER, i64::from(id));
    });
    writer.written().to_vec()
}

fn abandon(id: u32, target: u32) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.constructed(Tag::SEQUENCE, |writer| {
        writer.integer(OpKind::AbandonRequest.tag(), i64::from(target));
        writer.integer(Tag::INTEGER, i64::from(id));
    });
    writer.written().to_vec()
}

fn id(number: u32) -> MessageId {
    MessageId::new(number).unwrap()
}

/// Feeds a request and takes it on.
fn accept(session: &mut ServerSession<u32>, number: u32, kind: OpKind) {
    assert_eq!(session.handle(&request(number, kind)), Ok(ServerEvent::Request { id: id(number), kind }));
    session.accept(id(number), kind, number).unwrap();
}

#[test]
fn the_id_of_a_request_in_progress_cannot_be_used_again() {
    let mut session = ServerSession::new();
    accept(&mut session, 7, OpKind::SearchRequest);
    assert_eq!(session.handle(&request(7, OpKind::AddRequest)), Err(Violation::IdInUse { id: id(7) }));
    session.respond(id(7), OpKind::SearchResultDone, ResultCode::SUCCESS).unwrap();
    accept(&mut session, 7, OpKind::AddRequest);
}

#[test]
fn responses_must_belong_to_their_request() {
    let mut session = ServerSession::new();
    accept(&mut session, 1, OpKind::SearchRequest);
    let wrong = OpKind::AddResponse;
    assert_eq!(session.respond(id(1), wrong, ResultCode::SUCCESS), Err(Misuse::WrongKind { kind: wrong }));
    assert_eq!(session.respond(id(1), OpKind::SearchResultEntry, ResultCode::SUCCESS), Ok(None));
    assert_eq!(session.respond(id(1), OpKind::IntermediateResponse, ResultCode::SUCCESS), Ok(None));
    assert_eq!(session.respond(id(1), OpKind::SearchResultDone, ResultCode::SUCCESS), Ok(Some(1)));
    let late = session.respond(id(1), OpKind::SearchResultEntry, ResultCode::SUCCESS);
    assert_eq!(late, Err(Misuse::NotOutstanding { id: id(1) }));
}

#[test]
fn an_abandoned_operation_is_not_answered_and_unknown_ids_are_discarded() {
    let mut session = ServerSession::new();
    accept(&mut session, 1, OpKind::SearchRequest);
    assert_eq!(session.handle(&abandon(2, 9)), Ok(ServerEvent::Ignored));
    assert_eq!(session.handle(&abandon(3, 1)), Ok(ServerEvent::Abandoned { id: id(1), caller: 1 }));
    let late = session.respond(id(1), OpKind::SearchResultDone, ResultCode::SUCCESS);
    assert_eq!(late, Err(Misuse::NotOutstanding { id: id(1) }));
    assert_eq!(session.ignored(), 1);
}

#[test]
fn a_bind_cannot_be_abandoned_and_requests_during_it_are_not_processed() {
    let mut session = ServerSession::new();
    accept(&mut session, 1, OpKind::BindRequest);
    assert_eq!(session.handle(&abandon(2, 1)), Ok(ServerEvent::Ignored));
    assert_eq!(session.handle(&request(3, OpKind::SearchRequest)), Ok(ServerEvent::Ignored));
    assert_eq!(session.respond(id(1), OpKind::BindResponse, ResultCode::SUCCESS), Ok(Some(1)));
    accept(&mut session, 4, OpKind::SearchRequest);
}

#[test]
fn only_binds_come_between_the_steps_of_a_bind() {
    let mut session = ServerSession::new();
    accept(&mut session, 1, OpKind::BindRequest);
    session.respond(id(1), OpKind::BindResponse, ResultCode::SASL_BIND_IN_PROGRESS).unwrap();
    let kind = OpKind::SearchRequest;
    assert_eq!(session.handle(&request(2, kind)), Err(Violation::DuringBind { kind }));
    accept(&mut session, 3, OpKind::BindRequest);
}

#[test]
fn octets_before_the_handshake_are_refused() {
    let mut session = ServerSession::new();
    accept(&mut session, 1, OpKind::SearchRequest);
    accept(&mut session, 2, OpKind::ExtendedRequest);
    assert_eq!(session.begin_start_tls(id(2)), Err(Misuse::OperationsOutstanding { count: 1 }));
    session.respond(id(1), OpKind::SearchResultDone, ResultCode::SUCCESS).unwrap();
    session.begin_start_tls(id(2)).unwrap();
    session.respond(id(2), OpKind::ExtendedResponse, ResultCode::SUCCESS).unwrap();
    assert_eq!(session.handle(&request(3, OpKind::BindRequest)), Err(Violation::OctetsBeforeTls));
    session.end_start_tls();
    accept(&mut session, 3, OpKind::BindRequest);
}

#[test]
fn responses_and_id_zero_from_a_client_are_violations() {
    for &kind in OpKind::ALL {
        let mut session = ServerSession::<u32>::new();
        assert_eq!(session.handle(&request(0, kind)), Err(Violation::ReservedId { kind }));
        if !kind.is_request() {
            assert_eq!(session.handle(&request(1, kind)), Err(Violation::WrongDirection { id: id(1), kind }));
        }
    }
}

#[test]
fn outstanding_operations_are_limited() {
    let mut session = ServerSession::new().with_max_outstanding(2);
    accept(&mut session, 1, OpKind::SearchRequest);
    accept(&mut session, 2, OpKind::SearchRequest);
    assert!(session.handle(&request(3, OpKind::SearchRequest)).is_ok());
    let refused = session.accept(id(3), OpKind::SearchRequest, 3);
    assert_eq!(refused, Err(Misuse::TooManyOutstanding { limit: 2 }));
    assert_eq!(session.close(), [(id(1), 1), (id(2), 2)]);
}

/// Every request that a client session starts is one that a server session takes, and every answer the server session
/// lets through is one that the client session takes.
#[test]
fn the_two_sides_agree() {
    let mut client = ClientSession::new();
    let mut server = ServerSession::new();
    for round in 0..50u32 {
        for kind in
            [OpKind::SearchRequest, OpKind::AddRequest, OpKind::CompareRequest, OpKind::ExtendedRequest]
        {
            let started = client.start(kind, round).unwrap();
            accept(&mut server, started.number(), kind);
        }
        let abandoned =
            client.callers().find(|(_, kind, _)| *kind == OpKind::SearchRequest).map(|(id, ..)| id);
        if let Some(target) = abandoned.filter(|_| round % 3 == 0) {
            let (number, _) = client.abandon(target).unwrap();
            let event = server.handle(&abandon(number.number(), target.number()));
            assert!(matches!(event, Ok(ServerEvent::Abandoned { .. })));
        }
        let mut outstanding: Vec<_> = client.callers().map(|(id, kind, _)| (id, kind)).collect();
        outstanding.sort_by_key(|(id, _)| *id);
        for (id, kind) in outstanding {
            let response = kind.final_response().unwrap();
            server.respond(id, response, ResultCode::SUCCESS).unwrap();
            let event = client.handle(&request(id.number(), response));
            assert!(matches!(event, Ok(ClientEvent::Final { .. })), "{event:?}");
        }
        assert_eq!((client.outstanding(), server.outstanding()), (0, 0));
    }
}
