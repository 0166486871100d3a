//! Who broke which rule.

use std::fmt;

use crate::ber::DecodeError;
use crate::proto::{MessageId, OpKind};

/// What the peer did that the protocol forbids. The connection cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Violation {
    /// Octets that are no message.
    Decode(DecodeError),
    /// A response to a request that was never made.
    UnknownId {
        /// The id that was never issued.
        id: MessageId,
        /// What came.
        kind: OpKind,
    },
    /// A response that does not belong to the request with its id.
    WrongResponse {
        /// The id of the request.
        id: MessageId,
        /// What was asked.
        request: OpKind,
        /// What came.
        response: OpKind,
    },
    /// A request from a server, or a response from a client.
    WrongDirection {
        /// The id of the message.
        id: MessageId,
        /// What came.
        kind: OpKind,
    },
    /// A message with id 0 that is no unsolicited notification: "The zero value is reserved for the unsolicited
    /// notification message" (RFC 4511 4.1.1.1).
    ReservedId {
        /// What came.
        kind: OpKind,
    },
    /// A request with the id of one that is not answered yet: "the messageID of a request MUST have a non-zero
    /// value different from the messageID of any other request in progress" (RFC 4511 4.1.1.1).
    IdInUse {
        /// The id.
        id: MessageId,
    },
    /// Octets between a StartTLS request or response and the handshake. Taking them as protected would let
    /// somebody on the way put words into the peer's mouth (RFC 4513 6.2).
    OctetsBeforeTls,
    /// Anything but a bind, an abandon or an unbind between the steps of a SASL negotiation (RFC 4511 4.2.1).
    DuringBind {
        /// What came.
        kind: OpKind,
    },
}

impl From<DecodeError> for Violation {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decode(error) => write!(f, "a message cannot be decoded: {error}"),
            Self::UnknownId { id, kind } => write!(f, "{kind} for message id {id}, which was never issued"),
            Self::WrongResponse { id, request, response } => {
                write!(f, "{response} for message id {id}, which is a {request}")
            }
            Self::WrongDirection { id, kind } => {
                write!(f, "{kind} with message id {id} came from the side that cannot send it")
            }
            Self::ReservedId { kind } => {
                write!(f, "{kind} with message id 0, which is for notifications only")
            }
            Self::IdInUse { id } => write!(f, "a second request with message id {id}, which is in progress"),
            Self::OctetsBeforeTls => f.write_str("octets came before the TLS handshake"),
            Self::DuringBind { kind } => write!(f, "{kind} came between the steps of a bind"),
        }
    }
}

impl std::error::Error for Violation {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Decode(error) => Some(error),
            _ => None,
        }
    }
}

/// What the caller asked that the protocol forbids now. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misuse {
    /// An unbind was sent or the connection ended.
    Closed,
    /// "After sending a BindRequest, clients MUST NOT send further LDAP PDUs until receiving the BindResponse"
    /// (RFC 4511 4.2.1).
    BindInProgress,
    /// Only a bind may follow a bind that was answered with `saslBindInProgress` (RFC 4511 4.2.1).
    SaslInProgress,
    /// No message may follow a StartTLS request until TLS is up (RFC 4511 4.14.1).
    StartTlsInProgress,
    /// StartTLS cannot be asked for "when there are outstanding responses for operation requests" (RFC 4513 3.1.1).
    OperationsOutstanding {
        /// How many.
        count: usize,
    },
    /// TLS is up already, and StartTLS asks for what is there (RFC 4511 4.14.1).
    TlsEstablished,
    /// Bind, unbind, abandon and StartTLS cannot be abandoned (RFC 4511 4.11).
    CannotAbandon {
        /// What it is.
        kind: OpKind,
    },
    /// There is no outstanding operation with this id.
    NotOutstanding {
        /// The id.
        id: MessageId,
    },
    /// An operation with this id is outstanding already.
    IdInUse {
        /// The id.
        id: MessageId,
    },
    /// More operations are outstanding than the limit.
    TooManyOutstanding {
        /// The limit.
        limit: usize,
    },
    /// A message that this side cannot send, or not as an answer to that request.
    WrongKind {
        /// What was to be sent.
        kind: OpKind,
    },
}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the session has ended"),
            Self::BindInProgress => f.write_str("a bind is not answered yet"),
            Self::SaslInProgress => f.write_str("a SASL bind is between two steps"),
            Self::StartTlsInProgress => f.write_str("StartTLS is in progress"),
            Self::OperationsOutstanding { count } => {
                write!(f, "StartTLS needs a quiet connection, and {count} operations are outstanding")
            }
            Self::TlsEstablished => f.write_str("TLS is established already"),
            Self::CannotAbandon { kind } => write!(f, "a {kind} cannot be abandoned"),
            Self::NotOutstanding { id } => write!(f, "no operation with message id {id} is outstanding"),
            Self::IdInUse { id } => write!(f, "an operation with message id {id} is outstanding already"),
            Self::TooManyOutstanding { limit } => write!(f, "{limit} operations are outstanding, the limit"),
            Self::WrongKind { kind } => write!(f, "a {kind} cannot be sent here"),
        }
    }
}

impl std::error::Error for Misuse {}
