//! Pools: over directories in memory, in `served`; the rest over scripted servers with paused time, which hold back, hang, go and
//! come as they are told.

mod cancelling;
mod discovering;
mod faults;
mod keeping;
mod keeping_together;
mod lending;
mod many;
mod observing;
mod peers;
mod retrying;
#[cfg(feature = "directory")]
mod served;
mod simulated;

use std::time::Duration;

use super::{Pool, PoolOptions};
use crate::model::Scope;
use crate::proto::{CompareRequest, DeleteRequest, SearchRequest};
use peers::Peer;

fn search() -> SearchRequest {
    SearchRequest::new("dc=example", Scope::WholeSubtree, crate::filter!("(objectClass=*)"))
}

fn delete(dn: &str) -> DeleteRequest {
    DeleteRequest::new(dn)
}

fn compare(dn: &str) -> CompareRequest {
    CompareRequest::new(dn, "cn", "x")
}

/// Starts a pool over one server.
async fn pool_over(peer: &Peer, set: impl FnOnce(PoolOptions) -> PoolOptions) -> Pool {
    set(PoolOptions::new(peer.servers()).connections(0, 4)).start().await.unwrap()
}

/// Lets everything that can go on go on.
async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
