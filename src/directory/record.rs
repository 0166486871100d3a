//! An entry as the directory keeps it.

use std::sync::Arc;

use crate::model::{Attribute, Dn, Entry};
use crate::schema::Key;

use super::rules::Rules;

/// An entry with its name, read. It never changes: a change makes another one.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) dn: Dn,
    /// What the name is found by.
    pub(super) key: Key,
    /// User attributes first, the operational ones behind them.
    pub(super) entry: Entry,
    /// How many of the attributes are user attributes.
    users: usize,
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
    /// Takes an entry whose name is `dn`. Nothing of it stays in the frames that it came in.
    pub(super) fn new(rules: &Rules, dn: &Dn, entry: &Entry) -> Arc<Self> {
        let dn = dn.detach();
        let detached = entry.detach();
        let (_, attributes) = detached.into_parts();
        let (users, own): (Vec<_>, Vec<_>) =
            attributes.into_iter().partition(|attribute| !rules.is_operational(attribute.description()));
        let count = users.len();
        let mut entry = Entry::new(&dn);
        entry.extend(users.into_iter().chain(own));
        let kind = Kind::of(&entry);
        let key = rules.dn_key(&dn);
        Arc::new(Self { dn, key, entry, users: count, kind })
    }

    pub(super) fn user_attributes(&self) -> &[Attribute] {
        self.entry.attributes().get(..self.users).unwrap_or_default()
    }

    pub(super) fn operational_attributes(&self) -> &[Attribute] {
        self.entry.attributes().get(self.users..).unwrap_or_default()
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
