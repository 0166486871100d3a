//! `LDAPMessage`, the envelope of every operation.

use bytes::Bytes;

use crate::ber::{DecodeError, Fault, Reader, Tag, Writer};
use crate::model::{Control, Oid};

use super::{Context, EncodeError, Limits, MessageId, OpKind, ProtocolOp, Quirks, control};

/// One message of the protocol, request or response.
///
/// ```text
/// LDAPMessage ::= SEQUENCE {
///      messageID       MessageID,
///      protocolOp      CHOICE { ... },
///      controls       [0] Controls OPTIONAL }                   (RFC 4511 4.1.1)
/// ```
///
/// ```
/// use ldapwire::proto::{AbandonRequest, LdapMessage, MessageId};
///
/// let id = MessageId::FIRST;
/// let message = LdapMessage::new(id.next(), AbandonRequest::new(id));
/// let octets = message.to_bytes()?;
/// assert_eq!(&octets[..], b"\x30\x06\x02\x01\x02\x50\x01\x01");
/// assert_eq!(LdapMessage::parse(&octets)?, message);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LdapMessage {
    /// Ties a response to its request.
    pub id: MessageId,
    /// The operation.
    pub op: ProtocolOp,
    /// The controls, in the order in which they stand. Absent and empty are the same.
    pub controls: Vec<Control>,
}

impl LdapMessage {
    /// Makes a message without controls.
    pub fn new(id: MessageId, op: impl Into<ProtocolOp>) -> Self {
        Self { id, op: op.into(), controls: Vec::new() }
    }

    /// Adds a control.
    #[must_use]
    pub fn with_control(mut self, control: impl Into<Control>) -> Self {
        self.controls.push(control.into());
        self
    }

    /// Decodes one complete message with the default limits and quirks.
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode).
    pub fn parse(frame: &Bytes) -> Result<Self, DecodeError> {
        Self::decode(&Context::new(frame, &Limits::DEFAULT, &Quirks::default()))
    }

    /// Decodes one complete message of octets that are not shared, which are copied for it.
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode).
    ///
    /// ```
    /// use ldapwire::ber::Fault;
    /// use ldapwire::model::ResultCode;
    /// use ldapwire::proto::{LdapMessage, LdapResult, ProtocolOp};
    ///
    /// let done = LdapMessage::parse_octets(b"\x30\x0c\x02\x01\x02\x65\x07\x0a\x01\x20\x04\x00\x04\x00")?;
    /// assert_eq!(done.op, ProtocolOp::SearchResultDone(LdapResult::new(ResultCode::NO_SUCH_OBJECT)));
    ///
    /// let error = LdapMessage::parse_octets(b"\x30\x80\x00\x00").unwrap_err();
    /// assert_eq!((error.offset(), error.fault()), (1, Fault::IndefiniteLength));
    /// # Ok::<(), ldapwire::ber::DecodeError>(())
    /// ```
    pub fn parse_octets(octets: &[u8]) -> Result<Self, DecodeError> {
        Self::parse(&Bytes::copy_from_slice(octets))
    }

    /// Decodes one complete message: the whole frame of `context`.
    ///
    /// # Errors
    ///
    /// The frame is not one LDAPMessage as RFC 4511 says, or a limit is exceeded; the error says where.
    pub fn decode(context: &Context<'_>) -> Result<Self, DecodeError> {
        let (id, mut reader) = open(context.reader())?;
        let mut op = ProtocolOp::decode(&mut reader, context)?;
        let controls = control::decode_list(&mut reader, context)?;
        if context.quirks().name_outside_notice && id == MessageId::UNSOLICITED {
            take_name_outside_notice(&mut op, reader, context)?;
        }
        finish(&mut reader)?;
        Ok(Self { id, op, controls })
    }

    /// Returns whether it may share octets with the frame that it came in. A result without texts, as most are, shares none.
    #[cfg(feature = "client")]
    pub(crate) fn shares_octets(&self) -> bool {
        use ProtocolOp as Op;
        match &self.op {
            Op::AddResponse(result)
            | Op::ModifyResponse(result)
            | Op::DeleteResponse(result)
            | Op::ModifyDnResponse(result)
            | Op::CompareResponse(result) => !self.controls.is_empty() || !result.is_bare(),
            _ => true,
        }
    }

    /// Encodes the message.
    ///
    /// # Errors
    ///
    /// The message is one that the protocol does not allow to be sent. Nothing is written then.
    pub fn encode(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        let before = writer.len();
        encode_operation(&self.op, &self.controls, writer)?;
        encode_head(self.id, writer, before);
        Ok(())
    }

    /// Encodes the message into octets of its own.
    ///
    /// # Errors
    ///
    /// As [`encode`](Self::encode).
    pub fn to_bytes(&self) -> Result<Bytes, EncodeError> {
        let mut writer = Writer::new();
        self.encode(&mut writer)?;
        Ok(writer.finish())
    }
}

/// Writes an operation and its controls: a message but for its head.
///
/// Callers that learn the id last encode the operation first and the head afterwards, by [`encode_head`].
///
/// # Errors
///
/// The operation is one that the protocol does not allow to be sent. Nothing is written then.
///
/// ```
/// use ldapwire::ber::Writer;
/// use ldapwire::proto::{DeleteRequest, MessageId, encode_head, encode_operation};
///
/// let mut writer = Writer::new();
/// encode_operation(&DeleteRequest::new("cn=old").into(), &[], &mut writer)?;
/// encode_head(MessageId::FIRST, &mut writer, 0);
/// assert_eq!(writer.written(), b"\x30\x0b\x02\x01\x01\x4a\x06cn=old");
/// # Ok::<(), ldapwire::proto::EncodeError>(())
/// ```
pub fn encode_operation(
    op: &ProtocolOp,
    controls: &[Control],
    writer: &mut Writer,
) -> Result<(), EncodeError> {
    encode_before(controls, writer, |writer| op.encode(writer))
}

/// As [`encode_operation`], for a search that its caller keeps.
#[cfg(feature = "client")]
pub(crate) fn encode_search(
    search: &super::SearchRequest,
    controls: &[Control],
    writer: &mut Writer,
) -> Result<(), EncodeError> {
    encode_before(controls, writer, |writer| search.encode(writer))
}

/// Writes controls and, in front of them, what `encode` writes; nothing if that is refused.
fn encode_before(
    controls: &[Control],
    writer: &mut Writer,
    encode: impl FnOnce(&mut Writer) -> Result<(), EncodeError>,
) -> Result<(), EncodeError> {
    let before = writer.len();
    control::encode_list(controls, writer);
    encode(writer).inspect_err(|_| writer.truncate(before))
}

/// Writes message id and header in front of an operation; what was written after the first `before` octets is the
/// operation with its controls.
pub fn encode_head(id: MessageId, writer: &mut Writer, before: usize) {
    id.encode(Tag::INTEGER, writer);
    writer.header(Tag::SEQUENCE, writer.len().saturating_sub(before));
}

/// The octets that [`encode_head`] needs at most.
pub const MAX_HEAD: usize = 16;

/// What is known of a message before its operation is decoded: enough to route it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Envelope {
    /// Ties a response to its request.
    pub id: MessageId,
    /// The kind of the operation.
    pub kind: OpKind,
}

impl Envelope {
    /// Reads id and kind of one complete message.
    ///
    /// # Errors
    ///
    /// The frame is not a SEQUENCE of a message id and an operation; what stands within the operation is not
    /// looked at.
    #[inline]
    pub fn peek(frame: &[u8]) -> Result<Self, DecodeError> {
        let (id, mut reader) = open(Reader::new(frame))?;
        let start = reader;
        let tag = reader.read()?.tag;
        let Some(kind) = OpKind::from_tag(tag) else {
            return Err(start.fault(Fault::UnknownChoice { choice: "protocolOp", found: tag }));
        };
        Ok(Self { id, kind })
    }

    /// Reads the code of a SearchResultDone; `None` for any other message, and for one that is none.
    #[cfg(feature = "client")]
    pub(crate) fn peek_search_result(frame: &[u8]) -> Option<crate::model::ResultCode> {
        let (_, mut reader) = open(Reader::new(frame)).ok()?;
        let mut result = reader.optional(OpKind::SearchResultDone.tag()).ok()??;
        let code = super::number::decode(&mut result, Tag::ENUMERATED, "resultCode").ok()?;
        Some(crate::model::ResultCode::new(code))
    }
}

/// Opens the one message of a frame; returns its id and a cursor at its operation.
#[inline]
pub(super) fn open(mut frame: Reader<'_>) -> Result<(MessageId, Reader<'_>), DecodeError> {
    let mut message = frame.sequence()?;
    frame.finish()?;
    let id = MessageId::from_content(message.expect(Tag::INTEGER)?)?;
    Ok((id, message))
}

/// Active Directory's form of the Notice of Disconnection; see [`Quirks::name_outside_notice`].
/// Passes over what stands behind the controls.
pub(super) fn finish(reader: &mut Reader<'_>) -> Result<(), DecodeError> {
    reader.finish_extensible_unless(|found| {
        let is_component = [Tag::INTEGER, control::CONTROLS].iter().any(|tag| tag.is_same_type(found));
        is_component || OpKind::ALL.iter().any(|kind| kind.tag().is_same_type(found))
    })
}

fn take_name_outside_notice<'a>(
    op: &mut ProtocolOp,
    mut trailing: Reader<'a>,
    context: &Context<'a>,
) -> Result<(), DecodeError> {
    let ProtocolOp::ExtendedResponse(response) = op else { return Ok(()) };
    if response.name().is_some() {
        return Ok(());
    }
    if let Some(name) = trailing.optional(super::ExtendedResponse::NAME)? {
        response.set_name(Oid::from_wire(context.content_text(name, "responseName")?));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Attribute;
    use crate::proto::{AddRequest, DeleteRequest, SearchResultReference};

    #[test]
    fn a_message_that_cannot_be_sent_leaves_nothing_behind() {
        let mut writer = Writer::new();
        writer.raw(b"before");
        let control = || Control::new(Oid::from_static("1.2.3"));
        let empty = SearchResultReference::new([""; 0]);
        let message = LdapMessage::new(MessageId::FIRST, empty).with_control(control());
        assert!(message.encode(&mut writer).is_err());
        assert_eq!(writer.written(), b"before");
        let valueless = AddRequest::new("", [Attribute::without_values("cn")]);
        assert!(encode_operation(&valueless.into(), &[control()], &mut writer).is_err());
        assert_eq!(writer.written(), b"before");
    }

    #[test]
    fn the_head_fits_in_its_room() {
        let mut writer = Writer::new();
        encode_operation(&DeleteRequest::new("x".repeat(1 << 24)).into(), &[], &mut writer).unwrap();
        let before = writer.len();
        encode_head(MessageId::MAX, &mut writer, 0);
        assert!(writer.len() - before <= MAX_HEAD);
        assert_eq!(LdapMessage::parse(&writer.finish()).unwrap().id, MessageId::MAX);
    }

    #[test]
    fn the_envelope_is_read_without_the_operation() {
        let octets = b"\x30\x0a\x02\x02\x01\x00\x63\x04junk";
        let envelope = Envelope::peek(octets).unwrap();
        assert_eq!((envelope.id.number(), envelope.kind), (256, OpKind::SearchRequest));
        let unknown = b"\x30\x05\x02\x01\x05\x7e\x00";
        let fault = Fault::UnknownChoice { choice: "protocolOp", found: Tag::application(30) };
        assert_eq!(Envelope::peek(unknown).unwrap_err().fault(), fault);
    }
}
