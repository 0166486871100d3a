//! The aborted transaction notice (RFC 5805 2.4).

use bytes::Bytes;

use crate::model::Oid;
use crate::proto::{ExtendedResponse, LdapMessage, LdapResult, MessageId, ProtocolOp};

/// Tells that the server has given a transaction up: none of its updates is done.
///
/// "The Aborted Transaction Notice is an Unsolicited Notification message where the responseName is 1.3.6.1.1.21.4 and
/// responseValue is present and contains a transaction identifier" (RFC 5805 2.4). A client hears of it by the
/// handler of unsolicited notifications.
///
/// ```
/// use ldapwire::proto::LdapMessage;
/// use ldapwire::proto::extops::AbortedTransactionNotice;
///
/// let notice = AbortedTransactionNotice::new("t1");
/// let message = LdapMessage::from(notice.clone());
/// assert_eq!(AbortedTransactionNotice::from_message(&message), Some(notice));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbortedTransactionNotice {
    result: LdapResult,
    identifier: Bytes,
}

impl AbortedTransactionNotice {
    /// The name of the notification.
    pub const OID: Oid = Oid::from_static("1.3.6.1.1.21.4");

    /// Makes a notice about the transaction with this identifier.
    pub fn new(identifier: impl Into<Bytes>) -> Self {
        Self { result: LdapResult::success(), identifier: identifier.into() }
    }

    /// Sets why the transaction was given up. Default `success`, which says nothing.
    #[must_use]
    pub fn with_result(mut self, result: LdapResult) -> Self {
        self.result = result;
        self
    }

    /// Returns the notice that a response is, if it is one and has an identifier.
    pub fn from_response(response: &ExtendedResponse) -> Option<Self> {
        if response.name() != Some(&Self::OID) {
            return None;
        }
        Some(Self { result: response.result().clone(), identifier: response.value()?.clone() })
    }

    /// Returns the notice that a message is, if it is one and has an identifier.
    pub fn from_message(message: &LdapMessage) -> Option<Self> {
        match &message.op {
            ProtocolOp::ExtendedResponse(response) if message.id == MessageId::UNSOLICITED => {
                Self::from_response(response)
            }
            _ => None,
        }
    }

    /// Returns the identifier of the transaction.
    pub const fn identifier(&self) -> &Bytes {
        &self.identifier
    }

    /// Returns why the transaction was given up.
    pub const fn result(&self) -> &LdapResult {
        &self.result
    }
}

impl From<AbortedTransactionNotice> for LdapMessage {
    fn from(notice: AbortedTransactionNotice) -> Self {
        let response = ExtendedResponse::new(notice.result).with_name(AbortedTransactionNotice::OID);
        Self::new(MessageId::UNSOLICITED, response.with_value(notice.identifier))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ResultCode;

    #[test]
    fn the_notice_has_the_octets_of_the_standard() {
        let notice = AbortedTransactionNotice::new("t").with_result(LdapResult::new(ResultCode::BUSY));
        let octets = LdapMessage::from(notice.clone()).to_bytes().unwrap();
        assert_eq!(
            &octets[..],
            b"\x30\x1f\x02\x01\x00\x78\x1a\x0a\x01\x33\x04\x00\x04\x00\x8a\x0e1.3.6.1.1.21.4\x8b\x01t"
        );
        let message = LdapMessage::parse(&octets).unwrap();
        assert_eq!(AbortedTransactionNotice::from_message(&message), Some(notice));
    }

    #[test]
    fn without_an_identifier_or_with_an_id_it_is_no_notice() {
        let response = ExtendedResponse::new(LdapResult::success()).with_name(AbortedTransactionNotice::OID);
        let bare = LdapMessage::new(MessageId::UNSOLICITED, response.clone());
        assert_eq!(AbortedTransactionNotice::from_message(&bare), None);
        let answer = LdapMessage::new(MessageId::FIRST, response.with_value("t"));
        assert_eq!(AbortedTransactionNotice::from_message(&answer), None);
    }
}
