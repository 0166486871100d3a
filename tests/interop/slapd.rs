//! A real `slapd` on loopback, with a folder of its own that goes when it goes.
//!
//! It listens on a free port for each of `ldap://` and `ldaps://` and on a Unix socket. Nothing is synced to
//! disk, so that it is up in a fraction of a second. [`Slapd::start`] returns once it listens.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufRead, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use super::folder::Folder;
use super::installed::Installed;
use super::people;
use super::pki::Pki;
use super::port::Port;
use super::process::{PATIENCE, Processes};

pub(crate) const SUFFIX: &str = "dc=example,dc=org";
pub(crate) const ADMIN_DN: &str = "cn=admin,dc=example,dc=org";
pub(crate) const ADMIN_PASSWORD: &str = "admin-secret";

/// A running server. Stopped by [`stop`](Self::stop) or on drop, and also when this process dies.
pub(crate) struct Slapd {
    folder: Folder,
    pki: Pki,
    port: Port,
    tls_port: Port,
    processes: Mutex<Option<Processes>>,
    log: Arc<Mutex<String>>,
}

/// What a server holds beyond the tree of `tree.ldif`.
#[derive(Default)]
pub(crate) struct Setup {
    /// Number of generated entries below `ou=crowd`.
    pub(crate) people: usize,
    /// Further entries, as LDIF.
    pub(crate) ldif: String,
    /// Schemas of OpenLDAP that they need.
    pub(crate) schemas: &'static [&'static str],
    /// Whether the server asks others itself, where it would return referrals to them.
    pub(crate) chains: bool,
    /// Leaves out what the server needs for TLS.
    pub(crate) without_tls: bool,
}

impl Slapd {
    /// Starts a server and returns once it listens.
    pub(crate) fn start(installed: &Installed, setup: &Setup) -> Result<Self, Box<dyn Error>> {
        let folder = Folder::create()?;
        let pki = Pki::create(&folder.path)?;
        fs::create_dir(folder.path.join("db"))?;
        fs::write(folder.path.join("slapd.conf"), configuration(installed, &folder.path, setup)?)?;
        load(installed, &folder.path, setup)?;

        // Where ports cannot be kept, somebody else may take one before the server has it.
        let mut failure = String::new();
        for _ in 0..ATTEMPTS {
            let (port, tls_port) = (Port::take()?, Port::take()?);
            let log = Arc::new(Mutex::new(String::new()));
            match spawn(installed, &folder.path, port.number, tls_port.number, &log) {
                Ok(processes) => {
                    return Ok(Self {
                        folder,
                        pki,
                        port,
                        tls_port,
                        processes: Mutex::new(Some(processes)),
                        log,
                    });
                }
                Err(error) => {
                    failure = format!("{error}; its log:\n{}", log.lock().expect("no panic with it"))
                }
            }
        }
        Err(format!("slapd does not start: {failure}").into())
    }

    /// Stops the server as if the power had failed: no notice, no unbind.
    pub(crate) fn stop(&self) {
        drop(self.processes.lock().expect("no panic with it").take());
    }

    /// Whether the server has ended by itself, or is about to: its sockets close a moment earlier.
    pub(crate) fn has_died(&self) -> bool {
        let mut processes = self.processes.lock().expect("no panic with it");
        let Some(processes) = processes.as_mut() else { return false };
        (0..DYING_LIMIT.as_millis()).any(|_| {
            thread::sleep(Duration::from_millis(1));
            matches!(processes.server.try_wait(), Ok(Some(_)))
        })
    }

    /// Starts the server again on its ports, with what it held.
    pub(crate) fn restart(&self, installed: &Installed) -> Result<(), Box<dyn Error>> {
        let mut processes = self.processes.lock().expect("no panic with it");
        drop(processes.take());
        let (port, tls_port) = (self.port.number, self.tls_port.number);
        *processes = Some(spawn(installed, &self.folder.path, port, tls_port, &self.log)?);
        Ok(())
    }

    /// Stops the server and removes its folder, for a server in a static, which is never dropped.
    pub(crate) fn discard(&self) {
        self.stop();
        self.folder.remove();
    }

    /// The host name `localhost`: the certificate has it.
    pub(crate) fn url(&self) -> String {
        format!("ldap://localhost:{}", self.port.number)
    }

    pub(crate) fn tls_url(&self) -> String {
        format!("ldaps://localhost:{}", self.tls_port.number)
    }

    pub(crate) fn socket_url(&self) -> String {
        format!("ldapi://{}", self.socket().display().to_string().replace('/', "%2F"))
    }

    pub(crate) fn port(&self) -> u16 {
        self.port.number
    }

    /// The Unix socket. SASL EXTERNAL there makes the user of this process the administrator.
    pub(crate) fn socket(&self) -> PathBuf {
        socket(&self.folder.path)
    }

    /// The authority that signed the server's certificate, and a certificate for `uid=alice`.
    pub(crate) fn pki(&self) -> &Pki {
        &self.pki
    }

    /// The folder of its configuration (`slapd.conf`) and its database (`db`), which goes when it goes.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder.path
    }

    /// How much the server has logged so far: a place to read on from.
    pub(crate) fn log_length(&self) -> usize {
        self.log.lock().expect("no panic with it").len()
    }

    /// What the server has logged so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().expect("no panic with it").clone()
    }

    /// The last lines that the server logged after `start`.
    pub(crate) fn log_tail(&self, start: usize) -> String {
        let log = self.log.lock().expect("no panic with it");
        let lines: Vec<&str> = log.get(start..).unwrap_or_default().lines().collect();
        lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
    }

    /// One of OpenLDAP's tools, set up to trust this server and nothing of the machine's configuration.
    pub(crate) fn tool(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        command
            .env("LDAPCONF", "/dev/null")
            .env("HOME", &self.folder.path)
            .env("LDAPTLS_CACERT", self.pki.ca_file());
        command.stdin(Stdio::null());
        command
    }
}

/// Starts the process and returns once it listens.
fn spawn(
    installed: &Installed,
    folder: &Path,
    port: u16,
    tls_port: u16,
    log: &Arc<Mutex<String>>,
) -> Result<Processes, Box<dyn Error>> {
    let socket = socket(folder).display().to_string().replace('/', "%2F");
    let urls = format!("ldap://127.0.0.1:{port} ldaps://127.0.0.1:{tls_port} ldapi://{socket}");
    let mut server = Command::new(installed.slapd());
    server.args(["-d", "stats", "-h", &urls, "-f"]).arg(folder.join("slapd.conf"));
    let mut processes = Processes::spawn(server.stdout(Stdio::null()).stderr(Stdio::piped()))?;

    let (listens, is_up) = mpsc::channel();
    let log = Arc::clone(log);
    let stderr = processes.server.stderr.take().expect("it was piped");
    thread::spawn(move || keep_log(stderr, &log, &listens));
    is_up.recv_timeout(PATIENCE)?;
    // It says so a moment before the last of its sockets listens.
    for port in [port, tls_port] {
        processes.wait_for(|| TcpStream::connect((Ipv4Addr::LOCALHOST, port)))?;
    }
    processes.wait_for(|| UnixStream::connect(self::socket(folder)))?;
    Ok(processes)
}

/// Reads what the server logs until it ends, and says when it listens.
fn keep_log(stderr: impl io::Read, log: &Mutex<String>, listens: &mpsc::Sender<()>) {
    for line in BufReader::new(stderr).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        if line.ends_with("slapd starting") {
            // Nobody listens any more if the start took too long.
            let _ = listens.send(());
        }
        let mut log = log.lock().expect("no panic with it");
        if log.len() < LOG_LIMIT {
            let _ = writeln!(log, "{line}");
        }
    }
}

fn socket(folder: &Path) -> PathBuf {
    folder.join("ldapi")
}

fn configuration(installed: &Installed, folder: &Path, setup: &Setup) -> io::Result<String> {
    let mut text = String::new();
    for schema in ["core", "cosine", "inetorgperson"].iter().chain(setup.schemas) {
        text += &format!("include {}/{schema}.schema\n", installed.schemas().display());
    }
    if let Some(modules) = installed.modules() {
        text += &format!("modulepath {}\n", modules.display());
    }
    for module in ["back_mdb"].iter().chain(&OVERLAYS) {
        if installed.has_module(module) {
            text += &format!("moduleload {module}\n");
        }
    }
    // An overlay of the whole server, which comes in the module of a database.
    let chain = if setup.chains { "moduleload back_ldap\noverlay chain\n" } else { "" };
    let user = fs::metadata(folder)?.uid();
    let folder = folder.display();
    let tls = if setup.without_tls {
        String::new()
    } else {
        format!(
            "TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
TLSVerifyClient try
"
        )
    };
    text += &format!(
        "pidfile {folder}/slapd.pid
threads {THREADS}
conn_max_pending 100000
conn_max_pending_auth 100000
sockbuf_max_incoming_auth 67108864
attributeoptions lang- x-
password-hash {{CLEARTEXT}}
{tls}sasl-host localhost
sasl-secprops none
authz-regexp gidNumber=[0-9]+\\\\+uidNumber={user},cn=peercred,cn=external,cn=auth {ADMIN_DN}
authz-regexp uid=([^,]+),cn=[^,]+,cn=auth uid=$1,ou=people,{SUFFIX}
authz-regexp ^uid=([^,]+),ou=people$ uid=$1,ou=people,{SUFFIX}
{chain}
database mdb
suffix {SUFFIX}
directory {folder}/db
rootdn {ADMIN_DN}
rootpw {ADMIN_PASSWORD}
maxsize 4294967296
dbnosync
sizelimit unlimited
timelimit unlimited
index objectClass,uid eq
access to attrs=userPassword by self =wdx by anonymous auth by * none
access to dn.subtree=ou=scratch,{SUFFIX} by users write by * read
access to * by * read
"
    );
    for overlay in &OVERLAYS {
        if installed.has_module(overlay) {
            text += &format!("overlay {overlay}\n");
            if *overlay == "ppolicy" {
                text += "ppolicy_send_netscape_controls\n";
                // Who is locked out is told so.
                text += "ppolicy_use_lockout\n";
            }
        }
    }
    if installed.has_module("retcode") {
        text += &result_codes();
    }
    Ok(text)
}

/// What the server has besides a database. The last one has settings of its own, which follow it.
const OVERLAYS: [&str; 6] = ["sssvlv", "syncprov", "ppolicy", "deref", "dds", "retcode"];

/// Entries under `ou=retcodes`, last part of the configuration: `cn=codeN` answers with N, others as named.
fn result_codes() -> String {
    let mut text = format!("retcode-parent ou=retcodes,{SUFFIX}\n");
    for code in [1, 2, 3, 4, 7, 8, 11, 12, 13, 18, 32, 49, 50, 51, 52, 53, 68, 80, 118, 122, 4096, 16654] {
        text += &format!("retcode-item cn=code{code} {code} text=\"code {code}\" matched=\"{SUFFIX}\"\n");
    }
    text += "retcode-item cn=slow 0 sleeptime=60
retcode-item cn=notice 52 text=\"going down\" unsolicited=1.3.6.1.4.1.1466.20036
retcode-item cn=unsolicited 0 unsolicited=1.3.6.1.4.1.4203.666.99:data
retcode-item cn=hangup 0 flags=disconnect
";
    text
}

/// Writes the database while no server runs.
fn load(installed: &Installed, folder: &Path, setup: &Setup) -> Result<(), Box<dyn Error>> {
    let mut slapadd = Command::new(installed.slapd())
        .args(["-T", "add", "-q", "-b", SUFFIX, "-f"])
        .arg(folder.join("slapd.conf"))
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = io::BufWriter::new(slapadd.stdin.take().expect("it was piped"));
    // A refusal closes the pipe before everything is written; the output says more than the broken pipe.
    let written = stdin
        .write_all(include_bytes!("tree.ldif"))
        .and_then(|()| people::write_ldif(&mut stdin, setup.people))
        .and_then(|()| write!(stdin, "\n{}", setup.ldif))
        .and_then(|()| stdin.flush());
    drop(stdin);
    let output = slapadd.wait_with_output()?;
    if !output.status.success() {
        return Err(format!("slapadd: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(written?)
}

/// Operations that a server works on at once. A search that is read slowly takes one, and some cases read two searches side
/// by side: with fewer than all cases together have, each could wait for the end of another one.
const THREADS: usize = 32;

/// Tries to get two free ports.
const ATTEMPTS: usize = 5;

/// How long a server that crashes takes to be gone, once it has closed its connections, on a machine that is busy. Only a
/// case that has failed waits so long.
const DYING_LIMIT: Duration = Duration::from_secs(10);

/// Octets of log that are kept; a search of many entries logs two lines, so no test comes near it.
const LOG_LIMIT: usize = 8 << 20;

/// Lines of the server's log that are shown with a failed test.
const TAIL_LINES: usize = 60;
