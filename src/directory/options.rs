//! What a directory is told once.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::model::{Dn, Secret};
use crate::server::{Connection, Endpoint, ServerLimits};
#[cfg(feature = "tls")]
use crate::transport::TlsAcceptor;

use super::access::AccessRules;
use super::rules::{Rules, SchemaChecks};

use super::personality::Personality;

/// What a directory is told once.
#[derive(Clone)]
pub(super) struct Options {
    /// Names that an entry without one above it may have.
    pub(super) suffixes: Vec<Dn>,
    /// Who has no entry and a password.
    pub(super) admin: Option<(Dn, Secret)>,
    /// The most entries of one search; 0 is no limit.
    pub(super) size_limit: u32,
    /// The longest time of one search.
    pub(super) time_limit: Option<Duration>,
    pub(super) clock: Clock,
    pub(super) external: Option<External>,
    pub(super) rules: Rules,
    pub(super) access: AccessRules,
}

/// What the server in front of a directory is told.
#[derive(Clone)]
pub(super) struct Front {
    pub(super) places: Vec<Endpoint>,
    pub(super) limits: ServerLimits,
    pub(super) personality: Personality,
    #[cfg(feature = "tls")]
    pub(super) acceptor: Option<TlsAcceptor>,
}

/// Who somebody is, as the layers below the messages know.
pub(super) type External = Arc<dyn Fn(&Connection) -> Option<Dn> + Send + Sync>;

/// What tells the time.
pub(super) type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

impl Options {
    /// The time as `GeneralizedTime` (RFC 4517 3.3.13), such as `20260131235959Z`.
    pub(super) fn now(&self) -> String {
        let time = (self.clock)();
        generalized_time(time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs())
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            suffixes: Vec::new(),
            admin: None,
            size_limit: 0,
            time_limit: None,
            clock: Arc::new(SystemTime::now),
            external: None,
            rules: Rules::built_in(SchemaChecks::Off),
            access: AccessRules::default(),
        }
    }
}

impl Default for Front {
    fn default() -> Self {
        Self {
            places: vec![Endpoint::localhost()],
            limits: ServerLimits::DEFAULT,
            personality: Personality::default(),
            #[cfg(feature = "tls")]
            acceptor: None,
        }
    }
}

/// Writes seconds since 1970 as a time of the Gregorian calendar.
///
/// Years are counted from March, so that the day that comes every four years is the last; 400 years are 146,097 days.
fn generalized_time(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = 400 * era + year + u64::from(month <= 2);
    format!("{year:04}{month:02}{day:02}{:02}{:02}{:02}Z", rest / 3_600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "19700101000000Z"),
            (951_782_399, "20000228235959Z"),
            (951_782_400, "20000229000000Z"),
            (951_868_800, "20000301000000Z"),
            (1_709_164_800, "20240229000000Z"),
            (4_107_542_400, "21000301000000Z"),
            (1_767_225_599, "20251231235959Z"),
        ] {
            assert_eq!(generalized_time(seconds), text);
        }
    }
}
