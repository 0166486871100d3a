//! The Modify operation (RFC 4511 4.6).

use crate::model::{
    Attribute, AttributeDescription, Dn, Entry, Filter, Modification, ModifyOperation, ResultCode, Strictness,
};
use crate::proto::ModifyRequest;
use crate::proto::controls::{PostRead, PostReadResponse, PreRead, PreReadResponse};
use crate::server::{Answer, Operation};

use super::add::selection;
use super::computed::Placed;
use super::controls::Requested;
use super::handle::Directory;
use super::identity::Identity;
use super::record::Record;
use super::resolve;
use super::rules::Rules;
use super::scan;

impl Directory {
    pub(super) fn modify(&self, request: &ModifyRequest, operation: &Operation) -> Result<Answer, Answer> {
        let controls = Requested::read(operation)?;
        let dn = resolve::name(request.dn())?;
        refuse_root(&dn)?;
        for change in request.changes() {
            check_change(change, controls.relax)?;
        }
        let who = Identity::of(&operation.connection);
        let strictness = if controls.permissive { Strictness::Permissive } else { Strictness::Strict };

        let mut store = self.write();
        let (id, before) = resolve::target(&store, &dn, controls.manage_dsa_it)?;
        let children = store.node(id).map_or(0, |node| node.children.len());
        let placed = Placed { record: before, children };
        check_assertion(controls.assertion.as_ref(), &placed)?;
        let mut answer = Answer::success();
        if let Some(control) = &controls.pre_read {
            answer = answer.with_control(pre_read(control, &placed));
        }
        let mut entry = before.entry.clone();
        entry
            .apply_by(request.changes(), strictness, &Rules)
            .map_err(|error| Answer::refuse(error.code(), error.to_string()))?;
        if entry.attribute("objectClass").is_none() {
            return Err(Answer::refuse(ResultCode::OBJECT_CLASS_VIOLATION, "no objectClass attribute"));
        }
        self.stamp(&mut entry, who.as_ref());
        let after = Record::new(&before.dn, &entry);
        if let Some(control) = &controls.post_read {
            answer = answer.with_control(post_read(control, &Placed { record: &after, children }));
        }
        if controls.no_op {
            return Err(ResultCode::NO_OPERATION.into());
        }
        store.replace(id, after);
        Ok(answer)
    }

    /// Says in an entry who changed it and when.
    pub(super) fn stamp(&self, entry: &mut Entry, who: Option<&Dn>) {
        let stamps = [
            ("modifiersName", who.map_or_else(String::new, Dn::to_string)),
            ("modifyTimestamp", self.options().now()),
        ];
        for (name, value) in stamps {
            // A value that is replaced by one is no cause of an error.
            let _ = entry.apply(&[Modification::replace(name, [value])]);
        }
    }
}

fn check_change(change: &Modification, may_set_own: bool) -> Result<(), Answer> {
    let description = change.attribute().description();
    check_description(description, may_set_own)?;
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

/// Checks that a client may give an attribute of this description values.
pub(super) fn check_description(description: &AttributeDescription, may_set_own: bool) -> Result<(), Answer> {
    if !description.is_valid() {
        let text = format!("'{}' is no attribute description", description.as_str().escape_debug());
        return Err(Answer::refuse(ResultCode::UNDEFINED_ATTRIBUTE_TYPE, text));
    }
    if Rules::is_servers_own(description) && !may_set_own {
        let text = format!("{description}: no user modification allowed");
        return Err(Answer::refuse(ResultCode::CONSTRAINT_VIOLATION, text));
    }
    Ok(())
}

/// The root DSE is the server's own.
pub(super) fn refuse_root(dn: &Dn) -> Result<(), Answer> {
    if dn.is_root() {
        return Err(Answer::refuse(ResultCode::UNWILLING_TO_PERFORM, "the root DSE cannot be changed"));
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

/// What an entry was before it was changed (RFC 4527 3.1).
pub(super) fn pre_read(control: &PreRead, placed: &Placed<'_>) -> PreReadResponse {
    PreReadResponse::new(selection(control.attributes()).show(placed))
}

/// What an entry is after it was changed (RFC 4527 3.2).
pub(super) fn post_read(control: &PostRead, placed: &Placed<'_>) -> PostReadResponse {
    PostReadResponse::new(selection(control.attributes()).show(placed))
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
