//! The Modify operation (RFC 4511 4.6).

use std::fmt;

use crate::ber::{DecodeError, Reader, Tag, Writer};
use crate::model::{LdapString, Modification, ModifyOperation, Value};

use super::attribute_list::{self, Form};
use super::{Context, EncodeError, OpKind, number};

/// Asks to change an entry: all changes in their order, or none.
///
/// ```text
/// ModifyRequest ::= [APPLICATION 6] SEQUENCE {
///      object          LDAPDN,
///      changes         SEQUENCE OF change SEQUENCE {
///           operation       ENUMERATED { add (0), delete (1), replace (2), ... },
///           modification    PartialAttribute } }
/// ```
///
/// The operation `increment` is that of RFC 4525. A number without a name is kept: "protocolError" is the answer.
/// Its `Debug` form shows no values, which may be passwords.
///
/// ```
/// use ldapwire::model::Modification;
/// use ldapwire::proto::ModifyRequest;
///
/// let request = ModifyRequest::new(
///     "uid=ada,dc=example",
///     [Modification::replace("mail", ["ada@example.org"]), Modification::increment("loginCount", 1)],
/// );
/// assert_eq!(request.changes().len(), 2);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ModifyRequest {
    dn: LdapString,
    changes: Vec<Modification>,
}

impl ModifyRequest {
    /// Makes a request to change the entry with this name.
    pub fn new(dn: impl Into<LdapString>, changes: impl IntoIterator<Item = Modification>) -> Self {
        Self { dn: dn.into(), changes: changes.into_iter().collect() }
    }

    /// Returns the name of the entry.
    pub const fn dn(&self) -> &LdapString {
        &self.dn
    }

    /// Returns the changes in their order.
    pub fn changes(&self) -> &[Modification] {
        &self.changes
    }

    pub(super) fn decode<'a>(mut content: Reader<'a>, context: &Context<'a>) -> Result<Self, DecodeError> {
        let dn = context.text(&mut content, Tag::OCTET_STRING, "object")?;
        let limits = context.limits();
        let mut values = limits.values;
        let changes = context.list(content.sequence()?, "changes", limits.attributes, |reader| {
            let mut change = reader.sequence()?;
            let operation = number::decode(&mut change, Tag::ENUMERATED, "operation")?;
            let attribute = attribute_list::check_attribute(&mut change, Form::Partial, &mut values, limits)?;
            change.finish_extensible_after(&[Tag::ENUMERATED, Tag::SEQUENCE])?;
            Ok(Modification::new(
                ModifyOperation::from_number(operation),
                attribute.to_attribute(|octets| context.share(octets)),
            ))
        })?;
        content.finish_extensible_after(&[Tag::OCTET_STRING, Tag::SEQUENCE])?;
        Ok(Self { dn, changes })
    }

    /// Writes the request under its tag.
    ///
    /// # Errors
    ///
    /// The number of an operation is above `maxInt`.
    pub fn encode(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.constructed(OpKind::ModifyRequest.tag(), |writer| {
            writer.constructed(Tag::SEQUENCE, |writer| {
                self.changes.iter().rev().try_for_each(|change| encode_change(change, writer))
            })?;
            writer.octet_string(Tag::OCTET_STRING, self.dn.as_bytes());
            Ok(())
        })
    }
}

fn encode_change(change: &Modification, writer: &mut Writer) -> Result<(), EncodeError> {
    writer.constructed(Tag::SEQUENCE, |writer| {
        let attribute = change.attribute();
        let description = attribute.description().as_str().as_bytes();
        let values = attribute.values().iter().rev().map(Value::as_bytes);
        attribute_list::encode_parts(description, values, writer);
        number::encode(change.operation().number(), Tag::ENUMERATED, "operation", writer)
    })
}

impl fmt::Debug for ModifyRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModifyRequest")
            .field("dn", &self.dn)
            .field("changes", &Changes(&self.changes))
            .finish()
    }
}

/// Shows each change as operation, description and count of values.
struct Changes<'a>(&'a [Modification]);

impl fmt::Debug for Changes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.iter().map(|change| {
            (change.operation(), change.attribute().description(), change.attribute().values().len())
        });
        f.debug_list().entries(shown).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::model::Attribute;
    use crate::proto::tests::{refused, round_trip};

    #[test]
    fn changes_keep_their_order_and_unknown_operations_their_number() {
        let octets = b"\x30\x53\x02\x01\x05\x66\x4e\x04\x03o=a\x30\x47\x30\x10\x0a\x01\x00\x30\x0b\x04\x01a\x31\x06\x04\x011\x04\x012\x30\x0a\x0a\x01\x01\x30\x05\x04\x01b\x31\x00\x30\x0c\x0a\x01\x02\x30\x07\x04\x01c\x31\x02\x04\x00\x30\x0d\x0a\x01\x03\x30\x08\x04\x01d\x31\x03\x04\x011\x30\x0a\x0a\x01\x09\x30\x05\x04\x01e\x31\x00";
        let changes = [
            Modification::add("a", ["1", "2"]),
            Modification::delete_attribute("b"),
            Modification::replace("c", [""]),
            Modification::increment("d", 1),
            Modification::new(ModifyOperation::from_number(9), Attribute::without_values("e")),
        ];
        assert_eq!(round_trip(octets), ModifyRequest::new("o=a", changes).into());
    }

    #[test]
    fn operations_that_do_not_fit_are_refused_both_ways() {
        let octets =
            b"\x30\x15\x02\x01\x05\x66\x10\x04\x00\x30\x0c\x30\x0a\x0a\x01\xff\x30\x05\x04\x01a\x31\x00";
        assert_eq!(refused(octets), (15, Fault::OutOfRange { field: "operation" }));
        let operation = ModifyOperation::from_number(1 << 31);
        let request = ModifyRequest::new("", [Modification::new(operation, Attribute::without_values("a"))]);
        let error = request.encode(&mut Writer::new()).unwrap_err();
        assert!(matches!(error, EncodeError::Invalid { field: "operation", .. }));
    }

    #[test]
    fn the_debug_form_shows_no_values() {
        let request = ModifyRequest::new("cn=a", [Modification::replace("userPassword", ["canary"])]);
        let shown = format!("{request:?}");
        assert!(shown.contains("userPassword") && !shown.contains("canary"), "{shown}");
    }
}
