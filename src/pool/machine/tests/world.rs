//! A driver that does what it is told, when it is told to, and keeps its own books.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::super::affinity::Ranks;
use super::super::connection::{ConnectionId, LeaseKind, Proof};
use super::super::machine::{Action, Machine};
use super::super::{Choice, Keys, Rules, ServerId, Strategy, Time, WaiterId};

/// The number of a call to `acquire`.
pub(super) type Ticket = usize;

pub(super) struct World {
    pub(super) machine: Machine<(), Ticket>,
    pub(super) now: Time,
    /// Every connect that was begun.
    pub(super) connects: Vec<(ServerId, Time)>,
    /// Connects that are under way.
    pub(super) pending: Vec<(ConnectionId, ServerId)>,
    /// Checks that are not answered.
    pub(super) checks: Vec<ConnectionId>,
    pub(super) closed: usize,
    pub(super) aborted: usize,
    pub(super) refused: usize,
    /// What each ticket has come to.
    pub(super) tickets: Vec<Holder>,
    /// Tickets that wait, in order, for each kind.
    waiting: [VecDeque<Ticket>; 2],
    /// More connections than the maximum are left over from before it was lowered.
    ceiling: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    Waits(LeaseKind, WaiterId),
    Has(LeaseKind, ConnectionId),
    Over,
}

/// So many servers that take turns.
pub(super) fn servers(count: u64) -> Choice {
    Choice::set(Strategy::RoundRobin, (0..count).map(|id| (1, Choice::Server(ServerId(id)))).collect())
}

impl World {
    pub(super) fn new(rules: Rules, choice: Choice) -> Self {
        let ceiling = rules.max;
        let mut world = Self {
            machine: Machine::new(rules, choice, Time::ZERO),
            now: Time::ZERO,
            connects: Vec::new(),
            pending: Vec::new(),
            checks: Vec::new(),
            closed: 0,
            aborted: 0,
            refused: 0,
            tickets: Vec::new(),
            waiting: [VecDeque::new(), VecDeque::new()],
            ceiling,
        };
        world.act();
        world
    }

    pub(super) fn acquire(&mut self, kind: LeaseKind) -> Ticket {
        self.acquire_by(kind, Keys::default())
    }

    pub(super) fn acquire_by(&mut self, kind: LeaseKind, keys: Keys) -> Ticket {
        let ticket = self.tickets.len();
        self.tickets.push(Holder::Over);
        if let Some((id, ())) = self.machine.try_acquire(kind, keys, self.now) {
            assert!(self.waiting.iter().all(VecDeque::is_empty), "somebody was overtaken");
            self.tickets[ticket] = Holder::Has(kind, id);
        } else if let Some(waiter) = self.machine.enqueue(kind, keys, ticket, self.now) {
            self.tickets[ticket] = Holder::Waits(kind, waiter);
            self.waiting[kind as usize].push_back(ticket);
        }
        self.act();
        ticket
    }

    pub(super) fn has(&self, ticket: Ticket) -> bool {
        matches!(self.tickets[ticket], Holder::Has(..))
    }

    pub(super) fn connection_of(&self, ticket: Ticket) -> Option<ConnectionId> {
        match self.tickets[ticket] {
            Holder::Has(_, id) => Some(id),
            _ => None,
        }
    }

    pub(super) fn cancel(&mut self, ticket: Ticket) {
        if let Holder::Waits(kind, waiter) = self.tickets[ticket] {
            self.tickets[ticket] = Holder::Over;
            self.waiting[kind as usize].retain(|other| *other != ticket);
            self.machine.cancel(waiter, self.now);
            self.act();
        }
    }

    pub(super) fn release(&mut self, ticket: Ticket, proof: Proof) {
        if let Holder::Has(kind, id) = self.tickets[ticket] {
            self.tickets[ticket] = Holder::Over;
            self.machine.release(id, kind, proof, self.now);
            self.act();
        }
    }

    pub(super) fn connected(&mut self, id: ConnectionId) {
        self.machine.connected(id, (), self.now, 12345);
        self.act();
    }

    pub(super) fn connect_all(&mut self) {
        while let Some((id, _)) = self.pending.pop() {
            self.connected(id);
        }
    }

    pub(super) fn connect_fails(&mut self, id: ConnectionId) {
        self.machine.connect_failed(id, self.now, 0);
        self.act();
    }

    pub(super) fn fail_connects_to(&mut self, server: ServerId) {
        let (fail, keep) = self.pending.drain(..).partition(|(_, other)| *other == server);
        self.pending = keep;
        for (id, _) in Vec::from_iter::<Vec<(ConnectionId, ServerId)>>(fail) {
            self.connect_fails(id);
        }
    }

    pub(super) fn lose(&mut self, id: ConnectionId) {
        self.machine.lost(id, self.now);
        self.act();
    }

    pub(super) fn answer_check(&mut self, id: ConnectionId, is_alive: bool) {
        self.machine.checked(id, is_alive, self.now);
        self.act();
    }

    pub(super) fn answer_checks(&mut self, is_alive: bool) {
        while let Some(id) = self.checks.pop() {
            self.answer_check(id, is_alive);
        }
    }

    pub(super) fn resize(&mut self, min: usize, max: usize) {
        self.machine.resize(min, max, self.now);
        self.act();
    }

    /// Lets time pass, and the machine act whenever it wanted to.
    pub(super) fn advance(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(next) = self.machine.next_time(self.now).filter(|next| *next <= end) {
            self.now = next.max(self.now);
            self.machine.handle_time(self.now);
            self.act();
            if self.machine.next_time(self.now).is_some_and(|again| again <= self.now) {
                panic!("the machine wants to be called again at once");
            }
        }
        self.now = end;
    }

    /// Does what the machine says and checks that it is allowed to say so.
    pub(super) fn act(&mut self) {
        let told = self.machine.armed;
        let mut is_woken = self.machine.take_early();
        while let Some(action) = self.machine.next_action() {
            is_woken = true;
            match action {
                Action::Connect { id, server } => {
                    self.connects.push((server, self.now));
                    self.pending.push((id, server));
                }
                Action::Check { id, .. } => self.checks.push(id),
                Action::Close { id, .. } => {
                    self.closed += 1;
                    assert!(!self.holders().any(|(_, other)| other == id), "a lease was cut off");
                }
                Action::Abort { .. } => self.aborted += 1,
                Action::Grant { waiter, kind, id, .. } => self.granted(waiter, kind, id),
                Action::Refuse { waiter } => {
                    self.refused += 1;
                    self.waiting.iter_mut().for_each(|queue| queue.retain(|other| *other != waiter));
                    self.tickets[waiter] = Holder::Over;
                }
            }
        }
        // A driver that sleeps as long as it was told does not sleep too long.
        if !is_woken && let Some(next) = self.machine.next_time(self.now) {
            assert!(told.is_some_and(|told| told <= next), "due at {next:?}, told {told:?}");
        }
        self.verify();
    }

    fn granted(&mut self, ticket: Ticket, kind: LeaseKind, id: ConnectionId) {
        let queue = &mut self.waiting[kind as usize];
        if queue.front() == Some(&ticket) {
            queue.pop_front();
        } else {
            // It was served before `enqueue` returned: it came last and must find nobody before it.
            assert!(queue.is_empty(), "{ticket} overtook {queue:?}");
        }
        if kind == LeaseKind::Exclusive {
            let shared = self.waiting[LeaseKind::Shared as usize].front();
            assert!(shared.is_none_or(|other| *other > ticket), "{ticket} overtook {shared:?}");
        }
        self.tickets[ticket] = Holder::Has(kind, id);
    }

    fn holders(&self) -> impl Iterator<Item = (LeaseKind, ConnectionId)> {
        self.tickets.iter().filter_map(|holder| match holder {
            Holder::Has(kind, id) => Some((*kind, *id)),
            _ => None,
        })
    }

    /// Compares the machine with what was seen of it.
    pub(super) fn verify(&mut self) {
        let machine = &self.machine;
        let total = machine.connections.len() + machine.attempts.len();
        self.ceiling = self.ceiling.min(total).max(machine.rules.max);
        assert!(total <= self.ceiling, "{total} connections of {}", self.ceiling);

        let mut leases: BTreeMap<ConnectionId, (u32, u32)> = BTreeMap::new();
        for (kind, id) in self.holders() {
            let (shared, exclusive) = leases.entry(id).or_default();
            match kind {
                LeaseKind::Shared => *shared += 1,
                LeaseKind::Exclusive => *exclusive += 1,
            }
        }
        let mut sums: BTreeMap<ServerId, (usize, usize)> = BTreeMap::new();
        for connection in &machine.connections {
            let (shared, exclusive) = leases.get(&connection.id).copied().unwrap_or_default();
            assert_eq!((connection.shared, u32::from(connection.is_exclusive)), (shared, exclusive));
            assert!(exclusive == 0 || (exclusive == 1 && shared == 0), "lent twice");
            assert!(shared <= machine.rules.room);
            let (connections, leases) = sums.entry(connection.server).or_default();
            *connections += 1;
            *leases += (shared + exclusive) as usize;
        }
        for (id, server) in &machine.servers {
            let sum = sums.remove(id).unwrap_or_default();
            assert_eq!((server.connections, server.leases), sum, "{id:?}");
            let attempts = machine.attempts.iter().filter(|attempt| attempt.server == *id).count();
            assert_eq!(server.attempts(), attempts, "{id:?}");
        }
        assert!(sums.is_empty());
        assert_eq!(machine.queue.len(), self.waiting.iter().map(VecDeque::len).sum::<usize>());
        // Nobody waits for what is free.
        for kind in [LeaseKind::Shared, LeaseKind::Exclusive] {
            if machine.queue.first(kind).is_some() {
                assert_eq!(
                    machine.best_of(kind, &Ranks::default(), false, self.now),
                    None,
                    "{kind:?} waits in vain"
                );
            }
        }
    }
}
