//! `deleteoldrdn` of a `ModifyDNRequest`.

/// What becomes of the values in the old relative name that the new one does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "a BOOLEAN on the wire: there can be no third value")]
pub enum OldRdn {
    /// They are removed from the entry.
    Delete,
    /// They stay in the entry, as values like others.
    Keep,
}
