//! What is done with a record.

use super::*;
use crate::model::{ResultCode, Value};

fn with_description(number: usize, description: &str) -> Entry {
    Entry::new(format!("uid=u{number},dc=example"))
        .with("objectClass", ["account"])
        .with("uid", [format!("u{number}")])
        .with("description", [description])
}

/// A world with 20 people.
async fn settled() -> World {
    let world = World::new().await;
    assert!(world.run(load(), people(20)).await.is_success());
    world
}

/// Ten people who are there as they are, ten who are there and another, ten who are not there.
fn mixed() -> Vec<Entry> {
    let others = (10..20).map(|number| with_description(number, "other").with("seeAlso", ["dc=example"]));
    people(10).into_iter().chain(others).chain((20..30).map(person)).collect()
}

#[tokio::test]
async fn what_is_there_is_an_error_or_left_or_replaced_by_the_least_changes() {
    use OutcomeKind::{Applied, Rejected, Skipped};
    for (mode, expected, description) in [
        (Mode::Add, vec![(Applied, 10), (Rejected, 20)], "person 15"),
        (Mode::Apply, vec![(Applied, 10), (Rejected, 20)], "person 15"),
        (Mode::AddOrIgnore, vec![(Applied, 10), (Skipped, 20)], "person 15"),
        (Mode::AddOrReplace, vec![(Applied, 20), (Skipped, 10)], "other"),
    ] {
        let world = settled().await;
        let before = world.directory.changes();
        let rehearsed = world.run(load().mode(mode).dry_run(), mixed()).await;
        assert_eq!((counts(&rehearsed), world.directory.changes()), (expected.clone(), before), "{mode:?}");
        let report = world.run(load().mode(mode), mixed()).await;
        assert_eq!(counts(&report), expected, "{mode:?}");
        assert_eq!(world.directory.changes() - before, report.count(Applied));
        let entry = world.directory.entry("uid=u15,dc=example").unwrap();
        assert_eq!(entry.values("description"), [Value::from(description)]);
    }
    let world = settled().await;
    world.run(load().mode(Mode::AddOrReplace), mixed()).await;
    world.run(load().mode(Mode::AddOrReplace), people(20)).await;
    assert!(world.directory.entry("uid=u15,dc=example").unwrap().attribute("seeAlso").is_none());
}

#[tokio::test]
async fn changes_are_taken_only_where_they_are_wanted() {
    let world = settled().await;
    let delete = || [ChangeRecord::new(DeleteRequest::new("uid=u1,dc=example"))];
    let report = world.run(load(), delete()).await;
    assert!(matches!(report.failures()[0].outcome, Outcome::Rejected(Rejection::NotAnEntry)));
    let rehearsed = world.run(load().mode(Mode::Apply).dry_run(), delete()).await;
    assert!(rehearsed.is_success() && world.holds(1));
    assert!(world.run(load().mode(Mode::Apply), delete()).await.is_success() && !world.holds(1));
    let again = world.run(load().mode(Mode::Apply).dry_run(), delete()).await;
    assert_eq!(again.codes()[&ResultCode::NO_SUCH_OBJECT], 1);
}

#[tokio::test]
async fn what_undoes_a_load_leads_back() {
    let world = settled().await;
    let before = world.directory.entries();
    let folder = tempfile::tempdir().unwrap();
    let undo = folder.path().join("undo.ldif");
    let report = world.run(Load::new().mode(Mode::AddOrReplace).undo(&undo), mixed()).await;
    assert_eq!((report.count(OutcomeKind::Applied), report.without_undo()), (20, 0));
    let changes = [
        Change::from(DeleteRequest::new("uid=u3,dc=example")),
        ModifyRequest::new("uid=u4,dc=example", [Modification::replace("description", ["x"])]).into(),
        ModifyRequest::new("uid=u4,dc=example", [Modification::delete_attribute("description")]).into(),
        crate::proto::ModifyDnRequest::new("uid=u4,dc=example", "uid=v4", crate::model::OldRdn::Delete)
            .into(),
        AddRequest::from(with_description(99, "child").with("ou", ["x"])).into(),
    ];
    let second = folder.path().join("second.ldif");
    let apply = Load::new().mode(Mode::Apply).undo(&second);
    let report = world.run(apply, changes.map(ChangeRecord::new)).await;
    assert!(report.is_success() && report.without_undo() == 0, "{report} {:?}", report.failures());
    for file in [second, undo] {
        let back = crate::files::Records::open(file, crate::ldif::ReadOptions::new()).unwrap();
        let report = Load::new().mode(Mode::Apply).run(&world, try_records(back)).await.unwrap();
        assert!(report.is_success(), "{report} {:?}", report.failures());
    }
    let plain = |entries: Vec<Entry>| -> Vec<Entry> {
        let mut entries: Vec<_> = entries
            .into_iter()
            .map(|entry| {
                let (dn, mut attributes) = entry.into_parts();
                attributes.retain(|attribute| {
                    ["uid", "description", "seeAlso"].iter().any(|name| *attribute.description() == **name)
                });
                attributes.sort_by_key(|attribute| attribute.description().to_string());
                let mut entry = Entry::new(dn);
                entry.extend(attributes);
                entry
            })
            .collect();
        entries.sort_by_key(|entry| entry.dn().to_string());
        entries
    };
    assert_eq!(plain(world.directory.entries()), plain(before));
}

/// Changes that add one member each to one group, `count` of them, of which every twentieth is there already.
fn members(count: usize) -> impl Iterator<Item = ChangeRecord> {
    (0..count).map(|number| {
        let member = if number % 20 == 19 { number - 1 } else { number };
        let change = Modification::add("member", [format!("uid=u{member},dc=example")]);
        ChangeRecord::new(ModifyRequest::new("cn=all,dc=example", [change]))
    })
}

#[tokio::test]
async fn members_are_packed_and_each_has_its_own_outcome() {
    for pack in [1, 7, 100] {
        let world = World::new().await;
        let group = Entry::new("cn=all,dc=example")
            .with("objectClass", ["groupOfNames"])
            .with("cn", ["all"])
            .with("member", ["dc=example"]);
        assert!(world.run(load(), [group.clone()]).await.is_success());
        let before = world.directory.changes();
        let folder = tempfile::tempdir().unwrap();
        let undo = folder.path().join("undo.ldif");
        let report = world.run(load().mode(Mode::Apply).pack(pack).undo(&undo), members(100)).await;
        assert_eq!(counts(&report), [(OutcomeKind::Applied, 95), (OutcomeKind::Rejected, 5)], "{pack}");
        assert_eq!(report.codes()[&ResultCode::ATTRIBUTE_OR_VALUE_EXISTS], 5);
        let values = || world.directory.entry("cn=all,dc=example").unwrap().values("member").len();
        assert_eq!(values(), 96);
        let changes = world.directory.changes() - before;
        assert!(pack > 1 || changes == 95);
        let back = crate::files::Records::open(&undo, crate::ldif::ReadOptions::new()).unwrap();
        assert!(load().mode(Mode::Apply).run(&world, try_records(back)).await.unwrap().is_success());
        assert_eq!(values(), 1);
    }
    let world = World::new().await;
    let group = Entry::new("cn=all,dc=example").with("objectClass", ["groupOfNames"]).with("cn", ["all"]);
    assert!(world.run(load(), [group.with("member", ["dc=example"])]).await.is_success());
    let before = world.directory.changes();
    let fresh = members(200).step_by(2);
    assert!(world.run(load().mode(Mode::Apply).pack(50), fresh).await.is_success());
    let changes = world.directory.changes() - before;
    assert!(changes < 20, "{changes} requests for 100 members");
}
