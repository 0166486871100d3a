//! Proxied authorization, first version (draft-weltman-ldapv3-proxy-04), for servers that know no other.

use bytes::Bytes;

use crate::ber::{DecodeError, Tag};
use crate::model::{LdapString, Oid};
use crate::proto::{Context, Quirks, sequence_value};

use super::ControlValue;

/// Does an operation with the rights of another entry.
///
/// ```text
/// proxyAuthValue::= SEQUENCE {
///         proxyDN LDAPDN
/// }                                                 (draft-weltman-ldapv3-proxy-04 3)
/// ```
///
/// "The criticality MUST be included and MUST be TRUE." New code takes
/// [`ProxiedAuthorization`](super::ProxiedAuthorization).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxiedAuthorizationV1 {
    dn: LdapString,
}

impl ProxiedAuthorizationV1 {
    /// Acts as the entry with this name.
    pub fn new(dn: impl Into<LdapString>) -> Self {
        Self { dn: dn.into() }
    }

    /// Returns the name of the entry to act as.
    pub const fn dn(&self) -> &LdapString {
        &self.dn
    }
}

impl ControlValue for ProxiedAuthorizationV1 {
    const OID: Oid = Oid::from_static("2.16.840.1.113730.3.4.12");

    const IS_ALWAYS_CRITICAL: bool = true;

    /// Other than elsewhere, nothing may follow: servers refuse "unrecognized additional elements in the sequence".
    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let dn = context.text(&mut sequence, Tag::OCTET_STRING, "proxyDN")?;
        sequence.finish()?;
        Ok(Self { dn })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| writer.octet_string(Tag::OCTET_STRING, self.dn.as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::proto::controls::tests::{known, refused};

    #[test]
    fn the_value_is_a_sequence_of_the_name_and_nothing_more() {
        known(ProxiedAuthorizationV1::new("o=a"), b"\x30\x05\x04\x03o=a");
        let more = refused::<ProxiedAuthorizationV1>(b"\x30\x07\x04\x03o=a\x05\x00");
        assert_eq!(more, Fault::TrailingOctets { count: 2 });
        assert!(matches!(refused::<ProxiedAuthorizationV1>(b"\x30\x00"), Fault::Missing { .. }));
    }
}
