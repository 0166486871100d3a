//! A real `ns-slapd` on loopback, made of the template that its package brings.

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use ldapwire::model::Entry;
use ldapwire::proto::AddRequest;
use ldapwire::transport::TlsOptions;
use ldapwire::{Client, ConnectOptions, Executor};

use crate::Case;
use crate::folder::Folder;
use crate::pki::Pki;
use crate::port::Port;
use crate::process::Processes;
use crate::slapd::{ADMIN_DN, ADMIN_PASSWORD, SUFFIX};

use super::{controls, sasl, schema};

/// The cases of this server.
pub(crate) fn cases() -> impl Iterator<Item = Case<Ds389>> {
    [controls::cases(), sasl::cases(), schema::cases()].into_iter().flatten()
}

/// A running server. Its Unix socket is the way in: there passwords need no TLS, and the user root is the administrator.
pub(crate) struct Ds389 {
    folder: Folder,
    pki: Pki,
    /// In clear, and over TLS.
    ports: [Port; 2],
    processes: Mutex<Option<Processes>>,
}

impl Ds389 {
    pub(crate) fn is_installed() -> bool {
        [PROGRAM, TEMPLATE].iter().all(|file| Path::new(file).is_file())
    }

    /// Starts a server and fills it.
    pub(crate) fn start() -> Result<Self, Box<dyn Error>> {
        let folder = Folder::create()?;
        let pki = Pki::create(&folder.path)?;
        let ports = [Port::take()?, Port::take()?];
        configure(&folder.path, ports.each_ref().map(|port| port.number))?;
        store_certificates(&folder.path)?;
        let mut processes = Processes::spawn(
            Command::new(PROGRAM)
                .args(["-d", "0", "-D"])
                .arg(folder.path.join("etc"))
                .arg("-i")
                .arg(folder.path.join("pid"))
                .stdout(Stdio::null())
                .stderr(File::create(folder.path.join("output"))?),
        )?;
        processes.wait_for(|| UnixStream::connect(socket(&folder.path))).map_err(|error| {
            let read = |file| fs::read_to_string(folder.path.join(file)).unwrap_or_default();
            format!("ns-slapd does not listen: {error}; it says:\n{}{}", read("output"), read("log/errors"))
        })?;
        let server = Self { folder, pki, ports, processes: Mutex::new(Some(processes)) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(fill(&server))?;
        Ok(server)
    }

    /// Ends the server and removes its folder.
    pub(crate) fn discard(&self) {
        drop(self.processes.lock().expect("no panic with it").take());
        self.folder.remove();
    }

    /// A connection of nobody.
    pub(crate) async fn connect(&self) -> Result<Client, ldapwire::Error> {
        let socket = socket(&self.folder.path).display().to_string();
        Client::connect(format!("ldapi://{}", socket.replace('/', "%2F"))).await
    }

    /// A connection of the administrator.
    pub(crate) async fn admin(&self) -> Result<Client, ldapwire::Error> {
        let client = self.connect().await?;
        client.simple_bind(ADMIN_DN, ADMIN_PASSWORD).await?;
        Ok(client)
    }

    /// The ways to it that are encrypted, for who trusts its authority.
    pub(crate) fn encrypted(&self, tls: &TlsOptions) -> [ConnectOptions; 2] {
        let [port, tls_port] = self.ports.each_ref().map(|port| port.number);
        let tls = tls.clone().ca_file(self.pki.ca_file());
        [
            ConnectOptions::new(format!("ldaps://localhost:{tls_port}")).tls(tls.clone()),
            ConnectOptions::new(format!("ldap://localhost:{port}")).start_tls().tls(tls),
        ]
    }

    pub(crate) const fn pki(&self) -> &Pki {
        &self.pki
    }

    /// Whether its user, which is that of this process, is root.
    pub(crate) fn is_of_root(&self) -> io::Result<bool> {
        Ok(fs::metadata(&self.folder.path)?.uid() == 0)
    }
}

fn socket(folder: &Path) -> PathBuf {
    folder.join("ldapi")
}

/// Puts the folders, the ports and what the cases need into the template.
fn configure(folder: &Path, [port, tls_port]: [u16; 2]) -> io::Result<()> {
    let mut text = fs::read_to_string(TEMPLATE)?;
    for name in ["lock", "tmp", "cert", "ldif", "bak", "run", "inst", "log", "db", "db_home"] {
        let path = folder.join(name);
        fs::create_dir(&path)?;
        text = text.replace(&format!("%{name}_dir%"), &path.display().to_string());
    }
    let etc = folder.join("etc");
    fs::create_dir_all(etc.join("schema"))?;
    let user = fs::metadata(folder)?.uid();
    for (name, value) in [
        ("config_dir", etc.display().to_string()),
        ("schema_dir", etc.join("schema").display().to_string()),
        ("fqdn", "localhost".to_owned()),
        ("ds_port", port.to_string()),
        ("ds_user", user_name(user)?),
        ("ds_suffix", SUFFIX.to_owned()),
        ("rootdn", ADMIN_DN.to_owned()),
        ("ds_passwd", format!("{{CLEAR}}{ADMIN_PASSWORD}")),
        ("db_lib", "bdb".to_owned()),
        ("ldapi", socket(folder).display().to_string()),
        ("ldapi_enabled", "on".to_owned()),
        ("ldapi_autobind", "on".to_owned()),
    ] {
        text = text.replace(&format!("%{name}%"), &value);
    }
    let settings = format!("{SETTINGS}nsslapd-securePort: {tls_port}\nnsslapd-port:");
    text = text.replacen("nsslapd-port:", &settings, 1);
    let entries: Vec<String> = text.split("\n\n").map(switch_on).collect();
    fs::write(etc.join("dse.ldif"), entries.join("\n\n"))?;
    for file in ["config/slapd-collations.conf", "config/certmap.conf", "schema/99user.ldif"] {
        let name = Path::new(file);
        fs::copy(Path::new(PACKAGE).join(name), etc.join(name.strip_prefix("config").unwrap_or(name)))?;
    }
    let mut certificates = File::options().append(true).open(etc.join("certmap.conf"))?;
    certificates.write_all(CERTIFICATES_OF_CLIENTS.as_bytes())
}

/// Puts the authority and the server's certificate into the database of NSS, where the server reads them.
fn store_certificates(folder: &Path) -> Result<(), Box<dyn Error>> {
    let (bundle, database) = (folder.join("server.p12"), folder.join("cert"));
    run(Command::new("openssl")
        .args(["pkcs12", "-export", "-name", "Server-Cert", "-passout", "pass:", "-in"])
        .arg(folder.join("server.pem"))
        .arg("-inkey")
        .arg(folder.join("server.key"))
        .arg("-out")
        .arg(&bundle))?;
    run(Command::new("certutil").args(["-N", "--empty-password", "-d"]).arg(&database))?;
    run(Command::new("certutil")
        .args(["-A", "-n", "CA", "-t", "CT,,", "-a", "-i"])
        .arg(folder.join("ca.pem"))
        .arg("-d")
        .arg(&database))?;
    run(Command::new("pk12util").arg("-i").arg(&bundle).args(["-W", "", "-d"]).arg(&database))
}

fn run(tool: &mut Command) -> Result<(), Box<dyn Error>> {
    let output = tool.stdin(Stdio::null()).output().map_err(|error| format!("{tool:?}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{tool:?}: {output:?}").into());
    }
    Ok(())
}

/// Enables the plug-ins of content synchronization, which a new server has switched off.
fn switch_on(entry: &str) -> String {
    let is_wanted = ["cn=Content Synchronization,", "cn=Retro Changelog Plugin,"]
        .iter()
        .any(|name| entry.contains(&format!("dn: {name}")));
    let is_changelog = entry.contains("dn: cn=Retro Changelog Plugin,");
    let entry = if is_wanted { entry.replace("enabled: off", "enabled: on") } else { entry.to_owned() };
    if is_changelog { entry + "\nnsslapd-attribute: nsuniqueid:targetUniqueId" } else { entry }
}

/// The name of a user, which the server's configuration has instead of a number.
fn user_name(user: u32) -> io::Result<String> {
    let accounts = fs::read_to_string("/etc/passwd")?;
    let mut names = accounts.lines().filter_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(user)).then_some(name)
    });
    names.next().map(str::to_owned).ok_or_else(|| io::Error::other("the user of this process has no name"))
}

/// Adds the database, who may do what, and a few people.
async fn fill(server: &Ds389) -> Result<(), ldapwire::Error> {
    let client = server.admin().await?;
    let rule = |name: &str, target: &str, rights: &str| {
        format!("{target}(version 3.0; acl \"{name}\"; allow {rights};)")
    };
    let mut entries = vec![
        Entry::new("cn=userRoot,cn=ldbm database,cn=plugins,cn=config")
            .with("objectClass", ["nsBackendInstance", "extensibleObject"])
            .with("cn", ["userRoot"])
            .with("nsslapd-suffix", [SUFFIX]),
        Entry::new(format!("cn=\"{SUFFIX}\",cn=mapping tree,cn=config"))
            .with("objectClass", ["nsMappingTree", "extensibleObject"])
            .with("cn", [SUFFIX])
            .with("nsslapd-state", ["backend"])
            .with("nsslapd-backend", ["userRoot"]),
        // A user of SASL without a realm is one of the people.
        Entry::new("cn=uid,cn=mapping,cn=sasl,cn=config")
            .with("objectClass", ["nsSaslMapping"])
            .with("cn", ["uid"])
            .with("nsSaslMapRegexString", ["^[^:@=]+$"])
            .with("nsSaslMapBaseDNTemplate", [format!("ou=people,{SUFFIX}")])
            .with("nsSaslMapFilterTemplate", ["(uid=&)"])
            .with("nsSaslMapPriority", ["1"]),
        Entry::new(SUFFIX).with("objectClass", ["domain"]).with("dc", ["example"]).with(
            "aci",
            [
                rule(
                    "read",
                    "(targetattr!=\"userPassword\")",
                    "(read,search,compare) userdn=\"ldap:///all\"",
                ),
                rule("self", "(targetattr=\"telephoneNumber\")", "(write) userdn=\"ldap:///self\""),
            ],
        ),
    ];
    entries.extend(["people", "scratch"].map(|name| {
        Entry::new(format!("ou={name},{SUFFIX}"))
            .with("objectClass", ["organizationalUnit"])
            .with("ou", [name])
    }));
    entries.extend(["alice", "bob", "expired"].map(|uid| {
        Entry::new(person(uid))
            .with("objectClass", ["inetOrgPerson"])
            .with("uid", [uid])
            .with("cn", [uid])
            .with("sn", [uid])
            .with("mail", [format!("{uid}@example.org")])
            .with("userPassword", [format!("{uid}-secret")])
    }));
    entries.push(
        Entry::new(format!("cn=staff,{SUFFIX}"))
            .with("objectClass", ["groupOfNames"])
            .with("cn", ["staff"])
            .with("member", [person("alice"), person("bob")]),
    );
    for entry in entries {
        client.add(AddRequest::from(entry)).await?;
    }
    Ok(())
}

/// The name of one of the people.
pub(crate) fn person(uid: &str) -> String {
    format!("uid={uid},ou=people,{SUFFIX}")
}

const PROGRAM: &str = "/usr/sbin/ns-slapd";

const TEMPLATE: &str = "/usr/share/dirsrv/data/template-dse.ldif";

/// Where the package has what a new server begins with.
const PACKAGE: &str = "/etc/dirsrv";

/// Of the first entry of the configuration. Passwords end within the hour, and the server warns of it.
const SETTINGS: &str = "\
nsslapd-listenhost: 127.0.0.1
nsslapd-securelistenhost: 127.0.0.1
nsslapd-security: on
passwordStorageScheme: CLEAR
nsslapd-enable-upgrade-hash: off
passwordExp: on
passwordMaxAge: 3600
passwordWarning: 7200
";

/// Of who a client's certificate makes somebody: the one entry that has the `uid` of its subject.
const CERTIFICATES_OF_CLIENTS: &str = "
default:DNComps
default:FilterComps uid
";
