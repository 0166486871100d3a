//! The Extended operation (RFC 4511 4.12), in its raw form.

use std::fmt;

use bytes::Bytes;

use crate::ber::{DecodeError, Reader, Tag, Writer};
use crate::model::Oid;

use super::name_and_value::NameAndValue;
use super::{Context, EncodeError, LdapResult, OpKind, typed};

/// Asks for an operation that another document defines.
///
/// ```text
/// ExtendedRequest ::= [APPLICATION 23] SEQUENCE {
///      requestName      [0] LDAPOID,
///      requestValue     [1] OCTET STRING OPTIONAL }
/// ```
///
/// An absent value and an empty one differ. Its `Debug` form shows no value, which may be a password.
#[derive(Clone, PartialEq, Eq)]
pub struct ExtendedRequest {
    name: Oid,
    value: Option<Bytes>,
}

impl ExtendedRequest {
    const PARTS: NameAndValue =
        NameAndValue { name: Tag::context_primitive(0), value: Tag::context_primitive(1) };

    /// Makes a request without a value.
    pub const fn new(name: Oid) -> Self {
        Self { name, value: None }
    }

    /// Sets the value. Default none, which is not the same as an empty one.
    #[must_use]
    pub fn with_value(mut self, value: impl Into<Bytes>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// Returns which operation is asked for.
    pub const fn name(&self) -> &Oid {
        &self.name
    }

    /// Returns the value, if there is one.
    pub const fn value(&self) -> Option<&Bytes> {
        self.value.as_ref()
    }

    pub(super) fn decode<'a>(mut content: Reader<'a>, context: &Context<'a>) -> Result<Self, DecodeError> {
        let NameAndValue { name, value } = Self::PARTS;
        let tags = [name, value];
        let name = Oid::from_wire(context.text(&mut content, name, "requestName")?);
        let value = context.optional_octets(&mut content, value)?;
        let request = Self { name, value };
        typed::check_request(&request, content.offset(), context.quirks())?;
        content.finish_extensible_after(&tags)?;
        Ok(request)
    }

    /// Writes the request under its tag.
    ///
    /// # Errors
    ///
    /// None today.
    pub fn encode(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.constructed(OpKind::ExtendedRequest.tag(), |writer| {
            Self::PARTS.encode(Some(&self.name), self.value(), writer);
        });
        Ok(())
    }
}

impl fmt::Debug for ExtendedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExtendedRequest")
            .field("name", &self.name)
            .field("value_octets", &self.value.as_ref().map(Bytes::len))
            .finish()
    }
}

/// The answer to an [`ExtendedRequest`]; with message id 0, a notification that nobody asked for (RFC 4511 4.4).
///
/// ```text
/// ExtendedResponse ::= [APPLICATION 24] SEQUENCE {
///      COMPONENTS OF LDAPResult,
///      responseName     [10] LDAPOID OPTIONAL,
///      responseValue    [11] OCTET STRING OPTIONAL }
/// ```
///
/// Its `Debug` form shows no value, which may be a password.
#[derive(Clone, PartialEq, Eq)]
pub struct ExtendedResponse {
    result: LdapResult,
    name: Option<Oid>,
    value: Option<Bytes>,
}

impl ExtendedResponse {
    pub(super) const NAME: Tag = Tag::context_primitive(10);
    const PARTS: NameAndValue = NameAndValue { name: Self::NAME, value: Tag::context_primitive(11) };

    /// Makes a response without name and value.
    pub const fn new(result: LdapResult) -> Self {
        Self { result, name: None, value: None }
    }

    /// Sets the name. Default none; the specification of the operation says whether there is one.
    #[must_use]
    pub fn with_name(mut self, name: Oid) -> Self {
        self.name = Some(name);
        self
    }

    /// Sets the value. Default none, which is not the same as an empty one.
    #[must_use]
    pub fn with_value(mut self, value: impl Into<Bytes>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// Sets the name that stood elsewhere in the message.
    pub(super) fn set_name(&mut self, name: Oid) {
        self.name = Some(name);
    }

    /// Returns how the operation ended.
    pub const fn result(&self) -> &LdapResult {
        &self.result
    }

    /// Returns the name, if there is one.
    pub const fn name(&self) -> Option<&Oid> {
        self.name.as_ref()
    }

    /// Returns the value, if there is one.
    pub const fn value(&self) -> Option<&Bytes> {
        self.value.as_ref()
    }

    pub(super) fn decode<'a>(mut content: Reader<'a>, context: &Context<'a>) -> Result<Self, DecodeError> {
        let result = LdapResult::decode_components(&mut content, context)?;
        let (name, value) = Self::PARTS.decode(&mut content, context)?;
        let response = Self { result, name, value };
        typed::check_response(&response, content.offset(), context.quirks())?;
        LdapResult::finish(&mut content, &[Self::PARTS.name, Self::PARTS.value])?;
        Ok(response)
    }

    /// Writes the response under its tag.
    ///
    /// # Errors
    ///
    /// The result is one that cannot be sent.
    pub fn encode(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.constructed(OpKind::ExtendedResponse.tag(), |writer| {
            Self::PARTS.encode(self.name(), self.value(), writer);
            self.result.encode_components(writer)
        })
    }
}

impl fmt::Debug for ExtendedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExtendedResponse")
            .field("result", &self.result)
            .field("name", &self.name)
            .field("value_octets", &self.value.as_ref().map(Bytes::len))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::model::ResultCode;
    use crate::proto::tests::{refused, round_trip};

    #[test]
    fn requests_have_a_name_and_an_absent_value_differs_from_an_empty_one() {
        let request = ExtendedRequest::new(Oid::from_static("1.2.3"));
        assert_eq!(round_trip(b"\x30\x0c\x02\x01\x05\x77\x07\x80\x051.2.3"), request.clone().into());
        let octets = b"\x30\x0e\x02\x01\x05\x77\x09\x80\x051.2.3\x81\x00";
        assert_eq!(round_trip(octets), request.clone().with_value("").into());
        let octets = b"\x30\x10\x02\x01\x05\x77\x0b\x80\x051.2.3\x81\x02\x00\xff";
        assert_eq!(round_trip(octets), request.with_value(&b"\0\xff"[..]).into());
        assert_eq!(
            refused(b"\x30\x05\x02\x01\x05\x77\x00"),
            (7, Fault::Missing { expected: ExtendedRequest::PARTS.name })
        );
    }

    #[test]
    fn responses_may_have_a_name_and_a_value() {
        let response = ExtendedResponse::new(LdapResult::new(ResultCode::PROTOCOL_ERROR));
        let octets = b"\x30\x0c\x02\x01\x05\x78\x07\x0a\x01\x02\x04\x00\x04\x00";
        assert_eq!(round_trip(octets), response.clone().into());
        let octets = b"\x30\x16\x02\x01\x05\x78\x11\x0a\x01\x02\x04\x00\x04\x00\x8a\x051.2.3\x8b\x01v";
        let named = response.with_name(Oid::from_static("1.2.3")).with_value("v");
        assert_eq!(round_trip(octets), named.into());
    }
}
