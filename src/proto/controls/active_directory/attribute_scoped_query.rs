//! Attribute scoped query (MS-ADTS 3.1.1.3.4.1.18): a search among the entries that one entry names.

use bytes::Bytes;

use crate::ber::{DecodeError, Tag};
use crate::model::{AttributeDescription, Oid, ResultCode};
use crate::proto::controls::ControlValue;
use crate::proto::{Context, Quirks, number, sequence_value};

/// Searches the entries that an attribute of the base names, for example the members of a group
/// (`LDAP_SERVER_ASQ_OID`). The scope of the search must be the base.
///
/// ```text
/// ASQRequestValue ::= SEQUENCE {
///     sourceAttribute     OCTET STRING
/// }                                                    (MS-ADTS 3.1.1.3.4.1.18)
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeScopedQuery {
    source: AttributeDescription,
}

impl AttributeScopedQuery {
    /// Searches the entries that this attribute names.
    pub fn new(source: impl Into<AttributeDescription>) -> Self {
        Self { source: source.into() }
    }

    /// Returns the attribute that names the entries.
    pub const fn source(&self) -> &AttributeDescription {
        &self.source
    }
}

impl ControlValue for AttributeScopedQuery {
    const OID: Oid = OID;

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let source = context.text(&mut sequence, Tag::OCTET_STRING, "sourceAttribute")?.into();
        sequence.finish_extensible_after(&[Tag::OCTET_STRING])?;
        Ok(Self { source })
    }

    fn encode_value(&self) -> Option<Bytes> {
        let source = self.source.as_str().as_bytes();
        Some(sequence_value(|writer| writer.octet_string(Tag::OCTET_STRING, source)))
    }
}

/// Says whether all the named entries were searched; stands in the SearchResultDone.
///
/// ```text
/// ASQResponseValue ::= SEQUENCE {
///     searchResults       ENUMERATED
/// }                                                    (MS-ADTS 3.1.1.3.4.1.18)
/// ```
///
/// `success`, or for example `invalidAttributeSyntax` where the attribute holds no names, or `affectsMultipleDSAs`
/// where another server has some of the entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttributeScopedQueryResponse {
    result: ResultCode,
}

impl AttributeScopedQueryResponse {
    /// Says how it went; codes above `maxInt` become `other`.
    pub const fn new(result: ResultCode) -> Self {
        Self { result: number::sendable(result) }
    }

    /// Returns how it went.
    pub const fn result(&self) -> ResultCode {
        self.result
    }
}

impl ControlValue for AttributeScopedQueryResponse {
    const OID: Oid = OID;

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let mut sequence = Context::of_value(value, quirks)?.sequence()?;
        let result = ResultCode::new(number::decode(&mut sequence, Tag::ENUMERATED, "searchResults")?);
        sequence.finish_extensible_after(&[Tag::ENUMERATED])?;
        Ok(Self { result })
    }

    fn encode_value(&self) -> Option<Bytes> {
        let code = i64::from(self.result.number());
        Some(sequence_value(|writer| writer.integer(Tag::ENUMERATED, code)))
    }
}

/// Of both controls.
const OID: Oid = Oid::from_static("1.2.840.113556.1.4.1504");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::proto::controls::tests::{known, refused};

    #[test]
    fn values_have_the_octets_of_the_specification() {
        known(AttributeScopedQuery::new("member"), b"\x30\x08\x04\x06member");
        let elsewhere = AttributeScopedQueryResponse::new(ResultCode::AFFECTS_MULTIPLE_DSAS);
        known(elsewhere, b"\x30\x03\x0a\x01\x47");
        assert!(matches!(refused::<AttributeScopedQuery>(b"\x30\x00"), Fault::Missing { .. }));
        let negative = refused::<AttributeScopedQueryResponse>(b"\x30\x03\x0a\x01\xff");
        assert_eq!(negative, Fault::OutOfRange { field: "searchResults" });
    }
}
