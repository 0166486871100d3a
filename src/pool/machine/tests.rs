//! The machine step by step, and under any sequence of events.

mod random;
mod world;

use std::time::Duration;

use super::connection::{LeaseKind, Proof};
use super::{Choice, Health, Keys, Rules, ServerId, Strategy};
use crate::error::Shortage;
use LeaseKind::{Exclusive, Shared};
use world::{World, servers};

fn small() -> Rules {
    Rules { min: 0, max: 2, room: 2, ..Rules::default() }
}

#[test]
fn the_minimum_is_connected_at_the_start_and_in_parallel() {
    let mut world = World::new(Rules { min: 5, ..Rules::default() }, servers(1));
    assert_eq!(world.connects.len(), 5);
    world.connect_all();
    assert_eq!(world.machine.census().idle, 5);
    assert_eq!(world.connects.len(), 5);
}

#[test]
fn a_lease_beyond_what_is_there_makes_a_connection() {
    let mut world = World::new(small(), servers(1));
    let one = world.acquire(Exclusive);
    let two = world.acquire(Exclusive);
    let three = world.acquire(Exclusive);
    assert_eq!(world.connects.len(), 2);
    world.connect_all();
    assert!(world.has(one) && world.has(two) && !world.has(three));
    assert_eq!(world.machine.shortage(world.now), Shortage::AllInUse { connections: 2 });
    world.release(one, Proof::Answered);
    assert!(world.has(three));
}

#[test]
fn operations_share_a_connection_up_to_its_room_least_outstanding_first() {
    let mut world = World::new(Rules { min: 2, ..small() }, servers(1));
    world.connect_all();
    let leases: Vec<_> = (0..4).map(|_| world.acquire(Shared)).collect();
    let ids: Vec<_> = leases.iter().map(|lease| world.connection_of(*lease).unwrap()).collect();
    assert_eq!(ids[0] == ids[2], ids[1] == ids[3]);
    assert_ne!(ids[0], ids[1]);
    let waits = world.acquire(Shared);
    assert!(!world.has(waits));
    world.release(leases[2], Proof::Answered);
    assert_eq!(world.connection_of(waits), Some(ids[2]));
}

#[test]
fn a_waiter_for_a_whole_connection_is_not_starved_by_operations() {
    let mut world = World::new(Rules { min: 2, ..small() }, servers(1));
    world.connect_all();
    let mut running = vec![world.acquire(Shared), world.acquire(Shared)];
    let whole = world.acquire(Exclusive);
    assert!(!world.has(whole));
    // Operations come and go without end, and there is always one on each connection.
    for _ in 0..10 {
        running.push(world.acquire(Shared));
        world.release(running.remove(0), Proof::Answered);
        if world.has(whole) {
            return;
        }
    }
    panic!("starved");
}

#[test]
fn a_cancelled_waiter_wastes_no_connect() {
    let mut world = World::new(small(), servers(1));
    let waiter = world.acquire(Shared);
    world.cancel(waiter);
    world.connect_all();
    assert_eq!(world.machine.census().idle, 1);
    let next = world.acquire(Shared);
    assert!(world.has(next));
    assert_eq!(world.connects.len(), 1);
}

#[test]
fn a_lost_connection_puts_its_neighbours_to_the_question() {
    let mut world = World::new(Rules { min: 2, ..small() }, servers(1));
    world.connect_all();
    let lease = world.acquire(Exclusive);
    world.lose(world.connection_of(lease).unwrap());
    assert_eq!(world.checks.len(), 1);
    // It is not lent while it is asked.
    let next = world.acquire(Shared);
    assert!(!world.has(next));
    world.answer_checks(true);
    assert!(world.has(next));
    world.release(lease, Proof::Answered);
}

#[test]
fn a_connection_that_fails_its_check_is_given_up() {
    let mut world = World::new(Rules { min: 1, ..small() }, servers(1));
    world.connect_all();
    let lease = world.acquire(Shared);
    world.release(lease, Proof::Suspect);
    world.answer_checks(false);
    assert_eq!((world.aborted, world.machine.census().idle), (1, 0));
    assert_eq!(world.connects.len(), 2);
}

#[test]
fn what_was_unused_for_long_is_asked_before_it_is_lent() {
    let rules = Rules { min: 2, validate_after: Some(Duration::from_secs(30)), ..small() };
    let mut world = World::new(rules, servers(1));
    world.connect_all();
    world.advance(Duration::from_secs(31));
    let lease = world.acquire(Shared);
    assert!(!world.has(lease));
    // Both at once, so that a dead server costs one timeout and not two.
    assert_eq!(world.checks.len(), 2);
    world.answer_checks(true);
    assert!(world.has(lease));
}

#[test]
fn silence_is_ended_by_a_question_but_not_under_a_stream() {
    let mut world = World::new(Rules { min: 2, ..small() }, servers(1));
    world.connect_all();
    let stream = world.acquire(Exclusive);
    let operation = world.acquire(Shared);
    world.advance(Duration::from_secs(61));
    assert_eq!(world.checks, [world.connection_of(operation).unwrap()]);
    assert_ne!(world.connection_of(stream), world.connection_of(operation));
}

#[test]
fn connections_beyond_the_minimum_are_given_up_when_they_are_unused() {
    let mut world = World::new(Rules { min: 1, max: 4, ..Rules::default() }, servers(1));
    let leases: Vec<_> = (0..4).map(|_| world.acquire(Exclusive)).collect();
    world.connect_all();
    leases.into_iter().for_each(|lease| world.release(lease, Proof::Answered));
    for _ in 0..6 {
        world.advance(Duration::from_secs(60));
        world.answer_checks(true);
    }
    assert_eq!((world.closed, world.machine.census().idle), (3, 1));
}

#[test]
fn an_old_connection_is_replaced_after_its_last_lease() {
    let rules = Rules { min: 1, max: 2, max_age: Duration::from_secs(100), ..Rules::default() };
    let mut world = World::new(Rules { health_check: None, ..rules }, servers(1));
    world.connect_all();
    let lease = world.acquire(Shared);
    world.advance(Duration::from_secs(120));
    assert_eq!((world.closed, world.connects.len()), (0, 2));
    world.connect_all();
    let next = world.acquire(Shared);
    assert_ne!(world.connection_of(next), world.connection_of(lease));
    world.release(lease, Proof::Answered);
    assert_eq!(world.closed, 1);
}

#[test]
fn a_fallback_is_left_when_the_preferred_server_is_back_and_not_before() {
    let choice = Choice::set(Strategy::Failover, vec![(1, servers(1)), (1, Choice::Server(ServerId(1)))]);
    let rules = Rules { min: 1, max: 2, health_check: None, validate_after: None, ..Rules::default() };
    let mut world = World::new(rules, choice);
    world.fail_connects_to(ServerId(0));
    world.connect_all();
    assert_eq!(world.machine.server(ServerId(1)).1, 1);
    assert_eq!(world.machine.server(ServerId(0)).0, Health::Down { failures: 1 });
    world.advance(Duration::from_secs(70));
    // The old one is gone and the new one goes to the preferred server, which is still down, and stays so.
    world.fail_connects_to(ServerId(0));
    world.connect_all();
    assert_eq!(world.machine.server(ServerId(1)).1, 1);
    world.advance(Duration::from_secs(70));
    world.connect_all();
    assert_eq!(world.machine.server(ServerId(0)).1, 1);
    assert_eq!(world.machine.server(ServerId(1)).1, 0);
}

#[test]
fn a_probe_does_not_keep_those_waiting_who_could_go_elsewhere() {
    let mut world = World::new(Rules { max: 3, ..small() }, servers(2));
    let first = world.acquire(Exclusive);
    world.fail_connects_to(ServerId(0));
    world.connect_all();
    assert!(world.has(first));
    world.advance(Duration::from_secs(2));
    let second = world.acquire(Exclusive);
    // The probe of the server that failed, and a connect to the other one.
    let under_way: Vec<_> = world.pending.iter().map(|(_, server)| *server).collect();
    assert!(under_way.contains(&ServerId(1)), "{under_way:?}");
    world.connect_all();
    assert!(world.has(second));
}

#[test]
fn a_connect_that_hangs_is_not_waited_for() {
    let mut world = World::new(small(), servers(2));
    let waiter = world.acquire(Exclusive);
    assert_eq!(world.pending.len(), 1);
    world.advance(Duration::from_secs(1));
    assert_eq!(world.pending.len(), 2);
    assert_ne!(world.pending[0].1, world.pending[1].1);
    let (id, _) = world.pending.remove(1);
    world.connected(id);
    assert!(world.has(waiter));
}

#[test]
fn growing_shrinking_and_renewing_lose_no_lease() {
    let mut world = World::new(Rules { min: 4, max: 4, ..Rules::default() }, servers(1));
    world.connect_all();
    let leases: Vec<_> = (0..4).map(|_| world.acquire(Exclusive)).collect();
    world.resize(1, 2);
    assert_eq!(world.closed, 0);
    for lease in leases {
        world.release(lease, Proof::Answered);
    }
    assert_eq!((world.closed, world.machine.census().idle), (2, 2));
    world.resize(3, 8);
    world.connect_all();
    assert_eq!(world.machine.census().idle, 3);
    world.machine.renew(world.now);
    world.act();
    world.connect_all();
    assert_eq!((world.closed, world.machine.census().idle), (5, 3));
}

#[test]
fn draining_refuses_who_waits_and_lets_leases_end() {
    let mut world = World::new(small(), servers(1));
    let leased = world.acquire(Exclusive);
    world.connect_all();
    let whole = world.acquire(Exclusive);
    let late = world.acquire(Exclusive);
    world.machine.drain(world.now);
    world.act();
    assert_eq!(world.refused, 2);
    assert!(!world.has(whole) && !world.has(late) && !world.machine.is_drained());
    // A connect that was under way is not wanted any more.
    let (id, _) = world.pending.remove(0);
    assert!(!world.machine.connected(id, (), world.now, 0));
    world.release(leased, Proof::Answered);
    assert!(world.machine.is_drained());
    let refused = world.acquire(Shared);
    assert!(!world.has(refused));
    assert_eq!(world.refused, 3);
}

#[test]
fn servers_that_leave_lose_their_connections_and_those_that_stay_keep_theirs() {
    let mut world = World::new(Rules { min: 2, max: 2, ..Rules::default() }, servers(2));
    world.connect_all();
    let kept = Choice::set(Strategy::RoundRobin, [7, 1].map(|id| (1, Choice::Server(ServerId(id)))).to_vec());
    world.machine.set_servers(kept, world.now);
    world.act();
    world.connect_all();
    let connections = [0, 1, 7].map(|id| world.machine.server(ServerId(id)).1);
    assert_eq!(connections, [0, 1, 1]);
}

#[test]
fn ten_thousand_who_wait_make_ten_connects_a_second_and_are_served_when_a_server_returns() {
    let mut world = World::new(Rules { min: 0, max: 16, room: 64, ..Rules::default() }, servers(3));
    let waiters: Vec<_> = (0..10_000).map(|_| world.acquire(Shared)).collect();
    for _ in 0..100 {
        for server in 0..3 {
            world.fail_connects_to(ServerId(server));
        }
        world.advance(Duration::from_millis(100));
    }
    assert_eq!(world.machine.shortage(world.now), Shortage::ServersDown);
    // Three servers, ten seconds, at most every 750 ms once they have failed a few times.
    assert!(world.connects.len() <= 3 * 24, "{}", world.connects.len());
    let back = world.now;
    while !world.has(waiters[0]) {
        world.advance(Duration::from_millis(50));
        for server in 0..2 {
            world.fail_connects_to(ServerId(server));
        }
        world.connect_all();
        assert!(world.now - back < Duration::from_secs(2));
    }
    for waiter in waiters {
        while !world.has(waiter) {
            world.advance(Duration::from_millis(50));
            world.connect_all();
        }
        world.release(waiter, Proof::Answered);
    }
    world.verify();
}

/// Three servers by key, and the one that a key is kept to.
fn by_key(choice: &Choice, keys: Keys) -> ServerId {
    let ranks = choice.ranks(keys);
    (0..3).map(ServerId).min_by_key(|id| ranks.of(*id)).unwrap()
}

fn three_by_key() -> Choice {
    Choice::set(Strategy::ByKey, (0..3).map(|id| (id as u32, Choice::Server(ServerId(id)))).collect())
}

fn key(number: u64) -> Keys {
    Keys { dn: None, caller: Some(number) }
}

#[test]
fn operations_with_one_key_go_to_one_server_as_long_as_it_has_room() {
    let choice = three_by_key();
    let rules = Rules { min: 3, max: 4, room: 2, ..Rules::default() };
    let mut world = World::new(rules, choice.clone());
    world.connect_all();
    assert!((0..3).all(|id| world.machine.server(ServerId(id)).1 == 1), "one connection to each");
    let server = |world: &World, lease| {
        let id = world.connection_of(lease).unwrap();
        world.machine.connections.iter().find(|connection| connection.id == id).unwrap().server
    };
    for number in 0..20 {
        let lease = world.acquire_by(Shared, key(number));
        assert_eq!(server(&world, lease), by_key(&choice, key(number)));
        world.release(lease, Proof::Answered);
    }
    assert_eq!(world.connects.len(), 3);
    // Beyond the room of its server it goes elsewhere, and a connection is made where it would have gone.
    let home = by_key(&choice, key(7));
    let leases: Vec<_> = (0..3).map(|_| world.acquire_by(Shared, key(7))).collect();
    assert!(leases[..2].iter().all(|lease| server(&world, *lease) == home));
    assert_ne!(server(&world, leases[2]), home);
    assert_eq!((world.connects.len(), world.connects[3].0), (4, home));
    world.acquire_by(Shared, key(7));
    assert_eq!(world.connects.len(), 4, "not more than the maximum");
    world.connect_all();
    let lease = world.acquire_by(Shared, key(7));
    assert_eq!(server(&world, lease), home);
}

#[test]
fn a_server_that_is_back_gets_its_keys_back() {
    let choice = three_by_key();
    let mut world = World::new(Rules { min: 3, max: 6, ..Rules::default() }, choice.clone());
    let home = by_key(&choice, key(7));
    world.fail_connects_to(home);
    world.connect_all();
    let lease = world.acquire_by(Shared, key(7));
    assert!(world.has(lease));
    world.advance(Duration::from_secs(2));
    // Somebody who would rather be there has it tried again.
    world.acquire_by(Shared, key(7));
    world.connect_all();
    world.answer_checks(true);
    let lease = world.acquire_by(Exclusive, key(7));
    let id = world.connection_of(lease).unwrap();
    let found = world.machine.connections.iter().find(|connection| connection.id == id).unwrap().server;
    assert_eq!(found, home);
}

#[test]
fn a_connection_that_was_spoilt_is_given_up_with_its_lease() {
    let mut world = World::new(Rules { min: 1, ..small() }, servers(1));
    world.connect_all();
    let lease = world.acquire(Exclusive);
    let id = world.connection_of(lease).unwrap();
    world.machine.spoil(id, world.now);
    world.act();
    assert_eq!(world.closed, 0);
    world.release(lease, Proof::Answered);
    assert_eq!(world.closed, 1);
    world.machine.spoil(id, world.now);
}
