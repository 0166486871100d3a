//! Whole messages.

use bytes::Bytes;

use crate::model::ResultCode;
use crate::proto::{Context, EncodeError, Envelope, LdapMessage, LdapResult, Limits, Quirks};

/// Decodes, encodes and decodes again.
///
/// # Panics
///
/// A message does not come back, or its envelope reads differently alone.
pub fn message(octets: &[u8]) {
    let message = match LdapMessage::parse(&Bytes::copy_from_slice(octets)) {
        Ok(message) => message,
        Err(error) => {
            assert!(error.offset() <= octets.len(), "{error}");
            return;
        }
    };
    let envelope = Envelope::peek(octets).expect("a message has an envelope");
    assert_eq!((envelope.id, envelope.kind), (message.id, message.op.kind()));
    round_trip(&message);
    check_strict(octets, &message);
    // For the panics that may hide there.
    let _ = format!("{message:?} {:?}", message.op.result().map(ToString::to_string));
}

/// A strict reader reads the same, or says which form it is that it refuses.
fn check_strict(octets: &[u8], message: &LdapMessage) {
    let frame = Bytes::copy_from_slice(octets);
    let quirks = Quirks::default().loose_encoding(false);
    match LdapMessage::decode(&Context::new(&frame, &Limits::DEFAULT, &quirks)) {
        Ok(strict) => assert_eq!(strict, *message),
        Err(error) => {
            assert!(error.fault().is_strict(), "{error}: {message:?}");
            assert!(error.offset() < octets.len(), "{error}");
        }
    }
}

/// Encodes a message that was decoded, decodes it and encodes it again.
pub(super) fn round_trip(message: &LdapMessage) {
    let written = match message.to_bytes() {
        Ok(written) => written,
        // Read for the sake of what else they say, but never sent: referrals that lead nowhere.
        Err(EncodeError::Empty { list: "referral" }) => {
            assert_eq!(message.op.result().map(LdapResult::code), Some(ResultCode::REFERRAL));
            return;
        }
        // And referrals beside a code that has none.
        Err(EncodeError::Invalid { field: "referral", .. }) => {
            assert_ne!(message.op.result().map(LdapResult::code), Some(ResultCode::REFERRAL));
            return;
        }
        Err(error) => panic!("{error}: {message:?}"),
    };
    let again = LdapMessage::parse(&written).expect("what was encoded can be decoded");
    assert_eq!(&again, message);
    assert_eq!(again.to_bytes().expect("what was decoded can be encoded"), written);
}

/// Decodes with our decoder and an independent one.
///
/// # Panics
///
/// They disagree, and none of the known differences explains it: see [`differential`](super::super::differential).
pub fn differential(octets: &[u8]) {
    super::super::differential::differential(octets);
}
