//! Connections that break at any octet: nothing is lost, nothing is said that is not so, nothing is done twice.

use fastrand::Rng;

use super::*;

const WINDOW: usize = 64;

/// Loads over a connection that breaks, compares what is said with what the server holds, and resumes.
async fn breaks_and_is_resumed(records: usize, seed: u64) -> usize {
    let world = World::new().await;
    let octets = 200 * records;
    let mut random = Rng::with_seed(seed);
    world.breaks_after(&[random.usize(..octets)]);
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let mut outcomes = Vec::with_capacity(records);
    let first = load()
        .window(WINDOW)
        .without_resolving()
        .journal(&journal)
        .on_outcome(|settled| outcomes.push((settled.number, settled.outcome.kind())));
    let report = world.run(first, people(records)).await;
    world.is_quiet().await;

    outcomes.sort_unstable();
    let numbers: Vec<_> = outcomes.iter().map(|(number, _)| *number as usize).collect();
    assert_eq!(numbers, (1..=records).collect::<Vec<_>>(), "each record once, seed {seed}");
    assert_eq!(report.total(), records as u64);
    for (number, kind) in &outcomes {
        let is_there = world.holds(*number as usize - 1);
        match kind {
            OutcomeKind::Applied => assert!(is_there, "seed {seed}: {number}"),
            OutcomeKind::NotSent => assert!(!is_there, "seed {seed}: {number}"),
            OutcomeKind::Unknown => {}
            other => panic!("seed {seed}: {number} {other}"),
        }
    }
    let unknown = report.count(OutcomeKind::Unknown);
    assert!(unknown <= WINDOW as u64, "seed {seed}: {unknown}");
    let before = world.directory.len() as u64 - 1;
    let applied = report.count(OutcomeKind::Applied);

    let resumed = world.run(load().window(WINDOW).journal(&journal), people(records)).await;
    assert!(resumed.is_success(), "seed {seed}: {resumed}");
    assert_eq!((resumed.total(), world.directory.len()), (records as u64, records + 1));
    assert_eq!(resumed.settled_earlier(), applied);
    assert_eq!(resumed.count(OutcomeKind::AppliedVerified), before - applied, "seed {seed}");
    unknown as usize
}

#[tokio::test]
async fn what_is_said_of_a_broken_load_is_so_and_it_can_be_resumed() {
    for seed in 1..=6 {
        breaks_and_is_resumed(500, seed).await;
    }
}

#[tokio::test]
#[ignore = "takes minutes"]
async fn what_is_said_of_a_broken_load_is_so_for_five_hundred_seeds() {
    let mut unknown = 0;
    for seed in 1..=500 {
        unknown += breaks_and_is_resumed(10_000, seed).await;
    }
    assert!(unknown > 0);
}

#[tokio::test(start_paused = true)]
async fn connections_that_break_again_and_again_are_made_again_and_nothing_is_done_twice() {
    for seed in 0..4 {
        let mut random = Rng::with_seed(seed);
        let world = World::new().await;
        let lives: Vec<_> = (0..30).map(|_| 3_000 + random.usize(..10_000)).collect();
        world.breaks_after(&lives);
        let report = world.run(Load::new().max_concurrent(3).window(16), people(800)).await;
        assert!(report.is_success(), "{seed}: {report} {:?}", report.failures());
        assert_eq!(world.directory.len(), 801);
        assert_eq!(world.directory.changes(), World::new().await.directory.changes() + 800);
    }
}

#[tokio::test(start_paused = true)]
async fn each_connection_has_as_many_tries_as_is_said() {
    for (failing, succeeds) in [(24, true), (40, false)] {
        let world = World::new().await;
        let mut lives = vec![6_000; 3];
        lives.extend(std::iter::repeat_n(0, failing));
        world.breaks_after(&lives);
        let report = world.run(Load::new().max_concurrent(3).window(8), people(400)).await;
        assert_eq!(report.is_success(), succeeds, "{report} {:?}", report.stop());
        assert_eq!(report.total(), 400);
    }
}

#[tokio::test]
async fn increments_are_never_sent_twice() {
    for seed in 0..4 {
        let mut random = Rng::with_seed(seed);
        let world = World::new().await;
        let counters = people(500).into_iter().map(|entry| entry.with("uidNumber", ["0"]));
        assert!(world.run(load(), counters).await.is_success());
        let increments = || {
            (0..500).map(|number| {
                let dn = format!("uid=u{number},dc=example");
                ChangeRecord::new(ModifyRequest::new(dn, [Modification::increment("uidNumber", 1)]))
            })
        };
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal");
        world.breaks_after(&[random.usize(..50_000)]);
        let apply = || load().mode(Mode::Apply).window(16).journal(&journal);
        world.run(apply(), increments()).await;
        world.is_quiet().await;
        let mut settled = Vec::new();
        let resumed = apply().on_outcome(|record| settled.push((record.number, record.outcome.kind())));
        let report = world.run(resumed, increments()).await;
        assert_eq!(report.count(OutcomeKind::Applied) + report.count(OutcomeKind::Conflict), 500, "{report}");
        let value = |number: usize| {
            let entry = world.directory.entry(&format!("uid=u{number},dc=example")).unwrap();
            entry.first_text("uidNumber").unwrap().parse::<usize>().unwrap()
        };
        let sum: usize = (0..500).map(value).sum();
        assert!((0..500).all(|number| value(number) <= 1), "seed {seed}");
        assert!(sum as u64 >= report.count(OutcomeKind::Applied));
        for (number, kind) in settled {
            assert!(kind != OutcomeKind::Applied || value(number as usize - 1) == 1);
        }
    }
}

#[tokio::test]
async fn a_load_that_is_dropped_anywhere_is_resumed() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let mut random = Rng::with_seed(5);
    let mut rounds = 0;
    let report = loop {
        rounds += 1;
        let run = world.run(load().window(16).batch_size(7).journal(&journal), people(1_000));
        let turns = if rounds < 40 { random.usize(..60) } else { usize::MAX };
        let stopped = async {
            for _ in 0..turns {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            report = run => break report,
            () = stopped => {}
        }
        world.is_quiet().await;
    };
    assert!(rounds > 3, "{rounds}");
    assert!(report.is_success(), "{report}");
    assert_eq!((report.total(), world.directory.len()), (1_000, 1_001));
}
