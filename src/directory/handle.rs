//! The directory itself.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use tokio::sync::Notify;

use crate::model::{Dn, Entry, Filter, ResultCode};
use crate::proto::{OpKind, ProtocolOp};
use crate::server::{Answer, Handler, Operation, Sink};

use super::builder::DirectoryBuilder;
use super::changing::Changing;
use super::computed::Placed;
use super::options::Options;
use super::scan;
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
    changed: Notify,
}

impl Directory {
    /// Begins a directory.
    pub fn builder() -> DirectoryBuilder {
        DirectoryBuilder::new()
    }

    pub(super) fn new(store: Store, options: Options) -> Self {
        Self { inner: Arc::new(Inner { store: RwLock::new(store), options, changed: Notify::new() }) }
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
        store.by_name(&dn).map(|(_, record)| record.entry.clone())
    }

    /// Returns whether there is an entry of this name that matches the filter, as a search of it alone would say.
    pub fn is_match(&self, dn: &str, filter: &Filter) -> bool {
        let Ok(dn) = Dn::parse(dn) else { return false };
        let store = self.read();
        let node = store.find(&dn).and_then(|id| store.node(id));
        let node = node.map(|node| Placed {
            record: &node.record,
            children: node.children.len(),
            rules: &store.rules,
        });
        node.is_some_and(|placed| scan::is_match(filter, &placed))
    }

    /// Returns whether an entry that need not be here matches the filter by the rules of this directory.
    pub fn would_match(&self, entry: &Entry, filter: &Filter) -> bool {
        filter.evaluate_by(entry, &self.read().rules).is_true()
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
        let store = self.read();
        let ids = store.root_ids().iter().flat_map(|root| store.subtree(*root));
        ids.filter_map(|id| store.record(id)).map(|record| record.entry.clone()).collect()
    }

    pub(super) fn options(&self) -> &Options {
        &self.inner.options
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, Store> {
        self.inner.store.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> Changing<'_> {
        let store = self.inner.store.write().unwrap_or_else(PoisonError::into_inner);
        Changing::new(store, &self.inner.changed)
    }

    async fn carry_out(&self, operation: &Operation, sink: &mut Sink) -> Result<Answer, Answer> {
        match operation.op() {
            ProtocolOp::SearchRequest(request) => self.search(request, operation, sink).await,
            ProtocolOp::CompareRequest(request) => self.compare(request, operation),
            ProtocolOp::AddRequest(_)
            | ProtocolOp::DeleteRequest(_)
            | ProtocolOp::ModifyRequest(_)
            | ProtocolOp::ModifyDnRequest(_) => self.update(operation),
            ProtocolOp::BindRequest(request) => self.bind(request, operation).await,
            ProtocolOp::ExtendedRequest(request) => self.extended(request, operation).await,
            other => Err(unknown(other.kind())),
        }
    }
}

fn unknown(kind: OpKind) -> Answer {
    Answer::refuse(ResultCode::PROTOCOL_ERROR, format!("a {kind} is not answered here"))
}

impl Handler for Directory {
    async fn handle(&self, operation: Operation, sink: &mut Sink) -> Answer {
        self.carry_out(&operation, sink).await.unwrap_or_else(|refusal| refusal)
    }
}

impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Directory").field("entries", &self.len()).finish_non_exhaustive()
    }
}
