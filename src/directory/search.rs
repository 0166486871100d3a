//! The Search operation (RFC 4511 4.5).

use std::time::Duration;

use tokio::time::Instant;

use crate::model::{Criticality, DerefAliases, Dn, Oid, ResultCode, Scope};
use crate::proto::controls::{ControlValue, MatchedValues, ServerSideSort};
use crate::proto::{LdapResult, SearchRequest};
use crate::server::{Answer, Operation, SendError, Sink};

use super::access::{Level, Viewer};
use super::computed::Placed;
use super::controls::Requested;
use super::delivery::Search;
use super::handle::Directory;
use super::modify::check_assertion;
use super::paging::Page;
use super::record::Kind;
use super::referral;
use super::resolve;
use super::scan::{self, Plan};
use super::selection::{Selection, Values};
use super::sorting::Order;
use super::sought::Sought;
use super::store::{Id, Store};

impl Directory {
    pub(super) async fn search(
        &self,
        request: &SearchRequest,
        operation: &Operation,
        sink: &mut Sink,
    ) -> Result<Answer, Answer> {
        let controls = Requested::read(operation)?;
        check_numbers(request)?;
        let base = resolve::name(request.base())?;
        let values = if request.is_types_only() { Values::LeftOut } else { Values::Shown };
        let matched = controls.matched_values.as_ref().map_or(&[][..], MatchedValues::filters);
        let selection = Selection::new(request.selectors(), values).with_matched(matched);
        let selection = if controls.sync.is_some() { selection.synchronized() } else { selection };
        let scope = request.scope();
        // What is below the root is the tree.
        let is_of_tree = base.is_root() && scope != Scope::BaseObject;
        let own = (!is_of_tree).then(|| self.own_entry(&self.read(), &base, operation)).flatten();
        if let Some(record) = own {
            let rules = &self.options().rules;
            let placed = Placed { record: &record, children: 0, rules };
            let is_in_scope = matches!(scope, Scope::BaseObject | Scope::WholeSubtree);
            if is_in_scope && scan::is_match(request.filter(), &placed) {
                sink.send(selection.show(&placed)).await.map_err(lost)?;
            }
            return Ok(Answer::success());
        }
        let page = controls.paged.as_ref().map(|control| Page::read(control, request)).transpose()?;
        if page.is_some_and(|page| page.size == 0) {
            // "a page size of zero [...] abandons" the search (RFC 2696 3).
            return Ok(Answer::success().with_control(Page::ends()));
        }
        let order = controls.sort.as_ref().map(|control| Order::read(control, &self.options().rules));
        let (order, unsorted) = match order.transpose() {
            Ok(order) => (order, None),
            // "the server [...] should [...] return unavailableCriticalExtension" if the control is critical; if not, "the
            // server should return all search results unsorted" (RFC 2891 2).
            Err(refusal) if is_critical(operation, &ServerSideSort::OID) => {
                let code = ResultCode::UNAVAILABLE_CRITICAL_EXTENSION;
                return Err(Answer::refuse(code, "entries cannot be sorted so").with_control(refusal));
            }
            Err(refusal) => (None, Some(refusal)),
        };
        if controls.view.is_some() && order.is_none() {
            let text = "a view needs the list to be sorted";
            return Err(Answer::refuse(ResultCode::SORT_CONTROL_MISSING, text));
        }
        let who = self.acting(&controls, operation)?;
        let viewer = self.viewer(who.as_ref());
        // What is changed while the search is planned is told again to those who want changes.
        let version = self.read().version();
        let (base, plan) = self.plan(request, &base, &controls, &viewer)?;
        let search = Search {
            sought: Sought::new(request.filter(), &self.options().rules, plan.most()),
            selection,
            controls: &controls,
            base,
            scope: request.scope(),
            plan,
            rules: &self.options().rules,
            viewer,
            order,
            limit: limit(request.max_entries(), self.options().size_limit),
            page,
            end: self.end_of(request),
        };
        if let Some(control) = &controls.sync {
            check_synchronized(request, &search)?;
            return Box::pin(self.synchronize(control, &search, version, sink)).await;
        }
        let answer = self.deliver(&search, sink).await?;
        Ok(unsorted.into_iter().fold(answer, Answer::with_control))
    }

    /// Finds the base and the entries to look at.
    fn plan(
        &self,
        request: &SearchRequest,
        base: &Dn,
        controls: &Requested,
        viewer: &Viewer<'_>,
    ) -> Result<(Option<Id>, Plan), Answer> {
        let store = self.read();
        let aliases = request.dereferencing();
        let finds = matches!(aliases, DerefAliases::DerefFindingBaseObj | DerefAliases::DerefAlways);
        let follows = matches!(aliases, DerefAliases::DerefInSearching | DerefAliases::DerefAlways);
        let base = if finds { resolve::dereference(&store, base)? } else { base.clone() };
        let id = if base.is_root() {
            None
        } else {
            Some(self.base(&store, &base, request.scope(), controls, viewer)?)
        };
        let filter = request.filter();
        Ok((id, Plan::new(&store, id, request.scope(), filter, follows)))
    }

    fn base(
        &self,
        store: &Store,
        base: &Dn,
        scope: Scope,
        controls: &Requested,
        viewer: &Viewer<'_>,
    ) -> Result<Id, Answer> {
        let manages = controls.manage_dsa_it;
        let Some((id, record)) = store.by_name(base) else {
            return Err(missing(store, base, scope, manages));
        };
        if record.kind == Kind::Referral && !manages {
            return Err(referral::answer(record, base, Some(scope)));
        }
        if !manages && scan::is_below_referral(store, base) {
            return Err(missing(store, base, scope, manages));
        }
        if !viewer.may_all() && viewer.level(&store.rules.dn_key(base), None) == Level::Nothing {
            return Err(ResultCode::NO_SUCH_OBJECT.into());
        }
        if let Some(filter) = &controls.assertion {
            let seen = viewer.view(record).ok_or(ResultCode::INSUFFICIENT_ACCESS_RIGHTS)?;
            check_assertion(Some(filter), &store.placed(id, &seen))?;
        }
        Ok(id)
    }

    fn end_of(&self, request: &SearchRequest) -> Option<Instant> {
        let asked = Some(u64::from(request.max_seconds())).filter(|seconds| *seconds > 0);
        let limits = [asked.map(Duration::from_secs), self.options().time_limit];
        limits.into_iter().flatten().min().map(|limit| Instant::now() + limit)
    }
}

/// A base that is not here.
fn missing(store: &Store, base: &Dn, scope: Scope, manages: bool) -> Answer {
    let referring = base.ancestors().find_map(|above| {
        store.by_name(&above).filter(|(_, record)| record.kind == Kind::Referral && !manages)
    });
    match referring {
        Some((_, record)) => referral::answer(record, base, Some(scope)),
        None => resolve::missing(store, base, manages),
    }
}

pub(super) fn is_critical(operation: &Operation, oid: &Oid) -> bool {
    let mut own = operation.controls().iter().filter(|control| control.oid() == oid);
    own.any(|control| control.criticality() == Criticality::Critical)
}

/// Checks that a content can be kept alike that is searched for so.
fn check_synchronized(request: &SearchRequest, search: &Search<'_>) -> Result<(), Answer> {
    // "The server SHALL treat other values (e.g., derefInSearching, derefAlways) as protocol errors" (RFC 4533 3.5.2).
    if matches!(request.dereferencing(), DerefAliases::DerefInSearching | DerefAliases::DerefAlways) {
        let text = "a synchronized content has no aliases that are followed";
        return Err(Answer::refuse(ResultCode::PROTOCOL_ERROR, text));
    }
    if search.order.is_some() || search.page.is_some() {
        let text = "a synchronized content has neither an order nor pages";
        return Err(Answer::refuse(ResultCode::UNWILLING_TO_PERFORM, text));
    }
    Ok(())
}

/// "sizeLimit [...] A value of zero in this field indicates that no client-requested size limit restrictions are in effect".
fn limit(asked: u32, own: u32) -> u64 {
    let limits = [asked, own].into_iter().filter(|limit| *limit > 0);
    limits.min().map_or(u64::MAX, u64::from)
}

fn check_numbers(request: &SearchRequest) -> Result<(), Answer> {
    if let Scope::Other(number) = request.scope() {
        return Err(Answer::refuse(ResultCode::PROTOCOL_ERROR, format!("the scope {number} has no name")));
    }
    if let DerefAliases::Other(number) = request.dereferencing() {
        let text = format!("the way {number} to follow aliases has no name");
        return Err(Answer::refuse(ResultCode::PROTOCOL_ERROR, text));
    }
    Ok(())
}

/// An entry that cannot be sent ends the search; if the connection has ended nobody hears of it.
pub(super) fn lost(error: SendError) -> Answer {
    LdapResult::new(ResultCode::OTHER).with_diagnostic_message(error.to_string()).into()
}
