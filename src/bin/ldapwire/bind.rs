//! Who the connection shall belong to.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ldapwire::model::{Control, Secret};
use ldapwire::proto::BindRequest;
use ldapwire::sasl::{External, Plain};
use ldapwire::{Client, RequestExt};

use crate::failure::Failure;
use crate::password;
use crate::settings::Settings;

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

    /// Act as another identity, dn:NAME or u:USER; SASL only. Some servers pass over it: ldapwire whoami tells
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
#[derive(Clone)]
pub(crate) enum Bind {
    Anonymous,
    Simple(String, Secret),
    External { acting_as: Option<String> },
    Plain { user: String, password: Secret, acting_as: Option<String> },
}

impl Credentials {
    /// Gathers what the bind needs, before there is a connection.
    pub(crate) fn gather(&self, settings: &Settings) -> Result<Bind, Failure> {
        if self.argument.is_some() {
            return Err(Failure::usage("a password does not belong on the command line (-w)")
                .with_hint("use -y FILE, -W for a prompt, or LDAPWIRE_PASSWORD in the environment"));
        }
        let (mechanism, name) = self.identity(settings)?;
        let acting_as = self.acting_as.clone().or_else(|| settings.text("identity"));
        Ok(match (mechanism, name) {
            (None, None) => Bind::Anonymous,
            (None, Some(name)) => Bind::Simple(name, self.password("-D", settings)?),
            (Some(Mechanism::External), _) => Bind::External { acting_as },
            (Some(Mechanism::Plain), _) => {
                let user = self.sasl_user.clone().or_else(|| settings.text("user"));
                let user = user.ok_or_else(|| Failure::usage("-Y PLAIN needs a user, -U"))?;
                Bind::Plain { user, password: self.password("-Y PLAIN", settings)?, acting_as }
            }
        })
    }

    /// Who is given on the command line; if nobody is, who is set.
    fn identity(&self, settings: &Settings) -> Result<(Option<Mechanism>, Option<String>), Failure> {
        if self.mechanism.is_some() || self.name.is_some() {
            return Ok((self.mechanism, self.name.clone()));
        }
        match settings.text("mechanism").filter(|_| !self.simple) {
            Some(text) => match Mechanism::from_str(&text, true) {
                Ok(mechanism) => Ok((Some(mechanism), None)),
                Err(_) => Err(Failure::usage(format_args!("mechanism is EXTERNAL or PLAIN, and not {text}"))),
            },
            None => Ok((None, settings.text("bind-dn"))),
        }
    }

    fn password(&self, option: &str, settings: &Settings) -> Result<Secret, Failure> {
        if let Some(file) = &self.password_file {
            return password::from_file(file);
        }
        if self.prompt {
            return password::from_prompt("Password");
        }
        if let Some(password) = password::from_environment("LDAPWIRE_PASSWORD") {
            return Ok(password);
        }
        if let Some(file) = settings.path("password-file") {
            return password::from_file(&file);
        }
        Err(Failure::usage(format_args!("{option} needs a password"))
            .with_hint("use -y FILE, -W for a prompt, or LDAPWIRE_PASSWORD in the environment"))
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
            Self::External { .. } | Self::Plain { .. } if !controls.is_empty() => {
                return Err(Failure::usage("controls of the bind, bauthzid and ppolicy, go with -D only"));
            }
            Self::External { acting_as: None } => client.bind_external().await,
            Self::External { acting_as: Some(identity) } => {
                client.sasl_bind(&mut External::acting_as(identity)).await
            }
            Self::Plain { user, password, acting_as: None } => client.bind_plain(user, password).await,
            Self::Plain { user, password, acting_as: Some(identity) } => {
                client.sasl_bind(&mut Plain::new(user, password).acting_as(identity)).await
            }
        }?;
        Ok(response.controls().to_vec())
    }

    /// Returns the same for the connections of a pool.
    pub(crate) fn for_pool(self) -> Result<ldapwire::pool::Credentials, Failure> {
        use ldapwire::pool::Credentials;

        match self {
            Self::Anonymous => Ok(Credentials::Anonymous),
            Self::Simple(name, password) => Ok(Credentials::simple(name, password)),
            Self::External { acting_as: None } => Ok(Credentials::External),
            Self::Plain { user, password, acting_as: None } => Ok(Credentials::plain(user, password)),
            Self::External { .. } | Self::Plain { .. } => {
                Err(Failure::usage("-X goes with verbs that have one connection only"))
            }
        }
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
        arguments.map_err(Failure::usage)?.credentials.gather(&Settings::default())
    }

    #[test]
    fn who_to_be_follows_from_name_and_mechanism() {
        assert!(matches!(gathered(&[]), Ok(Bind::Anonymous)));
        assert!(matches!(gathered(&["-x"]), Ok(Bind::Anonymous)));
        assert!(matches!(gathered(&["-QY", "EXTERNAL"]), Ok(Bind::External { .. })));
        assert!(matches!(gathered(&["-Y", "external", "-X", "u:ada"]), Ok(Bind::External { .. })));
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
