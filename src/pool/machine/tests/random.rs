//! Any sequence of events.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use super::super::connection::{LeaseKind, Proof};
use super::super::{Choice, Keys, Rules, ServerId, Strategy};
use super::world::{Holder, World, servers};

#[derive(Clone, Debug)]
enum Event {
    Acquire(LeaseKind, Option<u64>),
    Cancel(usize),
    Release(usize, Proof),
    Connected(usize),
    ConnectFailed(usize),
    Checked(usize, bool),
    Lost(usize),
    Advance(u64),
    Resize(usize, usize),
    Renew,
    Servers(u64),
}

fn event() -> impl Strategy_<Value = Event> {
    let index = || any::<prop::sample::Index>().prop_map(|index| index.index(1 << 20));
    let kind = prop_oneof![3 => Just(LeaseKind::Shared), 2 => Just(LeaseKind::Exclusive)];
    let proof = prop_oneof![4 => Just(Proof::Answered), 1 => Just(Proof::None), 1 => Just(Proof::Suspect)];
    prop_oneof![
        8 => (kind, prop::option::of(0..4u64)).prop_map(|(kind, key)| Event::Acquire(kind, key)),
        2 => index().prop_map(Event::Cancel),
        6 => (index(), proof).prop_map(|(index, proof)| Event::Release(index, proof)),
        6 => index().prop_map(Event::Connected),
        2 => index().prop_map(Event::ConnectFailed),
        3 => (index(), prop::bool::weighted(0.8)).prop_map(|(index, is_alive)| Event::Checked(index, is_alive)),
        1 => index().prop_map(Event::Lost),
        3 => prop_oneof![0..50u64, 0..2_000u64, 0..100_000u64].prop_map(Event::Advance),
        1 => (0..4usize, 1..7usize).prop_map(|(min, max)| Event::Resize(min, max)),
        1 => Just(Event::Renew),
        1 => (1..4u64).prop_map(Event::Servers),
    ]
}

use proptest::strategy::Strategy as Strategy_;

impl World {
    fn happen(&mut self, event: Event) {
        match event {
            Event::Acquire(kind, dn) => {
                self.acquire_by(kind, Keys { dn, caller: None });
            }
            Event::Cancel(index) => {
                if let Some(ticket) = self.pick(index, |holder| matches!(holder, Holder::Waits(..))) {
                    self.cancel(ticket);
                }
            }
            Event::Release(index, proof) => {
                if let Some(ticket) = self.pick(index, |holder| matches!(holder, Holder::Has(..))) {
                    self.release(ticket, proof);
                }
            }
            Event::Connected(index) if !self.pending.is_empty() => {
                let (id, _) = self.pending.remove(index % self.pending.len());
                self.connected(id);
            }
            Event::ConnectFailed(index) if !self.pending.is_empty() => {
                let (id, _) = self.pending.remove(index % self.pending.len());
                self.connect_fails(id);
            }
            Event::Checked(index, is_alive) if !self.checks.is_empty() => {
                let id = self.checks.remove(index % self.checks.len());
                self.answer_check(id, is_alive);
            }
            Event::Lost(index) if !self.machine.connections.is_empty() => {
                let id = self.machine.connections[index % self.machine.connections.len()].id;
                self.lose(id);
            }
            Event::Advance(millis) => self.advance(Duration::from_millis(millis)),
            Event::Resize(min, max) => self.resize(min, max),
            Event::Renew => {
                self.machine.renew(self.now);
                self.act();
            }
            Event::Servers(count) => {
                self.machine.set_servers(servers(count), self.now);
                self.act();
            }
            _ => {}
        }
    }

    fn pick(&self, index: usize, is_one: impl Fn(&Holder) -> bool) -> Option<usize> {
        let all: Vec<_> = self
            .tickets
            .iter()
            .enumerate()
            .filter(|(_, holder)| is_one(holder))
            .map(|(ticket, _)| ticket)
            .collect();
        (!all.is_empty()).then(|| all[index % all.len()])
    }

    /// Everything goes well from now on: everybody gets a lease and gives it back.
    fn end_well(&mut self) {
        for _ in 0..2_000 {
            self.connect_all();
            self.answer_checks(true);
            while let Some(ticket) = self.pick(0, |holder| matches!(holder, Holder::Has(..))) {
                self.release(ticket, Proof::Answered);
            }
            if self.pick(0, |holder| *holder != Holder::Over).is_none() {
                return;
            }
            let next = self.machine.next_time(self.now).expect("somebody waits and nothing is due");
            self.advance(next.saturating_sub(self.now));
        }
        panic!("somebody waits for ever: {:?}", self.machine);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    /// What `World` checks after each step holds, everybody who waits is served in the end, and no server gets more
    /// connects within a second than it may.
    #[test]
    fn any_sequence_of_events(
        events in prop::collection::vec(event(), 1..250),
        count in 1..4u64,
        strategy in prop::sample::select(vec![Strategy::Weighted, Strategy::Failover, Strategy::ByDn]),
    ) {
        let rules = Rules { min: 1, max: 4, room: 2, connects_per_second: 3, ..Rules::default() };
        let members = (0..count).map(|id| (1 + id as u32, Choice::Server(ServerId(id))));
        let mut world = World::new(rules, Choice::set(strategy, members.collect()));
        for event in events {
            world.happen(event);
        }
        world.end_well();

        let census = world.machine.census();
        prop_assert_eq!((census.leased, census.leases, census.waiting), (0, 0, 0));
        let mut starts: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (server, at) in &world.connects {
            starts.entry(*server).or_default().push(*at);
        }
        for starts in starts.values() {
            for window in starts.windows(4) {
                prop_assert!(window[3] >= window[0] + Duration::from_secs(1));
            }
        }

        world.machine.drain(world.now);
        world.act();
        prop_assert!(world.machine.is_drained());
    }
}
