//! The Compare operation (RFC 4511 4.10).

use std::fmt;

use crate::ber::{DecodeError, Reader, Tag, Writer};
use crate::model::{AttributeDescription, LdapString, Value};

use super::{Context, EncodeError, OpKind};

/// Asks whether an entry has a value; the answer is the result code `compareTrue` or `compareFalse`.
///
/// ```text
/// CompareRequest ::= [APPLICATION 14] SEQUENCE {
///      entry           LDAPDN,
///      ava             AttributeValueAssertion }
///
/// AttributeValueAssertion ::= SEQUENCE {
///      attributeDesc   AttributeDescription,
///      assertionValue  AssertionValue }                           (RFC 4511 4.1.6)
/// ```
///
/// Its `Debug` form shows no value, which may be a password.
///
/// ```
/// use ldapwire::proto::CompareRequest;
///
/// let is_member = CompareRequest::new("cn=admins,dc=example", "member", "uid=ada,dc=example");
/// assert_eq!(is_member.value(), "uid=ada,dc=example");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct CompareRequest {
    dn: LdapString,
    description: AttributeDescription,
    value: Value,
}

impl CompareRequest {
    /// Makes a request to compare one attribute of an entry with a value.
    pub fn new(
        dn: impl Into<LdapString>,
        description: impl Into<AttributeDescription>,
        value: impl Into<Value>,
    ) -> Self {
        Self { dn: dn.into(), description: description.into(), value: value.into() }
    }

    /// Returns the name of the entry.
    pub const fn dn(&self) -> &LdapString {
        &self.dn
    }

    /// Returns which attribute is compared.
    pub const fn description(&self) -> &AttributeDescription {
        &self.description
    }

    /// Returns the value to compare with.
    pub const fn value(&self) -> &Value {
        &self.value
    }

    pub(super) fn decode<'a>(mut content: Reader<'a>, context: &Context<'a>) -> Result<Self, DecodeError> {
        let dn = context.text(&mut content, Tag::OCTET_STRING, "entry")?;
        let mut ava = content.sequence()?;
        let description = context.text(&mut ava, Tag::OCTET_STRING, "attributeDesc")?.into();
        let value = context.octets(&mut ava, Tag::OCTET_STRING)?.into();
        ava.finish_extensible_after(&[Tag::OCTET_STRING])?;
        content.finish_extensible_after(&[Tag::OCTET_STRING, Tag::SEQUENCE])?;
        Ok(Self { dn, description, value })
    }

    /// Writes the request under its tag.
    ///
    /// # Errors
    ///
    /// None today.
    pub fn encode(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.constructed(OpKind::CompareRequest.tag(), |writer| {
            writer.constructed(Tag::SEQUENCE, |writer| {
                writer.octet_string(Tag::OCTET_STRING, self.value.as_bytes());
                writer.octet_string(Tag::OCTET_STRING, self.description.as_str().as_bytes());
            });
            writer.octet_string(Tag::OCTET_STRING, self.dn.as_bytes());
        });
        Ok(())
    }
}

impl fmt::Debug for CompareRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompareRequest")
            .field("dn", &self.dn)
            .field("description", &self.description)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::tests::round_trip;

    #[test]
    fn the_assertion_is_a_sequence_of_its_own() {
        let octets = b"\x30\x15\x02\x01\x05\x6e\x10\x04\x04cn=a\x30\x08\x04\x02sn\x04\x02v\xff";
        assert_eq!(round_trip(octets), CompareRequest::new("cn=a", "sn", b"v\xff").into());
    }

    #[test]
    fn the_debug_form_shows_no_value() {
        let shown = format!("{:?}", CompareRequest::new("cn=a", "userPassword", "canary"));
        assert!(shown.contains("userPassword") && !shown.contains("canary"), "{shown}");
    }
}
