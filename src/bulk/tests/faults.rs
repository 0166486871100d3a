//! Servers that are busy, silent, or gone for a while.

use std::time::Duration;

use super::*;
use crate::files::Records;
use crate::ldif::ReadOptions;
use crate::model::ResultCode;
use crate::proto::OpKind;
use crate::server::layers::{Fault, Faults};

#[tokio::test(start_paused = true)]
async fn a_busy_server_is_asked_again_later_and_less() {
    let world = World::behind(Faults::random(3, 20, [Fault::Refuse(ResultCode::BUSY)])).await;
    let report = world.run(Load::new().max_concurrent(2), people(1_000)).await;
    assert!(report.is_success(), "{report} {:?}", report.failures());
    assert_eq!(world.directory.len(), 1_001);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_always_busy_is_told_so() {
    let faults = Faults::new();
    faults.always(OpKind::AddRequest, Fault::Refuse(ResultCode::BUSY));
    let world = World::behind(faults).await;
    let report = world.run(load(), people(3)).await;
    assert_eq!(counts(&report), [(OutcomeKind::Rejected, 3)]);
    assert_eq!(report.codes()[&ResultCode::BUSY], 3);
}

#[tokio::test(start_paused = true)]
async fn answers_that_do_not_come_are_looked_for() {
    let world =
        World::behind(Faults::random(9, 50, [Fault::Never, Fault::Drop, Fault::Cut(3), Fault::WrongId]));
    let world = world.await.timeout(Duration::from_secs(5));
    let report = world.run(Load::new().max_concurrent(3).window(8), people(1_000)).await;
    assert!(report.is_success(), "{report} {:?} {:?}", report.failures(), report.stop());
    assert!(report.count(OutcomeKind::AppliedVerified) > 0, "{report}");
    assert_eq!(world.directory.len(), 1_001);
}

#[tokio::test(start_paused = true)]
async fn a_record_that_breaks_each_connection_does_not_break_the_load() {
    let faults = Faults::new();
    faults.always(OpKind::ModifyRequest, Fault::Drop);
    let world = World::behind(faults).await;
    assert!(world.run(load(), people(50)).await.is_success());
    let poison = ModifyRequest::new("uid=u7,dc=example", [Modification::replace("description", ["x"])]);
    let mut input: Vec<Change> = vec![poison.into()];
    input.extend((50..80).map(|number| Change::from(AddRequest::from(person(number)))));
    let apply = Load::new().max_concurrent(1).window(4).mode(Mode::Apply);
    let report = world.run(apply, input.into_iter().map(ChangeRecord::new)).await;
    assert_eq!(report.count(OutcomeKind::Unknown), 1, "{report} {:?}", report.failures());
    assert_eq!(report.succeeded(), 30, "{report}");
}

#[tokio::test]
async fn an_answer_that_contradicts_a_lost_one_is_a_conflict() {
    let faults = Faults::new();
    let world = World::behind(faults.clone()).await;
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    faults.next(OpKind::AddRequest, Fault::Cut(1));
    let report = world.run(load().without_resolving().journal(&journal), [person(1)]).await;
    assert_eq!(counts(&report), [(OutcomeKind::Unknown, 1)]);
    // Somebody else changes it before anybody looks.
    let change = ModifyRequest::new("uid=u1,dc=example", [Modification::replace("description", ["other"])]);
    assert!(world.run(load().mode(Mode::Apply), [ChangeRecord::new(change)]).await.is_success());
    let report = world.run(load().journal(&journal), [person(1)]).await;
    assert_eq!(counts(&report), [(OutcomeKind::Conflict, 1)]);
}

#[tokio::test(start_paused = true)]
async fn what_undoes_a_change_is_known_although_its_answer_was_lost() {
    let faults = Faults::new();
    let world = World::behind(faults.clone()).await;
    assert!(world.run(load(), people(3)).await.is_success());
    let folder = tempfile::tempdir().unwrap();
    let undo = folder.path().join("undo.ldif");
    let description =
        || world.directory.entry("uid=u1,dc=example").unwrap().first_text("description").map(str::to_owned);
    let before = description();
    // A server that does not show what it can is read before.
    faults.next(OpKind::SearchRequest, Fault::Refuse(ResultCode::UNAVAILABLE));
    faults.next(OpKind::ModifyRequest, Fault::Cut(1));
    let change = ModifyRequest::new("uid=u1,dc=example", [Modification::replace("description", ["x"])]);
    let apply = || Load::new().max_concurrent(1).mode(Mode::Apply);
    let report = world.run(apply().undo(&undo), [ChangeRecord::new(change)]).await;
    assert_eq!(counts(&report), [(OutcomeKind::AppliedVerified, 1)]);
    assert_eq!(report.without_undo(), 0);
    let back = Records::open(&undo, ReadOptions::new()).unwrap().map(Result::unwrap);
    assert!(world.run(apply(), back).await.is_success());
    assert_eq!(description(), before);
}
