//! Get effective rights (Sun's; 389 and others have it): who may do what with an entry.

use std::fmt;

use bytes::Bytes;

use crate::ber::{DecodeError, Tag};
use crate::model::{AuthzId, LdapString, Oid};
use crate::proto::{Context, Quirks, sequence_value};

use super::ControlValue;
use super::proxied_authorization::decode_authz_id;

/// Asks a search for the rights that somebody has on the entries that it finds. The answer comes as attributes of the
/// entries, `aclRights` and the like, which are to be named in the search.
///
/// ```text
/// GET_EFFECTIVE_RIGHTS := SEQUENCE {
///       authzID     authzID, -- only the form dn:DN
///       attributes  SEQUENCE OF AttributeType OPTIONAL }
/// ```
///
/// 389 Directory Server refuses this sequence. It wants the `authzID` alone, which is [`plain`](Self::plain), and
/// tells of the attributes that the search asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetEffectiveRights {
    identity: AuthzId,
    attributes: Vec<LdapString>,
    is_plain: bool,
}

impl GetEffectiveRights {
    /// Asks for the rights of this identity.
    pub const fn new(identity: AuthzId) -> Self {
        Self { identity, attributes: Vec::new(), is_plain: false }
    }

    /// Asks 389 Directory Server for the rights of who has this name: the value is `dn:` and the name, without any BER.
    pub fn plain(dn: impl fmt::Display) -> Self {
        Self { identity: AuthzId::from_dn(dn), attributes: Vec::new(), is_plain: true }
    }

    /// Sets attributes to tell of besides those that an entry has, which takes the sequence. Default none.
    #[must_use]
    pub fn with_attributes<A: Into<LdapString>>(mut self, attributes: impl IntoIterator<Item = A>) -> Self {
        self.is_plain = false;
        self.attributes = attributes.into_iter().map(Into::into).collect();
        self
    }

    /// Returns whose rights are asked for.
    pub const fn identity(&self) -> &AuthzId {
        &self.identity
    }

    /// Returns the attributes to tell of besides those that an entry has.
    pub fn attributes(&self) -> &[LdapString] {
        &self.attributes
    }
}

impl ControlValue for GetEffectiveRights {
    const OID: Oid = Oid::from_static("1.3.6.1.4.1.42.2.27.9.5.2");

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        if let Some(text) = value.filter(|value| value.starts_with(b"dn:")) {
            return Ok(Self { identity: decode_authz_id(text)?, attributes: Vec::new(), is_plain: true });
        }
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let identity = AuthzId::from_wire(context.text(&mut sequence, Tag::OCTET_STRING, "authzID")?);
        let attributes = match sequence.optional(Tag::SEQUENCE)? {
            None => Vec::new(),
            Some(list) => context.texts(list, "attributes")?,
        };
        sequence.finish_extensible_after(&[Tag::SEQUENCE])?;
        Ok(Self { identity, attributes, is_plain: false })
    }

    /// In the sequence the list is always written: servers exist that want it.
    fn encode_value(&self) -> Option<Bytes> {
        if self.is_plain {
            return Some(self.identity.as_ldap_string().to_bytes());
        }
        Some(sequence_value(|writer| {
            writer.constructed(Tag::SEQUENCE, |writer| {
                for attribute in self.attributes.iter().rev() {
                    writer.octet_string(Tag::OCTET_STRING, attribute.as_bytes());
                }
            });
            writer.octet_string(Tag::OCTET_STRING, self.identity.as_str().as_bytes());
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::proto::controls::tests::{known, read, refused};

    #[test]
    fn values_have_the_octets_of_the_specification() {
        let ada = GetEffectiveRights::new(AuthzId::from_dn("cn=a"));
        known(ada.clone(), b"\x30\x0b\x04\x07dn:cn=a\x30\x00");
        assert_eq!(read::<GetEffectiveRights>(b"\x30\x09\x04\x07dn:cn=a"), ada);
        known(ada.with_attributes(["sn", "*"]), b"\x30\x12\x04\x07dn:cn=a\x30\x07\x04\x02sn\x04\x01*");
        assert!(matches!(refused::<GetEffectiveRights>(b"\x30\x00"), Fault::Missing { .. }));
        let set = refused::<GetEffectiveRights>(b"\x30\x04\x04\x00\x10\x00");
        assert!(matches!(set, Fault::UnexpectedTag { .. }));
    }

    #[test]
    fn the_plain_value_is_the_text_itself() {
        let ada = || GetEffectiveRights::plain("cn=a");
        assert_eq!(ada().encode_value().unwrap(), "dn:cn=a");
        assert_eq!(read::<GetEffectiveRights>(b"dn:cn=a"), ada());
        assert_eq!(read::<GetEffectiveRights>(b"dn:"), GetEffectiveRights::plain(""));
        assert_eq!(refused::<GetEffectiveRights>(b"dn:\xff"), Fault::NotUtf8 { field: "authzId" });
        assert_eq!(
            ada().with_attributes(["sn"]),
            GetEffectiveRights::new(AuthzId::from_dn("cn=a")).with_attributes(["sn"])
        );
    }
}
