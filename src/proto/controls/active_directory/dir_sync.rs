//! DirSync (MS-ADTS 3.1.1.3.4.1.3): what has changed in a naming context since last time.

use bytes::Bytes;

use crate::ber::{DecodeError, Reader, Tag};
use crate::model::Oid;
use crate::proto::controls::ControlValue;
use crate::proto::{Context, Quirks, number, sequence_value};

use super::bits::{decode_bits, encode_bits};

/// Asks a search for what has changed since a cookie.
///
/// ```text
/// DirSyncRequestValue ::= SEQUENCE {
///     Flags       INTEGER
///     MaxBytes    INTEGER
///     Cookie      OCTET STRING
/// }                                                    (MS-ADTS 3.1.1.3.4.1.3)
/// ```
///
/// The search is of a whole naming context: its base is the root of one and its scope the subtree. It takes the right
/// to replicate changes, unless [`OBJECT_SECURITY`](Self::OBJECT_SECURITY) is set.
///
/// ```
/// use ldapwire::proto::controls::ControlValue;
/// use ldapwire::proto::controls::active_directory::DirSync;
///
/// let first = DirSync::new(DirSync::OBJECT_SECURITY).critical();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirSync {
    flags: u32,
    max_bytes: u32,
    cookie: Bytes,
}

impl DirSync {
    /// Only what the client may read: no other right is needed.
    pub const OBJECT_SECURITY: u32 = 0x0000_0001;
    /// Parents before their children.
    pub const ANCESTORS_FIRST_ORDER: u32 = 0x0000_0800;
    /// No secret attributes; servers since 2003 pay no attention to it.
    pub const PUBLIC_DATA_ONLY: u32 = 0x0000_2000;
    /// Of attributes with linked values, only the values that have changed.
    pub const INCREMENTAL_VALUES: u32 = 0x8000_0000;

    /// Asks for everything; `flags` are constants of this type, joined by `|`.
    pub const fn new(flags: u32) -> Self {
        Self { flags, max_bytes: number::MAX_INT, cookie: Bytes::new() }
    }

    /// Sets the most octets of attributes in one answer; more than 2,147,483,647 are taken for that many, which is the
    /// default: the server's own limit holds.
    #[must_use]
    pub const fn with_max_bytes(mut self, octets: u32) -> Self {
        self.max_bytes = number::at_most_max_int(octets);
        self
    }

    /// Sets the cookie of the last answer, which may be years old. Default empty: everything is asked for.
    #[must_use]
    pub fn with_cookie(mut self, cookie: impl Into<Bytes>) -> Self {
        self.cookie = cookie.into();
        self
    }

    /// Returns the flags.
    pub const fn flags(&self) -> u32 {
        self.flags
    }

    /// Returns the most octets of attributes in one answer.
    pub const fn max_bytes(&self) -> u32 {
        self.max_bytes
    }

    /// Returns the cookie; empty asks for everything.
    pub const fn cookie(&self) -> &Bytes {
        &self.cookie
    }
}

impl ControlValue for DirSync {
    const OID: Oid = OID;

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let flags = decode_bits(&mut sequence, "Flags")?;
        let max_bytes = number::decode(&mut sequence, Tag::INTEGER, "MaxBytes")?;
        Ok(Self { flags, max_bytes, cookie: finish_with_cookie(sequence, &context)? })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            writer.octet_string(Tag::OCTET_STRING, &self.cookie);
            writer.integer(Tag::INTEGER, i64::from(self.max_bytes));
            encode_bits(self.flags, writer);
        }))
    }
}

/// Ends one answer; stands in the SearchResultDone.
///
/// ```text
/// DirSyncResponseValue ::= SEQUENCE {
///     MoreResults     INTEGER
///     unused          INTEGER
///     CookieServer    OCTET STRING
/// }                                                    (MS-ADTS 3.1.1.3.4.1.3)
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirSyncResponse {
    more_results: bool,
    cookie: Bytes,
}

impl DirSyncResponse {
    /// Ends the last answer, with the cookie for the next time.
    pub fn new(cookie: impl Into<Bytes>) -> Self {
        Self { more_results: false, cookie: cookie.into() }
    }

    /// Says that there is more: the client shall ask again at once.
    #[must_use]
    pub const fn with_more_results(mut self) -> Self {
        self.more_results = true;
        self
    }

    /// Whether there is more: the client shall ask again at once.
    pub const fn has_more_results(&self) -> bool {
        self.more_results
    }

    /// Returns the cookie to ask with the next time.
    pub const fn cookie(&self) -> &Bytes {
        &self.cookie
    }
}

impl ControlValue for DirSyncResponse {
    const OID: Oid = OID;

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let more_results = decode_bits(&mut sequence, "MoreResults")? != 0;
        // The second number has no meaning, whatever it is.
        sequence.expect(Tag::INTEGER)?;
        Ok(Self { more_results, cookie: finish_with_cookie(sequence, &context)? })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            writer.octet_string(Tag::OCTET_STRING, &self.cookie);
            writer.integer(Tag::INTEGER, 0);
            writer.integer(Tag::INTEGER, i64::from(self.more_results));
        }))
    }
}

fn finish_with_cookie<'a>(mut sequence: Reader<'a>, context: &Context<'a>) -> Result<Bytes, DecodeError> {
    let cookie = context.octets(&mut sequence, Tag::OCTET_STRING)?;
    sequence.finish_extensible_after(&[Tag::INTEGER, Tag::OCTET_STRING])?;
    Ok(cookie)
}

/// `LDAP_SERVER_DIRSYNC_OID`, of request and response.
const OID: Oid = Oid::from_static("1.2.840.113556.1.4.841");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::proto::controls::tests::{known, read, refused};

    #[test]
    fn values_have_the_octets_of_the_specification() {
        known(DirSync::new(1), b"\x30\x0b\x02\x01\x01\x02\x04\x7f\xff\xff\xff\x04\x00");
        let flags = DirSync::INCREMENTAL_VALUES | DirSync::OBJECT_SECURITY;
        known(
            DirSync::new(flags).with_max_bytes(256).with_cookie("MSDS"),
            b"\x30\x10\x02\x04\x80\x00\x00\x01\x02\x02\x01\x00\x04\x04MSDS",
        );
        known(DirSyncResponse::new("c").with_more_results(), b"\x30\x09\x02\x01\x01\x02\x01\x00\x04\x01c");
    }

    #[test]
    fn long_lengths_as_active_directory_writes_them_are_read() {
        let last: DirSyncResponse = read(b"\x30\x84\x00\x00\x00\x0a\x02\x01\x00\x02\x02\x10\x00\x04\x01c");
        assert_eq!(last, DirSyncResponse::new("c"));
    }

    #[test]
    fn hostile_values_are_refused() {
        let negative = refused::<DirSync>(b"\x30\x08\x02\x01\x00\x02\x01\xff\x04\x00");
        assert_eq!(negative, Fault::OutOfRange { field: "MaxBytes" });
        assert!(matches!(refused::<DirSync>(b"\x30\x06\x02\x01\x00\x02\x01\x00"), Fault::Missing { .. }));
        assert!(matches!(
            refused::<DirSyncResponse>(b"\x30\x05\x02\x01\x00\x04\x00"),
            Fault::UnexpectedTag { .. }
        ));
    }
}
