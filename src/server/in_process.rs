//! Requests carried out by a handler without a connection.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::future::{AbortHandle, Abortable};
use tokio::time::{Sleep, sleep};

use crate::ber::{Writer, frame_length};
use crate::error::{Closed, Error, ErrorKind, Phase, Waiting};
use crate::execute::{Call, Executor, MAX_INTERMEDIATE, Response, SearchSource, SearchStream};
use crate::model::Control;
use crate::proto::{
    Envelope, LdapMessage, LdapResult, Limits, MessageId, OpKind, ProtocolOp, Quirks, SearchRequest,
};
use crate::session::{Misuse, Violation};

use super::driver::carry_out;
use super::shared::{Feature, Shared};
use super::standard::Standard;
use super::{Connection, End, Handler, ServerLimits};

/// Carries out requests by a handler in the task of the caller: no socket, no task, no runtime.
///
/// The requests and answers are those that would go over a connection, so that code that is generic over [`Executor`]
/// sees no difference. Clones count as the same connection: who has bound is the same for all. An entry that
/// is not read stops its search and nothing else, so every [`Delivery`](crate::Delivery) is loss-free, and all
/// are the same here.
///
/// A time limit of a [`Call`] needs tokio's clock; without one nothing here does, unless the handler does.
///
/// ```
/// use ldapwire::Executor;
/// use ldapwire::model::ResultCode;
/// use ldapwire::proto::DeleteRequest;
/// use ldapwire::server::{Answer, Handler, InProcess, Operation, Sink};
///
/// struct ReadOnly;
///
/// impl Handler for ReadOnly {
///     async fn handle(&self, _: Operation, _: &mut Sink) -> Answer {
///         ResultCode::UNWILLING_TO_PERFORM.into()
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let refused = InProcess::new(ReadOnly).delete(DeleteRequest::new("cn=a")).await.unwrap_err();
/// assert_eq!(refused.code(), Some(ResultCode::UNWILLING_TO_PERFORM));
/// # }
/// ```
pub struct InProcess<H> {
    handler: Arc<Standard<H>>,
    /// What all operations have in common: who is at the other end.
    shared: Arc<Shared>,
}

/// An operation that is being carried out.
struct Running {
    future: Abortable<Pin<Box<dyn Future<Output = ()> + Send>>>,
    /// The session of this one operation.
    shared: Arc<Shared>,
    kind: OpKind,
    octets: BytesMut,
    has_ended: bool,
    timeout: Option<Duration>,
    /// Runs while a search waits; made when it first does.
    timer: Option<Pin<Box<Sleep>>>,
}

impl<H: Handler> InProcess<H> {
    /// Takes a handler, with its layers if it has some.
    pub fn new(handler: H) -> Self {
        let shared = Shared::in_process(Arc::new(ServerLimits::DEFAULT));
        Self { handler: Arc::new(Standard::new(handler)), shared: Arc::new(shared) }
    }

    /// Returns the connection that the requests count as having come over.
    pub fn connection(&self) -> Connection {
        Connection::new(Arc::clone(&self.shared))
    }

    fn begin(&self, call: Call<ProtocolOp>) -> Result<Running, Error> {
        let (kind, timeout) = (call.request().kind(), call.timeout());
        let controls = call.controls().to_vec();
        let message = LdapMessage { controls, ..LdapMessage::new(MessageId::FIRST, call.into_request()) };
        // What cannot be sent is not carried out either.
        let mut writer = if kind == OpKind::BindRequest { Writer::secret(256) } else { Writer::new() };
        message.encode(&mut writer)?;
        let (abort, registration) = AbortHandle::new_pair();
        let shared = Arc::new(self.shared.beside());
        if kind.final_response().is_none() {
            return Err(Misuse::WrongKind { kind }.into());
        }
        shared.admit(message.id, kind, Feature::None, abort).map_err(violation)?;
        let future = Abortable::new(carry_out(&shared, &self.handler, message), registration);
        let octets = BytesMut::new();
        Ok(Running { future, shared, kind, octets, has_ended: false, timeout, timer: None })
    }
}

impl<H: Handler> Executor for InProcess<H> {
    async fn execute(&self, call: Call<ProtocolOp>) -> Result<Response, Error> {
        let kind = call.request().kind();
        let timeout = call.timeout();
        let describe = |error: Error| error.with_operation(kind, Some(MessageId::FIRST));
        let response = self.begin(call).map_err(describe)?.response();
        let response = match timeout {
            None => response.await,
            Some(after) => tokio::time::timeout(after, response).await.unwrap_or_else(|_| {
                let kind = ErrorKind::Timeout { waiting: Waiting::Answer, after };
                Err(Error::new(kind).with_phase(Phase::Unknown))
            }),
        };
        response.and_then(Response::into_result).map_err(describe)
    }

    async fn search(&self, search: impl Into<Call<SearchRequest>> + Send) -> Result<SearchStream, Error> {
        let running = self.begin(search.into().into_op());
        let running = running.map_err(|error| error.with_operation(OpKind::SearchRequest, None))?;
        Ok(SearchStream::new(Box::new(running), Limits::DEFAULT, Quirks::default()))
    }
}

impl<H> Clone for InProcess<H> {
    fn clone(&self) -> Self {
        Self { handler: Arc::clone(&self.handler), shared: Arc::clone(&self.shared) }
    }
}

impl<H> fmt::Debug for InProcess<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcess").finish_non_exhaustive()
    }
}

impl Running {
    /// Waits for the response that ends the operation.
    async fn response(mut self) -> Result<Response, Error> {
        let (mut frames, mut intermediate) = (VecDeque::new(), Vec::new());
        loop {
            poll_fn(|cx| self.poll_answers(cx, &mut frames)).await?;
            for frame in frames.drain(..) {
                let message = LdapMessage::parse(&frame).map_err(violation)?;
                match message.op {
                    ProtocolOp::IntermediateResponse(response) if intermediate.len() < MAX_INTERMEDIATE => {
                        intermediate.push(response);
                    }
                    ProtocolOp::IntermediateResponse(_) => {}
                    op if self.kind.final_response() == Some(op.kind()) => {
                        return Ok(Response::new(LdapMessage { op, ..message }, intermediate));
                    }
                    op => {
                        let (id, request, response) = (message.id, self.kind, op.kind());
                        return Err(violation(Violation::WrongResponse { id, request, response }));
                    }
                }
            }
        }
    }

    /// Carries the operation on until it has answered something.
    fn poll_answers(
        &mut self,
        cx: &mut Context<'_>,
        frames: &mut VecDeque<Bytes>,
    ) -> Poll<Result<(), Error>> {
        let mut is_polled = false;
        loop {
            let mut queued = BytesMut::new();
            let signals = self.shared.take_outgoing(cx.waker(), &mut queued);
            self.octets.unsplit(queued);
            self.cut(frames)?;
            self.shared.written(0);
            if !frames.is_empty() {
                return Poll::Ready(Ok(()));
            }
            if let Some(end) = signals.end {
                return Poll::Ready(Err(closed(&end)));
            }
            if self.has_ended {
                return Poll::Ready(Err(Error::new(ErrorKind::Closed(Closed::ByServer))));
            }
            if is_polled {
                return Poll::Pending;
            }
            // What it queues is looked at in the next turn, and wakes nobody.
            self.shared.begin_turn();
            self.has_ended = Pin::new(&mut self.future).poll(cx).is_ready();
            is_polled = true;
        }
    }

    /// Cuts what was queued into messages; notifications are for nobody here.
    fn cut(&mut self, frames: &mut VecDeque<Bytes>) -> Result<(), Error> {
        while let Some(length) =
            frame_length(&self.octets, Limits::DEFAULT.message_size).map_err(violation)?
        {
            if length > self.octets.len() {
                break;
            }
            let frame = self.octets.split_to(length).freeze();
            let Envelope { id, kind, .. } = Envelope::peek(&frame).map_err(violation)?;
            match id {
                MessageId::UNSOLICITED => {}
                MessageId::FIRST => frames.push_back(frame),
                _ => return Err(violation(Violation::UnknownId { id, kind })),
            }
        }
        Ok(())
    }

    /// Gives a search that waits so much time.
    fn poll_timer(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Some(after) = self.timeout else { return Poll::Pending };
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(after)));
        timer.as_mut().poll(cx).map(|()| {
            let kind = ErrorKind::Timeout { waiting: Waiting::Entry, after };
            Err(self.describe(Error::new(kind)))
        })
    }
}

impl SearchSource for Running {
    fn poll_frames(&mut self, cx: &mut Context<'_>, frames: &mut VecDeque<Bytes>) -> Poll<Result<(), Error>> {
        match self.poll_answers(cx, frames) {
            Poll::Ready(answered) => {
                self.timer = None;
                Poll::Ready(answered.map_err(|error| self.describe(error)))
            }
            Poll::Pending => self.poll_timer(cx),
        }
    }

    fn done(&mut self, _: &LdapResult, _: &[Control]) -> Result<bool, Error> {
        Ok(false)
    }

    fn violated(&mut self, violated: Violation) -> Error {
        self.describe(violation(violated))
    }

    fn describe(&self, error: Error) -> Error {
        error.with_operation(self.kind, Some(MessageId::FIRST))
    }

    fn id(&self) -> Option<MessageId> {
        Some(MessageId::FIRST)
    }
}

fn violation(violation: impl Into<Violation>) -> Error {
    Error::new(ErrorKind::Violation(violation.into()))
}

fn closed(end: &End) -> Error {
    Error::new(ErrorKind::Closed(end.notice().map_or(Closed::ByServer, Closed::Notice)))
}
