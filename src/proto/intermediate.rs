//! `IntermediateResponse` (RFC 4511 4.13), in its raw form.

use bytes::Bytes;

use crate::ber::{DecodeError, Reader, Tag, Writer};
use crate::model::Oid;

use super::name_and_value::NameAndValue;
use super::{Context, EncodeError, OpKind, typed};

/// One of several answers to a request that asked for such, before the one that ends it.
///
/// ```text
/// IntermediateResponse ::= [APPLICATION 25] SEQUENCE {
///         responseName     [0] LDAPOID OPTIONAL,
///         responseValue    [1] OCTET STRING OPTIONAL }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntermediateResponse {
    name: Option<Oid>,
    value: Option<Bytes>,
}

impl IntermediateResponse {
    const PARTS: NameAndValue =
        NameAndValue { name: Tag::context_primitive(0), value: Tag::context_primitive(1) };

    /// Makes a response without name and value.
    pub const fn new() -> Self {
        Self { name: None, value: None }
    }

    /// Sets the name. Default none; needed where a control asked for the response (RFC 4511 4.13.2).
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

    /// Returns the name, if there is one.
    pub const fn name(&self) -> Option<&Oid> {
        self.name.as_ref()
    }

    /// Returns the value, if there is one.
    pub const fn value(&self) -> Option<&Bytes> {
        self.value.as_ref()
    }

    pub(super) fn decode<'a>(mut content: Reader<'a>, context: &Context<'a>) -> Result<Self, DecodeError> {
        let (name, value) = Self::PARTS.decode(&mut content, context)?;
        let response = Self { name, value };
        typed::check_intermediate(&response, content.offset(), context.quirks())?;
        content.finish_extensible_after(&[Self::PARTS.name, Self::PARTS.value])?;
        Ok(response)
    }

    /// Writes the response under its tag.
    ///
    /// # Errors
    ///
    /// None today.
    pub fn encode(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.constructed(OpKind::IntermediateResponse.tag(), |writer| {
            Self::PARTS.encode(self.name(), self.value(), writer);
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::tests::round_trip;

    #[test]
    fn name_and_value_are_optional_each() {
        let response = IntermediateResponse::new();
        let named = response.clone().with_name(Oid::from_static("1.2.3"));
        for (octets, expected) in [
            (&b"\x30\x05\x02\x01\x05\x79\x00"[..], response.clone()),
            (b"\x30\x0c\x02\x01\x05\x79\x07\x80\x051.2.3", named.clone()),
            (b"\x30\x07\x02\x01\x05\x79\x02\x81\x00", response.with_value("")),
            (b"\x30\x0f\x02\x01\x05\x79\x0a\x80\x051.2.3\x81\x01v", named.with_value("v")),
        ] {
            assert_eq!(round_trip(octets), expected.into());
        }
    }
}
