//! From the arguments to a connection, or to a pool of them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use clap::{ArgAction, Args};
use ldapwire::model::Control;
use ldapwire::pool::{Discovery, Servers};
use ldapwire::transport::TlsOptions;
use ldapwire::{Client, ConnectOptions, PoolOptions};
use tokio::runtime;

use crate::bind::{Bind, Credentials};
use crate::failure::{self, Failure};
use crate::servers::{self, Place};
use crate::settings::Settings;
use crate::status::Status;

/// Which server, and how to get there.
#[derive(Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct Connection {
    /// Server: ldap://HOST or ldaps://HOST, both perhaps with :PORT, or ldapi://%2Fpath%2Fof%2Fsocket; ldapi:/// is where slapd has
    /// its socket by default. Several, by -H again or with spaces between, are tried in turn; _ldap._tcp.DOMAIN and
    /// ldap:///dc=example,dc=org are the servers of a domain by DNS
    /// [default: ldap://localhost]
    #[arg(short = 'H', value_name = "URL", value_delimiter = ' ')]
    servers: Vec<Place>,

    /// Encrypt by StartTLS. Once or twice (-ZZ) is the same: there is no falling back to clear text
    #[arg(short = 'Z', action = ArgAction::Count)]
    start_tls: u8,

    /// Trust the authorities in this PEM file instead of the system's
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,

    /// Show the server the certificate in this PEM file
    #[arg(long, value_name = "FILE")]
    cert: Option<PathBuf>,

    /// Key of the certificate, if it is not in the same file
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,

    /// Name that the server's certificate must bear, if it is not the host of the URL
    #[arg(long, value_name = "HOST")]
    server_name: Option<String>,

    /// Longest wait for the connection, for an answer and for the next entry of a search, in seconds
    /// [default: 10, 30 and 300]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,

    /// Ask this server for the servers of a domain, instead of those that the system asks
    #[arg(long, value_name = "ADDRESS")]
    dns: Option<SocketAddr>,

    /// Take what is not said here from this profile of the configuration file [default: default, if there is one]
    #[arg(long, value_name = "NAME", env = "LDAPWIRE_PROFILE", hide_env_values = true)]
    profile: Option<String>,

    /// Configuration file [default: ~/.config/ldapwire/config.toml]
    #[arg(long, value_name = "FILE", env = "LDAPWIRE_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,

    /// Accept any certificate of anybody: who can reach the connection can read and change all of it
    #[arg(long)]
    danger_accept_any_certificate: bool,

    /// Send a password over a connection that others can read
    #[arg(long)]
    danger_allow_cleartext_password: bool,

    /// Tell on the standard error stream what is done
    #[arg(short = 'v', long)]
    verbose: bool,

    #[command(flatten)]
    credentials: Credentials,

    /// What is set elsewhere; the file is read once.
    #[arg(skip)]
    settings: OnceLock<Settings>,
}

impl Connection {
    /// Connects, binds, does what is to be done and leaves.
    ///
    /// One thread is enough for one connection, and hands nothing over to others.
    pub(crate) fn with_client<T>(
        &self,
        verb: impl AsyncFnOnce(&Client) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.with_bind_controls(Vec::new(), async |client, _| verb(client).await)
    }

    /// As [`with_client`](Self::with_client), with controls for the bind, those of whose response the verb is given.
    pub(crate) fn with_bind_controls<T>(
        &self,
        controls: Vec<Control>,
        verb: impl AsyncFnOnce(&Client, &[Control]) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let settings = self.settings()?;
        let template = self.template(settings)?;
        let bind = self.credentials.gather(settings)?;
        run(runtime::Builder::new_current_thread(), async {
            let client = self.connect(&template, &self.places(settings)?).await?;
            let result = match bind.perform(&client, controls).await {
                Ok(controls) => verb(&client, &controls).await,
                Err(failure) => Err(failure),
            };
            client.close().await;
            result
        })
    }

    /// Does what is to be done with options for a pool over all the servers, which take turns.
    pub(crate) fn with_pool<T>(
        &self,
        verb: impl AsyncFnOnce(PoolOptions, Servers) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let settings = self.settings()?;
        let template = self.template(settings)?;
        let credentials = self.credentials.gather(settings)?.for_pool()?;
        run(runtime::Builder::new_multi_thread(), async {
            let servers = self.pool_servers(&template, &self.places(settings)?).await?;
            let mut options = PoolOptions::new(servers.clone()).credentials(credentials);
            if let Some(timeout) = template.timeout {
                options =
                    options.acquire_timeout(timeout).operation_timeout(timeout).connect_timeout(timeout);
            }
            verb(options, servers).await
        })
    }

    /// Does something with each server by itself: given how to connect, who to be and, after a question to DNS where need
    /// be, the URLs.
    pub(crate) fn with_each<T>(
        &self,
        verb: impl AsyncFnOnce(&Template, &Bind, Vec<String>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let settings = self.settings()?;
        let template = self.template(settings)?;
        let bind = self.credentials.gather(settings)?;
        run(runtime::Builder::new_current_thread(), async {
            let mut urls = Vec::new();
            for place in self.places(settings)? {
                urls.extend(place.urls(self.dns).await?);
            }
            verb(&template, &bind, urls).await
        })
    }

    /// Returns the entry to begin at: what the verb was given, else what is set.
    pub(crate) fn base(&self, given: Option<&String>) -> Result<Option<String>, Failure> {
        match given {
            Some(base) => Ok(Some(base.clone())),
            None => Ok(self.settings()?.text("base")),
        }
    }

    /// As [`base`](Self::base), for verbs that do not begin at the root unless told to.
    pub(crate) fn required_base(&self, given: Option<&String>) -> Result<String, Failure> {
        self.base(given)?
            .ok_or_else(|| Failure::usage("there is no entry to begin at").with_hint("name it with -b DN"))
    }

    /// Whether the caller said how long to wait.
    pub(crate) fn has_timeout(&self) -> Result<bool, Failure> {
        Ok(self.timeout.is_some() || self.settings()?.text("timeout").is_some())
    }

    /// Says what is done, if that is wanted.
    pub(crate) fn tell(&self, what: impl std::fmt::Display) {
        if self.verbose {
            eprintln!("ldapwire: {}", failure::one_line(&what.to_string()));
        }
    }

    /// Connects to the first server that lets anybody connect.
    async fn connect(&self, template: &Template, places: &[Place]) -> Result<Client, Failure> {
        let mut last = None;
        for place in places {
            let urls = match place.urls(self.dns).await {
                Ok(urls) => urls,
                Err(failure) => {
                    last = Some(failure);
                    continue;
                }
            };
            for url in urls {
                match template.options(url).connect().await {
                    Ok(client) => {
                        self.tell(format_args!("connected to {}", client.server()));
                        return Ok(client);
                    }
                    Err(error) => {
                        self.tell(format_args!("not connected: {error}"));
                        last = Some(Failure::connecting(&error));
                    }
                }
            }
        }
        Err(last.unwrap_or_else(|| Failure::usage("there is no server")))
    }

    async fn pool_servers(&self, template: &Template, places: &[Place]) -> Result<Servers, Failure> {
        let mut members = Vec::new();
        for place in places {
            members.push(match place {
                Place::Server(url) => Servers::from(template.options(url.clone())),
                Place::Service(name) => {
                    let template = template.clone();
                    let discovery = Discovery::new(servers::resolver(self.dns)?, name.clone())
                        .connect_by(move |url| template.options(url));
                    discovery.find().await.map_err(|error| Failure::connecting(&error))?
                }
            });
        }
        Ok(Servers::round_robin(members))
    }

    fn settings(&self) -> Result<&Settings, Failure> {
        if let Some(settings) = self.settings.get() {
            return Ok(settings);
        }
        let settings = Settings::load(self.config.as_deref(), self.profile.as_deref())?;
        Ok(self.settings.get_or_init(|| settings))
    }

    fn places(&self, settings: &Settings) -> Result<Vec<Place>, Failure> {
        if !self.servers.is_empty() {
            return Ok(self.servers.clone());
        }
        let Some(words) = settings.list("url") else { return Ok(vec![Place::localhost()]) };
        let words = words.iter().flat_map(|word| word.split_whitespace());
        words.map(|word| word.parse().map_err(|why| Failure::usage(format_args!("{word}: {why}")))).collect()
    }

    fn template(&self, settings: &Settings) -> Result<Template, Failure> {
        let start_tls = match settings.text("start-tls").as_deref() {
            _ if self.start_tls > 0 => true,
            None | Some("false") => false,
            Some("true") => true,
            Some(other) => {
                return Err(Failure::usage(format_args!("start-tls is true or false, and not {other}")));
            }
        };
        let timeout = match settings.text("timeout") {
            Some(text) if self.timeout.is_none() => Some(
                seconds(&text)
                    .map_err(|why| Failure::usage(format_args!("timeout is {why}, and not {text}")))?,
            ),
            _ => self.timeout,
        };
        let is_cleartext_allowed = self.danger_allow_cleartext_password;
        Ok(Template { tls: self.tls(settings), start_tls, timeout, is_cleartext_allowed })
    }

    fn tls(&self, settings: &Settings) -> TlsOptions {
        let mut tls = TlsOptions::new();
        if let Some(file) = self.ca_file.clone().or_else(|| settings.path("ca-file")) {
            tls = tls.ca_file(file);
        }
        // A certificate and a key belong together.
        let (cert, key) = match &self.cert {
            Some(cert) => (Some(cert.clone()), self.key.clone()),
            None => (settings.path("cert"), settings.path("key")),
        };
        if let Some(cert) = cert {
            let key = key.unwrap_or_else(|| cert.clone());
            tls = tls.client_certificate_files(cert, key);
        }
        if let Some(name) = self.server_name.clone().or_else(|| settings.text("server-name")) {
            tls = tls.server_name(name);
        }
        if self.danger_accept_any_certificate {
            tls = tls.danger_accept_any_certificate();
        }
        tls
    }
}

/// How each server is connected to.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    tls: TlsOptions,
    start_tls: bool,
    timeout: Option<Duration>,
    is_cleartext_allowed: bool,
}

impl Template {
    pub(crate) fn options(&self, url: String) -> ConnectOptions {
        let mut options = ConnectOptions::new(url).tls(self.tls.clone());
        if self.start_tls {
            options = options.start_tls();
        }
        if let Some(timeout) = self.timeout {
            options = options.connect_timeout(timeout).operation_timeout(timeout).search_timeout(timeout);
        }
        if self.is_cleartext_allowed {
            options = options.danger_allow_cleartext_passwords();
        }
        options
    }

    /// Returns how long connecting may take.
    pub(crate) fn connect_timeout(&self) -> Duration {
        self.timeout.unwrap_or(Duration::from_secs(10))
    }
}

fn run<T>(
    mut runtime: runtime::Builder,
    verb: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let runtime = runtime.enable_all().build().map_err(|error| {
        Failure::new(Status::Connection, format_args!("the system has no resources to connect: {error}"))
    })?;
    runtime.block_on(verb)
}

/// Reads a time above zero.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let time = seconds_or_none(text).ok().filter(|time| !time.is_zero());
    time.ok_or_else(|| "a number of seconds above 0".to_owned())
}

/// Reads a time, at most a year: what is longer is a slip.
pub(crate) fn seconds_or_none(text: &str) -> Result<Duration, String> {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
    let time = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    time.filter(|time| *time <= YEAR).ok_or_else(|| "a number of seconds, 0 or above".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_finite_and_above_zero() {
        assert_eq!(seconds("2"), Ok(Duration::from_secs(2)));
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for text in ["0", "-1", "inf", "NaN", "1e300", "", "5s"] {
            assert!(seconds(text).is_err(), "{text}");
            assert_eq!(seconds_or_none(text).is_ok(), text == "0", "{text}");
        }
    }
}
