//! The Compare operation (RFC 4511 4.10).

use crate::model::{MatchingRules, ResultCode, Truth};
use crate::proto::CompareRequest;
use crate::server::{Answer, Operation};

use super::computed::Placed;
use super::controls::Requested;
use super::handle::Directory;
use super::modify::check_assertion;
use super::resolve;
use super::rules::Rules;

impl Directory {
    pub(super) fn compare(&self, request: &CompareRequest, operation: &Operation) -> Result<Answer, Answer> {
        let controls = Requested::read(operation)?;
        let dn = resolve::name(request.dn())?;
        let store = self.read();
        let (id, record) = resolve::target(&store, &dn, controls.manage_dsa_it)?;
        let children = store.node(id).map_or(0, |node| node.children.len());
        let placed = Placed { record, children };
        check_assertion(controls.assertion.as_ref(), &placed)?;
        let computed = placed.computed();
        let attributes = record.entry.attributes().iter().chain(&computed);
        let mut attributes = attributes
            .filter(|own| Rules.is_same_or_subtype(own.description(), request.description()))
            .peekable();
        if attributes.peek().is_none() {
            return Err(ResultCode::NO_SUCH_ATTRIBUTE.into());
        }
        let is_equal = attributes
            .flat_map(|own| own.values().iter().map(move |value| (own.description(), value)))
            .any(|(own, value)| Rules.equality(own, value, request.value()) == Truth::True);
        Ok(if is_equal { ResultCode::COMPARE_TRUE } else { ResultCode::COMPARE_FALSE }.into())
    }
}
