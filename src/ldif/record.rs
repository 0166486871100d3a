//! `LdifRecord`: what an LDIF file consists of, and where it stood.

use std::fmt;

use crate::model::{Entry, LdapString};
use crate::proto::AddRequest;

use super::{Change, ChangeRecord};

/// One record of an LDIF file.
///
/// ```text
/// ldif-file    = ldif-content / ldif-changes
/// ldif-content = version-spec 1*(1*SEP ldif-attrval-record)
/// ldif-changes = version-spec 1*(1*SEP ldif-change-record)                                (RFC 2849)
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "the two kinds of records that the standard has")]
pub enum LdifRecord {
    /// An entry as it is.
    Content(Entry),
    /// A change to an entry.
    Change(ChangeRecord),
}

impl LdifRecord {
    /// Returns the name of the entry that the record is about.
    pub const fn dn(&self) -> &LdapString {
        match self {
            Self::Content(entry) => entry.dn(),
            Self::Change(record) => record.dn(),
        }
    }

    /// Returns the change; a content record becomes the request to add its entry.
    ///
    /// ```
    /// use ldapwire::ldif::{Change, LdifRecord};
    /// use ldapwire::model::Entry;
    ///
    /// let record = LdifRecord::from(Entry::new("cn=Ada").with("cn", ["Ada"]));
    /// assert!(matches!(record.into_change().change(), Change::Add(_)));
    /// ```
    pub fn into_change(self) -> ChangeRecord {
        match self {
            Self::Content(entry) => ChangeRecord::new(AddRequest::from(entry)),
            Self::Change(record) => record,
        }
    }
}

impl From<Entry> for LdifRecord {
    fn from(entry: Entry) -> Self {
        Self::Content(entry)
    }
}

impl From<ChangeRecord> for LdifRecord {
    fn from(record: ChangeRecord) -> Self {
        Self::Change(record)
    }
}

impl From<Change> for LdifRecord {
    fn from(change: Change) -> Self {
        Self::Change(ChangeRecord::new(change))
    }
}

/// A record with the place where it began.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Located {
    /// Where the record begins.
    pub position: Position,
    /// The record.
    pub record: LdifRecord,
}

impl Located {
    /// Puts a record and its place together.
    pub const fn new(position: Position, record: LdifRecord) -> Self {
        Self { position, record }
    }
}

/// Where a record begins: at its first line that is no comment, which is that of its `dn:`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    number: u64,
    line: u64,
    offset: u64,
}

impl Position {
    /// Makes a place: the record's number and line, both from 1, and its offset in octets, from 0.
    pub const fn new(number: u64, line: u64, offset: u64) -> Self {
        Self { number, line, offset }
    }

    /// Counts the records before this one, too.
    #[cfg(feature = "files")]
    pub(super) const fn renumbered(mut self, before: u64) -> Self {
        self.number = self.number.saturating_add(before);
        self
    }

    /// Returns which record of the file it is, from 1. Records that were refused count.
    pub const fn number(self) -> u64 {
        self.number
    }

    /// Returns the line, from 1: lines as an editor counts them, folded or not.
    pub const fn line(self) -> u64 {
        self.line
    }

    /// Returns the offset from the beginning of the file, in octets, from 0.
    pub const fn offset(self) -> u64 {
        self.offset
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record {} at line {}", self.number, self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::DeleteRequest;

    #[test]
    fn content_becomes_an_add_and_a_change_stays_what_it_is() {
        let entry = Entry::new("cn=a").with("cn", ["a"]);
        let record = LdifRecord::from(entry.clone());
        assert_eq!(record.dn(), "cn=a");
        assert_eq!(record.into_change(), ChangeRecord::new(AddRequest::from(&entry)));
        let delete = ChangeRecord::new(DeleteRequest::new("cn=b"));
        let record = LdifRecord::from(delete.clone());
        assert_eq!(record.dn(), "cn=b");
        assert_eq!(record.into_change(), delete);
    }

    #[test]
    fn a_place_says_which_record_and_which_line() {
        let position = Position::new(7, 120, 4096);
        assert_eq!(position.to_string(), "record 7 at line 120");
        assert_eq!((position.number(), position.line(), position.offset()), (7, 120, 4096));
    }
}
