//! `whoami`: who the connection belongs to (RFC 4532).

use clap::Args;
use ldapwire::Executor;
use serde_json::json;

use crate::connection::Connection;
use crate::failure::{self, Failure};
use crate::output::{Format, Output};
use crate::status::Status;

/// Ask the server who the connection belongs to.
///
/// Prints the authorization identity, `dn:` and a name or `u:` and a user, or `anonymous`. With --json it is
/// {"authzId": "..."}, empty for anonymous.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire whoami -H ldaps://ldap.example.org -D uid=ada,dc=example,dc=org -W
  ldapwire whoami -H ldapi://%2Frun%2Fslapd%2Fldapi -Y EXTERNAL")]
pub(crate) struct WhoAmI {
    #[command(flatten)]
    pub(crate) format: Format,

    #[command(flatten)]
    connection: Connection,
}

impl WhoAmI {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let identity = self.connection.with_client(async |client| Ok(client.who_am_i().await?))?;
        if self.format.json {
            Output::print(json!({ "authzId": identity.as_str() }))?;
        } else if identity.is_anonymous() {
            Output::print("anonymous")?;
        } else {
            Output::print(failure::one_line(identity.as_str()))?;
        }
        Ok(Status::Success)
    }
}
