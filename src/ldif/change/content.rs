//! A tree of entries that changes are carried out on.

use std::collections::BTreeMap;
use std::collections::btree_map;
use std::ops::Bound;

use crate::ldif::{Change, ChangeRecord};
use crate::model::{Dn, DnParseError, Entry, LdapString};
use crate::proto::AddRequest;

use super::effect::new_name;
use super::{ChangeError, ChangeProblem};

/// Entries in memory, by their names: what an LDIF file holds, to carry out changes on.
///
/// It follows RFC 4511 4.6 to 4.9 as far as that goes without a schema. Entries whose superior is not here may be added,
/// or moved, only where none of those further up is here either: they are the first of a tree of their own. Nor does an entry get
/// a name that others are below already.
///
/// [`iter`](Self::iter) walks the entries sorted from the root downwards, so that each comes behind the one above it: in an
/// order in which they can be added.
///
/// ```
/// use ldapwire::ldif::{ChangeRecord, Content};
/// use ldapwire::model::Entry;
/// use ldapwire::proto::{DeleteRequest, ModifyDnRequest, OldRdn};
///
/// let mut content = Content::new();
/// for (name, value) in [("ou=people,dc=example", "people"), ("ou=staff,ou=people,dc=example", "staff")] {
///     content.insert(Entry::new(name).with("ou", [value]))?;
/// }
/// let rename = ChangeRecord::new(ModifyDnRequest::new("ou=people,dc=example", "ou=folk", OldRdn::Delete));
/// let undo = content.inverse(&rename)?;
/// content.apply(&rename)?;
/// let names: Vec<_> = content.iter().map(|entry| entry.dn().as_str()).collect();
/// assert_eq!(names, ["ou=folk,dc=example", "ou=staff,ou=folk,dc=example"]);
///
/// for change in &undo {
///     content.apply(change)?;
/// }
/// assert!(content.apply(&ChangeRecord::new(DeleteRequest::new("ou=people,dc=example"))).is_err(), "not a leaf");
/// # Ok::<(), ldapwire::ldif::ChangeError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Content {
    entries: BTreeMap<Dn, Entry>,
}

impl Content {
    /// Begins with no entry.
    pub const fn new() -> Self {
        Self { entries: BTreeMap::new() }
    }

    /// Puts an entry in, without a look at what is above it.
    ///
    /// # Errors
    ///
    /// Its name is no distinguished name, or there is an entry of this name already.
    pub fn insert(&mut self, entry: Entry) -> Result<(), ChangeError> {
        let dn = parse(entry.dn())?;
        match self.entries.entry(dn) {
            btree_map::Entry::Occupied(_) => Err(ChangeError::new(entry.dn(), ChangeProblem::EntryExists)),
            btree_map::Entry::Vacant(place) => {
                place.insert(entry);
                Ok(())
            }
        }
    }

    /// Carries out a change: all of it, or nothing.
    ///
    /// # Errors
    ///
    /// The change is refused, with the code that a server would answer.
    pub fn apply(&mut self, record: &ChangeRecord) -> Result<(), ChangeError> {
        let dn = parse(record.dn())?;
        let after = record.apply(self.entries.get(&dn))?;
        let new_dn = self.check_place(record, &dn)?;
        match (record.change(), after, new_dn) {
            (Change::ModifyDn(_), Some(after), Some(new_dn)) => self.rename(&dn, &new_dn, after),
            (_, Some(after), _) => {
                self.entries.insert(dn, after);
            }
            (_, None, _) => {
                for below in self.names_below(&dn) {
                    self.entries.remove(&below);
                }
                self.entries.remove(&dn);
            }
        }
        Ok(())
    }

    /// Returns the changes that undo a change, in the order in which they are to be carried out: see
    /// [`ChangeRecord::inverse`]. It is asked for before the change is [carried out](Self::apply).
    ///
    /// # Errors
    ///
    /// The change would be refused.
    pub fn inverse(&self, record: &ChangeRecord) -> Result<Vec<ChangeRecord>, ChangeError> {
        let dn = parse(record.dn())?;
        let mut undo = record.inverse(self.entries.get(&dn))?;
        self.check_place(record, &dn)?;
        if record.deletes_tree() {
            let below = self.below(&dn).map(|(_, entry)| ChangeRecord::new(AddRequest::from(entry)));
            undo.extend(below);
        }
        Ok(undo)
    }

    /// Returns the entry of this name.
    pub fn entry(&self, dn: &Dn) -> Option<&Entry> {
        self.entries.get(dn)
    }

    /// Returns how many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Walks the entries, each behind the one above it.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// Checks what is above and below the entry, and returns the new name if it gets one.
    fn check_place(&self, record: &ChangeRecord, dn: &Dn) -> Result<Option<Dn>, ChangeError> {
        let refused = |problem| Err(ChangeError::new(record.dn(), problem));
        match record.change() {
            Change::Add(_) => {
                if !self.has_place(dn) {
                    return refused(ChangeProblem::NoSuperior);
                }
                if self.below(dn).next().is_some() {
                    return refused(ChangeProblem::HasSubordinates);
                }
                Ok(None)
            }
            Change::Delete(_) if !record.deletes_tree() && self.below(dn).next().is_some() => {
                refused(ChangeProblem::HasSubordinates)
            }
            Change::Delete(_) | Change::Modify(_) => Ok(None),
            Change::ModifyDn(request) => {
                let new_dn = new_name(request)
                    .map_err(|error| ChangeError::new(record.dn(), ChangeProblem::Name(error)))?;
                let superior = new_dn.parent().unwrap_or_default();
                if request.new_superior().is_some() && !self.has_place(&new_dn) {
                    return refused(ChangeProblem::NoSuperior);
                }
                if superior.is_within(dn) {
                    return refused(ChangeProblem::BelowItself);
                }
                if new_dn != *dn && self.entries.contains_key(&new_dn) {
                    return refused(ChangeProblem::EntryExists);
                }
                if new_dn != *dn && self.below(&new_dn).next().is_some() {
                    return refused(ChangeProblem::HasSubordinates);
                }
                Ok(Some(new_dn))
            }
        }
    }

    /// Returns whether the superior of this name is here, or nothing at all of what is above it.
    fn has_place(&self, dn: &Dn) -> bool {
        dn.parent().is_some_and(|parent| self.entries.contains_key(&parent))
            || !dn.ancestors().any(|above| self.entries.contains_key(&above))
    }

    fn rename(&mut self, old: &Dn, new: &Dn, after: Entry) {
        for dn in self.names_below(old) {
            let (Some(entry), Some(renamed)) = (self.entries.remove(&dn), dn.rebased(old, new)) else {
                continue;
            };
            let mut moved = Entry::new(&renamed);
            moved.extend(entry.into_parts().1);
            self.entries.insert(renamed, moved);
        }
        self.entries.remove(old);
        self.entries.insert(new.clone(), after);
    }

    /// Walks what is below a name: it follows the name, and ends with the first that is not below it.
    fn below<'a>(&'a self, dn: &'a Dn) -> impl Iterator<Item = (&'a Dn, &'a Entry)> {
        self.entries
            .range((Bound::Excluded(dn), Bound::Unbounded))
            .take_while(move |(name, _)| name.is_descendant_of(dn))
    }

    fn names_below(&self, dn: &Dn) -> Vec<Dn> {
        self.below(dn).map(|(name, _)| name.clone()).collect()
    }
}

fn parse(dn: &LdapString) -> Result<Dn, ChangeError> {
    Dn::try_from(dn).map_err(|error: DnParseError| ChangeError::new(dn, ChangeProblem::Name(error)))
}

#[cfg(test)]
mod tests;
