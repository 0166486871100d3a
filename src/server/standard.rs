//! What every server does by itself: the version of the protocol, StartTLS, Cancel.

use std::future::Future;

use crate::model::ResultCode;
use crate::proto::extops::{Cancel, ExtendedOp, StartTls};
use crate::proto::{BindRequest, ExtendedRequest, ProtocolOp};

use super::wrapper::tell_inner;
use super::{Answer, CancelOutcome, Handler, Operation, Sink};

/// Stands between the layers and the handler, and answers what concerns the connection and not the data.
#[derive(Clone, Debug)]
pub(super) struct Standard<H> {
    inner: H,
}

impl<H> Standard<H> {
    pub(super) const fn new(inner: H) -> Self {
        Self { inner }
    }
}

impl<H: Handler> Handler for Standard<H> {
    fn handle(&self, operation: Operation, sink: &mut Sink) -> impl Future<Output = Answer> + Send {
        let answer = match operation.op() {
            ProtocolOp::BindRequest(request) => check_version(request),
            ProtocolOp::ExtendedRequest(request) => extended(request, &operation),
            _ => None,
        };
        async {
            match answer {
                Some(answer) => answer,
                None => self.inner.handle(operation, sink).await,
            }
        }
    }

    tell_inner!();
}

/// "If the server does not support the specified version, it MUST respond with a BindResponse where the resultCode is
/// set to protocolError" (RFC 4511 4.2).
fn check_version(request: &BindRequest) -> Option<Answer> {
    let version = request.version();
    (version != BindRequest::VERSION).then(|| {
        let text = format!("version {version} of the protocol is not spoken here, only 3");
        Answer::refuse(ResultCode::PROTOCOL_ERROR, text)
    })
}

fn extended(request: &ExtendedRequest, operation: &Operation) -> Option<Answer> {
    if let Some(start_tls) = StartTls::from_request(request) {
        return Some(answer_start_tls(start_tls.is_ok(), operation));
    }
    let cancel = Cancel::from_request(request)?;
    Some(match cancel {
        Ok(cancel) => answer_cancel(cancel, operation),
        Err(error) => Answer::refuse(ResultCode::PROTOCOL_ERROR, error.to_string()),
    })
}

/// RFC 4511 4.14.
fn answer_start_tls(is_well_formed: bool, operation: &Operation) -> Answer {
    let connection = &operation.connection;
    let (code, text) = if let Err(answer) = operation.check_controls(&[]) {
        return answer;
    } else if !is_well_formed {
        (ResultCode::PROTOCOL_ERROR, "StartTLS has no value")
    } else if connection.is_encrypted() {
        (ResultCode::OPERATIONS_ERROR, "TLS is established already")
    } else if !connection.offers_start_tls() {
        // "If the server does not support TLS [...], it returns [...] protocolError" (RFC 4511 4.14.2).
        (ResultCode::PROTOCOL_ERROR, "this server has no certificate for StartTLS")
    } else {
        return StartTls::encode_response(&()).into();
    };
    Answer::refuse(code, text)
}

/// RFC 3909 2.2.
fn answer_cancel(cancel: Cancel, operation: &Operation) -> Answer {
    if let Err(answer) = operation.check_controls(&[]) {
        return answer;
    }
    match operation.connection.cancel(cancel.id()) {
        CancelOutcome::Canceled => Cancel::encode_response(&()).into(),
        CancelOutcome::NoSuchOperation => ResultCode::NO_SUCH_OPERATION.into(),
        CancelOutcome::CannotCancel => ResultCode::CANNOT_CANCEL.into(),
    }
}
