//! python-ldap as a client of the directory in memory. Nobody has to have it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ldapwire::directory::Directory;
use ldapwire::model::Entry;
use ldapwire::server::Endpoint;
use ldapwire::transport::TlsAcceptor;

use crate::Outcome;
use crate::folder::Folder;
use crate::pki::Pki;
use crate::slapd::{ADMIN_DN, ADMIN_PASSWORD, SUFFIX};

crate::cases![Python: it_reads_and_writes, it_keeps_a_copy];

/// An interpreter that has python-ldap, and a certificate for the server.
pub(crate) struct Python {
    folder: Folder,
    pki: Pki,
}

impl Python {
    pub(crate) fn is_installed() -> bool {
        interpreter().is_some()
    }

    pub(crate) fn start() -> Result<Self, Box<dyn std::error::Error>> {
        let folder = Folder::create()?;
        let pki = Pki::create(&folder.path)?;
        Ok(Self { folder, pki })
    }

    pub(crate) fn discard(&self) {
        self.folder.remove();
    }

    /// Runs a script, which says that it is done.
    async fn run(&self, script: &str, urls: &[String]) -> Outcome {
        let mut command = Command::new(interpreter().ok_or("python-ldap is not installed")?);
        command.args(["-c", script]).arg(self.pki.ca_file()).args(urls);
        command.env("LDAPCONF", "/dev/null").stdin(Stdio::null());
        let output = tokio::task::spawn_blocking(move || command.output()).await??;
        let (told, wrong) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        if told.trim() == "done" { Ok(()) } else { Err(format!("{told}{wrong}").into()) }
    }
}

/// The first interpreter that can load the module.
fn interpreter() -> Option<PathBuf> {
    let candidates = ["python3", "/usr/bin/python3"].map(PathBuf::from);
    let has_module = |interpreter: &Path| {
        let mut command = Command::new(interpreter);
        let status = command.args(["-c", "import ldap"]).stdin(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    candidates.into_iter().find(|interpreter| has_module(interpreter))
}

async fn directory(
    python: &Python,
) -> Result<ldapwire::directory::RunningDirectory, Box<dyn std::error::Error>> {
    let file = |name: &str| python.folder.path.join(name);
    let person = |uid: &str| {
        Entry::new(format!("uid={uid},ou=people,{SUFFIX}"))
            .with("objectClass", ["inetOrgPerson"])
            .with("cn", [uid])
            .with("sn", ["Adams"])
            .with("userPassword", [format!("{uid}-secret")])
    };
    let directory = Directory::builder()
        .admin(ADMIN_DN, ADMIN_PASSWORD)
        .entry(Entry::new(SUFFIX).with("objectClass", ["domain"]))
        .entry(Entry::new(format!("ou=people,{SUFFIX}")).with("objectClass", ["organizationalUnit"]))
        .entries(["alice", "bob", "carol"].map(person))
        .listen([Endpoint::localhost(), Endpoint::tls(([127, 0, 0, 1], 0))])
        .tls(TlsAcceptor::from_files(file("server.pem"), file("server.key"))?);
    Ok(directory.start().await?)
}

fn urls(directory: &ldapwire::directory::RunningDirectory) -> Vec<String> {
    directory.server().endpoints().iter().map(ToString::to_string).collect()
}

/// In clear, by StartTLS and by TLS from the first octet.
async fn it_reads_and_writes(python: &Python) -> Outcome {
    let directory = directory(python).await?;
    let before = directory.entries();
    python.run(include_str!("client.py"), &urls(&directory)).await?;
    let names = |entries: &[Entry]| entries.iter().map(|entry| entry.dn().to_string()).collect::<Vec<_>>();
    assert_eq!(names(&directory.entries()), names(&before));
    Ok(())
}

/// By content synchronization.
async fn it_keeps_a_copy(python: &Python) -> Outcome {
    let directory = directory(python).await?;
    python.run(include_str!("consumer.py"), &urls(&directory)).await
}
