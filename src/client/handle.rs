//! The handle of a connection.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use crate::error::{Closed, Error, Phase, Waiting};
use crate::execute::{Call, Executor, Response, SearchStream};
use crate::observe::{Scope, Subject, Watch};
use crate::proto::extops::Cancel;
use crate::proto::{
    BindRequest, MessageId, OpKind, ProtocolOp, SearchRequest, encode_operation, encode_search,
};

use super::deadline::Deadline;
use super::inbox::{self, Awaits};
use super::operation::Operation;
use super::options::{ConnectOptions, Settings};
use super::search::Search;
use super::shared::Shared;

/// A connection to a server, for any number of tasks at once.
///
/// Clones share the connection. When the last of them and of their streams is dropped, the server is told so and the
/// connection closed. The operations are those of [`Executor`]; binds are here, because they belong to a
/// connection.
///
/// # Cancel safety
///
/// Dropping the future of an operation abandons it. Dropping the future of a bind closes the connection, since who
/// it belongs to would not be known.
///
/// ```no_run
/// use ldapwire::{Client, Executor};
///
/// # async fn run() -> Result<(), ldapwire::Error> {
/// let client = Client::connect("ldaps://ldap.example.org").await?;
/// client.simple_bind("cn=admin,dc=example,dc=org", "secret").await?;
/// println!("{}", client.who_am_i().await?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    pub(super) handle: Arc<Handle>,
}

/// What all clones of a client share.
#[derive(Debug)]
pub(super) struct Handle {
    pub(super) shared: Arc<Shared>,
    pub(super) settings: Arc<Settings>,
    pub(super) options: ConnectOptions,
    pub(super) scope: Arc<Scope>,
    /// Whether nobody on the way can read what is sent.
    pub(super) is_private: bool,
    /// The certificate that the server has shown, as DER.
    pub(super) certificate: Option<Box<[u8]>>,
    /// The bind that the connection has, for connections that are made like it.
    pub(super) bound: Mutex<Bound>,
}

/// By what a connection is somebody's.
#[derive(Clone, Debug, Default)]
pub(super) enum Bound {
    /// It is nobody's.
    #[default]
    ByNone,
    /// By one request, which does it again on another connection.
    By(BindRequest),
    /// By requests that answered what the server asked for this once.
    BySteps,
}

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// Operations that wait for an answer.
    pub outstanding: usize,
    /// Octets of frames that searches pin.
    pub held: usize,
    /// Octets of requests that wait until the server has read others.
    pub queued: usize,
    /// Responses that came for operations that were over or abandoned.
    pub late_responses: u64,
}

impl Client {
    /// Connects to a server with the default options: `ldap://`, `ldaps://` or `ldapi://`.
    ///
    /// # Errors
    ///
    /// As [`ConnectOptions::connect`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes what was opened.
    pub async fn connect(url: impl Into<String>) -> Result<Self, Error> {
        ConnectOptions::new(url).connect().await
    }

    /// Abandons nothing and asks the server to cancel an operation of this connection (RFC 3909); the operation then
    /// ends with `canceled`, and this call says whether it could.
    ///
    /// # Errors
    ///
    /// As [`Executor::execute`]; `cannotCancel`, `tooLate` and `noSuchOperation` among the refusals.
    pub async fn cancel(&self, id: MessageId) -> Result<(), Error> {
        self.extended_op(Cancel::new(id)).await
    }

    /// Closes the connection when the operations in flight are over, or after 5 seconds; tells the server.
    ///
    /// Operations that wait for their turn, and those that are not over by then, end with an error.
    pub async fn close(&self) {
        self.close_within(Duration::from_secs(5)).await;
    }

    /// As [`close`](Self::close), with another time for the operations in flight.
    pub async fn close_within(&self, time: Duration) {
        let all = Arc::clone(&self.handle.shared.turns).acquire_many_owned(self.handle.all_turns());
        let quiet = timeout_at(Instant::now() + time, all).await;
        self.handle.shared.leave();
        drop(quiet);
        self.closed().await;
    }

    /// Returns the certificate that the server has shown, as DER; `None` without TLS.
    pub fn peer_certificate(&self) -> Option<&[u8]> {
        self.handle.certificate.as_deref()
    }

    /// Returns whether the connection is closed.
    pub fn is_closed(&self) -> bool {
        self.handle.shared.closed().is_some()
    }

    /// Waits until the connection is closed, and returns why.
    pub async fn closed(&self) -> Closed {
        let reason = self.handle.shared.wait_closed().await;
        Closed::clone(&reason)
    }

    /// Returns whether the connection is encrypted or never leaves the machine.
    pub fn is_private(&self) -> bool {
        self.handle.is_private
    }

    /// Returns the address of the server as it was given.
    pub fn server(&self) -> &str {
        &self.handle.shared.server
    }

    /// Returns what the connection is doing.
    pub fn statistics(&self) -> Statistics {
        let shared = &self.handle.shared;
        Statistics {
            outstanding: shared.outstanding(),
            held: shared.flow.held(),
            queued: shared.queued(),
            late_responses: shared.late_responses(),
        }
    }

    /// Begins a search on this connection. The request is encoded before there is a future, which has no room for it then.
    pub(super) fn begin_search<'a>(
        &'a self,
        call: &Call<SearchRequest>,
        stalls: bool,
    ) -> impl Future<Output = Result<Search, Error>> + Send + use<'a> {
        let handle = &self.handle;
        let kind = OpKind::SearchRequest;
        let timeout = call.timeout().unwrap_or(handle.settings.search_timeout);
        let deadline = Deadline::after(timeout);
        let search = call.request();
        let mut watch = Watch::begin(&handle.scope, kind, deadline.began(), || Subject::of_search(search));
        let mut request = handle.shared.writer(kind);
        let encoded = encode_search(search, call.controls(), &mut request)
            .map_err(|error| handle.describe(error.into(), kind, None));
        async move {
            let begun = async {
                encoded?;
                let turn = handle.turn(kind, 1, deadline).await?;
                let room = handle.room(kind, request.len(), deadline).await?;
                Operation::begin(handle, kind, request, room, Some(turn), Awaits::Entries { stalls })
            };
            let begun = begun.await;
            if let Some(watch) = &mut watch {
                match &begun {
                    Ok(operation) => watch.sent(operation.id),
                    Err(error) => watch.end(Err(error)),
                }
            }
            Ok(Search::new(begun?, timeout, watch))
        }
    }

    /// Carries out one request to its final response, whatever the result, when it is the caller's turn.
    pub(super) async fn exchange_in_turn(
        &self,
        call: &Call<ProtocolOp>,
        turn: Option<OwnedSemaphorePermit>,
        deadline: Deadline,
    ) -> Result<Response, Error> {
        let handle = &self.handle;
        let kind = call.request().kind();
        let mut request = handle.shared.writer(kind);
        encode_operation(call.request(), call.controls(), &mut request)
            .map_err(|error| handle.describe(error.into(), kind, None))?;
        let room = handle.room(kind, request.len(), deadline).await?;
        let awaits = Awaits::Answer(deadline);
        Operation::begin(handle, kind, request, room, turn, awaits)?.response().await
    }

    pub(super) fn deadline<R>(&self, call: &Call<R>) -> Deadline {
        Deadline::after(call.timeout().unwrap_or(self.handle.settings.operation_timeout))
    }
}

impl Executor for Client {
    async fn execute(&self, call: Call<ProtocolOp>) -> Result<Response, Error> {
        self.execute_by(&call, self.deadline(&call)).await
    }

    async fn search(&self, search: impl Into<Call<SearchRequest>> + Send) -> Result<SearchStream, Error> {
        let call = search.into();
        let most = call.most_entries();
        Ok(self.stream(self.search_source(&call).await?).with_most(most))
    }
}

impl Handle {
    pub(super) fn all_turns(&self) -> u32 {
        u32::try_from(self.settings.in_flight).unwrap_or(u32::MAX)
    }

    /// Waits for a place among the operations in flight.
    pub(super) async fn turn(
        &self,
        kind: OpKind,
        turns: u32,
        deadline: Deadline,
    ) -> Result<OwnedSemaphorePermit, Error> {
        let turn = acquire(&self.shared.turns, turns, deadline).await;
        turn.map_err(|lack| self.not_sent(lack, Waiting::Turn, kind, deadline))
    }

    /// Waits for room in the write queue for a request of so many octets.
    async fn room(
        &self,
        kind: OpKind,
        octets: usize,
        deadline: Deadline,
    ) -> Result<OwnedSemaphorePermit, Error> {
        let room = &self.shared.room;
        let taken = acquire(room.free(), room.share(octets), deadline).await;
        taken.map_err(|lack| self.not_sent(lack, Waiting::Room, kind, deadline))
    }

    /// Makes the error of a request that was still waiting.
    fn not_sent(&self, lack: Lack, waiting: Waiting, kind: OpKind, deadline: Deadline) -> Error {
        let error = match lack {
            Lack::Time => deadline.passed(waiting).with_phase(Phase::NotSent),
            Lack::Connection => {
                let reason = self.shared.closed().unwrap_or_else(|| Arc::new(Closed::ByCaller));
                inbox::closed(&reason, Phase::NotSent)
            }
        };
        self.describe(error, kind, None)
    }

    /// Adds server and operation to an error.
    pub(super) fn describe(&self, error: Error, kind: OpKind, id: Option<MessageId>) -> Error {
        error.with_operation(kind, id).with_server(Arc::clone(&self.shared.server))
    }

    pub(super) fn set_bound(&self, bound: Bound) {
        *self.bound.lock().unwrap_or_else(PoisonError::into_inner) = bound;
    }

    pub(super) fn bound(&self) -> Bound {
        self.bound.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.leave();
    }
}

/// What there was not, for a request to be sent.
enum Lack {
    Time,
    Connection,
}

/// Takes so many permits, in the order of asking.
async fn acquire(
    semaphore: &Arc<Semaphore>,
    permits: u32,
    deadline: Deadline,
) -> Result<OwnedSemaphorePermit, Lack> {
    if let Ok(permit) = Arc::clone(semaphore).try_acquire_many_owned(permits) {
        return Ok(permit);
    }
    match timeout_at(deadline.at, Arc::clone(semaphore).acquire_many_owned(permits)).await {
        Ok(Ok(permit)) => Ok(permit),
        Ok(Err(_)) => Err(Lack::Connection),
        Err(_) => Err(Lack::Time),
    }
}
