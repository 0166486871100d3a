//! The schema that this server publishes.

use ldapwire::model::Scope;
use ldapwire::proto::SearchRequest;
use ldapwire::schema::DefinitionKind;
use ldapwire::{Executor, filter};

use crate::schema::come_back;
use crate::{Outcome, cases};

use super::server::Samba;

cases![Samba: all_definitions_are_read_and_come_back];

async fn all_definitions_are_read_and_come_back(server: &Samba) -> Outcome {
    let client = server.admin().await?;
    let root = client.root_dse().await?;
    let name = root.first_text("subschemaSubentry").ok_or("the server names its schema")?;
    // No such attribute comes unless it is named.
    let attributes = DefinitionKind::ALL.map(|kind| kind.attribute());
    let search =
        SearchRequest::new(name, Scope::BaseObject, filter!("(objectClass=*)")).attributes(attributes);
    let entry = client.search_one(search).await?.to_entry();
    let (schema, _) = come_back(&entry, 1_500);
    assert_eq!(client.schema().await?, schema);
    Ok(())
}
