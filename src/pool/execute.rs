//! Operations on a pool.

use tokio::time::{Instant, sleep};

use crate::error::Error;
use crate::execute::{Call, Collected, Executor, Response, SearchStream};
use crate::model::LdapString;
use crate::proto::{ProtocolOp, SearchRequest, SearchResultEntry};

use super::machine::LeaseKind;
use super::pool::{Pool, refuse_start_tls};
use super::retry::Tries;
use super::search::Plan;
use super::shared::FOREVER;

/// # Where an operation goes
///
/// One that is answered by one message, and [`search_one`](Executor::search_one), [`read`](Executor::read),
/// [`root_dse`](Executor::root_dse) and [`search_all`](Executor::search_all), share a connection with others: they
/// take what comes as it comes. A stream of [`search`](Executor::search) has a connection for itself, so that it may
/// be read as slowly as need be.
impl Executor for Pool {
    async fn execute(&self, call: Call<ProtocolOp>) -> Result<Response, Error> {
        refuse_start_tls(call.request())?;
        let shared = self.shared();
        let kind = call.request().kind();
        let keys = self.keys(name(call.request()));
        let time = call.timeout().unwrap_or(shared.options.operation_timeout).min(FOREVER);
        let deadline = Instant::now() + time;
        let mut tries = Tries::default();
        loop {
            let held = shared.acquire(LeaseKind::Shared, keys, Some((deadline, time))).await;
            let held = held.map_err(|error| error.with_operation(kind, None))?;
            let left = deadline.saturating_duration_since(Instant::now());
            let result = held.client().execute_within(&call, left).await;
            held.note(result.as_ref().err());
            drop(held);
            let Err(error) = result else { return result };
            let Some(pause) = shared.options.retry.decide(kind, &error, &mut tries) else {
                return Err(error);
            };
            if Instant::now() + pause >= deadline {
                return Err(error);
            }
            if !pause.is_zero() {
                sleep(pause).await;
            }
        }
    }

    // In each of these the request is made into a plan before there is a future, which would have room for both.

    fn search(
        &self,
        search: impl Into<Call<SearchRequest>> + Send,
    ) -> impl Future<Output = Result<SearchStream, Error>> + Send {
        let plan = Plan::new(self, LeaseKind::Exclusive, search.into());
        async move { plan.stream().await }
    }

    fn search_one(
        &self,
        search: impl Into<Call<SearchRequest>> + Send,
    ) -> impl Future<Output = Result<SearchResultEntry, Error>> + Send {
        Plan::new(self, LeaseKind::Shared, search.into()).whole(SearchStream::one)
    }

    fn search_all(
        &self,
        search: impl Into<Call<SearchRequest>> + Send,
    ) -> impl Future<Output = Result<Collected, Error>> + Send {
        Plan::new(self, LeaseKind::Shared, search.into()).whole(SearchStream::collect)
    }
}

/// Returns the name that a request is about.
const fn name(request: &ProtocolOp) -> Option<&LdapString> {
    match request {
        ProtocolOp::AddRequest(request) => Some(request.dn()),
        ProtocolOp::CompareRequest(request) => Some(request.dn()),
        ProtocolOp::DeleteRequest(request) => Some(request.dn()),
        ProtocolOp::ModifyRequest(request) => Some(request.dn()),
        ProtocolOp::ModifyDnRequest(request) => Some(request.dn()),
        _ => None,
    }
}
