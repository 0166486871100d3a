//! What a pool does with its connections, beyond what everybody may do.

use std::time::Duration;

use crate::error::{Closed, Error};
use crate::execute::{Call, Delivery, Response, SearchSource, SearchStream};
use crate::observe::{Subject, Watch};
use crate::proto::{OpKind, ProtocolOp, SearchRequest};
use crate::session::Misuse;

use super::Client;
use super::deadline::Deadline;
use super::paged::Paged;

impl Client {
    /// Carries out a request that its caller keeps, and may send again.
    pub(crate) async fn execute_within(
        &self,
        call: &Call<ProtocolOp>,
        time: Duration,
    ) -> Result<Response, Error> {
        self.execute_by(call, Deadline::after(time)).await
    }

    pub(super) async fn execute_by(
        &self,
        call: &Call<ProtocolOp>,
        deadline: Deadline,
    ) -> Result<Response, Error> {
        let kind = call.request().kind();
        let watch = Watch::begin(&self.handle.scope, kind, deadline.began(), || Subject::of(call.request()));
        let result = self.carry_out(call, deadline).await;
        if let Some(mut watch) = watch {
            if let Ok(response) = &result {
                watch.sent(response.id());
            }
            watch.end(result.as_ref().map(Response::code));
        }
        result
    }

    async fn carry_out(&self, call: &Call<ProtocolOp>, deadline: Deadline) -> Result<Response, Error> {
        let kind = call.request().kind();
        // A search has more than one response; a bind is a matter of the connection.
        if matches!(kind, OpKind::SearchRequest | OpKind::BindRequest) || kind.final_response().is_none() {
            return Err(self.handle.describe(Misuse::WrongKind { kind }.into(), kind, None));
        }
        let turn = self.handle.turn(kind, 1, deadline).await?;
        let response = self.exchange_in_turn(call, Some(turn), deadline).await?;
        let id = response.id();
        response.into_result().map_err(|error| self.handle.describe(error, kind, Some(id)))
    }

    /// Begins a search in the way that its call asks for.
    pub(crate) async fn search_source(
        &self,
        call: &Call<SearchRequest>,
    ) -> Result<Box<dyn SearchSource>, Error> {
        // What is rare has a future of its own, so that whoever waits for a connection of a pool does not hold room for it.
        Ok(match call.delivery() {
            delivery @ (Delivery::Shared | Delivery::Stall) => {
                Box::new(self.begin_search(call, delivery == Delivery::Stall).await?)
            }
            Delivery::Paged(entries) => Box::new(Box::pin(Paged::begin(self, call.clone(), entries)).await?),
            // The stream keeps the connection open, and is alone on it.
            Delivery::OwnConnection => {
                Box::new(Box::pin(self.again()).await?.begin_search(call, true).await?)
            }
        })
    }

    /// Makes the stream of a search with the limits of this connection.
    pub(crate) fn stream(&self, source: Box<dyn SearchSource>) -> SearchStream {
        let settings = &self.handle.settings;
        SearchStream::new(source, settings.limits.clone(), settings.quirks.clone())
    }

    /// Returns how often something came over the connection.
    pub(crate) fn batches(&self) -> u64 {
        self.handle.shared.batches()
    }

    /// Ends the connection at once, without a word; what is in flight learns the reason.
    pub(crate) fn abort(&self, reason: Closed) {
        self.handle.shared.fail(reason);
    }

    /// Says goodbye without waiting for it.
    pub(crate) fn leave(&self) {
        self.handle.shared.leave();
    }
}
