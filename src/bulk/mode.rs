//! `Mode`: what is done with a record.

/// What is done with a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// Entries are added; one that is there already is an error. Changes are not taken. The default.
    #[default]
    Add,
    /// Entries are added; one that is there is made into that of the record, by the fewest modifications: attributes that the
    /// record does not have are removed. Changes are not taken.
    AddOrReplace,
    /// Entries are added; one that is there is left as it is. Changes are not taken.
    AddOrIgnore,
    /// Changes are carried out, and entries are added.
    Apply,
}

impl Mode {
    /// Whether records that are no entries are taken.
    pub(super) const fn takes_changes(self) -> bool {
        matches!(self, Self::Apply)
    }

    /// Whether an entry that is there already is no error.
    pub(super) const fn takes_what_is_there(self) -> bool {
        matches!(self, Self::AddOrReplace | Self::AddOrIgnore)
    }
}
