//! The assertion control (RFC 4528): an operation under a condition.

use bytes::Bytes;

use crate::ber::{DecodeError, Writer};
use crate::model::{Filter, Oid};
use crate::proto::{Context, EncodeError, Quirks, filter};

use super::ControlValue;

/// Does an operation only if its entry matches a filter; otherwise it ends with `assertionFailed`.
///
/// "An LDAP Control \[RFC4511\] whose controlType is 1.3.6.1.1.12 and whose controlValue is a BER-encoded Filter" (RFC
/// 4528 3). Test and operation are one step: nobody writes in between. Make it
/// [critical](ControlValue::critical), lest a server that does not know it does the operation without.
///
/// ```
/// use ldapwire::RequestExt;
/// use ldapwire::filter;
/// use ldapwire::model::Modification;
/// use ldapwire::proto::ModifyRequest;
/// use ldapwire::proto::controls::{AssertionControl, ControlValue};
///
/// // Only if nobody has changed it since it was read.
/// let unchanged = AssertionControl::new(filter!("(entryCSN={})", "20260101000000.000000Z#000000#000#000000"))?;
/// let change = [Modification::replace("mail", ["ada@example.org"])];
/// let call = ModifyRequest::new("uid=ada,dc=example", change).with_control(unchanged.critical());
/// # Ok::<(), ldapwire::proto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssertionControl {
    filter: Filter,
}

impl AssertionControl {
    /// Asks that the entry matches a filter.
    ///
    /// # Errors
    ///
    /// The filter is nested deeper than [`Filter::MAX_DEPTH`].
    pub fn new(filter: Filter) -> Result<Self, EncodeError> {
        match filter.depth() {
            ..=Filter::MAX_DEPTH => Ok(Self { filter }),
            _ => Err(EncodeError::FilterTooDeep { limit: Filter::MAX_DEPTH }),
        }
    }

    /// Returns what the entry must match.
    pub const fn filter(&self) -> &Filter {
        &self.filter
    }
}

impl ControlValue for AssertionControl {
    const OID: Oid = Oid::from_static("1.3.6.1.1.12");

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut reader = context.reader();
        let filter = filter::decode(&mut reader, &context)?;
        reader.finish()?;
        Ok(Self { filter })
    }

    fn encode_value(&self) -> Option<Bytes> {
        let mut writer = Writer::new();
        filter::encode(&self.filter, &mut writer).ok()?;
        Some(writer.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::proto::controls::tests::{known, refused};

    #[test]
    fn the_value_is_the_filter_itself() {
        let filter = Filter::and([Filter::present("cn"), Filter::equality("sn", "L")]);
        known(AssertionControl::new(filter).unwrap(), b"\xa0\x0d\x87\x02cn\xa3\x07\x04\x02sn\x04\x01L");
    }

    #[test]
    fn a_filter_that_cannot_be_sent_makes_no_control() {
        let deep = |depth| (1..depth).fold(Filter::present("cn"), |filter, _| Filter::not(filter));
        assert!(AssertionControl::new(deep(Filter::MAX_DEPTH)).unwrap().encode_value().is_some());
        assert!(AssertionControl::new(deep(Filter::MAX_DEPTH + 1)).is_err());
    }

    #[test]
    fn hostile_values_are_refused() {
        assert!(matches!(refused::<AssertionControl>(b""), Fault::Empty { list: "filter" }));
        assert!(matches!(refused::<AssertionControl>(b"\x04\x00"), Fault::UnknownChoice { .. }));
        assert!(AssertionControl::decode_value(None).is_err());
        // A hundred thousand nested filters cost neither stack nor time.
        let mut writer = Writer::new();
        for _ in 0..100_000 {
            let length = writer.len();
            writer.header(crate::ber::Tag::context(2), length);
        }
        let fault = AssertionControl::decode_value(Some(&writer.finish())).unwrap_err().fault();
        assert_eq!(fault, Fault::TooDeep { limit: Filter::MAX_DEPTH });
    }
}
