//! W3C trace context (ForgeRock's): which distributed trace an operation is part of.

use bytes::Bytes;

use crate::ber::{DecodeError, Tag};
use crate::model::{LdapString, Oid};
use crate::proto::{Context, Quirks, sequence_value};

use super::ControlValue;

/// Carries the two headers of a W3C trace context with an operation.
///
/// ```text
/// W3CTraceContextRequestValue ::= SEQUENCE {
///      traceParent     OCTET STRING,
///      traceState      OCTET STRING OPTIONAL }
/// ```
///
/// ```
/// use ldapwire::proto::controls::TraceContext;
///
/// let trace = TraceContext::new("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
/// assert_eq!(trace.trace_state(), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceContext {
    trace_parent: LdapString,
    trace_state: Option<LdapString>,
}

impl TraceContext {
    /// Carries a `traceparent` as it is.
    pub fn new(trace_parent: impl Into<LdapString>) -> Self {
        Self { trace_parent: trace_parent.into(), trace_state: None }
    }

    /// Sets the `tracestate`. Default none.
    #[must_use]
    pub fn with_trace_state(mut self, trace_state: impl Into<LdapString>) -> Self {
        self.trace_state = Some(trace_state.into());
        self
    }

    /// Returns the `traceparent`.
    pub const fn trace_parent(&self) -> &LdapString {
        &self.trace_parent
    }

    /// Returns the `tracestate`.
    pub const fn trace_state(&self) -> Option<&LdapString> {
        self.trace_state.as_ref()
    }
}

impl ControlValue for TraceContext {
    const OID: Oid = Oid::from_static("1.3.6.1.4.1.36733.2.1.5.7");

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let trace_parent = context.text(&mut sequence, Tag::OCTET_STRING, "traceParent")?;
        let trace_state = context.optional_text(&mut sequence, Tag::OCTET_STRING, "traceState")?;
        sequence.finish_extensible_after(&[Tag::OCTET_STRING])?;
        Ok(Self { trace_parent, trace_state })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            if let Some(trace_state) = &self.trace_state {
                writer.octet_string(Tag::OCTET_STRING, trace_state.as_bytes());
            }
            writer.octet_string(Tag::OCTET_STRING, self.trace_parent.as_bytes());
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::proto::controls::tests::{known, refused};

    #[test]
    fn values_have_the_octets_of_the_specification() {
        known(TraceContext::new("00-0-0-01"), b"\x30\x0b\x04\x0900-0-0-01");
        known(TraceContext::new("p").with_trace_state("a=1"), b"\x30\x08\x04\x01p\x04\x03a=1");
        let third = refused::<TraceContext>(b"\x30\x06\x04\x00\x04\x00\x04\x00");
        assert_eq!(third, Fault::Misplaced { found: Tag::OCTET_STRING });
        assert!(matches!(refused::<TraceContext>(b"\x30\x03\x04\x01\xff"), Fault::NotUtf8 { .. }));
    }
}
