//! The entries of a search, looked at and sent.

use std::sync::Arc;

use tokio::task::yield_now;
use tokio::time::Instant;

use crate::model::{ResultCode, Scope};
use crate::proto::controls::{ServerSideSortResponse, Subentries};
use crate::proto::{SearchResultEntry, SearchResultReference};
use crate::server::{Answer, Sink};

use super::access::Viewer;
use super::computed::Placed;
use super::controls::Requested;
use super::dereferencing;
use super::handle::Directory;
use super::paging::Page;
use super::record::{Kind, Record};
use super::referral;
use super::rules::Rules;
use super::scan::{Plan, Walk};
use super::search::lost;
use super::selection::Selection;
use super::sorting::{self, Order, SortKeys};
use super::sought::Sought;
use super::store::Id;

/// A search that has found its base.
pub(super) struct Search<'a> {
    pub(super) sought: Sought<'a>,
    pub(super) selection: Selection,
    pub(super) controls: &'a Requested,
    /// Nothing for the root.
    pub(super) base: Option<Id>,
    pub(super) scope: Scope,
    pub(super) plan: Plan,
    pub(super) rules: &'a Rules,
    pub(super) viewer: Viewer<'a>,
    pub(super) order: Option<Order>,
    pub(super) limit: u64,
    pub(super) page: Option<Page>,
    pub(super) end: Option<Instant>,
}

/// An entry that is to be sent.
struct Found {
    record: Arc<Record>,
    children: usize,
}

impl Directory {
    pub(super) async fn deliver(&self, search: &Search<'_>, sink: &mut Sink) -> Result<Answer, Answer> {
        match &search.order {
            None => self.deliver_as_found(search, sink).await,
            Some(order) => Box::pin(self.deliver_sorted(search, order, sink)).await,
        }
    }

    async fn deliver_as_found(&self, search: &Search<'_>, sink: &mut Sink) -> Result<Answer, Answer> {
        let (mut sent, mut on_page) = (0, 0);
        let mut walk = search.plan.walk(search.page.map_or(0, |page| page.after));
        while !walk.is_over() {
            let looked = walk.step(&self.read());
            for (id, record, children) in looked {
                if search.page.is_some_and(|page| on_page >= page.size) {
                    // There is at least one entry more to look at: the page ends before it.
                    let page = search.page.map(|page| page.goes_on(id - 1));
                    return Ok(page.into_iter().fold(Answer::success(), Answer::with_control));
                }
                if let Some(found) = self.look(search, &record, children, sink).await? {
                    if sent >= search.limit {
                        return Err(ResultCode::SIZE_LIMIT_EXCEEDED.into());
                    }
                    self.send(search, &found, sink).await?;
                    sent += 1;
                    on_page += 1;
                }
            }
            search.pause(&walk).await?;
        }
        Ok(search.page.map_or_else(Answer::success, |_| Answer::success().with_control(Page::ends())))
    }

    async fn deliver_sorted(
        &self,
        search: &Search<'_>,
        order: &Order,
        sink: &mut Sink,
    ) -> Result<Answer, Answer> {
        let mut found: Vec<(SortKeys, Found)> = Vec::new();
        let mut walk = search.plan.walk(0);
        while !walk.is_over() {
            let looked = walk.step(&self.read());
            for (_, record, children) in looked {
                let Some(one) = self.look(search, &record, children, sink).await? else { continue };
                if found.len() >= self.options().max_sorted {
                    let code = ResultCode::ADMIN_LIMIT_EXCEEDED;
                    return Err(Answer::from(code).with_control(ServerSideSortResponse::new(code)));
                }
                found.push((order.keys(&one.record, search.rules), one));
            }
            search.pause(&walk).await?;
        }
        // Those that are alike stay in the order in which they were added.
        found.sort_by(|one, other| one.0.cmp(&other.0));
        let (keys, mut found): (Vec<SortKeys>, Vec<Found>) = found.into_iter().unzip();
        let mut answer = Answer::success().with_control(ServerSideSortResponse::new(ResultCode::SUCCESS));
        if let Some(view) = &search.controls.view {
            match sorting::window(view, order, search.rules, &keys) {
                Ok((range, response)) => {
                    found = found.into_iter().take(range.end).skip(range.start).collect();
                    answer = answer.with_control(response);
                }
                Err(refusal) => {
                    let code = refusal.result();
                    return Err(Answer::refuse(code, "there is no such window").with_control(refusal));
                }
            }
        }
        if let Some(page) = search.page {
            // In a list that is sorted a cookie counts entries.
            let start = usize::try_from(page.after).unwrap_or(usize::MAX);
            let size = usize::try_from(page.size).unwrap_or(usize::MAX);
            let end = start.saturating_add(size);
            let control = if end < found.len() {
                page.goes_on(page.after.saturating_add(page.size))
            } else {
                Page::ends()
            };
            found = found.into_iter().skip(start).take(size).collect();
            answer = answer.with_control(control);
        }
        let limit = usize::try_from(search.limit).unwrap_or(usize::MAX);
        for one in found.iter().take(limit) {
            self.send(search, one, sink).await?;
        }
        if found.len() > limit { Err(ResultCode::SIZE_LIMIT_EXCEEDED.into()) } else { Ok(answer) }
    }

    /// Looks at an entry: it is passed over, a reference is sent in its place, or it is to be sent.
    async fn look(
        &self,
        search: &Search<'_>,
        record: &Arc<Record>,
        children: usize,
        sink: &mut Sink,
    ) -> Result<Option<Found>, Answer> {
        let Some(record) = search.viewer.view(record) else { return Ok(None) };
        match search.look(&record, children) {
            Look::Pass => Ok(None),
            Look::Refer => {
                if let Some(reference) = search.reference(&record) {
                    sink.send(reference).await.map_err(lost)?;
                }
                Ok(None)
            }
            Look::Show => Ok(Some(Found { record, children })),
        }
    }

    async fn send(&self, search: &Search<'_>, found: &Found, sink: &mut Sink) -> Result<(), Answer> {
        let placed = Placed { record: &found.record, children: found.children, rules: search.rules };
        let entry: SearchResultEntry = search.selection.show(&placed);
        let control = search
            .controls
            .dereference
            .as_ref()
            .and_then(|control| dereferencing::follow(control, &placed, &self.read(), &search.viewer));
        let controls = control.into_iter().map(Into::into).collect();
        sink.send_with(entry, controls).await.map_err(lost)
    }
}

/// What becomes of an entry in scope.
pub(super) enum Look {
    Pass,
    Refer,
    Show,
}

impl Search<'_> {
    /// Lets others have their turn, unless the time is over.
    pub(super) async fn pause(&self, walk: &Walk<'_>) -> Result<(), Answer> {
        if self.end.is_some_and(|end| Instant::now() >= end) {
            return Err(ResultCode::TIME_LIMIT_EXCEEDED.into());
        }
        if !walk.is_over() {
            yield_now().await;
        }
        Ok(())
    }

    /// Whether a reference is sent in place of an entry.
    pub(super) fn refers(&self, record: &Record) -> bool {
        record.kind == Kind::Referral && !self.controls.manage_dsa_it
    }

    /// What is sent in place of an entry that refers elsewhere; nothing if it leads nowhere.
    pub(super) fn reference(&self, record: &Record) -> Option<SearchResultReference> {
        referral::reference(record, below(self.scope))
    }

    pub(super) fn look(&self, record: &Record, children: usize) -> Look {
        if self.refers(record) {
            return Look::Refer;
        }
        let is_shown = match (&self.controls.subentries, record.kind) {
            // "In the absence of the subentries control, subentries are not visible [...] unless the target/base
            // of the operation is a subentry" (RFC 3672 3).
            (None, Kind::Subentry) => self.scope == Scope::BaseObject,
            (Some(Subentries::Visible), kind) => kind == Kind::Subentry,
            (Some(_), kind) => kind != Kind::Subentry,
            (None, _) => true,
        };
        if is_shown && self.sought.is_match(&Placed { record, children, rules: self.rules }) {
            Look::Show
        } else {
            Look::Pass
        }
    }
}

/// The scope of a search that goes on at another server: one level of a base below is the entry there itself.
const fn below(scope: Scope) -> Scope {
    match scope {
        Scope::SingleLevel => Scope::BaseObject,
        _ => Scope::WholeSubtree,
    }
}
