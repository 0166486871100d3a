//! The numbers of the entries that an index has under one key.

use super::store::Id;

/// Numbers of entries, in order, each once.
///
/// Most keys have one entry, which is kept in place. Of several, those that share all but their last 16 bits stand
/// together and take two octets each, with a quarter at most that is not used yet: indexes are the larger part of a
/// directory of small entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Postings {
    #[default]
    None,
    One(Id),
    // A list in a box is one pointer wide, and the whole as small as its smallest form allows.
    #[expect(clippy::box_collection, reason = "two words less for each of the many keys that have one entry")]
    Many(Box<Vec<Chunk>>),
}

/// Numbers that share their first 48 bits; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    high: u64,
    low: Vec<u16>,
}

impl Postings {
    /// Adds a number.
    pub(super) fn put(&mut self, id: Id) {
        match self {
            Self::None => *self = Self::One(id),
            Self::One(own) if *own == id => {}
            Self::One(own) => {
                let mut chunks = Vec::with_capacity(1);
                put(&mut chunks, *own);
                put(&mut chunks, id);
                *self = Self::Many(Box::new(chunks));
            }
            Self::Many(chunks) => put(chunks, id),
        }
    }

    /// Removes a number.
    pub(super) fn take(&mut self, id: Id) {
        match self {
            Self::One(own) if *own == id => *self = Self::None,
            Self::None | Self::One(_) => {}
            Self::Many(chunks) => {
                let (high, low) = split(id);
                let Ok(place) = chunks.binary_search_by_key(&high, |chunk| chunk.high) else { return };
                let Some(chunk) = chunks.get_mut(place) else { return };
                if let Ok(place) = chunk.low.binary_search(&low) {
                    chunk.low.remove(place);
                }
                if chunk.low.is_empty() {
                    chunks.remove(place);
                }
                match chunks.as_slice() {
                    [] => *self = Self::None,
                    [Chunk { high, low }] if low.len() == 1 => *self = Self::One(join(*high, low[0])),
                    _ => {}
                }
            }
        }
    }

    /// Walks the numbers in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Id> {
        let (one, many) = match self {
            Self::None => (None, &[][..]),
            Self::One(id) => (Some(*id), &[][..]),
            Self::Many(chunks) => (None, chunks.as_slice()),
        };
        let many = many.iter().flat_map(|chunk| chunk.low.iter().map(|low| join(chunk.high, *low)));
        one.into_iter().chain(many)
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::One(_) => 1,
            Self::Many(chunks) => chunks.iter().map(|chunk| chunk.low.len()).sum(),
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        matches!(self, Self::None)
    }
}

fn put(chunks: &mut Vec<Chunk>, id: Id) {
    let (high, low) = split(id);
    let place = chunks.partition_point(|chunk| chunk.high < high);
    match chunks.get_mut(place) {
        Some(chunk) if chunk.high == high => {
            // Most entries are new, and have the largest number.
            let place = match chunk.low.last() {
                Some(last) if *last < low => chunk.low.len(),
                _ => match chunk.low.binary_search(&low) {
                    Ok(_) => return,
                    Err(place) => place,
                },
            };
            if chunk.low.len() == chunk.low.capacity() {
                // Doubling, as lists do by themselves, would leave half of it unused.
                chunk.low.reserve_exact((chunk.low.len() / 4).max(2));
            }
            chunk.low.insert(place, low);
        }
        _ => chunks.insert(place, Chunk { high, low: vec![low] }),
    }
}

const fn split(id: Id) -> (u64, u16) {
    (id >> 16, (id & 0xffff) as u16)
}

const fn join(high: u64, low: u16) -> Id {
    high << 16 | low as u64
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn numbers_are_kept_in_order_each_once() {
        // Near each other, far from each other, and on both sides of where one chunk ends.
        let numbers = [5, 1, 5, 65_535, 65_536, 7, u64::MAX, 1 << 40, 65_537, 2];
        let (mut postings, mut expected) = (Postings::default(), BTreeSet::new());
        let check = |postings: &Postings, expected: &BTreeSet<Id>| {
            assert!(postings.iter().eq(expected.iter().copied()), "{postings:?} {expected:?}");
            assert_eq!((postings.len(), postings.is_empty()), (expected.len(), expected.is_empty()));
        };
        for number in numbers {
            postings.put(number);
            expected.insert(number);
            check(&postings, &expected);
        }
        for number in [6, 65_536, 65_535, 1, 1, u64::MAX, 2, 5, 1 << 40, 7, 65_537, 65_537] {
            postings.take(number);
            expected.remove(&number);
            check(&postings, &expected);
        }
        assert_eq!(postings, Postings::None);
    }

    #[test]
    fn one_number_needs_no_memory_of_its_own_and_many_little() {
        assert_eq!(size_of::<Postings>(), 16);
        let mut postings = Postings::default();
        (0..100_000).for_each(|id| postings.put(id));
        let Postings::Many(chunks) = &postings else { panic!() };
        let reserved: usize = chunks.iter().map(|chunk| chunk.low.capacity() * size_of::<u16>()).sum();
        assert!(reserved <= 100_000 * 5 / 2, "{reserved}");
    }
}
