//! The crate's error: what happened, to which operation, whose fault it is, and what may be done.

mod counted;
mod kind;
mod no_lease;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::model::{Control, ResultCode};
use crate::proto::controls::{ControlValue, Controls as _};
use crate::proto::registry::{self, Registered};
use crate::proto::{EncodeError, ExtendedResponse, LdapResult, MessageId, OpKind, SearchResultEntry};
use crate::session::Misuse;
use crate::transport::TransportError;

pub(crate) use counted::Counted;
pub use kind::{Blame, Closed, ErrorKind, Phase, Refusal, Waiting};
pub use no_lease::{LeaseLimit, NoLease, Shortage};

/// Why an operation did not end well.
///
/// ```
/// use ldapwire::{Blame, Error, ErrorKind};
///
/// fn advise(error: &Error) -> &'static str {
///     match error.kind() {
///         ErrorKind::Refused { .. } => "the server said no, and said why",
///         _ if error.may_retry() => "nothing was changed: send it again, elsewhere if need be",
///         _ if error.blame() == Blame::Caller => "mend the call",
///         _ => "look before you repeat it: it may have been done",
///     }
/// }
/// ```
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    server: Option<Arc<str>>,
    operation: Option<(OpKind, Option<MessageId>)>,
    phase: Phase,
    delivered: u64,
    partial: Vec<SearchResultEntry>,
    extended: Option<ExtendedResponse>,
}

impl Error {
    /// Makes an error of its kind; the rest is added by those who know it.
    pub fn new(kind: ErrorKind) -> Self {
        let phase = match kind {
            ErrorKind::Refused { .. } | ErrorKind::Value { .. } | ErrorKind::NotOne { .. } => Phase::Answered,
            ErrorKind::Encode(_)
            | ErrorKind::Misuse(_)
            | ErrorKind::Unsafe(_)
            | ErrorKind::NoLease(_)
            | ErrorKind::InAsyncTask => Phase::NotSent,
            _ => Phase::Unknown,
        };
        Self(Box::new(Inner {
            kind,
            server: None,
            operation: None,
            phase,
            delivered: 0,
            partial: Vec::new(),
            extended: None,
        }))
    }

    /// Makes the error of a request that the server refused.
    pub fn refused(result: LdapResult, controls: Vec<Control>) -> Self {
        Self::new(ErrorKind::Refused { result, controls })
    }

    /// Adds the server.
    #[must_use]
    pub fn with_server(mut self, server: Arc<str>) -> Self {
        self.0.server.get_or_insert(server);
        self
    }

    /// Adds the operation.
    #[must_use]
    pub fn with_operation(mut self, kind: OpKind, id: Option<MessageId>) -> Self {
        self.0.operation.get_or_insert((kind, id));
        self
    }

    /// Sets how far the request got.
    #[must_use]
    pub fn with_phase(mut self, phase: Phase) -> Self {
        self.0.phase = phase;
        self
    }

    /// Sets how many entries of a search the caller had before.
    #[must_use]
    pub fn with_delivered(mut self, entries: u64) -> Self {
        self.0.delivered = entries;
        self
    }

    /// Adds the entries that were collected before.
    #[must_use]
    pub fn with_partial(mut self, entries: Vec<SearchResultEntry>) -> Self {
        self.0.partial = entries;
        self
    }

    /// Adds the response to the extended operation that was refused.
    #[must_use]
    pub fn with_extended(mut self, response: ExtendedResponse) -> Self {
        self.0.extended = Some(response);
        self
    }

    /// Returns what happened.
    pub const fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Returns the server, as its address was given.
    pub fn server(&self) -> Option<&str> {
        self.0.server.as_deref()
    }

    /// Returns which operation failed.
    pub fn operation(&self) -> Option<OpKind> {
        self.0.operation.map(|(kind, _)| kind)
    }

    /// Returns the message id of the request that failed, if it got one.
    pub fn message_id(&self) -> Option<MessageId> {
        self.0.operation.and_then(|(_, id)| id)
    }

    /// Returns how far the request got.
    pub const fn phase(&self) -> Phase {
        self.0.phase
    }

    /// Returns how many entries of a search had been delivered.
    pub const fn delivered(&self) -> u64 {
        self.0.delivered
    }

    /// Returns the entries that a collecting call had received.
    pub fn partial_entries(&self) -> &[SearchResultEntry] {
        &self.0.partial
    }

    /// Returns the result with which the server refused.
    pub const fn result(&self) -> Option<&LdapResult> {
        match &self.0.kind {
            ErrorKind::Refused { result, .. } | ErrorKind::Closed(Closed::Notice(result)) => Some(result),
            _ => None,
        }
    }

    /// Returns the code with which the server refused.
    pub fn code(&self) -> Option<ResultCode> {
        self.result().map(LdapResult::code)
    }

    /// Returns the controls that came with the refusal.
    pub fn controls(&self) -> &[Control] {
        match &self.0.kind {
            ErrorKind::Refused { controls, .. } => controls,
            _ => &[],
        }
    }

    /// Returns the control of this type, if it came with the refusal: for example why a password was not taken.
    ///
    /// # Errors
    ///
    /// The control came and its value is not what its specification says.
    ///
    /// ```
    /// use ldapwire::model::ResultCode;
    /// use ldapwire::proto::LdapResult;
    /// use ldapwire::proto::controls::{ControlValue, ServerSideSortResponse};
    ///
    /// let unsorted = ServerSideSortResponse::new(ResultCode::NO_SUCH_ATTRIBUTE);
    /// let result = LdapResult::new(ResultCode::UNAVAILABLE_CRITICAL_EXTENSION);
    /// let error = ldapwire::Error::refused(result, vec![unsorted.clone().into_control()]);
    /// assert_eq!(error.control::<ServerSideSortResponse>()?, Some(unsorted));
    /// # Ok::<(), ldapwire::Error>(())
    /// ```
    pub fn control<C: ControlValue>(&self) -> Result<Option<C>, Self> {
        control_among(self.controls())
    }

    /// Returns the response to an extended operation that was refused; its value may say more than its result.
    pub const fn extended(&self) -> Option<&ExtendedResponse> {
        self.0.extended.as_ref()
    }

    /// Returns whose fault it is.
    pub fn blame(&self) -> Blame {
        self.0.kind.blame()
    }

    /// Returns whether the same request may be sent again without the risk that it is done twice: it was not sent,
    /// or it only reads and delivered nothing, or the server was busy.
    ///
    /// An error that the same request would meet again, such as a refusal or a mistake of the caller, answers no.
    pub fn may_retry(&self) -> bool {
        match &self.0.kind {
            ErrorKind::Refused { result, .. } => {
                result.code() == ResultCode::BUSY
                    || (result.code() == ResultCode::UNAVAILABLE && self.only_reads())
            }
            ErrorKind::Transport(_) | ErrorKind::Closed(_) | ErrorKind::Timeout { .. } => {
                self.0.phase == Phase::NotSent || self.only_reads()
            }
            ErrorKind::NoLease(reason) => reason.why != Shortage::Stopping,
            _ => false,
        }
    }

    /// Returns whether the connection can be used for other operations.
    pub const fn is_connection_usable(&self) -> bool {
        !matches!(self.0.kind, ErrorKind::Closed(_) | ErrorKind::Transport(_) | ErrorKind::Violation(_))
    }

    fn only_reads(&self) -> bool {
        let reads = matches!(self.operation(), Some(OpKind::SearchRequest | OpKind::CompareRequest));
        reads && self.0.delivered == 0
    }
}

/// Finds the control of a type among those of a response; malformed, it is an error of that operation alone.
pub(crate) fn control_among<C: ControlValue>(controls: &[Control]) -> Result<Option<C>, Error> {
    let of = registry::find(&C::OID).map_or("a response control", Registered::name);
    controls.control().transpose().map_err(|error| Error::new(ErrorKind::Value { error, of }))
}

/// One line: the operation and the server if they are known, what happened, and what it means.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((kind, id)) = self.0.operation {
            write!(f, "{kind}")?;
            if let Some(id) = id {
                write!(f, " {id}")?;
            }
            if let Some(server) = self.server() {
                write!(f, " to {server}")?;
            }
            f.write_str(": ")?;
        } else if let Some(server) = self.server() {
            write!(f, "{server}: ")?;
        }
        write!(f, "{}", self.0.kind)?;
        match (&self.0.kind, self.0.phase) {
            (ErrorKind::Transport(_) | ErrorKind::Closed(_) | ErrorKind::Timeout { .. }, Phase::NotSent) => {
                f.write_str(" (the request was not sent)")?;
            }
            (ErrorKind::Transport(_) | ErrorKind::Closed(_) | ErrorKind::Timeout { .. }, Phase::Unknown)
                if self.operation().is_some_and(|kind| kind != OpKind::SearchRequest) =>
            {
                f.write_str(" (whether the request was carried out is not known)")?;
            }
            _ => {}
        }
        if self.operation() == Some(OpKind::SearchRequest) && self.0.delivered > 0 {
            write!(f, " (after {})", Counted(self.0.delivered, "entry", "entries"))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.kind {
            ErrorKind::Violation(violation) | ErrorKind::Closed(Closed::Violation(violation)) => {
                Some(violation)
            }
            ErrorKind::Value { error, .. } => Some(error),
            ErrorKind::Encode(error) => Some(error),
            ErrorKind::Misuse(misuse) => Some(misuse),
            ErrorKind::Sasl(error) => Some(error),
            ErrorKind::NoLease(reason) => reason.cause.as_deref().map(|cause| cause as _),
            ErrorKind::Transport(error) | ErrorKind::Closed(Closed::Transport(error)) => Some(error),
            _ => None,
        }
    }
}

impl From<EncodeError> for Error {
    fn from(error: EncodeError) -> Self {
        Self::new(ErrorKind::Encode(error))
    }
}

impl From<Misuse> for Error {
    fn from(misuse: Misuse) -> Self {
        Self::new(ErrorKind::Misuse(misuse))
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::new(ErrorKind::Unsafe(refusal))
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        Self::new(ErrorKind::Transport(Arc::new(error))).with_phase(Phase::NotSent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_word_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
    }

    #[test]
    fn a_write_that_may_have_been_done_is_not_to_be_retried() {
        let lost = |kind, phase| {
            Error::new(ErrorKind::Closed(Closed::ByServer)).with_operation(kind, None).with_phase(phase)
        };
        assert!(lost(OpKind::AddRequest, Phase::NotSent).may_retry());
        assert!(!lost(OpKind::AddRequest, Phase::Unknown).may_retry());
        assert!(lost(OpKind::SearchRequest, Phase::Unknown).may_retry());
        assert!(!lost(OpKind::SearchRequest, Phase::Unknown).with_delivered(1).may_retry());
        let busy = Error::refused(LdapResult::new(ResultCode::BUSY), Vec::new());
        assert!(busy.may_retry() && busy.is_connection_usable());
    }

    #[test]
    fn an_error_tells_operation_server_and_what_it_means() {
        let error = Error::new(ErrorKind::Closed(Closed::ByServer))
            .with_operation(OpKind::AddRequest, MessageId::new(7))
            .with_server("ldap://localhost".into());
        assert_eq!(
            error.to_string(),
            "addRequest 7 to ldap://localhost: the connection is closed: the server closed it \
             (whether the request was carried out is not known)"
        );
    }
}
