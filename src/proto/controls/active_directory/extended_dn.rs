//! Extended names (MS-ADTS 3.1.1.3.4.1.5): GUID and SID within each name.

use bytes::Bytes;

use crate::ber::{DecodeError, Fault, Tag};
use crate::model::Oid;
use crate::proto::controls::ControlValue;
use crate::proto::{Context, Quirks, sequence_value};

/// Returns names as `<GUID=...>;<SID=...>;name` (`LDAP_SERVER_EXTENDED_DN_OID`).
///
/// ```text
/// ExtendedDNRequestValue ::= SEQUENCE {
///     Flag    INTEGER
/// }                                                    (MS-ADTS 3.1.1.3.4.1.5)
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "the specification has two values")]
pub enum ExtendedDn {
    /// Identifiers in hexadecimal digits, octet by octet.
    Hexadecimal,
    /// Identifiers as people write them: `c0ab1d34-...`, `S-1-5-21-...`.
    Text,
}

impl ControlValue for ExtendedDn {
    const OID: Oid = Oid::from_static("1.2.840.113556.1.4.529");

    /// An absent value asks for hexadecimal digits.
    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        if value.is_none() {
            return Ok(Self::Hexadecimal);
        }
        let mut sequence = Context::of_value(value, quirks)?.sequence()?;
        let flag = sequence.expect(Tag::INTEGER)?;
        sequence.finish_extensible_after(&[Tag::INTEGER])?;
        match flag.as_integer::<i64>("Flag")? {
            0 => Ok(Self::Hexadecimal),
            1 => Ok(Self::Text),
            _ => Err(flag.fault(Fault::OutOfRange { field: "Flag" })),
        }
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| writer.integer(Tag::INTEGER, i64::from(*self == Self::Text))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::controls::tests::{known, refused};

    #[test]
    fn values_have_the_octets_of_the_specification() {
        known(ExtendedDn::Hexadecimal, b"\x30\x03\x02\x01\x00");
        known(ExtendedDn::Text, b"\x30\x03\x02\x01\x01");
        assert_eq!(ExtendedDn::decode_value(None), Ok(ExtendedDn::Hexadecimal));
        assert_eq!(refused::<ExtendedDn>(b"\x30\x03\x02\x01\x02"), Fault::OutOfRange { field: "Flag" });
    }
}
