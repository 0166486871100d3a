//! What a directory is told once.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::model::{Dn, Secret};
use crate::schema::GeneralizedTime;
use crate::server::{Connection, Endpoint, ServerLimits};
#[cfg(feature = "tls")]
use crate::transport::TlsAcceptor;

use super::access::AccessRules;
use super::personality::Personality;
use super::policy::DefaultPolicy;
use super::rules::{Rules, SchemaChecks};
use super::sorting::DEFAULT_MAX_SORTED;

/// What a directory is told once.
#[derive(Clone)]
pub(super) struct Options {
    /// Names that an entry without one above it may have.
    pub(super) suffixes: Vec<Dn>,
    /// Who has no entry and a password.
    pub(super) admin: Option<(Dn, Secret)>,
    /// The most entries of one search; 0 is no limit.
    pub(super) size_limit: u32,
    /// The most entries that are put in order for one search.
    pub(super) max_sorted: usize,
    /// The longest time of one search.
    pub(super) time_limit: Option<Duration>,
    pub(super) clock: Clock,
    pub(super) external: Option<External>,
    pub(super) rules: Rules,
    pub(super) access: AccessRules,
    pub(super) policy: DefaultPolicy,
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
        self.at(0).to_string()
    }

    /// The time to the microsecond.
    pub(super) fn moment(&self) -> GeneralizedTime {
        self.at(self.since_1970().subsec_micros())
    }

    fn at(&self, microseconds: u32) -> GeneralizedTime {
        let seconds = i64::try_from(self.since_1970().as_secs()).unwrap_or(LAST_SECOND).min(LAST_SECOND);
        GeneralizedTime::from_unix(seconds, microseconds * 1_000)
            .expect("the second is one of four-digit years, and the rest less than a second")
    }

    fn since_1970(&self) -> Duration {
        (self.clock)().duration_since(UNIX_EPOCH).unwrap_or_default()
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            suffixes: Vec::new(),
            admin: None,
            size_limit: 0,
            max_sorted: DEFAULT_MAX_SORTED,
            time_limit: None,
            clock: Arc::new(SystemTime::now),
            external: None,
            rules: Rules::built_in(SchemaChecks::Off),
            access: AccessRules::default(),
            policy: DefaultPolicy::default(),
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

/// The last second of the year 9999, since 1970: a clock that is beyond it stands still.
const LAST_SECOND: i64 = 253_402_300_799;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        for (clock, now) in [
            (Some(UNIX_EPOCH + Duration::from_millis(951_782_399_500)), "20000228235959Z"),
            (UNIX_EPOCH.checked_sub(Duration::from_secs(1)), "19700101000000Z"),
            (UNIX_EPOCH.checked_add(Duration::from_secs(300_000_000_000)), "99991231235959Z"),
        ] {
            let Some(clock) = clock else { continue };
            let options = Options { clock: Arc::new(move || clock), ..Options::default() };
            assert_eq!(options.now(), now);
            assert!(options.moment().to_string().starts_with(now.trim_end_matches('Z')));
        }
    }
}
