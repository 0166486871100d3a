//! Where a handler sends what comes before its answer.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;

use crate::ber::Writer;
use crate::model::Control;
use crate::proto::{EncodeError, MessageId, OpKind, ProtocolOp, encode_operation};

use super::shared::Shared;

/// Takes the entries, references and intermediate responses of one operation.
///
/// **Sending waits while the client reads too slowly**: while more than the
/// [answer budget](super::ServerLimits::answer_budget) waits on the connection.
pub struct Sink {
    shared: Arc<Shared>,
    id: MessageId,
    writer: Writer,
    entries: u64,
    references: u64,
    intermediates: u64,
    taps: Vec<Tap>,
}

/// Looks at each response that a handler sends, and may change it or hold it back.
type Tap = Box<dyn FnMut(ProtocolOp, &mut Vec<Control>) -> Option<ProtocolOp> + Send>;

impl Sink {
    pub(super) const fn new(shared: Arc<Shared>, id: MessageId) -> Self {
        Self {
            shared,
            id,
            writer: Writer::new(),
            entries: 0,
            references: 0,
            intermediates: 0,
            taps: Vec::new(),
        }
    }

    /// Sends an entry, a reference or an intermediate response.
    ///
    /// # Errors
    ///
    /// The response is none that may come before the answer to this request, or cannot be encoded; or the connection
    /// has ended, and the operation may as well.
    ///
    /// # Cancel safety
    ///
    /// The response is sent whole or not at all.
    pub async fn send(&mut self, response: impl Into<ProtocolOp>) -> Result<(), SendError> {
        self.send_with(response, Vec::new()).await
    }

    /// Sends a response with controls.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn send_with(
        &mut self,
        response: impl Into<ProtocolOp>,
        mut controls: Vec<Control>,
    ) -> Result<(), SendError> {
        poll_fn(|cx| self.shared.poll_room(cx)).await?;
        let mut op = response.into();
        for tap in self.taps.iter_mut().rev() {
            match tap(op, &mut controls) {
                Some(changed) => op = changed,
                None => return Ok(()),
            }
        }
        // The session would take an answer for the end of the operation, and the real one would find none.
        if !matches!(
            op.kind(),
            OpKind::SearchResultEntry | OpKind::SearchResultReference | OpKind::IntermediateResponse
        ) {
            return Err(SendError::WrongKind(op.kind()));
        }
        self.writer.clear();
        encode_operation(&op, &controls, &mut self.writer).map_err(SendError::Encode)?;
        self.shared.respond(self.id, op.kind(), &mut self.writer)?;
        match op.kind() {
            OpKind::SearchResultEntry => self.entries += 1,
            OpKind::SearchResultReference => self.references += 1,
            _ => self.intermediates += 1,
        }
        Ok(())
    }

    /// Sends octets as they are, without looking at them: for a server that shall misbehave.
    ///
    /// # Errors
    ///
    /// The connection has ended.
    pub async fn danger_send_octets(&mut self, octets: &[u8]) -> Result<(), SendError> {
        poll_fn(|cx| self.shared.poll_room(cx)).await?;
        self.shared.queue_octets(octets);
        Ok(())
    }

    /// Has a function look at each further response: it returns what is sent in its place, or `None` to send nothing.
    /// For layers; the function of the innermost layer comes first.
    pub fn tap(
        &mut self,
        tap: impl FnMut(ProtocolOp, &mut Vec<Control>) -> Option<ProtocolOp> + Send + 'static,
    ) {
        self.taps.push(Box::new(tap));
    }

    /// Returns how many entries were sent.
    pub const fn entries(&self) -> u64 {
        self.entries
    }

    /// Returns how many references were sent.
    pub const fn references(&self) -> u64 {
        self.references
    }

    /// Returns how many intermediate responses were sent.
    pub const fn intermediates(&self) -> u64 {
        self.intermediates
    }
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink")
            .field("id", &self.id)
            .field("entries", &self.entries)
            .field("references", &self.references)
            .finish_non_exhaustive()
    }
}

/// Why a response was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendError {
    /// The connection has ended, or the operation has.
    Closed,
    /// The response does not belong to the request, or would end it: that is done by returning the answer.
    WrongKind(OpKind),
    /// The response is none that the protocol allows.
    Encode(EncodeError),
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the connection or the operation has ended"),
            Self::WrongKind(kind) => write!(f, "a {kind} cannot be sent here"),
            Self::Encode(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SendError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Encode(error) => Some(error),
            _ => None,
        }
    }
}
