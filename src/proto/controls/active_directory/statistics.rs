//! Statistics of a search (MS-ADTS 3.1.1.3.4.1.6): what it cost the server.

use bytes::Bytes;

use crate::ber::{DecodeError, Fault, Reader, Tag, Writer};
use crate::model::{LdapString, Oid, Value};
use crate::proto::controls::ControlValue;
use crate::proto::{Context, Quirks, sequence_value, value_present};

/// Asks what a search cost (`LDAP_SERVER_GET_STATS_OID`). Takes the right to debug programs.
///
/// The one control whose value is no BER: "the client either omits the controlValue field or sets the controlValue field
/// to one of the 32-bit unsigned integer values in the following table. The values are not BER-encoded"
/// (MS-ADTS 3.1.1.3.4.1.6). The order of the octets is that of Windows: the lowest first.
///
/// Without flags there is no value, and the answer is that of [`STATISTICS`](Self::STATISTICS).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    flags: Option<u32>,
}

impl Statistics {
    /// A search as if there were no control.
    pub const NORMAL: u32 = 0x0;
    /// The search is done and its entries come with the statistics.
    pub const STATISTICS: u32 = 0x1;
    /// Only the statistics come: how the search would be done.
    pub const ONLY_OPTIMIZE: u32 = 0x2;
    /// Statistics have names instead of numbers.
    pub const EXTENDED_FORMAT: u32 = 0x4;

    /// Asks with the flags that the server takes for none.
    pub const fn new() -> Self {
        Self { flags: None }
    }

    /// Sets the flags: constants of this type, joined by `|`.
    #[must_use]
    pub const fn with_flags(mut self, flags: u32) -> Self {
        self.flags = Some(flags);
        self
    }

    /// Returns the flags.
    pub const fn flags(&self) -> Option<u32> {
        self.flags
    }
}

impl ControlValue for Statistics {
    const OID: Oid = OID;

    fn decode_value_with(value: Option<&Bytes>, _: &Quirks) -> Result<Self, DecodeError> {
        if value.is_none() {
            return Ok(Self::new());
        }
        let octets = value_present(value)?;
        let Ok(flags) = <[u8; 4]>::try_from(&octets[..]) else {
            return Err(DecodeError::new(0, Fault::Invalid { field: "the value", expected: "four octets" }));
        };
        Ok(Self { flags: Some(u32::from_le_bytes(flags)) })
    }

    fn encode_value(&self) -> Option<Bytes> {
        self.flags.map(|flags| Bytes::copy_from_slice(&flags.to_le_bytes()))
    }
}

/// What a search cost; stands in the SearchResultDone.
///
/// ```text
/// StatsResponseValue ::= SEQUENCE {
///     threadCountTag        INTEGER,
///     threadCount           INTEGER,
///     callTimeTag           INTEGER,
///     callTime              INTEGER,
///     ...
///     filterTag             INTEGER,
///     filter                OCTET STRING,
///     ... }
///
/// StatsResponseValue ::= SEQUENCE OF SEQUENCE {
///     statisticName    OCTET STRING,
///     CHOICE {
///         intStatistic [0]     INTEGER,
///         stringStatistic [1]  OCTET STRING
///     }
/// }                                                    (MS-ADTS 3.1.1.3.4.1.6)
/// ```
///
/// The first form has more numbers from one version of the server to the next, the second comes for
/// [`EXTENDED_FORMAT`](Statistics::EXTENDED_FORMAT). Which number means what, the specification of the server's version
/// says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatisticsResponse {
    statistics: Vec<Statistic>,
    /// The extended form.
    has_names: bool,
}

/// One statistic.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistic {
    /// What it is of.
    pub name: StatisticName,
    /// What it says.
    pub value: StatisticValue,
}

/// What a statistic is of.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "the specification has two forms")]
pub enum StatisticName {
    /// A number.
    Number(i64),
    /// A name, in the extended form.
    Text(LdapString),
}

/// What a statistic says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "the specification has two forms")]
pub enum StatisticValue {
    /// A number.
    Number(i64),
    /// A text; its encoding is the server's affair.
    Text(Value),
}

impl StatisticsResponse {
    /// Makes a response of numbered statistics.
    pub fn numbered(statistics: impl IntoIterator<Item = (i64, StatisticValue)>) -> Self {
        let named = |(number, value)| Statistic { name: StatisticName::Number(number), value };
        Self { statistics: statistics.into_iter().map(named).collect(), has_names: false }
    }

    /// Makes a response of named statistics, which is the extended form.
    pub fn named<N: Into<LdapString>>(statistics: impl IntoIterator<Item = (N, StatisticValue)>) -> Self {
        let named = |(name, value): (N, _)| Statistic { name: StatisticName::Text(name.into()), value };
        Self { statistics: statistics.into_iter().map(named).collect(), has_names: true }
    }

    /// Returns the statistics in the order in which they came.
    pub fn statistics(&self) -> &[Statistic] {
        &self.statistics
    }
}

const INT_STATISTIC: Tag = Tag::context_primitive(0);
const STRING_STATISTIC: Tag = Tag::context_primitive(1);

impl ControlValue for StatisticsResponse {
    const OID: Oid = OID;

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let list = context.sequence()?;
        let has_names = list.peek() == Some(Tag::SEQUENCE);
        let statistics = context.list(list, "statistics", context.limits().attributes, |reader| {
            if has_names {
                decode_named(reader.sequence()?, &context)
            } else {
                decode_numbered(reader, &context)
            }
        })?;
        Ok(Self { statistics, has_names })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            for statistic in self.statistics.iter().rev() {
                if self.has_names {
                    writer.constructed(Tag::SEQUENCE, |writer| {
                        statistic.encode(writer, INT_STATISTIC, STRING_STATISTIC);
                    });
                } else {
                    statistic.encode(writer, Tag::INTEGER, Tag::OCTET_STRING);
                }
            }
        }))
    }
}

fn decode_numbered<'a>(reader: &mut Reader<'a>, context: &Context<'a>) -> Result<Statistic, DecodeError> {
    let name = StatisticName::Number(reader.integer(Tag::INTEGER)?);
    Ok(Statistic { name, value: decode_statistic(reader, Tag::INTEGER, Tag::OCTET_STRING, context)? })
}

fn decode_named<'a>(mut content: Reader<'a>, context: &Context<'a>) -> Result<Statistic, DecodeError> {
    let name = context.text(&mut content, Tag::OCTET_STRING, "statisticName")?;
    let value = decode_statistic(&mut content, INT_STATISTIC, STRING_STATISTIC, context)?;
    content.finish_extensible_after(&[Tag::OCTET_STRING, INT_STATISTIC, STRING_STATISTIC])?;
    Ok(Statistic { name: StatisticName::Text(name), value })
}

fn decode_statistic<'a>(
    reader: &mut Reader<'a>,
    number: Tag,
    text: Tag,
    context: &Context<'a>,
) -> Result<StatisticValue, DecodeError> {
    match reader.peek() {
        Some(tag) if tag == number => Ok(StatisticValue::Number(reader.integer(number)?)),
        Some(tag) if tag == text => Ok(StatisticValue::Text(context.octets(reader, text)?.into())),
        Some(found) => Err(reader.fault(Fault::UnknownChoice { choice: "statistic", found })),
        None => Err(reader.fault(Fault::Missing { expected: number })),
    }
}

impl Statistic {
    fn encode(&self, writer: &mut Writer, number: Tag, text: Tag) {
        match &self.value {
            StatisticValue::Number(value) => writer.integer(number, *value),
            StatisticValue::Text(value) => writer.octet_string(text, value.as_bytes()),
        }
        match &self.name {
            StatisticName::Number(name) => writer.integer(Tag::INTEGER, *name),
            StatisticName::Text(name) => writer.octet_string(Tag::OCTET_STRING, name.as_bytes()),
        }
    }
}

/// Of both controls.
const OID: Oid = Oid::from_static("1.2.840.113556.1.4.970");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::controls::tests::{known, refused};

    #[test]
    fn requests_have_the_octets_of_the_specification() {
        assert_eq!(Statistics::new().encode_value(), None);
        assert_eq!(Statistics::decode_value(None), Ok(Statistics::new()));
        let extended = Statistics::STATISTICS | Statistics::EXTENDED_FORMAT;
        for (flags, octets) in [(Statistics::NORMAL, [0, 0, 0, 0]), (extended, [5, 0, 0, 0])] {
            let (request, value) = (Statistics::new().with_flags(flags), Bytes::copy_from_slice(&octets));
            assert_eq!(request.encode_value().as_ref(), Some(&value));
            assert_eq!(Statistics::decode_value(Some(&value)), Ok(request));
        }
        for octets in [&b""[..], b"\x01", b"\x30\x03\x02\x01\x04"] {
            assert!(matches!(refused::<Statistics>(octets), Fault::Invalid { .. }), "{octets:02x?}");
        }
    }

    #[test]
    fn responses_have_numbers_or_names() {
        known(
            StatisticsResponse::numbered([
                (1, StatisticValue::Number(300)),
                (7, StatisticValue::Text("(cn=*)".into())),
            ]),
            b"\x30\x12\x02\x01\x01\x02\x02\x01\x2c\x02\x01\x07\x04\x06(cn=*)",
        );
        known(
            StatisticsResponse::named([
                ("time", StatisticValue::Number(5)),
                ("f", StatisticValue::Text("x".into())),
            ]),
            b"\x30\x13\x30\x09\x04\x04time\x80\x01\x05\x30\x06\x04\x01f\x81\x01x",
        );
        known(StatisticsResponse::default(), b"\x30\x00");
    }

    #[test]
    fn hostile_values_are_refused() {
        assert!(matches!(refused::<StatisticsResponse>(b"\x30\x03\x02\x01\x01"), Fault::Missing { .. }));
        let other = refused::<StatisticsResponse>(b"\x30\x06\x02\x01\x01\x01\x01\x00");
        assert!(matches!(other, Fault::UnknownChoice { choice: "statistic", .. }));
        let mixed = refused::<StatisticsResponse>(b"\x30\x0a\x30\x06\x04\x01f\x81\x01x\x02\x00");
        assert!(matches!(mixed, Fault::UnexpectedTag { .. }));
    }
}
