//! `Control`: what modifies an operation, in its raw form.

use bytes::Bytes;

use super::Oid;

/// A control as it stands in a message: an identifier, a criticality and perhaps a value that only its specification
/// can read.
///
/// ```text
/// Control ::= SEQUENCE {
///      controlType             LDAPOID,
///      criticality             BOOLEAN DEFAULT FALSE,
///      controlValue            OCTET STRING OPTIONAL }          (RFC 4511 4.1.11)
/// ```
///
/// An absent value and an empty one differ, here as on the wire.
///
/// ```
/// use ldapwire::model::{Control, Oid};
///
/// let tree_delete = Control::new(Oid::from_static("1.2.840.113556.1.4.805")).critical();
/// assert!(tree_delete.is_critical());
/// assert_eq!(tree_delete.value(), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Control {
    oid: Oid,
    criticality: Criticality,
    value: Option<Bytes>,
}

impl Control {
    /// Makes a control that is not critical and has no value.
    pub const fn new(oid: Oid) -> Self {
        Self { oid, criticality: Criticality::NonCritical, value: None }
    }

    /// Sets the value. Default none, which is not the same as an empty one.
    #[must_use]
    pub fn with_value(mut self, value: impl Into<Bytes>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// Makes the control critical: see [`Criticality`].
    #[must_use]
    pub const fn critical(self) -> Self {
        self.with_criticality(Criticality::Critical)
    }

    /// Sets the criticality. Default [`Criticality::NonCritical`].
    #[must_use]
    pub const fn with_criticality(mut self, criticality: Criticality) -> Self {
        self.criticality = criticality;
        self
    }

    /// Returns the identifier, which the specification calls `controlType`.
    pub const fn oid(&self) -> &Oid {
        &self.oid
    }

    /// Returns what the peer shall do when it cannot obey.
    pub const fn criticality(&self) -> Criticality {
        self.criticality
    }

    /// Whether the operation must not happen without this control.
    pub const fn is_critical(&self) -> bool {
        matches!(self.criticality, Criticality::Critical)
    }

    /// Returns the value, if there is one.
    pub const fn value(&self) -> Option<&Bytes> {
        self.value.as_ref()
    }

    /// Copies identifier and value out of the frame they are part of, so that the frame can be freed.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self {
            oid: self.oid.detach(),
            criticality: self.criticality,
            value: self.value.as_deref().map(Bytes::copy_from_slice),
        }
    }
}

/// What a server does with a control that it does not know or cannot apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "a BOOLEAN on the wire: there can be no third value")]
pub enum Criticality {
    /// The server refuses the operation with `unavailableCriticalExtension` (12).
    Critical,
    /// The server does the operation as if the control were not there.
    #[default]
    NonCritical,
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBENTRIES: Oid = Oid::from_static("1.3.6.1.4.1.4203.1.10.1");

    #[test]
    fn absent_and_empty_values_differ() {
        let absent = Control::new(SUBENTRIES);
        let empty = Control::new(SUBENTRIES).with_value("");
        assert_eq!(absent.value(), None);
        assert_eq!(empty.value(), Some(&Bytes::new()));
        assert_ne!(absent, empty);
    }

    #[test]
    fn criticality_is_off_until_asked_for() {
        let control = Control::new(SUBENTRIES);
        assert!(!control.is_critical());
        assert!(control.clone().critical().is_critical());
        assert_eq!(control.clone().critical().with_criticality(Criticality::NonCritical), control);
    }

    #[test]
    fn detached_values_share_nothing() {
        let control = Control::new(SUBENTRIES).critical().with_value(vec![1, 1, 0xff]);
        let detached = control.detach();
        assert_eq!(detached, control);
        assert_ne!(detached.value().unwrap().as_ptr(), control.value().unwrap().as_ptr());
    }
}
