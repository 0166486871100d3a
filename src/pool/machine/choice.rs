//! To which of several servers the next connection goes.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use core::time::Duration;

use super::rules::{Rules, Time};
use super::server::{Readiness, Server, ServerId};

/// A server, or a set of sets of servers. As deep as the caller's configuration.
#[derive(Clone, Debug)]
pub(in crate::pool) enum Choice {
    Server(ServerId),
    Set {
        strategy: Strategy,
        /// With the weight of each; where keys decide, the hash of its name.
        members: Vec<(u32, Self)>,
        /// Where a round begins.
        next: usize,
    },
}

/// How a set chooses the server of a new connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pool) enum Strategy {
    RoundRobin,
    Failover,
    LeastOutstanding,
    FastestConnect,
    Weighted,
    /// By the name that an operation is about, or its caller's key. New connections go where there are fewest.
    ByDn,
    /// By the key of the caller.
    ByKey,
}

/// What a choice came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Connect {
        server: ServerId,
        /// A member that is preferred was down.
        is_fallback: bool,
    },
    /// A server is up and had many connects just now.
    Limited(Time),
    /// All are down, until then or until an attempt ends.
    Down(Option<Time>),
}

/// What a choice goes by.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    pub(super) servers: &'a BTreeMap<ServerId, Server>,
    pub(super) rules: &'a Rules,
    pub(super) now: Time,
}

/// What the servers below a member come to together.
#[derive(Clone, Copy, Debug)]
struct Load {
    servers: u64,
    connections: u64,
    leases: u64,
    connect_time: Duration,
}

impl Choice {
    pub(in crate::pool) const fn set(strategy: Strategy, members: Vec<(u32, Self)>) -> Self {
        Self::Set { strategy, members, next: 0 }
    }

    /// Gives a server another number.
    pub(in crate::pool) fn renumber(&mut self, from: ServerId, to: ServerId) {
        match self {
            Self::Server(id) if *id == from => *id = to,
            Self::Server(_) => {}
            Self::Set { members, .. } => members.iter_mut().for_each(|(_, member)| member.renumber(from, to)),
        }
    }

    /// Adds the numbers of all servers.
    pub(super) fn servers(&self, into: &mut Vec<ServerId>) {
        match self {
            Self::Server(id) => into.push(*id),
            Self::Set { members, .. } => members.iter().for_each(|(_, member)| member.servers(into)),
        }
    }

    pub(super) fn choose(&mut self, view: View<'_>) -> Verdict {
        let (strategy, members, next) = match self {
            Self::Server(id) => return view.verdict(*id),
            Self::Set { strategy, members, next } => (*strategy, members, next),
        };
        let mut otherwise = Verdict::Down(None);
        for position in order(strategy, members, *next, view) {
            let Some((_, member)) = members.get_mut(position) else { continue };
            match member.choose(view) {
                Verdict::Connect { server, is_fallback } => {
                    *next = (position + 1) % members.len();
                    let is_fallback = is_fallback || (strategy == Strategy::Failover && position > 0);
                    return Verdict::Connect { server, is_fallback };
                }
                // What is up is waited for; falling over is for what is down.
                limited @ Verdict::Limited(_) if strategy == Strategy::Failover => return limited,
                verdict => otherwise = otherwise.or(verdict),
            }
        }
        otherwise
    }

    fn load(&self, view: View<'_>) -> Load {
        match self {
            Self::Server(id) => {
                let Some(server) = view.servers.get(id) else { return Load::NONE };
                Load {
                    servers: 1,
                    connections: (server.connections + server.attempts()) as u64,
                    leases: server.leases as u64,
                    connect_time: server.connect_time(view.now),
                }
            }
            Self::Set { members, .. } => {
                members.iter().map(|(_, member)| member.load(view)).fold(Load::NONE, Load::and)
            }
        }
    }
}

/// In which order the members are tried.
fn order(strategy: Strategy, members: &[(u32, Choice)], next: usize, view: View<'_>) -> Vec<usize> {
    let mut order: Vec<usize> = (0..members.len()).collect();
    if strategy == Strategy::Failover || members.len() < 2 {
        return order;
    }
    // Among equals they take turns.
    order.rotate_left(next % members.len());
    if strategy == Strategy::RoundRobin {
        return order;
    }
    let mut ranked: Vec<(usize, u32, Load)> = order
        .into_iter()
        .filter_map(|position| members.get(position).map(|member| (position, member)))
        .map(|(position, (weight, member))| (position, *weight, member.load(view)))
        .collect();
    ranked.sort_by(|(_, weight_a, a), (_, weight_b, b)| match strategy {
        Strategy::FastestConnect => a.connect_time.cmp(&b.connect_time),
        Strategy::Weighted => a.compare_by_weight(*weight_a, b, *weight_b),
        Strategy::ByDn | Strategy::ByKey => a.compare_by_connections(b),
        _ => a.compare_by_leases(b),
    });
    ranked.into_iter().map(|(position, ..)| position).collect()
}

impl Verdict {
    /// What is earlier, and up rather than down.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Limited(a), Self::Limited(b)) => Self::Limited(a.min(b)),
            (Self::Down(a), Self::Down(b)) => Self::Down(a.into_iter().chain(b).min()),
            (Self::Down(_), other) => other,
            (verdict, _) => verdict,
        }
    }
}

impl View<'_> {
    fn verdict(self, id: ServerId) -> Verdict {
        let Some(server) = self.servers.get(&id) else { return Verdict::Down(None) };
        match server.readiness(self.rules, self.now) {
            Readiness::Ready => Verdict::Connect { server: id, is_fallback: false },
            Readiness::Limited(until) => Verdict::Limited(until),
            Readiness::Down(until) => Verdict::Down(until),
        }
    }
}

impl Load {
    const NONE: Self = Self { servers: 0, connections: 0, leases: 0, connect_time: Duration::MAX };

    fn and(self, other: Self) -> Self {
        Self {
            servers: self.servers + other.servers,
            connections: self.connections + other.connections,
            leases: self.leases + other.leases,
            connect_time: self.connect_time.min(other.connect_time),
        }
    }

    /// Fewest leases for each server, then fewest connections for each.
    fn compare_by_leases(&self, other: &Self) -> Ordering {
        let leases = (self.leases * other.servers).cmp(&(other.leases * self.servers));
        leases.then(self.compare_by_connections(other))
    }

    /// Fewest connections for each server.
    fn compare_by_connections(&self, other: &Self) -> Ordering {
        (self.connections * other.servers).cmp(&(other.connections * self.servers))
    }

    /// Whose share is filled least with one connection more. What has no weight comes last.
    fn compare_by_weight(&self, weight: u32, other: &Self, other_weight: u32) -> Ordering {
        match (weight, other_weight) {
            (0, 0) => self.connections.cmp(&other.connections),
            (0, _) => Ordering::Greater,
            (_, 0) => Ordering::Less,
            _ => ((self.connections + 1) * u64::from(other_weight))
                .cmp(&((other.connections + 1) * u64::from(weight))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::connection::ConnectionId;
    use super::*;

    struct World {
        servers: BTreeMap<ServerId, Server>,
        rules: Rules,
        now: Time,
        next: u64,
    }

    impl World {
        fn new(servers: u64) -> Self {
            let servers = (0..servers).map(|id| (ServerId(id), Server::default())).collect();
            Self {
                servers,
                rules: Rules { connects_per_second: 1000, ..Rules::default() },
                now: Time::ZERO,
                next: 0,
            }
        }

        fn choose(&self, choice: &mut Choice) -> Verdict {
            choice.choose(View { servers: &self.servers, rules: &self.rules, now: self.now })
        }

        /// Connects to what is chosen and returns the number of the server.
        fn connect(&mut self, choice: &mut Choice) -> u64 {
            let Verdict::Connect { server, .. } = self.choose(choice) else {
                panic!("nothing to connect to")
            };
            self.end(server, true, Duration::ZERO);
            server.0
        }

        fn end(&mut self, id: ServerId, succeeds: bool, after: Duration) {
            let server = self.servers.get_mut(&id).unwrap();
            self.next += 1;
            server.begin(ConnectionId(self.next), &self.rules, self.now);
            if succeeds {
                server.succeeded(ConnectionId(self.next), self.now + after);
            } else {
                server.failed(ConnectionId(self.next), &self.rules, self.now, 0);
            }
        }
    }

    fn set(strategy: Strategy, weights: &[u32]) -> Choice {
        let members = weights.iter().zip(0..).map(|(weight, id)| (*weight, Choice::Server(ServerId(id))));
        Choice::set(strategy, members.collect())
    }

    #[test]
    fn round_robin_takes_turns_and_leaves_out_what_is_down() {
        let (mut world, mut choice) = (World::new(3), set(Strategy::RoundRobin, &[1, 1, 1]));
        assert_eq!([(); 4].map(|()| world.connect(&mut choice)), [0, 1, 2, 0]);
        world.end(ServerId(1), false, Duration::ZERO);
        assert_eq!([(); 3].map(|()| world.connect(&mut choice)), [2, 0, 2]);
    }

    #[test]
    fn failover_goes_down_the_list_and_back() {
        let (mut world, mut choice) = (World::new(2), set(Strategy::Failover, &[1, 1]));
        assert_eq!([(); 2].map(|()| world.connect(&mut choice)), [0, 0]);
        world.end(ServerId(0), false, Duration::ZERO);
        let fallback = Verdict::Connect { server: ServerId(1), is_fallback: true };
        assert_eq!(world.choose(&mut choice), fallback);
        world.now += Duration::from_secs(1);
        let first = Verdict::Connect { server: ServerId(0), is_fallback: false };
        assert_eq!(world.choose(&mut choice), first);
    }

    #[test]
    fn failover_waits_for_a_server_that_is_up_and_had_many_connects() {
        let (mut world, mut choice) = (World::new(2), set(Strategy::Failover, &[1, 1]));
        world.rules.connects_per_second = 2;
        assert_eq!([(); 2].map(|()| world.connect(&mut choice)), [0, 0]);
        assert_eq!(world.choose(&mut choice), Verdict::Limited(Duration::from_secs(1)));
    }

    #[test]
    fn weights_are_shares_of_the_connections() {
        let (mut world, mut choice) = (World::new(3), set(Strategy::Weighted, &[6, 3, 0]));
        for _ in 0..90 {
            world.connect(&mut choice);
        }
        let connections: Vec<_> = world.servers.values().map(|server| server.connections).collect();
        assert_eq!(connections, [60, 30, 0]);
        // No weight is a last resort.
        for id in [0, 1] {
            world.end(ServerId(id), false, Duration::ZERO);
        }
        assert_eq!(world.connect(&mut choice), 2);
    }

    #[test]
    fn the_least_busy_and_the_fastest_come_first() {
        let mut world = World::new(3);
        for (id, leases) in [(0, 5), (1, 2), (2, 9)] {
            world.servers.get_mut(&ServerId(id)).unwrap().leases = leases;
        }
        assert_eq!(world.connect(&mut set(Strategy::LeastOutstanding, &[1, 1, 1])), 1);

        let mut world = World::new(3);
        let mut choice = set(Strategy::FastestConnect, &[1, 1, 1]);
        for (id, millis) in [(0, 30), (1, 20), (2, 10)] {
            world.end(ServerId(id), true, Duration::from_millis(millis));
        }
        assert_eq!(world.connect(&mut choice), 2);
        // A measure grows old, and all are tried again.
        world.now += Duration::from_secs(61);
        world.end(ServerId(2), true, Duration::from_millis(10));
        assert_ne!(world.connect(&mut choice), 2);
    }

    #[test]
    fn sets_of_sets_choose_at_each_level() {
        let near = set(Strategy::RoundRobin, &[1, 1]);
        let far = Choice::set(Strategy::RoundRobin, vec![(1, Choice::Server(ServerId(2)))]);
        let mut choice = Choice::set(Strategy::Failover, vec![(1, near), (1, far)]);
        let mut world = World::new(3);
        assert_eq!([(); 3].map(|()| world.connect(&mut choice)), [0, 1, 0]);
        world.end(ServerId(0), false, Duration::ZERO);
        assert_eq!([(); 2].map(|()| world.connect(&mut choice)), [1, 1]);
        world.end(ServerId(1), false, Duration::ZERO);
        assert_eq!(world.connect(&mut choice), 2);
        world.end(ServerId(2), false, Duration::ZERO);
        assert!(matches!(world.choose(&mut choice), Verdict::Down(Some(_))));
        assert_eq!(
            Choice::set(Strategy::Weighted, Vec::new()).choose(View {
                servers: &world.servers,
                rules: &world.rules,
                now: world.now,
            }),
            Verdict::Down(None)
        );
    }
}
