//! Keys of an index, most of which are short.

use std::borrow::Borrow;
use std::cmp::Ordering;

/// Octets that never change. Up to 22 need no memory of their own.
#[derive(Clone, Debug)]
pub(super) enum Octets {
    Short { length: u8, octets: [u8; SHORT] },
    Long(Box<[u8]>),
}

/// What fits beside a pointer and a length, which longer ones take anyway.
const SHORT: usize = 22;

impl Octets {
    pub(super) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Short { length, octets } => octets.get(..usize::from(*length)).unwrap_or_default(),
            Self::Long(octets) => octets,
        }
    }
}

impl From<&[u8]> for Octets {
    fn from(octets: &[u8]) -> Self {
        let mut short = [0; SHORT];
        match (short.get_mut(..octets.len()), u8::try_from(octets.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(octets);
                Self::Short { length, octets: short }
            }
            _ => Self::Long(octets.into()),
        }
    }
}

impl Borrow<[u8]> for Octets {
    fn borrow(&self) -> &[u8] {
        self.as_slice()
    }
}

impl PartialEq for Octets {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Octets {}

impl PartialOrd for Octets {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Octets {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_slice().cmp(other.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_are_the_same_and_in_the_same_order_in_either_form() {
        assert_eq!(size_of::<Octets>(), 24);
        let all: Vec<Vec<u8>> = (0..=SHORT + 2).map(|length| vec![b'x'; length]).collect();
        for octets in &all {
            let own = Octets::from(octets.as_slice());
            assert_eq!(own.as_slice(), octets);
            assert_eq!(matches!(own, Octets::Short { .. }), octets.len() <= SHORT);
            for other in &all {
                assert_eq!(own.cmp(&Octets::from(other.as_slice())), octets.cmp(other));
            }
        }
    }
}
