//! "Who am I?" (RFC 4532).

use bytes::Bytes;

use crate::ber::{DecodeError, Fault};
use crate::model::{AuthzId, LdapString, Oid};
use crate::proto::{ExtendedResponse, LdapResult, Quirks, value_absent};

use super::ExtendedOp;

/// Asks who the client is to the server.
///
/// "The whoami request is an ExtendedRequest with a requestName field containing the whoamiOID OID and an absent
/// requestValue field" (RFC 4532 2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "the request has no value")]
pub struct WhoAmI;

impl ExtendedOp for WhoAmI {
    /// `whoamiOID ::= "1.3.6.1.4.1.4203.1.11.3"`
    const OID: Oid = Oid::from_static("1.3.6.1.4.1.4203.1.11.3");

    type Response = AuthzId;

    fn encode_value(&self) -> Option<Bytes> {
        None
    }

    fn decode_value_with(value: Option<&Bytes>, _: &Quirks) -> Result<Self, DecodeError> {
        value_absent(value)?;
        Ok(Self)
    }

    /// "If the server is treating the client as an anonymous entity, the response field is present but empty"
    /// (RFC 4532 3).
    fn encode_response(response: &AuthzId) -> ExtendedResponse {
        ExtendedResponse::new(LdapResult::success()).with_value(response.as_ldap_string().to_bytes())
    }

    /// Takes an absent value for an empty one: to claim less than the server meant does no harm.
    fn decode_response_with(response: &ExtendedResponse, _: &Quirks) -> Result<AuthzId, DecodeError> {
        let value = response.value().cloned().unwrap_or_default();
        match LdapString::from_utf8(value) {
            Ok(text) => Ok(AuthzId::from_wire(text)),
            Err(error) => Err(DecodeError::new(error.valid_up_to(), Fault::NotUtf8 { field: "authzId" })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::{LdapMessage, MessageId, ProtocolOp};

    #[test]
    fn the_examples_of_the_standard_come_out_octet_by_octet() {
        let id = MessageId::new(2).unwrap();
        let request = LdapMessage::new(id, WhoAmI.into_request());
        assert_eq!(
            &request.to_bytes().unwrap()[..],
            b"\x30\x1e\x02\x01\x02\x77\x19\x80\x17\x31\x2e\x33\x2e\x36\x2e\x31\
              \x2e\x34\x2e\x31\x2e\x34\x32\x30\x33\x2e\x31\x2e\x31\x31\x2e\x33"
        );
        let octets = Bytes::from_static(
            b"\x30\x21\x02\x01\x02\x78\x1c\x0a\x01\x00\x04\x00\x04\x00\x8b\x13\
              \x75\x3a\x78\x78\x79\x79\x7a\x40\x45\x58\x41\x4d\x50\x4c\x45\x2e\
              \x4e\x45\x54",
        );
        let ProtocolOp::ExtendedResponse(response) = LdapMessage::parse(&octets).unwrap().op else {
            panic!()
        };
        let identity = WhoAmI::decode_response(&response).unwrap();
        assert_eq!(identity.user(), Some("xxyyz@EXAMPLE.NET"));
        assert_eq!(LdapMessage::new(id, WhoAmI::encode_response(&identity)).to_bytes().unwrap(), octets);
    }

    #[test]
    fn nobody_is_an_empty_value_and_is_read_from_an_absent_one() {
        let response = WhoAmI::encode_response(&AuthzId::ANONYMOUS);
        assert_eq!(response.value(), Some(&Bytes::new()));
        assert_eq!(WhoAmI::decode_response(&response), Ok(AuthzId::ANONYMOUS));
        let bare = ExtendedResponse::new(LdapResult::success());
        assert_eq!(WhoAmI::decode_response(&bare), Ok(AuthzId::ANONYMOUS));
        assert!(WhoAmI::decode_response(&bare.with_value(&b"u:\xff"[..])).is_err());
    }
}
