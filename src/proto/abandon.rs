//! The Abandon operation (RFC 4511 4.11).

use crate::ber::{DecodeError, Reader, Writer};

use super::{EncodeError, MessageId, OpKind};

/// Asks the server to stop an operation; there is no answer, neither to this request nor to the abandoned one.
///
/// ```text
/// AbandonRequest ::= [APPLICATION 16] MessageID
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AbandonRequest {
    id: MessageId,
}

impl AbandonRequest {
    /// Makes a request to stop the operation whose request had this id.
    pub const fn new(id: MessageId) -> Self {
        Self { id }
    }

    /// Returns the id of the operation to stop.
    pub const fn id(&self) -> MessageId {
        self.id
    }

    pub(super) fn decode(content: Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { id: MessageId::from_content(content)? })
    }

    /// Writes the request under its tag.
    ///
    /// # Errors
    ///
    /// None today.
    pub fn encode(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        self.id.encode(OpKind::AbandonRequest.tag(), writer);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::proto::tests::{refused, round_trip};

    #[test]
    fn the_content_is_that_of_an_integer() {
        let request = AbandonRequest::new(MessageId::new(128).unwrap());
        assert_eq!(round_trip(b"\x30\x07\x02\x01\x05\x50\x02\x00\x80"), request.into());
        let field = "messageID";
        assert_eq!(refused(b"\x30\x06\x02\x01\x05\x50\x01\x80"), (7, Fault::OutOfRange { field }));
        assert_eq!(
            refused(b"\x30\x0a\x02\x01\x05\x50\x05\x00\x80\x00\x00\x00"),
            (7, Fault::OutOfRange { field })
        );
        assert_eq!(refused(b"\x30\x05\x02\x01\x05\x50\x00"), (7, Fault::EmptyInteger));
        // The module has implicit tags: an INTEGER within the tag is another operation.
        let fault = refused(b"\x30\x08\x02\x01\x05\x70\x03\x02\x01\x04").1;
        assert!(matches!(fault, Fault::UnknownChoice { .. }));
    }
}
