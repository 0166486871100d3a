//! `schema`: what a directory may hold, shown, checked, compared, and made into Rust.

mod check;
mod diff;
mod rust;
mod show;
mod source;

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::output::Format;
use crate::status::Status;

/// Show, check and compare schemas, and write Rust structs for their classes.
///
/// A schema comes from a server, from files (LDIF, or OpenLDAP's configuration where a name ends with .schema or .conf), or is
/// one that comes with this command.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire schema show -H ldap://ldap.example.org inetOrgPerson mail
  ldapwire schema check --file local.ldif --builtin standard
  ldapwire schema diff local.ldif -H ldap://ldap.example.org
  ldapwire schema rust --builtin standard inetOrgPerson > person.rs")]
pub(crate) struct Schema {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    Show(show::Show),
    Check(check::Check),
    Diff(diff::Diff),
    Rust(rust::Rust),
}

impl Schema {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        match &self.action {
            Action::Show(action) => action.run(),
            Action::Check(action) => action.run(),
            Action::Diff(action) => action.run(),
            Action::Rust(action) => action.run(),
        }
    }

    /// Returns the form in which failures are told, too.
    pub(crate) const fn format(&self) -> Format {
        match &self.action {
            Action::Show(action) => action.format,
            Action::Check(action) => action.format,
            Action::Diff(action) => action.format,
            Action::Rust(_) => Format { json: false },
        }
    }
}
