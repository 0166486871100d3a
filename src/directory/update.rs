//! Operations that change something: each on a store that is locked for it.

use std::sync::Arc;

use crate::model::{Dn, Entry, LdapString, Rdn, ResultCode};
use crate::proto::ProtocolOp;
use crate::proto::controls::{PostReadResponse, PreReadResponse};
use crate::server::{Answer, Operation};

use super::access::Level;
use super::computed::Placed;
use super::controls::Requested;
use super::handle::Directory;
use super::record::Record;
use super::resolve;
use super::rules::Rules;
use super::selection::{Selection, Values};
use super::store::Store;

/// Who asks for a change, and in which way.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) controls: Requested,
    pub(super) who: Option<Dn>,
}

impl Asked {
    /// The name that goes into `creatorsName` and `modifiersName`.
    pub(super) fn author(&self) -> String {
        self.who.as_ref().map_or_else(String::new, Dn::to_string)
    }

    /// Answers a change that may be made: with what the entry was before it and is after it (RFC 4527 3), as far as there is
    /// one and it is asked for.
    ///
    /// # Errors
    ///
    /// `noOperation`: nothing is to be changed.
    pub(super) fn conclude(
        &self,
        mut answer: Answer,
        before: Option<&Placed<'_>>,
        after: Option<&Placed<'_>>,
    ) -> Result<Answer, Answer> {
        if self.controls.no_op {
            return Err(ResultCode::NO_OPERATION.into());
        }
        let selection = |attributes: &[LdapString]| Selection::new(attributes, Values::Shown);
        if let (Some(control), Some(before)) = (&self.controls.pre_read, before) {
            let entry = selection(control.attributes()).show(before);
            answer = answer.with_control(PreReadResponse::new(entry));
        }
        if let (Some(control), Some(after)) = (&self.controls.post_read, after) {
            let entry = selection(control.attributes()).show(after);
            answer = answer.with_control(PostReadResponse::new(entry));
        }
        Ok(answer)
    }
}

impl Directory {
    /// [Answers](Asked::conclude) a change of an entry that stays: what it is after it is looked at only if that is asked for.
    pub(super) fn conclude(
        &self,
        answer: Answer,
        before: &Placed<'_>,
        after: &Arc<Record>,
        asked: &Asked,
    ) -> Result<Answer, Answer> {
        let seen = asked.controls.post_read.is_some().then(|| self.seen(before.rules, after, asked));
        let after = seen.as_deref().map(|record| Placed { record, ..*before });
        asked.conclude(answer, Some(before), after.as_ref())
    }

    pub(super) fn update(&self, operation: &Operation) -> Result<Answer, Answer> {
        let controls = Requested::read(operation)?;
        if let Some(specification) = controls.transaction.clone() {
            return self.keep_for_transaction(&specification, operation, controls);
        }
        let who = self.acting(&controls, operation)?;
        let asked = Asked { controls, who };
        let mut store = self.write();
        let answer = self.change(&mut store, operation.op(), &asked)?;
        store.commit()?;
        Ok(answer)
    }

    /// Carries out an operation. What it changed is to be [committed](super::changing::Changing::commit).
    pub(super) fn change(&self, store: &mut Store, op: &ProtocolOp, asked: &Asked) -> Result<Answer, Answer> {
        self.check_rights(store, op, asked)?;
        match op {
            ProtocolOp::AddRequest(request) => self.add(store, request, asked),
            ProtocolOp::DeleteRequest(request) => self.delete(store, request, asked),
            ProtocolOp::ModifyRequest(request) => self.modify(store, request, asked),
            ProtocolOp::ModifyDnRequest(request) => self.modify_dn(store, request, asked),
            other => {
                Err(Answer::refuse(ResultCode::PROTOCOL_ERROR, format!("a {} changes nothing", other.kind())))
            }
        }
    }

    /// Checks that whoever asks may change what is to be changed.
    fn check_rights(&self, store: &Store, op: &ProtocolOp, asked: &Asked) -> Result<(), Answer> {
        let viewer = self.viewer(asked.who.as_ref());
        if viewer.may_all() {
            return Ok(());
        }
        let write = |dn: &Dn| viewer.check(dn, None, Level::Write);
        match op {
            ProtocolOp::AddRequest(request) => write(&resolve::name(request.dn())?),
            ProtocolOp::DeleteRequest(request) => {
                let dn = resolve::name(request.dn())?;
                write(&dn)?;
                if !asked.controls.tree_delete {
                    return Ok(());
                }
                let below = store.find(&dn).map_or_else(Vec::new, |id| store.subtree(id));
                below.into_iter().filter_map(|id| store.record(id)).try_for_each(|record| write(&record.dn()))
            }
            ProtocolOp::ModifyRequest(request) => {
                let dn = resolve::name(request.dn())?;
                let mut changed = request.changes().iter().map(|change| change.attribute().description());
                changed.try_for_each(|own| viewer.check(&dn, Some(own), Level::Write))
            }
            ProtocolOp::ModifyDnRequest(request) => {
                let dn = resolve::name(request.dn())?;
                write(&dn)?;
                let above = request.new_superior().map(resolve::name).transpose()?;
                let above = above.or_else(|| dn.parent()).unwrap_or_default();
                // What is wrong with the new name is told where it is needed.
                Rdn::parse(request.new_rdn()).map_or(Ok(()), |rdn| write(&above.child_rdn(rdn)))
            }
            _ => Ok(()),
        }
    }

    /// An entry as whoever asks sees it, for what they assert about it and read of it.
    pub(super) fn seen(&self, rules: &Rules, record: &Arc<Record>, asked: &Asked) -> Arc<Record> {
        let seen = self.viewer(asked.who.as_ref()).view(record);
        seen.unwrap_or_else(|| Record::new(rules, &Entry::new(record.name())))
    }
}
