//! Any type of the `rasn` crate as the value of a control or of an extended operation.

use std::fmt;

use bytes::Bytes;
use rasn::{Decode, Encode};

use super::controls::ControlValue;
use super::extops::ExtendedOp;
use super::{EncodeError, ExtendedResponse, LdapResult, Quirks, value_present};
use crate::ber::{DecodeError, Fault};
use crate::model::Oid;

/// A type of `rasn` that is the value of a control.
///
/// ```
/// use ldapwire::model::{Control, Oid};
/// use ldapwire::proto::controls::Controls;
/// use ldapwire::proto::{Rasn, RasnControl};
/// use rasn::prelude::*;
///
/// impl RasnControl for Priority {
///     const OID: Oid = Oid::from_static("1.3.6.1.4.1.99999.1");
/// }
///
/// #[derive(AsnType, Decode, Encode, Debug, PartialEq)]
/// struct Priority {
///     level: u8,
/// }
///
/// let control = Control::from(Rasn::new(Priority { level: 7 })?);
/// assert_eq!(control.value().unwrap(), &b"\x30\x03\x02\x01\x07"[..]);
/// let read = [control].control::<Rasn<Priority>>().unwrap()?;
/// assert_eq!(read.value(), &Priority { level: 7 });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait RasnControl: Decode + Encode {
    /// The identifier: `controlType`.
    const OID: Oid;

    /// As [`ControlValue::IS_ALWAYS_CRITICAL`].
    const IS_ALWAYS_CRITICAL: bool = false;
}

/// A type of `rasn` that is the value of an extended request.
pub trait RasnOperation: Decode + Encode {
    /// The identifier: `requestName`.
    const OID: Oid;

    /// The value of the response.
    type Response: Decode + Encode;
}

/// A value of a type of `rasn`, with its encoding: what is in here can be sent.
///
/// Decoding recurses where the type does: **a type that contains itself lets a peer decide how deep**, up to the
/// limits of `rasn`.
#[derive(Clone, PartialEq, Eq)]
pub struct Rasn<T> {
    value: T,
    octets: Bytes,
}

impl<T: Encode> Rasn<T> {
    /// Encodes a value.
    ///
    /// # Errors
    ///
    /// `rasn` cannot encode it, for example because it violates a constraint of its type.
    pub fn new(value: T) -> Result<Self, EncodeError> {
        match rasn::ber::encode(&value) {
            Ok(octets) => Ok(Self { value, octets: octets.into() }),
            Err(_) => {
                Err(EncodeError::Invalid { field: "the value", expected: "what its ASN.1 type allows" })
            }
        }
    }
}

impl<T> Rasn<T> {
    /// Returns the value.
    pub const fn value(&self) -> &T {
        &self.value
    }

    /// Returns the value and forgets its encoding.
    pub fn into_value(self) -> T {
        self.value
    }
}

impl<T: Decode> Rasn<T> {
    fn decode(octets: &Bytes) -> Result<Self, DecodeError> {
        match rasn::ber::decode_with_remainder::<T>(octets) {
            Ok((value, [])) => Ok(Self { value, octets: octets.clone() }),
            Ok((_, rest)) => {
                let offset = octets.len().saturating_sub(rest.len());
                Err(DecodeError::new(offset, Fault::TrailingOctets { count: rest.len() }))
            }
            Err(_) => {
                let fault = Fault::Invalid { field: "the value", expected: "what its ASN.1 type says" };
                Err(DecodeError::new(0, fault))
            }
        }
    }
}

impl<T: RasnControl> ControlValue for Rasn<T> {
    const OID: Oid = T::OID;

    const IS_ALWAYS_CRITICAL: bool = T::IS_ALWAYS_CRITICAL;

    fn decode_value_with(value: Option<&Bytes>, _: &Quirks) -> Result<Self, DecodeError> {
        Self::decode(value_present(value)?)
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(self.octets.clone())
    }
}

/// The response has a value or none.
impl<T: RasnOperation> ExtendedOp for Rasn<T> {
    const OID: Oid = T::OID;

    type Response = Option<Rasn<T::Response>>;

    fn encode_value(&self) -> Option<Bytes> {
        Some(self.octets.clone())
    }

    fn decode_value_with(value: Option<&Bytes>, _: &Quirks) -> Result<Self, DecodeError> {
        Self::decode(value_present(value)?)
    }

    fn encode_response(response: &Self::Response) -> ExtendedResponse {
        let bare = ExtendedResponse::new(LdapResult::success()).with_name(T::OID);
        match response {
            None => bare,
            Some(value) => bare.with_value(value.octets.clone()),
        }
    }

    fn decode_response_with(response: &ExtendedResponse, _: &Quirks) -> Result<Self::Response, DecodeError> {
        response.value().map(Rasn::decode).transpose()
    }
}

impl<T: fmt::Debug> fmt::Debug for Rasn<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rasn").field(&self.value).finish()
    }
}

#[cfg(test)]
mod tests {
    use rasn::{AsnType, Decoder};

    use super::*;
    use crate::model::Control;
    use crate::proto::controls::Controls;

    #[derive(AsnType, Decode, Encode, Debug, PartialEq, Clone)]
    struct Priority {
        level: u8,
        #[rasn(tag(0))]
        reason: Option<rasn::types::OctetString>,
    }

    impl RasnControl for Priority {
        const OID: Oid = Oid::from_static("1.3.6.1.4.1.99999.1");
        const IS_ALWAYS_CRITICAL: bool = true;
    }

    impl RasnOperation for Priority {
        const OID: Oid = Oid::from_static("1.3.6.1.4.1.99999.2");

        type Response = Self;
    }

    fn priority() -> Rasn<Priority> {
        Rasn::new(Priority { level: 7, reason: Some(b"ab".to_vec().into()) }).unwrap()
    }

    const OCTETS: &[u8] = b"\x30\x07\x02\x01\x07\x80\x02ab";

    #[test]
    fn a_type_is_a_control_by_one_constant() {
        let control = Control::from(priority());
        assert_eq!((control.value().unwrap(), control.is_critical()), (&Bytes::from_static(OCTETS), true));
        assert_eq!([control].control::<Rasn<Priority>>(), Some(Ok(priority())));
        for end in 0..OCTETS.len() {
            let cut = [Control::new(<Priority as RasnControl>::OID).critical().with_value(&OCTETS[..end])];
            assert!(cut.control::<Rasn<Priority>>().unwrap().is_err(), "cut after {end}");
        }
        let longer = [OCTETS, b"\x05\x00"].concat();
        let longer = [Control::new(<Priority as RasnControl>::OID).critical().with_value(longer)];
        let fault = longer.control::<Rasn<Priority>>().unwrap().unwrap_err();
        assert_eq!((fault.offset(), fault.fault()), (9, Fault::TrailingOctets { count: 2 }));
    }

    #[test]
    fn a_type_is_an_extended_operation_by_two() {
        let request = ExtendedOp::into_request(priority());
        assert_eq!(request.value().unwrap(), OCTETS);
        assert_eq!(<Rasn<Priority> as ExtendedOp>::from_request(&request), Some(Ok(priority())));
        let response = <Rasn<Priority> as ExtendedOp>::encode_response(&Some(priority()));
        assert_eq!(<Rasn<Priority> as ExtendedOp>::decode_response(&response), Ok(Some(priority())));
        let bare = ExtendedResponse::new(LdapResult::success());
        assert_eq!(<Rasn<Priority> as ExtendedOp>::decode_response(&bare), Ok(None));
        assert!(<Rasn<Priority> as ExtendedOp>::decode_response(&bare.with_value("x")).is_err());
    }
}
