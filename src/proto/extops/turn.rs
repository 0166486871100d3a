//! Turn (RFC 4531): client and server change roles.

use bytes::Bytes;

use crate::ber::{DecodeError, Tag};
use crate::model::{LdapString, Oid};
use crate::proto::{Context, ExtendedResponse, LdapResult, Quirks, sequence_value, value_absent};

use super::ExtendedOp;

/// Asks the server to become the client, or to be both.
///
/// ```text
/// turnValue ::= SEQUENCE {
///      mutual         BOOLEAN DEFAULT FALSE,
///      identifier     LDAPString
/// }                                                             (RFC 4531 2.1)
/// ```
///
/// The codec has it; a [`Client`](crate::Client) does not change its role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    mutual: bool,
    identifier: LdapString,
}

impl Turn {
    /// Asks to exchange the roles, under a policy that both sides know by this identifier.
    pub fn new(identifier: impl Into<LdapString>) -> Self {
        Self { mutual: false, identifier: identifier.into() }
    }

    /// Asks that both sides be client and server instead.
    #[must_use]
    pub const fn mutual(mut self) -> Self {
        self.mutual = true;
        self
    }

    /// Whether both sides shall be client and server.
    pub const fn is_mutual(&self) -> bool {
        self.mutual
    }

    /// Returns the identifier of the policy.
    pub const fn identifier(&self) -> &LdapString {
        &self.identifier
    }
}

impl ExtendedOp for Turn {
    const OID: Oid = Oid::from_static("1.3.6.1.1.19");

    type Response = ();

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            writer.octet_string(Tag::OCTET_STRING, self.identifier.as_bytes());
            if self.mutual {
                writer.boolean(Tag::BOOLEAN, true);
            }
        }))
    }

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let mutual = sequence.boolean_or(Tag::BOOLEAN, false)?;
        let identifier = context.text(&mut sequence, Tag::OCTET_STRING, "identifier")?;
        sequence.finish_extensible_after(&[Tag::BOOLEAN])?;
        Ok(Self { mutual, identifier })
    }

    /// "A Turn response is an ExtendedResponse where the responseName and responseValue fields are absent" (RFC 4531
    /// 2.2).
    fn encode_response((): &()) -> ExtendedResponse {
        ExtendedResponse::new(LdapResult::success())
    }

    fn decode_response_with(response: &ExtendedResponse, _: &Quirks) -> Result<(), DecodeError> {
        value_absent(response.value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_the_octets_of_the_standard() {
        for (turn, octets) in [
            (Turn::new("abc"), &b"\x30\x05\x04\x03abc"[..]),
            (Turn::new("").mutual(), b"\x30\x05\x01\x01\xff\x04\x00"),
        ] {
            assert_eq!(turn.encode_value().unwrap(), octets);
            assert_eq!(Turn::from_request(&turn.clone().into()), Some(Ok(turn)));
            for end in 0..octets.len() {
                assert!(Turn::decode_value(Some(&Bytes::copy_from_slice(&octets[..end]))).is_err());
            }
        }
        assert!(Turn::decode_value(None).is_err());
        let answer = Turn::encode_response(&());
        assert_eq!(Turn::decode_response(&answer), Ok(()));
        assert!(Turn::decode_response(&answer.with_value("")).is_err());
    }
}
