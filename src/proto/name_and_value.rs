//! A name and a value, as the messages of extensions have them under tags of their own (RFC 4511 4.12, 4.13).

use bytes::Bytes;

use crate::ber::{DecodeError, Reader, Tag, Writer};
use crate::model::Oid;

use super::Context;

/// The tags of the two.
#[derive(Clone, Copy)]
pub(super) struct NameAndValue {
    pub(super) name: Tag,
    pub(super) value: Tag,
}

impl NameAndValue {
    /// Reads a response's name and value, each of which may be absent.
    pub(super) fn decode<'a>(
        self,
        content: &mut Reader<'a>,
        context: &Context<'a>,
    ) -> Result<(Option<Oid>, Option<Bytes>), DecodeError> {
        let name = match content.optional(self.name)? {
            None => None,
            Some(name) => Some(Oid::from_wire(context.content_text(name, "responseName")?)),
        };
        let value = content.optional(self.value)?;
        Ok((name, value.map(|value| context.share(value.octets()))))
    }

    /// Writes what there is of the two.
    pub(super) fn encode(self, name: Option<&Oid>, value: Option<&Bytes>, writer: &mut Writer) {
        if let Some(value) = value {
            writer.octet_string(self.value, value);
        }
        if let Some(name) = name {
            writer.octet_string(self.name, name.as_str().as_bytes());
        }
    }
}
