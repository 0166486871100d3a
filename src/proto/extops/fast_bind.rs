//! Fast bind (MS-ADTS 3.1.1.3.4.2.3): a connection that only checks passwords.

use bytes::Bytes;

use crate::ber::DecodeError;
use crate::model::Oid;
use crate::proto::{ExtendedResponse, LdapResult, Quirks, value_absent};

use super::ExtendedOp;

/// Asks Active Directory to check passwords on this connection without making its clients anybody
/// (`LDAP_SERVER_FAST_BIND_OID`).
///
/// Neither request nor response has a value. After a successful answer simple binds are quick, and the connection
/// stays anonymous; it must be asked before the first bind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "the request has no value")]
pub struct FastBind;

impl ExtendedOp for FastBind {
    const OID: Oid = Oid::from_static("1.2.840.113556.1.4.1781");

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

    /// Takes any successful answer: there is nothing in it.
    fn decode_response_with(_response: &ExtendedResponse, _: &Quirks) -> Result<(), DecodeError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_side_has_a_value() {
        let request = FastBind.into_request();
        assert_eq!((request.name().as_str(), request.value()), ("1.2.840.113556.1.4.1781", None));
        assert!(FastBind::from_request(&request.clone().with_value("x")).unwrap().is_err());
        assert_eq!(FastBind::from_request(&request), Some(Ok(FastBind)));
        assert_eq!(FastBind::decode_response(&FastBind::encode_response(&())), Ok(()));
    }
}
