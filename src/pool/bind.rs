//! Binds as somebody else.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::error::Error;
use crate::execute::{Call, Response};
use crate::proto::{BindRequest, OpKind};

use super::Pool;
use super::held::Held;
use super::machine::LeaseKind;
use super::retry::Tries;
use super::shared::FOREVER;

/// Whom a connection belongs to when it is given back after a bind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// To whoever was bound: only for pools where that does not matter.
    Whoever,
    /// To whom it belonged before. It costs a second bind, for which the caller waits.
    Reverted,
}

impl Pool {
    /// Binds on a connection that nobody else uses meanwhile, and gives that back.
    ///
    /// A bind that was lost on its way is sent once more elsewhere: it changes nothing but the connection.
    pub(crate) async fn bind_as(&self, call: Call<BindRequest>, after: After) -> Result<Response, Error> {
        let shared = self.shared();
        let time = call.timeout().unwrap_or(shared.options.operation_timeout).min(FOREVER);
        let deadline = Instant::now() + time;
        let keys = self.keys(Some(call.request().name()));
        let mut tries = Tries::default();
        loop {
            let held = shared.acquire(LeaseKind::Exclusive, keys, Some((deadline, time))).await?;
            let left = deadline.saturating_duration_since(Instant::now());
            let result = match after {
                After::Whoever => bind(&held, call.clone(), left).await,
                After::Reverted => bind_and_revert(self, &held, call.clone(), left).await,
            };
            drop(held);
            let Err(error) = result else { return result };
            if shared.options.retry.decide(OpKind::BindRequest, &error, &mut tries).is_none() {
                return Err(error);
            }
        }
    }
}

async fn bind(held: &Held, call: Call<BindRequest>, time: Duration) -> Result<Response, Error> {
    let result = held.client().bind(call.with_timeout(time)).await;
    held.note(result.as_ref().err());
    result
}

/// Binds, and binds again as the connections of the pool are bound. If that does not come to its end, the connection
/// is given up.
async fn bind_and_revert(
    pool: &Pool,
    held: &Held,
    call: Call<BindRequest>,
    time: Duration,
) -> Result<Response, Error> {
    let spoilt = Spoilt { held, is_mended: false };
    let result = bind(held, call, time).await;
    let options = &pool.shared().options;
    // A bind that was refused has made the connection anonymous (RFC 4511 4.2.1).
    let reverted = timeout(options.connect_timeout.min(FOREVER), options.provider.rebind(held.client()));
    spoilt.end(matches!(reverted.await, Ok(Ok(()))));
    result
}

/// A connection that belongs to somebody else.
struct Spoilt<'a> {
    held: &'a Held,
    is_mended: bool,
}

impl Spoilt<'_> {
    fn end(mut self, is_mended: bool) {
        self.is_mended = is_mended;
    }
}

impl Drop for Spoilt<'_> {
    fn drop(&mut self) {
        if !self.is_mended {
            self.held.spoil();
        }
    }
}
