//! Ten million frames that were sound once, on sessions with operations in flight.

use bytes::Bytes;
use fastrand::Rng;

use super::peer::entry;
use crate::ber::frame_length;
use crate::model::{Oid, ResultCode};
use crate::proto::controls::PagedResultsResponse;
use crate::proto::{
    BindResponse, Context, ExtendedResponse, IntermediateResponse, LdapMessage, LdapResult, Limits,
    MessageId, OpKind, ProtocolOp, Quirks, SearchResultReference,
};
use crate::session::{ClientEvent, ClientSession};

const FRAMES: usize = 10_000_000;

const PENDING: [OpKind; 8] = [
    OpKind::SearchRequest,
    OpKind::SearchRequest,
    OpKind::ModifyRequest,
    OpKind::AddRequest,
    OpKind::DeleteRequest,
    OpKind::ModifyDnRequest,
    OpKind::CompareRequest,
    OpKind::ExtendedRequest,
];

/// Sound answers to the pending operations.
fn samples() -> Vec<Bytes> {
    let result =
        || LdapResult::new(ResultCode::BUSY).with_matched_dn("dc=example").with_diagnostic_message("no");
    let referral = LdapResult::new(ResultCode::REFERRAL).with_referral(["ldap://a/", "ldap://b/"]);
    let oid = Oid::from_static("1.3.6.1.4.1.1466.20036");
    let ops = [
        (1, ProtocolOp::SearchResultEntry(entry(1, 200))),
        (1, ProtocolOp::SearchResultReference(SearchResultReference::new(["ldap://a/dc=example??sub"]))),
        (1, ProtocolOp::IntermediateResponse(IntermediateResponse::new())),
        (2, ProtocolOp::SearchResultDone(result())),
        (3, ProtocolOp::ModifyResponse(referral)),
        (4, ProtocolOp::AddResponse(result())),
        (5, ProtocolOp::DeleteResponse(result())),
        (6, ProtocolOp::ModifyDnResponse(result())),
        (7, ProtocolOp::CompareResponse(result())),
        (
            8,
            ProtocolOp::ExtendedResponse(
                ExtendedResponse::new(result()).with_name(oid.clone()).with_value("x"),
            ),
        ),
        (8, ProtocolOp::BindResponse(BindResponse::new(result()).with_server_sasl_creds("x"))),
        (0, ProtocolOp::ExtendedResponse(ExtendedResponse::new(result()).with_name(oid))),
    ];
    ops.into_iter()
        .map(|(id, op)| {
            LdapMessage::new(MessageId::new(id).unwrap(), op)
                .with_control(PagedResultsResponse::new("cookie"))
                .to_bytes()
                .unwrap()
        })
        .collect()
}

/// Flips bits, cuts, joins and edits lengths.
fn mutate(frame: &mut Vec<u8>, other: &[u8], random: &mut Rng) {
    for _ in 0..=random.usize(..3) {
        if frame.is_empty() {
            return;
        }
        let place = random.usize(..frame.len());
        match random.usize(..5) {
            0 => frame[place] ^= 1 << random.usize(..8),
            1 => frame[place] = random.u8(..),
            2 => frame.truncate(place),
            3 => {
                let from = random.usize(..other.len());
                frame.truncate(place);
                frame.extend_from_slice(&other[from..]);
            }
            // Most octets near the front of an element are lengths.
            _ => frame[place] = [0, 1, 0x7f, 0x80, 0x81, 0x84, 0x88, 0xff][random.usize(..8)],
        }
    }
    // Half of them keep a right outer length, so that what stands within is reached.
    if random.usize(..2) == 0 && frame.len() >= 2 {
        frame[0] = 0x30;
        frame[1] = u8::try_from(frame.len() - 2).unwrap_or(0).min(0x7f);
    }
}

#[test]
fn ten_million_mutated_frames_end_each_operation_once_and_never_panic() {
    let samples = samples();
    let (limits, quirks) = (Limits::default(), Quirks::default());
    let mut random = Rng::with_seed(7);
    let mut frame = Vec::new();
    let mut ended = 0;
    let mut session = ClientSession::new();
    let mut outstanding = 0;
    for _ in 0..FRAMES {
        if outstanding == 0 {
            session = ClientSession::new();
            for (number, kind) in PENDING.into_iter().enumerate() {
                session.start(kind, number).unwrap();
            }
            outstanding = PENDING.len();
        }
        frame.clear();
        frame.extend_from_slice(&samples[random.usize(..samples.len())]);
        mutate(&mut frame, &samples[random.usize(..samples.len())], &mut random);
        let Ok(Some(length)) = frame_length(&frame, limits.message_size) else { continue };
        if length > frame.len() {
            continue;
        }
        match session.handle(&frame[..length]) {
            Ok(ClientEvent::Final { .. }) => {
                ended += 1;
                outstanding -= 1;
            }
            Ok(_) => {}
            Err(_) => {
                // The connection would end, and each operation that is left with it, once.
                let left = session.close();
                assert_eq!(left.len(), outstanding);
                ended += left.len();
                outstanding = 0;
                continue;
            }
        }
        let octets = Bytes::copy_from_slice(&frame[..length]);
        if let Ok(message) = LdapMessage::decode(&Context::new(&octets, &limits, &quirks)) {
            // What is decoded can be walked.
            if let ProtocolOp::SearchResultEntry(entry) = &message.op {
                assert!(
                    entry.attributes().map(|attribute| attribute.values().count()).sum::<usize>() <= length
                );
            }
        }
    }
    assert!(ended > FRAMES / 100, "most frames do reach an operation: {ended}");
}
