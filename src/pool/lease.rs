//! A connection of a pool for longer than one operation.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;

use crate::error::Error;
use crate::execute::{Call, Executor, Response, SearchSource, SearchStream};
use crate::model::Control;
use crate::proto::{LdapResult, MessageId, OpKind, ProtocolOp, SearchRequest};
use crate::session::Violation;

use super::held::Held;
use super::pool::refuse_start_tls;

/// A connection of a pool, or room on one, for as long as this is kept: for what has to stay on one connection,
/// such as a transaction, or operations that follow each other.
///
/// The operations are those of [`Executor`], without the pool's second attempts. There is no bind: a connection
/// that belongs to somebody else would come back to the pool. The connection goes back when the lease and
/// the last stream of it are dropped, without waiting for anything.
///
/// ```compile_fail
/// # async fn run(pool: ldapwire::Pool) -> Result<(), ldapwire::Error> {
/// let lease = pool.acquire_exclusive().await?;
/// lease.simple_bind("uid=ada,dc=example,dc=org", "secret").await?; // no such method
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a lease that is dropped is given back"]
pub struct Lease {
    held: Arc<Held>,
}

impl Lease {
    pub(super) fn new(held: Held) -> Self {
        Self { held: Arc::new(held) }
    }

    /// Returns the address of the server, as it was given.
    pub fn server(&self) -> &str {
        self.held.client().server()
    }

    /// Returns whether the connection was lost. Operations on it fail then; drop it and take another.
    pub fn is_closed(&self) -> bool {
        self.held.client().is_closed()
    }
}

impl Executor for Lease {
    async fn execute(&self, call: Call<ProtocolOp>) -> Result<Response, Error> {
        refuse_start_tls(call.request())?;
        let result = self.held.client().execute(call).await;
        self.held.note(result.as_ref().err());
        result
    }

    async fn search(&self, search: impl Into<Call<SearchRequest>> + Send) -> Result<SearchStream, Error> {
        let client = self.held.client();
        let call = search.into();
        let most = call.most_entries();
        match client.search_source(&call).await {
            Ok(source) => {
                let source = Leased { source, held: Arc::clone(&self.held) };
                Ok(client.stream(Box::new(source)).with_most(most))
            }
            Err(error) => {
                self.held.note(Some(&error));
                Err(error.with_operation(OpKind::SearchRequest, None))
            }
        }
    }
}

/// A search that keeps the lease that it was begun on.
struct Leased {
    source: Box<dyn SearchSource>,
    held: Arc<Held>,
}

impl SearchSource for Leased {
    fn poll_frames(&mut self, cx: &mut Context<'_>, frames: &mut VecDeque<Bytes>) -> Poll<Result<(), Error>> {
        let polled = self.source.poll_frames(cx, frames);
        if let Poll::Ready(result) = &polled {
            self.held.note(result.as_ref().err());
        }
        polled
    }

    fn done(&mut self, result: &LdapResult, controls: &[Control]) -> Result<bool, Error> {
        self.source.done(result, controls)
    }

    fn violated(&mut self, violation: Violation) -> Error {
        self.source.violated(violation)
    }

    fn describe(&self, error: Error) -> Error {
        self.source.describe(error)
    }

    fn id(&self) -> Option<MessageId> {
        self.source.id()
    }
}
