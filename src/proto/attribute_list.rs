//! Attributes as they stand on the wire, walked in place.
//!
//! An entry is the message that comes by the hundred thousand. Its attributes are checked once, when it is decoded,
//! and then walked over the octets of the frame: no list of attributes, no list of values, no allocation.

use std::fmt;

use bytes::Bytes;

use crate::ber::{DecodeError, Fault, Reader, Tag, Writer, split_checked, split_plain_with, text};
use crate::model::{Attribute, AttributeDescription, LdapString, Value};

use super::{Context, EncodeError, Limits};

/// Attributes in the encoding of the wire, checked.
///
/// ```text
/// PartialAttribute ::= SEQUENCE {
///      type       AttributeDescription,
///      vals       SET OF value AttributeValue }
///
/// Attribute ::= PartialAttribute(WITH COMPONENTS {
///      ...,
///      vals (SIZE(1..MAX))})                                     (RFC 4511 4.1.7)
/// ```
///
/// Octets that are shared, never copied: a clone costs a count. It keeps the whole frame alive. The `Debug` form
/// shows names and counts, no values, which may be passwords.
#[derive(Clone, Default)]
pub struct AttributeList {
    /// The elements of the list, without the header of the list itself.
    octets: Bytes,
    origin: Origin,
}

/// Who encoded a list.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Origin {
    /// This crate: it can be sent as it is.
    #[default]
    Own,
    /// This crate, and each attribute has a value: it need not be looked at again.
    OwnFull,
    /// A peer: lengths may be longer than needed, and elements may be there that we do not know.
    Peer,
}

/// Whether an attribute may come without values.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `PartialAttribute`: the value set may be empty, for example with typesOnly.
    Partial,
    /// `Attribute`: at least one value.
    Full,
}

impl AttributeList {
    /// Encodes attributes of the caller.
    pub fn new<'a>(
        attributes: impl IntoIterator<Item = &'a Attribute, IntoIter: DoubleEndedIterator + Clone>,
    ) -> Self {
        let attributes = attributes.into_iter();
        let mut writer = Writer::with_capacity(Self::size_at_most(attributes.clone()));
        let has_none = |attribute: &Attribute| attribute.values().is_empty();
        let origin = if attributes.clone().any(has_none) { Origin::Own } else { Origin::OwnFull };
        Self::write(attributes, &mut writer);
        Self { octets: writer.finish(), origin }
    }

    /// The octets that attributes need at most when they are [written](Self::write).
    pub(crate) fn size_at_most<'a>(attributes: impl Iterator<Item = &'a Attribute>) -> usize {
        attributes.map(encoded_size).fold(0, usize::saturating_add)
    }

    /// Writes attributes of the caller in front of what was written.
    pub(crate) fn write<'a>(attributes: impl DoubleEndedIterator<Item = &'a Attribute>, writer: &mut Writer) {
        attributes.rev().for_each(|attribute| encode_attribute(attribute, writer));
    }

    /// Encodes pairs of a description and a value; pairs of the same description that follow each other are one attribute of several
    /// values. For entries that are made by the hundred thousand: no attribute is made of its own, and no value copied twice.
    ///
    /// ```
    /// use ldapwire::model::Attribute;
    /// use ldapwire::proto::AttributeList;
    ///
    /// let list = AttributeList::of_pairs([("objectClass", "top"), ("objectClass", "person"), ("cn", "Ada")]);
    /// let attributes = [Attribute::new("objectClass", ["top", "person"]), Attribute::new("cn", ["Ada"])];
    /// assert_eq!(list, AttributeList::from(attributes));
    /// ```
    pub fn of_pairs<N, V>(pairs: impl IntoIterator<Item = (N, V), IntoIter: DoubleEndedIterator>) -> Self
    where
        N: AsRef<str>,
        V: AsRef<[u8]>,
    {
        let mut writer = AttributeListWriter::with_capacity(FIRST_BUFFER);
        let mut description: Option<N> = None;
        for (next, value) in pairs.into_iter().rev() {
            if let Some(description) = &description
                && description.as_ref() != next.as_ref()
            {
                writer.description(description.as_ref().as_bytes());
            }
            writer.value(value.as_ref());
            description = Some(next);
        }
        if let Some(description) = &description {
            writer.description(description.as_ref().as_bytes());
        }
        writer.finish()
    }

    /// Checks the elements of a list and takes them.
    pub(super) fn decode<'a>(
        content: Reader<'a>,
        form: Form,
        context: &Context<'a>,
    ) -> Result<Self, DecodeError> {
        check(content, form, context)?;
        Ok(Self { octets: context.share(content.octets()), origin: Origin::Peer })
    }

    /// Walks the attributes in the order in which they came.
    pub fn iter(&self) -> Attributes<'_> {
        Attributes { octets: &self.octets }
    }

    /// Takes what this crate has encoded.
    #[cfg(feature = "directory")]
    pub(crate) const fn from_octets(octets: Bytes) -> Self {
        Self { octets, origin: Origin::Own }
    }

    /// Returns how many octets the encoding has.
    #[cfg(feature = "bulk")]
    pub(crate) fn octets(&self) -> usize {
        self.octets.len()
    }

    /// Returns whether there is none.
    pub fn is_empty(&self) -> bool {
        self.octets.is_empty()
    }

    /// Shares octets that are part of the list, for example a value that is to be kept.
    ///
    /// # Panics
    ///
    /// `octets` are not part of the list.
    pub fn share(&self, octets: &[u8]) -> Bytes {
        self.octets.slice_ref(octets)
    }

    /// Returns the attributes as a list of the caller's own; the values still share the frame.
    pub fn to_attributes(&self) -> Vec<Attribute> {
        self.iter().map(|attribute| attribute.to_attribute(|octets| self.share(octets))).collect()
    }

    /// Returns the description of an attribute of the list, sharing the octets.
    #[cfg(feature = "directory")]
    pub(crate) fn describe(&self, attribute: &PartialAttribute<'_>) -> AttributeDescription {
        LdapString::from_utf8(self.share(attribute.description)).unwrap_or_default().into()
    }

    /// Returns an attribute of the list as a value of the caller's own; the values still share the frame.
    #[cfg(feature = "directory")]
    pub(crate) fn to_attribute(&self, attribute: PartialAttribute<'_>) -> Attribute {
        attribute.to_attribute(|octets| self.share(octets))
    }

    /// Copies the attributes out of the frame that they are part of, so that the frame can be freed.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self { octets: Bytes::copy_from_slice(&self.octets), origin: self.origin }
    }

    /// Writes the elements, last first, with minimal lengths and without the elements that we do not know.
    pub(super) fn encode(&self, form: Form, writer: &mut Writer) -> Result<(), EncodeError> {
        let is_full = || self.iter().all(|attribute| !attribute.values.is_empty());
        if form == Form::Full && self.origin != Origin::OwnFull && !is_full() {
            return Err(EncodeError::Empty { list: "vals" });
        }
        if self.origin != Origin::Peer {
            writer.raw(&self.octets);
            return Ok(());
        }
        let attributes: Vec<_> = self.iter().collect();
        let mut values = Vec::new();
        for attribute in attributes.into_iter().rev() {
            values.clear();
            values.extend(attribute.values());
            encode_parts(attribute.description, values.iter().rev().copied(), writer);
        }
        Ok(())
    }
}

/// The buffer that pairs are encoded into, in octets; it grows if need be.
const FIRST_BUFFER: usize = 512;

/// Equal if descriptions and values are the same octets in the same order, however they were encoded.
impl PartialEq for AttributeList {
    fn eq(&self, other: &Self) -> bool {
        self.octets == other.octets || self.iter().eq(other.iter())
    }
}

impl Eq for AttributeList {}

impl<'a> IntoIterator for &'a AttributeList {
    type IntoIter = Attributes<'a>;
    type Item = PartialAttribute<'a>;

    fn into_iter(self) -> Attributes<'a> {
        self.iter()
    }
}

impl From<&[Attribute]> for AttributeList {
    fn from(attributes: &[Attribute]) -> Self {
        Self::new(attributes)
    }
}

impl From<&Vec<Attribute>> for AttributeList {
    fn from(attributes: &Vec<Attribute>) -> Self {
        Self::new(attributes)
    }
}

impl From<Vec<Attribute>> for AttributeList {
    fn from(attributes: Vec<Attribute>) -> Self {
        Self::new(&attributes)
    }
}

impl<const N: usize> From<[Attribute; N]> for AttributeList {
    fn from(attributes: [Attribute; N]) -> Self {
        Self::new(&attributes)
    }
}

impl<'a> FromIterator<&'a Attribute> for AttributeList {
    fn from_iter<T: IntoIterator<Item = &'a Attribute>>(attributes: T) -> Self {
        let attributes: Vec<_> = attributes.into_iter().collect();
        Self::new(attributes)
    }
}

impl fmt::Debug for AttributeList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.iter().map(|attribute| (attribute.description(), attribute.values().count()));
        f.debug_map().entries(shown).finish()
    }
}

/// Encodes attributes from the last to the first: of each its values, the last one first, and then its description.
pub(crate) struct AttributeListWriter {
    writer: Writer,
    /// Octets that belong to the attributes behind the one at hand.
    behind: usize,
}

impl AttributeListWriter {
    /// Makes a writer that takes this many octets before it has to grow.
    pub(crate) fn with_capacity(octets: usize) -> Self {
        Self { writer: Writer::with_capacity(octets), behind: 0 }
    }

    #[inline]
    pub(crate) fn value(&mut self, value: &[u8]) {
        self.writer.octet_string(Tag::OCTET_STRING, value);
    }

    /// Writes the description of the attribute whose values, one at least, were written.
    #[inline]
    pub(crate) fn description(&mut self, description: &[u8]) {
        self.writer.header(Tag::SET, self.writer.len().saturating_sub(self.behind));
        self.writer.octet_string(Tag::OCTET_STRING, description);
        self.writer.header(Tag::SEQUENCE, self.writer.len().saturating_sub(self.behind));
        self.behind = self.writer.len();
    }

    /// Returns the list, of which each attribute has a value.
    pub(crate) fn finish(self) -> AttributeList {
        AttributeList { octets: self.writer.finish(), origin: Origin::OwnFull }
    }
}

/// A walk over attributes.
#[derive(Clone)]
pub struct Attributes<'a> {
    octets: &'a [u8],
}

impl<'a> Attributes<'a> {
    /// Makes a walk over octets that [`check`] has passed.
    pub(super) const fn new(checked: &'a [u8]) -> Self {
        Self { octets: checked }
    }

    /// Makes a walk over what this crate has encoded.
    #[cfg(feature = "directory")]
    pub(crate) const fn of_own(octets: &'a [u8]) -> Self {
        Self { octets }
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = PartialAttribute<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<PartialAttribute<'a>> {
        let (attribute, after) = split_checked(self.octets)?;
        self.octets = after;
        let (description, attribute) = split_checked(attribute)?;
        let (values, _) = split_checked(attribute)?;
        Some(PartialAttribute { description, values })
    }
}

impl fmt::Debug for Attributes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// One attribute as it stands on the wire. The `Debug` form shows no values, which may be passwords.
#[derive(Clone, Copy)]
pub struct PartialAttribute<'a> {
    description: &'a [u8],
    /// The elements of the value set, checked.
    values: &'a [u8],
}

impl<'a> PartialAttribute<'a> {
    /// Returns the description: type and options.
    pub fn description(&self) -> &'a str {
        text(self.description).unwrap_or_default()
    }

    /// Returns the description as octets, for callers that only compare or copy it: they are known to be UTF-8, but to
    /// make text of them costs another look at each.
    pub const fn description_octets(&self) -> &'a [u8] {
        self.description
    }

    /// Returns the attribute type: the description without its options.
    #[cfg(feature = "directory")]
    pub(crate) fn attribute_type(&self) -> &'a str {
        AttributeDescription::type_of(self.description())
    }

    /// Returns whether the description is this one, whatever the case and the order of options (RFC 4512 2.5).
    pub fn is_described_by(&self, description: &AttributeDescription) -> bool {
        // The common case first: servers send the name as the client wrote it.
        self.description == description.as_str().as_bytes() || *description == *self.description()
    }

    /// Walks the values in the order in which they came; the order has no meaning (RFC 4512 2.3).
    pub const fn values(&self) -> Values<'a> {
        Values { octets: self.values }
    }

    /// Returns the attribute as a value of the caller's own, whose octets `share` provides.
    pub(super) fn to_attribute(self, share: impl Fn(&[u8]) -> Bytes) -> Attribute {
        let description = LdapString::from_utf8(share(self.description)).unwrap_or_default();
        Attribute::new(description, self.values().map(|value| Value::from(share(value))))
    }
}

impl fmt::Debug for PartialAttribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartialAttribute")
            .field("description", &self.description())
            .field("values", &self.values().count())
            .finish()
    }
}

impl PartialEq for PartialAttribute<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.description == other.description && self.values().eq(other.values())
    }
}

impl Eq for PartialAttribute<'_> {}

/// A walk over the values of an attribute. The `Debug` form shows how many are left.
#[derive(Clone, Default)]
pub struct Values<'a> {
    octets: &'a [u8],
}

impl Values<'_> {
    /// A walk over nothing.
    pub(super) const NONE: Self = Self { octets: &[] };

    /// Returns whether no value is left.
    pub const fn is_empty(&self) -> bool {
        self.octets.is_empty()
    }
}

impl<'a> Iterator for Values<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let (value, after) = split_checked(self.octets)?;
        self.octets = after;
        Some(value)
    }
}

impl fmt::Debug for Values<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Values({})", self.clone().count())
    }
}

/// Checks the elements of a list, so that walking them cannot fail.
pub(super) fn check(mut list: Reader<'_>, form: Form, context: &Context<'_>) -> Result<(), DecodeError> {
    let limits = context.limits();
    if is_plain(list.octets(), form, limits) {
        return Ok(());
    }
    let (mut attributes, mut values) = (limits.attributes, limits.values);
    while !list.is_empty() {
        attributes = attributes
            .checked_sub(1)
            .ok_or_else(|| list.fault(Fault::TooMany { list: "attributes", limit: limits.attributes }))?;
        check_attribute(&mut list, form, &mut values, limits)?;
    }
    Ok(())
}

/// Returns whether a list is certainly sound: each element of the plainest form, descriptions of ASCII, within the
/// limits. That is how nearly every entry comes, and this loop is where most of the time of a search goes. Otherwise
/// the whole check decides, and knows the offsets for errors.
fn is_plain(mut list: &[u8], form: Form, limits: &Limits) -> bool {
    let (mut attributes, mut values) = (0usize, 0usize);
    while !list.is_empty() {
        let Some((attribute, after)) = split_plain_with(Tag::SEQUENCE, list) else { return false };
        let Some((description, attribute)) = split_plain_with(Tag::OCTET_STRING, attribute) else {
            return false;
        };
        let Some((mut vals, unknown)) = split_plain_with(Tag::SET, attribute) else { return false };
        if !unknown.is_empty() || !description.is_ascii() || (form == Form::Full && vals.is_empty()) {
            return false;
        }
        while !vals.is_empty() {
            let Some((_, after)) = split_plain_with(Tag::OCTET_STRING, vals) else { return false };
            vals = after;
            values = values.saturating_add(1);
        }
        list = after;
        attributes = attributes.saturating_add(1);
    }
    attributes <= limits.attributes && values <= limits.values
}

/// Reads and checks one attribute, so that walking its values cannot fail; `budget` is how many values the message
/// may still have.
pub(super) fn check_attribute<'a>(
    list: &mut Reader<'a>,
    form: Form,
    budget: &mut usize,
    limits: &Limits,
) -> Result<PartialAttribute<'a>, DecodeError> {
    let mut attribute = list.sequence()?;
    let before = attribute;
    let description = attribute.octet_string(Tag::OCTET_STRING)?;
    if !description.is_ascii() {
        let mut again = before;
        again.text(Tag::OCTET_STRING, "type")?;
    }
    let values = attribute.expect(Tag::SET)?;
    attribute.finish_extensible_after(&[Tag::OCTET_STRING, Tag::SET])?;
    if form == Form::Full && values.is_empty() {
        return Err(values.fault(Fault::Empty { list: "vals" }));
    }
    let mut vals = values;
    while !vals.is_empty() {
        *budget = budget
            .checked_sub(1)
            .ok_or_else(|| vals.fault(Fault::TooMany { list: "vals", limit: limits.values }))?;
        vals.expect(Tag::OCTET_STRING)?;
    }
    Ok(PartialAttribute { description, values: values.octets() })
}

/// The octets that [`encode_attribute`] writes at most.
fn encoded_size(attribute: &Attribute) -> usize {
    /// Tag and length of an element that fits in a message.
    const HEADER: usize = 6;
    let values = attribute.values().iter().map(|value| value.len().saturating_add(HEADER));
    let description = attribute.description().as_str().len().saturating_add(3 * HEADER);
    values.fold(description, usize::saturating_add)
}

fn encode_attribute(attribute: &Attribute, writer: &mut Writer) {
    let description = attribute.description().as_str().as_bytes();
    encode_parts(description, attribute.values().iter().rev().map(Value::as_bytes), writer);
}

/// Writes one attribute; `values` come last first. Also the form in which a modification carries its attribute.
pub(super) fn encode_parts<'a>(
    description: &[u8],
    values: impl Iterator<Item = &'a [u8]>,
    writer: &mut Writer,
) {
    writer.constructed(Tag::SEQUENCE, |writer| {
        writer.constructed(Tag::SET, |writer| {
            for value in values {
                writer.octet_string(Tag::OCTET_STRING, value);
            }
        });
        writer.octet_string(Tag::OCTET_STRING, description);
    });
}
