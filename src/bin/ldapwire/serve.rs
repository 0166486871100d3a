//! `serve`: the entries of LDIF files, served from memory, and kept if wanted.

mod certificate;
mod live;
mod misbehaving;

use std::fmt::Display;
use std::fs;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};
use ldapwire::directory::{Directory, DirectoryError, Durability, Personality};
use ldapwire::server::layers::{AccessLog, Counter, LogFormat};
use ldapwire::server::{Endpoint, Handler, Server};
use tokio::runtime;

pub(crate) use certificate::Certificate;
use misbehaving::Misbehaving;

use crate::failure::Failure;
use crate::output::{Format, Output};
use crate::status::Status;

/// Serve the entries of LDIF files from memory, until interrupted.
///
/// The URL of each place is printed when all listen; on a terminal, a line tells what is done each second. Changes of
/// clients are forgotten at the end unless there is a folder to keep them in. There are no rules of access: everybody who
/// reaches the server may read and write. With a certificate there is StartTLS.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire serve people.ldif
  ldapwire serve people.ldif --listen 127.0.0.1:1389 --log text
  ldapwire serve people.ldif --tls --listen-tls 127.0.0.1:1636 \\
    --save-cert server.pem
  ldapwire serve people.ldif --data /var/lib/people
  ldapwire serve domain.ldif --personality ad
  ldapwire serve people.ldif --faults never,drop,delay=500 --fault-rate 20
  ldapwire serve --suffix dc=example,dc=org --admin cn=admin,dc=example,dc=org \\
    --admin-password-file secret")]
pub(crate) struct Serve {
    /// Files of entries, those above before those below them
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Listen on this address; port 0 is a free one [default: 127.0.0.1:1389]
    #[arg(long, value_name = "ADDRESS")]
    listen: Vec<SocketAddr>,

    /// Listen on this address with TLS from the first octet
    #[arg(long, value_name = "ADDRESS", requires = "Certificate")]
    listen_tls: Vec<SocketAddr>,

    /// Listen on this Unix socket, too
    #[arg(long, value_name = "PATH")]
    socket: Vec<PathBuf>,

    /// Keep the directory in this folder: changes are there before they are answered. If it holds a directory already,
    /// that is served, and no file is read
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,

    /// What a change has survived when it is answered
    #[arg(long, value_name = "END", default_value = "disk", requires = "data")]
    durability: EndOf,

    /// Look like another server: its root DSE, limits, refusals
    #[arg(long, value_name = "NAME", default_value = "ldapwire")]
    personality: Looks,

    /// The entry that has the policy for passwords (class pwdPolicy)
    #[arg(long, value_name = "DN")]
    password_policy: Option<String>,

    /// Let clients add an entry of this name at the top of the tree
    #[arg(long, value_name = "DN")]
    suffix: Vec<String>,

    /// Let somebody bind by this name who needs no entry
    #[arg(long, value_name = "DN", requires = "admin_password_file")]
    admin: Option<String>,

    /// Read the administrator's password from this file: its first line
    #[arg(long, value_name = "FILE", requires = "admin")]
    admin_password_file: Option<PathBuf>,

    /// Write a line for each operation to the standard error stream
    #[arg(long, value_name = "FORM")]
    log: Option<Log>,

    #[command(flatten)]
    certificate: Certificate,

    #[command(flatten)]
    misbehaving: Misbehaving,

    #[command(flatten)]
    pub(crate) format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Log {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
enum Looks {
    /// Itself
    Ldapwire,
    /// OpenLDAP's slapd
    Openldap,
    /// 389 Directory Server
    #[value(name = "389")]
    Ds389,
    /// Active Directory
    Ad,
}

#[derive(Clone, Copy, ValueEnum)]
enum EndOf {
    /// The end of the machine: it is on the disk
    Disk,
    /// The end of the process: the system has it
    Process,
}

/// How long operations may go on when the server is interrupted.
const GRACE: Duration = Duration::from_secs(5);

impl Serve {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let directory = self.directory()?;
        let kept = directory.clone();
        let runtime = runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failure("cannot start", &error))?;
        let acceptor = self.certificate.acceptor()?;
        runtime.block_on(async {
            // It ends with the runtime.
            drop(tokio::spawn(warn(kept)));
            let counter = Counter::new();
            let personality = match self.personality {
                Looks::Ldapwire => Personality::Ldapwire,
                Looks::Openldap => Personality::OpenLdap,
                Looks::Ds389 => Personality::Ds389,
                Looks::Ad => Personality::ActiveDirectory,
            };
            let server = Server::new(directory.posing_as(personality))
                .layer(self.misbehaving.faults())
                .layer(counter.clone());
            let server = acceptor.into_iter().fold(server, Server::tls);
            match self.log {
                None => tokio::select! {
                    status = self.serve(server) => status,
                    () = live::show(counter) => Ok(Status::Success),
                },
                Some(form) => {
                    let format = match form {
                        Log::Text => LogFormat::Text,
                        Log::Json => LogFormat::Json,
                    };
                    self.serve(server.layer(AccessLog::new(std::io::stderr()).format(format))).await
                }
            }
        })
    }

    fn directory(&self) -> Result<Directory, Failure> {
        let mut builder = Directory::builder();
        if let Some(dn) = &self.password_policy {
            builder = builder.password_policy_entry(dn);
        }
        for suffix in &self.suffix {
            builder = builder.suffix(suffix);
        }
        if let (Some(admin), Some(file)) = (&self.admin, &self.admin_password_file) {
            let text = fs::read_to_string(file).map_err(|error| failure(file.display(), &error))?;
            builder = builder.admin(admin, text.lines().next().unwrap_or_default());
        }
        if let Some(folder) = &self.data {
            let durability = match self.durability {
                EndOf::Disk => Durability::Disk,
                EndOf::Process => Durability::Process,
            };
            builder = builder.data(folder).durability(durability);
        }
        let directory = builder.build().map_err(Failure::usage)?;
        let recovery = directory.recovery().copied().unwrap_or_default();
        if recovery.cut > 0 {
            eprintln!(
                "ldapwire: {} octets behind the last whole change were cut off: one was begun and not completed",
                recovery.cut
            );
        }
        if recovery.is_from_data {
            if !self.files.is_empty() {
                eprintln!("ldapwire: the folder holds a directory, and no file is read");
            }
            return Ok(directory);
        }
        for file in &self.files {
            let ldif = fs::read(file).map_err(|error| failure(file.display(), &error))?;
            directory.import(&ldif).map_err(|error| failure(file.display(), &error))?;
        }
        Ok(directory)
    }

    async fn serve<H: Handler>(&self, server: Server<H>) -> Result<Status, Failure> {
        let places = places(1389, &self.listen, &self.listen_tls, &self.socket);
        until_interrupted(places.fold(server, Server::listen), GRACE).await
    }
}

/// Where to listen; without a wish on a port of this machine alone.
pub(crate) fn places(
    port: u16,
    tcp: &[SocketAddr],
    tls: &[SocketAddr],
    sockets: &[PathBuf],
) -> impl Iterator<Item = Endpoint> {
    let is_default = tcp.is_empty() && tls.is_empty() && sockets.is_empty();
    let default = is_default.then(|| Endpoint::tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, port))));
    let tcp = tcp.iter().map(|address| Endpoint::tcp(*address));
    let tls = tls.iter().map(|address| Endpoint::tls(*address));
    default.into_iter().chain(tcp).chain(tls).chain(sockets.iter().map(Endpoint::unix))
}

/// Starts a server, tells where it listens, and ends it when it is interrupted; operations may then go on for a while.
pub(crate) async fn until_interrupted<H: Handler>(
    server: Server<H>,
    grace: Duration,
) -> Result<Status, Failure> {
    let server = server.start().await.map_err(|error| Failure::new(Status::Connection, error))?;
    let interrupt = interrupt()?;
    let mut output = Output::new();
    for endpoint in server.endpoints() {
        // A buffer takes what it is given.
        let _ = writeln!(output.buffer, "{endpoint}");
    }
    output.flush()?;
    interrupt.await;
    server.shutdown(grace).await;
    Ok(Status::Success)
}

/// Says when the folder cannot be kept short.
async fn warn(directory: Directory) {
    let mut told = None;
    loop {
        let is_new =
            |failure: &Arc<DirectoryError>| !told.as_ref().is_some_and(|own| Arc::ptr_eq(own, failure));
        directory
            .wait_until(|directory| directory.compaction_failure().is_some_and(|own| is_new(&own)))
            .await;
        told = directory.compaction_failure();
        if let Some(failure) = &told {
            eprintln!("ldapwire: the entries cannot be written anew, and the folder grows: {failure}");
        }
    }
}

/// Returns what waits until somebody wants the server to end: at a terminal, or who started it. That is heard from now on,
/// before anybody is told that the server is there.
pub(crate) fn interrupt() -> Result<impl Future<Output = ()>, Failure> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| signal(kind).map_err(|error| failure("cannot wait for an interrupt", &error));
        let (mut interrupted, mut terminated) =
            (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
        Ok(async move {
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = terminated.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}

pub(crate) fn failure(what: impl Display, error: &dyn Display) -> Failure {
    Failure::usage(format_args!("{what}: {error}"))
}
