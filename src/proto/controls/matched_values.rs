//! Matched values (RFC 3876): of many values, those that match.

use bytes::Bytes;

use crate::ber::{DecodeError, Fault};
use crate::model::{Filter, Oid};
use crate::proto::{Context, EncodeError, Quirks, filter, sequence_value};

use super::ControlValue;

/// Returns only those values of the found entries that match one of some simple filters.
///
/// ```text
/// ValuesReturnFilter ::= SEQUENCE OF SimpleFilterItem
///
/// SimpleFilterItem ::= CHOICE {
///        equalityMatch   [3] AttributeValueAssertion,
///        substrings      [4] SubstringFilter,
///        greaterOrEqual  [5] AttributeValueAssertion,
///        lessOrEqual     [6] AttributeValueAssertion,
///        present         [7] AttributeDescription,
///        approxMatch     [8] AttributeValueAssertion,
///        extensibleMatch [9] SimpleMatchingAssertion }
///
/// SimpleMatchingAssertion ::= SEQUENCE {
///        matchingRule    [1] MatchingRuleId OPTIONAL,
///        type            [2] AttributeDescription OPTIONAL,
///         --- at least one of the above must be present
///        matchValue      [3] AssertionValue}                    (RFC 3876 2)
/// ```
///
/// Which entries are found stays the matter of the search's own filter. A list without a filter leaves no value.
///
/// ```
/// use ldapwire::filter;
/// use ldapwire::proto::controls::MatchedValues;
///
/// let one_member = MatchedValues::new([filter!("(member={})", "uid=ada,dc=example")])?;
/// # Ok::<(), ldapwire::proto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchedValues {
    filters: Vec<Filter>,
}

impl MatchedValues {
    /// Keeps the values that match one of the filters.
    ///
    /// # Errors
    ///
    /// A filter is none of the simple ones: it is an `and`, `or` or `not`, or looks at attributes of the name
    /// (`:dn:`).
    pub fn new(filters: impl IntoIterator<Item = Filter>) -> Result<Self, EncodeError> {
        let filters: Vec<_> = filters.into_iter().collect();
        match filters.iter().all(is_simple) {
            true => Ok(Self { filters }),
            false => Err(EncodeError::Invalid { field: "ValuesReturnFilter", expected: SIMPLE }),
        }
    }

    /// Returns the filters, of which a value must match one.
    pub fn filters(&self) -> &[Filter] {
        &self.filters
    }
}

/// What a filter of the list is.
const SIMPLE: &str = "filters without `&`, `|`, `!` and `:dn:`";

fn is_simple(filter: &Filter) -> bool {
    match filter {
        Filter::And(_) | Filter::Or(_) | Filter::Not(_) => false,
        Filter::Extensible(extensible) => !extensible.has_dn_attributes(),
        _ => true,
    }
}

impl ControlValue for MatchedValues {
    const OID: Oid = Oid::from_static("1.2.826.0.1.3344810.2.3");

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let list = context.sequence()?;
        let mut budget = context.limits().attributes;
        let filters = context.list(list, "ValuesReturnFilter", context.limits().attributes, |reader| {
            let start = *reader;
            let filter = filter::decode(reader, &context)?;
            if !is_simple(&filter) {
                return Err(start.fault(Fault::Invalid { field: "ValuesReturnFilter", expected: SIMPLE }));
            }
            let parts = match &filter {
                Filter::Substrings(substrings) => substrings.parts().count(),
                _ => 1,
            };
            context.spend(&mut budget, parts, &start, "ValuesReturnFilter")?;
            Ok(filter)
        })?;
        Ok(Self { filters })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            for filter in self.filters.iter().rev() {
                // A simple filter is never too deep, which is all that could be wrong with it.
                let _ = filter::encode(filter, writer);
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Tag;
    use crate::proto::controls::tests::{known, many, refused};

    #[test]
    fn the_value_is_a_list_of_simple_filters() {
        let filters = ["(cn=a)", "(sn=*)", "(cn:2.4.6:=b)"].map(|text| Filter::parse(text).unwrap());
        known(
            MatchedValues::new(filters).unwrap(),
            b"\x30\x1d\xa3\x07\x04\x02cn\x04\x01a\x87\x02sn\xa9\x0e\x81\x052.4.6\x82\x02cn\x83\x01b",
        );
        known(MatchedValues::new([]).unwrap(), b"\x30\x00");
    }

    #[test]
    fn the_parts_of_all_filters_together_have_a_limit() {
        let filter = sequence_value(|writer| {
            writer.raw(&many(b"\x81\x00", 32_768));
            writer.octet_string(Tag::OCTET_STRING, b"a");
        });
        let mut filter = filter.to_vec();
        filter[0] = 0xa4;
        assert!(MatchedValues::decode_value(Some(&many(&filter, 2))).is_ok());
        let fault = MatchedValues::decode_value(Some(&many(&filter, 3))).unwrap_err().fault();
        assert_eq!(fault, Fault::TooMany { list: "ValuesReturnFilter", limit: 65_536 });
    }

    #[test]
    fn other_filters_are_refused_both_ways() {
        for text in ["(&(cn=a))", "(|)", "(!(cn=a))", "(cn:dn:=a)"] {
            assert!(MatchedValues::new([Filter::parse(text).unwrap()]).is_err(), "{text}");
        }
        for octets in [
            &b"\x30\x02\xa0\x00"[..],
            b"\x30\x06\xa2\x04\x87\x02cn",
            b"\x30\x0a\xa9\x08\x82\x00\x83\x01b\x84\x01\xff",
        ] {
            assert!(matches!(refused::<MatchedValues>(octets), Fault::Invalid { .. }), "{octets:02x?}");
        }
    }
}
