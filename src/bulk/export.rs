//! `Export`: a subtree as LDIF.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::spawn_blocking;

use crate::execute::{Call, Delivery, Executor, RequestExt};
use crate::files::Output;
use crate::ldif::Writer;
use crate::model::{Filter, LdapString, Scope};
use crate::proto::SearchRequest;
use crate::proto::controls::ManageDsaIt;

use super::Progress;

use self::copy::{Copy, Stopped};
use self::sink::Sink;

mod copy;
mod error;
mod report;
mod sink;

pub use error::{ExportError, ExportErrorKind};
pub use report::{Count, ExportReport};

/// Reads a subtree and writes it as LDIF.
///
/// Memory does not grow with the number of entries: what is read is written at once, by a thread for blocking work,
/// and a slow disk slows the server down by TCP. Entries come in the order of the server, which is most often the
/// one in which they were added, parents first. Referral entries are entries (ManageDsaIT, RFC 3296).
///
/// **A file has its name only if the server ended every search with success.** Until then it lies aside; see
/// [`Output::create_aside`]. At the end another search [counts](Self::count).
///
/// # Cancel safety
///
/// Dropping the future abandons the searches; a file that lies aside is gone.
///
/// ```no_run
/// use ldapwire::Client;
/// use ldapwire::bulk::Export;
///
/// # async fn run(client: Client) -> Result<(), Box<dyn std::error::Error>> {
/// let report = Export::new("dc=example,dc=org").pages(500).to_file(&client, "export.ldif.zst").await?;
/// println!("{} entries, {} missing", report.entries, report.missing());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "an export does nothing until it is given where to"]
pub struct Export {
    base: LdapString,
    scope: Scope,
    filter: Filter,
    attributes: Vec<LdapString>,
    writer: Writer,
    pages: Option<u32>,
    connections: usize,
    count: bool,
    progress: Progress,
}

impl Export {
    /// Makes an export of all entries at and below `base`, with their user attributes.
    pub fn new(base: impl Into<LdapString>) -> Self {
        Self {
            base: base.into(),
            scope: Scope::WholeSubtree,
            filter: Filter::present("objectClass"),
            attributes: Vec::new(),
            writer: Writer::new(),
            pages: None,
            connections: 1,
            count: true,
            progress: Progress::default(),
        }
    }

    /// Sets how far below the base. Default the whole subtree.
    pub const fn scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// Sets which entries. Default all.
    pub fn filter(mut self, filter: impl Into<Filter>) -> Self {
        self.filter = filter.into();
        self
    }

    /// Sets which attributes, as [`SearchRequest::attributes`] does; `["*", "+"]` are those that the server keeps for
    /// itself, too, which it does not take back. Default all user attributes.
    pub fn attributes<A: Into<LdapString>>(mut self, selectors: impl IntoIterator<Item = A>) -> Self {
        self.attributes = selectors.into_iter().map(Into::into).collect();
        self
    }

    /// Sets how lines are written. Default as [`Writer::new`] has it.
    pub fn writer(mut self, writer: Writer) -> Self {
        self.writer = writer;
        self
    }

    /// Reads in pages of so many entries (RFC 2696): for servers that end searches after some number of entries or some
    /// time. Default one search without pages, which is quicker.
    pub const fn pages(mut self, entries: u32) -> Self {
        self.pages = Some(entries);
        self
    }

    /// Reads the children of the base with their subtrees side by side, so many at a time, each on a connection of its
    /// own. Default 1, which is one search over all. Subtrees stand in the file in pieces then, but a parent still
    /// comes before its children. Names of children with subordinates are kept in a temporary file beyond 1 MiB.
    ///
    /// A pool has to have as many connections. A client makes a connection for each part; with
    /// [pages](Self::pages) it cannot, and not every server takes several paged searches on one.
    pub const fn connections(mut self, connections: usize) -> Self {
        self.connections = if connections == 0 { 1 } else { connections };
        self
    }

    /// Sets whether another search, for names only, counts the entries at the end. Default it does.
    pub const fn count(mut self, count: bool) -> Self {
        self.count = count;
        self
    }

    /// Returns how far it has come, to be looked at while it runs.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Writes to a file, compressed if its name asks for it; `-` is the standard output stream.
    ///
    /// # Errors
    ///
    /// A search failed or was ended by the server, or the file cannot be written. What had come until then is kept
    /// [aside](ExportError::partial).
    pub async fn to_file<E: Executor>(
        &self,
        executor: &E,
        path: impl AsRef<Path>,
    ) -> Result<ExportReport, ExportError> {
        let path = path.as_ref().to_owned();
        let created = blocking(move || Output::create_aside(path)).await;
        let output = created.map_err(|error| failed(error, ExportReport::default()))?;
        let (output, written) = self.write(executor, output).await;
        match (written, output) {
            (Ok(report), Some(output)) => match blocking(|| output.finish()).await {
                Ok(()) => Ok(self.counted(executor, report).await),
                Err(error) => Err(failed(error, report)),
            },
            (Err(error), Some(output)) if error.report().entries > 0 => {
                // It may be the disk that is full; why it ended is known already.
                let last = error_line(&error);
                let kept = blocking(move || keep(output, &last)).await;
                Err(error.with_partial(kept.ok().flatten()))
            }
            (Ok(report), None) => Err(failed(io::ErrorKind::BrokenPipe.into(), report)),
            (Err(error), _) => Err(error),
        }
    }

    /// Writes to any target, and returns it with the report.
    ///
    /// # Errors
    ///
    /// As [`to_file`](Self::to_file). The target is dropped.
    pub async fn write_to<E: Executor, W: Write + Send + 'static>(
        &self,
        executor: &E,
        target: W,
    ) -> Result<(W, ExportReport), ExportError> {
        let (target, written) = self.write(executor, target).await;
        let report = written?;
        match target {
            Some(target) => Ok((target, self.counted(executor, report).await)),
            None => Err(failed(io::ErrorKind::BrokenPipe.into(), report)),
        }
    }

    async fn write<E: Executor, W: Write + Send + 'static>(
        &self,
        executor: &E,
        target: W,
    ) -> (Option<W>, Result<ExportReport, ExportError>) {
        let sink = Sink::start(target);
        let copy = Copy { export: self, executor, sink: &sink, report: Mutex::default() };
        let copied = copy.run().await;
        let report = copy.report.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (target, written) = sink.finish().await;
        let result = match (copied, written) {
            (Err(Stopped::Because(kind)), _) => Err(ExportError::new(kind, report)),
            (_, Err(error)) => Err(failed(error, report)),
            (Err(Stopped::Gone), Ok(())) => Err(failed(io::ErrorKind::BrokenPipe.into(), report)),
            (Ok(()), Ok(())) => Ok(report),
        };
        (target, result)
    }

    /// Adds to the report how many entries there are.
    async fn counted<E: Executor>(&self, executor: &E, mut report: ExportReport) -> ExportReport {
        if self.count {
            report.counted = Some(match self.found(executor).await {
                Ok(found) => Count::Found(found),
                Err(error) => Count::Failed(Arc::new(error)),
            });
        }
        report
    }

    async fn found<E: Executor>(&self, executor: &E) -> Result<u64, crate::error::Error> {
        let call = self.call(self.base.clone(), self.scope).map(|search| search.attributes(["1.1"]));
        let delivery = self.pages.map_or(Delivery::Stall, Delivery::Paged);
        let mut stream = executor.search(call.with_delivery(delivery)).await?;
        while stream.next_entry().await?.is_some() {}
        Ok(stream.delivered())
    }

    fn call(&self, base: LdapString, scope: Scope) -> Call<SearchRequest> {
        SearchRequest::new(base, scope, self.filter.clone())
            .attributes(self.attributes.iter().cloned())
            .with_control(ManageDsaIt)
    }

    /// Whether this operational attribute was asked for.
    fn wants(&self, attribute: &'static str) -> bool {
        let is_it = |selector: &LdapString| selector == "+" || selector.eq_ignore_ascii_case(attribute);
        self.attributes.iter().any(is_it)
    }
}

fn failed(error: io::Error, report: ExportReport) -> ExportError {
    ExportError::new(ExportErrorKind::Output(error), report)
}

/// The last line of a file that is not whole.
fn error_line(error: &ExportError) -> Vec<u8> {
    let mut line = Vec::new();
    Writer::new().unfolded().comment(&format!("incomplete: {error}"), &mut line);
    line
}

fn keep(mut output: Output, last: &[u8]) -> io::Result<Option<std::path::PathBuf>> {
    output.write_all(last)?;
    output.keep()
}

/// Does what blocks where it may.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    spawn_blocking(work).await?
}

#[cfg(all(test, feature = "directory"))]
mod tests;
