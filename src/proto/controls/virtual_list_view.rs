//! Virtual list view (draft-ietf-ldapext-ldapv3-vlv-09): the part of a sorted list that a window shows.
//!
//! Active Directory has the same controls.

use bytes::Bytes;

use crate::ber::{DecodeError, Fault, Tag};
use crate::model::{Oid, ResultCode, Value};
use crate::proto::{Context, Quirks, number, sequence_value};

use super::ControlValue;

/// Asks for the entries around one entry of a sorted list; goes with a [`ServerSideSort`](super::ServerSideSort),
/// which it needs.
///
/// ```text
/// VirtualListViewRequest ::= SEQUENCE {
///        beforeCount    INTEGER (0..maxInt),
///        afterCount     INTEGER (0..maxInt),
///        target       CHOICE {
///                       byOffset        [0] SEQUENCE {
///                            offset          INTEGER (1 .. maxInt),
///                            contentCount    INTEGER (0 .. maxInt) },
///                       greaterThanOrEqual [1] AssertionValue },
///        contextID     OCTET STRING OPTIONAL }
///                                             (draft-ietf-ldapext-ldapv3-vlv-09 6.1)
/// ```
///
/// ```
/// use ldapwire::RequestExt;
/// use ldapwire::model::{Filter, Scope};
/// use ldapwire::proto::SearchRequest;
/// use ldapwire::proto::controls::{ServerSideSort, VirtualListView};
///
/// // The entry at which "Love" would stand, and ten behind it.
/// let window = VirtualListView::from_value("Love").with_after(10);
/// let search = SearchRequest::new("dc=example", Scope::WholeSubtree, Filter::present("sn"))
///     .with_control(ServerSideSort::new("sn"))
///     .with_control(window);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VirtualListView {
    before: u32,
    after: u32,
    target: ListTarget,
    context_id: Option<Bytes>,
}

/// The entry that a virtual list view is around.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a CHOICE that the draft does not leave open")]
pub enum ListTarget {
    /// The entry at a position.
    Offset {
        /// The position, from 1. A server answers `offsetRangeError` to 0.
        offset: u32,
        /// How many entries the client thinks there are; 0 means that it does not know.
        content_count: u32,
    },
    /// The first entry whose first sort key is not before this value.
    GreaterOrEqual(Value),
}

impl VirtualListView {
    const BY_OFFSET: Tag = Tag::context(0);
    const GREATER_THAN_OR_EQUAL: Tag = Tag::context_primitive(1);

    /// Asks for the entry at a position, from 1; numbers above 2,147,483,647 are taken for that one, here and below.
    pub const fn from_offset(offset: u32) -> Self {
        let offset = number::at_most_max_int(offset);
        Self {
            before: 0,
            after: 0,
            target: ListTarget::Offset { offset, content_count: 0 },
            context_id: None,
        }
    }

    /// Asks for the first entry whose first sort key is not before this value.
    pub fn from_value(value: impl Into<Value>) -> Self {
        let target = ListTarget::GreaterOrEqual(value.into());
        Self { before: 0, after: 0, target, context_id: None }
    }

    /// Sets how many entries before that one are wanted, too. Default none.
    #[must_use]
    pub const fn with_before(mut self, entries: u32) -> Self {
        self.before = number::at_most_max_int(entries);
        self
    }

    /// Sets how many entries behind that one are wanted, too. Default none.
    #[must_use]
    pub const fn with_after(mut self, entries: u32) -> Self {
        self.after = number::at_most_max_int(entries);
        self
    }

    /// Sets how many entries there are as far as the client knows: what the last response said. With it the server
    /// takes the offset for a proportion. Without effect on a view from a value.
    #[must_use]
    pub fn with_content_count(mut self, entries: u32) -> Self {
        if let ListTarget::Offset { content_count, .. } = &mut self.target {
            *content_count = number::at_most_max_int(entries);
        }
        self
    }

    /// Sets the context of the last response for the same list on the same connection. Default none.
    #[must_use]
    pub fn with_context_id(mut self, context_id: impl Into<Bytes>) -> Self {
        self.context_id = Some(context_id.into());
        self
    }

    /// Returns how many entries before the target are wanted.
    pub const fn before(&self) -> u32 {
        self.before
    }

    /// Returns how many entries behind the target are wanted.
    pub const fn after(&self) -> u32 {
        self.after
    }

    /// Returns the entry that the view is around.
    pub const fn target(&self) -> &ListTarget {
        &self.target
    }

    /// Returns the context of the response before.
    pub const fn context_id(&self) -> Option<&Bytes> {
        self.context_id.as_ref()
    }
}

impl ControlValue for VirtualListView {
    const OID: Oid = Oid::from_static("2.16.840.1.113730.3.4.9");

    /// An offset of 0 is read: "if the client specifies an invalid offset or contentCount, the server MUST set the
    /// virtualListViewResult value to offsetRangeError" (6.2).
    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let before = number::decode(&mut sequence, Tag::INTEGER, "beforeCount")?;
        let after = number::decode(&mut sequence, Tag::INTEGER, "afterCount")?;
        let target = match sequence.peek() {
            Some(Self::BY_OFFSET) => {
                let mut position = sequence.expect(Self::BY_OFFSET)?;
                let offset = number::decode(&mut position, Tag::INTEGER, "offset")?;
                let content_count = number::decode(&mut position, Tag::INTEGER, "contentCount")?;
                position.finish_extensible_after(&[Tag::INTEGER])?;
                ListTarget::Offset { offset, content_count }
            }
            Some(Self::GREATER_THAN_OR_EQUAL) => {
                let value = context.octets(&mut sequence, Self::GREATER_THAN_OR_EQUAL)?;
                ListTarget::GreaterOrEqual(value.into())
            }
            Some(found) => return Err(sequence.fault(Fault::UnknownChoice { choice: "target", found })),
            None => return Err(sequence.fault(Fault::Missing { expected: Self::BY_OFFSET })),
        };
        let context_id = context.optional_octets(&mut sequence, Tag::OCTET_STRING)?;
        let known = [Self::BY_OFFSET, Self::GREATER_THAN_OR_EQUAL, Tag::OCTET_STRING];
        sequence.finish_extensible_after(&known)?;
        Ok(Self { before, after, target, context_id })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            if let Some(context_id) = &self.context_id {
                writer.octet_string(Tag::OCTET_STRING, context_id);
            }
            match &self.target {
                ListTarget::Offset { offset, content_count } => {
                    writer.constructed(Self::BY_OFFSET, |writer| {
                        writer.integer(Tag::INTEGER, i64::from(*content_count));
                        writer.integer(Tag::INTEGER, i64::from(*offset));
                    });
                }
                ListTarget::GreaterOrEqual(value) => {
                    writer.octet_string(Self::GREATER_THAN_OR_EQUAL, value.as_bytes());
                }
            }
            writer.integer(Tag::INTEGER, i64::from(self.after));
            writer.integer(Tag::INTEGER, i64::from(self.before));
        }))
    }
}

/// Says where a virtual list view is in its list; stands in the SearchResultDone.
///
/// ```text
/// VirtualListViewResponse ::= SEQUENCE {
///        targetPosition    INTEGER (0 .. maxInt),
///        contentCount     INTEGER (0 .. maxInt),
///        virtualListViewResult ENUMERATED { success (0), ... },
///        contextID     OCTET STRING OPTIONAL }
///                                             (draft-ietf-ldapext-ldapv3-vlv-09 6.2)
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VirtualListViewResponse {
    target_position: u32,
    content_count: u32,
    result: ResultCode,
    context_id: Option<Bytes>,
}

impl VirtualListViewResponse {
    /// Says at which position the target is, of about how many entries; numbers above 2,147,483,647 are taken for
    /// that one.
    pub const fn new(target_position: u32, content_count: u32) -> Self {
        Self {
            target_position: number::at_most_max_int(target_position),
            content_count: number::at_most_max_int(content_count),
            result: ResultCode::SUCCESS,
            context_id: None,
        }
    }

    /// Sets how it went. Default `success`; codes above `maxInt` become `other`.
    #[must_use]
    pub const fn with_result(mut self, result: ResultCode) -> Self {
        self.result = number::sendable(result);
        self
    }

    /// Sets the context that the client shall send with its next request for this list. Default none.
    #[must_use]
    pub fn with_context_id(mut self, context_id: impl Into<Bytes>) -> Self {
        self.context_id = Some(context_id.into());
        self
    }

    /// Returns at which position of the list the target is, from 1.
    pub const fn target_position(&self) -> u32 {
        self.target_position
    }

    /// Returns about how many entries the list has.
    pub const fn content_count(&self) -> u32 {
        self.content_count
    }

    /// Returns how it went.
    pub const fn result(&self) -> ResultCode {
        self.result
    }

    /// Returns the context to send with the next request for this list.
    pub const fn context_id(&self) -> Option<&Bytes> {
        self.context_id.as_ref()
    }
}

impl ControlValue for VirtualListViewResponse {
    const OID: Oid = Oid::from_static("2.16.840.1.113730.3.4.10");

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let target_position = number::decode(&mut sequence, Tag::INTEGER, "targetPosition")?;
        let content_count = number::decode(&mut sequence, Tag::INTEGER, "contentCount")?;
        let result = number::decode(&mut sequence, Tag::ENUMERATED, "virtualListViewResult")?;
        let context_id = context.optional_octets(&mut sequence, Tag::OCTET_STRING)?;
        sequence.finish_extensible_after(&[Tag::OCTET_STRING])?;
        Ok(Self { target_position, content_count, result: ResultCode::new(result), context_id })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            if let Some(context_id) = &self.context_id {
                writer.octet_string(Tag::OCTET_STRING, context_id);
            }
            writer.integer(Tag::ENUMERATED, i64::from(self.result.number()));
            writer.integer(Tag::INTEGER, i64::from(self.content_count));
            writer.integer(Tag::INTEGER, i64::from(self.target_position));
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::controls::tests::{known, read, refused};

    #[test]
    fn requests_have_the_octets_of_the_draft() {
        known(
            VirtualListView::from_offset(3).with_before(1).with_after(2).with_content_count(300),
            b"\x30\x0f\x02\x01\x01\x02\x01\x02\xa0\x07\x02\x01\x03\x02\x02\x01\x2c",
        );
        known(
            VirtualListView::from_value("Love").with_after(10).with_context_id("c"),
            b"\x30\x0f\x02\x01\x00\x02\x01\x0a\x81\x04Love\x04\x01c",
        );
        assert_eq!(
            VirtualListView::from_offset(u32::MAX).target(),
            VirtualListView::from_offset(1 << 31).target()
        );
    }

    #[test]
    fn long_lengths_as_active_directory_writes_them_are_read() {
        let view: VirtualListViewResponse =
            read(b"\x30\x84\x00\x00\x00\x0e\x02\x01\x01\x02\x01\x09\x0a\x01\x00\x04\x82\x00\x01c");
        assert_eq!(view, VirtualListViewResponse::new(1, 9).with_context_id("c"));
        let offset: VirtualListView = read(
            b"\x30\x84\x00\x00\x00\x12\x02\x01\x00\x02\x01\x04\xa0\x84\x00\x00\x00\x06\x02\x01\x01\x02\x01\x00",
        );
        assert_eq!(offset, VirtualListView::from_offset(1).with_after(4));
    }

    #[test]
    fn responses_have_the_octets_of_the_draft() {
        let range = VirtualListViewResponse::new(0, 300).with_result(ResultCode::OFFSET_RANGE_ERROR);
        known(range, b"\x30\x0a\x02\x01\x00\x02\x02\x01\x2c\x0a\x01\x3d");
        known(
            VirtualListViewResponse::new(3, 9).with_context_id(""),
            b"\x30\x0b\x02\x01\x03\x02\x01\x09\x0a\x01\x00\x04\x00",
        );
    }

    #[test]
    fn hostile_values_are_refused() {
        let negative = refused::<VirtualListView>(b"\x30\x0a\x02\x01\xff\x02\x01\x00\x81\x02ab");
        assert_eq!(negative, Fault::OutOfRange { field: "beforeCount" });
        let none = refused::<VirtualListView>(b"\x30\x06\x02\x01\x00\x02\x01\x00");
        assert!(matches!(none, Fault::Missing { .. }));
        let other = refused::<VirtualListView>(b"\x30\x08\x02\x01\x00\x02\x01\x00\x82\x00");
        assert!(matches!(other, Fault::UnknownChoice { choice: "target", .. }));
        // Both targets.
        let both = refused::<VirtualListView>(
            b"\x30\x10\x02\x01\x00\x02\x01\x00\xa0\x06\x02\x01\x01\x02\x01\x00\x81\x00",
        );
        assert!(matches!(both, Fault::Misplaced { .. }));
    }
}
