//! How a type becomes an intermediate response, for the messages that controls ask for.

use bytes::Bytes;

use crate::ber::DecodeError;
use crate::model::Oid;
use crate::proto::{IntermediateResponse, Quirks};

/// An [`IntermediateResponse`] with a type of its own (RFC 4511 4.13).
///
/// **What cannot be encoded cannot be made**, as with [`ControlValue`](super::ControlValue).
pub trait IntermediateValue: Sized {
    /// The identifier: `responseName`.
    const OID: Oid;

    /// Decodes the `responseValue`; `None` means that there is none, which differs from an empty one. What
    /// `quirks` names is read besides.
    ///
    /// # Errors
    ///
    /// The value is not what the specification says. Offsets count from the value's first octet.
    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError>;

    /// Decodes the `responseValue` with the default quirks.
    ///
    /// # Errors
    ///
    /// As [`decode_value_with`](Self::decode_value_with).
    fn decode_value(value: Option<&Bytes>) -> Result<Self, DecodeError> {
        Self::decode_value_with(value, &Quirks::DEFAULT)
    }

    /// Encodes the `responseValue`; `None` means that there is none, which differs from an empty one.
    fn encode_value(&self) -> Option<Bytes>;

    /// Makes the response.
    fn into_response(self) -> IntermediateResponse {
        let response = IntermediateResponse::new().with_name(Self::OID);
        match self.encode_value() {
            None => response,
            Some(value) => response.with_value(value),
        }
    }

    /// Decodes a response; `None` if it is another one.
    fn from_response(response: &IntermediateResponse) -> Option<Result<Self, DecodeError>> {
        (response.name() == Some(&Self::OID)).then(|| Self::decode_value(response.value()))
    }
}

impl IntermediateResponse {
    /// Decodes a response whose type is known; `None` if it is another one.
    ///
    /// `Some(Err(_))` means that it is this one and malformed.
    pub fn decode_as<T: IntermediateValue>(&self) -> Option<Result<T, DecodeError>> {
        T::from_response(self)
    }
}

impl<T: IntermediateValue> From<T> for IntermediateResponse {
    fn from(value: T) -> Self {
        value.into_response()
    }
}
