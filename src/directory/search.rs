//! The Search operation (RFC 4511 4.5).

use std::time::Duration;

use tokio::task::yield_now;
use tokio::time::Instant;

use crate::model::{DerefAliases, Dn, Filter, ResultCode, Scope};
use crate::proto::controls::Subentries;
use crate::proto::{LdapResult, SearchRequest};
use crate::server::{Answer, Operation, SendError, Sink};

use super::computed::Placed;
use super::controls::Requested;
use super::handle::Directory;
use super::modify::check_assertion;
use super::paging::Page;
use super::record::{Kind, Record};
use super::resolve;
use super::rules::Rules;
use super::scan;
use super::selection::{Selection, Values};
use super::store::{Id, Store};
use super::{referral, root_dse};

/// Entries that are looked at between two pauses, in which other connections have their turn.
const BATCH: usize = 128;

/// A search that has found its base.
struct Search<'a> {
    filter: &'a Filter,
    selection: Selection,
    controls: &'a Requested,
    scope: Scope,
    ids: Vec<Id>,
    rules: Rules,
    limit: u64,
    page: Option<Page>,
    end: Option<Instant>,
}

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
        let selection = Selection::new(request.selectors(), values);
        let own = root_dse::own_entry(&self.read(), &base, request.scope(), operation);
        if let Some(record) = own {
            let rules = &self.read().rules.clone();
            let placed = Placed { record: &record, children: 0, rules };
            if scan::is_match(request.filter(), &placed) {
                sink.send(selection.show(&placed)).await.map_err(lost)?;
            }
            return Ok(Answer::success());
        }
        let page = controls.paged.as_ref().map(|control| Page::read(control, request)).transpose()?;
        if page.is_some_and(|page| page.size == 0) {
            // "a page size of zero [...] abandons" the search (RFC 2696 3).
            return Ok(Answer::success().with_control(Page::ends()));
        }
        let ids = self.plan(request, &base, &controls, page.as_ref())?;
        let search = Search {
            filter: request.filter(),
            selection,
            controls: &controls,
            scope: request.scope(),
            ids,
            rules: self.read().rules.clone(),
            limit: limit(request.max_entries(), self.options().size_limit),
            page,
            end: self.end_of(request),
        };
        self.run(search, sink).await
    }

    /// Finds the base and the entries to look at.
    fn plan(
        &self,
        request: &SearchRequest,
        base: &Dn,
        controls: &Requested,
        page: Option<&Page>,
    ) -> Result<Vec<Id>, Answer> {
        let store = self.read();
        let aliases = request.dereferencing();
        let finds = matches!(aliases, DerefAliases::DerefFindingBaseObj | DerefAliases::DerefAlways);
        let follows = matches!(aliases, DerefAliases::DerefInSearching | DerefAliases::DerefAlways);
        let base = if finds { resolve::dereference(&store, base)? } else { base.clone() };
        let id =
            if base.is_root() { None } else { Some(self.base(&store, &base, request.scope(), controls)?) };
        let filter = request.filter();
        let mut ids = scan::entries(&store, id, request.scope(), filter, follows)?;
        if let Some(page) = page {
            ids.retain(|id| *id > page.after);
        }
        Ok(ids)
    }

    fn base(&self, store: &Store, base: &Dn, scope: Scope, controls: &Requested) -> Result<Id, Answer> {
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
        check_assertion(controls.assertion.as_ref(), &store.placed(id, record))?;
        Ok(id)
    }

    async fn run(&self, search: Search<'_>, sink: &mut Sink) -> Result<Answer, Answer> {
        let (mut sent, mut on_page) = (0, 0);
        for batch in search.ids.chunks(BATCH) {
            let fetched = scan::fetch(&self.read(), batch);
            for (id, record, children) in fetched {
                if search.page.is_some_and(|page| on_page >= page.size) {
                    // There is at least one entry more to look at: the page ends before it.
                    let last = id - 1;
                    let page = search.page.map(|page| page.goes_on(last));
                    return Ok(page.into_iter().fold(Answer::success(), Answer::with_control));
                }
                match search.look(&record, children) {
                    Look::Pass => {}
                    Look::Refer => {
                        if let Some(reference) = referral::reference(&record, below(search.scope)) {
                            sink.send(reference).await.map_err(lost)?;
                        }
                    }
                    Look::Show => {
                        if sent >= search.limit {
                            return Err(ResultCode::SIZE_LIMIT_EXCEEDED.into());
                        }
                        let placed = Placed { record: &record, children, rules: &search.rules };
                        sink.send(search.selection.show(&placed)).await.map_err(lost)?;
                        sent += 1;
                        on_page += 1;
                    }
                }
            }
            if search.end.is_some_and(|end| Instant::now() >= end) {
                return Err(ResultCode::TIME_LIMIT_EXCEEDED.into());
            }
            if batch.len() == BATCH {
                yield_now().await;
            }
        }
        Ok(search.page.map_or_else(Answer::success, |_| Answer::success().with_control(Page::ends())))
    }

    fn end_of(&self, request: &SearchRequest) -> Option<Instant> {
        let asked = Some(u64::from(request.max_seconds())).filter(|seconds| *seconds > 0);
        let limits = [asked.map(Duration::from_secs), self.options().time_limit];
        limits.into_iter().flatten().min().map(|limit| Instant::now() + limit)
    }
}

/// What becomes of an entry in scope.
enum Look {
    Pass,
    Refer,
    Show,
}

impl Search<'_> {
    fn look(&self, record: &Record, children: usize) -> Look {
        if record.kind == Kind::Referral && !self.controls.manage_dsa_it {
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
        if is_shown && scan::is_match(self.filter, &Placed { record, children, rules: &self.rules }) {
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
fn lost(error: SendError) -> Answer {
    LdapResult::new(ResultCode::OTHER).with_diagnostic_message(error.to_string()).into()
}
