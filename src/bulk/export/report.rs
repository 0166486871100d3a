//! What an export came to.

use crate::error::Error;
use crate::model::LdapString;

/// What an export came to, and what is missing.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ExportReport {
    /// The entries that were written.
    pub entries: u64,
    /// The octets of LDIF, before they were compressed.
    pub octets: u64,
    /// The search references that came: parts of the tree that other servers hold. They stand in the file as comments.
    pub references: u64,
    /// The URLs of the first of them, at most 16.
    pub urls: Vec<LdapString>,
    /// What the search that counts afterwards found; `None` if it was not made.
    pub counted: Option<Count>,
}

/// How the search ended that counts the entries after they were written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Count {
    /// It found so many.
    Found(u64),
    /// It did not come to its end; how many there are is not known.
    Failed(std::sync::Arc<Error>),
}

/// The URLs that a report keeps.
const MAX_URLS: usize = 16;

impl ExportReport {
    /// Returns how many entries were counted and not written. Where somebody else writes meanwhile, these may be
    /// new.
    pub fn missing(&self) -> u64 {
        match self.counted {
            Some(Count::Found(counted)) => counted.saturating_sub(self.entries),
            _ => 0,
        }
    }

    /// Whether nothing is known to be missing: neither entries nor parts of the tree.
    pub fn is_complete(&self) -> bool {
        self.missing() == 0 && self.references == 0
    }

    pub(super) fn add_reference(&mut self, urls: &[LdapString]) {
        self.references += 1;
        let room = MAX_URLS.saturating_sub(self.urls.len());
        self.urls.extend(urls.iter().take(room).map(LdapString::detach));
    }
}
