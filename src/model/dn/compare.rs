//! Equality, order and hash of names, as far as they go without schema.
//!
//! The rules are written where a reader looks for them, on [`Dn`]. Here each part is turned into a sequence that is the
//! same for equal parts ([`canonical_attribute`], [`folded`]), and all three walk these sequences, which is why they
//! agree. Nothing is allocated, except to sort the assertions of a multi-valued part.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use super::ava::Ava;
use super::name::Dn;
use super::rdn::Rdn;
use crate::model::case_ignore::{self, folded};

impl PartialEq for Dn {
    fn eq(&self, other: &Self) -> bool {
        self.rdns() == other.rdns()
    }
}

impl Eq for Dn {}

impl Ord for Dn {
    /// Sorts from the root downwards: a parent before its children, a subtree together.
    fn cmp(&self, other: &Self) -> Ordering {
        self.rdns().iter().rev().cmp(other.rdns().iter().rev())
    }
}

impl PartialOrd for Dn {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Dn {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.rdns().hash(state);
    }
}

impl PartialEq for Rdn {
    fn eq(&self, other: &Self) -> bool {
        match (self.is_multi_valued(), other.is_multi_valued()) {
            (false, false) => self.first() == other.first(),
            (true, true) => self.avas().len() == other.avas().len() && sorted(self) == sorted(other),
            _ => false,
        }
    }
}

impl Eq for Rdn {}

impl Ord for Rdn {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.is_multi_valued(), other.is_multi_valued()) {
            (false, false) => self.first().cmp(other.first()),
            _ => sorted(self).cmp(&sorted(other)),
        }
    }
}

impl PartialOrd for Rdn {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Rdn {
    fn hash<H: Hasher>(&self, state: &mut H) {
        if self.is_multi_valued() {
            sorted(self).iter().for_each(|ava| ava.hash(state));
        } else {
            self.first().hash(state);
        }
    }
}

impl PartialEq for Ava {
    fn eq(&self, other: &Self) -> bool {
        is_same_attribute(self.attribute(), other.attribute())
            && self.is_ber() == other.is_ber()
            && (self.value() == other.value() || is_same_value(self, other))
    }
}

impl Eq for Ava {}

impl Ord for Ava {
    /// Sorts by type, then by value.
    fn cmp(&self, other: &Self) -> Ordering {
        attribute_key(self.attribute())
            .cmp(attribute_key(other.attribute()))
            .then_with(|| compare_values(self, other))
    }
}

impl PartialOrd for Ava {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Ava {
    fn hash<H: Hasher>(&self, state: &mut H) {
        attribute_key(self.attribute()).for_each(|octet| state.write_u8(octet));
        match Comparable::of(self) {
            Comparable::Text(text) => {
                state.write_u8(b'=');
                folded(text).for_each(|character| state.write_u32(character.into()));
            }
            Comparable::Octets(octets) | Comparable::Ber(octets) => {
                state.write_u8(b'#');
                state.write(octets);
            }
        }
        // No character: the end of this value cannot be taken for the beginning of the next.
        state.write_u32(u32::MAX);
    }
}

/// Whether two attribute types are the same as far as that is known without schema.
pub(in crate::model) fn is_same_attribute(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
        || canonical_attribute(left).eq_ignore_ascii_case(canonical_attribute(right))
}

/// The type in the form that equal types share.
pub(super) fn attribute_key(attribute: &str) -> impl Iterator<Item = u8> {
    canonical_attribute(attribute).bytes().map(|octet| octet.to_ascii_lowercase())
}

/// The short name of a type, if it is one that every implementation knows.
fn canonical_attribute(attribute: &str) -> &str {
    for (short, long, oid) in KNOWN_ATTRIBUTES {
        if attribute == oid || attribute.eq_ignore_ascii_case(long) {
            return short;
        }
    }
    attribute
}

/// The names that "implementations MUST recognize" (RFC 4514 3); the long ones are of RFC 4519.
const KNOWN_ATTRIBUTES: [(&str, &str, &str); 9] = [
    ("cn", "commonName", "2.5.4.3"),
    ("l", "localityName", "2.5.4.7"),
    ("st", "stateOrProvinceName", "2.5.4.8"),
    ("o", "organizationName", "2.5.4.10"),
    ("ou", "organizationalUnitName", "2.5.4.11"),
    ("c", "countryName", "2.5.4.6"),
    ("street", "streetAddress", "2.5.4.9"),
    ("dc", "domainComponent", "0.9.2342.19200300.100.1.25"),
    ("uid", "userId", "0.9.2342.19200300.100.1.1"),
];

/// The order of the variants is that in which values of different kinds sort.
enum Comparable<'a> {
    Text(&'a str),
    Octets(&'a [u8]),
    Ber(&'a [u8]),
}

impl<'a> Comparable<'a> {
    fn of(ava: &'a Ava) -> Self {
        if ava.is_ber() {
            return Self::Ber(ava.value());
        }
        match std::str::from_utf8(ava.value()) {
            Ok(text) => Self::Text(text),
            Err(_) => Self::Octets(ava.value()),
        }
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Text(_) => 0,
            Self::Octets(_) => 1,
            Self::Ber(_) => 2,
        }
    }
}

fn is_same_value(left: &Ava, right: &Ava) -> bool {
    match (Comparable::of(left), Comparable::of(right)) {
        (Comparable::Text(left), Comparable::Text(right)) => case_ignore::is_equal(left, right),
        // Octets differ: the caller has compared them.
        _ => false,
    }
}

fn compare_values(left: &Ava, right: &Ava) -> Ordering {
    match (Comparable::of(left), Comparable::of(right)) {
        (Comparable::Text(left), Comparable::Text(right)) => folded(left).cmp(folded(right)),
        (Comparable::Octets(left), Comparable::Octets(right))
        | (Comparable::Ber(left), Comparable::Ber(right)) => left.cmp(right),
        (left, right) => left.rank().cmp(&right.rank()),
    }
}

fn sorted(rdn: &Rdn) -> Vec<&Ava> {
    let mut avas: Vec<_> = rdn.avas().collect();
    avas.sort_unstable();
    avas
}

#[cfg(test)]
mod tests;
