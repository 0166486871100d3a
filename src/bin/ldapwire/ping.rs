//! `ping`: whether servers answer, and how long each step takes.

mod certificate;

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use clap::Args;
use futures_util::future::join_all;
use ldapwire::proto::SearchRequest;
use ldapwire::transport::{Address, SocketOptions, Target, TransportError, connect};
use ldapwire::{Client, ErrorKind, Executor, RequestExt};
use serde_json::{Map, Value, json};
use tokio::net::lookup_host;
use tokio::time::{Instant, timeout_at};

use crate::bind::Bind;
use crate::connection::{Connection, Template};
use crate::failure::{self, Failure};
use crate::output::{Format, Output};
use crate::status::Status;

/// Connect to each server, bind, read its root DSE, and tell how long each step took.
///
/// All servers that -H names are asked at the same time, those that DNS names for a domain among them; each is a line of the
/// output. With --json it is {"server": "ldaps://...", "dns": 0.0004, "tcp": 0.0002, "tls": 0.0031, "bind": 0.0005, "search": 0.0003,
/// "certificateDays": 61}, times in seconds; what failed is "error". The status is 0 if all is well with all servers, otherwise that
/// of the first where it is not: 3 for a server that cannot be reached or a certificate that ends too soon, 4 for a bind.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire ping -H ldaps://ldap.example.org
  ldapwire ping -H ldap://a.example.org -H ldap://b.example.org -Z --min-days 14
  ldapwire ping -H _ldap._tcp.example.org -Z -D cn=reader,dc=example,dc=org \\
    -y password.txt --json")]
pub(crate) struct Ping {
    /// Count a certificate as a failure that is good for fewer days
    #[arg(long, value_name = "DAYS", default_value_t = 0)]
    min_days: u32,

    #[command(flatten)]
    pub(crate) format: Format,

    #[command(flatten)]
    connection: Connection,
}

/// What became of one server.
struct Report {
    server: String,
    steps: Vec<(&'static str, Duration)>,
    certificate_days: Option<i64>,
    failure: Option<Failure>,
}

impl Ping {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let reports = self.connection.with_each(async |template, bind, urls| {
            Ok(join_all(urls.into_iter().map(|url| self.ping(template, bind, url))).await)
        })?;
        for report in &reports {
            Output::print(if self.format.json { report.to_json().to_string() } else { report.to_line() })?;
        }
        let failures = reports.iter().filter_map(|report| report.failure.as_ref());
        Ok(failures.map(Failure::status).next().unwrap_or(Status::Success))
    }

    async fn ping(&self, template: &Template, bind: &Bind, server: String) -> Report {
        let mut report = Report { server, steps: Vec::new(), certificate_days: None, failure: None };
        report.failure = report.take_steps(template, bind).await.err().or_else(|| self.check(&report));
        report
    }

    fn check(&self, report: &Report) -> Option<Failure> {
        let days = report.certificate_days?;
        let is_short = days < i64::from(self.min_days);
        is_short
            .then(|| Failure::new(Status::Connection, format_args!("the certificate ends in {days} days")))
    }
}

impl Report {
    async fn take_steps(&mut self, template: &Template, bind: &Bind) -> Result<(), Failure> {
        let client = self.connect(template).await?;
        if let Some(certificate) = client.peer_certificate() {
            self.certificate_days = certificate::days_left(certificate, SystemTime::now());
        }
        let asked = async {
            if !matches!(bind, Bind::Anonymous) {
                let began = Instant::now();
                bind.clone().perform(&client, Vec::new()).await?;
                self.steps.push(("bind", began.elapsed()));
            }
            let began = Instant::now();
            let root = SearchRequest::entry("").attributes(["1.1"]).with_timeout(template.connect_timeout());
            match client.search_one(root).await {
                Err(error) if !matches!(error.kind(), ErrorKind::NotOne { .. }) => return Err(error.into()),
                // Whether the root DSE may be seen does not matter.
                _ => self.steps.push(("search", began.elapsed())),
            }
            Ok(())
        };
        let asked: Result<(), Failure> = asked.await;
        client.close().await;
        asked
    }

    async fn connect(&mut self, template: &Template) -> Result<Client, Failure> {
        let failed = |error: TransportError| Failure::connecting(&error.into());
        let mut target: Target = self.server.parse().map_err(Failure::usage)?;
        let deadline = Instant::now() + template.connect_timeout();
        let mut addresses = Vec::new();
        if let Address::Tcp { host, port } = target.address() {
            let began = Instant::now();
            addresses = resolve(host, *port, deadline).await.map_err(failed)?;
            self.steps.push(("dns", began.elapsed()));
        }
        let began = Instant::now();
        let stream = match addresses.first() {
            // One address needs no second question; more are raced, as by any connect.
            Some(address) if addresses.len() == 1 => {
                let named = Target::ldap(address.ip().to_string()).with_port(address.port());
                target = named;
                connect(&target, &SocketOptions::new(), deadline).await
            }
            _ => connect(&target, &SocketOptions::new(), deadline).await,
        };
        let stream = stream.map_err(failed)?;
        self.steps.push(("tcp", began.elapsed()));
        let began = Instant::now();
        let options = template.options(self.server.clone());
        let client = options.connect_over(stream).await.map_err(|error| Failure::connecting(&error))?;
        if client.peer_certificate().is_some() {
            self.steps.push(("tls", began.elapsed()));
        }
        Ok(client)
    }

    fn to_line(&self) -> String {
        let mut line = self.server.clone();
        for (step, took) in &self.steps {
            // A string takes all.
            let _ = write!(line, "  {step} {:.1} ms", took.as_secs_f64() * 1e3);
        }
        if let Some(days) = self.certificate_days {
            let _ = write!(line, "  certificate {days} days");
        }
        if let Some(failure) = &self.failure {
            let _ = write!(line, "  failed: {}", failure.told().0);
        }
        failure::one_line(&line)
    }

    fn to_json(&self) -> Value {
        let mut object = Map::new();
        object.insert("server".to_owned(), json!(self.server));
        for (step, took) in &self.steps {
            object.insert((*step).to_owned(), json!(took.as_secs_f64()));
        }
        if let Some(days) = self.certificate_days {
            object.insert("certificateDays".to_owned(), json!(days));
        }
        if let Some(failure) = &self.failure {
            object.insert("error".to_owned(), failure.told().1);
        }
        object.into()
    }
}

async fn resolve(host: &str, port: u16, deadline: Instant) -> Result<Vec<SocketAddr>, TransportError> {
    match timeout_at(deadline, lookup_host((host, port))).await {
        Ok(Ok(addresses)) => Ok(addresses.collect()),
        Ok(Err(source)) => Err(TransportError::Resolve { host: host.to_owned(), source }),
        Err(_) => {
            let source = std::io::ErrorKind::TimedOut.into();
            Err(TransportError::Resolve { host: host.to_owned(), source })
        }
    }
}
