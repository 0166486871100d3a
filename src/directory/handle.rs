//! The directory itself.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, RwLockReadGuard};

use tokio::sync::Notify;

use crate::model::{Dn, Entry, Filter, ResultCode, Scope};
use crate::proto::{OpKind, ProtocolOp};
use crate::server::{Answer, Handler, Operation, Sink};

use super::builder::DirectoryBuilder;
use super::changing::{Changing, not_kept};
use super::computed::Placed;
use super::durable::{Durability, Folder, Journal, Recovery};
use super::error::DirectoryError;
use super::options::Options;
use super::scan::{self, Plan};
use super::store::Store;

/// A directory in memory. Clones are the same directory.
///
/// It is a [`Handler`], to be served by any [`Server`](crate::server::Server) behind any layers;
/// [`DirectoryBuilder::start`] is the short way.
///
/// ```
/// use ldapwire::directory::Directory;
/// use ldapwire::model::{Entry, Scope};
/// use ldapwire::proto::SearchRequest;
/// use ldapwire::{Executor, filter};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let directory = Directory::builder()
///     .entry(Entry::new("dc=example").with("objectClass", ["domain"]).with("dc", ["example"]))
///     .entry(Entry::new("uid=ada,dc=example").with("objectClass", ["account"]).with("uid", ["ada"]))
///     .start()
///     .await?;
/// let client = directory.client().await?;
/// let search = SearchRequest::new("dc=example", Scope::WholeSubtree, filter!("(uid={})", "ADA"));
/// assert_eq!(client.search_one(search).await?.dn(), "uid=ada,dc=example");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Directory {
    inner: Arc<Inner>,
}

struct Inner {
    store: RwLock<Store>,
    options: Options,
    /// When it was made, as `GeneralizedTime`.
    began: String,
    changed: Notify,
    kept: OnceLock<Kept>,
}

/// What a directory has that is kept in a folder.
struct Kept {
    journal: Arc<Journal>,
    recovery: Recovery,
    /// Why the entries could not be written anew.
    failure: Mutex<Option<Arc<DirectoryError>>>,
}

impl Directory {
    /// Begins a directory.
    pub fn builder() -> DirectoryBuilder {
        DirectoryBuilder::new()
    }

    pub(super) fn new(store: Store, options: Options) -> Self {
        let (store, changed, kept) = (RwLock::new(store), Notify::new(), OnceLock::new());
        let began = options.now();
        Self { inner: Arc::new(Inner { store, options, began, changed, kept }) }
    }

    /// Makes a directory that is kept in a folder from now on. `load` fills one that is new.
    pub(super) fn keep(
        mut store: Store,
        options: Options,
        (folder, durability): (&Path, Durability),
        load: impl FnOnce(&Self) -> Result<(), DirectoryError>,
    ) -> Result<Self, DirectoryError> {
        let folder = Folder::open(folder)?;
        let (recovery, sequence) = folder.recover(&mut store)?;
        let directory = Self::new(store, options);
        if !recovery.is_from_data {
            load(&directory)?;
        }
        let journal = folder.keep(&directory.read(), sequence, durability)?;
        // Set once, here.
        let _ = directory.inner.kept.set(Kept {
            journal: Arc::new(journal),
            recovery,
            failure: Mutex::default(),
        });
        Ok(directory)
    }

    /// Returns how many entries there are.
    pub fn len(&self) -> usize {
        self.read().len()
    }

    /// Returns whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns how often something was changed; for tests that want to see that nothing was.
    pub fn changes(&self) -> u64 {
        self.read().version()
    }

    /// Returns the entry of this name with all that is stored of it, operational attributes too; nothing if there is none.
    pub fn entry(&self, dn: &str) -> Option<Entry> {
        let dn = Dn::parse(dn).ok()?;
        let store = self.read();
        store.by_name(&dn).map(|(_, record)| record.entry())
    }

    /// Returns whether there is an entry of this name that matches the filter, as a search of it alone would say.
    pub fn is_match(&self, dn: &str, filter: &Filter) -> bool {
        let Ok(dn) = Dn::parse(dn) else { return false };
        let store = self.read();
        let node = store.find(&dn).and_then(|id| store.node(id));
        let node =
            node.map(|node| Placed { record: &node.record, children: node.children(), rules: &store.rules });
        node.is_some_and(|placed| scan::is_match(filter, &placed))
    }

    /// Returns whether an entry that need not be here matches the filter by the rules of this directory.
    pub fn would_match(&self, entry: &Entry, filter: &Filter) -> bool {
        filter.evaluate_by(entry, &self.read().rules).is_true()
    }

    /// Returns the first entry that matches a filter.
    pub(super) fn first(&self, filter: &Filter) -> Option<Entry> {
        let store = self.read();
        let plan = Plan::new(&store, None, Scope::WholeSubtree, filter, false);
        let mut walk = plan.walk(0);
        while !walk.is_over() {
            let mut records = walk.step(&store).into_iter().map(|(_, record, _)| record);
            if let Some(found) = records.find(|record| filter.evaluate_on(&**record, &store.rules).is_true())
            {
                return Some(found.entry());
            }
        }
        None
    }

    /// Waits until the content is as wanted; at once if it is. Waits for ever if it never is.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost.
    ///
    /// ```
    /// use ldapwire::Executor;
    /// use ldapwire::directory::Directory;
    /// use ldapwire::proto::DeleteRequest;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let directory = Directory::builder().ldif("dn: dc=example\nobjectClass: domain\n").start().await?;
    /// let client = directory.client().await?;
    /// let deleting = tokio::spawn(async move { client.delete(DeleteRequest::new("dc=example")).await });
    /// directory.wait_until(|directory| directory.is_empty()).await;
    /// # deleting.await??;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn wait_until(&self, is_wanted: impl Fn(&Self) -> bool) {
        loop {
            let mut changed = std::pin::pin!(self.inner.changed.notified());
            changed.as_mut().enable();
            if is_wanted(self) {
                return;
            }
            changed.await;
        }
    }

    /// Returns all entries, each behind the one above it, with all that is stored of them.
    pub fn entries(&self) -> Vec<Entry> {
        self.read().records().map(|record| record.entry()).collect()
    }

    /// Returns what was found in the [folder](DirectoryBuilder::data) when the directory was started, if there is one.
    pub fn recovery(&self) -> Option<&Recovery> {
        self.inner.kept.get().map(|kept| &kept.recovery)
    }

    /// Writes all entries in one file of the [folder](DirectoryBuilder::data), and forgets the changes before: what
    /// happens by itself when those have become many. Does nothing without a folder, or while that goes on. Blocks
    /// while it writes; changes go on meanwhile.
    ///
    /// # Errors
    ///
    /// A file cannot be written. Nothing is lost then.
    pub fn compact(&self) -> Result<(), DirectoryError> {
        let Some(journal) = self.journal() else { return Ok(()) };
        let Some(_turn) = journal.begin_compaction() else { return Ok(()) };
        let begin = || {
            let store = self.read();
            let sequence = journal.begin_log()?;
            Ok((sequence, store.records().cloned().collect::<Vec<_>>()))
        };
        let compacted = begin().and_then(|(sequence, records)| journal.finish_compaction(sequence, &records));
        journal.compacted(compacted.is_ok());
        if compacted.is_ok() {
            self.set_compaction_failure(None);
        }
        compacted.map_err(|source| DirectoryError::Data { path: journal.path().to_owned(), source })
    }

    /// Returns why the entries could not be [written anew](Self::compact) when it was time, if the last attempt failed. Nothing is
    /// lost then, but the folder grows and a start takes longer; it is tried again when there are as many changes more.
    pub fn compaction_failure(&self) -> Option<Arc<DirectoryError>> {
        let kept = self.inner.kept.get()?;
        kept.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_compaction_failure(&self, failure: Option<DirectoryError>) {
        let Some(kept) = self.inner.kept.get() else { return };
        *kept.failure.lock().unwrap_or_else(PoisonError::into_inner) = failure.map(Arc::new);
        self.inner.changed.notify_waiters();
    }

    pub(super) fn journal(&self) -> Option<&Arc<Journal>> {
        self.inner.kept.get().map(|kept| &kept.journal)
    }

    /// What tells that something was changed.
    pub(super) fn changed(&self) -> &Notify {
        &self.inner.changed
    }

    pub(super) fn options(&self) -> &Options {
        &self.inner.options
    }

    /// When the directory was made, as `GeneralizedTime`.
    pub(super) fn began(&self) -> &str {
        &self.inner.began
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, Store> {
        self.inner.store.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> Changing<'_> {
        let store = self.inner.store.write().unwrap_or_else(PoisonError::into_inner);
        Changing::new(store, self.journal(), &self.inner.changed)
    }

    /// Gives an answer when what it says is on the disk.
    async fn settle(&self, journal: &Arc<Journal>, answer: Answer) -> Answer {
        if let Err(error) = journal.settle().await {
            return not_kept(&error);
        }
        if journal.is_large() {
            let directory = self.clone();
            // It goes on by itself, and loses nothing if it fails.
            drop(tokio::task::spawn_blocking(move || {
                if let Err(failure) = directory.compact() {
                    directory.set_compaction_failure(Some(failure));
                }
            }));
        }
        answer
    }

    async fn carry_out(&self, operation: &Operation, sink: &mut Sink) -> Result<Answer, Answer> {
        self.check_restricted(operation)?;
        // What may wait is large, and in memory of its own, so that changes, which hardly do, need little.
        match operation.op() {
            ProtocolOp::SearchRequest(request) => Box::pin(self.search(request, operation, sink)).await,
            ProtocolOp::CompareRequest(request) => self.compare(request, operation),
            ProtocolOp::AddRequest(_)
            | ProtocolOp::DeleteRequest(_)
            | ProtocolOp::ModifyRequest(_)
            | ProtocolOp::ModifyDnRequest(_) => self.update(operation),
            ProtocolOp::BindRequest(request) => Box::pin(self.bind(request, operation)).await,
            ProtocolOp::ExtendedRequest(request) => Box::pin(self.extended(request, operation)).await,
            other => Err(unknown(other.kind())),
        }
    }
}

/// Whether what an operation did may have to be on the disk before it is answered.
const fn changes_something(kind: OpKind) -> bool {
    // A bind, too: the password policy counts those that fail.
    !matches!(kind, OpKind::SearchRequest | OpKind::CompareRequest)
}

fn unknown(kind: OpKind) -> Answer {
    Answer::refuse(ResultCode::PROTOCOL_ERROR, format!("a {kind} is not answered here"))
}

impl Handler for Directory {
    #[expect(clippy::manual_async_fn, reason = "an asynchronous function keeps what it takes twice")]
    fn handle(&self, operation: Operation, sink: &mut Sink) -> impl Future<Output = Answer> + Send {
        async move {
            let answer = self.carry_out(&operation, sink).await.unwrap_or_else(|refusal| refusal);
            match self.journal() {
                Some(journal) if changes_something(operation.kind()) => {
                    Box::pin(self.settle(journal, answer)).await
                }
                _ => answer,
            }
        }
    }
}

impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Directory").field("entries", &self.len()).finish_non_exhaustive()
    }
}
