//! Binds on a pool whose connections serve nothing else.

use tokio::time::Instant;

use crate::error::Error;
use crate::execute::{Call, Response};
use crate::proto::{BindRequest, OpKind};

use super::Pool;
use super::machine::LeaseKind;
use super::retry::Tries;
use super::shared::FOREVER;

impl Pool {
    /// Binds a connection that nobody else uses meanwhile, and gives it back as it is then: **only for pools where
    /// it does not matter whom a connection belongs to.**
    ///
    /// A bind that was lost on its way is sent once more elsewhere: it changes nothing but the connection.
    pub(crate) async fn bind_as(&self, call: Call<BindRequest>) -> Result<Response, Error> {
        let shared = self.shared();
        let time = call.timeout().unwrap_or(shared.options.operation_timeout).min(FOREVER);
        let deadline = Instant::now() + time;
        let mut tries = Tries::default();
        loop {
            let held = shared.acquire(LeaseKind::Exclusive, Some((deadline, time))).await?;
            let left = deadline.saturating_duration_since(Instant::now());
            let result = held.client().bind(call.clone().with_timeout(left)).await;
            held.note(result.as_ref().err());
            drop(held);
            let Err(error) = result else { return result };
            if shared.options.retry.decide(OpKind::BindRequest, &error, &mut tries).is_none() {
                return Err(error);
            }
        }
    }
}
