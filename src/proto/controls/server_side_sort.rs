//! Server side sorting (RFC 2891): search results in the order of the client.

use bytes::Bytes;

use crate::ber::{DecodeError, Fault, Reader, Tag, Writer};
use crate::model::{AttributeDescription, LdapString, Oid, ResultCode};
use crate::proto::{Context, Quirks, number, sequence_value};

use super::ControlValue;

/// Asks for sorted entries.
///
/// ```text
/// SortKeyList ::= SEQUENCE OF SEQUENCE {
///            attributeType   AttributeDescription,
///            orderingRule    [0] MatchingRuleId OPTIONAL,
///            reverseOrder    [1] BOOLEAN DEFAULT FALSE }        (RFC 2891 1.1)
/// ```
///
/// Entries are sorted only if the [response](ServerSideSortResponse) says so. A server that cannot sort refuses the
/// search if the control is [critical](ControlValue::critical), and else returns unsorted entries.
///
/// ```
/// use ldapwire::proto::controls::{ControlValue, ServerSideSort, SortKey};
///
/// let sort = ServerSideSort::new("sn").then(SortKey::descending("createTimestamp"));
/// assert_eq!(sort.keys().len(), 2);
/// assert!(sort.critical().is_critical());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerSideSort {
    keys: Vec<SortKey>,
}

impl ServerSideSort {
    /// Sorts by one key: the name of an attribute sorts by it ascending.
    pub fn new(key: impl Into<SortKey>) -> Self {
        Self { keys: vec![key.into()] }
    }

    /// Sorts what is equal up to here by another key. "Each attributeType should only occur in the SortKeyList
    /// once."
    #[must_use]
    pub fn then(mut self, key: impl Into<SortKey>) -> Self {
        self.keys.push(key.into());
        self
    }

    /// Returns the keys, the first one decides first; there is at least one.
    pub fn keys(&self) -> &[SortKey] {
        &self.keys
    }
}

impl ControlValue for ServerSideSort {
    const OID: Oid = Oid::from_static("1.2.840.113556.1.4.473");

    /// "Any conformant implementation of this control MUST allow a sort key list with at least one key"; one without
    /// asks for nothing and is refused.
    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let list = context.sequence()?;
        let keys = context.list(list, "SortKeyList", context.limits().attributes, |reader| {
            SortKey::decode(reader.sequence()?, &context)
        })?;
        if keys.is_empty() {
            return Err(list.fault(Fault::Empty { list: "SortKeyList" }));
        }
        Ok(Self { keys })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| self.keys.iter().rev().for_each(|key| key.encode(writer))))
    }
}

/// One key to sort by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortKey {
    attribute: AttributeDescription,
    ordering_rule: Option<LdapString>,
    is_reverse: bool,
}

impl SortKey {
    const ORDERING_RULE: Tag = Tag::context_primitive(0);
    const REVERSE_ORDER: Tag = Tag::context_primitive(1);

    /// Sorts by an attribute, smallest value first.
    pub fn ascending(attribute: impl Into<AttributeDescription>) -> Self {
        Self { attribute: attribute.into(), ordering_rule: None, is_reverse: false }
    }

    /// Sorts by an attribute, largest value first.
    pub fn descending(attribute: impl Into<AttributeDescription>) -> Self {
        Self { is_reverse: true, ..Self::ascending(attribute) }
    }

    /// Sets the matching rule to order by, its name or identifier. Default that of the attribute.
    #[must_use]
    pub fn with_rule(mut self, rule: impl Into<LdapString>) -> Self {
        self.ordering_rule = Some(rule.into());
        self
    }

    /// Returns the attribute.
    pub const fn attribute(&self) -> &AttributeDescription {
        &self.attribute
    }

    /// Returns the matching rule to order by; none means that of the attribute.
    pub const fn ordering_rule(&self) -> Option<&LdapString> {
        self.ordering_rule.as_ref()
    }

    /// Whether the largest value comes first.
    pub const fn is_reverse(&self) -> bool {
        self.is_reverse
    }

    fn decode<'a>(mut content: Reader<'a>, context: &Context<'a>) -> Result<Self, DecodeError> {
        let attribute = context.text(&mut content, Tag::OCTET_STRING, "attributeType")?.into();
        let ordering_rule = context.optional_text(&mut content, Self::ORDERING_RULE, "orderingRule")?;
        let is_reverse = content.boolean_or(Self::REVERSE_ORDER, false)?;
        content.finish_extensible_after(&[Self::ORDERING_RULE, Self::REVERSE_ORDER])?;
        Ok(Self { attribute, ordering_rule, is_reverse })
    }

    fn encode(&self, writer: &mut Writer) {
        writer.constructed(Tag::SEQUENCE, |writer| {
            if self.is_reverse {
                writer.boolean(Self::REVERSE_ORDER, true);
            }
            if let Some(rule) = &self.ordering_rule {
                writer.octet_string(Self::ORDERING_RULE, rule.as_bytes());
            }
            writer.octet_string(Tag::OCTET_STRING, self.attribute.as_str().as_bytes());
        });
    }
}

impl From<&str> for SortKey {
    fn from(attribute: &str) -> Self {
        Self::ascending(attribute)
    }
}

impl From<AttributeDescription> for SortKey {
    fn from(attribute: AttributeDescription) -> Self {
        Self::ascending(attribute)
    }
}

/// Says whether the entries of a search were sorted; stands in the SearchResultDone.
///
/// ```text
/// SortResult ::= SEQUENCE {
///    sortResult  ENUMERATED {
///        success                   (0), -- results are sorted
///        operationsError           (1), -- server internal failure
///        ... },
///    attributeType [0] AttributeDescription OPTIONAL }          (RFC 2891 1.2)
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerSideSortResponse {
    result: ResultCode,
    attribute: Option<AttributeDescription>,
}

impl ServerSideSortResponse {
    const ATTRIBUTE_TYPE: Tag = Tag::context_primitive(0);

    /// Says how sorting went; `success` means that the entries are sorted. Codes above `maxInt` become `other`.
    pub const fn new(result: ResultCode) -> Self {
        Self { result: number::sendable(result), attribute: None }
    }

    /// Sets the first attribute of the key list that caused the failure.
    #[must_use]
    pub fn with_attribute(mut self, attribute: impl Into<AttributeDescription>) -> Self {
        self.attribute = Some(attribute.into());
        self
    }

    /// Whether the entries are sorted.
    pub const fn is_sorted(&self) -> bool {
        self.result.is_success()
    }

    /// Returns how sorting went.
    pub const fn result(&self) -> ResultCode {
        self.result
    }

    /// Returns the first attribute of the key list that caused the failure, if the server tells.
    pub const fn attribute(&self) -> Option<&AttributeDescription> {
        self.attribute.as_ref()
    }
}

impl ControlValue for ServerSideSortResponse {
    const OID: Oid = Oid::from_static("1.2.840.113556.1.4.474");

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let result = ResultCode::new(number::decode(&mut sequence, Tag::ENUMERATED, "sortResult")?);
        let attribute = context.optional_text(&mut sequence, Self::ATTRIBUTE_TYPE, "attributeType")?;
        sequence.finish_extensible_after(&[Self::ATTRIBUTE_TYPE])?;
        Ok(Self { result, attribute: attribute.map(AttributeDescription::from) })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            if let Some(attribute) = &self.attribute {
                writer.octet_string(Self::ATTRIBUTE_TYPE, attribute.as_str().as_bytes());
            }
            writer.integer(Tag::ENUMERATED, i64::from(self.result.number()));
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::controls::tests::{known, many, read, refused};

    #[test]
    fn requests_have_the_octets_of_the_standard() {
        known(ServerSideSort::new("sn"), b"\x30\x06\x30\x04\x04\x02sn");
        let rule = SortKey::descending("cn").with_rule("2.5.13.3");
        known(
            ServerSideSort::new("sn").then(rule),
            b"\x30\x19\x30\x04\x04\x02sn\x30\x11\x04\x02cn\x80\x082.5.13.3\x81\x01\xff",
        );
        // A default that is written all the same, and an element of a later version.
        let spelt: ServerSideSort = read(b"\x30\x0b\x30\x09\x04\x02sn\x81\x01\x00\x05\x00");
        assert_eq!(spelt, ServerSideSort::new("sn"));
    }

    #[test]
    fn responses_have_the_octets_of_the_standard() {
        let sorted = ServerSideSortResponse::new(ResultCode::SUCCESS);
        assert!(sorted.is_sorted());
        known(sorted, b"\x30\x03\x0a\x01\x00");
        let failed = ServerSideSortResponse::new(ResultCode::INAPPROPRIATE_MATCHING).with_attribute("sn");
        assert!(!failed.is_sorted());
        known(failed, b"\x30\x07\x0a\x01\x12\x80\x02sn");
        assert_eq!(ServerSideSortResponse::new(ResultCode::new(u32::MAX)).result(), ResultCode::OTHER);
    }

    #[test]
    fn hostile_values_are_refused() {
        assert_eq!(refused::<ServerSideSort>(b"\x30\x00"), Fault::Empty { list: "SortKeyList" });
        assert!(matches!(refused::<ServerSideSort>(b"\x30\x04\x04\x02sn"), Fault::UnexpectedTag { .. }));
        assert!(matches!(refused::<ServerSideSort>(b"\x30\x05\x30\x03\x04\x01\xff"), Fault::NotUtf8 { .. }));
        // The rule behind the direction.
        let swapped = refused::<ServerSideSort>(b"\x30\x0d\x30\x0b\x04\x02sn\x81\x01\xff\x80\x02ru");
        assert!(matches!(swapped, Fault::Misplaced { .. }));
        assert!(matches!(
            refused::<ServerSideSortResponse>(b"\x30\x03\x0a\x01\xff"),
            Fault::OutOfRange { field: "sortResult" }
        ));
        let many = many(b"\x30\x02\x04\x00", 65_537);
        let fault = ServerSideSort::decode_value(Some(&many)).unwrap_err().fault();
        assert_eq!(fault, Fault::TooMany { list: "SortKeyList", limit: 65_536 });
    }
}
