//! `SearchResultEntry` (RFC 4511 4.5.2).

use std::fmt;

use crate::ber::{DecodeError, Reader, Tag, Writer, text};
use crate::model::{AttributeDescription, Control, Entry, LdapString};

use super::attribute_list::{self, AttributeList, Attributes, Form, PartialAttribute, Values};
use super::{Context, EncodeError, OpKind, control, message};

/// One entry that a search found.
///
/// ```text
/// SearchResultEntry ::= [APPLICATION 4] SEQUENCE {
///      objectName      LDAPDN,
///      attributes      PartialAttributeList }
///
/// PartialAttributeList ::= SEQUENCE OF
///                      partialAttribute PartialAttribute
/// ```
///
/// The entry shares the octets of its frame and is walked in place. To keep many entries for long, or small parts
/// of large ones, [`detach`](Self::detach) them or take an [`Entry`].
///
/// ```
/// use ldapwire::model::Entry;
/// use ldapwire::proto::SearchResultEntry;
///
/// let entry = SearchResultEntry::from(&Entry::new("cn=Ada").with("cn", ["Ada"]).with("mail", ["ada@example.org"]));
/// assert_eq!(entry.dn(), "cn=Ada");
/// assert_eq!(entry.first_text("MAIL"), Some("ada@example.org"));
/// assert_eq!(entry.values("sn").count(), 0);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SearchResultEntry {
    name: LdapString,
    attributes: AttributeList,
}

impl SearchResultEntry {
    /// Makes an entry of its parts.
    pub fn new(name: impl Into<LdapString>, attributes: AttributeList) -> Self {
        Self { name: name.into(), attributes }
    }

    /// Returns the name of the entry as the server wrote it.
    pub fn dn(&self) -> &str {
        &self.name
    }

    /// Returns the name of the entry, to be shared.
    pub const fn name(&self) -> &LdapString {
        &self.name
    }

    /// Walks the attributes in the order in which they came.
    pub fn attributes(&self) -> Attributes<'_> {
        self.attributes.iter()
    }

    /// Returns the attributes, to be shared.
    pub const fn attribute_list(&self) -> &AttributeList {
        &self.attributes
    }

    /// Returns the first attribute with this description.
    pub fn attribute(&self, description: impl Into<AttributeDescription>) -> Option<PartialAttribute<'_>> {
        let description = description.into();
        self.attributes().find(|attribute| attribute.is_described_by(&description))
    }

    /// Walks the values of the first attribute with this description; of none, if there is none.
    pub fn values(&self, description: impl Into<AttributeDescription>) -> Values<'_> {
        self.attribute(description).map_or(Values::NONE, |attribute| attribute.values())
    }

    /// Returns the first value of an attribute, if it is there and is UTF-8.
    pub fn first_text(&self, description: impl Into<AttributeDescription>) -> Option<&str> {
        text(self.values(description).next()?).ok()
    }

    /// Copies the entry out of its frame, so that the frame can be freed.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self { name: self.name.detach(), attributes: self.attributes.detach() }
    }

    /// Returns the entry as a value to change; the octets of the values are still shared.
    pub fn to_entry(&self) -> Entry {
        let mut entry = Entry::new(self.name.clone());
        entry.extend(self.attributes.to_attributes());
        entry
    }

    /// Decodes one complete message, the whole frame of `context`, if it carries an entry: the entry and the controls
    /// that came with it.
    ///
    /// The same as [`LdapMessage::decode`](super::LdapMessage::decode), for callers that get hardly anything but
    /// entries: no message is made around each. `None` says that another operation stands there.
    ///
    /// # Errors
    ///
    /// As [`LdapMessage::decode`](super::LdapMessage::decode).
    pub fn decode_message(context: &Context<'_>) -> Result<Option<(Self, Vec<Control>)>, DecodeError> {
        let (_, mut message) = message::open(context.reader())?;
        let Some(content) = message.optional(OpKind::SearchResultEntry.tag())? else { return Ok(None) };
        let entry = Self::decode(content, context)?;
        let controls = control::decode_list(&mut message, context)?;
        message::finish(&mut message)?;
        Ok(Some((entry, controls)))
    }

    pub(super) fn decode<'a>(mut content: Reader<'a>, context: &Context<'a>) -> Result<Self, DecodeError> {
        let name = context.text(&mut content, Tag::OCTET_STRING, "objectName")?;
        let attributes = AttributeList::decode(content.sequence()?, Form::Partial, context)?;
        content.finish_extensible_after(&[Tag::OCTET_STRING, Tag::SEQUENCE])?;
        Ok(Self { name, attributes })
    }

    /// Writes the entry under its tag.
    ///
    /// # Errors
    ///
    /// None today.
    pub fn encode(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.constructed(OpKind::SearchResultEntry.tag(), |writer| {
            writer.constructed(Tag::SEQUENCE, |writer| self.attributes.encode(Form::Partial, writer))?;
            writer.octet_string(Tag::OCTET_STRING, self.name.as_bytes());
            Ok(())
        })
    }
}

impl From<&Entry> for SearchResultEntry {
    fn from(entry: &Entry) -> Self {
        Self::new(entry.dn().clone(), AttributeList::new(entry.attributes()))
    }
}

impl fmt::Debug for SearchResultEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt_entry(self.dn(), self.attributes(), f)
    }
}

/// One entry that a search found, borrowed from its frame: nothing is counted, nothing allocated.
///
/// For callers that see each entry once and keep none.
#[derive(Clone, Copy)]
pub struct SearchResultEntryRef<'a> {
    name: &'a str,
    /// The elements of the list, checked.
    attributes: &'a [u8],
}

impl<'a> SearchResultEntryRef<'a> {
    /// Decodes the content of a `searchResEntry`: what stands under its tag.
    ///
    /// # Errors
    ///
    /// As for any operation of a message.
    pub fn decode(mut content: Reader<'a>, context: &Context<'a>) -> Result<Self, DecodeError> {
        let name = content.text(Tag::OCTET_STRING, "objectName")?;
        let attributes = content.sequence()?;
        attribute_list::check(attributes, Form::Partial, context)?;
        content.finish_extensible_after(&[Tag::OCTET_STRING, Tag::SEQUENCE])?;
        Ok(Self { name, attributes: attributes.octets() })
    }

    /// Returns the name of the entry as the server wrote it.
    pub const fn dn(&self) -> &'a str {
        self.name
    }

    /// Walks the attributes in the order in which they came.
    pub const fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.attributes)
    }
}

impl fmt::Debug for SearchResultEntryRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt_entry(self.dn(), self.attributes(), f)
    }
}

/// Shows names and counts, no values: an entry may hold secrets.
fn fmt_entry(dn: &str, attributes: Attributes<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("SearchResultEntry ")?;
    f.debug_map()
        .entry(&"dn", &dn)
        .entries(attributes.map(|attribute| (attribute.description(), attribute.values().count())))
        .finish()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::ber::Fault;
    use crate::proto::tests::{refused, round_trip};
    use crate::proto::{LdapMessage, Limits, ProtocolOp, Quirks};

    const OCTETS: &[u8] = b"\x30\x29\x02\x01\x05\x64\x24\x04\x04cn=a\x30\x1c\x30\x0c\x04\x02cn\x31\x06\x04\x01a\x04\x01b\x30\x0c\x04\x08mail;x-y\x31\x00";

    fn entry() -> SearchResultEntry {
        let ProtocolOp::SearchResultEntry(entry) = round_trip(OCTETS) else { panic!() };
        entry
    }

    #[test]
    fn attributes_are_walked_in_place() {
        let entry = entry();
        assert_eq!(entry.dn(), "cn=a");
        assert_eq!(entry.values("CN").collect::<Vec<_>>(), [b"a", b"b"]);
        assert_eq!(entry.first_text("cn"), Some("a"));
        assert!(entry.attribute("mail;X-Y").is_some_and(|attribute| attribute.values().next().is_none()));
        assert!(entry.attribute("mail").is_none());
        assert_eq!(entry.to_entry(), Entry::new("cn=a").with("cn", ["a", "b"]).with("mail;x-y", [""; 0]));
        assert_eq!(SearchResultEntry::from(&entry.to_entry()), entry);
    }

    #[test]
    fn a_detached_entry_is_equal_and_shares_nothing() {
        let frame = Bytes::from_static(OCTETS);
        let ProtocolOp::SearchResultEntry(entry) = LdapMessage::parse(&frame).unwrap().op else { panic!() };
        let in_frame = |entry: &SearchResultEntry| {
            let value = entry.values("cn").next().unwrap().as_ptr();
            frame.as_ptr_range().contains(&value) || frame.as_ptr_range().contains(&entry.dn().as_ptr())
        };
        assert!(in_frame(&entry));
        assert!(!in_frame(&entry.detach()));
        assert_eq!(entry.detach(), entry);
    }

    #[test]
    fn the_borrowed_form_reads_the_same() {
        let frame = Bytes::from_static(OCTETS);
        let (limits, quirks) = (Limits::default(), Quirks::default());
        let context = Context::new(&frame, &limits, &quirks);
        let mut message = context.reader().sequence().unwrap();
        message.expect(Tag::INTEGER).unwrap();
        let content = message.read().unwrap().content;
        let borrowed = SearchResultEntryRef::decode(content, &context).unwrap();
        let entry = entry();
        assert_eq!(borrowed.dn(), entry.dn());
        assert!(borrowed.attributes().eq(entry.attributes()));
    }

    #[test]
    fn only_octet_strings_are_values() {
        let octets = b"\x30\x19\x02\x01\x05\x64\x14\x04\x00\x30\x10\x30\x0e\x04\x02cn\x31\x08\x04\x01a\x24\x03\x04\x01b";
        let found = Tag::from_octet(0x24);
        assert_eq!(refused(octets), (22, Fault::UnexpectedTag { expected: Tag::OCTET_STRING, found }));
    }

    #[test]
    fn debug_forms_show_no_values() {
        let entry = SearchResultEntry::from(&Entry::new("cn=a").with("userPassword", ["canary"]));
        let shown = format!("{entry:?} {:?} {:?}", entry.attribute_list(), entry.attributes().next());
        assert!(shown.contains("userPassword") && !shown.contains("canary"), "{shown}");
    }
}
