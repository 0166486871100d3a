//! StartTLS (RFC 4511 4.14).

use bytes::Bytes;

use crate::ber::{DecodeError, Fault};
use crate::model::Oid;
use crate::proto::{ExtendedResponse, LdapResult, Quirks, value_absent};

use super::ExtendedOp;

/// Asks to begin TLS on this connection.
///
/// "The requestName is "1.3.6.1.4.1.1466.20037", and the requestValue field is always absent" (RFC 4511 4.14.1).
/// After a successful answer the next octets on the connection are those of the TLS handshake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "the request has no value")]
pub struct StartTls;

impl ExtendedOp for StartTls {
    const OID: Oid = Oid::from_static("1.3.6.1.4.1.1466.20037");

    type Response = ();

    fn encode_value(&self) -> Option<Bytes> {
        None
    }

    fn decode_value_with(value: Option<&Bytes>, _: &Quirks) -> Result<Self, DecodeError> {
        value_absent(value)?;
        Ok(Self)
    }

    fn encode_response((): &()) -> ExtendedResponse {
        ExtendedResponse::new(LdapResult::success()).with_name(Self::OID)
    }

    /// "The responseName is "1.3.6.1.4.1.1466.20037" when provided [...]. The responseValue is always absent"
    /// (RFC 4511 4.14.2).
    fn decode_response_with(response: &ExtendedResponse, _: &Quirks) -> Result<(), DecodeError> {
        if response.name().is_some_and(|name| *name != Self::OID) {
            let expected = "that of StartTLS";
            return Err(DecodeError::new(0, Fault::Invalid { field: "responseName", expected }));
        }
        value_absent(response.value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::{LdapMessage, MessageId};

    #[test]
    fn the_request_has_a_name_and_no_value() {
        let message = LdapMessage::new(MessageId::FIRST, StartTls.into_request());
        assert_eq!(
            &message.to_bytes().unwrap()[..],
            b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037"
        );
        assert_eq!(StartTls::from_request(&StartTls.into_request()), Some(Ok(StartTls)));
        let with_value = StartTls.into_request().with_value("");
        assert!(StartTls::from_request(&with_value).unwrap().is_err());
    }

    #[test]
    fn the_response_may_be_without_a_name_and_never_has_a_value() {
        let bare = ExtendedResponse::new(LdapResult::success());
        assert_eq!(StartTls::decode_response(&bare), Ok(()));
        assert_eq!(StartTls::decode_response(&StartTls::encode_response(&())), Ok(()));
        assert!(StartTls::decode_response(&bare.clone().with_value("")).is_err());
        assert!(StartTls::decode_response(&bare.with_name(Oid::from_static("1.3.6"))).is_err());
    }
}
