//! From the arguments to a connection.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args};
use ldapwire::model::Control;
use ldapwire::transport::{Target, TargetParseError, TlsOptions};
use ldapwire::{Client, ConnectOptions};
use tokio::runtime;

use crate::bind::Credentials;
use crate::failure::{self, Failure};
use crate::status::Status;

/// Which server, and how to get there.
#[derive(Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct Connection {
    /// Server: ldap://HOST or ldaps://HOST, both perhaps with :PORT, or ldapi://%2Fpath%2Fof%2Fsocket
    #[arg(
        short = 'H',
        value_name = "URL",
        env = "LDAPWIRE_URL",
        default_value = "ldap://localhost",
        value_parser = server
    )]
    url: String,

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
        let bind = self.credentials.gather()?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
            Failure::new(Status::Connection, format_args!("the system has no resources to connect: {error}"))
        })?;
        runtime.block_on(async {
            let client = self.options().connect().await.map_err(|error| Failure::connecting(&error))?;
            self.tell(format_args!("connected to {}", client.server()));
            let result = match bind.perform(&client, controls).await {
                Ok(controls) => verb(&client, &controls).await,
                Err(failure) => Err(failure),
            };
            client.close().await;
            result
        })
    }

    /// Whether the caller said how long to wait.
    pub(crate) const fn has_timeout(&self) -> bool {
        self.timeout.is_some()
    }

    /// Says what is done, if that is wanted.
    pub(crate) fn tell(&self, what: impl std::fmt::Display) {
        if self.verbose {
            eprintln!("ldapwire: {}", failure::one_line(&what.to_string()));
        }
    }

    fn options(&self) -> ConnectOptions {
        let mut options = ConnectOptions::new(self.url.as_str()).tls(self.tls());
        if self.start_tls > 0 {
            options = options.start_tls();
        }
        if let Some(timeout) = self.timeout {
            options = options.connect_timeout(timeout).operation_timeout(timeout).search_timeout(timeout);
        }
        if self.danger_allow_cleartext_password {
            options = options.danger_allow_cleartext_passwords();
        }
        options
    }

    fn tls(&self) -> TlsOptions {
        let mut tls = TlsOptions::new();
        if let Some(file) = &self.ca_file {
            tls = tls.ca_file(file);
        }
        if let Some(cert) = &self.cert {
            tls = tls.client_certificate_files(cert, self.key.as_ref().unwrap_or(cert));
        }
        if let Some(name) = &self.server_name {
            tls = tls.server_name(name);
        }
        if self.danger_accept_any_certificate {
            tls = tls.danger_accept_any_certificate();
        }
        tls
    }
}

/// Looks whether a URL names a server, before anything else is done.
fn server(text: &str) -> Result<String, TargetParseError> {
    text.parse::<Target>().map(|_| text.to_owned())
}

/// Reads a time above zero, at most a year: what is longer is a slip.
fn seconds(text: &str) -> Result<Duration, String> {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
    let time = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    time.filter(|time| !time.is_zero() && *time <= YEAR)
        .ok_or_else(|| "a number of seconds above 0".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_named_by_their_urls() {
        for url in
            ["ldap://localhost", "ldaps://[::1]:1636/dc=example??sub", "ldapi://%2Frun%2Fslapd%2Fldapi"]
        {
            assert_eq!(server(url).as_deref(), Ok(url));
        }
        for text in ["", "localhost", "http://localhost", "ldap://", "ldapi://", "ldap://localhost:x"] {
            assert!(server(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_are_finite_and_above_zero() {
        assert_eq!(seconds("2"), Ok(Duration::from_secs(2)));
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for text in ["0", "-1", "inf", "NaN", "1e300", "", "5s"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
