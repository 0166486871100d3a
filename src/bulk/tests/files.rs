//! Journal, rejected records and undo files: in step with each other, and on disks that are full.

use std::fs;

use super::*;
use crate::bulk::books::Books;
use crate::bulk::run::Run;
use crate::ldif::SliceReader;

#[tokio::test]
async fn rejected_records_come_with_the_reason_and_can_be_applied_again() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let rejects = folder.path().join("rejects.ldif");
    let orphans = (0..3).map(|number| {
        Entry::new(format!("ou={number},ou=late,dc=example"))
            .with("objectClass", ["organizationalUnit"])
            .with("ou", [number.to_string()])
    });
    let report = world.run(load().rejects(&rejects), people(5).into_iter().chain(orphans)).await;
    assert_eq!(report.count(OutcomeKind::Rejected), 3);
    let text = fs::read_to_string(&rejects).unwrap();
    assert!(text.starts_with("version: 1\n"), "{text}");
    assert_eq!(text.matches("noSuchObject (32)").count(), 3, "{text}");
    let parent =
        Entry::new("ou=late,dc=example").with("objectClass", ["organizationalUnit"]).with("ou", ["late"]);
    assert!(world.run(load(), [parent]).await.is_success());
    let again = SliceReader::new(text.as_bytes());
    let report = load().run(&world, try_records(again)).await.unwrap();
    assert_eq!(counts(&report), [(OutcomeKind::Applied, 3)]);
}

#[tokio::test]
async fn a_load_that_is_resumed_has_each_rejected_record_once() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let (journal, rejects) = (folder.path().join("journal"), folder.path().join("rejects.ldif"));
    // Each person twice: every second record is rejected.
    let input: Vec<_> = (0..2000).map(|number| person(number / 2)).collect();
    let mut rounds = 0;
    let report = loop {
        rounds += 1;
        world.breaks_after(&[if rounds < 12 { 40_000 } else { usize::MAX }]);
        let load = load().window(8).batch_size(10).journal(&journal).rejects(&rejects);
        let report = world.run(load, input.clone()).await;
        if report.stop().is_none() {
            break report;
        }
        assert!(rounds < 20, "{report} {:?}", report.stop());
        world.is_quiet().await;
    };
    assert!(rounds > 3, "{rounds}");
    assert_eq!(world.directory.len(), 1001);
    let text = fs::read(&rejects).unwrap();
    let mut names: Vec<_> =
        SliceReader::new(&text).map(|record| record.unwrap().record.dn().to_string()).collect();
    // One whose answer was lost is found there, be it by the first record of its name or by the second.
    assert_eq!(names.len() as u64, report.count(OutcomeKind::Rejected));
    assert_eq!(report.total(), 2000);
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len() as u64, report.count(OutcomeKind::Rejected));
}

#[tokio::test]
async fn another_input_is_refused_before_anything_is_sent() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    assert!(world.run(load().journal(&journal), people(50)).await.is_success());
    let changes = world.directory.changes();
    let mut other = people(60);
    other.swap(20, 21);
    for input in [other, people(49)] {
        let report = world.run(load().journal(&journal), input).await;
        assert!(matches!(report.stop(), Some(Stop::AnotherInput { number: 50 })), "{:?}", report.stop());
    }
    assert_eq!(world.directory.changes(), changes);
    let longer = world.run(load().journal(&journal), people(60)).await;
    assert!(longer.is_success() && longer.settled_earlier() == 50);
}

#[tokio::test]
async fn without_a_journal_on_disk_nothing_more_is_sent_and_all_is_told() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let mut seen = 0;
    let settings = load().window(4).batch_size(5).journal(folder.path().join("journal")).settings();
    let mut books = Books::open(&settings, Some(Box::new(|_| seen += 1)), 20).unwrap();
    books.write(Some(1)).unwrap();
    books.fail_journal();
    let report = Run::new(&world, settings, books).finish(records(people(200))).await;
    assert!(matches!(report.stop(), Some(Stop::Journal(_))), "{:?}", report.stop());
    assert_eq!((report.total(), seen), (200, 200));
    assert_eq!(report.count(OutcomeKind::Applied), world.directory.len() as u64 - 1);
    assert!(world.directory.len() <= 22, "no more than what the journal had leave for");
    let resumed = world.run(load().journal(folder.path().join("journal")), people(200)).await;
    assert!(resumed.is_success() && world.directory.len() == 201);
    assert!(resumed.count(OutcomeKind::AppliedVerified) > 0, "{resumed}");
}

#[tokio::test]
async fn no_file_of_a_load_is_another_one_of_it_nor_the_input() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    fs::write(file("a"), "what is there").unwrap();
    for (load, expected) in [
        (load().input(file("a")).rejects(file("a")), "the file of rejected records"),
        (load().input(file("a")).journal(file(".").join("a")), "the journal"),
        (load().input(file("a")).undo(file("a")), "the undo file"),
        (load().journal(file("b")).rejects(file("b")), "the file of rejected records"),
        (load().rejects(file("b")).undo(file("b")), "the undo file"),
        (load().rejects(file("b.part")).undo(file("b")), "what the undo file is made of"),
    ] {
        let error = load.run(&world, records(people(1))).await.unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot use {expected} ")) && error.ends_with(", too"), "{error}");
    }
    assert_eq!(fs::read_to_string(file("a")).unwrap(), "what is there");
    assert_eq!((fs::read_dir(folder.path()).unwrap().count(), world.directory.len()), (1, 1));
    let apart = load().input(file("a")).journal(file("b")).rejects(file("c")).undo(file("d"));
    assert!(world.run(apart, people(3)).await.is_success());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_for_rejected_records_or_undo_ends_the_load_truthfully() {
    let world = World::new().await;
    let input: Vec<_> = (0..400).map(|number| person(number / 2)).collect();
    let report = world.run(load().window(4).rejects("/dev/full"), input).await;
    assert!(matches!(report.stop(), Some(Stop::Rejects(_))), "{:?}", report.stop());
    assert_eq!(report.total(), 400);
    assert_eq!(report.count(OutcomeKind::Applied), world.directory.len() as u64 - 1);
    let unusable = load().rejects("/").run(&world, records(people(1))).await.unwrap_err();
    assert!(unusable.to_string().starts_with("cannot use the file of rejected records /: "), "{unusable}");
}
