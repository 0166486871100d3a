//! `import`: the entries of a file, into a directory.

use clap::Args;
use ldapwire::bulk::Mode;

use crate::failure::Failure;
use crate::load::Loading;
use crate::status::Status;

/// Add the entries of an LDIF file to a directory, many at a time, and tell what became of each.
///
/// An entry goes behind the one above it, in whichever order they stand in the file. What cannot be added is told with line and
/// reason, and written to --rejects. With --journal the same command goes on where it was, whatever ended it.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire import -H ldaps://ldap.example.org -D cn=admin,dc=example,dc=org \\
    -W people.ldif.gz
  ldapwire import -H ldapi:/// -Y EXTERNAL people.ldif \\
    --journal people.journal --rejects rejected.ldif
  ldapwire import --replace --dry-run people.ldif
  ldapwire ldif generate --entries 100000 | ldapwire import --json -")]
pub(crate) struct Import {
    /// Make an entry that is there into that of the file, by the fewest modifications; attributes that the file does not have are removed
    #[arg(long, conflicts_with = "ignore")]
    replace: bool,

    /// Leave an entry that is there as it is
    #[arg(long)]
    ignore: bool,

    #[command(flatten)]
    pub(crate) load: Loading,
}

impl Import {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        self.load.run(match (self.replace, self.ignore) {
            (true, _) => Mode::AddOrReplace,
            (_, true) => Mode::AddOrIgnore,
            _ => Mode::Add,
        })
    }
}
