//! The entry change notification (draft-ietf-ldapext-psearch-03 5).

use bytes::Bytes;

use crate::ber::{DecodeError, Fault, Tag};
use crate::model::{LdapString, Oid};
use crate::proto::{Context, Quirks, sequence_value};

use super::{ChangeTypes, ControlValue};

/// Says why an entry came from a [`PersistentSearch`](super::PersistentSearch).
///
/// ```text
/// EntryChangeNotification ::= SEQUENCE {
///           changeType ENUMERATED {
///                   add             (1),
///                   delete          (2),
///                   modify          (4),
///                   modDN           (8)
///           },
///           previousDN   LDAPDN OPTIONAL,     -- modifyDN ops. only
///           changeNumber INTEGER OPTIONAL     -- if supported
/// }                                                 (draft-ietf-ldapext-psearch-03 5)
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryChangeNotification {
    change: EntryChange,
    change_number: Option<i64>,
}

/// How an entry was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "an ENUMERATED that the draft does not leave open")]
pub enum EntryChange {
    /// It was added.
    Add,
    /// It was deleted.
    Delete,
    /// It was modified.
    Modify,
    /// It was renamed or moved.
    ModifyDn {
        /// The name that it had before; some servers leave it out.
        previous_dn: Option<LdapString>,
    },
}

impl EntryChangeNotification {
    /// Tells how an entry was changed.
    pub const fn new(change: EntryChange) -> Self {
        Self { change, change_number: None }
    }

    /// Sets the number of the change in the server's change log. Default none.
    #[must_use]
    pub const fn with_change_number(mut self, number: i64) -> Self {
        self.change_number = Some(number);
        self
    }

    /// Returns how the entry was changed.
    pub const fn change(&self) -> &EntryChange {
        &self.change
    }

    /// Returns the number of the change in the server's change log, if it has one.
    pub const fn change_number(&self) -> Option<i64> {
        self.change_number
    }
}

impl ControlValue for EntryChangeNotification {
    const OID: Oid = Oid::from_static("2.16.840.1.113730.3.4.7");

    /// A name that comes with another change than modDN is passed over: it says nothing.
    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let change_type = sequence.expect(Tag::ENUMERATED)?;
        let previous_dn = context.optional_text(&mut sequence, Tag::OCTET_STRING, "previousDN")?;
        let change = match change_type.as_integer::<i64>("changeType")? {
            1 => EntryChange::Add,
            2 => EntryChange::Delete,
            4 => EntryChange::Modify,
            8 => EntryChange::ModifyDn { previous_dn },
            _ => return Err(change_type.fault(Fault::OutOfRange { field: "changeType" })),
        };
        let change_number = match sequence.optional(Tag::INTEGER)? {
            None => None,
            Some(number) => Some(number.as_integer("changeNumber")?),
        };
        sequence.finish_extensible_after(&[Tag::OCTET_STRING, Tag::INTEGER])?;
        Ok(Self { change, change_number })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            if let Some(number) = self.change_number {
                writer.integer(Tag::INTEGER, number);
            }
            let change_type = match &self.change {
                EntryChange::Add => ChangeTypes::ADD,
                EntryChange::Delete => ChangeTypes::DELETE,
                EntryChange::Modify => ChangeTypes::MODIFY,
                EntryChange::ModifyDn { previous_dn } => {
                    if let Some(dn) = previous_dn {
                        writer.octet_string(Tag::OCTET_STRING, dn.as_bytes());
                    }
                    ChangeTypes::MODIFY_DN
                }
            };
            writer.integer(Tag::ENUMERATED, i64::from(change_type.number()));
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::controls::tests::{known, read, refused};

    #[test]
    fn values_have_the_octets_of_the_draft() {
        known(EntryChangeNotification::new(EntryChange::Add), b"\x30\x03\x0a\x01\x01");
        let moved = EntryChange::ModifyDn { previous_dn: Some("o=a".into()) };
        known(
            EntryChangeNotification::new(moved).with_change_number(300),
            b"\x30\x0c\x0a\x01\x08\x04\x03o=a\x02\x02\x01\x2c",
        );
        known(
            EntryChangeNotification::new(EntryChange::Delete).with_change_number(-1),
            b"\x30\x06\x0a\x01\x02\x02\x01\xff",
        );
        let odd: EntryChangeNotification = read(b"\x30\x08\x0a\x01\x04\x04\x03o=a");
        assert_eq!(odd, EntryChangeNotification::new(EntryChange::Modify));
    }

    #[test]
    fn hostile_values_are_refused() {
        for octets in [b"\x30\x03\x0a\x01\x00", b"\x30\x03\x0a\x01\x03", b"\x30\x03\x0a\x01\xff"] {
            let fault = refused::<EntryChangeNotification>(octets);
            assert_eq!(fault, Fault::OutOfRange { field: "changeType" });
        }
        let long = b"\x30\x0e\x0a\x01\x01\x02\x09\x7f\xff\xff\xff\xff\xff\xff\xff\xff";
        assert_eq!(refused::<EntryChangeNotification>(long), Fault::OutOfRange { field: "changeNumber" });
    }
}
