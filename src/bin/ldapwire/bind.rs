//! Who the connection shall belong to.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ldapwire::model::{Control, Secret};
use ldapwire::proto::BindRequest;
use ldapwire::sasl::{External, Plain};
use ldapwire::{Client, RequestExt};

use crate::failure::Failure;
use crate::password;

/// Name, mechanism and password.
#[derive(Args)]
#[command(next_help_heading = "Authentication")]
pub(crate) struct Credentials {
    /// Bind with this distinguished name and a password; without it and -Y the bind is anonymous
    #[arg(short = 'D', value_name = "DN")]
    name: Option<String>,

    /// Bind by name and password rather than by SASL: the default, accepted for the sake of habit
    #[arg(short = 'x', conflicts_with = "mechanism")]
    simple: bool,

    /// Bind by this SASL mechanism: EXTERNAL (who the client certificate or the user of a Unix socket is), or PLAIN
    #[arg(short = 'Y', value_name = "MECHANISM", ignore_case = true, value_enum, conflicts_with = "name")]
    mechanism: Option<Mechanism>,

    /// User for PLAIN
    #[arg(short = 'U', value_name = "USER", requires = "mechanism")]
    sasl_user: Option<String>,

    /// Act as another identity, dn:NAME or u:USER; SASL only
    #[arg(short = 'X', value_name = "IDENTITY", requires = "mechanism")]
    acting_as: Option<String>,

    /// Read the password from a file: all of it but for one line end
    #[arg(short = 'y', value_name = "FILE", conflicts_with = "prompt")]
    password_file: Option<PathBuf>,

    /// Ask for the password on the terminal. Without -y and -W it is taken from LDAPWIRE_PASSWORD
    #[arg(short = 'W')]
    prompt: bool,

    /// Refused: everybody on the machine can read the arguments of a command
    #[arg(short = 'w', hide = true, num_args = 0..=1)]
    argument: Option<Option<String>>,

    /// Nothing: SASL is always quiet
    #[arg(short = 'Q', hide = true)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Mechanism {
    External,
    Plain,
}

/// A bind whose parts are complete.
pub(crate) enum Bind {
    Anonymous,
    Simple(String, Secret),
    External(External),
    Plain(Plain),
}

impl Credentials {
    /// Gathers what the bind needs, before there is a connection.
    pub(crate) fn gather(&self) -> Result<Bind, Failure> {
        if self.argument.is_some() {
            return Err(Failure::usage("a password does not belong on the command line (-w)")
                .with_hint("use -y FILE, -W for a prompt, or LDAPWIRE_PASSWORD in the environment"));
        }
        Ok(match (self.mechanism, &self.name) {
            (None, None) => Bind::Anonymous,
            (None, Some(name)) => Bind::Simple(name.clone(), self.password("-D")?),
            (Some(Mechanism::External), _) => Bind::External(match &self.acting_as {
                Some(identity) => External::acting_as(identity),
                None => External::new(),
            }),
            (Some(Mechanism::Plain), _) => {
                let user =
                    self.sasl_user.as_ref().ok_or_else(|| Failure::usage("-Y PLAIN needs a user, -U"))?;
                let plain = Plain::new(user, self.password("-Y PLAIN")?);
                Bind::Plain(match &self.acting_as {
                    Some(identity) => plain.acting_as(identity),
                    None => plain,
                })
            }
        })
    }

    fn password(&self, option: &str) -> Result<Secret, Failure> {
        if let Some(file) = &self.password_file {
            return password::from_file(file);
        }
        if self.prompt {
            return password::from_prompt("Password");
        }
        password::from_environment("LDAPWIRE_PASSWORD").ok_or_else(|| {
            Failure::usage(format_args!("{option} needs a password"))
                .with_hint("use -y FILE, -W for a prompt, or LDAPWIRE_PASSWORD in the environment")
        })
    }
}

impl Bind {
    /// Binds, and returns the controls of the response. An anonymous connection needs no bind, unless there are
    /// controls for one.
    pub(crate) async fn perform(
        self,
        client: &Client,
        controls: Vec<Control>,
    ) -> Result<Vec<Control>, Failure> {
        let simple = |request: BindRequest| client.bind(request.with_controls(controls.clone()));
        let response = match self {
            Self::Anonymous if controls.is_empty() => return Ok(Vec::new()),
            Self::Anonymous => simple(BindRequest::simple("", "")).await,
            Self::Simple(name, password) => simple(BindRequest::simple(name, password)).await,
            Self::External(_) | Self::Plain(_) if !controls.is_empty() => {
                return Err(Failure::usage("controls of the bind, bauthzid and ppolicy, go with -D only"));
            }
            Self::External(mut mechanism) => client.sasl_bind(&mut mechanism).await,
            Self::Plain(mut mechanism) => client.sasl_bind(&mut mechanism).await,
        }?;
        Ok(response.controls().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::status::Status;

    #[derive(Parser)]
    struct Arguments {
        #[command(flatten)]
        credentials: Credentials,
    }

    fn gathered(arguments: &[&str]) -> Result<Bind, Failure> {
        let arguments = Arguments::try_parse_from(["test"].iter().chain(arguments));
        arguments.map_err(Failure::usage)?.credentials.gather()
    }

    #[test]
    fn who_to_be_follows_from_name_and_mechanism() {
        assert!(matches!(gathered(&[]), Ok(Bind::Anonymous)));
        assert!(matches!(gathered(&["-x"]), Ok(Bind::Anonymous)));
        assert!(matches!(gathered(&["-QY", "EXTERNAL"]), Ok(Bind::External(_))));
        assert!(matches!(gathered(&["-Y", "external", "-X", "u:ada"]), Ok(Bind::External(_))));
    }

    #[test]
    fn a_password_on_the_command_line_is_refused_and_not_repeated() {
        for arguments in [&["-D", "cn=a", "-w", "canary"][..], &["-wcanary"], &["-D", "cn=a", "-w"]] {
            let failure = gathered(arguments).err().unwrap();
            assert_eq!(failure.status(), Status::Usage);
            let told = format!("{failure:?}");
            assert!(told.contains("-y FILE") && !told.contains("canary"), "{told}");
        }
    }

    #[test]
    fn contradictions_are_wrong_usage() {
        for arguments in [
            &["-Y", "EXTERNAL", "-D", "cn=a"][..],
            &["-x", "-Y", "EXTERNAL"],
            &["-Y", "PLAIN"],
            &["-Y", "GSSAPI"],
            &["-U", "ada"],
            &["-D", "cn=a", "-y", "file", "-W"],
            &["-D", "cn=a", "-y", "/no/such/file"],
        ] {
            let failure = gathered(arguments).err().unwrap_or_else(|| panic!("{arguments:?}"));
            assert_eq!(failure.status(), Status::Usage);
        }
    }
}
