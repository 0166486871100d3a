//! Cancel (RFC 3909).

use bytes::Bytes;

use crate::ber::{DecodeError, Tag, Writer};
use crate::model::Oid;
use crate::proto::{ExtendedResponse, LdapResult, MessageId, Quirks, value_sequence};

use super::ExtendedOp;

/// Asks to stop an operation, and is answered: the operation then ends with the result code `canceled`.
///
/// ```text
/// cancelRequestValue ::= SEQUENCE {
///     cancelID        MessageID
///                     -- MessageID is as defined in [RFC2251]
/// }                                                             (RFC 3909 2.1)
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancel {
    id: MessageId,
}

impl Cancel {
    /// Makes a request to stop the operation whose request had this id.
    pub const fn new(id: MessageId) -> Self {
        Self { id }
    }

    /// Returns the id of the operation to stop.
    pub const fn id(&self) -> MessageId {
        self.id
    }
}

impl ExtendedOp for Cancel {
    const OID: Oid = Oid::from_static("1.3.6.1.1.8");

    type Response = ();

    fn encode_value(&self) -> Option<Bytes> {
        let mut writer = Writer::with_capacity(8);
        writer.constructed(Tag::SEQUENCE, |writer| self.id.encode(Tag::INTEGER, writer));
        Some(writer.finish())
    }

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let mut sequence = value_sequence(value, quirks)?;
        let id = MessageId::from_content(sequence.expect(Tag::INTEGER)?)?;
        sequence.finish_extensible_after(&[Tag::INTEGER])?;
        Ok(Self { id })
    }

    /// "A Cancel response is an ExtendedResponse where the responseName and response fields are absent"
    /// (RFC 3909 2.2).
    fn encode_response((): &()) -> ExtendedResponse {
        ExtendedResponse::new(LdapResult::success())
    }

    fn decode_response_with(_response: &ExtendedResponse, _: &Quirks) -> Result<(), DecodeError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_is_a_sequence_of_the_id() {
        let cancel = Cancel::new(MessageId::MAX);
        let value = Bytes::from_static(b"\x30\x06\x02\x04\x7f\xff\xff\xff");
        assert_eq!(cancel.encode_value().unwrap(), value);
        assert_eq!(Cancel::decode_value(Some(&value)), Ok(cancel));
        assert_eq!(Cancel::from_request(&cancel.into()), Some(Ok(cancel)));
        for end in 0..value.len() {
            assert!(Cancel::decode_value(Some(&value.slice(..end))).is_err());
        }
        assert!(Cancel::decode_value(None).is_err());
        assert!(Cancel::decode_value(Some(&Bytes::from_static(b"\x30\x03\x02\x01\xff"))).is_err());
    }
}
