//! Content synchronization (RFC 4533): the provider.

use bytes::Bytes;
use rustc_hash::FxHashSet;

use crate::model::ResultCode;
use crate::proto::controls::{
    IntermediateValue, SyncChange, SyncDone, SyncInfo, SyncMode, SyncRequest, SyncState, SyncUuid,
};
use crate::proto::{AttributeList, ProtocolOp, SearchResultEntry, SearchResultReference};
use crate::schema::Key;
use crate::server::{Answer, Sink};

use super::computed::Placed;
use super::delivery::{Look, Search};
use super::handle::Directory;
use super::history::Span;
use super::record::Record;
use super::scan;
use super::search::lost;
use super::store::{Id, Store};

/// Identifiers in one message of a set.
const IDS_IN_SET: usize = 500;

/// Versions whose changes are put together between two pauses, in which others may change something.
const VERSIONS_IN_STEP: u64 = 128;

/// What is to be told of one entry, or of the reference that stands in its place.
struct News {
    change: SyncChange,
    uuid: SyncUuid,
    op: ProtocolOp,
}

impl Directory {
    /// Sends the content, or what has changed in it since the cookie of the client, and what changes later if that is asked
    /// for. `from` is the version of the store that the search was planned on.
    ///
    /// The cookie says all, so that nothing is kept for clients that do not come back. One that is not of this content, or
    /// too old, is answered as if there was none.
    pub(super) async fn synchronize(
        &self,
        control: &SyncRequest,
        search: &Search<'_>,
        from: u64,
        sink: &mut Sink,
    ) -> Result<Answer, Answer> {
        let (since, changed, base) = {
            let store = self.read();
            let history = store.history();
            let since = control.cookie().and_then(|cookie| version(cookie, &store));
            let since = since.filter(|version| history.gone(Span::since(*version)).is_some());
            let changed =
                since.map(|version| history.changed(Span::since(version)).collect::<FxHashSet<Id>>());
            (since, changed, search.base_key(&store))
        };
        let (mut content, mut sent) = (FxHashSet::default(), 0);
        let mut walk = search.plan.walk(0);
        while !walk.is_over() {
            let news: Vec<_> = {
                let store = self.read();
                let shown =
                    walk.step(&store).into_iter().filter_map(|(id, ..)| Some((id, search.news(&store, id)?)));
                let shown = shown.inspect(|(id, _)| {
                    content.insert(*id);
                });
                shown.filter(|(id, _)| changed.as_ref().is_none_or(|own| own.contains(id))).collect()
            };
            for (_, news) in news {
                // "The sizeLimit applies only to entries [...] returned during the refreshOnly operation or the refresh
                // stage of the refreshAndPersist operation" (RFC 4533 3.5.3).
                if matches!(news.op, ProtocolOp::SearchResultEntry(_)) {
                    if sent >= search.limit {
                        return Err(ResultCode::SIZE_LIMIT_EXCEEDED.into());
                    }
                    sent += 1;
                }
                send(news, None, sink).await?;
            }
            search.pause(&walk).await?;
        }
        let cookie = cookie(from, &self.read());
        if let Some(since) = since {
            self.send_left(since, changed.unwrap_or_default(), &content, sink).await?;
        }
        if control.mode() == SyncMode::RefreshOnly {
            let done = SyncDone::new().with_cookie(cookie);
            let done = if since.is_some() { done.with_refresh_deletes() } else { done };
            return Ok(Answer::success().with_control(done));
        }
        let (cookie, refresh_done) = (Some(cookie), true);
        let phase = match since {
            Some(_) => SyncInfo::RefreshDelete { cookie, refresh_done },
            None => SyncInfo::RefreshPresent { cookie, refresh_done },
        };
        sink.send(phase.into_response()).await.map_err(lost)?;
        self.persist(search, base.as_ref(), from, content, sink).await
    }

    /// Tells which entries are not, or no longer, part of the content: those that were deleted, and those that have changed.
    async fn send_left(
        &self,
        since: u64,
        changed: FxHashSet<Id>,
        content: &FxHashSet<Id>,
        sink: &mut Sink,
    ) -> Result<(), Answer> {
        let left: Vec<SyncUuid> = {
            let store = self.read();
            let gone = store.history().gone(Span::since(since)).ok_or_else(too_late)?;
            let gone = gone.filter(|gone| store.record(gone.id).is_none());
            let gone = gone.map(|gone| uuid(gone.id, &gone.record));
            let others = changed.iter().filter(|id| !content.contains(id));
            gone.chain(others.filter_map(|id| Some(uuid(*id, store.record(*id)?)))).collect()
        };
        for uuids in left.chunks(IDS_IN_SET) {
            let set = SyncInfo::IdSet { cookie: None, refresh_deletes: true, uuids: uuids.to_vec() };
            sink.send(set.into_response()).await.map_err(lost)?;
        }
        Ok(())
    }

    /// Waits for changes and sends them, a few versions at a time, until the client stops it.
    async fn persist(
        &self,
        search: &Search<'_>,
        base: Option<&Key>,
        mut sent: u64,
        mut content: FxHashSet<Id>,
        sink: &mut Sink,
    ) -> Result<Answer, Answer> {
        loop {
            let mut changed = std::pin::pin!(self.changed().notified());
            changed.as_mut().enable();
            let (news, to, is_all, mark, is_same_base) = {
                let store = self.read();
                let to = store.version().min(sent.saturating_add(VERSIONS_IN_STEP));
                let span = Span { after: sent, to };
                let news = search.news_of(&store, span, &mut content).ok_or_else(too_late)?;
                let is_same_base = search.base_key(&store).as_ref() == base;
                (news, to, to == store.version(), cookie(to, &store), is_same_base)
            };
            let last = news.len().saturating_sub(1);
            for (position, news) in news.into_iter().enumerate() {
                // A cookie says that all before it was sent.
                send(news, (position == last).then(|| mark.clone()), sink).await?;
            }
            if !is_same_base {
                // "If the DIT is updated [...] in a manner that causes the baseObject no longer to refer to any entry [...],
                // the server SHALL return an appropriate non-success result code" (RFC 4533 3.5.1).
                return Err(Answer::refuse(ResultCode::NO_SUCH_OBJECT, "the base object has gone or moved"));
            }
            sent = to;
            if is_all {
                changed.await;
            }
        }
    }
}

impl Search<'_> {
    /// What is to be told of an entry as it is; nothing if it is not part of the content.
    fn news(&self, store: &Store, id: Id) -> Option<News> {
        let node = store.node(id).filter(|_| scan::is_in_scope(store, id, self.base, self.scope))?;
        let record = self.viewer.view(&node.record)?;
        let op = match self.look(&record, node.children()) {
            Look::Pass => return None,
            Look::Refer => self.reference(&record)?.into(),
            Look::Show => {
                let placed = Placed { record: &record, children: node.children(), rules: self.rules };
                self.selection.show(&placed).into()
            }
        };
        Some(News { change: SyncChange::Add, uuid: uuid(id, &node.record), op })
    }

    /// What has changed in the content in a span of versions; nothing if that is not known any more.
    fn news_of(&self, store: &Store, span: Span, content: &mut FxHashSet<Id>) -> Option<Vec<News>> {
        let mut all = Vec::new();
        let deleted = |id, record: &Record| {
            let op = if self.refers(record) {
                SearchResultReference::empty().into()
            } else {
                SearchResultEntry::new(record.name(), AttributeList::default()).into()
            };
            News { change: SyncChange::Delete, uuid: uuid(id, record), op }
        };
        for gone in store.history().gone(span)? {
            if store.record(gone.id).is_none() && content.remove(&gone.id) {
                all.push(deleted(gone.id, &gone.record));
            }
        }
        for id in store.history().changed(span) {
            match self.news(store, id) {
                Some(news) if content.insert(id) => all.push(news),
                Some(news) => all.push(News { change: SyncChange::Modify, ..news }),
                None if content.remove(&id) => {
                    all.extend(store.record(id).map(|record| deleted(id, record)));
                }
                None => {}
            }
        }
        Some(all)
    }

    /// The name of the base, as long as there is one.
    fn base_key(&self, store: &Store) -> Option<Key> {
        store.record(self.base?).map(|record| store.rules.dn_key(&record.dn()))
    }
}

async fn send(news: News, cookie: Option<Bytes>, sink: &mut Sink) -> Result<(), Answer> {
    let state = SyncState::new(news.change, news.uuid);
    let state = match cookie {
        Some(cookie) => state.with_cookie(cookie),
        None => state,
    };
    sink.send_with(news.op, vec![state.into()]).await.map_err(lost)
}

/// What an entry is known by: its `entryUUID`, or its number where that is none.
fn uuid(id: Id, record: &Record) -> SyncUuid {
    let own = record.entry().first_text("entryUUID").and_then(|text| uuid::Uuid::parse_str(text).ok());
    SyncUuid::new(own.unwrap_or_else(|| uuid::Uuid::from_u128(id.into())).into_bytes())
}

fn cookie(version: u64, store: &Store) -> Bytes {
    let mut octets = store.history().content().to_be_bytes().to_vec();
    octets.extend(version.to_be_bytes());
    octets.into()
}

/// Reads a cookie; nothing if it is not of this content.
fn version(cookie: &Bytes, store: &Store) -> Option<u64> {
    let version = cookie.strip_prefix(&store.history().content().to_be_bytes()[..])?;
    let version = u64::from_be_bytes(version.try_into().ok()?);
    (version <= store.version()).then_some(version)
}

/// "e-syncRefreshRequired [...] the client [...] needs to refresh its content" (RFC 4533 3.10).
fn too_late() -> Answer {
    Answer::refuse(ResultCode::SYNC_REFRESH_REQUIRED, "more was deleted than is remembered: begin anew")
}
