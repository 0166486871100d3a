//! An update as part of a transaction (RFC 5805 2.2).

use bytes::Bytes;

use crate::ber::DecodeError;
use crate::model::Oid;
use crate::proto::{Quirks, value_present};

use super::ControlValue;

/// Makes an update part of a transaction: it is done when the transaction ends, or not at all.
///
/// "A Transaction Specification Control is an LDAPControl where the controlType is 1.3.6.1.1.21.2, the criticality is
/// TRUE, and the controlValue is a transaction identifier" (RFC 5805 2.2). The identifier is what
/// [`StartTransaction`](crate::proto::extops::StartTransaction) is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionSpecification {
    identifier: Bytes,
}

impl TransactionSpecification {
    /// Makes an update part of the transaction with this identifier.
    pub fn new(identifier: impl Into<Bytes>) -> Self {
        Self { identifier: identifier.into() }
    }

    /// Returns the identifier of the transaction.
    pub const fn identifier(&self) -> &Bytes {
        &self.identifier
    }
}

impl ControlValue for TransactionSpecification {
    const OID: Oid = Oid::from_static("1.3.6.1.1.21.2");

    const IS_ALWAYS_CRITICAL: bool = true;

    fn decode_value_with(value: Option<&Bytes>, _: &Quirks) -> Result<Self, DecodeError> {
        Ok(Self { identifier: value_present(value)?.clone() })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(self.identifier.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Control;
    use crate::proto::controls::Controls;

    #[test]
    fn the_value_is_the_identifier_itself_and_the_control_is_critical() {
        let control = Control::from(TransactionSpecification::new(&b"\x00\xff"[..]));
        assert_eq!((&control.value().unwrap()[..], control.is_critical()), (&b"\x00\xff"[..], true));
        let read = [control].control::<TransactionSpecification>().unwrap().unwrap();
        assert_eq!(read.identifier()[..], b"\x00\xff"[..]);
        for malformed in [
            Control::new(TransactionSpecification::OID).critical(),
            Control::new(TransactionSpecification::OID).with_value("t"),
        ] {
            assert!([malformed].control::<TransactionSpecification>().unwrap().is_err());
        }
    }
}
