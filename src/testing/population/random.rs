//! Numbers that depend on the seed alone.

use std::ops::RangeInclusive;

/// A stream of numbers: SplitMix64. Written out here, since a generator of a library may change with its version, and the same seed
/// has to give the same data for ever.
#[derive(Clone, Copy, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns a stream that depends on this one's state and a number, and not on what is drawn from this one afterwards.
    pub(super) const fn fork(self, salt: u64) -> Self {
        Self(mix(self.0 ^ mix(salt.wrapping_add(GAMMA))))
    }

    pub(super) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA);
        mix(self.0)
    }

    /// Returns a number below `count`, or 0 if that is 0.
    ///
    /// The high half of a product, which needs no division; that it favours some numbers by one in 2^64 does not show.
    pub(super) const fn below(&mut self, count: u64) -> u64 {
        ((self.next() as u128 * count as u128) >> 64) as u64
    }

    /// Returns a number within a range.
    pub(super) fn within(&mut self, range: &RangeInclusive<u64>) -> u64 {
        let span = range.end().saturating_sub(*range.start()).saturating_add(1);
        range.start().saturating_add(self.below(span))
    }

    /// Appends octets.
    pub(super) fn fill(&mut self, count: usize, target: &mut Vec<u8>) {
        let end = target.len().saturating_add(count);
        while target.len() < end {
            target.extend_from_slice(&self.next().to_le_bytes());
        }
        target.truncate(end);
    }
}

const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

const fn mix(mut state: u64) -> u64 {
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_the_published_one() {
        let mut random = Random::new(1_234_567);
        assert_eq!(
            [random.next(), random.next(), random.next()],
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn numbers_stay_within_their_range() {
        let mut random = Random::new(1);
        let mut seen = [false; 3];
        for _ in 0..1000 {
            let number = random.within(&(5..=7));
            seen[usize::try_from(number - 5).unwrap()] = true;
        }
        assert_eq!(seen, [true; 3]);
        assert_eq!((random.below(0), random.below(1), random.within(&(4..=4))), (0, 0, 4));
        let mut octets = vec![7];
        random.fill(13, &mut octets);
        assert_eq!(octets.len(), 14);
    }
}
