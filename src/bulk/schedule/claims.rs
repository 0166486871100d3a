//! What a record touches.

use std::sync::Arc;

use crate::ldif::{Change, new_name};
use crate::model::{LdapString, SortKeys, keys_above};

/// The places in the tree that a record touches.
///
/// | change | touches | and needs |
/// |---|---|---|
/// | add | its entry | the entry above, should that be added before |
/// | modify | its entry | |
/// | delete | its entry and all below | |
/// | rename | its entry and all below, there and where it goes | the entry above the new place |
///
/// Two records that touch a common place keep their order; a record that needs an entry comes behind the one that makes it.
/// Names are compared by their [keys](Dn::sort_key): what differs only in case counts as the same, which can make a record wait
/// that would not have to.
#[derive(Clone, Debug)]
pub(crate) struct Claims {
    pub(super) own: Claim,
    /// Where a rename leads.
    pub(super) target: Option<Claim>,
    /// Whether it makes an entry: the own one, or the target.
    pub(super) makes: bool,
}

/// A place, alone or with all below it.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) key: Arc<[u8]>,
    pub(super) is_tree: bool,
}

impl Claims {
    /// Returns what a change touches.
    ///
    /// A name that is none has no place in a tree: it is the same as the names that are spelled alike.
    pub(crate) fn of(change: &Change, keys: &mut SortKeys) -> Self {
        let own = key(change.dn(), keys);
        let is_tree = matches!(change, Change::Delete(_) | Change::ModifyDn(_));
        let target = match change {
            Change::ModifyDn(request) => {
                new_name(request).ok().map(|dn| Claim { key: dn.sort_key().into(), is_tree: true })
            }
            _ => None,
        };
        let makes = matches!(change, Change::Add(_)) || target.is_some();
        Self { own: Claim { key: own, is_tree }, target, makes }
    }

    /// Returns the places.
    pub(super) fn claims(&self) -> impl Iterator<Item = &Claim> {
        std::iter::once(&self.own).chain(&self.target)
    }

    /// Returns the place where an entry is made.
    pub(super) fn made(&self) -> Option<&[u8]> {
        self.makes.then(|| &*self.target.as_ref().unwrap_or(&self.own).key)
    }

    /// Returns the place above that.
    pub(super) fn needed(&self) -> Option<&[u8]> {
        keys_above(self.made()?).last()
    }
}

fn key(dn: &LdapString, keys: &mut SortKeys) -> Arc<[u8]> {
    match keys.of(dn) {
        Ok(key) => key.into(),
        // No key of a name begins like this.
        Err(_) => [&[0xff], dn.as_bytes()].concat().into(),
    }
}
