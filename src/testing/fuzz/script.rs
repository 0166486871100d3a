//! Octets as instructions: what a caller and a peer do, one after the other.

use crate::ber::{Tag, Writer};
use crate::model::ResultCode;
use crate::proto::{MessageId, OpKind};

/// A script; where it needs more octets than there are, it is over.
pub(super) struct Script<'a> {
    rest: &'a [u8],
    /// What the ids of the script are counted from.
    first: MessageId,
}

/// How many ids around the first one a script can name: few, so that they meet.
const IDS: u32 = 24;

impl<'a> Script<'a> {
    pub(super) const fn new(octets: &'a [u8], first: MessageId) -> Self {
        Self { rest: octets, first }
    }

    pub(super) fn octet(&mut self) -> Option<u8> {
        let (octet, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*octet)
    }

    pub(super) fn octets(&mut self) -> Option<&'a [u8]> {
        let count = usize::from(self.octet()?);
        let (octets, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(octets)
    }

    pub(super) fn kind(&mut self) -> Option<OpKind> {
        let octet = usize::from(self.octet()?);
        Some(OpKind::ALL[octet % OpKind::ALL.len()])
    }

    /// The id 0, or one of those from the first one on, which go on at 1 after the largest.
    pub(super) fn id(&mut self) -> Option<MessageId> {
        let octet = u32::from(self.octet()?) % IDS;
        Some((1..octet).fold(if octet == 0 { MessageId::UNSOLICITED } else { self.first }, |id, _| id.next()))
    }

    pub(super) fn code(&mut self) -> Option<ResultCode> {
        const CODES: [ResultCode; 4] = [
            ResultCode::SUCCESS,
            ResultCode::SASL_BIND_IN_PROGRESS,
            ResultCode::PROTOCOL_ERROR,
            ResultCode::REFERRAL,
        ];
        Some(CODES[usize::from(self.octet()?) % CODES.len()])
    }

    /// A message whose envelope is sound.
    pub(super) fn frame(&mut self) -> Option<Vec<u8>> {
        let (id, kind) = (self.id()?, self.kind()?);
        let content = match kind {
            OpKind::AbandonRequest => Content::Target(self.id()?),
            _ if kind.tag().is_constructed() => Content::Result(self.code()?),
            _ => Content::Empty,
        };
        let mut writer = Writer::new();
        writer.constructed(Tag::SEQUENCE, |writer| {
            match content {
                Content::Target(target) => writer.integer(kind.tag(), i64::from(target.number())),
                Content::Empty => writer.null(kind.tag()),
                Content::Result(code) => writer.constructed(kind.tag(), |writer| {
                    writer.octet_string(Tag::OCTET_STRING, b"");
                    writer.octet_string(Tag::OCTET_STRING, b"");
                    writer.integer(Tag::ENUMERATED, i64::from(code.number()));
                }),
            }
            writer.integer(Tag::INTEGER, i64::from(id.number()));
        });
        Some(writer.written().to_vec())
    }
}

enum Content {
    Empty,
    Target(MessageId),
    Result(ResultCode),
}

/// What a caller ties to an operation. Nothing can copy it, so a session that gives it back gives it back once.
#[derive(Debug)]
pub(super) struct Ticket(pub(super) u32);
