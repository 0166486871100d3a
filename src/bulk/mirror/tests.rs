use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::bulk::Load;
use crate::client::Client;
use crate::directory::{Directory, DirectoryBuilder, RunningDirectory};
use crate::ldif::SliceReader;
use crate::model::{Entry, Modification};
use crate::proto::ModifyRequest;

const BASE: &str = "ou=people,dc=example";

fn person(uid: &str, sn: &str) -> Entry {
    Entry::new(format!("uid={uid},{BASE}"))
        .with("objectClass", ["inetOrgPerson"])
        .with("uid", [uid])
        .with("cn", [uid])
        .with("sn", [sn])
}

fn people(uids: &[(&str, &str)]) -> DirectoryBuilder {
    Directory::builder()
        .admin("cn=admin", "secret")
        .entry(Entry::new("dc=example").with("objectClass", ["domain"]).with("dc", ["example"]))
        .entry(Entry::new(BASE).with("objectClass", ["organizationalUnit"]).with("ou", ["people"]))
        .entries(uids.iter().map(|(uid, sn)| person(uid, sn)))
}

async fn start(builder: DirectoryBuilder) -> (RunningDirectory, Client) {
    let directory = builder.start().await.unwrap();
    let client = directory.client().await.unwrap();
    client.simple_bind("cn=admin", "secret").await.unwrap();
    (directory, client)
}

/// The subtree of a directory as LDIF, with what the server keeps for itself.
fn ldif(directory: &Directory) -> Vec<u8> {
    let mut text = Vec::new();
    let mut writer = crate::ldif::Writer::new();
    for entry in directory.entries().iter().filter(|entry| entry.dn().ends_with(BASE)) {
        writer.content(entry, &mut text).unwrap();
    }
    text
}

fn records(text: &[u8]) -> Records<impl Read + Send + use<>> {
    Records::new(io::Cursor::new(text.to_vec())).named("wanted")
}

fn changes(plan: &mut Plan) -> Vec<crate::ldif::ChangeRecord> {
    let change = |located: Result<Located, _>| located.unwrap().record.into_change();
    plan.records().unwrap().map(change).collect()
}

/// Carries a plan out, and returns the codes of what was refused.
async fn apply(plan: &mut Plan, client: &Client) -> Vec<(ResultCode, u64)> {
    let report = plan.apply(client, Load::new().max_concurrent(1)).await.unwrap();
    assert_eq!(report.total(), plan.summary().total());
    assert_eq!(report.codes().values().sum::<u64>(), report.failed());
    report.codes().iter().map(|(code, count)| (*code, *count)).collect()
}

fn summary(add: u64, change: u64, delete: u64) -> PlanSummary {
    PlanSummary { add, change, delete }
}

#[tokio::test]
async fn a_plan_makes_one_directory_into_the_other_and_then_there_is_none() {
    let (wanted, source) = start(people(&[("ada", "Lovelace"), ("bob", "Brown"), ("cy", "Young")])).await;
    source
        .add(crate::proto::AddRequest::from(
            Entry::new(format!("ou=new,{BASE}"))
                .with("objectClass", ["organizationalUnit"])
                .with("ou", ["new"]),
        ))
        .await
        .unwrap();
    let dee =
        Entry::new(format!("uid=dee,ou=new,{BASE}")).with("objectClass", ["account"]).with("uid", ["dee"]);
    source.add(crate::proto::AddRequest::from(dee)).await.unwrap();
    let builder = people(&[("ada", "Byron"), ("bob", "Brown"), ("old", "Old")]);
    let below = Entry::new(format!("cn=below,uid=old,{BASE}")).with("objectClass", ["person"]);
    let (directory, client) = start(builder.entry(below.with("cn", ["below"]).with("sn", ["x"]))).await;

    let mirror = Mirror::new(BASE);
    let mut plan = mirror.plan(&client, records(&ldif(&wanted))).await.unwrap();
    assert_eq!(plan.summary(), summary(3, 1, 2));
    assert_eq!(plan.summary().to_string(), "Plan: 3 to add, 1 to change, 2 to delete.");
    let names: Vec<_> = changes(&mut plan).iter().map(|change| change.dn().to_string()).collect();
    assert_eq!(names.len(), 6);
    assert_eq!(names[4..], [format!("cn=below,uid=old,{BASE}"), format!("uid=old,{BASE}")]);
    let mut from_server = mirror.plan_from(&client, &source).await.unwrap();
    assert_eq!(changes(&mut from_server), changes(&mut plan));

    let mut kept = mirror.clone().extra(Extra::Keep).plan_from(&client, &source).await.unwrap();
    assert_eq!((kept.summary(), changes(&mut kept).len()), (summary(3, 1, 0), 4));

    assert_eq!(apply(&mut plan, &client).await, []);
    let plan = mirror.plan_from(&client, &source).await.unwrap();
    assert!(plan.summary().is_empty(), "{plan:?}");
    assert_eq!(plan.summary().to_string(), "No changes.");
    assert_eq!(directory.len(), wanted.len());
}

#[tokio::test]
async fn who_changes_an_entry_meanwhile_is_not_overwritten() {
    // Each look at the clock is a second later: it is by their times that changes are told apart.
    let seconds = AtomicU64::new(1_700_000_000);
    let clock = move || UNIX_EPOCH + Duration::from_secs(seconds.fetch_add(1, Ordering::Relaxed));
    let builder = people(&[("ada", "Lovelace"), ("bob", "Brown"), ("old", "Old")]).clock(clock);
    let (_directory, client) = start(builder).await;
    let wanted = b"dn: ou=people,dc=example\nobjectClass: organizationalUnit\nou: people\n\n\
        dn: uid=ada,ou=people,dc=example\nobjectClass: inetOrgPerson\nuid: ada\ncn: ada\nsn: Byron\n\n\
        dn: uid=bob,ou=people,dc=example\nobjectClass: inetOrgPerson\nuid: bob\ncn: bob\nsn: Green\n";
    let mut plan = Mirror::new(BASE).plan(&client, records(wanted)).await.unwrap();
    assert_eq!(plan.summary(), summary(0, 2, 1));
    for uid in ["ada", "old"] {
        // Not what the plan is about, but who did it may have had a reason.
        let change = [Modification::add("description", ["meanwhile"])];
        client.modify(ModifyRequest::new(format!("uid={uid},{BASE}"), change)).await.unwrap();
    }
    assert_eq!(apply(&mut plan, &client).await, [(ResultCode::ASSERTION_FAILED, 2)]);
    assert_eq!(client.read(format!("uid=ada,{BASE}")).await.unwrap().first_text("sn"), Some("Lovelace"));
    assert_eq!(client.read(format!("uid=bob,{BASE}")).await.unwrap().first_text("sn"), Some("Green"));
    client.read(format!("uid=old,{BASE}")).await.unwrap();
}

#[tokio::test]
async fn values_that_the_schema_calls_equal_are_no_change() {
    let (_directory, client) = start(people(&[("ada", "Lovelace")])).await;
    let wanted = b"dn: OU=People, dc=EXAMPLE\nobjectClass: ORGANIZATIONALUNIT\nou: People\n\n\
        dn: uid=ADA,ou=people,dc=example\nobjectClass: inetorgperson\nuid: ADA\ncn: ada\nsn: LOVELACE\n\
        entryCSN: 1\nmodifyTimestamp: 20000101000000Z\n";
    let plan = Mirror::new(BASE).plan(&client, records(wanted)).await.unwrap();
    assert!(plan.summary().is_empty(), "{plan:?}");
}

#[tokio::test]
async fn a_base_that_is_not_there_is_added_and_an_empty_file_deletes_all() {
    let (directory, client) = start(people(&[("ada", "Lovelace")])).await;
    let elsewhere = b"dn: ou=new,dc=example\nobjectClass: organizationalUnit\nou: new\n";
    let plan = Mirror::new("ou=new,dc=example").plan(&client, records(elsewhere)).await.unwrap();
    assert_eq!(plan.summary(), summary(1, 0, 0));
    let mut plan = Mirror::new(BASE).plan(&client, records(b"")).await.unwrap();
    assert_eq!(plan.summary(), summary(0, 0, 2));
    apply(&mut plan, &client).await;
    assert_eq!(directory.len(), 1);
    let error = Mirror::new(BASE).plan_from(&client, &client).await.map(|plan| plan.summary()).unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::NO_SUCH_OBJECT));
}

#[tokio::test]
async fn what_cannot_be_compared_is_refused_with_its_place() {
    let (_directory, client) = start(people(&[]).size_limit(1)).await;
    let cases: [(&[u8], &str); 4] = [
        (b"dn: dc=example\ndc: example\n", "wanted:1:1: expected a name at or below the base"),
        (
            b"dn: cn=a,ou=people,dc=example\nchangetype: delete\n",
            "wanted:1:1: expected an entry and no change",
        ),
        (b"dn: ou=people,dc=example\nou: people\n\nno ldif\n", "wanted:4:"),
        (
            b"dn: ou=people,dc=example\nou: 1\n\ndn: ou=people,dc=example\nou: 2\n",
            "wanted:4:1: expected a name that no other",
        ),
    ];
    for (text, told) in cases {
        let error =
            Mirror::new(BASE).plan(&client, records(text)).await.map(|plan| plan.summary()).unwrap_err();
        assert!(error.to_string().starts_with(told), "{error}");
    }
    assert_eq!(SliceReader::new(cases[0].0).count(), 1);
    let error = Mirror::new("no name").plan(&client, records(b"")).await.unwrap_err();
    assert!(matches!(error.kind(), MirrorErrorKind::Base(_)), "{error}");
    // Half of a subtree would be a plan to add the other half.
    let error = Mirror::new("dc=example").plan(&client, records(b"")).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::SIZE_LIMIT_EXCEEDED));
    Mirror::new("dc=example").pages(1).plan(&client, records(b"")).await.unwrap();
}

#[tokio::test]
async fn memory_is_a_limit_and_the_plan_is_the_same_in_files() {
    let uids: Vec<_> = (0..2000).map(|number| number.to_string()).collect();
    let both: Vec<_> = uids.iter().map(|uid| (uid.as_str(), "x")).collect();
    let (_source, source) = start(people(&both)).await;
    let other: Vec<_> = uids[1000..].iter().map(|uid| (uid.as_str(), "y")).collect();
    let (_directory, client) = start(people(&other)).await;
    let mut small = Mirror::new(BASE).memory(50_000).plan_from(&client, &source).await.unwrap();
    let mut large = Mirror::new(BASE).plan_from(&client, &source).await.unwrap();
    assert_eq!(small.summary(), summary(1000, 1000, 0));
    let (mut one, mut two) = (Vec::new(), Vec::new());
    small.write_to(&mut one).unwrap();
    large.write_to(&mut two).unwrap();
    assert!(one == two);
}
