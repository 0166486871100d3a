//! The changes that make one file of entries into another.

use std::collections::HashSet;
use std::fmt;
use std::io::{self, Read};

use crate::ldif::ChangeRecord;
use crate::model::{Attribute, AttributeDescription, Entry, Filter, OctetEquality, ValueEquality};
use crate::proto::controls::{AssertionControl, ControlValue};
use crate::proto::{AddRequest, DeleteRequest, ModifyRequest};

use super::backwards::Backwards;
use super::{FileError, Records};

use self::side::in_temporary_file;

mod side;

use side::Side;
#[cfg(feature = "bulk")]
pub(crate) use side::Unsorted;

/// Walks the changes that make the entries of one file into those of another, in an order that a server accepts: what is
/// added and modified from the root downwards, and behind it what is deleted from the leaves upwards.
///
/// Changes may be [guarded](DiffOptions::guarded_by) against what others do meanwhile. Entries are the same if their names are,
/// as a [`Dn`](crate::model::Dn) compares; another spelling of a name is no change. Files in any order are sorted first, in
/// memory up to a [limit](DiffOptions::memory) and beyond it in temporary files; two files that are sorted already need neither.
///
/// ```
/// use ldapwire::files::{Diff, DiffOptions, Records};
/// use ldapwire::ldif::Change;
///
/// let old = b"dn: dc=example\ndc: example\n\ndn: cn=a,dc=example\ncn: a\n\ndn: cn=b,dc=example\ncn: b\n";
/// let new = b"dn: cn=c,dc=example\ncn: c\n\ndn: cn=b,dc=example\ncn: b\nsn: b\n\ndn: dc=example\ndc: example\n";
/// let diff = Diff::new(Records::new(&old[..]), Records::new(&new[..]), DiffOptions::new())?;
/// let changes: Vec<_> = diff.collect::<Result<_, _>>()?;
/// let names: Vec<_> = changes.iter().map(|change| change.dn().as_str()).collect();
/// assert_eq!(names, ["cn=b,dc=example", "cn=c,dc=example", "cn=a,dc=example"]);
/// assert!(matches!(changes[2].change(), Change::Delete(_)));
/// # Ok::<(), ldapwire::files::FileError>(())
/// ```
pub struct Diff<'a> {
    old: Side<'a>,
    new: Side<'a>,
    options: DiffOptions,
    deleted: Backwards,
    has_ended: bool,
}

/// How two files are compared.
pub struct DiffOptions {
    order: Order,
    memory: usize,
    /// The types that are left out, in lower case.
    ignored_types: HashSet<String>,
    /// Those that are left out with their options only.
    ignored: Vec<AttributeDescription>,
    guards: Vec<AttributeDescription>,
    equality: Box<dyn ValueEquality + Send>,
}

/// In which order the entries of a file stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Order {
    /// In any: they are sorted first.
    #[default]
    Any,
    /// Sorted as [`Dn::sort_key`](crate::model::Dn::sort_key) does, so that they are read only once. Another order is an error.
    Sorted,
}

impl DiffOptions {
    /// Takes the defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets in which order the entries of both files stand. Default [`Order::Any`].
    #[must_use]
    pub const fn order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// Sets how many octets of each file are sorted in memory. Default 32 MiB. Less makes more temporary files, each of them
    /// read through a small buffer; one entry is always held.
    #[must_use]
    pub const fn memory(mut self, octets: usize) -> Self {
        self.memory = octets;
        self
    }

    /// Leaves attributes and their subtypes by options out of the comparison, and out of entries that are added: those that a server sets
    /// itself, such as `entryCSN`. Default none.
    #[must_use]
    pub fn ignoring<D: Into<AttributeDescription>>(
        mut self,
        attributes: impl IntoIterator<Item = D>,
    ) -> Self {
        for attribute in attributes.into_iter().map(Into::into) {
            if attribute.options().next().is_some() {
                self.ignored.push(attribute);
            } else {
                self.ignored_types.insert(attribute.as_str().to_ascii_lowercase());
            }
        }
        self
    }

    /// Leaves out what servers set themselves, such as `entryCSN` and `modifyTimestamp`: the attributes of RFC 4512, RFC 3045,
    /// RFC 4530 and RFC 5020 that clients may not write, and those of servers in use.
    #[must_use]
    pub fn ignoring_operational(self) -> Self {
        self.ignoring(OPERATIONAL)
    }

    /// Adds to each modify and delete a critical assertion control (RFC 4528): the entry has to have the value of this attribute
    /// that it had in the old file. **Whoever changed the entry meanwhile is not overwritten; the server refuses with
    /// `assertionFailed`.** Of several attributes the first one counts that the entry has. Default none.
    ///
    /// To be of use, the attribute has to change with the entry: `entryCSN`, or `modifyTimestamp`, which does not notice a second change
    /// within a second. It is best [left out](Self::ignoring_operational) of the comparison.
    #[must_use]
    pub fn guarded_by<D: Into<AttributeDescription>>(
        mut self,
        attributes: impl IntoIterator<Item = D>,
    ) -> Self {
        self.guards.extend(attributes.into_iter().map(Into::into));
        self
    }

    /// Sets how values compare. Default by their octets.
    #[must_use]
    pub fn equality(mut self, equality: impl ValueEquality + Send + 'static) -> Self {
        self.equality = Box::new(equality);
        self
    }

    fn is_ignored(&self, attribute: &AttributeDescription) -> bool {
        self.ignored_types.contains(&attribute.attribute_type().to_ascii_lowercase())
            || self.ignored.iter().any(|ignored| attribute.is_same_or_subtype_of(ignored))
    }

    /// Returns what has to hold for the entry to be changed.
    fn guard(&self, old: &Entry) -> Option<Filter> {
        let mut guards = self.guards.iter();
        guards.find_map(|guard| Some(Filter::equality(guard.clone(), old.values(guard).first()?.clone())))
    }
}

impl Default for DiffOptions {
    fn default() -> Self {
        Self {
            order: Order::Any,
            memory: 32 * 1024 * 1024,
            ignored_types: HashSet::new(),
            ignored: Vec::new(),
            guards: Vec::new(),
            equality: Box::new(OctetEquality),
        }
    }
}

impl fmt::Debug for DiffOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiffOptions")
            .field("order", &self.order)
            .field("memory", &self.memory)
            .field("ignored_types", &self.ignored_types)
            .field("ignored", &self.ignored)
            .field("guards", &self.guards)
            .finish_non_exhaustive()
    }
}

impl<'a> Diff<'a> {
    /// Reads both files as far as that is needed: files in any order to their ends.
    ///
    /// # Errors
    ///
    /// A file cannot be read or sorted, is no LDIF, or holds changes.
    pub fn new(
        old: Records<impl Read + 'a>,
        new: Records<impl Read + 'a>,
        options: DiffOptions,
    ) -> Result<Self, FileError> {
        Ok(Self::of(Side::new(old, &options)?, Side::new(new, &options)?, options))
    }

    /// Compares what was read already.
    pub(crate) fn of(old: Side<'a>, new: Side<'a>, options: DiffOptions) -> Self {
        Self { old, new, options, deleted: Backwards::default(), has_ended: false }
    }

    /// Goes on to the next entry that differs.
    fn step(&mut self) -> Result<Option<ChangeRecord>, FileError> {
        loop {
            let order = match (self.old.peek(), self.new.peek()) {
                (None, None) => {
                    return self.deleted().map_err(in_temporary_file);
                }
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(old), Some(new)) => old.cmp(new),
            };
            let old = if order.is_le() { self.old.take()? } else { None };
            let new = if order.is_ge() { self.new.take()? } else { None };
            match (old, new) {
                (Some(old), None) => self.put_aside(&old).map_err(in_temporary_file)?,
                (None, Some(new)) => {
                    return Ok(Some(ChangeRecord::new(AddRequest::from(self.relevant(new)))));
                }
                (Some(old), Some(new)) => {
                    let guard = self.options.guard(&old);
                    let (old, new) = (self.relevant(old), self.relevant(new));
                    let modifications = old.diff_by(&new, &*self.options.equality);
                    if !modifications.is_empty() {
                        let dn = old.dn().clone();
                        let change = ChangeRecord::new(ModifyRequest::new(dn, modifications));
                        return Ok(Some(guarded(change, guard)));
                    }
                }
                (None, None) => {}
            }
        }
    }

    /// Keeps an entry that is to be deleted, for the end. Of two texts the second comes first then.
    fn put_aside(&mut self, old: &Entry) -> io::Result<()> {
        let guard = self.options.guard(old).map(|guard| guard.to_string());
        self.deleted.push(guard.unwrap_or_default())?;
        self.deleted.push(old.dn().to_string())
    }

    fn deleted(&mut self) -> io::Result<Option<ChangeRecord>> {
        let Some(dn) = self.deleted.pop()? else { return Ok(None) };
        let guard = self.deleted.pop()?.filter(|guard| !guard.is_empty());
        let guard = guard.map(|guard| Filter::parse(&guard)).transpose().map_err(io::Error::other)?;
        Ok(Some(guarded(ChangeRecord::new(DeleteRequest::new(dn)), guard)))
    }

    fn relevant(&self, entry: Entry) -> Entry {
        let (dn, attributes) = entry.into_parts();
        let mut entry = Entry::new(dn);
        let is_wanted = |attribute: &Attribute| !self.options.is_ignored(attribute.description());
        entry.extend(attributes.into_iter().filter(is_wanted));
        entry
    }
}

impl Iterator for Diff<'_> {
    type Item = Result<ChangeRecord, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_ended {
            return None;
        }
        let step = self.step();
        self.has_ended = !matches!(step, Ok(Some(_)));
        step.transpose()
    }
}

impl fmt::Debug for Diff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Diff").field("options", &self.options).finish_non_exhaustive()
    }
}

/// Adds the condition to a change.
fn guarded(change: ChangeRecord, guard: Option<Filter>) -> ChangeRecord {
    // One equality is not nested too deeply.
    match guard.and_then(|guard| AssertionControl::new(guard).ok()) {
        Some(control) => change.with_controls([control.critical()]),
        None => change,
    }
}

/// Attributes that clients may not write: RFC 4512 3.4 and 4.2, RFC 3045, RFC 4530, and those of servers in use.
const OPERATIONAL: [&str; 22] = [
    "createTimestamp",
    "creatorsName",
    "modifyTimestamp",
    "modifiersName",
    "structuralObjectClass",
    "subschemaSubentry",
    "governingStructureRule",
    "hasSubordinates",
    "numSubordinates",
    "entryDN",
    "entryUUID",
    "entryCSN",
    "contextCSN",
    "memberOf",
    "nsUniqueId",
    "entryId",
    "parentId",
    "whenCreated",
    "whenChanged",
    "uSNCreated",
    "uSNChanged",
    "objectGUID",
];

#[cfg(test)]
mod tests;
