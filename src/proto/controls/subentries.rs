//! Visibility of subentries (RFC 3672 3).

use bytes::Bytes;

use crate::ber::{DecodeError, Tag, Writer};
use crate::model::Oid;
use crate::proto::{Context, Quirks};

use super::ControlValue;

/// Says whether a search sees subentries, such as those that hold the schema, or all other entries.
///
/// "An LDAP Control whose controlType is 1.3.6.1.4.1.4203.1.10.1, [...] and controlValue contains a BER-encoded BOOLEAN
/// indicating visibility" (RFC 3672 3). Without the control a search sees entries and, by its base alone,
/// subentries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a BOOLEAN on the wire: there can be no third value")]
pub enum Subentries {
    /// "Subentries are visible and normal entries are not."
    Visible,
    /// "Normal entries are visible and subentries are not."
    Hidden,
}

impl ControlValue for Subentries {
    const OID: Oid = Oid::from_static("1.3.6.1.4.1.4203.1.10.1");

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let visible = Context::of_value(value, quirks)?.only(Tag::BOOLEAN)?.as_boolean()?;
        Ok(if visible { Self::Visible } else { Self::Hidden })
    }

    fn encode_value(&self) -> Option<Bytes> {
        let mut writer = Writer::with_capacity(3);
        writer.boolean(Tag::BOOLEAN, *self == Self::Visible);
        Some(writer.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::proto::controls::tests::{known, refused};

    /// "Note that TRUE visibility has the three octet encoding { 01 01 FF } and FALSE visibility has the three octet
    /// encoding { 01 01 00 }."
    #[test]
    fn values_are_the_octets_of_the_standard() {
        known(Subentries::Visible, b"\x01\x01\xff");
        known(Subentries::Hidden, b"\x01\x01\x00");
        assert_eq!(refused::<Subentries>(b"\x01\x02\xff\xff"), Fault::BooleanLength);
        assert!(matches!(refused::<Subentries>(b"\x30\x03\x01\x01\xff"), Fault::UnexpectedTag { .. }));
        assert!(Subentries::decode_value(None).is_err());
    }
}
