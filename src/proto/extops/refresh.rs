//! Refresh of dynamic entries (RFC 2589 4): they go when nobody asks that they stay.

use bytes::Bytes;

use crate::ber::{DecodeError, Tag};
use crate::model::{LdapString, Oid};
use crate::proto::{Context, ExtendedResponse, LdapResult, Quirks, number, sequence_value, value_sequence};

use super::ExtendedOp;

/// Asks that a dynamic entry lives on; the answer is for how many seconds it does.
///
/// ```text
/// SEQUENCE {
///         entryName  [0] LDAPDN,
///         requestTtl [1] INTEGER
/// }                                                             (RFC 2589 4.1)
///
/// SEQUENCE {
///         responseTtl [1] INTEGER
/// }                                                             (RFC 2589 4.2)
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refresh {
    dn: LdapString,
    ttl: u32,
}

const ENTRY_NAME: Tag = Tag::context_primitive(0);
const REQUEST_TTL: Tag = Tag::context_primitive(1);
const RESPONSE_TTL: Tag = Tag::context_primitive(1);

impl Refresh {
    /// Asks that the entry of this name lives for so many seconds, "between 1 and 31557600"; the server may decide
    /// otherwise. More than 2,147,483,647 are taken for that many.
    pub fn new(dn: impl Into<LdapString>, seconds: u32) -> Self {
        Self { dn: dn.into(), ttl: number::at_most_max_int(seconds) }
    }

    /// Returns the name of the entry.
    pub const fn dn(&self) -> &LdapString {
        &self.dn
    }

    /// Returns for how many seconds the entry shall live.
    pub const fn seconds(&self) -> u32 {
        self.ttl
    }
}

impl ExtendedOp for Refresh {
    const OID: Oid = Oid::from_static("1.3.6.1.4.1.1466.101.119.1");

    type Response = u32;

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            writer.integer(REQUEST_TTL, i64::from(self.ttl));
            writer.octet_string(ENTRY_NAME, self.dn.as_bytes());
        }))
    }

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let dn = context.text(&mut sequence, ENTRY_NAME, "entryName")?;
        let ttl = number::decode(&mut sequence, REQUEST_TTL, "requestTtl")?;
        sequence.finish_extensible_after(&[ENTRY_NAME, REQUEST_TTL])?;
        Ok(Self { dn, ttl })
    }

    /// "The responseName field contains the same string as that present in the request." Numbers above 2,147,483,647
    /// are taken for that one.
    fn encode_response(seconds: &u32) -> ExtendedResponse {
        let ttl = i64::from(number::at_most_max_int(*seconds));
        let value = sequence_value(|writer| writer.integer(RESPONSE_TTL, ttl));
        ExtendedResponse::new(LdapResult::success()).with_name(Self::OID).with_value(value)
    }

    fn decode_response_with(response: &ExtendedResponse, quirks: &Quirks) -> Result<u32, DecodeError> {
        let mut sequence = value_sequence(response.value(), quirks)?;
        let ttl = number::decode(&mut sequence, RESPONSE_TTL, "responseTtl")?;
        sequence.finish_extensible_after(&[RESPONSE_TTL])?;
        Ok(ttl)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;

    #[test]
    fn values_have_the_octets_of_the_standard() {
        let refresh = Refresh::new("cn=a", 3600);
        let octets = Bytes::from_static(b"\x30\x0a\x80\x04cn=a\x81\x02\x0e\x10");
        assert_eq!(refresh.encode_value().unwrap(), octets);
        assert_eq!(Refresh::from_request(&refresh.clone().into()), Some(Ok(refresh)));
        for end in 0..octets.len() {
            assert!(Refresh::decode_value(Some(&octets.slice(..end))).is_err());
        }
        let response = Refresh::encode_response(&86_400);
        assert_eq!(response.name(), Some(&Refresh::OID));
        assert_eq!(response.value().unwrap(), &b"\x30\x05\x81\x03\x01\x51\x80"[..]);
        assert_eq!(Refresh::decode_response(&response), Ok(86_400));
        let negative = response.with_value(&b"\x30\x03\x81\x01\xff"[..]);
        let fault = Refresh::decode_response(&negative).unwrap_err().fault();
        assert_eq!(fault, Fault::OutOfRange { field: "responseTtl" });
    }
}
