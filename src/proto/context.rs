//! What decoding needs besides the octets.

use bytes::Bytes;

use crate::ber::{DecodeError, Fault, Reader, Tag};
use crate::model::LdapString;

use super::value::value_present;
use super::{Limits, Quirks};

/// The frame that is decoded, with the limits and quirks that hold for it.
///
/// Values and texts of the decoded message are slices of the frame.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    frame: &'a Bytes,
    limits: &'a Limits,
    quirks: &'a Quirks,
}

impl<'a> Context<'a> {
    /// Makes a context for one frame.
    pub const fn new(frame: &'a Bytes, limits: &'a Limits, quirks: &'a Quirks) -> Self {
        Self { frame, limits, quirks }
    }

    /// Makes a context for the value of a control or of an extended operation, with the default limits: who decodes a
    /// value does not know what its message was held to.
    ///
    /// # Errors
    ///
    /// The value is absent.
    pub fn of_value(value: Option<&'a Bytes>, quirks: &'a Quirks) -> Result<Self, DecodeError> {
        static LIMITS: Limits = Limits::DEFAULT;
        Ok(Self::new(value_present(value)?, &LIMITS, quirks))
    }

    /// Opens a frame that is one SEQUENCE and nothing else.
    ///
    /// # Errors
    ///
    /// It is something else.
    pub fn sequence(&self) -> Result<Reader<'a>, DecodeError> {
        self.only(Tag::SEQUENCE)
    }

    /// Opens a frame that is one element with this tag and nothing else.
    ///
    /// # Errors
    ///
    /// It is something else.
    pub fn only(&self, tag: Tag) -> Result<Reader<'a>, DecodeError> {
        let mut outer = self.reader();
        let content = outer.expect(tag)?;
        outer.finish()?;
        Ok(content)
    }

    /// Returns a cursor at the first octet of the frame.
    pub fn reader(&self) -> Reader<'a> {
        let reader = Reader::new(self.frame);
        if self.quirks.loose_encoding { reader } else { reader.strict() }
    }

    /// Returns the frame.
    pub const fn frame(&self) -> &'a Bytes {
        self.frame
    }

    /// Returns the limits.
    pub const fn limits(&self) -> &'a Limits {
        self.limits
    }

    /// Returns the quirks.
    pub const fn quirks(&self) -> &'a Quirks {
        self.quirks
    }

    /// Shares octets of the frame.
    ///
    /// # Panics
    ///
    /// `octets` are not part of the frame.
    pub fn share(&self, octets: &[u8]) -> Bytes {
        self.frame.slice_ref(octets)
    }

    /// Reads an OCTET STRING under this tag and shares its octets.
    ///
    /// # Errors
    ///
    /// As [`Reader::octet_string`].
    pub fn octets(&self, reader: &mut Reader<'a>, tag: Tag) -> Result<Bytes, DecodeError> {
        Ok(self.share(reader.octet_string(tag)?))
    }

    /// Reads an LDAPString under this tag and shares its octets; an error names `field`.
    ///
    /// # Errors
    ///
    /// As [`Reader::text`].
    pub fn text(
        &self,
        reader: &mut Reader<'a>,
        tag: Tag,
        field: &'static str,
    ) -> Result<LdapString, DecodeError> {
        let content = reader.expect(tag)?;
        self.content_text(content, field)
    }

    /// Takes what is left as the content of an LDAPString; an error names `field`.
    ///
    /// # Errors
    ///
    /// The octets are not UTF-8.
    pub fn content_text(&self, content: Reader<'a>, field: &'static str) -> Result<LdapString, DecodeError> {
        LdapString::from_utf8(self.share(content.octets())).map_err(|error| {
            DecodeError::new(content.offset().saturating_add(error.valid_up_to()), Fault::NotUtf8 { field })
        })
    }

    /// Reads an OCTET STRING under this tag if it stands here, and shares its octets.
    ///
    /// # Errors
    ///
    /// As [`Reader::optional`].
    pub fn optional_octets(&self, reader: &mut Reader<'a>, tag: Tag) -> Result<Option<Bytes>, DecodeError> {
        Ok(reader.optional(tag)?.map(|content| self.share(content.octets())))
    }

    /// Reads an LDAPString under this tag if it stands here, and shares its octets; an error names `field`.
    ///
    /// # Errors
    ///
    /// As [`Reader::optional`], or the octets are not UTF-8.
    pub fn optional_text(
        &self,
        reader: &mut Reader<'a>,
        tag: Tag,
        field: &'static str,
    ) -> Result<Option<LdapString>, DecodeError> {
        reader.optional(tag)?.map(|content| self.content_text(content, field)).transpose()
    }

    /// Reads the LDAPStrings of a list, up to the limit of attributes; an error names `list`.
    ///
    /// # Errors
    ///
    /// There are more, or one of them is none.
    pub fn texts(&self, content: Reader<'a>, list: &'static str) -> Result<Vec<LdapString>, DecodeError> {
        self.list(content, list, self.limits.attributes, |reader| self.text(reader, Tag::OCTET_STRING, list))
    }

    /// Takes what an element holds from what all elements of a list may hold together, so that a list of lists is not
    /// larger than one list may be; an error names `list`.
    pub(super) fn spend(
        &self,
        budget: &mut usize,
        held: usize,
        reader: &Reader<'_>,
        list: &'static str,
    ) -> Result<(), DecodeError> {
        let too_many = || reader.fault(Fault::TooMany { list, limit: self.limits.attributes });
        *budget = budget.checked_sub(held).ok_or_else(too_many)?;
        Ok(())
    }

    /// Reads the elements of a list one by one with `read`, up to `limit` of them; an error names `list`.
    ///
    /// # Errors
    ///
    /// There are more, or `read` fails.
    pub fn list<T>(
        &self,
        mut content: Reader<'a>,
        list: &'static str,
        limit: usize,
        mut read: impl FnMut(&mut Reader<'a>) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let mut elements = Vec::new();
        while !content.is_empty() {
            if elements.len() >= limit {
                return Err(content.fault(Fault::TooMany { list, limit }));
            }
            elements.push(read(&mut content)?);
        }
        Ok(elements)
    }
}
