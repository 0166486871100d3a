//! The schema that this server publishes.

use ldapwire::model::Scope;
use ldapwire::proto::SearchRequest;
use ldapwire::schema::{DefinitionKind, Schema, Severity};
use ldapwire::{Executor, filter};

use crate::{Outcome, cases};

use super::server::Ds389;

cases![Ds389: all_definitions_are_read_and_come_back];

async fn all_definitions_are_read_and_come_back(server: &Ds389) -> Outcome {
    let client = server.admin().await?;
    let search =
        SearchRequest::new("cn=schema", Scope::BaseObject, filter!("(objectClass=*)")).attributes(["*", "+"]);
    let entry = client.search_one(search).await?.to_entry();
    let schema = Schema::from_entry(&entry);
    let mut count = 0;
    for kind in DefinitionKind::ALL {
        let texts = schema.texts(kind);
        assert_eq!(texts.len(), entry.values(kind.attribute()).len(), "{kind}");
        count += texts.len();
    }
    assert!(count > 1_000, "{count}");
    let broken: Vec<_> =
        schema.problems().iter().filter(|problem| problem.severity() == Severity::Error).collect();
    assert!(broken.is_empty(), "{broken:?}");
    assert_eq!(Schema::from_entry(&schema.to_entry("cn=schema")), schema);
    Ok(())
}
