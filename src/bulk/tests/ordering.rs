//! What depends on what.

use super::*;
use crate::error::Error;
use crate::model::ResultCode;

fn unit(dn: &str) -> Entry {
    let ou = dn.split(['=', ',']).nth(1).unwrap_or_default();
    Entry::new(dn).with("objectClass", ["organizationalUnit"]).with("ou", [ou])
}

/// A tree of three levels, each entry once.
fn tree() -> Vec<Entry> {
    let mut tree = Vec::new();
    for one in 0..10 {
        tree.push(unit(&format!("ou={one},dc=example")));
        for two in 0..10 {
            tree.push(unit(&format!("ou={two},ou={one},dc=example")));
            tree.extend((0..5).map(|three| unit(&format!("ou={three},OU={two},ou={one},dc=example"))));
        }
    }
    tree
}

#[tokio::test]
async fn a_tree_is_added_in_its_order_over_several_connections() {
    let world = World::new().await;
    let report = world.run(Load::new().window(8), tree()).await;
    assert!(report.is_success(), "{report} {:?}", report.failures());
    assert_eq!(world.directory.len(), 1 + tree().len());
}

#[tokio::test]
async fn a_tree_upside_down_is_held_back_and_added() {
    let world = World::new().await;
    let report = world.run(Load::new().window(8), tree().into_iter().rev()).await;
    assert!(report.is_success(), "{report} {:?}", report.failures());
    assert_eq!(world.directory.len(), 1 + tree().len());
}

#[tokio::test]
async fn a_tree_is_deleted_from_above_as_from_below() {
    let world = World::new().await;
    let deletes =
        || tree().into_iter().map(|entry| ChangeRecord::new(DeleteRequest::new(entry.dn().clone())));
    for is_from_above in [true, false] {
        assert!(world.run(Load::new(), tree()).await.is_success());
        let all: Vec<_> = if is_from_above { deletes().collect() } else { deletes().rev().collect() };
        let report = world.run(Load::new().mode(Mode::Apply).window(8), all).await;
        assert!(report.is_success(), "{report} {:?}", report.failures());
        assert_eq!(world.directory.len(), 1);
    }
    // One below that nobody deletes keeps those above, which are told once each.
    assert!(world.run(Load::new(), tree()).await.is_success());
    let kept = unit("ou=kept,ou=0,ou=0,dc=example");
    assert!(world.run(Load::new(), [kept]).await.is_success());
    let report = world.run(Load::new().mode(Mode::Apply).held(1), deletes()).await;
    assert_eq!(report.codes().get(&ResultCode::NOT_ALLOWED_ON_NON_LEAF), Some(&2), "{report}");
    assert_eq!(world.directory.len(), 4);
}

#[tokio::test]
async fn orphans_are_rejected_with_the_reason_and_what_is_held_is_bounded() {
    let world = World::new().await;
    let orphans = (0..200).map(|number| unit(&format!("ou={number},ou=nowhere,dc=example")));
    let last = unit("ou=last,dc=example");
    let report = world.run(load().held(10), orphans.chain([last])).await;
    assert_eq!(counts(&report), [(OutcomeKind::Applied, 1), (OutcomeKind::Rejected, 200)]);
    assert!(report.failures().iter().all(|failure| {
        matches!(&failure.outcome, Outcome::Rejected(Rejection::NoParent(result)) if result.code() == ResultCode::NO_SUCH_OBJECT)
    }));
    // The parent comes too late for the first of them, and in time for the last.
    let late = (0..200).map(|number| unit(&format!("ou={number},ou=late,dc=example")));
    let report = world.run(load().held(10), late.chain([unit("ou=late,dc=example")])).await;
    assert!(report.count(OutcomeKind::Applied) >= 10 && report.count(OutcomeKind::Rejected) > 0, "{report}");
    assert_eq!(report.total(), 201);
}

#[tokio::test]
async fn duplicates_are_rejected_and_the_first_wins() {
    let world = World::new().await;
    let twice = |description: &str| {
        Entry::new("UID=u1,dc=example")
            .with("objectClass", ["account"])
            .with("uid", ["u1"])
            .with("description", [description])
    };
    let mut input = people(300);
    input.extend([twice("second"), twice("third")]);
    let report = world.run(Load::new(), input).await;
    assert_eq!(counts(&report), [(OutcomeKind::Applied, 300), (OutcomeKind::Rejected, 2)]);
    assert_eq!(report.codes()[&ResultCode::ENTRY_ALREADY_EXISTS], 2);
    assert_eq!(
        world.directory.entry("uid=u1,dc=example").unwrap().first_text("description"),
        Some("person 1")
    );
}

#[tokio::test]
async fn changes_of_one_entry_keep_their_order_and_a_rename_and_a_delete_are_barriers() {
    let world = World::new().await;
    let set = |dn: &str, text: String| {
        Change::from(ModifyRequest::new(dn, [Modification::replace("description", [text])]))
    };
    let rename = |dn: &str, rdn: &str| {
        Change::from(crate::proto::ModifyDnRequest::new(dn, rdn, crate::model::OldRdn::Delete))
    };
    let mut input: Vec<Change> = vec![AddRequest::from(unit("ou=a,dc=example")).into()];
    input
        .extend((0..50).map(|number| AddRequest::from(unit(&format!("ou={number},ou=a,dc=example"))).into()));
    input.extend((0..100).map(|number| set("ou=0,ou=a,dc=example", number.to_string())));
    input.push(rename("ou=a,dc=example", "ou=b"));
    input.extend((0..50).map(|number| set(&format!("ou={number},ou=b,dc=example"), "moved".into())));
    input.extend((0..50).map(|number| DeleteRequest::new(format!("ou={number},ou=b,dc=example")).into()));
    input.push(DeleteRequest::new("ou=b,dc=example").into());
    input.push(AddRequest::from(unit("ou=b,dc=example")).into());
    let count = input.len() as u64;
    let report = world.run(Load::new().mode(Mode::Apply), input.into_iter().map(ChangeRecord::new)).await;
    assert_eq!(counts(&report), [(OutcomeKind::Applied, count)], "{:?}", report.failures());
    assert_eq!(world.directory.len(), 2);
}

#[tokio::test]
async fn entries_of_a_search_can_be_loaded_elsewhere() {
    use crate::execute::Executor;
    let (there, here) = (World::new().await, world::running().await);
    assert!(there.run(Load::new(), people(500)).await.is_success());
    let source = there.connect(0).await.unwrap();
    let search = crate::proto::SearchRequest::new(
        "dc=example",
        crate::model::Scope::SingleLevel,
        crate::model::Filter::present("uid"),
    );
    let mut found = source.search(search).await.unwrap();
    let (send, receive) = tokio::sync::mpsc::channel(16);
    let feeding = async move {
        while let Some(entry) = found.next_entry().await.unwrap() {
            send.send(Ok::<_, Error>(entry)).await.unwrap();
        }
    };
    let stream =
        futures_util::stream::unfold(receive, async |mut receive| Some((receive.recv().await?, receive)));
    let client = here.client().await.unwrap();
    let (report, ()) = tokio::join!(load().run(&client, stream), feeding);
    assert!(report.unwrap().is_success());
    assert_eq!(here.len(), 501);
}
