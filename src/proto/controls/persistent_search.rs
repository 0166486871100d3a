//! Persistent search (draft-ietf-ldapext-psearch-03): a search that goes on and tells of changes.

use std::fmt;
use std::ops::BitOr;

use bytes::Bytes;

use crate::ber::{DecodeError, Fault, Tag};
use crate::model::Oid;
use crate::proto::{Context, Quirks, sequence_value};

use super::ControlValue;

/// Keeps a search alive: entries come as they change, until it is abandoned.
///
/// ```text
/// PersistentSearch ::= SEQUENCE {
///         changeTypes INTEGER,
///         changesOnly BOOLEAN,
///         returnECs BOOLEAN
/// }                                                 (draft-ietf-ldapext-psearch-03 4)
/// ```
///
/// ```
/// use ldapwire::proto::controls::{ChangeTypes, PersistentSearch};
///
/// let watch = PersistentSearch::new(ChangeTypes::ADD | ChangeTypes::DELETE).changes_only().with_notifications();
/// assert!(watch.change_types().contains(ChangeTypes::DELETE));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersistentSearch {
    change_types: ChangeTypes,
    changes_only: bool,
    return_ecs: bool,
}

impl PersistentSearch {
    /// Asks for the entries that are there, then for those that are changed in one of these ways.
    pub const fn new(change_types: ChangeTypes) -> Self {
        Self { change_types, changes_only: false, return_ecs: false }
    }

    /// Leaves out the entries that are there when the search begins.
    #[must_use]
    pub const fn changes_only(mut self) -> Self {
        self.changes_only = true;
        self
    }

    /// Asks for an [`EntryChangeNotification`](super::EntryChangeNotification) with each entry that has changed.
    #[must_use]
    pub const fn with_notifications(mut self) -> Self {
        self.return_ecs = true;
        self
    }

    /// Returns which changes are told.
    pub const fn change_types(&self) -> ChangeTypes {
        self.change_types
    }

    /// Whether the entries that are there when the search begins are left out.
    pub const fn is_changes_only(&self) -> bool {
        self.changes_only
    }

    /// Whether each entry that has changed says how.
    pub const fn has_notifications(&self) -> bool {
        self.return_ecs
    }
}

impl ControlValue for PersistentSearch {
    const OID: Oid = Oid::from_static("2.16.840.1.113730.3.4.3");

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let mut sequence = Context::of_value(value, quirks)?.sequence()?;
        let types = sequence.expect(Tag::INTEGER)?;
        let change_types = match types.as_integer::<u8>("changeTypes")? {
            bits @ 1..=15 => ChangeTypes(bits),
            _ => return Err(types.fault(Fault::OutOfRange { field: "changeTypes" })),
        };
        let changes_only = sequence.boolean(Tag::BOOLEAN)?;
        let return_ecs = sequence.boolean(Tag::BOOLEAN)?;
        sequence.finish_extensible_after(&[Tag::INTEGER, Tag::BOOLEAN])?;
        Ok(Self { change_types, changes_only, return_ecs })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            writer.boolean(Tag::BOOLEAN, self.return_ecs);
            writer.boolean(Tag::BOOLEAN, self.changes_only);
            writer.integer(Tag::INTEGER, i64::from(self.change_types.0));
        }))
    }
}

/// Ways to change an entry: "the logical OR of one or more of these values: add (1), delete (2), modify (4), modDN (8)"
/// (draft-ietf-ldapext-psearch-03 4).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChangeTypes(u8);

impl ChangeTypes {
    /// An entry is added.
    pub const ADD: Self = Self(1);
    /// An entry is deleted.
    pub const DELETE: Self = Self(2);
    /// An entry is modified.
    pub const MODIFY: Self = Self(4);
    /// An entry is renamed or moved.
    pub const MODIFY_DN: Self = Self(8);
    /// Any of them.
    pub const ALL: Self = Self(15);

    /// Returns the number of the protocol.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Whether these are among them.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for ChangeTypes {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Debug for ChangeTypes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            (Self::ADD, "add"),
            (Self::DELETE, "delete"),
            (Self::MODIFY, "modify"),
            (Self::MODIFY_DN, "modDN"),
        ];
        let set = names.iter().filter(|(types, _)| self.contains(*types)).map(|(_, name)| *name);
        f.write_str(&set.collect::<Vec<_>>().join("|"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::controls::tests::{known, refused};

    #[test]
    fn values_have_the_octets_of_the_draft() {
        known(PersistentSearch::new(ChangeTypes::ALL), b"\x30\x09\x02\x01\x0f\x01\x01\x00\x01\x01\x00");
        let watch = PersistentSearch::new(ChangeTypes::ADD | ChangeTypes::MODIFY_DN);
        assert_eq!(format!("{:?}", watch.change_types()), "add|modDN");
        known(watch.changes_only().with_notifications(), b"\x30\x09\x02\x01\x09\x01\x01\xff\x01\x01\xff");
    }

    #[test]
    fn sets_of_no_change_and_of_unknown_ones_are_refused() {
        for octets in [
            &b"\x30\x09\x02\x01\x00\x01\x01\x00\x01\x01\x00"[..],
            b"\x30\x09\x02\x01\x10\x01\x01\x00\x01\x01\x00",
            b"\x30\x0a\x02\x02\x01\x01\x01\x01\x00\x01\x01\x00",
        ] {
            assert_eq!(refused::<PersistentSearch>(octets), Fault::OutOfRange { field: "changeTypes" });
        }
        assert!(matches!(
            refused::<PersistentSearch>(b"\x30\x06\x02\x01\x01\x01\x01\x00"),
            Fault::Missing { .. }
        ));
    }
}
