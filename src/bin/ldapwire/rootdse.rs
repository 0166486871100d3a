//! `rootdse`: what the server is and can do (RFC 4512 5.1).

use clap::Args;
use ldapwire::Executor;

use crate::connection::Connection;
use crate::entries::Entries;
use crate::failure::Failure;
use crate::output::{Format, Output};
use crate::status::Status;

/// Print the root DSE: naming contexts, and which controls, extensions and mechanisms the server supports.
///
/// All attributes are printed, operational ones among them, in the forms that `search` has.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire rootdse -H ldap://ldap.example.org
  ldapwire rootdse -H ldap://ldap.example.org --json |
    jq -r '.attributes.supportedControl[]'")]
pub(crate) struct RootDse {
    #[command(flatten)]
    pub(crate) format: Format,

    #[command(flatten)]
    connection: Connection,
}

impl RootDse {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let entry = self.connection.with_client(async |client| Ok(client.root_dse().await?))?;
        let mut output = Output::new();
        Entries::new(self.format).entry(&entry, &mut output.buffer)?;
        output.flush()?;
        Ok(Status::Success)
    }
}
