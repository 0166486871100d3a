//! The task that owns the socket.
//!
//! Advice for the next maintainer: one poll writes what it can, reads at most one batch, hands it over and yields,
//! so that the callers run while the octets are in the cache and the read buffer is free again for the next read.
//! Writing never waits for reading, nor reading for writing. Every way out goes through `finish`.

use std::future::Future;
use std::io;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_core::Stream as _;
use futures_sink::Sink;
use tokio::io::AsyncWrite;
use tokio::time::{Instant, Sleep, sleep, sleep_until};
use tokio_util::codec::Framed;

use crate::error::Closed;
use crate::proto::{NoticeOfDisconnection, ProtocolOp};
use crate::session::Violation;
use crate::transport::{FrameError, LdapCodec, READ_SIZE, Stream, TransportError};

use super::options::Settings;
use super::shared::{Frame, Shared, Written};

/// Moves octets between the socket and the callers until the connection ends.
#[derive(Debug)]
#[must_use = "a connection does nothing unless its driver is polled"]
pub(super) struct Driver {
    framed: Framed<Stream, LdapCodec>,
    shared: Arc<Shared>,
    settings: Arc<Settings>,
    /// A bind that is being written, after the frames.
    secret: Option<Frame>,
    /// How much of the secret was written.
    secret_written: usize,
    needs_flush: bool,
    is_leaving: bool,
    frames: Vec<Bytes>,
    wakers: Vec<Waker>,
    unsolicited: Vec<Bytes>,
    partial: Option<Partial>,
    /// Bounds the farewell.
    leaving: Option<Pin<Box<Sleep>>>,
    /// Goes off when somebody may have waited long enough.
    deadline: Option<Pin<Box<Sleep>>>,
}

/// A frame that has begun to arrive.
#[derive(Debug)]
struct Partial {
    timer: Pin<Box<Sleep>>,
    /// The octets that had arrived when the timer was set.
    arrived: usize,
}

/// The frames that are handed over in one go, at most: beside others, one connection does not keep the thread.
const MAX_BATCH: usize = 256;

/// A frame that grows by so much gets its whole time again, since large frames on slow lines are no attack.
const PROGRESS: usize = 64 * 1024;

/// How long the last octets and the end of TLS may take when the caller leaves.
const FAREWELL: Duration = Duration::from_secs(5);

/// A write buffer above this is given back after use, in octets.
const LARGE_BUFFER: usize = 256 * 1024;

impl Driver {
    pub(super) fn new(stream: Stream, shared: Arc<Shared>, settings: Arc<Settings>) -> Self {
        let codec = LdapCodec::new(settings.limits.message_size);
        Self {
            framed: Framed::with_capacity(stream, codec, READ_SIZE),
            shared,
            settings,
            secret: None,
            secret_written: 0,
            needs_flush: false,
            is_leaving: false,
            frames: Vec::new(),
            wakers: Vec::new(),
            unsolicited: Vec::new(),
            partial: None,
            leaving: None,
            deadline: None,
        }
    }

    /// One turn: `Ok` to be polled again when something happens, `Err` when the connection ends.
    fn poll_turn(&mut self, cx: &mut Context<'_>) -> Result<(), Closed> {
        let (is_written, look_at) = loop {
            let buffer = self.framed.write_buffer_mut();
            let signals = self.shared.take_outgoing(cx.waker(), buffer, &mut self.secret);
            if let Some(reason) = signals.fault {
                return Err(reason);
            }
            self.is_leaving |= signals.is_leaving;
            match self.poll_write(cx) {
                Poll::Ready(Err(error)) => {
                    // What the server said before it went says more than the error of who still spoke to it.
                    while self.poll_read(cx)? {}
                    return Err(Self::lost(error));
                }
                Poll::Ready(Ok(())) if signals.has_more => {}
                polled => break (polled.is_ready(), signals.look_at),
            }
        };
        if self.is_leaving && is_written && Pin::new(self.framed.get_mut()).poll_shutdown(cx).is_ready() {
            return Err(Closed::ByCaller);
        }
        if self.is_leaving {
            let farewell = self.leaving.get_or_insert_with(|| Box::pin(sleep(FAREWELL)));
            if farewell.as_mut().poll(cx).is_ready() {
                return Err(Closed::ByCaller);
            }
        }
        if self.shared.may_read() && self.poll_read(cx)? {
            // There may be more: come back when those who were woken have had their turn.
            cx.waker().wake_by_ref();
        }
        // Behind the reading: an answer that is there came in time.
        self.poll_deadline(look_at, cx);
        Ok(())
    }

    /// Ends the waiting of those whose time is over; `look_at` is when the first of them is.
    fn poll_deadline(&mut self, mut look_at: Option<Instant>, cx: &mut Context<'_>) {
        while let Some(at) = look_at {
            let timer = self.deadline.get_or_insert_with(|| Box::pin(sleep_until(at)));
            if timer.deadline() != at {
                timer.as_mut().reset(at);
            }
            if timer.as_mut().poll(cx).is_pending() {
                return;
            }
            // Not before what the timer stood for, or it would go off again.
            look_at = self.shared.expire(Instant::now().max(at), &mut self.wakers);
            self.wakers.drain(..).for_each(Waker::wake);
        }
    }

    /// Writes what was queued, the frames first and a bind after them.
    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.framed.write_buffer().is_empty() || (self.needs_flush && self.secret.is_none()) {
            self.needs_flush = true;
            match Sink::<Bytes>::poll_flush(Pin::new(&mut self.framed), cx) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(FrameError::Io(error))) => return Poll::Ready(Err(error)),
                // Octets are encoded as they are.
                Poll::Ready(Err(FrameError::Decode(_))) | Poll::Pending => return Poll::Pending,
            }
            self.needs_flush = false;
            if self.framed.write_buffer().capacity() > LARGE_BUFFER {
                *self.framed.write_buffer_mut() = BytesMut::new();
            }
        }
        self.poll_write_secret(cx)
    }

    /// Writes a bind from its own buffer, which is wiped afterwards.
    fn poll_write_secret(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(secret) = &self.secret else { return Poll::Ready(Ok(())) };
        let mut stream = Pin::new(self.framed.get_mut());
        while self.secret_written < secret.len() {
            match stream.as_mut().poll_write(cx, &secret[self.secret_written..]) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(octets)) => self.secret_written += octets,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return Poll::Pending,
            }
        }
        match stream.poll_flush(cx) {
            Poll::Ready(Ok(())) => {
                self.secret = None;
                self.secret_written = 0;
                Poll::Ready(Ok(()))
            }
            other => other,
        }
    }

    /// Reads one batch and hands it over; returns whether there may be more.
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Result<bool, Closed> {
        let mut octets = 0;
        let end = loop {
            if self.frames.len() == MAX_BATCH || octets >= READ_SIZE {
                break Ok(true);
            }
            match Pin::new(&mut self.framed).poll_next(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    octets += frame.len();
                    self.frames.push(frame);
                }
                Poll::Ready(Some(Err(FrameError::Decode(error)))) => {
                    break Err(Closed::Violation(Violation::Decode(error)));
                }
                Poll::Ready(Some(Err(FrameError::Io(error)))) => break Err(Self::lost(error)),
                Poll::Ready(None) => break Err(Closed::ByServer),
                Poll::Pending => break Ok(false),
            }
        };
        if octets > 0 {
            self.partial = None;
            self.route()?;
        }
        let may_be_more = end?;
        if !may_be_more {
            self.poll_partial(cx)?;
        }
        Ok(may_be_more)
    }

    fn route(&mut self) -> Result<(), Closed> {
        let routed = self.shared.route(&mut self.frames, &mut self.wakers, &mut self.unsolicited);
        self.frames.clear();
        self.wakers.drain(..).for_each(Waker::wake);
        for frame in mem::take(&mut self.unsolicited) {
            self.notify(&frame)?;
        }
        routed.map_err(Closed::Violation)
    }

    /// Takes an unsolicited notification (RFC 4511 4.4).
    fn notify(&self, frame: &Bytes) -> Result<(), Closed> {
        let message = self.settings.decode(frame).map_err(Closed::Violation)?;
        if let Some(notice) = NoticeOfDisconnection::from_message(&message) {
            return Err(Closed::Notice(notice.result().detach()));
        }
        let ProtocolOp::ExtendedResponse(response) = &message.op else { return Ok(()) };
        if let Some(handler) = &self.settings.on_notification {
            handler(response);
        }
        Ok(())
    }

    /// Gives a frame that has begun to arrive so much time and no more.
    fn poll_partial(&mut self, cx: &mut Context<'_>) -> Result<(), Closed> {
        let arrived = self.framed.read_buffer().len();
        if arrived == 0 {
            self.partial = None;
            return Ok(());
        }
        let limit = self.settings.frame_timeout;
        let partial = self.partial.get_or_insert_with(|| Partial { timer: Box::pin(sleep(limit)), arrived });
        if arrived >= partial.arrived.saturating_add(PROGRESS) {
            partial.arrived = arrived;
            partial.timer.as_mut().reset(Instant::now() + limit);
        }
        match partial.timer.as_mut().poll(cx) {
            Poll::Ready(()) => Err(Closed::FrameTimeout(limit)),
            Poll::Pending => Ok(()),
        }
    }

    fn lost(error: io::Error) -> Closed {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Closed::ByServer,
            _ => Closed::Transport(Arc::new(TransportError::from(error))),
        }
    }

    fn finish(&mut self, reason: Closed) {
        let left = self.framed.write_buffer().len();
        let secret = self.secret.as_ref().map_or(0, |secret| secret.len() - self.secret_written);
        let octets = self.shared.written(left + secret);
        let is_encrypted = self.framed.get_ref().is_encrypted();
        self.shared.finish(reason, Written { octets, is_encrypted });
    }
}

impl Future for Driver {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.poll_turn(cx) {
            Ok(()) => Poll::Pending,
            Err(reason) => {
                self.finish(reason);
                Poll::Ready(())
            }
        }
    }
}

/// A driver that goes away without an end, because its runtime did, leaves nobody waiting.
impl Drop for Driver {
    fn drop(&mut self) {
        if self.shared.closed().is_none() {
            self.finish(Closed::ByCaller);
        }
    }
}
