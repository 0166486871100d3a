//! `FILETIME` (MS-DTYP 2.3.3): `pwdLastSet`, `accountExpires`, `lastLogonTimestamp`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::schema::GeneralizedTime;

/// A time as Windows counts it: intervals of 100 nanoseconds since 1 January 1601, 00:00 coordinated universal time.
///
/// 0 and the largest number mean "never" in most attributes, which [`is_never`](Self::is_never) tells.
///
/// ```
/// use ldapwire::mapping::FileTime;
///
/// let time = FileTime::from_unix(1_700_000_000, 0).expect("it is within the range");
/// assert_eq!(time.intervals(), 133_444_736_000_000_000);
/// assert_eq!(time.to_generalized_time().map(|time| time.to_string()).as_deref(), Some("20231114221320Z"));
/// assert!(FileTime::NEVER.is_never());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(transparent)]
pub struct FileTime(i64);

impl FileTime {
    /// The largest number, which `accountExpires` has for an account that does not expire.
    pub const NEVER: Self = Self(i64::MAX);

    /// Makes a time of its number.
    pub const fn new(intervals: i64) -> Self {
        Self(intervals)
    }

    /// Makes a time of seconds and nanoseconds since 1 January 1970; what is below 100 nanoseconds is cut off. `None`
    /// where it is out of range.
    pub fn from_unix(seconds: i64, nanoseconds: u32) -> Option<Self> {
        let intervals = seconds.checked_add(EPOCH)?.checked_mul(PER_SECOND)?;
        intervals.checked_add(i64::from(nanoseconds / 100)).map(Self)
    }

    /// Returns the number.
    pub const fn intervals(self) -> i64 {
        self.0
    }

    /// Whether this stands for no time at all: 0, or the largest number.
    pub const fn is_never(self) -> bool {
        self.0 == 0 || self.0 == i64::MAX
    }

    /// Returns the whole seconds since 1 January 1970.
    pub const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(PER_SECOND) - EPOCH
    }

    /// Returns the nanoseconds beyond the whole seconds.
    pub const fn nanoseconds(self) -> u32 {
        // Below 10^9.
        (self.0.rem_euclid(PER_SECOND) * 100) as u32
    }

    /// Returns the time as a Generalized Time; `None` if it is [never](Self::is_never), or its year has not four digits.
    pub fn to_generalized_time(self) -> Option<GeneralizedTime> {
        if self.is_never() {
            return None;
        }
        GeneralizedTime::from_unix(self.unix_seconds(), self.nanoseconds())
    }
}

impl fmt::Display for FileTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Seconds from 1601 to 1970.
const EPOCH: i64 = 11_644_473_600;

const PER_SECOND: i64 = 10_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_back_and_the_ends_are_never() {
        for (seconds, nanoseconds, intervals) in
            [(-EPOCH, 0, 0), (0, 100, 116_444_736_000_000_001), (-EPOCH - 1, 999_999_900, -1)]
        {
            let time = FileTime::from_unix(seconds, nanoseconds).unwrap();
            assert_eq!(time.intervals(), intervals);
            assert_eq!((time.unix_seconds(), time.nanoseconds()), (seconds, nanoseconds));
        }
        assert_eq!(FileTime::new(i64::MIN).to_generalized_time(), None);
        assert_eq!(FileTime::new(i64::MAX - 1).to_generalized_time(), None);
        assert!(FileTime::new(0).is_never() && !FileTime::new(1).is_never());
        assert_eq!(FileTime::from_unix(i64::MAX, 0), None);
    }
}
