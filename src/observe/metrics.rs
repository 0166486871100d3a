//! For exporters: the facade of the crate `metrics`.

use metrics::{counter, gauge, histogram};

use crate::proto::OpKind;

use super::{Connect, End, Observer, Operation, PoolStatus, Wait};

/// Reports to whichever recorder the program has [installed](https://docs.rs/metrics) for the crate `metrics`.
///
/// | name | kind | labels |
/// |---|---|---|
/// | `ldap_ops_total` | counter | `op`, `result` (see [`Outcome::word`](super::Outcome::word)) |
/// | `ldap_op_seconds` | histogram | `op` |
/// | `ldap_search_messages_total` | counter | |
/// | `ldap_inflight` | gauge | `op` |
/// | `ldap_connects_total` | counter | `server`, `result` (`success` or `failed`) |
/// | `ldap_pool_acquire_seconds` | histogram | `served` (`true` or `false`); only where somebody had to wait |
/// | `ldap_pool_idle`, `ldap_pool_leased`, `ldap_pool_connecting`, `ldap_pool_waiting` | gauge | by [`report`](Self::report) |
/// | `ldap_pool_server_up` | gauge | `server`; by [`report`](Self::report) |
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Metrics;

impl Metrics {
    /// Makes an observer that reports.
    pub const fn new() -> Self {
        Self
    }

    /// Sets the gauges of a pool; to be called at the interval at which they are read.
    pub fn report(&self, status: &PoolStatus) {
        gauge!("ldap_pool_idle").set(status.idle as f64);
        gauge!("ldap_pool_leased").set(status.leased as f64);
        gauge!("ldap_pool_connecting").set(status.connecting as f64);
        gauge!("ldap_pool_waiting").set(status.waiting as f64);
        for server in &status.servers {
            let is_up = if server.failures == 0 { 1.0 } else { 0.0 };
            gauge!("ldap_pool_server_up", "server" => server.name.clone()).set(is_up);
        }
    }
}

impl Observer for Metrics {
    fn identity(&self) -> usize {
        static ALL: u8 = 0;
        // They all report to the one recorder of the process.
        std::ptr::from_ref(&ALL).addr()
    }

    fn began(&self, operation: &Operation<'_>) {
        gauge!("ldap_inflight", "op" => operation.kind.name()).increment(1.0);
    }

    fn ended(&self, operation: &Operation<'_>, end: &End<'_>) {
        let op = operation.kind.name();
        gauge!("ldap_inflight", "op" => op).decrement(1.0);
        counter!("ldap_ops_total", "op" => op, "result" => end.outcome.word()).increment(1);
        histogram!("ldap_op_seconds", "op" => op).record(end.took);
        if operation.kind == OpKind::SearchRequest {
            counter!("ldap_search_messages_total").increment(end.messages);
        }
    }

    fn connected(&self, connect: &Connect<'_>) {
        let result = if connect.error.is_none() { "success" } else { "failed" };
        counter!("ldap_connects_total", "server" => connect.server.to_owned(), "result" => result)
            .increment(1);
    }

    fn waited(&self, wait: &Wait) {
        let served = if wait.is_served { "true" } else { "false" };
        histogram!("ldap_pool_acquire_seconds", "served" => served).record(wait.took);
    }
}
