//! The sync info message (RFC 4533 2.5): what a content synchronization tells between its entries.

use bytes::Bytes;

use crate::ber::{DecodeError, Fault, Reader, Tag, Writer};
use crate::model::Oid;
use crate::proto::{Context, Quirks};

use super::{IntermediateValue, SyncUuid};

/// An intermediate response of a content synchronization.
///
/// ```text
/// syncInfoValue ::= CHOICE {
///     newcookie      [0] syncCookie,
///     refreshDelete  [1] SEQUENCE {
///         cookie         syncCookie OPTIONAL,
///         refreshDone    BOOLEAN DEFAULT TRUE
///     },
///     refreshPresent [2] SEQUENCE {
///         cookie         syncCookie OPTIONAL,
///         refreshDone    BOOLEAN DEFAULT TRUE
///     },
///     syncIdSet      [3] SEQUENCE {
///         cookie         syncCookie OPTIONAL,
///         refreshDeletes BOOLEAN DEFAULT FALSE,
///         syncUUIDs      SET OF syncUUID
///     }
/// }                                                             (RFC 4533 2.5)
/// ```
///
/// ```
/// use ldapwire::proto::IntermediateResponse;
/// use ldapwire::proto::controls::{IntermediateValue, SyncInfo};
///
/// let response = IntermediateResponse::from(SyncInfo::NewCookie("rid=000".into()));
/// assert_eq!(SyncInfo::from_response(&response), Some(Ok(SyncInfo::NewCookie("rid=000".into()))));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a CHOICE that RFC 4533 does not leave open")]
pub enum SyncInfo {
    /// There is a new cookie, and nothing else.
    NewCookie(Bytes),
    /// A delete phase ends: what the client was not told of stays.
    RefreshDelete {
        /// The cookie for what was told up to here.
        cookie: Option<Bytes>,
        /// Whether the refresh stage ends, too.
        refresh_done: bool,
    },
    /// A present phase ends: what the client was not told of is gone.
    RefreshPresent {
        /// The cookie for what was told up to here.
        cookie: Option<Bytes>,
        /// Whether the refresh stage ends, too.
        refresh_done: bool,
    },
    /// Many entries at once are there as they were, or are gone.
    IdSet {
        /// The cookie for what was told up to here.
        cookie: Option<Bytes>,
        /// Whether the entries are gone; otherwise they are there as they were.
        refresh_deletes: bool,
        /// The entries; a message of more than 1,048,576 is refused.
        uuids: Vec<SyncUuid>,
    },
}

const NEW_COOKIE: Tag = Tag::context_primitive(0);
const REFRESH_DELETE: Tag = Tag::context(1);
const REFRESH_PRESENT: Tag = Tag::context(2);
const SYNC_ID_SET: Tag = Tag::context(3);

impl SyncInfo {
    /// Returns the cookie to keep, if there is a new one.
    pub const fn cookie(&self) -> Option<&Bytes> {
        match self {
            Self::NewCookie(cookie) => Some(cookie),
            Self::RefreshDelete { cookie, .. }
            | Self::RefreshPresent { cookie, .. }
            | Self::IdSet { cookie, .. } => cookie.as_ref(),
        }
    }
}

impl IntermediateValue for SyncInfo {
    const OID: Oid = Oid::from_static("1.3.6.1.4.1.4203.1.9.1.4");

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut reader = context.reader();
        let start = reader;
        let element = reader.read()?;
        reader.finish()?;
        match element.tag {
            NEW_COOKIE => Ok(Self::NewCookie(context.share(element.content.octets()))),
            REFRESH_DELETE => {
                let (cookie, refresh_done) = decode_phase(element.content, &context)?;
                Ok(Self::RefreshDelete { cookie, refresh_done })
            }
            REFRESH_PRESENT => {
                let (cookie, refresh_done) = decode_phase(element.content, &context)?;
                Ok(Self::RefreshPresent { cookie, refresh_done })
            }
            SYNC_ID_SET => decode_id_set(element.content, &context),
            found => Err(start.fault(Fault::UnknownChoice { choice: "syncInfoValue", found })),
        }
    }

    fn encode_value(&self) -> Option<Bytes> {
        let mut writer = Writer::new();
        match self {
            Self::NewCookie(cookie) => writer.octet_string(NEW_COOKIE, cookie),
            Self::RefreshDelete { cookie, refresh_done } => {
                encode_phase(REFRESH_DELETE, cookie.as_ref(), *refresh_done, &mut writer);
            }
            Self::RefreshPresent { cookie, refresh_done } => {
                encode_phase(REFRESH_PRESENT, cookie.as_ref(), *refresh_done, &mut writer);
            }
            Self::IdSet { cookie, refresh_deletes, uuids } => writer.constructed(SYNC_ID_SET, |writer| {
                writer.constructed(Tag::SET, |writer| {
                    for uuid in uuids.iter().rev() {
                        writer.octet_string(Tag::OCTET_STRING, uuid.as_octets());
                    }
                });
                if *refresh_deletes {
                    writer.boolean(Tag::BOOLEAN, true);
                }
                encode_cookie(cookie.as_ref(), writer);
            }),
        }
        Some(writer.finish())
    }
}

/// Reads a cookie, and whether the refresh stage ends: "refreshDone BOOLEAN DEFAULT TRUE".
fn decode_phase<'a>(
    mut content: Reader<'a>,
    context: &Context<'a>,
) -> Result<(Option<Bytes>, bool), DecodeError> {
    let cookie = context.optional_octets(&mut content, Tag::OCTET_STRING)?;
    let refresh_done = content.boolean_or(Tag::BOOLEAN, true)?;
    content.finish_extensible_after(&[Tag::OCTET_STRING, Tag::BOOLEAN])?;
    Ok((cookie, refresh_done))
}

fn encode_phase(tag: Tag, cookie: Option<&Bytes>, refresh_done: bool, writer: &mut Writer) {
    writer.constructed(tag, |writer| {
        if !refresh_done {
            writer.boolean(Tag::BOOLEAN, false);
        }
        encode_cookie(cookie, writer);
    });
}

fn decode_id_set<'a>(mut content: Reader<'a>, context: &Context<'a>) -> Result<SyncInfo, DecodeError> {
    let cookie = context.optional_octets(&mut content, Tag::OCTET_STRING)?;
    let refresh_deletes = content.boolean_or(Tag::BOOLEAN, false)?;
    let set = content.expect(Tag::SET)?;
    let uuids = context.list(set, "syncUUIDs", context.limits().values, |reader| {
        SyncUuid::from_content(reader.expect(Tag::OCTET_STRING)?)
    })?;
    content.finish_extensible_after(&[Tag::OCTET_STRING, Tag::BOOLEAN, Tag::SET])?;
    Ok(SyncInfo::IdSet { cookie, refresh_deletes, uuids })
}

fn encode_cookie(cookie: Option<&Bytes>, writer: &mut Writer) {
    if let Some(cookie) = cookie {
        writer.octet_string(Tag::OCTET_STRING, cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::IntermediateResponse;

    fn known(info: SyncInfo, octets: &'static [u8]) {
        let frame = Bytes::from_static(octets);
        assert_eq!(info.encode_value().unwrap(), frame);
        assert_eq!(SyncInfo::decode_value(Some(&frame)), Ok(info));
        for end in 0..octets.len() {
            assert!(SyncInfo::decode_value(Some(&frame.slice(..end))).is_err(), "cut after {end}");
        }
        assert!(SyncInfo::decode_value(Some(&[octets, b"\x00"].concat().into())).is_err());
    }

    fn refused(octets: &'static [u8]) -> Fault {
        SyncInfo::decode_value(Some(&Bytes::from_static(octets))).unwrap_err().fault()
    }

    #[test]
    fn values_have_the_octets_of_the_standard() {
        known(SyncInfo::NewCookie("c".into()), b"\x80\x01c");
        known(SyncInfo::RefreshDelete { cookie: None, refresh_done: true }, b"\xa1\x00");
        known(
            SyncInfo::RefreshPresent { cookie: Some("c".into()), refresh_done: false },
            b"\xa2\x06\x04\x01c\x01\x01\x00",
        );
        let uuids = vec![SyncUuid::new(*b"0123456789abcdef"), SyncUuid::new([0; 16])];
        known(
            SyncInfo::IdSet { cookie: Some("c".into()), refresh_deletes: true, uuids },
            b"\xa3\x2c\x04\x01c\x01\x01\xff\x31\x24\x04\x100123456789abcdef\x04\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        );
        let none = SyncInfo::IdSet { cookie: None, refresh_deletes: false, uuids: Vec::new() };
        assert_eq!(none.cookie(), None);
        known(none, b"\xa3\x02\x31\x00");
    }

    #[test]
    fn a_response_is_known_by_its_name() {
        let info = SyncInfo::NewCookie("c".into());
        let response = IntermediateResponse::from(info.clone());
        assert_eq!(response.name(), Some(&SyncInfo::OID));
        assert_eq!(SyncInfo::from_response(&response), Some(Ok(info)));
        assert_eq!(SyncInfo::from_response(&IntermediateResponse::new().with_value("c")), None);
        let empty = IntermediateResponse::new().with_name(SyncInfo::OID);
        assert!(SyncInfo::from_response(&empty).unwrap().is_err());
    }

    #[test]
    fn hostile_values_are_refused() {
        assert!(matches!(refused(b"\xa0\x03\x04\x01c"), Fault::UnknownChoice { .. }));
        assert!(matches!(refused(b"\x84\x00"), Fault::UnknownChoice { .. }));
        assert!(matches!(refused(b"\xa3\x00"), Fault::Missing { expected: Tag::SET }));
        assert!(matches!(refused(b"\xa3\x05\x31\x03\x04\x01x"), Fault::Invalid { field: "syncUUID", .. }));
        assert!(matches!(refused(b"\xa1\x06\x01\x01\x00\x04\x01c"), Fault::Misplaced { .. }));
    }
}
