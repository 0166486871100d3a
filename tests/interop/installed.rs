//! Where this machine keeps the parts of an OpenLDAP server, if it has one.

use std::env;
use std::path::{Path, PathBuf};

/// The program, its schemas and its modules.
#[derive(Debug)]
pub(crate) struct Installed {
    slapd: PathBuf,
    schemas: PathBuf,
    modules: Option<PathBuf>,
}

impl Installed {
    /// Looks in the search path and in the places where systems put daemons.
    ///
    /// The tools that come in a package of their own have to be there, too: cases compare with what they print.
    pub(crate) fn find() -> Option<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path).map(|folder| folder.join("ldapsearch")).find(|program| program.is_file())?;
        let folders = env::split_paths(&path).chain(PROGRAMS.map(PathBuf::from));
        Some(Self {
            slapd: folders.map(|folder| folder.join("slapd")).find(|program| program.is_file())?,
            schemas: first_with(&SCHEMAS, "core.schema")?,
            modules: first_with(&MODULES, "back_mdb.la").or_else(|| first_with(&MODULES, "back_mdb.so")),
        })
    }

    pub(crate) fn slapd(&self) -> &Path {
        &self.slapd
    }

    pub(crate) fn schemas(&self) -> &Path {
        &self.schemas
    }

    /// None if the server was built with everything inside.
    pub(crate) fn modules(&self) -> Option<&Path> {
        self.modules.as_deref()
    }

    /// Whether a module can be loaded.
    pub(crate) fn has_module(&self, name: &str) -> bool {
        let modules = self.modules.as_ref();
        modules.is_some_and(|folder| {
            ["la", "so"].iter().any(|end| folder.join(format!("{name}.{end}")).is_file())
        })
    }
}

fn first_with(folders: &[&str], file: &str) -> Option<PathBuf> {
    folders.iter().map(PathBuf::from).find(|folder| folder.join(file).is_file())
}

const PROGRAMS: [&str; 6] = [
    "/usr/sbin",
    "/usr/local/sbin",
    "/usr/libexec",
    "/usr/local/libexec",
    "/usr/lib/openldap",
    "/opt/homebrew/opt/openldap/libexec",
];

const SCHEMAS: [&str; 4] = [
    "/etc/ldap/schema",
    "/etc/openldap/schema",
    "/usr/local/etc/openldap/schema",
    "/opt/homebrew/etc/openldap/schema",
];

const MODULES: [&str; 5] = [
    "/usr/lib/ldap",
    "/usr/lib64/openldap",
    "/usr/lib/openldap",
    "/usr/libexec/openldap",
    "/usr/local/libexec/openldap",
];
