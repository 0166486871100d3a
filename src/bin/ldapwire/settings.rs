//! What is set where the command line says nothing: by the environment, then by a profile of the configuration file.
//!
//! ```toml
//! [profile.default]
//! url = "ldaps://ldap.example.org"
//! base = "dc=example,dc=org"
//!
//! [profile.admin]
//! url = ["ldaps://a.example.org", "ldaps://b.example.org"]
//! bind-dn = "cn=admin,dc=example,dc=org"
//! password-file = "/home/ada/.ldap-password"
//! ```

use std::env;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::failure::Failure;

/// What is set outside of the command line.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    profile: Table,
}

/// For the help of the command.
pub(crate) const HELP: &str = "\
Each option of a connection may be set by a variable, too, or in a profile of the configuration file: url, base, bind-dn,
mechanism, user, identity, password-file, start-tls, ca-file, cert, key, server-name and timeout, as LDAPWIRE_URL,
LDAPWIRE_BASE, LDAPWIRE_BIND_DN and so on. The command line goes before the variables, and these before the profile.
LDAPWIRE_PASSWORD holds a password; no profile does. Nothing but the command line weakens anything (--danger-...).

The file is the one that --config or LDAPWIRE_CONFIG names, else $XDG_CONFIG_HOME/ldapwire/config.toml, else
~/.config/ldapwire/config.toml. The profile is the one that --profile or LDAPWIRE_PROFILE names, else `default`, if there
is one:

  [profile.admin]
  url = [\"ldaps://a.example.org\", \"ldaps://b.example.org\"]
  base = \"dc=example,dc=org\"
  bind-dn = \"cn=admin,dc=example,dc=org\"
  password-file = \"/home/ada/.ldap-password\"";

/// What can be set, as a profile names it.
#[rustfmt::skip]
const KEYS: [&str; 13] = [
    "url", "base", "bind-dn", "mechanism", "user", "identity", "password-file", "start-tls", "ca-file", "cert", "key",
    "server-name", "timeout",
];

impl Settings {
    /// Reads a profile; without a name the default one, if there is one.
    pub(crate) fn load(file: Option<&Path>, name: Option<&str>) -> Result<Self, Failure> {
        let is_wanted = file.is_some() || name.is_some();
        let Some(path) = file.map(Path::to_owned).or_else(default_file) else {
            return match name {
                Some(_) => Err(Failure::usage("there is no home to look for the configuration file in")
                    .with_hint("name the file with --config")),
                None => Ok(Self::default()),
            };
        };
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(_) if !is_wanted => return Ok(Self::default()),
            Err(error) => return Err(Failure::usage(format_args!("{}: {error}", path.display()))),
        };
        let profile = Self::parse(&text, name);
        profile
            .map(|profile| Self { profile })
            .map_err(|why| Failure::usage(format_args!("{}: {why}", path.display())))
    }

    fn parse(text: &str, name: Option<&str>) -> Result<Table, String> {
        let mut file: Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
        let mut profiles = match file.remove("profile") {
            Some(Value::Table(profiles)) => profiles,
            Some(_) => return Err("profile is no table".to_owned()),
            None => Table::new(),
        };
        if let Some(key) = file.keys().next() {
            return Err(format!("`{key}` is nothing that can be set: settings stand below [profile.NAME]"));
        }
        let profile = match profiles.remove(name.unwrap_or("default")) {
            Some(Value::Table(profile)) => profile,
            Some(_) => return Err("a profile is a table".to_owned()),
            None if name.is_none() => return Ok(Table::new()),
            None => {
                let names: Vec<&str> = profiles.keys().map(String::as_str).collect();
                return Err(format!("there is no profile `{}` among {names:?}", name.unwrap_or_default()));
            }
        };
        match profile.keys().find(|key| !KEYS.contains(&key.as_str())) {
            Some(key) if key.starts_with("danger") => {
                Err(format!("`{key}` belongs on the command line, each time"))
            }
            Some(key) if key == "password" => {
                Err("a password is kept in a file of its own: password-file".to_owned())
            }
            Some(key) => Err(format!("`{key}` is nothing that a profile can set, which is one of {KEYS:?}")),
            None => Ok(profile),
        }
    }

    /// Returns what is set under this name.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        self.list(key).map(|words| words.join(" "))
    }

    pub(crate) fn path(&self, key: &str) -> Option<PathBuf> {
        self.text(key).map(PathBuf::from)
    }

    /// Returns all words that are set under this name.
    pub(crate) fn list(&self, key: &str) -> Option<Vec<String>> {
        debug_assert!(KEYS.contains(&key), "{key}");
        let variable = format!("LDAPWIRE_{}", key.to_uppercase().replace('-', "_"));
        if let Some(value) = env::var(variable).ok().filter(|value| !value.is_empty()) {
            return Some(vec![value]);
        }
        Some(match self.profile.get(key)? {
            Value::Array(values) => values.iter().map(text_of).collect(),
            value => vec![text_of(value)],
        })
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(flag) => flag.to_string(),
        // Nothing that can be set has such a form, and it will be told so.
        Value::Datetime(_) | Value::Array(_) | Value::Table(_) => value.type_str().to_owned(),
    }
}

fn default_file() -> Option<PathBuf> {
    let folder = |variable| env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    // "All paths set in these environment variables must be absolute" (XDG Base Directory Specification).
    let folder = folder("XDG_CONFIG_HOME")
        .filter(|folder| folder.is_absolute())
        .or_else(|| folder("HOME").map(|home| home.join(".config")))?;
    Some(folder.join("ldapwire").join("config.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "[profile.default]\nbase = 'dc=a'\n[profile.two]\nurl = ['ldap://a', 'ldap://b']\ntimeout = 2.5\nstart-tls = true\n";

    fn profile(name: Option<&str>) -> Settings {
        Settings { profile: Settings::parse(FILE, name).unwrap() }
    }

    #[test]
    fn a_profile_has_texts_lists_numbers_and_flags() {
        assert_eq!(profile(None).text("base").as_deref(), Some("dc=a"));
        let two = profile(Some("two"));
        assert_eq!(two.list("url").unwrap(), ["ldap://a", "ldap://b"]);
        assert_eq!(two.text("timeout").as_deref(), Some("2.5"));
        assert_eq!(two.text("start-tls").as_deref(), Some("true"));
        assert_eq!(two.text("key"), None);
        assert!(Settings::parse("", None).unwrap().is_empty());
    }

    #[test]
    fn what_cannot_be_set_is_told() {
        for (text, why) in [
            ("[profile.a]\n", "no profile `x`"),
            ("[profile.x]\nurll = 'ldap://a'", "`urll` is nothing"),
            ("[profile.x]\npassword = 'canary'", "password-file"),
            ("[profile.x]\ndanger-accept-any-certificate = true", "each time"),
            ("url = 'ldap://a'", "below [profile.NAME]"),
            ("profile = 1", "no table"),
            ("[profile]\nx = 1", "a profile is a table"),
            ("[profile.x", "line 1"),
        ] {
            let error = Settings::parse(text, Some("x")).unwrap_err();
            assert!(error.contains(why) && !error.contains("canary"), "{text}: {error}");
        }
    }
}
