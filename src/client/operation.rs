//! One operation in flight.

use std::future::poll_fn;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::OwnedSemaphorePermit;

use crate::ber::Writer;
use crate::error::{Closed, Error, ErrorKind};
use crate::execute::{MAX_INTERMEDIATE, Response};
use crate::proto::{LdapMessage, MessageId, OpKind, ProtocolOp};
use crate::session::Violation;

use super::Handle;
use super::inbox::{Awaits, Inbox};

/// An operation that was sent. Dropping it before its end gives it up.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) handle: Arc<Handle>,
    pub(super) kind: OpKind,
    pub(super) id: MessageId,
    pub(super) inbox: Arc<Inbox>,
    /// Its place among the operations in flight, unless somebody else holds it. Given back when the operation is over.
    turn: Option<OwnedSemaphorePermit>,
    is_over: bool,
}

/// Frames up to this size are copied out of the read buffer where something of them is kept.
const SMALL_FRAME: usize = 4096;

impl Operation {
    /// Sends a request that was encoded without its head, and that has this room in the queue.
    pub(super) fn begin(
        handle: &Arc<Handle>,
        kind: OpKind,
        request: Writer,
        room: OwnedSemaphorePermit,
        turn: Option<OwnedSemaphorePermit>,
        awaits: Awaits,
    ) -> Result<Self, Error> {
        let inbox = Arc::new(Inbox::new(awaits));
        let begun = handle.shared.begin(kind, request, &inbox, room);
        let id = begun.map_err(|error| handle.describe(error, kind, None))?;
        Ok(Self { handle: Arc::clone(handle), kind, id, inbox, turn, is_over: false })
    }

    /// Waits for the response that ends the operation. Not for searches.
    pub(super) async fn response(mut self) -> Result<Response, Error> {
        let mut intermediate = Vec::new();
        loop {
            let frame = poll_fn(|cx| self.inbox.poll_frame(cx)).await;
            let frame = frame.map_err(|error| {
                // What took too long is given up.
                self.is_over = !matches!(error.kind(), ErrorKind::Timeout { .. });
                self.describe(error)
            })?;
            let message = self.decode(&frame).map_err(|violation| self.violated(violation))?;
            match message.op {
                ProtocolOp::IntermediateResponse(response) if intermediate.len() < MAX_INTERMEDIATE => {
                    intermediate.push(response);
                }
                ProtocolOp::IntermediateResponse(_) => {}
                _ => {
                    self.is_over = true;
                    return Ok(Response::new(message, intermediate));
                }
            }
        }
    }

    /// Decodes a response so that one that is kept does not pin the read buffer.
    fn decode(&self, frame: &Bytes) -> Result<LdapMessage, Violation> {
        let settings = &self.handle.settings;
        let message = settings.decode(frame)?;
        if frame.len() > SMALL_FRAME || !message.shares_octets() {
            return Ok(message);
        }
        settings.decode(&Bytes::copy_from_slice(frame))
    }

    /// Says that nothing more will come, and that what came was read.
    pub(super) fn end(&mut self) {
        self.is_over = true;
        self.turn = None;
        self.release();
    }

    /// Gives back what the inbox holds.
    fn release(&self) {
        let shared = &self.handle.shared;
        let may_have_stopped = shared.flow.has_slow();
        self.inbox.abandon(&shared.flow);
        if may_have_stopped {
            shared.nudge();
        }
    }

    /// Gives the operation up, as dropping it does.
    pub(super) fn give_up(&mut self) {
        if !self.is_over {
            self.handle.shared.abandon(self.id);
            self.end();
        }
    }

    /// Closes the connection because of what came, and makes the error for the caller.
    pub(super) fn violated(&self, violation: Violation) -> Error {
        self.handle.shared.fail(Closed::Violation(violation));
        self.describe(Error::new(ErrorKind::Violation(violation)))
    }

    /// Adds what is known of the operation to an error.
    pub(super) fn describe(&self, error: Error) -> Error {
        self.handle.describe(error, self.kind, Some(self.id))
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        if self.kind == OpKind::BindRequest && !self.is_over {
            // Who the connection belongs to would not be known.
            self.handle.shared.fail(Closed::Interrupted(self.kind));
        }
        // First, so that nothing is put in after the inbox was emptied.
        self.give_up();
        self.release();
    }
}
