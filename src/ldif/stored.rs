//! Where the parts of a record are: in the data as it arrived, or in the scratch buffer.

use std::ops::Range;

use crate::model::{Criticality, ModifyOperation};
use crate::proto::OldRdn;

use super::Position;

/// A part of a record.
#[derive(Clone, Debug, Default)]
pub(super) struct Stored {
    pub(super) range: Range<usize>,
    pub(super) store: Store,
}

/// What a [`Stored`] is a range of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Store {
    /// What arrived, from the first octet that is still needed.
    #[default]
    Data,
    /// What was joined or decoded.
    Scratch,
}

/// One line of a record's body.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// The name of the attribute, or the object identifier of the control.
    pub(super) name: Stored,
    pub(super) value: Stored,
    pub(super) role: Role,
    /// Whether the name has options.
    pub(super) has_options: bool,
}

impl Line {
    /// A line that is of no attribute.
    pub(super) fn unnamed(value: Stored, role: Role) -> Self {
        Self { name: Stored::default(), value, role, has_options: false }
    }
}

/// What a line is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A value of an attribute.
    Value,
    /// The first line of a part of a modification.
    Change(ModifyOperation),
    /// A control, with or without value.
    Control(Criticality, bool),
    /// The new relative name.
    NewRdn,
    /// The new superior.
    NewSuperior,
}

/// What a record is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    pub(super) position: Position,
    pub(super) dn: Option<Stored>,
    pub(super) kind: Kind,
    /// How many of the lines are controls; they come first.
    pub(super) controls: usize,
}

/// The kind of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Content,
    Add,
    Delete,
    Modify,
    ModifyDn(OldRdn),
}

/// What parts of a record are taken from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stores<'r> {
    pub(super) data: &'r [u8],
    pub(super) scratch: &'r [u8],
}

impl<'r> Stores<'r> {
    /// Returns the octets of a part.
    #[inline]
    pub(super) fn octets(self, part: &Stored) -> &'r [u8] {
        let store = match part.store {
            Store::Data => self.data,
            Store::Scratch => self.scratch,
        };
        store.get(part.range.clone()).unwrap_or_default()
    }

    /// Returns the octets of a part that was checked to be text.
    #[inline]
    pub(super) fn text(self, part: &Stored) -> &'r str {
        std::str::from_utf8(self.octets(part)).unwrap_or_default()
    }
}
