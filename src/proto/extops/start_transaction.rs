//! The start of a transaction (RFC 5805 2.1).

use bytes::Bytes;

use crate::ber::DecodeError;
use crate::model::Oid;
use crate::proto::{ExtendedResponse, LdapResult, Quirks, value_absent, value_present};

use super::ExtendedOp;

/// Begins a transaction; the answer is its identifier.
///
/// "A Start Transaction Request is an LDAPMessage of CHOICE extendedReq where the requestName is 1.3.6.1.1.21.1 and the
/// requestValue is absent." The response has no name. "When the resultCode is success (0), responseValue is present
/// and contains a transaction identifier" (RFC 5805 2.1).
///
/// Updates join the transaction by a [`TransactionSpecification`](crate::proto::controls::TransactionSpecification)
/// with the identifier, and are done when [`EndTransaction`](super::EndTransaction) says so. The transaction belongs
/// to its connection.
///
/// ```no_run
/// use ldapwire::proto::DeleteRequest;
/// use ldapwire::proto::controls::TransactionSpecification;
/// use ldapwire::proto::extops::{EndTransaction, StartTransaction};
/// use ldapwire::{Client, Executor, RequestExt};
///
/// # async fn run(client: Client) -> Result<(), ldapwire::Error> {
/// let identifier = client.extended_op(StartTransaction).await?;
/// for dn in ["cn=a,dc=example", "cn=b,dc=example"] {
///     let part = TransactionSpecification::new(identifier.clone());
///     client.delete(DeleteRequest::new(dn).with_control(part)).await?;
/// }
/// client.extended_op(EndTransaction::commit(identifier)).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "the request has no value")]
pub struct StartTransaction;

impl ExtendedOp for StartTransaction {
    const OID: Oid = Oid::from_static("1.3.6.1.1.21.1");

    type Response = Bytes;

    fn encode_value(&self) -> Option<Bytes> {
        None
    }

    fn decode_value_with(value: Option<&Bytes>, _: &Quirks) -> Result<Self, DecodeError> {
        value_absent(value)?;
        Ok(Self)
    }

    fn encode_response(identifier: &Bytes) -> ExtendedResponse {
        ExtendedResponse::new(LdapResult::success()).with_value(identifier.clone())
    }

    fn decode_response_with(response: &ExtendedResponse, _: &Quirks) -> Result<Bytes, DecodeError> {
        value_present(response.value()).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_the_identifier_itself() {
        let request = StartTransaction.into_request();
        assert_eq!((request.name().as_str(), request.value()), ("1.3.6.1.1.21.1", None));
        assert!(StartTransaction::from_request(&request.with_value("")).unwrap().is_err());
        let response = StartTransaction::encode_response(&Bytes::from_static(b"\x00\xff"));
        assert_eq!((response.name(), response.value().unwrap()), (None, &Bytes::from_static(b"\x00\xff")));
        assert_eq!(StartTransaction::decode_response(&response).unwrap(), &b"\x00\xff"[..]);
        let bare = ExtendedResponse::new(LdapResult::success());
        assert!(StartTransaction::decode_response(&bare).is_err());
    }
}
