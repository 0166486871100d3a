//! `passwd`: change a password (RFC 3062).

use std::path::PathBuf;

use clap::Args;
use ldapwire::Executor;
use ldapwire::model::Secret;
use ldapwire::proto::extops::PasswordModify;

use crate::connection::Connection;
use crate::failure::Failure;
use crate::json;
use crate::output::{Format, Output};
use crate::password;
use crate::status::Status;

/// Change a password: one's own, or that of another user.
///
/// The new password comes from -S, -T or LDAPWIRE_NEW_PASSWORD; without any, the server is asked to make one up, and it is
/// printed. With --json it is {"newPassword": "..."}, or {} if the server made none.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire passwd -H ldaps://ldap.example.org -D uid=ada,dc=example,dc=org -W -S
  ldapwire passwd -H ldapi://%2Frun%2Fslapd%2Fldapi -Y EXTERNAL \\
    -T new-password.txt uid=ada,dc=example,dc=org")]
pub(crate) struct Passwd {
    /// Whose password, by name or in another way that the server knows; default who the connection belongs to
    #[arg(value_name = "USER")]
    user: Option<String>,

    #[command(flatten)]
    pub(crate) format: Format,

    /// Ask for the new password on the terminal, twice
    #[arg(short = 'S', conflicts_with = "new_file")]
    new_prompt: bool,

    /// Read the new password from a file: all of it but for one line end
    #[arg(short = 'T', value_name = "FILE")]
    new_file: Option<PathBuf>,

    /// Ask for the old password on the terminal, for servers that want it, too
    #[arg(short = 'A', conflicts_with = "old_file")]
    old_prompt: bool,

    /// Read the old password from a file
    #[arg(short = 't', value_name = "FILE")]
    old_file: Option<PathBuf>,

    /// Refused, as -w is
    #[arg(short = 's', hide = true, num_args = 0..=1)]
    new_argument: Option<Option<String>>,

    /// Refused, as -w is
    #[arg(short = 'a', hide = true, num_args = 0..=1)]
    old_argument: Option<Option<String>>,

    #[command(flatten)]
    connection: Connection,
}

impl Passwd {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let change = self.gather()?;
        let made = self.connection.with_client(async |client| Ok(client.password_modify(change).await?))?;
        self.print(made.as_ref())?;
        Ok(Status::Success)
    }

    fn gather(&self) -> Result<PasswordModify, Failure> {
        if self.new_argument.is_some() || self.old_argument.is_some() {
            let failure = Failure::usage("a password does not belong on the command line (-s, -a)");
            return Err(failure.with_hint("use -S and -A for prompts, or -T FILE and -t FILE"));
        }
        let mut change = PasswordModify::new();
        if let Some(user) = &self.user {
            change = change.of_user(user.as_str());
        }
        if let Some(old) = chosen(self.old_file.as_ref(), || {
            self.old_prompt.then(|| password::from_prompt("Old password")).transpose()
        })? {
            change = change.with_old(old);
        }
        if let Some(new) = chosen(self.new_file.as_ref(), || match self.new_prompt {
            true => password::from_prompt_twice("New password").map(Some),
            false => Ok(password::from_environment("LDAPWIRE_NEW_PASSWORD")),
        })? {
            change = change.with_new(new);
        }
        Ok(change)
    }

    fn print(&self, made: Option<&Secret>) -> Result<(), Failure> {
        // Printing is what the user asks for; the copy lives as long as the command, which is about to end.
        let mut output = Output { buffer: Vec::new() };
        match (made, self.format.json) {
            (Some(made), true) => {
                output.buffer.extend_from_slice(b"{\"newPassword\":");
                json::value(made.expose(), &mut output.buffer);
                output.buffer.extend_from_slice(b"}\n");
            }
            (Some(made), false) => {
                output.buffer.extend_from_slice(b"New password: ");
                output.buffer.extend_from_slice(made.expose());
                output.buffer.push(b'\n');
            }
            (None, true) => output.buffer.extend_from_slice(b"{}\n"),
            (None, false) => {}
        }
        output.flush()
    }
}

fn chosen(
    file: Option<&PathBuf>,
    otherwise: impl FnOnce() -> Result<Option<Secret>, Failure>,
) -> Result<Option<Secret>, Failure> {
    match file {
        Some(file) => password::from_file(file).map(Some),
        None => otherwise(),
    }
}
