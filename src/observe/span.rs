//! The span of an operation, for `tracing`. The other twin is `unspanned`.

use tracing::field::{Empty, display};

use crate::proto::OpKind;

use super::{End, Operation, Subject};

/// `ldap_operation`, level DEBUG, target `ldapwire`. The span of the caller is its parent.
#[derive(Debug)]
pub(super) struct Span(tracing::Span);

impl Span {
    pub(super) fn new(kind: OpKind, server: &str, connection: u64) -> Self {
        Self(tracing::debug_span!(
            target: "ldapwire",
            "ldap_operation",
            operation = kind.name(),
            server,
            connection,
            id = Empty,
            base = Empty,
            filter = Empty,
            result = Empty,
            messages = Empty,
        ))
    }

    pub(super) fn is_enabled(&self) -> bool {
        !self.0.is_disabled()
    }

    pub(super) fn describe(&self, subject: &Subject) {
        self.0.record("base", subject.name.as_str());
        if let Some(filter) = &subject.filter {
            self.0.record("filter", filter.as_str());
        }
    }

    pub(super) fn end(&self, operation: &Operation<'_>, end: &End<'_>) {
        if !self.is_enabled() {
            return;
        }
        if let Some(id) = operation.id {
            self.0.record("id", display(id));
        }
        self.0.record("result", end.outcome.word());
        if operation.kind == OpKind::SearchRequest {
            self.0.record("messages", end.messages);
        }
    }
}
