//! The Modify operation (RFC 4511 4.6).

use crate::model::{
    Attribute, Dn, Entry, Filter, Modification, ModifyOperation, ResultCode, Strictness, Value,
};
use crate::proto::ModifyRequest;
use crate::server::Answer;

use super::bind::PASSWORD;
use super::computed::Placed;
use super::handle::Directory;
use super::policy::New;
use super::record::Record;
use super::resolve;
use super::root_dse;
use super::rules::Rules;
use super::scan;
use super::store::Store;
use super::update::Asked;

impl Directory {
    pub(super) fn modify(
        &self,
        store: &mut Store,
        request: &ModifyRequest,
        asked: &Asked,
    ) -> Result<Answer, Answer> {
        let controls = &asked.controls;
        let dn = resolve::name(request.dn())?;
        root_dse::refuse_own(store, &dn)?;
        let changes: Vec<_> =
            request.changes().iter().map(|change| store.rules.canonical_change(change)).collect();
        for change in &changes {
            check_change(&store.rules, change, controls.relax)?;
        }
        let strictness = if controls.permissive { Strictness::Permissive } else { Strictness::Strict };
        let (id, before) = resolve::target(store, &dn, controls.manage_dsa_it)?;
        let (old, before_dn) = (before.entry(), before.dn());
        let changes = self.with_stored_passwords(store, &old, changes);
        let seen = self.seen(&store.rules, before, asked);
        let placed = store.placed(id, &seen);
        check_assertion(controls.assertion.as_ref(), &placed)?;
        let mut entry = old.clone();
        entry
            .apply_by(&changes, strictness, &store.rules)
            .map_err(|error| Answer::refuse(error.code(), error.to_string()))?;
        check_name(&store.rules, &before_dn, &old, &entry)?;
        self.renew_passwords(store, &old, &changes, &mut entry, asked)?;
        if entry.attribute("objectClass").is_none() {
            return Err(Answer::refuse(ResultCode::OBJECT_CLASS_VIOLATION, "no objectClass attribute"));
        }
        if entry.values("objectClass") != old.values("objectClass") {
            store.rules.check_superclasses(&changes, &entry)?;
            entry = store.rules.with_superclasses(entry);
            store.rules.check_class(&old, &entry)?;
            let class = store.rules.structural_class(&entry);
            let _ = entry.apply(&[Modification::replace("structuralObjectClass", [class])]);
        }
        self.stamp(&mut entry, asked);
        let answer = store.rules.check(&entry)?;
        let after = Record::new(&store.rules, &entry);
        let answer = self.conclude(answer, &placed, &after, asked)?;
        store.replace(id, after);
        Ok(answer)
    }

    /// Has the password policy look at passwords that are changed.
    fn renew_passwords<'c>(
        &self,
        store: &Store,
        before: &Entry,
        changes: &'c [Modification],
        after: &mut Entry,
        asked: &Asked,
    ) -> Result<(), Answer> {
        let own = |change: &&Modification| *change.attribute().description() == PASSWORD;
        let deletes = |change: &Modification| change.operation() == ModifyOperation::Delete;
        let mut changes = changes.iter().filter(own).peekable();
        if changes.peek().is_none() {
            return Ok(());
        }
        let (deleted, given): (Vec<_>, Vec<_>) = changes.partition(|change| deletes(change));
        let values = |changes: &[&'c Modification]| -> Vec<&'c Value> {
            changes.iter().flat_map(|change| change.attribute().values()).collect()
        };
        let (old, left) = (before.values(&PASSWORD), after.values(&PASSWORD));
        let passwords = values(&given).into_iter().filter(|value| left.contains(value)).map(Value::as_bytes);
        let new = New {
            before,
            old,
            count: left.len(),
            passwords: passwords.collect(),
            // A permissive deletion of a value that is not there proves nothing.
            has_old: values(&deleted).into_iter().any(|value| old.contains(value)),
            who: asked.who.as_ref(),
        };
        let is_asked = asked.controls.password_policy;
        self.renew(store, &new, after).map_err(|refusal| refusal.answer(is_asked))
    }

    /// Says in an entry who changed it and when.
    pub(super) fn stamp(&self, entry: &mut Entry, asked: &Asked) {
        let stamps = [("modifiersName", asked.author()), ("modifyTimestamp", self.options().now())];
        for (name, value) in stamps {
            // A value that is replaced by one is no cause of an error.
            let _ = entry.apply(&[Modification::replace(name, [value])]);
        }
    }
}

fn check_change(rules: &Rules, change: &Modification, may_set_own: bool) -> Result<(), Answer> {
    let description = change.attribute().description();
    rules.check_description(description, may_set_own)?;
    let is_known = matches!(
        change.operation(),
        ModifyOperation::Add
            | ModifyOperation::Delete
            | ModifyOperation::Replace
            | ModifyOperation::Increment
    );
    if is_known {
        return Ok(());
    }
    let text = format!("{description}: the operation {} has no name", change.operation().number());
    Err(Answer::refuse(ResultCode::PROTOCOL_ERROR, text))
}

/// "The Modify operation cannot be used to remove from an entry any of its distinguished values" (RFC 4511 4.6).
fn check_name(rules: &Rules, dn: &Dn, before: &Entry, after: &Entry) -> Result<(), Answer> {
    for (description, value) in rules.naming_values(dn) {
        if rules.holds(before, &description, &value) && !rules.holds(after, &description, &value) {
            let text = format!("{description}: the value is part of the entry's name");
            return Err(Answer::refuse(ResultCode::NOT_ALLOWED_ON_RDN, text));
        }
    }
    Ok(())
}

/// "If the filter evaluates to TRUE, then the operation is performed normally" (RFC 4528 2).
pub(super) fn check_assertion(filter: Option<&Filter>, placed: &Placed<'_>) -> Result<(), Answer> {
    match filter {
        Some(filter) if !scan::is_match(filter, placed) => Err(ResultCode::ASSERTION_FAILED.into()),
        _ => Ok(()),
    }
}

/// Replaces the values of an attribute, for the server itself.
pub(super) fn set(entry: &Entry, name: &'static str, value: Vec<u8>) -> Entry {
    let mut changed = Entry::new(entry.dn().clone());
    let others = entry
        .attributes()
        .iter()
        .filter(|own| !own.description().attribute_type().eq_ignore_ascii_case(name));
    changed.extend(others.cloned());
    changed.push(Attribute::new(name, [value]));
    changed
}
