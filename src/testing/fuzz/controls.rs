//! Values of controls, of extended operations and of intermediate responses.

use std::fmt::Debug;

use bytes::Bytes;

use crate::ber::DecodeError;
use crate::proto::controls::{ControlValue, Controls, IntermediateValue, SyncInfo};
use crate::proto::extops::ExtendedOp;
use crate::proto::typed::{each_control, each_operation};
use crate::proto::{ExtendedResponse, LdapResult, Quirks};

/// Takes octets for the value of each control, extended operation and intermediate response that has a type: decodes,
/// encodes and decodes again.
///
/// # Panics
///
/// A value does not come back.
pub fn controls(octets: &[u8]) {
    let octets = Bytes::copy_from_slice(octets);
    // Where there is nothing, there may be no value, too.
    let absent = octets.is_empty().then_some(None);
    for value in absent.into_iter().chain([Some(&octets)]) {
        each_control!(control(value));
        each_operation!(operation(value));
        intermediate::<SyncInfo>(value);
    }
}

fn control<T: ControlValue + PartialEq + Debug>(value: Option<&Bytes>) {
    let Some(decoded) = accepted(T::decode_value(value), value) else { return };
    let written = decoded.encode_value();
    let again = strictly(T::decode_value_with, written.as_ref());
    assert_eq!(again, decoded);
    assert_eq!(again.encode_value(), written);
    let control = again.into_control();
    assert!(control.is_critical() || !T::IS_ALWAYS_CRITICAL);
    assert_eq!([control].control::<T>(), Some(Ok(decoded)));
}

fn intermediate<T: IntermediateValue + PartialEq + Debug>(value: Option<&Bytes>) {
    let Some(decoded) = accepted(T::decode_value(value), value) else { return };
    let written = decoded.encode_value();
    let again = strictly(T::decode_value_with, written.as_ref());
    assert_eq!(again, decoded);
    assert_eq!(again.into_response().decode_as::<T>(), Some(Ok(decoded)));
}

/// Looks at octets alone: secrets cannot be compared otherwise.
fn operation<O: ExtendedOp>(value: Option<&Bytes>) {
    if let Some(decoded) = accepted(O::decode_value(value), value) {
        let written = decoded.encode_value();
        let again = O::decode_value(written.as_ref()).expect("what was encoded can be decoded");
        assert_eq!(again.encode_value(), written);
    }
    let response = ExtendedResponse::new(LdapResult::success());
    let response = match value {
        None => response,
        Some(value) => response.with_value(value.clone()),
    };
    if let Some(decoded) = accepted(O::decode_response(&response), value) {
        let written = O::encode_response(&decoded);
        let again = O::decode_response(&written).expect("what was encoded can be decoded");
        assert_eq!(O::encode_response(&again), written);
    }
}

/// Decodes what this crate has encoded.
fn strictly<T>(
    decode: impl Fn(Option<&Bytes>, &Quirks) -> Result<T, DecodeError>,
    value: Option<&Bytes>,
) -> T {
    decode(value, &Quirks::strict()).expect("what was encoded can be decoded, strictly")
}

fn accepted<T>(decoded: Result<T, DecodeError>, value: Option<&Bytes>) -> Option<T> {
    match decoded {
        Ok(decoded) => Some(decoded),
        Err(error) => {
            assert!(error.offset() <= value.map_or(0, Bytes::len), "{error}");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::registry::{self, Kind};

    #[test]
    fn each_type_is_in_the_registry() {
        fn control<T: ControlValue>((): ()) {}
        fn operation<T: ExtendedOp>((): ()) {
            let kind = registry::find(&T::OID).map(|found| found.kind());
            assert_eq!(kind, Some(Kind::ExtendedOperation), "{}", T::OID);
        }
        each_control!(control(()));
        each_operation!(operation(()));
        let info = registry::find(&SyncInfo::OID).map(|found| found.kind());
        assert_eq!(info, Some(Kind::IntermediateResponse));
    }
}
