//! A request as a handler sees it.

use crate::model::{Control, Criticality, Oid, ResultCode};
use crate::proto::{LdapMessage, MessageId, OpKind, ProtocolOp};

use super::{Answer, Connection};

/// A request that was taken on, with the connection that it came over.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Operation {
    /// The message as it came.
    pub message: LdapMessage,
    /// The connection.
    pub connection: Connection,
}

impl Operation {
    /// Puts a request together with the connection that it counts as having come over.
    pub const fn new(message: LdapMessage, connection: Connection) -> Self {
        Self { message, connection }
    }

    /// Returns the message id.
    pub const fn id(&self) -> MessageId {
        self.message.id
    }

    /// Returns what is asked.
    pub const fn op(&self) -> &ProtocolOp {
        &self.message.op
    }

    /// Returns the kind of what is asked.
    pub const fn kind(&self) -> OpKind {
        self.message.op.kind()
    }

    /// Returns the controls.
    pub fn controls(&self) -> &[Control] {
        &self.message.controls
    }

    /// Checks that every critical control is one that the handler acts on.
    ///
    /// "If the server does not recognize the control type or it is not appropriate for the operation [...] and the
    /// criticality field is TRUE, the server MUST NOT perform the operation and [...] MUST return the resultCode
    /// unavailableCriticalExtension" (RFC 4511 4.1.11).
    ///
    /// # Errors
    ///
    /// The answer to give.
    pub fn check_controls(&self, known: &[Oid]) -> Result<(), Answer> {
        let unknown = self
            .controls()
            .iter()
            .find(|control| control.criticality() == Criticality::Critical && !known.contains(control.oid()));
        match unknown {
            None => Ok(()),
            Some(control) => Err(Answer::refuse(
                ResultCode::UNAVAILABLE_CRITICAL_EXTENSION,
                format!("the control {} is critical and not available for this operation", control.oid()),
            )),
        }
    }
}
