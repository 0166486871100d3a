//! The client on a directory in memory, over the real protocol.
//!
//! The controls of the directory, one by one, are asked for by this client in the tests of `directory`.

mod binding;
mod controlling;
mod operating;
mod streaming;

use super::*;
use crate::directory::{Directory, DirectoryBuilder, RunningDirectory};
use crate::model::Entry;

const ADA: &str = "uid=ada,dc=example";

/// A directory of two entries and a referral, with an administrator.
fn company() -> DirectoryBuilder {
    Directory::builder().admin("cn=admin", "admin-secret").ldif(
        "dn: dc=example\nobjectClass: domain\n\n\
         dn: uid=ada,dc=example\nobjectClass: inetOrgPerson\ncn: Ada Lovelace\nsn: Lovelace\n\
         userPassword: ada-secret\n\n\
         dn: ou=elsewhere,dc=example\nobjectClass: referral\nobjectClass: extensibleObject\n\
         ref: ldap://other/dc=example\n",
    )
}

/// Starts a directory with so many further entries.
async fn start(devices: usize) -> (RunningDirectory, Client) {
    let device = |number| Entry::new(format!("cn={number},dc=example")).with("objectClass", ["device"]);
    let directory = company().entries((0..devices).map(device)).start().await.unwrap();
    let client = directory.client().await.unwrap();
    (directory, client)
}

/// Everything but the referral's entry.
fn everything() -> SearchRequest {
    search_request()
}
