//! Which operations are sent once more.

use std::time::Duration;

use crate::error::{Error, ErrorKind};
use crate::model::ResultCode;
use crate::proto::OpKind;

/// Which operations a pool sends once more, elsewhere if it can, when the first time did not work.
///
/// **A write that may have been applied is never sent again**, whatever is set. All attempts share the one time
/// limit of the operation.
///
/// | what happened | reads: search, compare | the others |
/// |---|---|---|
/// | it was not sent, since the connection was lost | once more | once more |
/// | it was sent, nothing came, and the connection was lost | once more | no |
/// | entries had come of a search whose answer is given as a whole | once more | |
/// | entries of a stream had come | no | |
/// | the server answered `unavailable` | once more | no |
/// | the server answered `busy` | up to 3 times, after a pause that grows | as for reads |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a rule does nothing until a pool has it"]
pub struct Retry {
    /// One bit for each kind that is not sent again.
    excluded: u32,
    busy: u32,
}

/// What has been tried for one operation.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tries {
    again: u32,
    busy: u32,
}

/// The pause before an operation is sent again to a server that was busy; doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

impl Retry {
    /// Sends nothing twice.
    pub const fn never() -> Self {
        Self { excluded: u32::MAX, busy: 0 }
    }

    /// Does not send operations of this kind again.
    pub const fn without(mut self, kind: OpKind) -> Self {
        self.excluded |= Self::bit(kind);
        self
    }

    /// Sends operations of this kind again, as the table says.
    pub const fn with(mut self, kind: OpKind) -> Self {
        self.excluded &= !Self::bit(kind);
        self
    }

    /// Sets how often an operation is sent again because the server is busy. Default 3; 0 leaves it to the
    /// caller.
    pub const fn busy(mut self, times: u32) -> Self {
        self.busy = times;
        self
    }

    /// Decides about an error: `None` for giving up, or the pause before the operation is sent again.
    pub(super) fn decide(&self, kind: OpKind, error: &Error, tries: &mut Tries) -> Option<Duration> {
        if self.excluded & Self::bit(kind) != 0 || !error.may_retry() {
            return None;
        }
        match error.kind() {
            // The wait was as long as it may be.
            ErrorKind::NoLease(_) | ErrorKind::Timeout { .. } => None,
            ErrorKind::Refused { result, .. } if result.code() == ResultCode::BUSY => {
                let pause = FIRST_PAUSE.saturating_mul(1 << tries.busy.min(16));
                tries.busy += 1;
                (tries.busy <= self.busy).then_some(pause)
            }
            _ => {
                tries.again += 1;
                (tries.again <= 1).then_some(Duration::ZERO)
            }
        }
    }

    /// Decides whether a search is repeated whose connection was lost when it had brought something, of which its
    /// caller has seen nothing.
    pub(super) fn repeats(&self, error: &Error, tries: &mut Tries) -> bool {
        let was_lost = matches!(error.kind(), ErrorKind::Closed(_) | ErrorKind::Transport(_));
        let is_first = tries.again == 0;
        tries.again += 1;
        let is_excluded = self.excluded & Self::bit(OpKind::SearchRequest) != 0;
        was_lost && is_first && !is_excluded && error.delivered() > 0
    }

    const fn bit(kind: OpKind) -> u32 {
        1 << (kind as u32)
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self { excluded: 0, busy: 3 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Closed, Phase};
    use crate::proto::LdapResult;

    fn lost(kind: OpKind, phase: Phase) -> Error {
        Error::new(ErrorKind::Closed(Closed::ByServer)).with_operation(kind, None).with_phase(phase)
    }

    fn refused(kind: OpKind, code: ResultCode) -> Error {
        Error::refused(LdapResult::new(code), Vec::new()).with_operation(kind, None)
    }

    /// The table above, row by row.
    #[test]
    fn only_what_cannot_be_done_twice_is_sent_again() {
        let (search, add) = (OpKind::SearchRequest, OpKind::AddRequest);
        for (error, reads, writes) in
            [(lost as fn(_, _) -> _, Phase::NotSent, true, true), (lost, Phase::Unknown, true, false)]
                .map(|(error, phase, reads, writes)| (move |kind| error(kind, phase), reads, writes))
        {
            for (kind, expected) in [(search, reads), (OpKind::CompareRequest, reads), (add, writes)] {
                let decision = Retry::default().decide(kind, &error(kind), &mut Tries::default());
                assert_eq!(decision.is_some(), expected, "{kind}");
            }
        }
        let mut tries = Tries::default();
        let unavailable = |kind| refused(kind, ResultCode::UNAVAILABLE);
        assert!(Retry::default().decide(search, &unavailable(search), &mut tries).is_some());
        assert!(Retry::default().decide(search, &unavailable(search), &mut tries).is_none(), "once");
        assert!(Retry::default().decide(add, &unavailable(add), &mut Tries::default()).is_none());
        let begun = lost(search, Phase::Unknown).with_delivered(1);
        assert!(Retry::default().decide(search, &begun, &mut Tries::default()).is_none());
        let wrong = refused(search, ResultCode::NO_SUCH_OBJECT);
        assert!(Retry::default().decide(search, &wrong, &mut Tries::default()).is_none());
    }

    #[test]
    fn a_busy_server_is_asked_again_after_pauses_that_grow() {
        let (kind, mut tries) = (OpKind::ModifyRequest, Tries::default());
        let pauses: Vec<_> = (0..4)
            .map(|_| Retry::default().decide(kind, &refused(kind, ResultCode::BUSY), &mut tries))
            .collect();
        assert_eq!(pauses, [Some(50), Some(100), Some(200), None].map(|it| it.map(Duration::from_millis)));
    }

    #[test]
    fn each_kind_can_be_left_out() {
        let kinds = [OpKind::SearchRequest, OpKind::CompareRequest, OpKind::DeleteRequest];
        for kind in kinds {
            let decide =
                |retry: Retry| retry.decide(kind, &lost(kind, Phase::NotSent), &mut Tries::default());
            assert!(decide(Retry::default().without(kind)).is_none());
            assert!(decide(Retry::never()).is_none());
            assert!(decide(Retry::never().with(kind)).is_some());
        }
    }
}
