//! What became of a subtree.

use std::collections::BTreeMap;

use crate::bulk::{Failure, Report, Stop};
use crate::model::ResultCode;

/// What became of a subtree.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct DeleteReport {
    /// The entries that were deleted; by the control, those that were counted before.
    pub deleted: u64,
    /// The entries that were gone when their turn came.
    pub gone: u64,
    /// The entries that were found and are not deleted, or not for certain.
    pub left: u64,
    /// How often the subtree was searched; 0 if it was deleted by the control.
    pub passes: u32,
    /// With which codes the server refused, and how often, in the last pass.
    pub codes: BTreeMap<ResultCode, u64>,
    /// The first failures of each kind in the last pass, three of each.
    pub failures: Vec<Failure>,
    /// Why it ended early.
    pub stop: Option<Stop>,
}

impl DeleteReport {
    pub(super) fn by_control(deleted: u64) -> Self {
        Self { deleted, ..Self::default() }
    }

    /// Whether all is gone.
    pub const fn is_success(&self) -> bool {
        self.left == 0 && self.stop.is_none()
    }

    /// Adds a pass over what was left.
    pub(super) fn add(&mut self, pass: Report, deleted: u64) {
        let is_gone = |code: &ResultCode| *code == ResultCode::NO_SUCH_OBJECT;
        let gone = pass.codes().get(&ResultCode::NO_SUCH_OBJECT).copied().unwrap_or_default();
        self.deleted += deleted;
        self.gone += gone;
        self.left = pass.total().saturating_sub(deleted).saturating_sub(gone);
        self.passes += 1;
        self.codes = pass.codes().clone();
        self.codes.retain(|code, _| !is_gone(code));
        self.failures = pass.failures().to_vec();
        self.failures.retain(|failure| !failure.outcome.code().as_ref().is_some_and(is_gone));
        self.stop = pass.into_stop();
    }
}
