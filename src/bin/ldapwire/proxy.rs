//! `proxy`: what a client and a server say to each other.

use std::fs::File;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use clap::Args;
use ldapwire::server::proxy::{Passed, Passing, Proxy, Recording};
use ldapwire::transport::{Target, TlsOptions};
use tokio::runtime;

use crate::decode;
use crate::failure::Failure;
use crate::json::text;
use crate::output::{Format, Output, Palette};
use crate::serve::{Certificate, failure, interrupt, places};
use crate::status::Status;

/// Stand between clients and a server, and show every message, until interrupted.
///
/// Octets pass as they are. Each message is shown as a tree, as `ldapwire decode` does, with passwords masked; with --json as a
/// line {"connection": .., "from": "client" or "server", "at": seconds, "message": {..}}, or "event" instead of "message". Both
/// sides may have TLS from the first octet (ldaps); what comes behind a StartTLS of the client cannot be shown.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire proxy ldap://ldap.example.org
  ldapwire proxy ldaps://ldap.example.org --ca-file ca.pem \\
    --listen 127.0.0.1:1390 --json
  ldapwire proxy ldaps://ldap.example.org --tls --listen-tls 127.0.0.1:1636 \\
    --save-cert proxy.pem
  ldapwire proxy ldap://localhost:1389 --listen 127.0.0.1:1390 \\
    --record session.txt")]
pub(crate) struct Between {
    /// The server: ldap://HOST or ldaps://HOST, both perhaps with :PORT, or ldapi://%2Fpath%2Fof%2Fsocket
    #[arg(value_name = "URL")]
    server: Target,

    /// Listen on this address; with port 0 on a free port [default: 127.0.0.1:1390]
    #[arg(long, value_name = "ADDRESS")]
    listen: Vec<SocketAddr>,

    /// Listen on this address with TLS from the first octet
    #[arg(long, value_name = "ADDRESS", requires = "Certificate")]
    listen_tls: Vec<SocketAddr>,

    /// Keep the messages in this file, which `ldapwire replay` plays; passwords are masked there, too
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    /// Show nothing of the messages
    #[arg(long, requires = "record")]
    quiet: bool,

    /// Trust the authorities in this PEM file instead of the system's
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,

    /// Accept any certificate of the server: who can reach the connection can read and change all of it
    #[arg(long)]
    danger_accept_any_certificate: bool,

    #[command(flatten)]
    certificate: Certificate,

    #[command(flatten)]
    pub(crate) format: Format,
}

/// What is written about messages.
struct Log {
    output: Option<Output>,
    record: Option<File>,
    format: Format,
    palette: Palette,
    /// What could not be written; nothing is written any more.
    failed: bool,
}

impl Between {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let record = match &self.record {
            None => None,
            Some(file) => {
                let begun = File::create(file).and_then(|mut record| {
                    record.write_all(Recording::HEAD.as_bytes())?;
                    Ok(record)
                });
                Some(begun.map_err(|error| failure(file.display(), &error))?)
            }
        };
        let log = Mutex::new(Log {
            output: (!self.quiet).then(Output::new),
            record,
            format: self.format,
            palette: Palette::of(&std::io::stdout()),
            failed: false,
        });
        let mut tls = TlsOptions::new();
        if let Some(file) = &self.ca_file {
            tls = tls.ca_file(file);
        }
        if self.danger_accept_any_certificate {
            tls = tls.danger_accept_any_certificate();
        }
        let connector = tls.connector().map_err(Failure::usage)?;
        let acceptor = self.certificate.acceptor()?;
        let runtime = runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failure("cannot start", &error))?;
        runtime.block_on(async {
            let proxy = Proxy::new(self.server.clone()).connector(connector);
            let proxy = acceptor.into_iter().fold(proxy, Proxy::acceptor);
            let proxy = places(1390, &self.listen, &self.listen_tls, &[]).fold(proxy, Proxy::listen);
            let proxy = proxy.watch(move |passing| {
                let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
                log.failed = log.failed || log.write(passing).is_err();
            });
            let running = proxy.start().await.map_err(|error| Failure::new(Status::Connection, error))?;
            let interrupt = interrupt()?;
            for endpoint in running.endpoints() {
                eprintln!("ldapwire: listening on {endpoint}");
            }
            interrupt.await;
            Ok(Status::Success)
        })
    }
}

impl Log {
    fn write(&mut self, passing: &Passing) -> Result<(), Failure> {
        if let Some(file) = &mut self.record {
            let written = file.write_all(Recording::line(passing).as_bytes());
            written.map_err(|error| failure("the recording", &error))?;
        }
        let Some(output) = &mut self.output else { return Ok(()) };
        let (connection, from, at) = (passing.connection, passing.from, passing.at.as_secs_f64());
        // A buffer takes what it is given.
        if self.format.json {
            let buffer = &mut output.buffer;
            let _ = write!(buffer, "{{\"connection\":{connection},\"from\":\"{from}\",\"at\":{at:.6},");
            match &passing.what {
                Passed::Message(octets) => {
                    output.buffer.extend_from_slice(b"\"message\":");
                    decode::print(octets.clone(), self.format, self.palette, output)?;
                    output.buffer.pop();
                }
                other => {
                    buffer.extend_from_slice(b"\"event\":");
                    text(&other.words().unwrap_or_default(), buffer);
                }
            }
            output.buffer.extend_from_slice(b"}\n");
        } else {
            let heading = format!("connection {connection}, {from}, {at:.6} s");
            let _ = write!(output.buffer, "{}", self.palette.name(heading));
            match &passing.what {
                Passed::Message(octets) => {
                    output.buffer.push(b'\n');
                    decode::print(octets.clone(), self.format, self.palette, output)?;
                }
                other => {
                    let _ = writeln!(output.buffer, ": {}\n", other.words().unwrap_or_default());
                }
            }
        }
        output.flush()
    }
}
