//! The sync done control (RFC 4533 2.4): how far a content synchronization came.

use bytes::Bytes;

use crate::ber::{DecodeError, Tag};
use crate::model::Oid;
use crate::proto::{Context, Quirks, sequence_value};

use super::ControlValue;

/// Ends a content synchronization; stands in the SearchResultDone.
///
/// ```text
/// syncDoneValue ::= SEQUENCE {
///     cookie          syncCookie OPTIONAL,
///     refreshDeletes  BOOLEAN DEFAULT FALSE
/// }                                                             (RFC 4533 2.4)
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncDone {
    cookie: Option<Bytes>,
    refresh_deletes: bool,
}

impl SyncDone {
    /// Ends the present phase: the client deletes what it was not told of.
    pub const fn new() -> Self {
        Self { cookie: None, refresh_deletes: false }
    }

    /// Sets the cookie for all that was told. Default none.
    #[must_use]
    pub fn with_cookie(mut self, cookie: impl Into<Bytes>) -> Self {
        self.cookie = Some(cookie.into());
        self
    }

    /// Ends the delete phase instead: the client keeps what it was not told of.
    #[must_use]
    pub const fn with_refresh_deletes(mut self) -> Self {
        self.refresh_deletes = true;
        self
    }

    /// Returns the cookie to keep, if there is a new one.
    pub const fn cookie(&self) -> Option<&Bytes> {
        self.cookie.as_ref()
    }

    /// Whether what the client was not told of stays: deletions were told one by one.
    pub const fn refresh_deletes(&self) -> bool {
        self.refresh_deletes
    }
}

impl ControlValue for SyncDone {
    const OID: Oid = Oid::from_static("1.3.6.1.4.1.4203.1.9.1.3");

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let cookie = context.optional_octets(&mut sequence, Tag::OCTET_STRING)?;
        let refresh_deletes = sequence.boolean_or(Tag::BOOLEAN, false)?;
        sequence.finish_extensible_after(&[Tag::OCTET_STRING, Tag::BOOLEAN])?;
        Ok(Self { cookie, refresh_deletes })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            if self.refresh_deletes {
                writer.boolean(Tag::BOOLEAN, true);
            }
            if let Some(cookie) = &self.cookie {
                writer.octet_string(Tag::OCTET_STRING, cookie);
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::proto::controls::tests::{known, read, refused};

    #[test]
    fn values_have_the_octets_of_the_standard() {
        known(SyncDone::new(), b"\x30\x00");
        known(SyncDone::new().with_cookie("c").with_refresh_deletes(), b"\x30\x06\x04\x01c\x01\x01\xff");
        assert_eq!(read::<SyncDone>(b"\x30\x05\x01\x01\x00\x05\x00"), SyncDone::new());
        let twice = refused::<SyncDone>(b"\x30\x04\x04\x00\x04\x00");
        assert_eq!(twice, Fault::Misplaced { found: Tag::OCTET_STRING });
        assert_eq!(refused::<SyncDone>(b"\x30\x02\x01\x00"), Fault::BooleanLength);
    }
}
