//! The task of a connection: octets in, operations run, octets out.
//!
//! Advice for the next maintainer: one poll reads at most one batch, looks at the operations, writes what can be written,
//! and then says when it wants to be polled again. Reading stops while answers wait above the budget and while a
//! bind is not answered; nothing else stops it, so that an Abandon is always seen.

use std::future::{Future, poll_fn};
use std::io;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_core::Stream as _;
use futures_util::future::{AbortHandle, Abortable, FutureExt as _};
use futures_util::stream::FuturesUnordered;
use tokio_util::codec::Framed;

use crate::ber::{DecodeError, Fault};
use crate::model::ResultCode;
use crate::proto::extops::{Cancel, ExtendedOp, StartTls};
use crate::proto::{Context as DecodeContext, LdapMessage, ProtocolOp, Quirks};
use crate::session::Violation;
use crate::transport::{FrameError, LdapCodec, READ_SIZE, Stream, TransportError};

use super::deadlines::{Deadlines, Due};
use super::shared::{Admission, Feature, Shared};
use super::{Answer, Connection, End, Handler, Operation, Sink};

/// Moves octets between a stream and the operations until the connection ends or turns to TLS.
pub(super) struct Driver<H> {
    framed: Framed<Stream, LdapCodec>,
    shared: Arc<Shared>,
    handler: Arc<H>,
    running: FuturesUnordered<Running>,
    /// A bind that waits for the operations before it.
    held: Option<Running>,
    deadlines: Deadlines,
}

/// An operation; it ends by itself having been answered, or it is stopped and dropped.
type Running = Abortable<Pin<Box<dyn Future<Output = ()> + Send>>>;

/// The requests that are taken from one connection in one go, at most: beside others, it does not keep the thread. A client that
/// has many under way gets the first answers while the rest is worked on, and neither waits for the other.
const MAX_BATCH: usize = 16;

/// A write buffer above this is given back after use, in octets.
const LARGE_BUFFER: usize = 256 * 1024;

impl<H: Handler> Driver<H> {
    pub(super) fn new(stream: Stream, shared: Arc<Shared>, handler: Arc<H>) -> Self {
        let codec = LdapCodec::new(shared.limits.message.message_size);
        Self {
            framed: Framed::new(stream, codec),
            shared,
            handler,
            running: FuturesUnordered::new(),
            held: None,
            deadlines: Deadlines::new(),
        }
    }

    /// Runs until the connection ends, which is the error, or until StartTLS was granted.
    pub(super) async fn run(&mut self) -> Result<(), End> {
        poll_fn(|cx| self.poll_turn(cx)).await
    }

    /// Gives the stream back; what was read and not looked at is lost.
    pub(super) fn into_stream(self) -> Stream {
        self.framed.into_inner()
    }

    /// Stops all operations, and gives back the stream with the octets that were still to be written.
    pub(super) fn finish(mut self) -> (Stream, BytesMut) {
        let outgoing = self.shared.close();
        let mut octets = std::mem::take(self.framed.write_buffer_mut());
        octets.extend_from_slice(&outgoing);
        (self.framed.into_inner(), octets)
    }

    fn poll_turn(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), End>> {
        self.shared.begin_turn();
        let read = self.poll_read(cx);
        // Also when the connection ends: what was asked before an unbind is begun.
        self.poll_operations(cx);
        let may_be_more = match read {
            Ok(may_be_more) => may_be_more,
            Err(end) => return Poll::Ready(Err(end)),
        };
        if let Poll::Ready(turned) = self.poll_write(cx) {
            return Poll::Ready(turned);
        }
        let is_idle = self.held.is_none() && self.running.is_empty();
        self.deadlines.idle(is_idle);
        self.deadlines.bind_waits(self.held.is_some());
        match self.deadlines.poll(&self.shared.limits, cx) {
            Poll::Ready(Due::End(end)) => return Poll::Ready(Err(end)),
            Poll::Ready(Due::Bind) => {
                self.shared.clear_for_bind();
                cx.waker().wake_by_ref();
            }
            Poll::Pending => {}
        }
        if may_be_more && self.shared.may_read() {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }

    /// Reads one batch and begins what it asks; returns whether there may be more.
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Result<bool, End> {
        for _ in 0..MAX_BATCH {
            if !self.shared.may_read() {
                // The time of a frame runs while it is being read.
                self.deadlines.partial(0);
                return Ok(true);
            }
            match Pin::new(&mut self.framed).poll_next(cx) {
                Poll::Ready(Some(Ok(frame))) => self.take(&frame, cx)?,
                Poll::Ready(Some(Err(FrameError::Decode(error)))) => {
                    return Err(End::Violation(Violation::Decode(error)));
                }
                Poll::Ready(Some(Err(FrameError::Io(error)))) => return Err(lost(error)),
                Poll::Ready(None) => return Err(End::ByClient),
                Poll::Pending => {
                    let arrived = self.framed.read_buffer().len();
                    self.deadlines.partial(arrived);
                    if arrived == 0 && self.framed.read_buffer().capacity() > READ_SIZE {
                        *self.framed.read_buffer_mut() = BytesMut::new();
                    }
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Takes one message.
    fn take(&mut self, frame: &Bytes, cx: &mut Context<'_>) -> Result<(), End> {
        self.deadlines.message_came();
        self.deadlines.idle(false);
        let Some((id, kind)) = self.shared.handle(frame)? else { return Ok(()) };
        let quirks = Quirks::default();
        let context = DecodeContext::new(frame, &self.shared.limits.message, &quirks);
        let message = match LdapMessage::decode(&context) {
            Ok(message) => message,
            Err(error) => {
                let answer = refusal(&error).ok_or(End::Violation(Violation::Decode(error)))?;
                self.shared.refuse(id, kind, &answer);
                return Ok(());
            }
        };
        let (abort, registration) = AbortHandle::new_pair();
        let feature = feature(&message.op);
        let admission = self.shared.admit(id, kind, feature, abort).map_err(End::Violation)?;
        let operation = carry_out(&self.shared, &self.handler, message);
        match admission {
            Admission::Refused => {}
            Admission::Hold => self.held = Some(Abortable::new(operation, registration)),
            Admission::Begin => {
                self.running.push(Abortable::new(operation, registration));
                // Begun before the next request is looked at: what comes next may depend on the answer.
                self.poll_operations(cx);
            }
        }
        Ok(())
    }

    /// Looks at the operations that were woken; begins a bind that was held when it is alone.
    fn poll_operations(&mut self, cx: &mut Context<'_>) {
        loop {
            while let Poll::Ready(Some(_)) = Pin::new(&mut self.running).poll_next(cx) {}
            if !self.running.is_empty() {
                return;
            }
            let Some(bind) = self.held.take() else { return };
            self.running.push(bind);
        }
    }

    /// Writes what was queued, as far as the client takes it.
    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), End>> {
        loop {
            let signals = self.shared.take_outgoing(cx.waker(), self.framed.write_buffer_mut());
            if let Some(end) = signals.end {
                return Poll::Ready(Err(end));
            }
            let before = self.framed.write_buffer().len();
            let flushed = flush(&mut self.framed, cx);
            let left = self.framed.write_buffer().len();
            self.deadlines.writing(flushed.is_pending(), left < before);
            if left < before {
                self.shared.written(left);
            }
            match flushed {
                Poll::Ready(Err(error)) => return Poll::Ready(Err(lost(error))),
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(())) => {}
            }
            if self.framed.write_buffer().capacity() > LARGE_BUFFER {
                *self.framed.write_buffer_mut() = BytesMut::new();
            }
            if signals.start_tls_granted {
                return Poll::Ready(self.check_quiet());
            }
            if signals.is_drained {
                return Poll::Ready(Err(End::Shutdown));
            }
            if !signals.has_more {
                return Poll::Pending;
            }
        }
    }

    /// "Taking them as protected" is the injection of RFC 4513 6.2: not even to be thrown away.
    fn check_quiet(&self) -> Result<(), End> {
        if self.framed.read_buffer().is_empty() {
            Ok(())
        } else {
            Err(End::Violation(Violation::OctetsBeforeTls))
        }
    }
}

/// Makes the future of an operation, from the request to its answer.
pub(super) fn carry_out<H: Handler>(
    shared: &Arc<Shared>,
    handler: &Arc<H>,
    message: LdapMessage,
) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    let (shared, handler) = (Arc::clone(shared), Arc::clone(handler));
    Box::pin(async move {
        let (id, kind) = (message.id, message.op.kind());
        let connection = Connection::new(Arc::clone(&shared));
        let mut sink = Sink::new(Arc::clone(&shared), id);
        let handled = handler.handle(Operation::new(message, connection), &mut sink);
        // A handler that panics has lost one operation, not the connection.
        let answer = AssertUnwindSafe(handled)
            .catch_unwind()
            .await
            .unwrap_or_else(|_| Answer::refuse(ResultCode::OTHER, "the operation failed within the server"));
        shared.answer(id, kind, &answer);
    })
}

/// Writes and flushes; octets are encoded as they are, so that only the stream can fail.
pub(super) fn flush(framed: &mut Framed<Stream, LdapCodec>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
    match futures_sink::Sink::<Bytes>::poll_flush(Pin::new(framed), cx) {
        Poll::Ready(Ok(())) => Poll::Ready(Ok(())),
        Poll::Ready(Err(FrameError::Io(error))) => Poll::Ready(Err(error)),
        Poll::Ready(Err(FrameError::Decode(_))) | Poll::Pending => Poll::Pending,
    }
}

/// Sorts an error of the stream.
pub(super) fn lost(error: io::Error) -> End {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
            End::ByClient
        }
        _ => End::Transport(Arc::new(TransportError::from(error))),
    }
}

/// Which of the operations that concern the connection itself a request is.
fn feature(op: &ProtocolOp) -> Feature {
    match op {
        ProtocolOp::ExtendedRequest(request) if *request.name() == StartTls::OID => Feature::StartTls,
        ProtocolOp::ExtendedRequest(request) if *request.name() == Cancel::OID => Feature::Cancel,
        _ => Feature::None,
    }
}

/// The answer to a request that is well-formed BER and still cannot be decoded; none if "the encoding structures or
/// lengths of data fields are found to be incorrect" (RFC 4511 4.1.1), which ends the connection.
fn refusal(error: &DecodeError) -> Option<Answer> {
    let code = match error.fault() {
        Fault::TooMany { .. } | Fault::TooDeep { .. } => ResultCode::ADMIN_LIMIT_EXCEEDED,
        Fault::NotUtf8 { .. } | Fault::OutOfRange { .. } | Fault::Invalid { .. } => {
            ResultCode::PROTOCOL_ERROR
        }
        _ => return None,
    };
    Some(Answer::refuse(code, error.to_string()))
}
