//! `Record`: what a load is given.

use crate::ldif::{Change, ChangeRecord, LdifRecord, Located, Position};
use crate::model::{Control, Entry, LdapString};
use crate::proto::{AddRequest, SearchResultEntry};

/// One record of the input: an entry or a change, and where it stood, if it came from a file.
///
/// An entry is a request to add it.
///
/// ```
/// use ldapwire::bulk::Record;
/// use ldapwire::model::Entry;
///
/// let record = Record::from(Entry::new("cn=Ada").with("cn", ["Ada"]));
/// assert_eq!(record.dn(), "cn=Ada");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    position: Option<Position>,
    change: ChangeRecord,
}

impl Record {
    /// Makes a record of a change.
    pub fn new(change: impl Into<ChangeRecord>) -> Self {
        Self { position: None, change: change.into() }
    }

    /// Returns the name of the entry.
    pub const fn dn(&self) -> &LdapString {
        self.change.dn()
    }

    /// Returns the change.
    pub const fn change(&self) -> &ChangeRecord {
        &self.change
    }

    /// Returns where it stood.
    pub const fn position(&self) -> Option<Position> {
        self.position
    }

    pub(super) fn into_parts(self) -> (Option<Position>, ChangeRecord) {
        (self.position, self.change)
    }
}

impl From<Located> for Record {
    fn from(located: Located) -> Self {
        Self { position: Some(located.position), change: located.record.into_change() }
    }
}

impl From<LdifRecord> for Record {
    fn from(record: LdifRecord) -> Self {
        Self::new(record.into_change())
    }
}

impl From<ChangeRecord> for Record {
    fn from(change: ChangeRecord) -> Self {
        Self::new(change)
    }
}

impl From<Entry> for Record {
    fn from(entry: Entry) -> Self {
        Self::new(AddRequest::from(entry))
    }
}

impl From<SearchResultEntry> for Record {
    /// The entry as a search found it: without operational attributes, if the search asked for none.
    fn from(entry: SearchResultEntry) -> Self {
        Self::new(AddRequest::new(entry.name().clone(), entry.attribute_list().clone()))
    }
}

/// A record on its way.
#[derive(Debug)]
pub(super) struct Job {
    /// Which of the input it is, from 1.
    pub(super) number: u64,
    pub(super) position: Option<Position>,
    pub(super) record: ChangeRecord,
    /// What tells it from others in the journal.
    pub(super) print: u32,
    /// Whether it may have been carried out.
    pub(super) is_doubtful: bool,
    /// What undoes it if it was carried out, as far as that was known before it was sent.
    pub(super) undo: Option<Vec<ChangeRecord>>,
    /// The server that may have carried it out.
    pub(super) server: Option<std::sync::Arc<str>>,
    /// How often it came back without an answer.
    pub(super) setbacks: u32,
    /// How often the server was busy.
    pub(super) busy: u32,
    /// Whether it must not be packed: it was, and that was refused.
    pub(super) is_alone: bool,
}

impl Job {
    /// Makes one for another record, to be carried out in its place.
    pub(super) fn with_record(&self, record: ChangeRecord) -> Self {
        Self { record, undo: None, server: self.server.clone(), ..*self }
    }
}

/// Returns about how many octets a record has, in memory and as a message: the octets of its names and values, and some for each.
pub(super) fn octets(record: &ChangeRecord) -> usize {
    let content = match record.change() {
        Change::Add(request) => request.attributes().octets(),
        Change::Delete(_) => 0,
        Change::Modify(request) => request.changes().iter().fold(0, |sum, modification| {
            let attribute = modification.attribute();
            let values = attribute.values().iter();
            values.fold(sum + attribute.description().as_str().len() + PER_VALUE, |sum, value| {
                sum + value.as_bytes().len() + PER_VALUE
            })
        }),
        Change::ModifyDn(request) => {
            request.new_rdn().len() + request.new_superior().map_or(0, |superior| superior.len())
        }
    };
    let value = |control: &Control| control.value().map_or(0, |value| value.len());
    let controls: usize = record.controls().iter().map(|control| value(control) + PER_CONTROL).sum();
    content + record.dn().len() + controls + PER_RECORD
}

/// The octets of heads, at most.
const PER_VALUE: usize = 6;
const PER_CONTROL: usize = 48;
const PER_RECORD: usize = 64;

/// Returns what tells the record from others: a checksum of its name and its content.
pub(super) fn print(record: &ChangeRecord) -> u32 {
    let mut print = crc32fast::Hasher::new();
    print.update(record.dn().as_bytes());
    match record.change() {
        Change::Add(request) => request.attributes().iter().for_each(|attribute| {
            print.update(attribute.description_octets());
            attribute.values().for_each(|value| print.update(value));
        }),
        Change::Delete(_) => print.update(b"\0delete"),
        Change::Modify(request) => request.changes().iter().for_each(|modification| {
            print.update(&modification.operation().number().to_le_bytes());
            print.update(modification.attribute().description().as_str().as_bytes());
            modification.attribute().values().iter().for_each(|value| print.update(value.as_bytes()));
        }),
        Change::ModifyDn(request) => {
            print.update(b"\0rename");
            print.update(request.new_rdn().as_bytes());
            print.update(request.new_superior().map_or(&b""[..], |superior| superior.as_bytes()));
        }
    }
    print.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Modification, OldRdn};
    use crate::proto::{DeleteRequest, ModifyDnRequest, ModifyRequest, ProtocolOp, encode_operation};

    fn records() -> Vec<ChangeRecord> {
        let entry = |sn: &str| Entry::new("cn=Ada,dc=example").with("cn", ["Ada"]).with("sn", [sn]);
        vec![
            ChangeRecord::new(AddRequest::from(entry("Lovelace"))),
            ChangeRecord::new(AddRequest::from(entry("King"))),
            ChangeRecord::new(DeleteRequest::new("cn=Ada,dc=example")),
            ChangeRecord::new(ModifyRequest::new("cn=Ada", [Modification::replace("mail", ["a", "b"])])),
            ChangeRecord::new(ModifyRequest::new("cn=Ada", [Modification::add("mail", ["a", "b"])])),
            ChangeRecord::new(ModifyDnRequest::new("cn=Ada", "cn=Bob", OldRdn::Keep)),
            ChangeRecord::new(
                ModifyDnRequest::new("cn=Ada", "cn=Bob", OldRdn::Keep).with_new_superior("dc=x"),
            ),
        ]
    }

    #[test]
    fn a_print_tells_records_apart() {
        let mut prints: Vec<_> = records().iter().map(print).collect();
        assert_eq!(print(&records()[0]), prints[0]);
        prints.sort_unstable();
        prints.dedup();
        assert_eq!(prints.len(), records().len());
    }

    #[test]
    fn the_estimate_of_the_octets_is_not_below_the_message() {
        for record in records() {
            let estimate = octets(&record);
            let (change, controls) = record.into_parts();
            let mut writer = crate::ber::Writer::new();
            encode_operation(&ProtocolOp::from(change), &controls, &mut writer).unwrap();
            assert!((writer.len()..writer.len() + 200).contains(&estimate), "{} {estimate}", writer.len());
        }
    }
}
