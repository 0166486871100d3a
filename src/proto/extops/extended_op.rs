//! How a type becomes an extended request, and its answer a type.

use bytes::Bytes;

use crate::ber::DecodeError;
use crate::model::Oid;
use crate::proto::{ExtendedRequest, ExtendedResponse, Quirks};

/// An extended operation with a type of its own, for both sides.
///
/// **What cannot be encoded cannot be made:** constructors refuse it, so turning the type into a request never fails.
pub trait ExtendedOp: Sized {
    /// The identifier: `requestName`.
    const OID: Oid;

    /// What a successful answer says beyond its success.
    type Response;

    /// Encodes the `requestValue`; `None` means that there is none, which differs from an empty one.
    fn encode_value(&self) -> Option<Bytes>;

    /// Decodes the `requestValue`; `None` means that there is none, which differs from an empty one. What
    /// `quirks` names is read besides.
    ///
    /// # Errors
    ///
    /// The value is not what the specification of the operation says. Offsets count from the value's first octet.
    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError>;

    /// Decodes the `requestValue` with the default quirks.
    ///
    /// # Errors
    ///
    /// As [`decode_value_with`](Self::decode_value_with).
    fn decode_value(value: Option<&Bytes>) -> Result<Self, DecodeError> {
        Self::decode_value_with(value, &Quirks::DEFAULT)
    }

    /// Makes the answer of a server that did what was asked for.
    fn encode_response(response: &Self::Response) -> ExtendedResponse;

    /// Decodes a successful answer; the caller has looked at its result code. What `quirks` names is read
    /// besides.
    ///
    /// # Errors
    ///
    /// The answer is not what the specification of the operation says. Offsets count from the first octet of the
    /// `responseValue`.
    fn decode_response_with(
        response: &ExtendedResponse,
        quirks: &Quirks,
    ) -> Result<Self::Response, DecodeError>;

    /// Decodes a successful answer with the default quirks.
    ///
    /// # Errors
    ///
    /// As [`decode_response_with`](Self::decode_response_with).
    fn decode_response(response: &ExtendedResponse) -> Result<Self::Response, DecodeError> {
        Self::decode_response_with(response, &Quirks::DEFAULT)
    }

    /// Makes the request.
    fn into_request(self) -> ExtendedRequest {
        let request = ExtendedRequest::new(Self::OID);
        match self.encode_value() {
            None => request,
            Some(value) => request.with_value(value),
        }
    }

    /// Decodes the operation that a request asks for; `None` if it is another one.
    ///
    /// `Some(Err(_))` means that it is this one and its value is malformed: "protocolError" is the answer.
    fn from_request(request: &ExtendedRequest) -> Option<Result<Self, DecodeError>> {
        (*request.name() == Self::OID).then(|| Self::decode_value(request.value()))
    }
}

impl<T: ExtendedOp> From<T> for ExtendedRequest {
    fn from(operation: T) -> Self {
        operation.into_request()
    }
}
