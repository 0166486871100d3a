//! The Compare operation (RFC 4511 4.10).

use crate::model::{Filter, MatchingRules, ResultCode, Truth};
use crate::proto::CompareRequest;
use crate::server::{Answer, Operation};

use super::access::Level;
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
        let who = self.acting(&controls, operation)?;
        let rules = &store.rules;
        let own = self.own_entry(&store, &dn, operation);
        let placed = match &own {
            Some(record) => Placed { record, children: 0, rules },
            None => {
                let (id, record) = resolve::target(&store, &dn, controls.manage_dsa_it)?;
                let viewer = self.viewer(who.as_ref());
                viewer.check(&record.dn(), Some(request.description()), Level::Compare)?;
                store.placed(id, record)
            }
        };
        check_assertion(controls.assertion.as_ref(), &placed)?;
        let (entry, computed) = (placed.record.entry(), placed.computed());
        let attributes = entry.attributes().iter().chain(&computed);
        let attributes: Vec<_> = attributes
            .filter(|own| rules.is_same_or_subtype(own.description(), request.description()))
            .collect();
        let is_equal = attributes
            .iter()
            .flat_map(|own| own.values().iter().map(move |value| (own.description(), value)))
            .any(|(own, value)| rules.equality(own, value, request.value()) == Truth::True);
        if is_equal {
            return Ok(ResultCode::COMPARE_TRUE.into());
        }
        check(rules, request)?;
        let code =
            if attributes.is_empty() { ResultCode::NO_SUCH_ATTRIBUTE } else { ResultCode::COMPARE_FALSE };
        Ok(code.into())
    }
}

/// "compareTrue, compareFalse, or an appropriate error": of what cannot be compared neither is true.
fn check(rules: &Rules, request: &CompareRequest) -> Result<(), Answer> {
    let description = request.description();
    if rules.is_decidable(&Filter::equality(description.clone(), request.value().clone())) {
        return Ok(());
    }
    let code = match rules.attribute_type(description) {
        None => ResultCode::UNDEFINED_ATTRIBUTE_TYPE,
        Some(_) if !rules.can_compare(description) => ResultCode::INAPPROPRIATE_MATCHING,
        Some(_) => ResultCode::INVALID_ATTRIBUTE_SYNTAX,
    };
    Err(Answer::refuse(code, format!("{description}: the value cannot be compared")))
}
