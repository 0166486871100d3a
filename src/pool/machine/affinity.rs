//! Which server an operation is kept to: rendezvous hashing.
//!
//! Each key puts all members of a set into an order of its own, by a hash of both. **If a member goes, its keys go to
//! the next ones in their orders and no other key moves; if one comes, it takes keys from all alike.** Orders depend on
//! the names of the members and the key and nothing else, so that all processes agree.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::choice::{Choice, Strategy};
use super::server::ServerId;

/// What an operation is kept together with others by, as hashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::pool) struct Keys {
    /// The name that it is about.
    pub(in crate::pool) dn: Option<u64>,
    /// What its caller gave.
    pub(in crate::pool) caller: Option<u64>,
}

/// The place of each server in the order of an operation, 0 first. Servers between which it has no preference share one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ranks(BTreeMap<ServerId, u32>);

impl Keys {
    /// Returns what a set goes by.
    const fn of(self, strategy: Strategy) -> Option<u64> {
        match (strategy, self.caller) {
            (Strategy::ByKey, caller) => caller,
            // The caller knows better.
            (Strategy::ByDn, Some(caller)) => Some(caller),
            (Strategy::ByDn, None) => self.dn,
            _ => None,
        }
    }
}

impl Ranks {
    pub(super) fn of(&self, server: ServerId) -> u32 {
        self.0.get(&server).copied().unwrap_or(0)
    }

    /// Returns the servers that come before those of a rank, first ones first.
    pub(super) fn before(&self, rank: u32) -> Vec<ServerId> {
        let mut servers: Vec<_> = self.0.iter().filter(|(_, other)| **other < rank).collect();
        servers.sort_by_key(|(_, other)| **other);
        servers.into_iter().map(|(id, _)| *id).collect()
    }
}

impl Choice {
    /// Puts the servers into the order of an operation.
    pub(super) fn ranks(&self, keys: Keys) -> Ranks {
        let mut ranks = Ranks::default();
        if keys != Keys::default() {
            self.rank(keys, 0, &mut ranks);
        }
        ranks
    }

    /// Gives ranks from `first` on, and returns the next one.
    fn rank(&self, keys: Keys, first: u32, ranks: &mut Ranks) -> u32 {
        let (strategy, members) = match self {
            Self::Server(id) => {
                ranks.0.insert(*id, first);
                return first + 1;
            }
            Self::Set { strategy, members, .. } => (*strategy, members),
        };
        let Some(key) = keys.of(strategy) else {
            return members.iter().map(|(_, member)| member.rank(keys, first, ranks)).max().unwrap_or(first);
        };
        let mut order: Vec<_> = members.iter().collect();
        order.sort_by_cached_key(|(name, _)| Reverse(mix(mix(key) ^ u64::from(*name))));
        order.into_iter().fold(first, |next, (_, member)| member.rank(keys, next, ranks))
    }
}

/// Hashes octets, in the same way everywhere and for ever: FNV-1a with 64 bits, then mixed, as FNV leaves the upper bits
/// of short texts alike.
pub(in crate::pool) fn hash(octets: &[u8]) -> u64 {
    let sum = octets.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, octet| {
        (hash ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3)
    });
    mix(sum)
}

/// Lets each bit depend on all: the last step of SplitMix64.
const fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRATEGY: Strategy = Strategy::ByDn;

    /// A set of servers whose names are their numbers.
    fn set(strategy: Strategy, ids: impl IntoIterator<Item = u64>) -> Choice {
        let members = ids.into_iter().map(|id| {
            let name = hash(format!("ldap://{id}.example.org").as_bytes()) as u32;
            (name, Choice::Server(ServerId(id)))
        });
        Choice::set(strategy, members.collect())
    }

    fn dn(number: u32) -> Keys {
        Keys { dn: Some(hash(format!("uid={number}").as_bytes())), caller: None }
    }

    fn first(choice: &Choice, keys: Keys) -> u64 {
        let ranks = choice.ranks(keys);
        ranks.0.iter().min_by_key(|(_, rank)| **rank).unwrap().0.0
    }

    /// Between processes that were built years apart, too.
    #[test]
    fn hashes_never_change() {
        assert_eq!(hash(b""), 0xf52a_15e9_a9b5_e89b);
        assert_eq!(hash(b"dc=example,dc=org"), 0x61db_5378_f937_d016);
    }

    #[test]
    fn each_server_has_its_share_and_only_the_keys_of_one_that_goes_move() {
        let (all, fewer) = (set(STRATEGY, 0..5), set(STRATEGY, [0, 1, 2, 4]));
        let mut shares = [0; 5];
        for key in 0..10_000 {
            let (before, after) = (first(&all, dn(key)), first(&fewer, dn(key)));
            shares[before as usize] += 1;
            if before == 3 {
                // To the second in the order of its own.
                assert_eq!(all.ranks(dn(key)).before(2)[1].0, after);
            } else {
                assert_eq!(before, after);
            }
        }
        assert!(shares.iter().all(|share| (1_800..2_200).contains(share)), "{shares:?}");
    }

    #[test]
    fn what_is_not_kept_together_has_no_preference() {
        for (strategy, keys) in
            [(Strategy::ByDn, Keys::default()), (Strategy::ByKey, dn(1)), (Strategy::RoundRobin, dn(1))]
        {
            let ranks = set(strategy, 0..3).ranks(keys);
            assert!((0..3).all(|id| ranks.of(ServerId(id)) == 0), "{strategy:?}");
        }
        let caller = Keys { dn: Some(1), caller: Some(2) };
        let by_caller = Keys { dn: None, caller: Some(2) };
        for strategy in [Strategy::ByDn, Strategy::ByKey] {
            let choice = set(strategy, 0..9);
            assert_eq!(choice.ranks(caller), choice.ranks(by_caller));
        }
    }

    #[test]
    fn sets_of_sets_are_ordered_at_each_level() {
        let inner = |ids: [u64; 2]| set(Strategy::RoundRobin, ids);
        let choice = Choice::set(STRATEGY, vec![(1, inner([0, 1])), (2, inner([2, 3]))]);
        let ranks = choice.ranks(dn(7));
        assert_eq!(ranks.of(ServerId(0)), ranks.of(ServerId(1)));
        assert_eq!(ranks.of(ServerId(2)), ranks.of(ServerId(3)));
        assert_ne!(ranks.of(ServerId(0)), ranks.of(ServerId(2)));
        let choice =
            Choice::set(Strategy::Failover, vec![(1, set(STRATEGY, 0..2)), (1, set(STRATEGY, 2..4))]);
        let ranks = choice.ranks(dn(7));
        assert_eq!(ranks.of(ServerId(0)) + ranks.of(ServerId(1)), 1);
        assert_eq!(ranks.of(ServerId(2)) + ranks.of(ServerId(3)), 1);
    }
}
