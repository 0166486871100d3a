//! `RecordRef`: a record in place.

use std::fmt;

use crate::model::{Criticality, ModifyOperation};
use crate::proto::OldRdn;

use super::Position;
use super::stored::{Head, Kind, Line, Role, Stores};

/// A record that is borrowed from its reader: nothing is counted, nothing allocated.
///
/// What is neither folded nor base64 is a slice of what arrived, the rest is one of a buffer that all records share. For
/// callers that see each record once; [`to_record`](Self::to_record) makes one to keep. The `Debug` form shows no
/// values, which may be passwords.
///
/// ```
/// use ldapwire::ldif::{Body, SliceReader};
///
/// let mut reader = SliceReader::new(b"dn: cn=Ada\ncn: Ada\nsn:: TG92ZWxhY2U=\n");
/// let record = reader.next_ref().unwrap()?;
/// assert_eq!(record.dn(), "cn=Ada");
/// let Body::Content(attributes) = record.body() else { panic!("an entry") };
/// let lines: Vec<_> = attributes.map(|line| (line.name(), line.value())).collect();
/// assert_eq!(lines, [("cn", &b"Ada"[..]), ("sn", b"Lovelace")]);
/// # Ok::<(), ldapwire::ldif::Fault>(())
/// ```
#[derive(Clone, Copy)]
pub struct RecordRef<'r> {
    stores: Stores<'r>,
    head: &'r Head,
    lines: &'r [Line],
}

impl<'r> RecordRef<'r> {
    pub(super) const fn new(stores: Stores<'r>, head: &'r Head, lines: &'r [Line]) -> Self {
        Self { stores, head, lines }
    }

    /// Returns what the record is made of.
    #[cfg(feature = "files")]
    pub(super) const fn parts(&self) -> (Stores<'r>, &'r Head, &'r [Line]) {
        (self.stores, self.head, self.lines)
    }

    /// Returns where the record begins.
    pub const fn position(&self) -> Position {
        self.head.position
    }

    /// Returns the name of the entry.
    pub fn dn(&self) -> &'r str {
        self.head.dn.as_ref().map_or("", |dn| self.stores.text(dn))
    }

    /// Walks the controls. A content record has none.
    pub fn controls(&self) -> impl Iterator<Item = ControlRef<'r>> + use<'r> {
        let stores = self.stores;
        let controls = self.lines.get(..self.head.controls).unwrap_or_default();
        controls.iter().filter_map(move |line| match line.role {
            Role::Control(criticality, has_value) => {
                let value = has_value.then(|| stores.octets(&line.value));
                Some(ControlRef { oid: stores.text(&line.name), criticality, value })
            }
            _ => None,
        })
    }

    /// Returns what the record says.
    pub fn body(&self) -> Body<'r> {
        let lines = self.lines.get(self.head.controls..).unwrap_or_default();
        let stores = self.stores;
        match self.head.kind {
            Kind::Content => Body::Content(Attrvals { stores, lines: lines.iter() }),
            Kind::Add => Body::Add(Attrvals { stores, lines: lines.iter() }),
            Kind::Delete => Body::Delete,
            Kind::Modify => Body::Modify(ModSpecs { stores, lines }),
            Kind::ModifyDn(old_rdn) => {
                let find =
                    |role| lines.iter().find(|line| line.role == role).map(|line| stores.text(&line.value));
                let new_rdn = find(Role::NewRdn).unwrap_or_default();
                Body::ModifyDn { new_rdn, old_rdn, new_superior: find(Role::NewSuperior) }
            }
        }
    }
}

impl fmt::Debug for RecordRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordRef")
            .field("position", &self.position())
            .field("dn", &self.dn())
            .field("body", &self.body())
            .finish_non_exhaustive()
    }
}

/// What a record says about an entry.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_enums, reason = "what the standard has; a change is one of four requests")]
pub enum Body<'r> {
    /// The attributes of the entry.
    Content(Attrvals<'r>),
    /// `changetype: add`, and the attributes of the entry.
    Add(Attrvals<'r>),
    /// `changetype: delete`
    Delete,
    /// `changetype: modify`, and the parts of the modification.
    Modify(ModSpecs<'r>),
    /// `changetype: modrdn` or `moddn`
    ModifyDn {
        /// The new relative name.
        new_rdn: &'r str,
        /// What becomes of the old one.
        old_rdn: OldRdn,
        /// The entry to move to.
        new_superior: Option<&'r str>,
    },
}

/// A walk over attributes, value by value, as the lines stand: an attribute may come back later.
#[derive(Clone)]
pub struct Attrvals<'r> {
    stores: Stores<'r>,
    lines: std::slice::Iter<'r, Line>,
}

impl<'r> Iterator for Attrvals<'r> {
    type Item = Attrval<'r>;

    #[inline]
    fn next(&mut self) -> Option<Attrval<'r>> {
        let stores = self.stores;
        self.lines.next().map(|line| Attrval { stores, line })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.lines.size_hint()
    }
}

impl<'r> DoubleEndedIterator for Attrvals<'r> {
    #[inline]
    fn next_back(&mut self) -> Option<Attrval<'r>> {
        let stores = self.stores;
        self.lines.next_back().map(|line| Attrval { stores, line })
    }
}

impl ExactSizeIterator for Attrvals<'_> {}

impl fmt::Debug for Attrvals<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone().map(|line| line.name())).finish()
    }
}

/// A value with the name of its attribute.
#[derive(Clone, Copy)]
pub struct Attrval<'r> {
    stores: Stores<'r>,
    line: &'r Line,
}

impl<'r> Attrval<'r> {
    /// Returns the name of the attribute with its options.
    #[inline]
    pub fn name(&self) -> &'r str {
        self.stores.text(&self.line.name)
    }

    /// Returns the name of the attribute with its options, in octets.
    #[inline]
    pub fn name_octets(&self) -> &'r [u8] {
        self.stores.octets(&self.line.name)
    }

    /// Returns how many octets the value has.
    #[inline]
    pub(super) fn value_len(&self) -> usize {
        self.line.value.range.len()
    }

    /// Whether the name has options.
    #[inline]
    pub(super) const fn has_options(&self) -> bool {
        self.line.has_options
    }

    /// Returns the value.
    #[inline]
    pub fn value(&self) -> &'r [u8] {
        self.stores.octets(&self.line.value)
    }
}

impl fmt::Debug for Attrval<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attrval").field("name", &self.name()).finish_non_exhaustive()
    }
}

/// A walk over the parts of a modification.
#[derive(Clone)]
pub struct ModSpecs<'r> {
    stores: Stores<'r>,
    lines: &'r [Line],
}

impl<'r> Iterator for ModSpecs<'r> {
    type Item = ModSpec<'r>;

    fn next(&mut self) -> Option<ModSpec<'r>> {
        let (first, rest) = self.lines.split_first()?;
        let count = rest.iter().take_while(|line| line.role == Role::Value).count();
        let (values, rest) = rest.split_at_checked(count)?;
        self.lines = rest;
        let Role::Change(operation) = first.role else { return None };
        let values = Attrvals { stores: self.stores, lines: values.iter() };
        Some(ModSpec { operation, name: self.stores.text(&first.name), values })
    }
}

impl fmt::Debug for ModSpecs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// One part of a modification.
#[derive(Clone)]
pub struct ModSpec<'r> {
    operation: ModifyOperation,
    name: &'r str,
    values: Attrvals<'r>,
}

impl<'r> ModSpec<'r> {
    /// Returns what to do.
    pub const fn operation(&self) -> ModifyOperation {
        self.operation
    }

    /// Returns the name of the attribute with its options.
    pub const fn name(&self) -> &'r str {
        self.name
    }

    /// Walks the values.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &'r [u8]> + use<'r> {
        self.values.clone().map(|line| line.value())
    }
}

impl fmt::Debug for ModSpec<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModSpec")
            .field("operation", &self.operation)
            .field("name", &self.name)
            .field("values", &self.values.len())
            .finish()
    }
}

/// A control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ControlRef<'r> {
    oid: &'r str,
    criticality: Criticality,
    value: Option<&'r [u8]>,
}

impl<'r> ControlRef<'r> {
    /// Returns the object identifier.
    pub const fn oid(&self) -> &'r str {
        self.oid
    }

    /// Returns the criticality: non-critical if the line has none.
    pub const fn criticality(&self) -> Criticality {
        self.criticality
    }

    /// Returns the value; absent differs from empty.
    pub const fn value(&self) -> Option<&'r [u8]> {
        self.value
    }
}
