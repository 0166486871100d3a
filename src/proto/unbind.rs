//! The Unbind operation (RFC 4511 4.3).

use crate::ber::{DecodeError, Fault, Reader, Writer};

use super::{EncodeError, OpKind};

/// Ends the session; there is no answer.
///
/// ```text
/// UnbindRequest ::= [APPLICATION 2] NULL
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "a NULL has nothing to add")]
pub struct UnbindRequest;

impl UnbindRequest {
    pub(super) fn decode(content: Reader<'_>) -> Result<Self, DecodeError> {
        if content.is_empty() { Ok(Self) } else { Err(content.fault(Fault::NullLength)) }
    }

    /// Writes the request under its tag.
    ///
    /// # Errors
    ///
    /// None today.
    pub fn encode(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.null(OpKind::UnbindRequest.tag());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Tag;
    use crate::proto::tests::{refused, round_trip};

    #[test]
    fn the_request_is_a_null() {
        assert_eq!(round_trip(b"\x30\x05\x02\x01\x05\x42\x00"), UnbindRequest.into());
        assert_eq!(refused(b"\x30\x06\x02\x01\x05\x42\x01a"), (7, Fault::NullLength));
        let found = Tag::application(2);
        let fault = Fault::UnknownChoice { choice: "protocolOp", found };
        assert_eq!(refused(b"\x30\x05\x02\x01\x05\x62\x00"), (5, fault));
    }
}
