//! Why a change is refused.

use std::error::Error;
use std::fmt;

use crate::model::{DnParseError, LdapString, ModifyError, Oid, ResultCode};

/// A change that was refused; nothing of it was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeError {
    dn: LdapString,
    problem: ChangeProblem,
}

impl ChangeError {
    pub(super) fn new(dn: &LdapString, problem: ChangeProblem) -> Self {
        Self { dn: dn.clone(), problem }
    }

    /// Returns the name of the entry that would have changed.
    pub const fn dn(&self) -> &LdapString {
        &self.dn
    }

    /// Returns what is wrong with it.
    pub const fn problem(&self) -> &ChangeProblem {
        &self.problem
    }

    /// Returns what a server would answer.
    pub const fn code(&self) -> ResultCode {
        match &self.problem {
            ChangeProblem::NoSuchEntry | ChangeProblem::NoSuperior => ResultCode::NO_SUCH_OBJECT,
            ChangeProblem::EntryExists => ResultCode::ENTRY_ALREADY_EXISTS,
            ChangeProblem::HasSubordinates => ResultCode::NOT_ALLOWED_ON_NON_LEAF,
            ChangeProblem::BelowItself => ResultCode::UNWILLING_TO_PERFORM,
            ChangeProblem::Name(_) => ResultCode::INVALID_DN_SYNTAX,
            ChangeProblem::Modification(error) => error.code(),
            ChangeProblem::CriticalControl(_) => ResultCode::UNAVAILABLE_CRITICAL_EXTENSION,
        }
    }
}

impl fmt::Display for ChangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dn = self.dn.escape_debug();
        match &self.problem {
            ChangeProblem::NoSuchEntry => write!(f, "'{dn}': there is no such entry")?,
            ChangeProblem::NoSuperior => write!(f, "'{dn}': the entry above it does not exist")?,
            ChangeProblem::EntryExists => write!(f, "'{dn}': there is an entry of this name already")?,
            ChangeProblem::HasSubordinates => write!(f, "'{dn}': there are entries below it")?,
            ChangeProblem::BelowItself => write!(f, "'{dn}': an entry cannot be moved below itself")?,
            ChangeProblem::Name(error) => write!(f, "'{dn}': {error}")?,
            // It names its code itself.
            ChangeProblem::Modification(error) => return write!(f, "'{dn}': {error}"),
            ChangeProblem::CriticalControl(oid) => {
                write!(f, "'{dn}': control {} is critical, and not known here", oid.as_str().escape_debug())?;
            }
        }
        write!(f, ", {}", self.code())
    }
}

impl Error for ChangeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.problem {
            ChangeProblem::Name(error) => Some(error),
            ChangeProblem::Modification(error) => Some(error),
            _ => None,
        }
    }
}

/// What can be wrong with a change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChangeProblem {
    /// The entry to change is not there.
    NoSuchEntry,
    /// The entry above the one to add, or the one to move it to, is not there.
    NoSuperior,
    /// There is an entry of the new name.
    EntryExists,
    /// The entry to delete has others below it, or there are entries below the name of the one to add.
    HasSubordinates,
    /// The entry would be moved to a place below itself.
    BelowItself,
    /// A name in the change, or that of the entry, is none.
    Name(DnParseError),
    /// A modification is refused.
    Modification(ModifyError),
    /// "If the criticality of a control is "true", then the implementation MUST either include the control, or MUST NOT
    /// send the operation" (RFC 2849 note 9).
    CriticalControl(Oid),
}
