//! Three servers, tasks by the thousand, and faults and cancellation by chance: each run of a seed is the same.

use std::collections::HashSet;

use super::*;
use crate::execute::Executor;
use crate::pool::Servers;
use tokio::time::{sleep, timeout};

const MAX: usize = 16;

/// Chance that is the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % sides
    }

    fn pause(&mut self, most: u64) -> Duration {
        Duration::from_millis(self.roll(most))
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_happens_the_bounds_hold_and_nothing_is_left_or_done_twice() {
    for seed in 1..=100 {
        simulate(seed, 100).await;
    }
}

#[tokio::test(start_paused = true)]
#[ignore = "takes minutes; the same with a hundred tasks is run always"]
async fn whatever_happens_to_ten_thousand_tasks_the_bounds_hold() {
    for seed in 1..=100 {
        simulate(seed, 10_000).await;
    }
}

async fn simulate(seed: u64, tasks: u64) {
    let mut dice = Dice(seed);
    let peers = ["a", "b", "c"].map(Peer::new);
    let options = PoolOptions::new(Servers::round_robin(peers.iter().map(Peer::servers)))
        .connections(2, MAX)
        .in_flight(4)
        .acquire_timeout(seconds(5))
        .operation_timeout(seconds(5))
        .connect_timeout(seconds(2));
    let pool = options.start_in_background();
    let tasks: Vec<_> = (0..tasks)
        .map(|number| tokio::spawn(work(pool.clone(), number, Dice(seed << 32 | (number + 1)))))
        .collect();
    for _ in 0..30 {
        sleep(dice.pause(300)).await;
        let [peer, choice] = [3, 6].map(|sides| dice.roll(sides));
        let peer = &peers[usize::try_from(peer).unwrap()];
        match choice {
            0 | 1 => peer.cut(),
            2 => peer.tell(|told| told.is_down = !told.is_down),
            3 => peer.tell(|told| told.is_black_hole = !told.is_black_hole),
            4 => peer.tell(|told| told.is_silent = !told.is_silent),
            _ => peer.tell(|told| told.answers_held = !told.answers_held),
        }
        bounds_hold(&pool);
    }
    for peer in &peers {
        peer.tell(|told| {
            (told.is_down, told.is_black_hole, told.is_silent) = (false, false, false);
            told.answers_held = true;
        });
    }
    for task in tasks {
        task.await.unwrap();
    }
    // What hung is found out and given up.
    sleep(seconds(30)).await;
    bounds_hold(&pool);
    let status = pool.status();
    let left = (status.leased, status.leases, status.waiting, status.connecting);
    assert_eq!(left, (0, 0, 0, 0), "seed {seed}: {status:?}");
    let open = || peers.iter().map(|peer| peer.seen().open).sum::<usize>();
    assert_eq!(open(), status.idle, "seed {seed}: {status:?}");
    assert!(status.idle >= 2, "seed {seed}: the minimum is kept");
    let mut written = HashSet::new();
    for name in peers.iter().flat_map(|peer| peer.seen().deletes) {
        assert!(!name.starts_with("cn=once") || written.insert(name.clone()), "seed {seed}: {name} twice");
    }
    pool.stop().await;
    settle().await;
    assert_eq!(open(), 0, "seed {seed}");
}

/// A few operations, some of which are given up half-way.
async fn work(pool: Pool, number: u64, mut dice: Dice) {
    sleep(dice.pause(8000)).await;
    for step in 0..=dice.roll(2) {
        let (kind, patience, pause) = (dice.roll(7), dice.pause(4000), dice.pause(300));
        let operation = async {
            // That some fail is part of it.
            match kind {
                0 => drop(pool.delete(delete(&format!("cn=once {number}.{step}"))).await),
                1 => drop(pool.compare(compare("cn=x")).await),
                2 => drop(pool.search_all(search()).await),
                3 => drop(pool.delete(delete("cn=hold")).await),
                4 => drop(pool.compare(compare("cn=cut")).await),
                5 => {
                    let Ok(mut stream) = pool.search(search()).await else { return };
                    while let Ok(Some(_)) = stream.next_entry().await {
                        sleep(pause).await;
                    }
                }
                _ => {
                    let Ok(lease) = pool.acquire_exclusive().await else { return };
                    sleep(pause).await;
                    drop(lease.compare(compare("cn=x")).await);
                }
            }
        };
        let _ = timeout(patience, operation).await;
        bounds_hold(&pool);
    }
}

fn bounds_hold(pool: &Pool) {
    let status = pool.status();
    assert!(status.idle + status.leased + status.connecting <= MAX, "{status:?}");
    // Not even the checks of connections go beyond what may be in flight.
    assert!(status.leases <= MAX * 4, "{status:?}");
}
