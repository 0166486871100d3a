//! The Delete operation (RFC 4511 4.8).

use crate::ber::{DecodeError, Reader, Writer};
use crate::model::LdapString;

use super::{Context, EncodeError, OpKind};

/// Asks to remove an entry, which must have no subordinates.
///
/// ```text
/// DelRequest ::= [APPLICATION 10] LDAPDN
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteRequest {
    dn: LdapString,
}

impl DeleteRequest {
    /// Makes a request to remove the entry with this name.
    pub fn new(dn: impl Into<LdapString>) -> Self {
        Self { dn: dn.into() }
    }

    /// Returns the name of the entry.
    pub const fn dn(&self) -> &LdapString {
        &self.dn
    }

    pub(super) fn decode<'a>(content: Reader<'a>, context: &Context<'a>) -> Result<Self, DecodeError> {
        Ok(Self { dn: context.content_text(content, "delRequest")? })
    }

    /// Writes the request under its tag.
    ///
    /// # Errors
    ///
    /// None today.
    pub fn encode(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.octet_string(OpKind::DeleteRequest.tag(), self.dn.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::proto::tests::{refused, round_trip};

    #[test]
    fn the_content_is_the_name() {
        assert_eq!(round_trip(b"\x30\x0b\x02\x01\x05\x4a\x06cn=old"), DeleteRequest::new("cn=old").into());
        assert_eq!(round_trip(b"\x30\x05\x02\x01\x05\x4a\x00"), DeleteRequest::new("").into());
        assert_eq!(
            refused(b"\x30\x07\x02\x01\x05\x4a\x02a\xff"),
            (8, Fault::NotUtf8 { field: "delRequest" })
        );
        assert!(matches!(refused(b"\x30\x08\x02\x01\x05\x6a\x03\x04\x01a").1, Fault::UnknownChoice { .. }));
    }
}
