//! When an operation has to be over.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, ErrorKind, Waiting};

/// When an operation has to be over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    pub(super) at: Instant,
    /// How long that was from the beginning.
    after: Duration,
}

impl Deadline {
    pub(super) fn after(after: Duration) -> Self {
        Self { at: Instant::now() + after, after }
    }

    pub(super) fn began(self) -> Instant {
        self.at - self.after
    }

    pub(super) fn passed(self, waiting: Waiting) -> Error {
        Error::new(ErrorKind::Timeout { waiting, after: self.after })
    }
}
