//! `Delete`: a subtree and all that is in it.

use std::io::Write;
use std::time::Duration;

use crate::error::Error;
use crate::execute::{Executor, RequestExt};
use crate::ldif::{ChangeRecord, Writer};
use crate::model::{Filter, LdapString, ResultCode, Scope};
use crate::proto::DeleteRequest;
use crate::proto::controls::{ControlValue, ManageDsaIt, TreeDelete};

use super::supported::is_supported;
use super::{Connections, Load, Mode, OutcomeKind, Progress, Record, Report, try_records};

use self::names::Names;

mod error;
mod names;
mod report;

pub use error::{DeleteError, DeleteErrorKind};
pub use report::DeleteReport;

/// Deletes a subtree: in one request where the server can, and otherwise its entries one by one, the deepest first.
///
/// For the latter the names are read first and sorted, in 32 MiB of memory and beyond that in temporary files, and deleted
/// by a [`Load`]. Entries that somebody adds meanwhile keep those above them from being deleted: then this looks again, a few
/// times. Referral entries are deleted as entries (ManageDsaIT, RFC 3296).
///
/// # Cancel safety
///
/// Dropping the future abandons what is under way. To begin again goes on with what is left.
///
/// ```
/// use ldapwire::bulk::Delete;
/// use ldapwire::directory::Directory;
/// use ldapwire::model::Entry;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let entry = |dn: &str| Entry::new(dn).with("objectClass", ["device"]);
/// let names = ["o=a", "cn=b,o=a", "cn=c,cn=b,o=a", "cn=d,cn=b,o=a"];
/// let directory = Directory::builder().entries(names.map(entry)).start().await?;
/// let report = Delete::new("cn=b,o=a").run(&directory.client().await?).await?;
/// assert_eq!((report.deleted, report.left), (3, 0));
/// assert_eq!(directory.len(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is deleted until it runs"]
pub struct Delete {
    base: LdapString,
    scope: Scope,
    filter: Option<Filter>,
    keeps_base: bool,
    by: DeleteBy,
    pages: Option<u32>,
    window: usize,
    max_concurrent: usize,
    stop_after: Option<u64>,
    timeout: Duration,
    progress: Progress,
}

/// How a subtree is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeleteBy {
    /// By the control if the server names it among those that it supports and takes it, and entry by entry otherwise.
    #[default]
    Either,
    /// Entry by entry.
    Entries,
    /// By the control for deleting trees ([`TreeDelete`]), or not at all.
    Control,
}

impl Delete {
    /// Makes a delete of the entry with this name and of all below it.
    pub fn new(base: impl Into<LdapString>) -> Self {
        Self {
            base: base.into(),
            scope: Scope::WholeSubtree,
            filter: None,
            keeps_base: false,
            by: DeleteBy::Either,
            pages: None,
            window: 64,
            max_concurrent: 1,
            stop_after: None,
            timeout: Duration::from_secs(600),
            progress: Progress::default(),
        }
    }

    /// Sets how far below the base. Default the whole subtree. With any other, entries that have others below them are refused.
    pub const fn scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// Deletes only the entries that match. One that has others below it that do not is refused.
    pub fn filter(mut self, filter: impl Into<Filter>) -> Self {
        self.filter = Some(filter.into());
        self
    }

    /// Leaves the base itself where it is.
    pub const fn keep_base(mut self) -> Self {
        self.keeps_base = true;
        self
    }

    /// Sets how. Default [`DeleteBy::Either`]. The control is for whole subtrees only.
    pub const fn by(mut self, by: DeleteBy) -> Self {
        self.by = by;
        self
    }

    /// Reads names in pages of so many entries. Default no pages: where the server ends the search early, what it has found is
    /// deleted and the rest searched for again.
    pub const fn pages(mut self, entries: u32) -> Self {
        self.pages = Some(entries);
        self
    }

    /// Sets how many deletes are under way on each connection at most. Default 64; see [`Load::window`].
    pub const fn window(mut self, operations: usize) -> Self {
        self.window = operations;
        self
    }

    /// Sets how many connections are used at most. Default 1; see [`Load::max_concurrent`].
    pub const fn max_concurrent(mut self, connections: usize) -> Self {
        self.max_concurrent = connections;
        self
    }

    /// Stops when so many entries could not be deleted. Default never.
    pub const fn stop_after(mut self, failures: u64) -> Self {
        self.stop_after = Some(failures);
        self
    }

    /// Sets how long the server may take for a request with the control. Default 10 minutes.
    pub const fn control_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Returns how many entries are deleted, to be looked at while it runs.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Counts what would be deleted, and changes nothing.
    ///
    /// # Errors
    ///
    /// The search failed; so it does where the server ends it early, which [pages](Self::pages) prevent.
    pub async fn count<E: Executor>(&self, executor: &E) -> Result<u64, DeleteError> {
        Ok(Names::read(self, executor).await?.whole()?.count)
    }

    /// Writes what would be deleted as LDIF, in the order of [`DeleteBy::Entries`], and changes nothing. Returns how many entries these
    /// are.
    ///
    /// # Errors
    ///
    /// As [`count`](Self::count), or the target cannot be written.
    pub async fn preview<E: Executor>(
        &self,
        executor: &E,
        target: &mut impl Write,
    ) -> Result<u64, DeleteError> {
        let names = Names::read(self, executor).await?.whole()?;
        let count = names.count;
        let (mut writer, mut text) = (Writer::new(), Vec::new());
        for dn in names.sorted {
            let change = ChangeRecord::new(DeleteRequest::new(dn?));
            // A name alone can always be written.
            let _ = writer.change(&change, &mut text);
            target.write_all(&text)?;
            text.clear();
        }
        Ok(count)
    }

    /// Deletes.
    ///
    /// # Errors
    ///
    /// A search failed, or the control was asked for and refused, or a temporary file cannot be written. What becomes of each
    /// entry otherwise is in the report.
    pub async fn run<C: Connections + Executor>(&self, connections: &C) -> Result<DeleteReport, DeleteError> {
        if self.by != DeleteBy::Entries
            && let Some(report) = self.by_control(connections).await?
        {
            return Ok(report);
        }
        let mut report = DeleteReport::default();
        let mut repeats = 0;
        loop {
            let names = match Names::read(self, connections).await {
                // All of it was deleted, by somebody.
                Err(error) if report.passes > 0 && error.code() == Some(ResultCode::NO_SUCH_OBJECT) => {
                    return Ok(report);
                }
                names => names.map_err(|error| error.with_report(&report))?,
            };
            if names.count == 0 {
                return Ok(report);
            }
            let is_cut = names.cut.is_some();
            let load = self.delete(connections, names).await.map_err(|error| error.with_report(&report))?;
            let deleted = load.count(OutcomeKind::Applied) + load.count(OutcomeKind::AppliedVerified);
            let is_blocked = load.codes().contains_key(&ResultCode::NOT_ALLOWED_ON_NON_LEAF);
            let is_over = load.stop().is_some();
            report.add(load, deleted);
            repeats += u32::from(!is_cut);
            // The search comes to an end by itself as long as each pass deletes something of what it found.
            if is_over || deleted == 0 || !(is_cut || is_blocked) || repeats > MAX_REPEATS {
                return Ok(report);
            }
        }
    }

    /// Deletes by one request, or by some where the server wants to be asked again. None if it is to be done otherwise.
    async fn by_control<E: Executor>(&self, executor: &E) -> Result<Option<DeleteReport>, DeleteError> {
        let is_whole = self.scope == Scope::WholeSubtree && self.filter.is_none() && !self.keeps_base;
        let is_must = self.by == DeleteBy::Control;
        if !is_must && (!is_whole || !self.has_control(executor).await?) {
            return Ok(None);
        }
        if !is_whole {
            return Err(DeleteErrorKind::NotWhole.into());
        }
        let found = match self.count(executor).await {
            // It can be done in parts, but not be counted.
            Err(error) if !is_must && error.code().is_some_and(is_limit) => return Ok(None),
            found => found?,
        };
        self.progress.expect(found);
        let request = || {
            DeleteRequest::new(self.base.clone())
                .with_control(TreeDelete.critical())
                .with_timeout(self.timeout)
        };
        for _ in 0..MAX_REQUESTS {
            match executor.delete(request()).await {
                Ok(_) => {
                    self.progress.add(found, 0);
                    return Ok(Some(DeleteReport::by_control(found)));
                }
                // Servers that delete so many entries at a time say so, and want to be asked again.
                Err(error) if error.code().is_some_and(is_limit) => {}
                Err(error) if !is_must && error.code().is_some() => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        }
        Err(DeleteErrorKind::TooManyRequests { limit: MAX_REQUESTS }.into())
    }

    async fn has_control<E: Executor>(&self, executor: &E) -> Result<bool, Error> {
        let root = executor.root_dse().await?;
        Ok(is_supported::<TreeDelete>(&root))
    }

    async fn delete<C: Connections>(&self, connections: &C, names: Names) -> Result<Report, DeleteError> {
        self.progress.expect(self.progress.entries() + names.count);
        let progress = self.progress.clone();
        let mut load = Load::new()
            .mode(Mode::Apply)
            .window(self.window)
            .max_concurrent(self.max_concurrent)
            .on_outcome(move |record| progress.add(u64::from(record.outcome.kind().is_success()), 0));
        if let Some(failures) = self.stop_after {
            load = load.stop_after(failures);
        }
        let records = names.sorted.map(|dn| {
            let change = ChangeRecord::new(DeleteRequest::new(dn?));
            Ok::<_, std::io::Error>(Record::new(change.with_controls([ManageDsaIt.into_control()])))
        });
        // It has no files that could be wrong.
        load.run(connections, try_records(records))
            .await
            .map_err(|error| DeleteErrorKind::File(std::io::Error::other(error)).into())
    }
}

/// Whether the server did a part.
fn is_limit(code: ResultCode) -> bool {
    let limits =
        [ResultCode::SIZE_LIMIT_EXCEEDED, ResultCode::TIME_LIMIT_EXCEEDED, ResultCode::ADMIN_LIMIT_EXCEEDED];
    limits.contains(&code)
}

/// How often it is looked again for entries that somebody added meanwhile: who adds as quickly as this deletes has to be stopped
/// otherwise.
const MAX_REPEATS: u32 = 5;

/// How often a server is asked to go on deleting a tree. Active Directory deletes some 16,000 entries at a time: this is enough for
/// a hundred million.
const MAX_REQUESTS: u32 = 10_000;

#[cfg(all(test, feature = "directory"))]
mod tests;
