//! A change of the entries as a record of LDIF, and back.
//!
//! What is written is what came of a request, not the request: times, numbers and hashes that the server made are the
//! same when it is made again. So no rule is asked here: values are added, taken away and replaced octet by octet.

use std::io;

use crate::ldif::{self, ChangeRecord, LdifRecord, ReadLimits, ReadOptions, SliceReader, Writer};
use crate::model::{Attribute, Dn, Entry, Modification, ModifyOperation, Value};
use crate::proto::{AddRequest, DeleteRequest, ModifyDnRequest, ModifyRequest, OldRdn};

use crate::directory::record::Record;
use crate::directory::store::{Change, Store};

/// Writes changes as records.
pub(super) fn write(changes: &[Change], writer: &mut Writer, target: &mut Vec<u8>) -> io::Result<()> {
    let mut put =
        |change: ldif::Change| writer.change(&ChangeRecord::new(change), target).map_err(io::Error::other);
    for change in changes {
        match change {
            Change::Inserted(_, record) => put(AddRequest::from(record.entry()).into())?,
            Change::Removed(_, record) => put(DeleteRequest::new(record.name()).into())?,
            Change::Replaced(_, before, after) => {
                modify(&before.entry(), &after.entry(), &before.dn()).map_or(Ok(()), &mut put)?;
            }
            Change::Renamed(_, before, after) => {
                put(rename(&before.dn(), &after.dn()).into())?;
                modify(&before.entry(), &after.entry(), &after.dn()).map_or(Ok(()), &mut put)?;
            }
        }
    }
    Ok(())
}

/// Makes changes again that were written.
pub(super) fn apply(body: &[u8], store: &mut Store) -> io::Result<()> {
    for located in SliceReader::with_options(body, ReadOptions::new().limits(UNLIMITED)) {
        let located = located.map_err(io::Error::other)?;
        match located.record {
            LdifRecord::Content(entry) => insert(&entry, store)?,
            LdifRecord::Change(record) => apply_one(record.change(), store)?,
        }
        // They are written down already.
        store.take_changes();
    }
    Ok(())
}

/// The files are the directory's own; an entry may have become larger than any message.
const UNLIMITED: ReadLimits =
    ReadLimits::DEFAULT.line(usize::MAX).record(usize::MAX).value(usize::MAX).values(usize::MAX);

fn apply_one(change: &ldif::Change, store: &mut Store) -> io::Result<()> {
    if let ldif::Change::Add(request) = change {
        return insert(&request.to_entry(), store);
    }
    let dn = name(change.dn().as_str())?;
    let found = store.by_name(&dn).map(|(id, record)| (id, std::sync::Arc::clone(record)));
    let (id, record) = found.ok_or_else(|| unlike(change.dn().as_str(), "is not there"))?;
    match change {
        ldif::Change::Delete(_) => {
            store.remove(id);
        }
        ldif::Change::Modify(request) => {
            let mut entry = record.entry();
            for modification in request.changes() {
                entry = modified(entry, modification);
            }
            let changed = Record::new(&store.rules, &entry);
            store.replace(id, changed);
        }
        ldif::Change::ModifyDn(request) => {
            let above = match request.new_superior() {
                Some(superior) => name(superior.as_str())?,
                None => dn.parent().unwrap_or_default(),
            };
            let new = name(request.new_rdn().as_str())?.join(&above);
            store.rename(id, record.renamed(&new));
        }
        ldif::Change::Add(_) => {}
    }
    Ok(())
}

fn insert(entry: &Entry, store: &mut Store) -> io::Result<()> {
    let dn = name(entry.dn().as_str())?;
    let place = store.place(&dn);
    if place.entry.is_some() {
        return Err(unlike(entry.dn().as_str(), "is there already"));
    }
    let mut named = Entry::new(&dn);
    named.extend(entry.attributes().iter().cloned());
    let record = Record::new(&store.rules, &named);
    store.insert(&place, record);
    Ok(())
}

fn name(text: &str) -> io::Result<Dn> {
    Dn::parse(text).map_err(io::Error::other)
}

fn unlike(dn: &str, what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("the entry '{dn}' {what}, and a change says otherwise"),
    )
}

/// The request that renames and changes no value.
fn rename(before: &Dn, after: &Dn) -> ModifyDnRequest {
    let rdn = after.rdn().map(ToString::to_string).unwrap_or_default();
    let above = after.parent().unwrap_or_default();
    ModifyDnRequest::new(before, rdn, OldRdn::Keep).with_new_superior(&above)
}

/// The request that makes one entry of the other; none if they are the same.
fn modify(before: &Entry, after: &Entry, dn: &Dn) -> Option<ldif::Change> {
    let mut changes = Vec::new();
    for own in before.attributes() {
        if find(after, own).is_none() {
            changes.push(Modification::delete_attribute(own.description().clone()));
        }
    }
    for own in after.attributes() {
        let (description, values) = (own.description().clone(), own.values());
        let old = find(before, own).map_or(&[][..], Attribute::values);
        if old == values {
            continue;
        }
        if let Some(added) = values.strip_prefix(old) {
            changes.push(Modification::add(description, added.iter().cloned()));
        } else if let Some(gone) = gone(old, values) {
            changes.push(Modification::delete(description, gone));
        } else {
            changes.push(Modification::replace(description, values.iter().cloned()));
        }
    }
    (!changes.is_empty()).then(|| ModifyRequest::new(dn, changes).into())
}

fn find<'e>(entry: &'e Entry, attribute: &Attribute) -> Option<&'e Attribute> {
    entry.attributes().iter().find(|own| own.description() == attribute.description())
}

/// The values that were taken away, if nothing else was done.
fn gone(old: &[Value], new: &[Value]) -> Option<Vec<Value>> {
    let mut left = new.iter().peekable();
    let gone: Vec<Value> = old.iter().filter(|value| left.next_if_eq(value).is_none()).cloned().collect();
    left.peek().is_none().then_some(gone)
}

/// Changes one attribute, octet by octet.
fn modified(entry: Entry, modification: &Modification) -> Entry {
    let attribute = modification.attribute();
    let mut values = find(&entry, attribute).map_or_else(Vec::new, |own| own.values().to_vec());
    match modification.operation() {
        ModifyOperation::Add => values.extend_from_slice(attribute.values()),
        ModifyOperation::Delete if !attribute.values().is_empty() => {
            values.retain(|value| !attribute.values().contains(value));
        }
        _ => values = attribute.values().to_vec(),
    }
    let (dn, attributes) = entry.into_parts();
    let mut changed = Entry::new(dn);
    let mut new = Some(Attribute::new(attribute.description().clone(), values));
    for own in attributes {
        // In its place, so that entries are shown as they were.
        let own = if own.description() == attribute.description() { new.take() } else { Some(own) };
        changed.extend(own.filter(|own| !own.values().is_empty()));
    }
    changed.extend(new.filter(|new| !new.values().is_empty()));
    changed
}
