//! Duplicate entries (draft-ietf-ldapext-ldapv3-dupent-08): an entry for each value of an attribute.

use bytes::Bytes;

use crate::ber::{DecodeError, Tag};
use crate::model::{AttributeDescription, LdapString, Oid, ResultCode};
use crate::proto::{Context, Quirks, number, sequence_value};

use super::ControlValue;

/// Asks a search to return an entry once for each value of some attributes.
///
/// ```text
/// DuplicateEntryRequest ::= SEQUENCE {
///      AttributeDescriptionList, -- from [RFC2251]
///      PartialApplicationAllowed BOOLEAN DEFAULT TRUE }
///                                       (draft-ietf-ldapext-ldapv3-dupent-08 5.1)
/// ```
///
/// No attribute, and `*`, mean all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateEntries {
    attributes: Vec<LdapString>,
    partial_application_allowed: bool,
}

impl DuplicateEntries {
    /// Takes entries apart by these attributes.
    pub fn new<A: Into<LdapString>>(attributes: impl IntoIterator<Item = A>) -> Self {
        let attributes = attributes.into_iter().map(Into::into).collect();
        Self { attributes, partial_application_allowed: true }
    }

    /// Wants all entries of the search to be taken apart, or none: by default a server may do with some as it likes.
    #[must_use]
    pub const fn for_all_entries(mut self) -> Self {
        self.partial_application_allowed = false;
        self
    }

    /// Returns the attributes by which entries are taken apart.
    pub fn attributes(&self) -> &[LdapString] {
        &self.attributes
    }

    /// Whether a server may leave entries as they are.
    pub const fn is_partial_application_allowed(&self) -> bool {
        self.partial_application_allowed
    }
}

impl ControlValue for DuplicateEntries {
    const OID: Oid = Oid::from_static("2.16.840.1.113719.1.27.101.1");

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let attributes = context.texts(sequence.sequence()?, "AttributeDescriptionList")?;
        let partial_application_allowed = sequence.boolean_or(Tag::BOOLEAN, true)?;
        sequence.finish_extensible_after(&[Tag::BOOLEAN])?;
        Ok(Self { attributes, partial_application_allowed })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            if !self.partial_application_allowed {
                writer.boolean(Tag::BOOLEAN, false);
            }
            writer.constructed(Tag::SEQUENCE, |writer| {
                for attribute in self.attributes.iter().rev() {
                    writer.octet_string(Tag::OCTET_STRING, attribute.as_bytes());
                }
            });
        }))
    }
}

/// Says how taking entries apart went; stands in the SearchResultDone.
///
/// ```text
/// DuplicateEntryResponseDone ::= SEQUENCE {
///    resultCode,     -- From [RFC2251]
///    errorMessage    [0] LDAPString OPTIONAL,
///    attribute       [1] AttributeDescription OPTIONAL }
///                                       (draft-ietf-ldapext-ldapv3-dupent-08 5.2.2)
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateEntriesDone {
    result: ResultCode,
    error_message: Option<LdapString>,
    attribute: Option<AttributeDescription>,
}

impl DuplicateEntriesDone {
    const ERROR_MESSAGE: Tag = Tag::context_primitive(0);
    const ATTRIBUTE: Tag = Tag::context_primitive(1);

    /// Says how it went; codes above `maxInt` become `other`.
    pub const fn new(result: ResultCode) -> Self {
        Self { result: number::sendable(result), error_message: None, attribute: None }
    }

    /// Sets a text for people. Default none.
    #[must_use]
    pub fn with_error_message(mut self, text: impl Into<LdapString>) -> Self {
        self.error_message = Some(text.into());
        self
    }

    /// Sets the first attribute of the request that was in error. Default none.
    #[must_use]
    pub fn with_attribute(mut self, attribute: impl Into<AttributeDescription>) -> Self {
        self.attribute = Some(attribute.into());
        self
    }

    /// Returns how it went.
    pub const fn result(&self) -> ResultCode {
        self.result
    }

    /// Returns the text for people.
    pub const fn error_message(&self) -> Option<&LdapString> {
        self.error_message.as_ref()
    }

    /// Returns the first attribute of the request that was in error.
    pub const fn attribute(&self) -> Option<&AttributeDescription> {
        self.attribute.as_ref()
    }
}

impl ControlValue for DuplicateEntriesDone {
    const OID: Oid = Oid::from_static("2.16.840.1.113719.1.27.101.3");

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let result = ResultCode::new(number::decode(&mut sequence, Tag::ENUMERATED, "resultCode")?);
        let error_message = context.optional_text(&mut sequence, Self::ERROR_MESSAGE, "errorMessage")?;
        let attribute = context.optional_text(&mut sequence, Self::ATTRIBUTE, "attribute")?;
        sequence.finish_extensible_after(&[Self::ERROR_MESSAGE, Self::ATTRIBUTE])?;
        Ok(Self { result, error_message, attribute: attribute.map(AttributeDescription::from) })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            if let Some(attribute) = &self.attribute {
                writer.octet_string(Self::ATTRIBUTE, attribute.as_str().as_bytes());
            }
            if let Some(text) = &self.error_message {
                writer.octet_string(Self::ERROR_MESSAGE, text.as_bytes());
            }
            writer.integer(Tag::ENUMERATED, i64::from(self.result.number()));
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::proto::controls::tests::{known, read, refused};

    #[test]
    fn requests_have_the_octets_of_the_draft() {
        let all = DuplicateEntries::new([""; 0]);
        known(all.clone(), b"\x30\x02\x30\x00");
        assert_eq!(read::<DuplicateEntries>(b"\x30\x05\x30\x00\x01\x01\xff"), all);
        known(DuplicateEntries::new(["cn"]).for_all_entries(), b"\x30\x09\x30\x04\x04\x02cn\x01\x01\x00");
        assert!(matches!(refused::<DuplicateEntries>(b"\x30\x03\x01\x01\x00"), Fault::UnexpectedTag { .. }));
    }

    #[test]
    fn responses_have_the_octets_of_the_draft() {
        known(DuplicateEntriesDone::new(ResultCode::SUCCESS), b"\x30\x03\x0a\x01\x00");
        let failed = DuplicateEntriesDone::new(ResultCode::SIZE_LIMIT_EXCEEDED);
        known(
            failed.with_error_message("no").with_attribute("cn"),
            b"\x30\x0b\x0a\x01\x04\x80\x02no\x81\x02cn",
        );
        let swapped = refused::<DuplicateEntriesDone>(b"\x30\x07\x0a\x01\x04\x81\x00\x80\x00");
        assert!(matches!(swapped, Fault::Misplaced { .. }));
    }
}
