//! From searches to LDIF.

use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use crate::error::Error;
use crate::execute::{Call, Delivery, Executor, SearchItem, SearchStream};
use crate::files::Backwards;
use crate::ldif::Writer;
use crate::model::{AttributeDescription, Entry, Filter, LdapString, ResultCode, Scope};
use crate::proto::{SearchRequest, SearchResultEntry};

use super::sink::{Gone, Sink};
use super::{Export, ExportErrorKind, ExportReport};

/// The octets that are gathered before they are handed over.
const GATHERED: usize = 128 * 1024;

/// With room for the entry that goes beyond.
const ROOM: usize = GATHERED + GATHERED / 4;

/// "TRUE if the entry has subordinates" (X.501 14.4.3).
const HAS_SUBORDINATES: &str = "hasSubordinates";

/// What is the same for all searches of an export.
pub(super) struct Copy<'a, E, W> {
    pub(super) export: &'a Export,
    pub(super) executor: &'a E,
    pub(super) sink: &'a Sink<W>,
    /// What was handed over to the sink so far, by any of the searches.
    pub(super) report: Mutex<ExportReport>,
}

/// Why a search was not copied to its end.
pub(super) enum Stopped {
    /// The target takes no more.
    Gone,
    /// All else.
    Because(ExportErrorKind),
}

/// Which entries of a search are copied.
#[derive(Clone, Copy)]
enum Part {
    All,
    /// All, of a child that may be gone by now.
    Child,
    /// Those without subordinates, which the server marks in each; the mark is not copied.
    Leaves,
}

impl<E: Executor, W: Write + Send + 'static> Copy<'_, E, W> {
    /// Copies all. The report counts what was written, however this ends.
    pub(super) async fn run(&self) -> Result<(), Stopped> {
        let mut head = Vec::new();
        self.export.writer.version(&mut head);
        self.hand_over(&mut head, 0).await?;
        match (self.export.connections, self.export.scope) {
            (2.., Scope::WholeSubtree) => self.run_by_children().await,
            (_, scope) => self.copy(self.call(&self.export.base, scope, Delivery::Stall), Part::All).await,
        }
    }

    /// Copies the base, then a subtree of each child, a few at a time. Children that the server knows to be leaves come
    /// by one search.
    async fn run_by_children(&self) -> Result<(), Stopped> {
        let base = &self.export.base;
        self.copy(self.call(base, Scope::BaseObject, Delivery::Stall), Part::All).await?;
        let (mut inner, has_leaves) = self.list_children().await?;
        let mut leaves = has_leaves.then(|| {
            let call = self.call(base, Scope::SingleLevel, Delivery::OwnConnection);
            call.map(|search| add_selector(search, HAS_SUBORDINATES))
        });
        let mut running = FuturesUnordered::new();
        loop {
            while running.len() < self.export.connections {
                if let Some(call) = leaves.take() {
                    running.push(self.copy(call, Part::Leaves));
                } else if let Some(dn) = inner.pop().map_err(ExportErrorKind::Output)? {
                    let call = self.call(&dn.into(), Scope::WholeSubtree, Delivery::OwnConnection);
                    running.push(self.copy(call, Part::Child));
                } else {
                    break;
                }
            }
            match running.next().await {
                Some(copied) => copied?,
                None => return Ok(()),
            }
        }
    }

    /// Returns the names of the children that have or may have subordinates, and whether there are others.
    async fn list_children(&self) -> Result<(Backwards, bool), Stopped> {
        let call = self.call(&self.export.base, Scope::SingleLevel, Delivery::Stall).map(|search| {
            // A child that the filter does not want may have some below it that it does.
            let all = Filter::present("objectClass");
            SearchRequest::new(search.base().clone(), search.scope(), all).attributes([HAS_SUBORDINATES])
        });
        let mut stream = self.executor.search(call).await?;
        let (mut inner, mut has_leaves) = (Backwards::default(), false);
        while let Some(child) = stream.next_entry().await? {
            if is_leaf(&child) {
                has_leaves = true;
            } else {
                inner.push(child.dn().to_owned()).map_err(ExportErrorKind::Output)?;
            }
        }
        Ok((inner, has_leaves))
    }

    fn call(&self, base: &LdapString, scope: Scope, delivery: Delivery) -> Call<SearchRequest> {
        let delivery = self.export.pages.map_or(delivery, Delivery::Paged);
        self.export.call(base.clone(), scope).with_delivery(delivery)
    }

    async fn copy(&self, call: Call<SearchRequest>, part: Part) -> Result<(), Stopped> {
        let mut stream = self.executor.search(call).await?;
        let mut writer = self.export.writer.clone();
        let (mut text, mut entries) = (Vec::with_capacity(ROOM), 0);
        let copied = loop {
            match self.next(&mut stream, part, &mut writer, &mut text).await {
                Ok(Some(count)) => entries += count,
                Ok(None) => break Ok(()),
                Err(ExportErrorKind::Search(error)) if part.is_gone(&error) => break Ok(()),
                Err(kind) => break Err(Stopped::Because(kind)),
            }
            if text.len() >= GATHERED {
                self.hand_over(&mut text, std::mem::take(&mut entries)).await?;
            }
        };
        // What came before a failure was asked for, too.
        self.hand_over(&mut text, entries).await?;
        copied
    }

    /// Writes the next item into `text`, and returns how many entries that were; `None` after the last.
    async fn next(
        &self,
        stream: &mut SearchStream,
        part: Part,
        writer: &mut Writer,
        text: &mut Vec<u8>,
    ) -> Result<Option<u64>, ExportErrorKind> {
        match stream.next_item().await? {
            Some(SearchItem::Entry(entry, _)) => {
                let written = match part {
                    Part::All | Part::Child => writer.entry(&entry, text),
                    Part::Leaves if !is_leaf(&entry) => return Ok(Some(0)),
                    Part::Leaves if self.export.wants(HAS_SUBORDINATES) => writer.entry(&entry, text),
                    Part::Leaves => writer.content(&without(&entry, HAS_SUBORDINATES), text),
                };
                written.map_err(|error| ExportErrorKind::Entry { dn: entry.name().detach(), error })?;
                return Ok(Some(1));
            }
            Some(SearchItem::Reference(urls, _)) => {
                for url in &urls {
                    writer.comment(&format!("ref: {url}"), text);
                }
                text.push(b'\n');
                self.report().add_reference(&urls);
            }
            Some(SearchItem::Intermediate(_)) => {}
            None => return Ok(None),
        }
        Ok(Some(0))
    }

    /// Gives what is gathered to the sink and counts it.
    async fn hand_over(&self, text: &mut Vec<u8>, entries: u64) -> Result<(), Stopped> {
        let octets = text.len();
        if octets == 0 {
            return Ok(());
        }
        self.sink
            .write(std::mem::replace(text, Vec::with_capacity(ROOM)))
            .await
            .map_err(|Gone| Stopped::Gone)?;
        let mut report = self.report();
        report.entries += entries;
        report.octets += octets as u64;
        self.export.progress.add(entries, octets);
        Ok(())
    }

    fn report(&self) -> MutexGuard<'_, ExportReport> {
        // Counts are whole at any time.
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Part {
    /// Whether the part has gone with its base since the children were listed.
    fn is_gone(self, error: &Error) -> bool {
        matches!(self, Self::Child) && error.code() == Some(ResultCode::NO_SUCH_OBJECT)
    }
}

fn is_leaf(entry: &SearchResultEntry) -> bool {
    entry.first_text(HAS_SUBORDINATES).is_some_and(|has| has.eq_ignore_ascii_case("FALSE"))
}

fn without(entry: &SearchResultEntry, name: &str) -> Entry {
    let name = AttributeDescription::from(name);
    let (dn, attributes) = entry.to_entry().into_parts();
    let mut rest = Entry::new(dn);
    rest.extend(attributes.into_iter().filter(|attribute| *attribute.description() != name));
    rest
}

/// Asks for one more attribute; an empty list stands for all user attributes (RFC 4511 4.5.1.8).
fn add_selector(search: SearchRequest, name: &'static str) -> SearchRequest {
    let mut selectors: Vec<LdapString> = search.selectors().to_vec();
    if selectors.is_empty() {
        selectors.push("*".into());
    }
    selectors.push(name.into());
    search.attributes(selectors)
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Because(error.into())
    }
}

impl From<ExportErrorKind> for Stopped {
    fn from(kind: ExportErrorKind) -> Self {
        Self::Because(kind)
    }
}
