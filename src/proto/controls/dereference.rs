//! Dereference (draft-masarati-ldap-deref-00): attributes of the entries that an entry names.

use bytes::Bytes;

use crate::ber::{DecodeError, Reader, Tag, Writer};
use crate::model::{AttributeDescription, LdapString, Oid};
use crate::proto::attribute_list::Form;
use crate::proto::{AttributeList, Context, Quirks, sequence_value};

use super::ControlValue;

/// Asks a search to read, with each entry, attributes of the entries that it names: for example the addresses of a
/// group's members. Has nothing to do with aliases.
///
/// ```text
/// controlValue ::= SEQUENCE OF derefSpec DerefSpec
///
/// DerefSpec ::= SEQUENCE {
///     derefAttr       attributeDescription,    ; with DN syntax
///     attributes      AttributeList }
///
/// AttributeList ::= SEQUENCE OF attr AttributeDescription
///                                            (draft-masarati-ldap-deref-00 2.2)
/// ```
///
/// ```
/// use ldapwire::proto::controls::Dereference;
///
/// let members = Dereference::new("member", ["cn", "mail"]).and("owner", ["mail"]);
/// assert_eq!(members.specifications().len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dereference {
    specifications: Vec<DereferenceSpecification>,
}

/// One attribute to follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DereferenceSpecification {
    attribute: AttributeDescription,
    attributes: Vec<LdapString>,
}

impl Dereference {
    /// Follows the names in one attribute, and reads these attributes there.
    pub fn new<A: Into<LdapString>>(
        attribute: impl Into<AttributeDescription>,
        attributes: impl IntoIterator<Item = A>,
    ) -> Self {
        Self { specifications: Vec::new() }.and(attribute, attributes)
    }

    /// Follows another attribute, too. "Each derefSpec.derefAttr MUST be unique within controlValue."
    #[must_use]
    pub fn and<A: Into<LdapString>>(
        mut self,
        attribute: impl Into<AttributeDescription>,
        attributes: impl IntoIterator<Item = A>,
    ) -> Self {
        let attributes = attributes.into_iter().map(Into::into).collect();
        self.specifications.push(DereferenceSpecification { attribute: attribute.into(), attributes });
        self
    }

    /// Returns the attributes to follow, with those to read there.
    pub fn specifications(&self) -> &[DereferenceSpecification] {
        &self.specifications
    }
}

impl DereferenceSpecification {
    /// Returns the attribute whose values are followed.
    pub const fn attribute(&self) -> &AttributeDescription {
        &self.attribute
    }

    /// Returns the attributes to read there.
    pub fn attributes(&self) -> &[LdapString] {
        &self.attributes
    }
}

impl ControlValue for Dereference {
    const OID: Oid = OID;

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let list = context.sequence()?;
        let mut budget = context.limits().attributes;
        let specifications = context.list(list, "derefSpec", context.limits().attributes, |reader| {
            let mut content = reader.sequence()?;
            let attribute = context.text(&mut content, Tag::OCTET_STRING, "derefAttr")?.into();
            let attributes = content.sequence()?;
            let names = context.texts(attributes, "attributes")?;
            context.spend(&mut budget, names.len(), &attributes, "attributes")?;
            let attributes = names;
            content.finish_extensible_after(&[Tag::OCTET_STRING, Tag::SEQUENCE])?;
            Ok(DereferenceSpecification { attribute, attributes })
        })?;
        Ok(Self { specifications })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            for specification in self.specifications.iter().rev() {
                writer.constructed(Tag::SEQUENCE, |writer| {
                    writer.constructed(Tag::SEQUENCE, |writer| {
                        for attribute in specification.attributes.iter().rev() {
                            writer.octet_string(Tag::OCTET_STRING, attribute.as_bytes());
                        }
                    });
                    writer.octet_string(Tag::OCTET_STRING, specification.attribute.as_str().as_bytes());
                });
            }
        }))
    }
}

/// What the named entries have; comes with each entry of a search that was sent with [`Dereference`].
///
/// ```text
/// controlValue ::= SEQUENCE OF derefRes DerefRes
///
/// DerefRes ::= SEQUENCE {
///     derefAttr       AttributeDescription,
///     derefVal        LDAPDN,
///     attrVals        [0] PartialAttributeList OPTIONAL }
///                                            (draft-masarati-ldap-deref-00 2.3)
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DereferenceResponse {
    results: Vec<DereferenceResult>,
}

/// What one named entry has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DereferenceResult {
    attribute: AttributeDescription,
    dn: LdapString,
    attributes: AttributeList,
}

impl DereferenceResponse {
    /// Makes a response of what was found.
    pub fn new(results: impl IntoIterator<Item = DereferenceResult>) -> Self {
        Self { results: results.into_iter().collect() }
    }

    /// Returns what was found.
    pub fn results(&self) -> &[DereferenceResult] {
        &self.results
    }
}

impl DereferenceResult {
    const ATTR_VALS: Tag = Tag::context(0);

    /// Tells what the entry has that an attribute names.
    pub fn new(
        attribute: impl Into<AttributeDescription>,
        dn: impl Into<LdapString>,
        attributes: impl Into<AttributeList>,
    ) -> Self {
        Self { attribute: attribute.into(), dn: dn.into(), attributes: attributes.into() }
    }

    /// Returns the attribute that was followed.
    pub const fn attribute(&self) -> &AttributeDescription {
        &self.attribute
    }

    /// Returns the name that stood there.
    pub const fn dn(&self) -> &LdapString {
        &self.dn
    }

    /// Returns what the entry of that name has; nothing if there is none, or it may not be read.
    pub const fn attributes(&self) -> &AttributeList {
        &self.attributes
    }

    fn decode<'a>(mut content: Reader<'a>, context: &Context<'a>) -> Result<Self, DecodeError> {
        let attribute = context.text(&mut content, Tag::OCTET_STRING, "derefAttr")?.into();
        let dn = context.text(&mut content, Tag::OCTET_STRING, "derefVal")?;
        let attributes = match content.optional(Self::ATTR_VALS)? {
            None => AttributeList::default(),
            Some(list) => AttributeList::decode(list, Form::Partial, context)?,
        };
        content.finish_extensible_after(&[Self::ATTR_VALS])?;
        Ok(Self { attribute, dn, attributes })
    }

    /// "If all partialAttribute.vals in attrVals are empty, that derefRes.attrVals is omitted."
    fn encode(&self, writer: &mut Writer) {
        writer.constructed(Tag::SEQUENCE, |writer| {
            if !self.attributes.is_empty() {
                // Attributes may be without values here, which is all that could be wrong with them.
                let _ = writer
                    .constructed(Self::ATTR_VALS, |writer| self.attributes.encode(Form::Partial, writer));
            }
            writer.octet_string(Tag::OCTET_STRING, self.dn.as_bytes());
            writer.octet_string(Tag::OCTET_STRING, self.attribute.as_str().as_bytes());
        });
    }
}

impl ControlValue for DereferenceResponse {
    const OID: Oid = OID;

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let list = context.sequence()?;
        let results = context.list(list, "derefRes", context.limits().attributes, |reader| {
            DereferenceResult::decode(reader.sequence()?, &context)
        })?;
        Ok(Self { results })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| self.results.iter().rev().for_each(|result| result.encode(writer))))
    }
}

/// Of both controls; OpenLDAP's, which the draft leaves to be assigned.
const OID: Oid = Oid::from_static("1.3.6.1.4.1.4203.666.5.16");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::model::Attribute;
    use crate::proto::controls::tests::{known, many, refused};

    #[test]
    fn requests_have_the_octets_of_the_draft() {
        known(
            Dereference::new("member", ["cn", "sn"]).and("x", [""; 0]),
            b"\x30\x1b\x30\x12\x04\x06member\x30\x08\x04\x02cn\x04\x02sn\x30\x05\x04\x01x\x30\x00",
        );
    }

    #[test]
    fn responses_have_the_octets_of_the_draft() {
        let found = DereferenceResult::new("member", "cn=a", vec![Attribute::new("cn", ["a"])]);
        let none = DereferenceResult::new("member", "", Vec::new());
        known(
            DereferenceResponse::new([found, none]),
            b"\x30\x29\x30\x1b\x04\x06member\x04\x04cn=a\xa0\x0b\x30\x09\x04\x02cn\x31\x03\x04\x01a\
              \x30\x0a\x04\x06member\x04\x00",
        );
        known(DereferenceResponse::default(), b"\x30\x00");
    }

    #[test]
    fn hostile_values_are_refused() {
        assert!(matches!(refused::<Dereference>(b"\x30\x05\x30\x03\x04\x01x"), Fault::Missing { .. }));
        let fault = refused::<DereferenceResponse>(b"\x30\x0a\x30\x08\x04\x00\x04\x00\xa0\x02\x04\x00");
        assert!(matches!(fault, Fault::UnexpectedTag { .. }));
        let value = many(b"\x30\x04\x04\x00\x30\x00", 65_537);
        let fault = Dereference::decode_value(Some(&value)).unwrap_err().fault();
        assert!(matches!(fault, Fault::TooMany { list: "derefSpec", .. }));
    }

    #[test]
    fn all_lists_together_have_a_limit() {
        let names = many(b"\x04\x00", 32_768);
        let specification = sequence_value(|writer| {
            writer.raw(&names);
            writer.octet_string(Tag::OCTET_STRING, b"a");
        });
        assert!(Dereference::decode_value(Some(&many(&specification, 2))).is_ok());
        let fault = Dereference::decode_value(Some(&many(&specification, 3))).unwrap_err().fault();
        assert_eq!(fault, Fault::TooMany { list: "attributes", limit: 65_536 });
    }
}
