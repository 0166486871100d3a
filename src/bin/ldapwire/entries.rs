//! The forms in which entries are printed.

use ldapwire::ldif;
use ldapwire::model::{Control, LdapString};
use ldapwire::proto::{IntermediateResponse, SearchResultEntry};

use crate::controls;
use crate::failure::Failure;
use crate::json;
use crate::output::Format;
use crate::status::Status;

/// What writes entries, in one form or the other.
#[derive(Debug)]
pub(crate) enum Entries {
    Ldif {
        writer: ldif::Writer,
        /// The line `version: 1` goes before what comes next.
        owes_version: bool,
    },
    Json,
}

impl Entries {
    /// Returns the form that is asked for, with lines of `ldapsearch`'s width.
    pub(crate) const fn new(format: Format) -> Self {
        if format.json {
            return Self::Json;
        }
        Self::Ldif { writer: ldif::Writer::new().columns(COLUMNS), owes_version: false }
    }

    /// Sets how long a line of LDIF may be.
    pub(crate) fn with_columns(self, columns: usize) -> Self {
        match self {
            Self::Ldif { writer, owes_version } => {
                Self::Ldif { writer: writer.columns(columns), owes_version }
            }
            Self::Json => self,
        }
    }

    /// Lets LDIF begin with its version; where nothing comes, there is none.
    pub(crate) fn with_version(self) -> Self {
        match self {
            Self::Ldif { writer, .. } => Self::Ldif { writer, owes_version: true },
            Self::Json => self,
        }
    }

    /// Writes one entry.
    pub(crate) fn entry(&mut self, entry: &SearchResultEntry, target: &mut Vec<u8>) -> Result<(), Failure> {
        self.begin(target);
        match self {
            Self::Json => json::entry(entry, target),
            Self::Ldif { writer, .. } => writer.entry(entry, target).map_err(|error| {
                let what = format_args!("the server sent {:?}, which cannot be printed: {error}", entry.dn());
                Failure::new(Status::Connection, what).with_hint("--json can")
            })?,
        }
        Ok(())
    }

    /// Writes the servers to ask for a part of the tree.
    pub(crate) fn references(&mut self, urls: &[LdapString], target: &mut Vec<u8>) {
        self.begin(target);
        match self {
            Self::Json => json::references(urls, target),
            Self::Ldif { writer, .. } => {
                for url in urls {
                    writer.comment(&format!("ref: {url}"), target);
                }
                target.push(b'\n');
            }
        }
    }

    /// Writes controls that belong to what comes next.
    pub(crate) fn controls_before(&mut self, controls: &[Control], target: &mut Vec<u8>) {
        if controls.is_empty() {
            return;
        }
        self.begin(target);
        match self {
            Self::Json => json::controls(controls, target),
            Self::Ldif { writer, .. } => {
                for control in controls {
                    writer.comment(&controls::describe(control), target);
                }
            }
        }
    }

    /// Writes controls that stand by themselves: those of a bind, and those of the end of a search.
    pub(crate) fn controls(&mut self, controls: &[Control], target: &mut Vec<u8>) {
        self.controls_before(controls, target);
        self.end_comments(!controls.is_empty(), target);
    }

    /// Writes a message that came between entries.
    pub(crate) fn intermediate(&mut self, response: &IntermediateResponse, target: &mut Vec<u8>) {
        self.begin(target);
        let text = controls::describe_intermediate(response);
        match self {
            Self::Json => json::intermediate(&text, target),
            Self::Ldif { writer, .. } => writer.comment(&text, target),
        }
        self.end_comments(true, target);
    }

    /// An empty line keeps comments apart from the record behind them.
    fn end_comments(&self, there_are_some: bool, target: &mut Vec<u8>) {
        if there_are_some && matches!(self, Self::Ldif { .. }) {
            target.push(b'\n');
        }
    }

    fn begin(&mut self, target: &mut Vec<u8>) {
        if let Self::Ldif { writer, owes_version } = self
            && std::mem::take(owes_version)
        {
            writer.version(target);
        }
    }
}

/// The width of OpenLDAP's tools, so that what they print can be compared line by line.
pub(crate) const COLUMNS: usize = 78;

#[cfg(test)]
mod tests {
    use ldapwire::model::Entry;

    use super::*;

    #[test]
    fn references_are_comments_or_lines_of_json() {
        let urls = ["ldap://a/".into(), "ldap://b/\ndn: x".into()];
        let written = |json| {
            let mut target = Vec::new();
            Entries::new(Format { json }).references(&urls, &mut target);
            String::from_utf8(target).unwrap()
        };
        assert_eq!(written(false), "# ref: ldap://a/\n# ref: ldap://b/\n# dn: x\n\n");
        assert_eq!(written(true), "{\"references\":[\"ldap://a/\",\"ldap://b/\\ndn: x\"]}\n");
    }

    #[test]
    fn the_version_comes_once_and_before_what_there_is() {
        let mut entries = Entries::new(Format { json: false }).with_version();
        let mut target = Vec::new();
        entries.references(&["ldap://a/".into()], &mut target);
        entries.entry(&SearchResultEntry::from(&Entry::new("cn=a")), &mut target).unwrap();
        assert_eq!(target, b"version: 1\n\n# ref: ldap://a/\n\ndn: cn=a\n\n");
    }

    #[test]
    fn an_entry_that_ldif_cannot_hold_is_a_failure_and_no_output() {
        let entry = SearchResultEntry::from(&Entry::new("cn=a").with("changetype", ["delete"]));
        let mut target = Vec::new();
        let failure = Entries::new(Format { json: false }).entry(&entry, &mut target).unwrap_err();
        assert_eq!((failure.status(), target.len()), (Status::Connection, 0));
        Entries::new(Format { json: true }).entry(&entry, &mut target).unwrap();
        assert!(target.starts_with(b"{\"dn\":\"cn=a\""));
    }
}
