//! The numbers of the entries that an index has under one key.

use std::collections::VecDeque;

use super::store::Id;

/// Numbers of entries, in order, each once.
///
/// Most keys have one entry, which is kept in place. Of several, those that share all but their last 16 bits stand
/// together and take two octets each, with a quarter at most that is not used yet, or one bit for each that there may be
/// where they are many: indexes are the larger part of a directory of small entries.
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
    low: Low,
}

/// The last 16 bits of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Low {
    /// At either end one comes or goes without a move of the others: those that came first often go first.
    List(VecDeque<u16>),
    Bits(Box<Bits>),
}

/// One bit for each number, and how many are set.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bits {
    words: [u64; 1 << 10],
    count: usize,
}

/// A list that is longer takes more memory than the bits, and each number that leaves it moves those behind.
const LISTED: usize = 4096;

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
                chunk.low.take(low);
                if chunk.low.len() == 0 {
                    chunks.remove(place);
                }
                match chunks.as_slice() {
                    [] => *self = Self::None,
                    [Chunk { high, low: Low::List(low) }] if low.len() == 1 => {
                        *self = Self::One(join(*high, low[0]));
                    }
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
        let many = many.iter().flat_map(|chunk| chunk.low.iter().map(|low| join(chunk.high, low)));
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
    // Most entries are new, and have the largest number.
    let place = match chunks.last() {
        Some(last) if last.high == high => chunks.len() - 1,
        _ => chunks.partition_point(|chunk| chunk.high < high),
    };
    match chunks.get_mut(place) {
        Some(chunk) if chunk.high == high => chunk.low.put(low),
        _ => chunks.insert(place, Chunk { high, low: Low::List(VecDeque::from([low])) }),
    }
}

impl Low {
    fn put(&mut self, low: u16) {
        match self {
            Self::List(list) => {
                // Most entries are new, and have the largest number.
                let place = match list.back() {
                    Some(last) if *last < low => None,
                    Some(last) if *last == low => return,
                    _ => match list.binary_search(&low) {
                        Ok(_) => return,
                        Err(place) => Some(place),
                    },
                };
                if list.len() >= LISTED {
                    let mut bits = Box::new(Bits { words: [0; 1 << 10], count: 0 });
                    list.iter().chain([&low]).for_each(|low| bits.put(*low));
                    *self = Self::Bits(bits);
                    return;
                }
                if list.len() == list.capacity() {
                    // Doubling, as lists do by themselves, would leave half of it unused.
                    list.reserve_exact((list.len() / 4).max(2));
                }
                match place {
                    Some(place) => list.insert(place, low),
                    None => list.push_back(low),
                }
            }
            Self::Bits(bits) => bits.put(low),
        }
    }

    fn take(&mut self, low: u16) {
        match self {
            Self::List(list) => {
                if let Ok(place) = list.binary_search(&low) {
                    list.remove(place);
                }
            }
            Self::Bits(bits) => {
                bits.take(low);
                // Much later than it became bits, so that one number that comes and goes does not turn it over.
                if bits.count <= LISTED / 2 {
                    *self = Self::List(bits.iter().collect());
                }
            }
        }
    }

    fn iter(&self) -> impl Iterator<Item = u16> {
        let (list, bits) = match self {
            Self::List(list) => (Some(list), None),
            Self::Bits(bits) => (None, Some(bits)),
        };
        list.into_iter().flatten().copied().chain(bits.into_iter().flat_map(|bits| bits.iter()))
    }

    fn len(&self) -> usize {
        match self {
            Self::List(list) => list.len(),
            Self::Bits(bits) => bits.count,
        }
    }
}

impl Bits {
    fn put(&mut self, low: u16) {
        let (place, bit) = Self::place(low);
        if let Some(word) = self.words.get_mut(place) {
            self.count += usize::from(*word & bit == 0);
            *word |= bit;
        }
    }

    fn take(&mut self, low: u16) {
        let (place, bit) = Self::place(low);
        if let Some(word) = self.words.get_mut(place) {
            self.count -= usize::from(*word & bit != 0);
            *word &= !bit;
        }
    }

    /// The word, and the bit in it.
    const fn place(low: u16) -> (usize, u64) {
        ((low >> 6) as usize, 1 << (low & 63))
    }

    fn iter(&self) -> impl Iterator<Item = u16> {
        self.words.iter().zip((0..=u16::MAX).step_by(64)).flat_map(|(word, first)| {
            let rest = |word: &u64| Some(word & (word - 1)).filter(|rest| *rest != 0);
            let words = std::iter::successors(Some(*word).filter(|word| *word != 0), rest);
            words.map(move |word| first + word.trailing_zeros() as u16)
        })
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
        assert!(postings.iter().eq(0..100_000));
        let reserved = |postings: &Postings| -> usize {
            let Postings::Many(chunks) = postings else { panic!() };
            let of = |chunk: &Chunk| match &chunk.low {
                Low::List(list) => list.capacity() * size_of::<u16>(),
                Low::Bits(_) => size_of::<Bits>(),
            };
            chunks.iter().map(of).sum()
        };
        assert!(reserved(&postings) <= 100_000 / 5, "{}", reserved(&postings));
        let mut few = Postings::default();
        (0..LISTED as u64).for_each(|id| few.put(id * 16));
        assert!(reserved(&few) <= LISTED * 5 / 2, "{}", reserved(&few));
    }

    #[test]
    fn a_list_becomes_bits_and_a_list_again() {
        let (mut postings, mut expected) = (Postings::default(), BTreeSet::new());
        let is_list = |postings: &Postings| {
            let Postings::Many(chunks) = postings else { panic!() };
            matches!(chunks[0].low, Low::List(_))
        };
        for id in (0..65_536).rev().step_by(13) {
            postings.put(id);
            postings.put(id);
            expected.insert(id);
        }
        assert!(!is_list(&postings) && postings.iter().eq(expected.iter().copied()));
        for id in (0..65_536).filter(|id| id % 3 != 0) {
            postings.take(id);
            expected.remove(&id);
            assert_eq!(postings.len(), expected.len());
        }
        assert!(is_list(&postings) && postings.iter().eq(expected.iter().copied()));
        (0..65_536).for_each(|id| postings.take(id));
        assert_eq!(postings, Postings::None);
    }
}
