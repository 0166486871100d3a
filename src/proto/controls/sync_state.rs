//! The sync state control (RFC 4533 2.3): what an entry of a content synchronization is there for.

use bytes::Bytes;

use crate::ber::{DecodeError, Fault, Tag};
use crate::model::Oid;
use crate::proto::{Context, Quirks, sequence_value};

use super::{ControlValue, SyncUuid};

/// Comes with each entry and reference of a content synchronization.
///
/// ```text
/// syncStateValue ::= SEQUENCE {
///     state ENUMERATED {
///         present (0),
///         add (1),
///         modify (2),
///         delete (3)
///     },
///     entryUUID syncUUID,
///     cookie    syncCookie OPTIONAL
/// }                                                             (RFC 4533 2.3)
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncState {
    change: SyncChange,
    entry_uuid: SyncUuid,
    cookie: Option<Bytes>,
}

/// What happened to an entry: `state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "an ENUMERATED that RFC 4533 does not leave open")]
pub enum SyncChange {
    /// The entry is as it was; it comes without attributes.
    Present,
    /// The entry is new.
    Add,
    /// The entry has changed; it comes as it is now.
    Modify,
    /// The entry is gone from the result; it comes without attributes.
    Delete,
}

impl SyncState {
    /// Tells what happened to the entry with this `entryUUID`.
    pub const fn new(change: SyncChange, entry_uuid: SyncUuid) -> Self {
        Self { change, entry_uuid, cookie: None }
    }

    /// Sets the cookie for what is told up to here. Default none.
    #[must_use]
    pub fn with_cookie(mut self, cookie: impl Into<Bytes>) -> Self {
        self.cookie = Some(cookie.into());
        self
    }

    /// Returns what happened.
    pub const fn change(&self) -> SyncChange {
        self.change
    }

    /// Returns to which entry: names change, this does not.
    pub const fn entry_uuid(&self) -> SyncUuid {
        self.entry_uuid
    }

    /// Returns the cookie to keep, if there is a new one.
    pub const fn cookie(&self) -> Option<&Bytes> {
        self.cookie.as_ref()
    }
}

impl ControlValue for SyncState {
    const OID: Oid = Oid::from_static("1.3.6.1.4.1.4203.1.9.1.2");

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let state = sequence.expect(Tag::ENUMERATED)?;
        let change = match state.as_integer::<i64>("state")? {
            0 => SyncChange::Present,
            1 => SyncChange::Add,
            2 => SyncChange::Modify,
            3 => SyncChange::Delete,
            _ => return Err(state.fault(Fault::OutOfRange { field: "state" })),
        };
        let entry_uuid = SyncUuid::from_content(sequence.expect(Tag::OCTET_STRING)?)?;
        let cookie = context.optional_octets(&mut sequence, Tag::OCTET_STRING)?;
        sequence.finish_extensible_after(&[Tag::OCTET_STRING])?;
        Ok(Self { change, entry_uuid, cookie })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            if let Some(cookie) = &self.cookie {
                writer.octet_string(Tag::OCTET_STRING, cookie);
            }
            writer.octet_string(Tag::OCTET_STRING, self.entry_uuid.as_octets());
            let state = match self.change {
                SyncChange::Present => 0,
                SyncChange::Add => 1,
                SyncChange::Modify => 2,
                SyncChange::Delete => 3,
            };
            writer.integer(Tag::ENUMERATED, state);
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::controls::tests::{known, refused};

    #[test]
    fn values_have_the_octets_of_the_standard() {
        let uuid = SyncUuid::new(*b"0123456789abcdef");
        known(SyncState::new(SyncChange::Present, uuid), b"\x30\x15\x0a\x01\x00\x04\x100123456789abcdef");
        known(
            SyncState::new(SyncChange::Delete, uuid).with_cookie("c"),
            b"\x30\x18\x0a\x01\x03\x04\x100123456789abcdef\x04\x01c",
        );
        assert_eq!(uuid.to_string(), "30313233-3435-3637-3839-616263646566");
    }

    #[test]
    fn unknown_states_and_identifiers_of_another_size_are_refused() {
        let state = refused::<SyncState>(b"\x30\x15\x0a\x01\x04\x04\x100123456789abcdef");
        assert_eq!(state, Fault::OutOfRange { field: "state" });
        let short = refused::<SyncState>(b"\x30\x14\x0a\x01\x00\x04\x0f0123456789abcde");
        assert!(matches!(short, Fault::Invalid { field: "syncUUID", .. }));
    }
}
