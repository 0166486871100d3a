//! The answer to one request.

use crate::error::{Error, ErrorKind, control_among};
use crate::model::{Control, ResultCode};
use crate::proto::controls::ControlValue;
use crate::proto::extops::ExtendedOp;
use crate::proto::{
    BindResponse, ExtendedResponse, IntermediateResponse, LdapMessage, LdapResult, MessageId, ProtocolOp,
};

/// The response that ended an operation, with its controls and what came before it.
#[derive(Clone, Debug)]
pub struct Response {
    message: LdapMessage,
    intermediate: Vec<IntermediateResponse>,
}

/// The intermediate responses that are kept for an operation other than a search, until its final response comes.
/// Those beyond are dropped: no extension is known that sends so many.
pub(crate) const MAX_INTERMEDIATE: usize = 1024;

impl Response {
    /// Makes a response of the message that ended the operation and the intermediate ones before it.
    pub const fn new(message: LdapMessage, intermediate: Vec<IntermediateResponse>) -> Self {
        Self { message, intermediate }
    }

    /// Returns the id of the operation.
    pub const fn id(&self) -> MessageId {
        self.message.id
    }

    /// Returns how the operation ended; `protocolError` if the message carries no result.
    pub fn result(&self) -> &LdapResult {
        static NONE: LdapResult = LdapResult::new(ResultCode::PROTOCOL_ERROR);
        self.message.op.result().unwrap_or(&NONE)
    }

    /// Returns the code of the result.
    pub fn code(&self) -> ResultCode {
        self.result().code()
    }

    /// Returns the controls as they came.
    pub fn controls(&self) -> &[Control] {
        &self.message.controls
    }

    /// Returns the control of this type, if it came.
    ///
    /// # Errors
    ///
    /// The control came and its value is not what its specification says.
    pub fn control<C: ControlValue>(&self) -> Result<Option<C>, Error> {
        control_among(self.controls())
    }

    /// Returns the intermediate responses that came before, oldest first.
    pub fn intermediate(&self) -> &[IntermediateResponse] {
        &self.intermediate
    }

    /// Returns the response of an extended operation, if it is one.
    pub const fn extended(&self) -> Option<&ExtendedResponse> {
        match &self.message.op {
            ProtocolOp::ExtendedResponse(response) => Some(response),
            _ => None,
        }
    }

    /// Returns what the answer to an extended operation says, beyond its success.
    ///
    /// For an operation that was sent with controls; [`extended_op`](super::Executor::extended_op) does it for one
    /// without.
    ///
    /// # Errors
    ///
    /// The answer has a value that its specification does not allow, or is none to an extended operation.
    pub fn extended_op<O: ExtendedOp>(&self) -> Result<O::Response, Error> {
        let Some(extended) = self.extended() else {
            return Err(Error::refused(self.result().clone(), self.controls().to_vec()));
        };
        O::decode_response(extended)
            .map_err(|error| Error::new(ErrorKind::Value { error, of: "an extended response" }))
    }

    /// Returns the response of a bind, if it is one.
    pub const fn bind(&self) -> Option<&BindResponse> {
        match &self.message.op {
            ProtocolOp::BindResponse(response) => Some(response),
            _ => None,
        }
    }

    /// Returns the message itself.
    pub const fn message(&self) -> &LdapMessage {
        &self.message
    }

    /// Makes an error of it, unless the result is success or one of those that are no error
    /// (RFC 4511 appendix A.1).
    pub(crate) fn into_result(self) -> Result<Self, Error> {
        let code = self.code();
        if code.is_error() || code == ResultCode::REFERRAL {
            let error = Error::refused(self.result().clone(), self.message.controls);
            return Err(match self.message.op {
                ProtocolOp::ExtendedResponse(response) => error.with_extended(response),
                _ => error,
            });
        }
        Ok(self)
    }
}
