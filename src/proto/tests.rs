//! What holds for every message: the tests that go through all samples.
//!
//! | file | holds |
//! |---|---|
//! | `node` | messages as trees, written by an encoder that shares nothing with the one under test |
//! | `samples` | a tree for each form of each message |
//! | `tolerance` | what a sender may do differently without changing the meaning |
//! | `strict` | what a strict reader refuses, in messages and in the values that stand in them |
//! | `hostile` | what no sender may do: octets cut off, lengths that lie, nesting without end |

use bytes::Bytes;

use super::{LdapMessage, ProtocolOp};
use crate::ber::{DecodeError, Fault};

mod hostile;
mod node;
mod samples;
mod strict;
mod tolerance;

/// Decodes a message, checks that it is encoded into the same octets, and returns its operation.
pub(in crate::proto) fn round_trip(octets: &[u8]) -> ProtocolOp {
    let message = parse(octets).unwrap_or_else(|error| panic!("{error}: {octets:02x?}"));
    assert_eq!(message.to_bytes().unwrap(), octets, "{message:?}");
    message.op
}

/// Decodes a message that must be refused, and returns where and why.
pub(in crate::proto) fn refused(octets: &[u8]) -> (usize, Fault) {
    let error = parse(octets).expect_err("it is malformed");
    (error.offset(), error.fault())
}

fn parse(octets: &[u8]) -> Result<LdapMessage, DecodeError> {
    LdapMessage::parse(&Bytes::copy_from_slice(octets))
}
