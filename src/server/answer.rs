//! What ends an operation.

use crate::model::{Control, LdapString, ResultCode};
use crate::proto::{BindResponse, ExtendedResponse, LdapResult, OpKind, ProtocolOp};

/// The answer to a request: its result, with the controls and whatever else the kind of response carries.
///
/// Which message it becomes the request decides, so that an answer cannot be of the wrong kind.
///
/// ```
/// use ldapwire::model::ResultCode;
/// use ldapwire::server::Answer;
///
/// let answer = Answer::refuse(ResultCode::UNWILLING_TO_PERFORM, "this directory is read only");
/// assert_eq!(answer.code(), ResultCode::UNWILLING_TO_PERFORM);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an answer is sent by returning it"]
pub struct Answer {
    // Boxed, so that a handler can return it as an error without moving much.
    body: Box<Body>,
    controls: Vec<Control>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Body {
    Result(LdapResult),
    Bind(BindResponse),
    Extended(ExtendedResponse),
}

impl Answer {
    /// Makes the answer `success`.
    pub fn success() -> Self {
        LdapResult::success().into()
    }

    /// Makes an answer that gives a text for people with its code.
    pub fn refuse(code: ResultCode, text: impl Into<LdapString>) -> Self {
        LdapResult::new(code).with_diagnostic_message(text).into()
    }

    /// Adds a control.
    pub fn with_control(mut self, control: impl Into<Control>) -> Self {
        self.controls.push(control.into());
        self
    }

    /// Returns the result.
    pub fn result(&self) -> &LdapResult {
        match &*self.body {
            Body::Result(result) => result,
            Body::Bind(response) => response.result(),
            Body::Extended(response) => response.result(),
        }
    }

    /// Returns the code of the result.
    pub fn code(&self) -> ResultCode {
        self.result().code()
    }

    /// Returns the controls.
    pub fn controls(&self) -> &[Control] {
        &self.controls
    }

    /// Makes the message that ends a request of this kind; none if it is no request that is answered.
    ///
    /// What a response of that kind cannot carry is left out.
    pub fn to_op(&self, request: OpKind) -> Option<ProtocolOp> {
        match (&*self.body, request) {
            (Body::Bind(response), OpKind::BindRequest) => Some(response.clone().into()),
            (Body::Extended(response), OpKind::ExtendedRequest) => Some(response.clone().into()),
            _ => ProtocolOp::response(request, self.result().clone()),
        }
    }
}

impl From<LdapResult> for Answer {
    fn from(result: LdapResult) -> Self {
        Self { body: Box::new(Body::Result(result)), controls: Vec::new() }
    }
}

impl From<ResultCode> for Answer {
    fn from(code: ResultCode) -> Self {
        LdapResult::new(code).into()
    }
}

impl From<BindResponse> for Answer {
    fn from(response: BindResponse) -> Self {
        Self { body: Box::new(Body::Bind(response)), controls: Vec::new() }
    }
}

impl From<ExtendedResponse> for Answer {
    fn from(response: ExtendedResponse) -> Self {
        Self { body: Box::new(Body::Extended(response)), controls: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Oid;

    #[test]
    fn the_request_decides_the_kind_of_the_message() {
        let bind = BindResponse::new(LdapResult::success()).with_server_sasl_creds("challenge");
        let extended = ExtendedResponse::new(LdapResult::success()).with_name(Oid::from_static("1.2.3"));
        for (answer, fitting) in [
            (Answer::success(), None),
            (bind.clone().into(), Some(ProtocolOp::from(bind))),
            (extended.clone().into(), Some(ProtocolOp::from(extended))),
        ] {
            for &kind in OpKind::ALL {
                let op = answer.to_op(kind);
                assert_eq!(op.as_ref().map(ProtocolOp::kind), kind.final_response());
                if let Some(fitting) = fitting.as_ref().filter(|op| Some(op.kind()) == kind.final_response())
                {
                    assert_eq!(op.as_ref(), Some(fitting));
                }
            }
        }
    }
}
