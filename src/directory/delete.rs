//! The Delete operation (RFC 4511 4.8).

use crate::model::ResultCode;
use crate::proto::DeleteRequest;
use crate::server::Answer;

use super::handle::Directory;
use super::modify::check_assertion;
use super::resolve;
use super::root_dse;
use super::store::Store;
use super::update::Asked;

impl Directory {
    pub(super) fn delete(
        &self,
        store: &mut Store,
        request: &DeleteRequest,
        asked: &Asked,
    ) -> Result<Answer, Answer> {
        let controls = &asked.controls;
        let dn = resolve::name(request.dn())?;
        root_dse::refuse_own(store, &dn)?;
        let (id, record) = resolve::target(store, &dn, controls.manage_dsa_it)?;
        let seen = self.seen(&store.rules, record, asked);
        let placed = store.placed(id, &seen);
        check_assertion(controls.assertion.as_ref(), &placed)?;
        // "Only leaf entries (those with no subordinate entries) can be deleted with this operation."
        if placed.children > 0 && !controls.tree_delete {
            let text = "there are entries below it";
            return Err(Answer::refuse(ResultCode::NOT_ALLOWED_ON_NON_LEAF, text));
        }
        let answer = asked.conclude(Answer::success(), Some(&placed), None)?;
        // Leaves first.
        for id in store.subtree(id).into_iter().rev() {
            store.remove(id);
        }
        Ok(answer)
    }
}
