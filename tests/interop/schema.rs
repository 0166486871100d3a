//! The server's schema: read whole, printed, and used on its own entries.

use std::collections::BTreeMap;
use std::error::Error;
use std::{fs, path::Path};

use ldapwire::model::{Entry, Scope};
use ldapwire::proto::SearchRequest;
use ldapwire::schema::{Definition, DefinitionKind, Rule, Schema, SchemaProblem, Severity};
use ldapwire::{Client, Executor, filter};

use super::connections::admin;
use super::slapd::{SUFFIX, Setup, Slapd};
use super::{Outcome, another_server, cases};

cases![
    all_definitions_are_read_and_come_back,
    what_the_server_publishes_is_known_here,
    all_entries_are_as_the_schema_says,
    names_and_values_match_as_the_server_matches_them,
    files_of_the_package_are_read,
];

async fn subschema(client: &Client) -> Result<Entry, Box<dyn Error>> {
    let root = client.root_dse().await?;
    let name = root.first_text("subschemaSubentry").ok_or("the server names no schema")?;
    let search = SearchRequest::new(name, Scope::BaseObject, filter!("(objectClass=subschema)"))
        .attributes(["*", "+"]);
    Ok(client.search_one(search).await?.to_entry())
}

/// Reads the definitions of a server, of which there are more than so many, and prints and reads them again.
pub(crate) fn come_back(entry: &Entry, more_than: usize) -> (Schema, Schema) {
    let schema = Schema::from_entry(entry);
    let mut count = 0;
    for kind in DefinitionKind::ALL {
        let texts = schema.texts(kind);
        assert_eq!(texts.len(), entry.values(kind.attribute()).len(), "{kind}");
        count += texts.len();
    }
    assert!(count > more_than, "{count}");
    let is_broken = |problem: &&SchemaProblem| problem.severity() == Severity::Error;
    let broken: Vec<_> = schema.problems().iter().filter(is_broken).collect();
    assert!(broken.is_empty(), "{broken:?}");
    let again = Schema::from_entry(&schema.to_entry("cn=Subschema"));
    assert_eq!(again, schema);
    (schema, again)
}

async fn all_definitions_are_read_and_come_back(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let (schema, again) = come_back(&subschema(&client).await?, 300);
    assert_eq!(client.schema().await?, schema);
    assert_eq!(again.texts(DefinitionKind::AttributeType), schema.texts(DefinitionKind::AttributeType));
    Ok(())
}

async fn what_the_server_publishes_is_known_here(server: &Slapd) -> Outcome {
    let schema = Schema::from_entry(&subschema(&admin(server).await?).await?);
    let standard = Schema::standard();
    // Where both define something, the facts are the same.
    for attribute in standard.attribute_types() {
        let name = attribute.oid.as_str();
        let (Some(ours), Some(theirs)) = (standard.attribute_type(name), schema.attribute_type(name)) else {
            continue;
        };
        // Syntaxes and rules that OpenLDAP has otherwise, since it takes RFC 4523's from X.509 and has more of RFC 2307.
        let is_same =
            ours.syntax_reference().map(|own| &own.oid) == theirs.syntax_reference().map(|own| &own.oid);
        let known = ["dc", "dynamicSubtrees", "audio", "photo"];
        assert!(is_same || known.iter().any(|known| ours.is_called(known)), "{ours:?} {theirs:?}");
        assert_eq!(ours.is_single_value, theirs.is_single_value, "{ours:?} {theirs:?}");
    }
    let known = schema.matching_rules().iter().filter(|rule| Rule::find(rule.oid.as_str()).is_some()).count();
    assert!(known >= 25, "{known} of {}", schema.matching_rules().len());
    Ok(())
}

async fn all_entries_are_as_the_schema_says(_: &Slapd) -> Outcome {
    let server = another_server(&Setup::default())?;
    let client = admin(&server).await?;
    let schema = Schema::from_entry(&subschema(&client).await?);
    let search =
        SearchRequest::new(SUFFIX, Scope::WholeSubtree, filter!("(objectClass=*)")).attributes(["*", "+"]);
    let mut entries = client.search(search).await?;
    let (mut count, mut faults) = (0, BTreeMap::new());
    while let Some(entry) = entries.next_entry().await? {
        count += 1;
        let entry = entry.to_entry();
        for fault in schema.validate(&entry) {
            // The server does not look into images, and the tree has one that is none.
            if fault.attribute().is_none_or(|attribute| *attribute != "jpegPhoto") {
                faults.insert(fault.to_string(), entry.dn().clone());
            }
        }
    }
    assert!(count > 10, "{count}");
    assert!(faults.is_empty(), "{faults:?}");
    Ok(())
}

async fn names_and_values_match_as_the_server_matches_them(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let schema = Schema::from_entry(&subschema(&client).await?);
    let base = format!("uid=alice,ou=people,{SUFFIX}");
    let read = SearchRequest::new(base.as_str(), Scope::BaseObject, filter!("(objectClass=*)"))
        .attributes(["*", "+"]);
    let alice = client.search_one(read).await?.to_entry();
    for filter in [
        filter!("(uid=ALICE)"),
        filter!("(uid= alice )"),
        filter!("(objectClass=2.5.6.6)"),
        filter!("(objectClass=device)"),
        filter!("(name=*)"),
        filter!("(cn=*a*)"),
        filter!("(uid=b*)"),
        filter!("(!(uid=bob))"),
        filter!("(createTimestamp>=20200101000000Z)"),
        filter!("(createTimestamp<=20200101000000Z)"),
        filter!("(mail:caseExactMatch:=nobody@example.org)"),
        filter!("(nonsense=x)"),
        filter!("(!(nonsense=x))"),
    ] {
        let search = SearchRequest::new(base.as_str(), Scope::BaseObject, filter.clone()).attributes(["1.1"]);
        let mut entries = client.search(search).await?;
        let mut found = false;
        while entries.next_entry().await?.is_some() {
            found = true;
        }
        assert_eq!(filter.evaluate_by(&alice, &schema).is_true(), found, "{filter}");
    }
    Ok(())
}

async fn files_of_the_package_are_read(_: &Slapd) -> Outcome {
    let folder = Path::new("/etc/ldap/schema");
    if !folder.is_dir() {
        return Ok(());
    }
    let (mut ldif, mut configuration) = (Schema::builder(), Schema::builder());
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        match path.extension().and_then(|end| end.to_str()) {
            Some("ldif") => ldif = ldif.ldif(&fs::read_to_string(&path)?),
            Some("schema") => configuration = configuration.configuration(&fs::read_to_string(&path)?),
            _ => {}
        }
    }
    for schema in [ldif.build(), configuration.build()] {
        let broken: Vec<_> =
            schema.problems().iter().filter(|problem| problem.severity() == Severity::Error).collect();
        assert!(broken.is_empty(), "{broken:?}");
        assert!(schema.attribute_types().len() > 300, "{schema:?}");
        assert_eq!(Schema::from_entry(&schema.to_entry("cn=schema")), schema);
    }
    Ok(())
}
