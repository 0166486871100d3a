//! A real domain controller on a loopback address of its own: its ports cannot be chosen, so it takes root.

use std::error::Error;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{self, Command, Stdio};
use std::sync::Mutex;
use std::{fs, io};

use ldapwire::model::Entry;
use ldapwire::proto::AddRequest;
use ldapwire::{Client, ConnectOptions, Executor};

use crate::Case;
use crate::folder::Folder;
use crate::process::Processes;

use super::{controls, endings, schema};

/// The cases of this server.
pub(crate) fn cases() -> impl Iterator<Item = Case<Samba>> {
    let areas = [controls::cases(), endings::cases(), schema::cases()].into_iter().flatten();
    #[cfg(feature = "serde")]
    let areas = areas.chain(super::values::cases());
    areas
}

/// The root of the domain.
pub(crate) const DOMAIN: &str = "DC=ad,DC=example,DC=org";

/// A running server.
pub(crate) struct Samba {
    folder: Folder,
    address: Ipv4Addr,
    processes: Mutex<Option<Processes>>,
}

impl Samba {
    /// Whether this process can run one.
    pub(crate) fn is_installed() -> bool {
        let is_root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
        is_root && [PROGRAM, TOOL, TEMPLATES].iter().all(|path| Path::new(path).exists())
    }

    /// Makes a domain, which takes some seconds, and starts its controller.
    pub(crate) fn start() -> Result<Self, Box<dyn Error>> {
        let folder = Folder::create()?;
        let address = free_address()?;
        provision(&folder.path, address)?;
        let configuration = folder.path.join("etc/smb.conf");
        fs::write(&configuration, settings(&folder.path, address))?;
        let mut processes = Processes::spawn(
            Command::new(PROGRAM)
                .args(["-F", "-M", "single", "--no-process-group", "-s"])
                .arg(&configuration)
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        )?;
        processes.wait_for(|| TcpStream::connect((address, PORT)))?;
        let server = Self { folder, address, processes: Mutex::new(Some(processes)) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(fill(&server))?;
        Ok(server)
    }

    /// Ends the server and removes its folder.
    pub(crate) fn discard(&self) {
        drop(self.processes.lock().expect("no panic with it").take());
        self.folder.remove();
    }

    /// A connection of nobody. What goes over it stays within this machine.
    pub(crate) async fn connect(&self) -> Result<Client, ldapwire::Error> {
        let options = ConnectOptions::new(format!("ldap://{}", self.address));
        options.danger_allow_cleartext_passwords().connect().await
    }

    /// A connection of the administrator.
    pub(crate) async fn admin(&self) -> Result<Client, ldapwire::Error> {
        let client = self.connect().await?;
        client.simple_bind("administrator@ad.example.org", PASSWORD).await?;
        Ok(client)
    }
}

/// Takes an address that nobody listens on; a part of it is the number of this process.
fn free_address() -> io::Result<Ipv4Addr> {
    let [.., high, low] = process::id().to_be_bytes();
    let mut addresses = (1..=99).map(|third| Ipv4Addr::new(127, third, high, low.clamp(1, 254)));
    let is_free = |address: &Ipv4Addr| TcpListener::bind((*address, PORT)).is_ok();
    addresses.find(is_free).ok_or_else(|| io::Error::other("no loopback address has a free port 389"))
}

fn provision(folder: &Path, address: Ipv4Addr) -> Result<(), Box<dyn Error>> {
    let output = Command::new(TOOL)
        .args(["domain", "provision", "--server-role=dc", "--realm=AD.EXAMPLE.ORG", "--domain=ADTEST"])
        .args(["--dns-backend=NONE", "--host-name=dc1"])
        .args([format!("--adminpass={PASSWORD}"), format!("--host-ip={address}")])
        .args([format!("--option=interfaces={address}/8"), "--option=bind interfaces only=yes".to_owned()])
        .arg(format!("--targetdir={}", folder.display()))
        .stdin(Stdio::null())
        .output()?;
    if !output.status.success() {
        return Err(format!("samba-tool: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(())
}

/// Only LDAP, everything in one folder, and binds by password without TLS.
fn settings(folder: &Path, address: Ipv4Addr) -> String {
    let folder = folder.display();
    format!(
        "[global]
workgroup = ADTEST
realm = AD.EXAMPLE.ORG
netbios name = DC1
server role = active directory domain controller
server services = ldap
interfaces = {address}/8
bind interfaces only = yes
private dir = {folder}/private
state directory = {folder}/state
cache directory = {folder}/cache
lock directory = {folder}
pid directory = {folder}
ncalrpc dir = {folder}/ncalrpc
ntp signd socket directory = {folder}/ntp
winbindd socket directory = {folder}/winbindd
log file = {folder}/log
allow dns updates = disabled
ldap server require strong auth = no
tls enabled = no
"
    )
}

/// Adds two people, a group of them, and a place where cases write.
async fn fill(server: &Samba) -> Result<(), ldapwire::Error> {
    let client = server.admin().await?;
    let unit =
        |name: &str| Entry::new(format!("OU={name},{DOMAIN}")).with("objectClass", ["organizationalUnit"]);
    let contact = |name| Entry::new(person(name)).with("objectClass", ["contact"]);
    let staff = Entry::new(format!("CN=staff,OU=people,{DOMAIN}"))
        .with("objectClass", ["group"])
        .with("sAMAccountName", ["staff"])
        .with("member", [person("alice"), person("bob")]);
    for entry in [unit("people"), unit("scratch"), contact("alice"), contact("bob"), staff] {
        client.add(AddRequest::from(entry)).await?;
    }
    Ok(())
}

/// The name of one of the people.
pub(crate) fn person(name: &str) -> String {
    format!("CN={name},OU=people,{DOMAIN}")
}

const PROGRAM: &str = "/usr/sbin/samba";
const TOOL: &str = "/usr/bin/samba-tool";
/// What a new domain is made of.
const TEMPLATES: &str = "/usr/share/samba/setup";

const PORT: u16 = 389;

/// Of the administrator; a new domain demands signs of several kinds.
const PASSWORD: &str = "Passw0rd-secret";
