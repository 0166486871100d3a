//! The schema that this server publishes.

use ldapwire::model::Scope;
use ldapwire::proto::SearchRequest;
use ldapwire::{Executor, filter};

use crate::schema::come_back;
use crate::{Outcome, cases};

use super::server::Ds389;

cases![Ds389: all_definitions_are_read_and_come_back];

async fn all_definitions_are_read_and_come_back(server: &Ds389) -> Outcome {
    let client = server.admin().await?;
    let search =
        SearchRequest::new("cn=schema", Scope::BaseObject, filter!("(objectClass=*)")).attributes(["*", "+"]);
    let entry = client.search_one(search).await?.to_entry();
    let (schema, _) = come_back(&entry, 1_000);
    assert_eq!(client.schema().await?, schema);
    Ok(())
}
