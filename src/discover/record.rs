//! SRV records, and the order that they ask for.

use std::time::Duration;

/// Where a service is.
///
/// ```text
/// _Service._Proto.Name TTL Class SRV Priority Weight Port Target       (RFC 2782)
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(clippy::exhaustive_structs, reason = "the standard fixes what a record has")]
pub struct SrvRecord {
    /// "A client MUST attempt to contact the target host with the lowest-numbered priority it can reach".
    pub priority: u16,
    /// The share among those of the same priority.
    pub weight: u16,
    /// The port.
    pub port: u16,
    /// The host; `.` if "the service is decidedly not available at this domain".
    pub target: String,
}

/// What DNS answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "made by resolvers of others")]
pub struct SrvAnswer {
    /// The records, in any order; none if there are none.
    pub records: Vec<SrvRecord>,
    /// How long the answer is good.
    pub ttl: Duration,
}

impl SrvRecord {
    /// Puts records into an order in which to try them, by their priorities and, among equals, by chance and weight, as
    /// RFC 2782 says. `random` returns a number up to and including the one it is given.
    ///
    /// ```
    /// use ldapwire::discover::SrvRecord;
    ///
    /// let record = |priority, weight, target: &str| SrvRecord { priority, weight, port: 389, target: target.into() };
    /// let mut records = vec![record(2, 0, "last"), record(1, 10, "first"), record(1, 30, "second")];
    /// SrvRecord::order(&mut records, |_| 0);
    /// assert_eq!(records.iter().map(|record| &record.target[..]).collect::<Vec<_>>(), ["first", "second", "last"]);
    /// ```
    pub fn order(records: &mut [Self], mut random: impl FnMut(u32) -> u32) {
        // "arrange all SRV RRs (that have not been ordered yet) in any order, except that all those with weight 0 are
        // placed at the beginning of the list"
        records.sort_by_key(|record| (record.priority, record.weight));
        for mut group in records.chunk_by_mut(|one, other| one.priority == other.priority) {
            while group.len() > 1 {
                let sum = group.iter().map(|record| u32::from(record.weight)).sum();
                let chosen = random(sum);
                let mut running = 0;
                let position = group.iter().position(|record| {
                    running += u32::from(record.weight);
                    running >= chosen
                });
                group[..=position.unwrap_or(0)].rotate_right(1);
                group = &mut group[1..];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(priority: u16, weight: u16, target: &str) -> SrvRecord {
        SrvRecord { priority, weight, port: 389, target: target.to_owned() }
    }

    fn first_of(records: &[SrvRecord], chance: u32) -> String {
        let mut records = records.to_vec();
        SrvRecord::order(&mut records, |sum| chance.min(sum));
        records[0].target.clone()
    }

    #[test]
    fn each_is_first_as_often_as_its_weight_says() {
        let records = [record(1, 60, "a"), record(1, 30, "b"), record(1, 10, "c"), record(0, 0, "z")];
        assert_eq!(first_of(&records, 7), "z", "a lower number comes first");
        let equal = &records[..3];
        for target in ["a", "b", "c"] {
            let times = (0..=100).filter(|chance| first_of(equal, *chance) == target).count();
            let weight = equal.iter().find(|record| record.target == target).unwrap().weight;
            // 0 is one more chance, which falls to the first.
            assert!(times.abs_diff(usize::from(weight)) <= 1, "{target}: {times}");
        }
    }

    #[test]
    fn one_without_weight_has_a_small_chance_beside_others() {
        let records = [record(1, 9, "a"), record(1, 0, "b")];
        let times = (0..=9).filter(|chance| first_of(&records, *chance) == "b").count();
        assert_eq!(times, 1);
        let mut all =
            vec![record(3, 0, "a"), record(3, 0, "b"), record(3, 65535, "c"), record(3, 65535, "d")];
        SrvRecord::order(&mut all, |sum| sum);
        assert_eq!(all.len(), 4);
        SrvRecord::order(&mut [], |_| 0);
    }
}
