//! An entry as the directory keeps it.

use std::sync::Arc;

use bytes::Bytes;

use crate::ber::Writer;
use crate::model::{Dn, Entry, Evaluated, IsFound, LdapString};
use crate::proto::{AttributeList, Attributes};

use super::rules::Rules;

/// An entry with its name. It never changes: a change makes another one.
///
/// A directory is as large as what it keeps of each entry, so that is one piece of memory, with the attributes as they go
/// out to a client that asks for all of them:
///
/// ```text
/// name │ user attributes │ operational attributes
/// ```
///
/// What is made of it shares it.
#[derive(Clone, Debug)]
pub(super) struct Record {
    octets: Bytes,
    name_end: usize,
    users_end: usize,
    pub(super) kind: Kind,
}

/// What an entry is to those who pass by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Alias,
    Referral,
    Subentry,
}

impl Record {
    /// Takes an entry, whose name is as names are written here. Nothing of it stays in the frames that it came in.
    pub(super) fn new(rules: &Rules, entry: &Entry) -> Arc<Self> {
        let name = entry.dn();
        let attributes = entry.attributes();
        let is_own: Vec<_> =
            attributes.iter().map(|attribute| rules.is_operational(attribute.description())).collect();
        let those_that_are = |own: bool| {
            let attributes = attributes.iter().zip(&is_own);
            attributes.filter(move |(_, is_own)| **is_own == own).map(|(attribute, _)| attribute)
        };
        // From the back to the front, as all that is encoded.
        let mut writer = Writer::with_capacity(name.len() + AttributeList::size_at_most(attributes.iter()));
        AttributeList::write(those_that_are(true), &mut writer);
        let own = writer.len();
        AttributeList::write(those_that_are(false), &mut writer);
        writer.raw(name.as_bytes());
        // In one piece that is as large as they are.
        let octets = Bytes::copy_from_slice(writer.written());
        let users_end = octets.len() - own;
        Arc::new(Self { octets, name_end: name.len(), users_end, kind: Kind::of(entry) })
    }

    /// The same attributes under another name.
    pub(super) fn renamed(&self, dn: &Dn) -> Arc<Self> {
        let name = LdapString::from(dn);
        let (_, attributes) = self.octets.split_at(self.name_end);
        Arc::new(Self {
            octets: Bytes::from([name.as_bytes(), attributes].concat()),
            name_end: name.len(),
            users_end: self.users_end - self.name_end + name.len(),
            kind: self.kind,
        })
    }

    /// The name as text.
    pub(super) fn name(&self) -> LdapString {
        LdapString::from_utf8(self.octets.slice(..self.name_end)).unwrap_or_default()
    }

    /// The name, read.
    pub(super) fn dn(&self) -> Dn {
        Dn::of_written(&self.name())
    }

    pub(super) fn user_attributes(&self) -> AttributeList {
        AttributeList::from_octets(self.octets.slice(self.name_end..self.users_end))
    }

    pub(super) fn operational_attributes(&self) -> AttributeList {
        AttributeList::from_octets(self.octets.slice(self.users_end..))
    }

    /// User attributes, and operational ones behind them.
    pub(super) fn attributes(&self) -> AttributeList {
        AttributeList::from_octets(self.octets.slice(self.name_end..))
    }

    /// Walks all attributes.
    pub(super) fn walk(&self) -> Attributes<'_> {
        Attributes::of_own(self.octets.get(self.name_end..).unwrap_or_default())
    }

    /// The entry with all its attributes, whose values share the record.
    pub(super) fn entry(&self) -> Entry {
        let mut entry = Entry::new(self.name());
        entry.extend(self.attributes().to_attributes());
        entry
    }
}

impl Evaluated for Record {
    fn name(&self) -> LdapString {
        self.name()
    }

    fn find(&self, is_found: &mut IsFound<'_>) -> bool {
        let list = self.attributes();
        list.iter().any(|own| is_found(&list.describe(&own), &mut own.values()))
    }
}

impl Kind {
    fn of(entry: &Entry) -> Self {
        let is = |class: &str| {
            entry
                .values("objectClass")
                .iter()
                .any(|own| own.as_bytes().eq_ignore_ascii_case(class.as_bytes()))
        };
        if is("alias") {
            Self::Alias
        } else if is("referral") {
            Self::Referral
        } else if is("subentry") || is("ldapSubentry") {
            Self::Subentry
        } else {
            Self::Object
        }
    }
}

#[cfg(test)]
impl Record {
    /// An entry by the rules that come with the crate.
    pub(super) fn of(entry: &Entry) -> Arc<Self> {
        let rules = Rules::built_in(super::rules::SchemaChecks::Off);
        Self::new(&rules, entry)
    }
}
