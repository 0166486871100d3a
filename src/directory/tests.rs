//! A directory and its clients, over the real protocol.

mod authenticating;
mod controlling;
mod coverage;
mod keeping;
mod naming;
mod own_entries;
mod passwords;
mod posing;
mod reading;
mod recording;
mod referring;
mod schema;
mod serving;
mod synchronizing;
mod transferring;
mod writing;

use super::*;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::execute::Executor;
use crate::model::{Entry, Filter, ResultCode, Scope};
use crate::proto::SearchRequest;

/// A small company.
fn company() -> DirectoryBuilder {
    let person = |uid: &str, cn: &str, sn: &str| {
        Entry::new(format!("uid={uid},ou=people,dc=example"))
            .with("objectClass", ["top", "person", "inetOrgPerson"])
            .with("uid", [uid])
            .with("cn", [cn])
            .with("sn", [sn])
            .with("mail", [format!("{uid}@example.org")])
    };
    Directory::builder()
        .admin("cn=admin,dc=example", "admin-secret")
        .entry(Entry::new("dc=example").with("objectClass", ["top", "domain"]).with("dc", ["example"]))
        .entry(
            Entry::new("ou=people,dc=example")
                .with("objectClass", ["organizationalUnit"])
                .with("ou", ["people"]),
        )
        .entry(
            Entry::new("ou=groups,dc=example")
                .with("objectClass", ["organizationalUnit"])
                .with("ou", ["groups"]),
        )
        .entry(
            person("ada", "Ada Lovelace", "Lovelace")
                .with("userPassword", ["ada-secret"])
                .with("description", ["first"])
                .with("description;lang-de", ["erste"]),
        )
        .entry(person("bob", "Bob Brown", "Brown"))
        .entry(person("eve", "Eve Lovelace", "Lovelace"))
        .entry(
            Entry::new("cn=staff,ou=groups,dc=example")
                .with("objectClass", ["groupOfNames"])
                .with("cn", ["staff"])
                .with("member", ["uid=ada,ou=people,dc=example", "uid=bob, ou=people, dc=example"]),
        )
}

async fn start() -> (RunningDirectory, Client) {
    let directory = company().start().await.unwrap();
    let client = directory.client().await.unwrap();
    (directory, client)
}

fn below(base: &str, filter: &str) -> SearchRequest {
    SearchRequest::new(base, Scope::WholeSubtree, Filter::parse(filter).unwrap())
}

/// The names that a search finds, without what they have in common.
async fn found(client: &Client, search: SearchRequest) -> Vec<String> {
    let collected = client.search(search).await.unwrap().collect().await.unwrap();
    collected.entries.iter().map(|entry| entry.dn().trim_end_matches(",dc=example").to_owned()).collect()
}

fn code<T>(result: Result<T, Error>) -> ResultCode {
    match result {
        Ok(_) => ResultCode::SUCCESS,
        Err(error) => error.code().unwrap_or_else(|| panic!("{error}")),
    }
}

/// The name of the nearest entry that exists, which the error tells.
fn matched(error: &Error) -> String {
    match error.kind() {
        ErrorKind::Refused { result, .. } => result.matched_dn().into_owned(),
        kind => panic!("{kind:?}"),
    }
}
