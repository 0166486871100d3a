//! The Add operation (RFC 4511 4.7).

use std::fmt;

use crate::ber::{DecodeError, Reader, Tag, Writer};
use crate::model::{Entry, LdapString};

use super::attribute_list::{AttributeList, Form};
use super::{Context, EncodeError, OpKind};

/// Asks to add an entry.
///
/// ```text
/// AddRequest ::= [APPLICATION 8] SEQUENCE {
///      entry           LDAPDN,
///      attributes      AttributeList }
///
/// AttributeList ::= SEQUENCE OF attribute Attribute
/// ```
///
/// Its `Debug` form shows no values, which may be passwords.
///
/// ```
/// use ldapwire::model::{Attribute, Entry};
/// use ldapwire::proto::AddRequest;
///
/// let entry = Entry::new("ou=people,dc=example").with("objectClass", ["organizationalUnit"]);
/// let attributes = [Attribute::new("objectClass", ["organizationalUnit"])];
/// assert_eq!(AddRequest::from(entry), AddRequest::new("ou=people,dc=example", attributes));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct AddRequest {
    dn: LdapString,
    attributes: AttributeList,
}

impl AddRequest {
    /// Makes a request to add an entry with this name and these attributes.
    pub fn new(dn: impl Into<LdapString>, attributes: impl Into<AttributeList>) -> Self {
        Self { dn: dn.into(), attributes: attributes.into() }
    }

    /// Returns the name of the entry.
    pub const fn dn(&self) -> &LdapString {
        &self.dn
    }

    /// Returns the attributes, in the encoding of the wire.
    pub const fn attributes(&self) -> &AttributeList {
        &self.attributes
    }

    /// Returns the entry to add; the octets of the values are still shared.
    pub fn to_entry(&self) -> Entry {
        let mut entry = Entry::new(self.dn.clone());
        entry.extend(self.attributes.to_attributes());
        entry
    }

    pub(super) fn decode<'a>(mut content: Reader<'a>, context: &Context<'a>) -> Result<Self, DecodeError> {
        let dn = context.text(&mut content, Tag::OCTET_STRING, "entry")?;
        let attributes = AttributeList::decode(content.sequence()?, Form::Full, context)?;
        content.finish_extensible_after(&[Tag::OCTET_STRING, Tag::SEQUENCE])?;
        Ok(Self { dn, attributes })
    }

    /// Writes the request under its tag.
    ///
    /// # Errors
    ///
    /// An attribute has no value.
    pub fn encode(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.constructed(OpKind::AddRequest.tag(), |writer| {
            writer.constructed(Tag::SEQUENCE, |writer| self.attributes.encode(Form::Full, writer))?;
            writer.octet_string(Tag::OCTET_STRING, self.dn.as_bytes());
            Ok(())
        })
    }
}

impl From<&Entry> for AddRequest {
    fn from(entry: &Entry) -> Self {
        Self::new(entry.dn(), entry.attributes())
    }
}

impl From<Entry> for AddRequest {
    fn from(entry: Entry) -> Self {
        Self::from(&entry)
    }
}

impl fmt::Debug for AddRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddRequest").field("dn", &self.dn).field("attributes", &self.attributes).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::model::Attribute;
    use crate::proto::ProtocolOp;
    use crate::proto::tests::{refused, round_trip};

    #[test]
    fn the_entry_comes_with_its_attributes() {
        let entry = Entry::new("cn=a").with("cn", ["a"]).with("sn", ["b", "c"]);
        let octets = b"\x30\x26\x02\x01\x05\x68\x21\x04\x04cn=a\x30\x19\x30\x09\x04\x02cn\x31\x03\x04\x01a\x30\x0c\x04\x02sn\x31\x06\x04\x01b\x04\x01c";
        let op = round_trip(octets);
        assert_eq!(op, AddRequest::from(&entry).into());
        let ProtocolOp::AddRequest(request) = op else { panic!() };
        assert_eq!(request.to_entry(), entry);
    }

    #[test]
    fn attributes_without_values_are_refused_both_ways() {
        let octets = b"\x30\x11\x02\x01\x05\x68\x0c\x04\x00\x30\x08\x30\x06\x04\x02cn\x31\x00";
        assert_eq!(refused(octets), (19, Fault::Empty { list: "vals" }));
        let request = AddRequest::new("", [Attribute::without_values("cn")]);
        assert_eq!(request.encode(&mut Writer::new()), Err(EncodeError::Empty { list: "vals" }));
    }

    #[test]
    fn the_debug_form_shows_no_values() {
        let shown = format!("{:?}", AddRequest::from(Entry::new("cn=a").with("userPassword", ["canary"])));
        assert!(shown.contains("userPassword") && !shown.contains("canary"), "{shown}");
    }
}
