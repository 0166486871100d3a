//! How a load ends before its input does.

use super::*;
use crate::model::ResultCode;

/// Every other one is there already.
fn half() -> Vec<Entry> {
    (0..1000).map(|number| person(number / 2)).collect()
}

#[tokio::test]
async fn it_stops_after_so_many_failures_and_counts_the_rest() {
    let world = World::new().await;
    let report = world.run(load().window(4).stop_after(10), half()).await;
    assert!(matches!(report.stop(), Some(Stop::Failures(10..=13))), "{:?}", report.stop());
    assert_eq!(report.total(), 1000);
    assert!((10..=13).contains(&report.count(OutcomeKind::Rejected)), "{report}");
    assert_eq!(report.count(OutcomeKind::Applied), world.directory.len() as u64 - 1);
    assert!(!report.is_success());
}

#[tokio::test]
async fn an_input_that_cannot_be_read_on_ends_it_behind_what_came() {
    let world = World::new().await;
    let input = people(100).into_iter().map(Ok).chain([Err("torn")]);
    let report = load().run(&world, try_records(input)).await.unwrap();
    assert!(matches!(report.stop(), Some(Stop::Input(error)) if error.to_string() == "torn"));
    assert_eq!((report.total(), report.count(OutcomeKind::Applied)), (100, 100), "{report}");
    assert_eq!(world.directory.len(), 101);
    let adopted = [Err("torn"), Ok(person(100))];
    let orphan = Entry::new("cn=x,ou=none,dc=example").with("objectClass", ["account"]);
    let report = load().run(&world, try_records([Ok(orphan)].into_iter().chain(adopted))).await.unwrap();
    assert!(matches!(report.stop(), Some(Stop::Input(_))), "{report}");
    assert_eq!(counts(&report), [(OutcomeKind::Rejected, 1)]);
}

#[tokio::test]
async fn without_a_connection_nothing_is_sent_and_all_is_counted() {
    let world = World::new().await;
    world.breaks_after(&[0]);
    let report = world.run(load(), people(50)).await;
    assert!(matches!(report.stop(), Some(Stop::Connection(_))));
    assert_eq!(counts(&report), [(OutcomeKind::NotSent, 50)]);
    let closed = world.connect(0).await.unwrap();
    closed.close().await;
    let report = load().run(&closed, records(people(50))).await.unwrap();
    assert!(matches!(report.stop(), Some(Stop::Connection(_))), "it cannot be made again: {report}");
    assert_eq!(counts(&report), [(OutcomeKind::NotSent, 50)]);
}

#[tokio::test(start_paused = true)]
async fn no_more_records_a_second_go_than_is_said() {
    let world = World::new().await;
    let start = tokio::time::Instant::now();
    let report = world.run(load().rate(100), people(500)).await;
    assert!(report.is_success());
    let seconds = start.elapsed().as_secs_f64();
    assert!((4.8..5.2).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn records_that_a_server_would_not_take_are_not_sent() {
    let world = World::new().await;
    let large = |octets: usize| person(octets).with("description", ["x".repeat(octets)]);
    let input = [large(900), large(1100), person(3)];
    let report = world.run(load().message_limit(1150), input).await;
    assert_eq!(counts(&report), [(OutcomeKind::Applied, 2), (OutcomeKind::Rejected, 1)]);
    let Outcome::Rejected(Rejection::TooLarge { octets, limit: 1150 }) = report.failures()[0].outcome else {
        panic!("{:?}", report.failures())
    };
    assert!((1151..1300).contains(&octets), "{octets}");
    let empty = world.run(load(), [Entry::new("uid=u9,dc=example").with("uid", [""; 0])]).await;
    assert!(
        matches!(empty.failures()[0].outcome, Outcome::Rejected(Rejection::Encode(_))),
        "{:?}",
        empty.failures()
    );
    let bad_name = world.run(load(), [Entry::new("no name").with("uid", ["x"])]).await;
    assert_eq!(bad_name.codes()[&ResultCode::INVALID_DN_SYNTAX], 1);
}
