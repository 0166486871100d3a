//! The Notice of Disconnection (RFC 4511 4.4.1).

use crate::model::Oid;

use super::{ExtendedResponse, LdapMessage, LdapResult, MessageId, ProtocolOp};

/// The server's last word: it is about to close the connection, and why.
///
/// An unsolicited notification: an [`ExtendedResponse`] with message id 0 and the name
/// `1.3.6.1.4.1.1466.20036`. The server tells the reason by the result code, for example `protocolError`,
/// `strongerAuthRequired` or `unavailable`; there is no value.
///
/// ```
/// use ldapwire::model::ResultCode;
/// use ldapwire::proto::{LdapMessage, LdapResult, NoticeOfDisconnection};
///
/// let notice = NoticeOfDisconnection::new(LdapResult::new(ResultCode::UNAVAILABLE));
/// let message = LdapMessage::from(notice.clone());
/// assert_eq!(NoticeOfDisconnection::from_message(&message), Some(notice));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeOfDisconnection {
    result: LdapResult,
}

impl NoticeOfDisconnection {
    /// The name of the notification.
    pub const OID: Oid = Oid::from_static("1.3.6.1.4.1.1466.20036");

    /// Makes a notice that gives this reason.
    pub const fn new(result: LdapResult) -> Self {
        Self { result }
    }

    /// Returns the notice that a message is, if it is one.
    pub fn from_message(message: &LdapMessage) -> Option<Self> {
        match &message.op {
            ProtocolOp::ExtendedResponse(response)
                if message.id == MessageId::UNSOLICITED && response.name() == Some(&Self::OID) =>
            {
                Some(Self::new(response.result().clone()))
            }
            _ => None,
        }
    }

    /// Returns the reason.
    pub const fn result(&self) -> &LdapResult {
        &self.result
    }
}

impl From<NoticeOfDisconnection> for LdapMessage {
    fn from(notice: NoticeOfDisconnection) -> Self {
        let response = ExtendedResponse::new(notice.result).with_name(NoticeOfDisconnection::OID);
        Self::new(MessageId::UNSOLICITED, response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ResultCode;

    #[test]
    fn the_notice_has_the_octets_of_the_standard() {
        let notice = NoticeOfDisconnection::new(LdapResult::new(ResultCode::PROTOCOL_ERROR));
        let message = LdapMessage::from(notice.clone());
        let octets = message.to_bytes().unwrap();
        assert_eq!(
            &octets[..],
            b"\x30\x24\x02\x01\x00\x78\x1f\x0a\x01\x02\x04\x00\x04\x00\x8a\x161.3.6.1.4.1.1466.20036"
        );
        assert_eq!(NoticeOfDisconnection::from_message(&LdapMessage::parse(&octets).unwrap()), Some(notice));
    }

    #[test]
    fn other_names_and_other_ids_are_no_notice() {
        let response = ExtendedResponse::new(LdapResult::success());
        let unnamed = LdapMessage::new(MessageId::UNSOLICITED, response.clone());
        assert_eq!(NoticeOfDisconnection::from_message(&unnamed), None);
        let answer = LdapMessage::new(MessageId::FIRST, response.with_name(NoticeOfDisconnection::OID));
        assert_eq!(NoticeOfDisconnection::from_message(&answer), None);
    }
}
