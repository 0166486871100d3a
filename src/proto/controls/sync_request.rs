//! The sync request control (RFC 4533 2.2): a search that keeps a copy of its result up to date.

use bytes::Bytes;

use crate::ber::{DecodeError, Fault, Tag};
use crate::model::Oid;
use crate::proto::{Context, Quirks, sequence_value};

use super::ControlValue;

/// Asks for what has changed in the result of a search, and perhaps for what will change.
///
/// ```text
/// syncRequestValue ::= SEQUENCE {
///     mode ENUMERATED {
///         -- 0 unused
///         refreshOnly       (1),
///         -- 2 reserved
///         refreshAndPersist (3)
///     },
///     cookie     syncCookie OPTIONAL,
///     reloadHint BOOLEAN DEFAULT FALSE
/// }                                                             (RFC 4533 2.2)
/// ```
///
/// Each entry comes with a [`SyncState`](super::SyncState), between them [`SyncInfo`](super::SyncInfo) messages may
/// come, and the end has a [`SyncDone`](super::SyncDone). The newest cookie of any of them is the one to keep.
///
/// ```
/// use ldapwire::RequestExt;
/// use ldapwire::model::{Filter, Scope};
/// use ldapwire::proto::SearchRequest;
/// use ldapwire::proto::controls::{ControlValue, SyncMode, SyncRequest};
///
/// let all = SearchRequest::new("dc=example", Scope::WholeSubtree, Filter::present("objectClass"));
/// let call = all.with_control(SyncRequest::new(SyncMode::RefreshAndPersist).critical());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncRequest {
    mode: SyncMode,
    cookie: Option<Bytes>,
    reload_hint: bool,
}

/// Whether a synchronization ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "an ENUMERATED that RFC 4533 does not leave open")]
pub enum SyncMode {
    /// The search ends when the client is up to date.
    RefreshOnly,
    /// The search goes on and brings changes as they happen, until it is abandoned or cancelled.
    RefreshAndPersist,
}

impl SyncRequest {
    /// Asks for the whole content.
    pub const fn new(mode: SyncMode) -> Self {
        Self { mode, cookie: None, reload_hint: false }
    }

    /// Sets the newest cookie that the client has: only what changed since is asked for. Default none.
    #[must_use]
    pub fn with_cookie(mut self, cookie: impl Into<Bytes>) -> Self {
        self.cookie = Some(cookie.into());
        self
    }

    /// Says that the client prefers the whole content to `e-syncRefreshRequired` where the cookie is too old.
    #[must_use]
    pub const fn with_reload_hint(mut self) -> Self {
        self.reload_hint = true;
        self
    }

    /// Returns whether the synchronization ends.
    pub const fn mode(&self) -> SyncMode {
        self.mode
    }

    /// Returns the newest cookie that the client has.
    pub const fn cookie(&self) -> Option<&Bytes> {
        self.cookie.as_ref()
    }

    /// Whether the whole content may come where the cookie is too old.
    pub const fn reload_hint(&self) -> bool {
        self.reload_hint
    }
}

impl ControlValue for SyncRequest {
    const OID: Oid = Oid::from_static("1.3.6.1.4.1.4203.1.9.1.1");

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let mode = sequence.expect(Tag::ENUMERATED)?;
        let mode = match mode.as_integer::<i64>("mode")? {
            1 => SyncMode::RefreshOnly,
            3 => SyncMode::RefreshAndPersist,
            _ => return Err(mode.fault(Fault::OutOfRange { field: "mode" })),
        };
        let cookie = context.optional_octets(&mut sequence, Tag::OCTET_STRING)?;
        let reload_hint = sequence.boolean_or(Tag::BOOLEAN, false)?;
        sequence.finish_extensible_after(&[Tag::OCTET_STRING, Tag::BOOLEAN])?;
        Ok(Self { mode, cookie, reload_hint })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            if self.reload_hint {
                writer.boolean(Tag::BOOLEAN, true);
            }
            if let Some(cookie) = &self.cookie {
                writer.octet_string(Tag::OCTET_STRING, cookie);
            }
            let mode = match self.mode {
                SyncMode::RefreshOnly => 1,
                SyncMode::RefreshAndPersist => 3,
            };
            writer.integer(Tag::ENUMERATED, mode);
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::controls::tests::{known, refused};

    #[test]
    fn values_have_the_octets_of_the_standard() {
        known(SyncRequest::new(SyncMode::RefreshOnly), b"\x30\x03\x0a\x01\x01");
        known(
            SyncRequest::new(SyncMode::RefreshAndPersist).with_cookie("c").with_reload_hint(),
            b"\x30\x09\x0a\x01\x03\x04\x01c\x01\x01\xff",
        );
        known(SyncRequest::new(SyncMode::RefreshOnly).with_cookie(""), b"\x30\x05\x0a\x01\x01\x04\x00");
    }

    #[test]
    fn reserved_modes_and_misplaced_fields_are_refused() {
        for octets in [b"\x30\x03\x0a\x01\x00", b"\x30\x03\x0a\x01\x02", b"\x30\x03\x0a\x01\x83"] {
            assert_eq!(refused::<SyncRequest>(octets), Fault::OutOfRange { field: "mode" });
        }
        let swapped = refused::<SyncRequest>(b"\x30\x09\x0a\x01\x03\x01\x01\xff\x04\x01c");
        assert_eq!(swapped, Fault::Misplaced { found: Tag::OCTET_STRING });
    }
}
