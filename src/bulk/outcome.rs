//! `Outcome`: what became of one record.

use std::fmt;

use crate::model::ResultCode;
use crate::proto::{EncodeError, LdapResult};

/// What became of one record. **It never says more than is known.**
///
/// | outcome | the server | to be done |
/// |---|---|---|
/// | `Applied` | said that it carried the change out | nothing |
/// | `AppliedVerified` | gave no answer, and was found to hold what the record says | nothing |
/// | `Skipped` | held it already | nothing |
/// | `Rejected` | said no, or could not be asked this | mend the record |
/// | `Conflict` | gave no answer, and holds something else than the record says | look, and decide |
/// | `NotSent` | has not seen it | send it again |
/// | `Unknown` | may have seen it, and gave no answer | resume, which looks |
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The server carried it out.
    Applied,
    /// No answer came, and the server was found to hold what the record says.
    AppliedVerified,
    /// It was there already, and was left alone.
    Skipped,
    /// It was not carried out.
    Rejected(Rejection),
    /// No answer came, and what the server holds is neither what was there before nor what the record says; or it cannot be told.
    Conflict,
    /// The server cannot have seen it.
    NotSent,
    /// It was sent, and no answer came.
    Unknown,
}

/// Why a record was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// The server refused.
    Refused(LdapResult),
    /// The server has no parent for the entry, and none came in the input within the bounds for waiting.
    NoParent(LdapResult),
    /// The message would be larger than the server takes; it was not sent.
    TooLarge {
        /// The octets that it would have.
        octets: usize,
        /// The octets that it may have.
        limit: usize,
    },
    /// It is a change, and only entries are taken; it was not sent.
    NotAnEntry,
    /// There is no such message; nothing was sent.
    Encode(EncodeError),
}

/// The kinds of [`Outcome`], for counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum OutcomeKind {
    /// [`Outcome::Applied`]
    Applied,
    /// [`Outcome::AppliedVerified`]
    AppliedVerified,
    /// [`Outcome::Skipped`]
    Skipped,
    /// [`Outcome::Rejected`]
    Rejected,
    /// [`Outcome::Conflict`]
    Conflict,
    /// [`Outcome::NotSent`]
    NotSent,
    /// [`Outcome::Unknown`]
    Unknown,
}

impl Outcome {
    /// Returns which kind it is.
    pub const fn kind(&self) -> OutcomeKind {
        match self {
            Self::Applied => OutcomeKind::Applied,
            Self::AppliedVerified => OutcomeKind::AppliedVerified,
            Self::Skipped => OutcomeKind::Skipped,
            Self::Rejected(_) => OutcomeKind::Rejected,
            Self::Conflict => OutcomeKind::Conflict,
            Self::NotSent => OutcomeKind::NotSent,
            Self::Unknown => OutcomeKind::Unknown,
        }
    }

    /// Returns the code with which the server refused.
    pub const fn code(&self) -> Option<ResultCode> {
        match self {
            Self::Rejected(Rejection::Refused(result) | Rejection::NoParent(result)) => Some(result.code()),
            _ => None,
        }
    }
}

impl OutcomeKind {
    /// All kinds, in the order of the table of [`Outcome`].
    pub const ALL: [Self; 7] = [
        Self::Applied,
        Self::AppliedVerified,
        Self::Skipped,
        Self::Rejected,
        Self::Conflict,
        Self::NotSent,
        Self::Unknown,
    ];

    /// Whether the directory is as the record wants it.
    pub const fn is_success(self) -> bool {
        matches!(self, Self::Applied | Self::AppliedVerified | Self::Skipped)
    }

    /// Whether it is settled: to resume does not take the record up again.
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::NotSent | Self::Unknown)
    }

    /// Returns its name, as JSON and reject files have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::AppliedVerified => "appliedVerified",
            Self::Skipped => "skipped",
            Self::Rejected => "rejected",
            Self::Conflict => "conflict",
            Self::NotSent => "notSent",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for OutcomeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name of the kind and the reason.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(rejection) => write!(f, "rejected: {rejection}"),
            Self::Conflict => f.write_str("conflict: no answer came, and the server holds something else"),
            Self::NotSent => f.write_str("notSent: the server has not seen it"),
            Self::Unknown => f.write_str("unknown: no answer came; it may have been carried out"),
            other => write!(f, "{}", other.kind()),
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(result) => write!(f, "{result}"),
            Self::NoParent(result) => write!(f, "{result}; the input has no parent for it in time"),
            Self::TooLarge { octets, limit } => {
                write!(f, "a message of {octets} octets, and the server takes {limit}")
            }
            Self::NotAnEntry => f.write_str("a change, and only entries are taken"),
            Self::Encode(error) => write!(f, "{error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_name_of_its_own_and_success_is_final() {
        let mut names: Vec<_> = OutcomeKind::ALL.iter().map(|kind| kind.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), OutcomeKind::ALL.len());
        assert!(OutcomeKind::ALL.iter().all(|kind| !kind.is_success() || kind.is_final()));
    }

    #[test]
    fn a_refusal_is_told_with_its_code() {
        let result = LdapResult::new(ResultCode::ENTRY_ALREADY_EXISTS).with_diagnostic_message("there");
        let outcome = Outcome::Rejected(Rejection::Refused(result));
        assert_eq!(outcome.code(), Some(ResultCode::ENTRY_ALREADY_EXISTS));
        assert_eq!(outcome.to_string(), "rejected: entryAlreadyExists (68): there");
        assert_eq!(Outcome::Applied.to_string(), "applied");
        assert_eq!(Outcome::Unknown.code(), None);
    }
}
