//! The Modify DN operation (RFC 4511 4.9).

use crate::model::{OldRdn, Rdn, ResultCode};
use crate::proto::ModifyDnRequest;
use crate::server::Answer;

use super::handle::Directory;
use super::modify::check_assertion;
use super::record::{Kind, Record};
use super::resolve;
use super::root_dse;
use super::store::Store;
use super::update::Asked;

impl Directory {
    pub(super) fn modify_dn(
        &self,
        store: &mut Store,
        request: &ModifyDnRequest,
        asked: &Asked,
    ) -> Result<Answer, Answer> {
        let controls = &asked.controls;
        let dn = resolve::name(request.dn())?;
        root_dse::refuse_own(store, &dn)?;
        let rdn = Rdn::parse(request.new_rdn()).map_err(|error| {
            Answer::refuse(ResultCode::INVALID_DN_SYNTAX, format!("the new name cannot be read: {error}"))
        })?;
        store.rules.check_rdn(&rdn, controls.relax)?;
        if request.old_rdn() == OldRdn::Delete {
            for (description, _) in store.rules.naming_values(&dn) {
                store.rules.check_description(&description, controls.relax)?;
            }
        }
        let superior = request.new_superior().map(resolve::name).transpose()?;
        let (id, before) = resolve::target(store, &dn, controls.manage_dsa_it)?;
        if store.node(id).is_none_or(|node| node.parent.is_none()) {
            let text = "an entry at the top of the tree cannot be renamed or moved";
            return Err(Answer::refuse(ResultCode::UNWILLING_TO_PERFORM, text));
        }
        let seen = self.seen(&store.rules, before, asked);
        let placed = store.placed(id, &seen);
        check_assertion(controls.assertion.as_ref(), &placed)?;
        let above = match &superior {
            None => before.dn().parent().unwrap_or_default(),
            Some(superior) => {
                let (new_parent, record) = resolve::target(store, superior, controls.manage_dsa_it)?;
                if record.kind == Kind::Alias {
                    return Err(Answer::refuse(
                        ResultCode::ALIAS_PROBLEM,
                        "an alias has no entries below it",
                    ));
                }
                if store.is_within(new_parent, id) {
                    let text = "an entry cannot be moved below itself";
                    return Err(Answer::refuse(ResultCode::UNWILLING_TO_PERFORM, text));
                }
                record.dn()
            }
        };
        let new = above.child_rdn(rdn);
        if store.find(&new).is_some_and(|other| other != id) {
            return Err(ResultCode::ENTRY_ALREADY_EXISTS.into());
        }
        let mut entry = store.rules.renamed(&before.entry(), &before.dn(), &new, request.old_rdn());
        self.stamp(&mut entry, asked);
        let answer = store.rules.check(&entry)?;
        let after = Record::new(&store.rules, &entry);
        let answer = self.conclude(answer, &placed, &after, asked)?;
        store.rename(id, after);
        Ok(answer)
    }
}
