//! `apply`: the changes of a file, carried out on a directory.

use clap::Args;
use ldapwire::bulk::Mode;

use crate::failure::Failure;
use crate::load::Loading;
use crate::status::Status;

/// Carry out the changes of an LDIF file on a directory, many at a time, and tell what became of each.
///
/// Changes of one entry keep their order, and a rename or a delete waits for what touches the entries below. An entry in the file is
/// one to add. With --undo a second file takes it all back.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire apply -H ldaps://ldap.example.org -D cn=admin,dc=example,dc=org \\
    -W changes.ldif --undo undo.ldif
  ldapwire ldif diff old.ldif new.ldif |
    ldapwire apply -H ldapi:/// -Y EXTERNAL --stop-after 1 -
  ldapwire apply --dry-run changes.ldif")]
pub(crate) struct Apply {
    #[command(flatten)]
    pub(crate) load: Loading,
}

impl Apply {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        self.load.run(Mode::Apply)
    }
}
