//! The Add operation (RFC 4511 4.7).

use crate::model::{Attribute, Dn, Entry, ResultCode, ValueEquality};
use crate::proto::AddRequest;
use crate::server::{Answer, Operation};

use super::computed::Placed;
use super::controls::Requested;
use super::handle::Directory;
use super::identity::Identity;
use super::modify::check_description;
use super::record::{Kind, Record};
use super::resolve;
use super::rules::Rules;
use super::selection::{Selection, Values};
use super::store::Store;

impl Directory {
    pub(super) fn add(&self, request: &AddRequest, operation: &Operation) -> Result<Answer, Answer> {
        let controls = Requested::read(operation)?;
        let dn = resolve::name(request.dn())?;
        let who = Identity::of(&operation.connection);
        let entry = self.complete(&dn, request.to_entry(), who.as_ref(), controls.relax)?;
        let record = Record::new(&dn, &entry);
        let placed = Placed { record: &record, children: 0 };
        let mut answer = Answer::success();
        if let Some(post_read) = &controls.post_read {
            answer = answer.with_control(super::modify::post_read(post_read, &placed));
        }
        let mut store = self.write();
        self.check_place(&store, &dn, controls.manage_dsa_it)?;
        super::modify::check_assertion(controls.assertion.as_ref(), &placed)?;
        if controls.no_op {
            return Err(ResultCode::NO_OPERATION.into());
        }
        store.insert(record);
        Ok(answer)
    }

    /// Puts an entry in without a client that asks for it.
    pub(super) fn load(&self, entry: &Entry) -> Result<(), Answer> {
        let dn = resolve::name(entry.dn())?;
        let entry = self.complete(&dn, entry.clone(), None, true)?;
        let mut store = self.write();
        if store.find(&dn).is_some() {
            return Err(ResultCode::ENTRY_ALREADY_EXISTS.into());
        }
        store.insert(Record::new(&dn, &entry));
        Ok(())
    }

    /// Checks the attributes of a new entry, and adds what the server adds: the values of its name, and operational
    /// attributes that are not given.
    fn complete(&self, dn: &Dn, entry: Entry, who: Option<&Dn>, may_set_own: bool) -> Result<Entry, Answer> {
        let mut complete = Entry::new(dn);
        for attribute in entry.attributes() {
            let description = attribute.description();
            check_description(description, may_set_own)?;
            if attribute.values().is_empty() {
                return Err(Answer::refuse(
                    ResultCode::PROTOCOL_ERROR,
                    format!("{description}: no values given"),
                ));
            }
            if complete.attribute(description).is_some() || has_double(attribute) {
                let text = format!("{description}: a value or the attribute is given more than once");
                return Err(Answer::refuse(ResultCode::ATTRIBUTE_OR_VALUE_EXISTS, text));
            }
            complete.push(attribute.clone());
        }
        if complete.attribute("objectClass").is_none() {
            return Err(Answer::refuse(ResultCode::OBJECT_CLASS_VIOLATION, "no objectClass attribute"));
        }
        complete.add_distinguished_values(dn);
        let (now, who) = (self.options().now(), who.map_or_else(String::new, Dn::to_string));
        let structural = complete.values("objectClass").last().cloned();
        for (name, value) in [
            ("structuralObjectClass", structural.unwrap_or_else(|| "top".into())),
            ("entryUUID", uuid::Uuid::new_v4().to_string().into()),
            ("creatorsName", who.clone().into()),
            ("createTimestamp", now.clone().into()),
            ("modifiersName", who.into()),
            ("modifyTimestamp", now.into()),
        ] {
            if complete.attribute(name).is_none() {
                complete.push(Attribute::new(name, [value]));
            }
        }
        Ok(complete)
    }

    /// "The entry named in the entry field of the AddRequest MUST NOT exist [...]. The immediate superior (parent) of an
    /// object or alias entry to be added MUST exist."
    fn check_place(&self, store: &Store, dn: &Dn, manages_referrals: bool) -> Result<(), Answer> {
        if dn.is_root() || store.find(dn).is_some() {
            return Err(ResultCode::ENTRY_ALREADY_EXISTS.into());
        }
        let is_suffix = self.options().suffixes.iter().any(|suffix| suffix == dn);
        match dn.parent().filter(|parent| !parent.is_root()) {
            _ if is_suffix => Ok(()),
            None => Err(resolve::missing(store, dn, manages_referrals)),
            Some(parent) => {
                let (_, above) = resolve::target(store, &parent, manages_referrals)?;
                match above.kind {
                    Kind::Alias => {
                        Err(Answer::refuse(ResultCode::ALIAS_PROBLEM, "an alias has no entries below it"))
                    }
                    _ => Ok(()),
                }
            }
        }
    }
}

/// Whether a value is given twice.
fn has_double(attribute: &Attribute) -> bool {
    let mut keys: Vec<_> =
        attribute.values().iter().map(|value| Rules.key(attribute.description(), value)).collect();
    keys.sort_unstable();
    keys.windows(2).any(|pair| pair[0] == pair[1])
}

/// The attributes that a control that reads an entry names.
pub(super) fn selection(attributes: &[crate::model::LdapString]) -> Selection {
    Selection::new(attributes, Values::Shown)
}
