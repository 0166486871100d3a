//! What the machine knows of one connection.

use super::rules::{Rules, Time};
use super::server::ServerId;

/// The number of a connection, from the attempt to make it to its end; never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::pool) struct ConnectionId(pub(super) u64);

/// What is lent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pool) enum LeaseKind {
    /// Room for one operation on a connection that others use, too.
    Shared,
    /// A whole connection.
    Exclusive,
}

/// What a lease shows of its connection when it is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pool) enum Proof {
    /// The server answered.
    Answered,
    /// Nothing came that would tell.
    None,
    /// Something is wrong: it is asked before it is lent again.
    Suspect,
}

/// A connection that is being made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt {
    pub(super) id: ConnectionId,
    pub(super) server: ServerId,
    pub(super) since: Time,
    /// Whether it is to find out if a server that failed is back.
    pub(super) is_probe: bool,
    /// Whether a preferred server was down.
    pub(super) is_fallback: bool,
    /// Whether what it is made with was replaced meanwhile.
    pub(super) is_outdated: bool,
}

/// A connection that was made.
#[derive(Debug)]
pub(super) struct Connection<C> {
    pub(super) id: ConnectionId,
    /// What the driver ties to it.
    pub(super) payload: C,
    pub(super) server: ServerId,
    pub(super) shared: u32,
    pub(super) is_exclusive: bool,
    /// Kept free of new shared leases for an exclusive waiter.
    pub(super) is_claimed: bool,
    /// Being asked whether it is alive.
    pub(super) is_checking: bool,
    /// Not lent any more, and closed when nobody uses it.
    pub(super) is_retiring: bool,
    pub(super) is_fallback: bool,
    /// When it was lent or given back last.
    pub(super) used_at: Time,
    /// When the first of the shared leases was lent that have followed one another without a gap.
    pub(super) shared_since: Time,
    /// When the server answered on it last, unless something was wrong since then.
    pub(super) proven_at: Option<Time>,
    pub(super) expires_at: Time,
}

impl<C> Connection<C> {
    /// Lends it no more.
    pub(super) const fn retire(&mut self) {
        self.is_retiring = true;
        self.is_claimed = false;
    }

    pub(super) const fn is_used(&self) -> bool {
        self.is_exclusive || self.shared > 0
    }

    /// Returns whether it may be lent at all, be there room or not.
    pub(super) fn is_ready(&self, rules: &Rules, now: Time) -> bool {
        !self.is_retiring && !self.is_checking && !self.is_stale(rules, now)
    }

    /// Returns whether it has to be asked before it is lent.
    pub(super) fn is_stale(&self, rules: &Rules, now: Time) -> bool {
        match (rules.validate_after, self.proven_at) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(limit), Some(at)) => !self.is_used() && now > at + limit,
        }
    }

    pub(super) const fn has_room(&self, rules: &Rules) -> bool {
        !self.is_exclusive && self.shared < rules.room
    }

    /// Returns when it is unused for too long, if it is not used.
    pub(super) fn idle_until(&self, rules: &Rules) -> Option<Time> {
        (!self.is_used()).then(|| self.used_at + rules.idle_timeout)
    }

    /// Returns when something is to be done about it, if nothing happens before.
    pub(super) fn due(&self, rules: &Rules, has_surplus: bool) -> Option<Time> {
        let idle = self.idle_until(rules).filter(|_| has_surplus && !self.is_checking);
        let expires = (!self.is_retiring).then_some(self.expires_at);
        [idle, expires, self.check_at(rules)].into_iter().flatten().min()
    }

    /// Returns when it is to be asked, if nothing is heard of it before. Not while it is lent as a whole: who
    /// reads a search slowly holds up every answer behind it.
    pub(super) fn check_at(&self, rules: &Rules) -> Option<Time> {
        if self.is_exclusive || self.is_checking || self.is_retiring {
            return None;
        }
        let interval = rules.health_check?;
        let Some(proven_at) = self.proven_at else { return Some(Time::ZERO) };
        let at = proven_at + interval;
        // Who waits does so since the lease began, however long it was quiet before.
        let beat = (self.shared > 0).then(|| proven_at.max(self.shared_since) + rules.heartbeat);
        Some(beat.map_or(at, |beat| beat.min(at)))
    }
}
