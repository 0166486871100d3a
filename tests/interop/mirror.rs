//! Plans between a file and a server, and between servers; subtrees that are deleted.

use std::error::Error;

use ldapwire::bulk::{Delete, Export, Load, Mirror, Plan};
use ldapwire::files::Records;
use ldapwire::ldif::ReadOptions;
use ldapwire::model::{Entry, Filter, Modification, ResultCode, Scope};
use ldapwire::proto::{AddRequest, ModifyRequest, SearchRequest};
use ldapwire::{Client, Executor};

use super::slapd::{SUFFIX, Setup, Slapd};
use super::{Outcome, another_server, cases};

cases![
    a_plan_makes_one_server_into_the_other,
    who_changes_an_entry_meanwhile_is_not_overwritten,
    a_subtree_is_deleted_though_somebody_adds_to_it,
];

const PEOPLE: usize = 2_000;

fn crowd() -> String {
    format!("ou=crowd,{SUFFIX}")
}

async fn two_servers() -> Result<[(Slapd, Client); 2], Box<dyn Error>> {
    let start = async |people| {
        let server = another_server(&Setup { people, ..Setup::default() })?;
        let client = Client::connect(server.socket_url()).await?;
        client.bind_external().await?;
        Ok::<_, Box<dyn Error>>((server, client))
    };
    Ok([start(PEOPLE).await?, start(PEOPLE / 2).await?])
}

async fn a_plan_makes_one_server_into_the_other(_: &Slapd) -> Outcome {
    let [(_source_server, source), (server, client)] = two_servers().await?;
    // One to change, with a value that the schema calls equal beside it, and two to delete.
    let person = format!("uid=person000007,{}", crowd());
    let changes = [
        Modification::replace("sn", ["Changed"]),
        Modification::replace("title", ["ENGINEER"]),
        Modification::delete_attribute("mail"),
    ];
    source
        .modify(ModifyRequest::new(person.as_str(), [Modification::replace("title", ["Engineer"])]))
        .await?;
    client.modify(ModifyRequest::new(person.as_str(), changes)).await?;
    let unit = format!("ou=extra,{}", crowd());
    for dn in [unit.clone(), format!("ou=below,{unit}")] {
        let entry = Entry::new(dn).with("objectClass", ["organizationalUnit"]);
        let name = if entry.dn().starts_with("ou=extra") { "extra" } else { "below" };
        client.add(AddRequest::from(entry.with("ou", [name]))).await?;
    }

    let mirror = Mirror::new(crowd());
    let mut plan = mirror.plan_from(&client, &source).await?;
    assert_eq!(plan.summary().to_string(), "Plan: 1000 to add, 1 to change, 2 to delete.");
    // A file with operational attributes makes the same plan.
    let file = server.folder().join("wanted.ldif");
    Export::new(crowd()).attributes(["*", "+"]).to_file(&source, &file).await?;
    let mut by_file = mirror.plan(&client, Records::open(&file, ReadOptions::new())?).await?;
    assert!(text(&mut plan)? == text(&mut by_file)?);

    let report = plan.apply(&client, Load::new()).await?;
    assert!(report.is_success() && report.total() == 1003, "{report}");
    let plan = mirror.plan(&client, Records::open(&file, ReadOptions::new())?).await?;
    assert!(plan.summary().is_empty(), "{}", plan.summary());
    Ok(())
}

async fn who_changes_an_entry_meanwhile_is_not_overwritten(_: &Slapd) -> Outcome {
    let [(_source_server, source), (_server, client)] = two_servers().await?;
    let person = |number: u32| format!("uid=person{number:06},{}", crowd());
    for number in 0..3 {
        client.modify(ModifyRequest::new(person(number), [Modification::replace("sn", ["Old"])])).await?;
    }
    let mut plan = Mirror::new(crowd()).plan_from(&client, &source).await?;
    assert_eq!(plan.summary().change, 3);
    // Within the same second, of another attribute.
    client.modify(ModifyRequest::new(person(1), [Modification::replace("title", ["Meanwhile"])])).await?;
    let report = plan.apply(&client, Load::new()).await?;
    assert_eq!(report.codes().iter().collect::<Vec<_>>(), [(&ResultCode::ASSERTION_FAILED, &1)]);
    assert_eq!(client.read(person(1)).await?.first_text("sn"), Some("Old"));
    assert_ne!(client.read(person(2)).await?.first_text("sn"), Some("Old"));
    Ok(())
}

async fn a_subtree_is_deleted_though_somebody_adds_to_it(_: &Slapd) -> Outcome {
    let [(_server, client), _] = two_servers().await?;
    let delete = Delete::new(crowd()).max_concurrent(2);
    let progress = delete.progress();
    let other = client.again().await?;
    let added = async {
        while progress.entries() < 100 {
            tokio::task::yield_now().await;
        }
        let late = Entry::new(format!("ou=late,{}", crowd())).with("objectClass", ["organizationalUnit"]);
        other.add(AddRequest::from(late.with("ou", ["late"]))).await
    };
    let (report, added) = tokio::join!(delete.run(&client), added);
    let report = report?;
    assert!(report.is_success(), "{report:?}");
    assert_eq!(report.deleted, PEOPLE as u64 + 1 + u64::from(added.is_ok()));
    let left = SearchRequest::new(SUFFIX, Scope::WholeSubtree, Filter::parse("(ou=crowd)")?);
    assert!(client.search_all(left.attributes(["1.1"])).await?.entries.is_empty());
    Ok(())
}

fn text(plan: &mut Plan) -> Result<Vec<u8>, std::io::Error> {
    let mut text = Vec::new();
    plan.write_to(&mut text)?;
    Ok(text)
}
