//! A population: entries, one after the other.

use super::Member;
use super::template::Kind;
use crate::model::Entry;

/// Entries made by a [`Template`](super::Template), one after the other: parents before their children.
///
/// It keeps the place where it is and nothing else, so that a billion entries need no more memory than ten.
///
/// ```
/// use ldapwire::testing::population::Template;
///
/// let mut population = Template::default().population(1000, 42)?;
/// let mut octets = 0;
/// while let Some(member) = population.next_member() {
///     octets += member.lines().map(|(name, value)| name.len() + value.len()).sum::<usize>();
/// }
/// assert!(octets > 100_000);
/// # Ok::<(), ldapwire::testing::population::TemplateError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Population {
    pub(super) kinds: Vec<Kind>,
    pub(super) counts: Vec<u64>,
    pub(super) seed: u64,
    /// The kind and the number of the entry that comes next.
    next: (usize, u64),
    member: Member,
}

impl Population {
    pub(super) fn new(kinds: Vec<Kind>, counts: Vec<u64>, seed: u64) -> Self {
        Self { kinds, counts, seed, next: (0, 0), member: Member::default() }
    }

    /// Returns how many entries there are in all.
    pub fn size(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Makes the next entry, in place of the one before: nothing is allocated for it.
    pub fn next_member(&mut self) -> Option<&Member> {
        let (mut kind, mut index) = self.next;
        while index >= *self.counts.get(kind)? {
            (kind, index) = (kind.saturating_add(1), 0);
        }
        self.next = (kind, index.saturating_add(1));
        let mut member = std::mem::take(&mut self.member);
        member.make(self, kind, index);
        self.member = member;
        Some(&self.member)
    }

    /// Makes the entries as values of their own.
    pub const fn entries(self) -> Entries {
        Entries { population: self }
    }
}

/// The entries of a [`Population`] as values of their own: see [`Population::entries`].
#[derive(Clone, Debug)]
pub struct Entries {
    population: Population,
}

impl Iterator for Entries {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        self.population.next_member().map(Member::to_entry)
    }
}

#[cfg(test)]
mod tests;
