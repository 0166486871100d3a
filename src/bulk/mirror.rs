//! `Mirror`: what makes a subtree what it should be.

use std::io::{self, Read};
use std::path::PathBuf;

use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use crate::error::Error;
use crate::execute::{Delivery, Executor, RequestExt};
use crate::files::{Diff, DiffOptions, FileError, Records, Unsorted};
use crate::ldif::{LdifRecord, Located, Position};
use crate::model::{AttributeDescription, Dn, Filter, LdapString, ResultCode, Scope};
use crate::proto::controls::{AssertionControl, ManageDsaIt};
use crate::proto::{SearchRequest, SearchResultEntry};
use crate::schema::Schema;

use super::Progress;
use super::supported::is_supported;

mod error;
mod plan;

pub use error::{MirrorError, MirrorErrorKind};
pub use plan::{Plan, PlanSummary};

/// Compares a subtree of a server with what it should be, and makes a [`Plan`] of the changes.
///
/// What it should be comes from LDIF or from the same subtree of another server. Entries are the same if their names are,
/// values if the server's schema says so. What servers set themselves is left out, by a list of names and by the
/// schema.
///
/// Memory does not grow with the subtrees: both are sorted, in memory up to a [limit](Self::memory) and beyond it in temporary
/// files. Nothing is changed before the plan is carried out.
///
/// ```no_run
/// use ldapwire::Client;
/// use ldapwire::bulk::Mirror;
/// use ldapwire::files::Records;
/// use ldapwire::ldif::ReadOptions;
///
/// # async fn run(client: Client) -> Result<(), Box<dyn std::error::Error>> {
/// let wanted = Records::open("people.ldif.gz", ReadOptions::new())?;
/// let mut plan = Mirror::new("ou=people,dc=example,dc=org").plan(&client, wanted).await?;
/// println!("{}", plan.summary());
/// plan.write_to(&mut std::io::stdout())?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a mirror does nothing until a plan is made"]
pub struct Mirror {
    base: LdapString,
    ignored: Vec<AttributeDescription>,
    memory: usize,
    pages: Option<u32>,
    extra: Extra,
    progress: Progress,
}

/// What a plan does with entries that should not be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Extra {
    /// They are deleted.
    #[default]
    Delete,
    /// They stay as they are.
    Keep,
}

impl Mirror {
    /// Makes a mirror of all entries at and below `base`.
    pub fn new(base: impl Into<LdapString>) -> Self {
        Self {
            base: base.into(),
            ignored: Vec::new(),
            memory: 32 * 1024 * 1024,
            pages: None,
            extra: Extra::Delete,
            progress: Progress::default(),
        }
    }

    /// Leaves attributes alone, as [`DiffOptions::ignoring`] does: those that somebody else cares for. Default those that
    /// servers set themselves; they are left alone in any case.
    pub fn ignoring<D: Into<AttributeDescription>>(
        mut self,
        attributes: impl IntoIterator<Item = D>,
    ) -> Self {
        self.ignored.extend(attributes.into_iter().map(Into::into));
        self
    }

    /// Sets what becomes of entries that should not be there. Default they are deleted.
    pub const fn extra(mut self, extra: Extra) -> Self {
        self.extra = extra;
        self
    }

    /// Sets how many octets of each side are sorted in memory. Default 32 MiB; see [`DiffOptions::memory`].
    pub const fn memory(mut self, octets: usize) -> Self {
        self.memory = octets;
        self
    }

    /// Reads servers in pages of so many entries; see [`Export::pages`](super::Export::pages).
    pub const fn pages(mut self, entries: u32) -> Self {
        self.pages = Some(entries);
        self
    }

    /// Returns how many entries were read of servers, to be looked at while a plan is made.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Compares the subtree of a server with LDIF, all of whose entries have to be at or below the base.
    ///
    /// # Errors
    ///
    /// A search failed, the LDIF cannot be used, or a temporary file cannot be written.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future abandons the searches; temporary files are gone.
    pub async fn plan<E: Executor>(
        &self,
        executor: &E,
        wanted: Records<impl Read + Send + 'static>,
    ) -> Result<Plan, MirrorError> {
        let mut unsorted = self.unsorted(wanted.path().to_owned())?;
        let reading = spawn_blocking(move || {
            for record in wanted {
                unsorted.push(record?)?;
            }
            Ok::<_, FileError>(unsorted)
        });
        let (schema, target) = self.target(executor).await?;
        let wanted = reading.await.map_err(io::Error::from)??;
        self.compare(schema, target, wanted).await
    }

    /// Compares the subtree of a server with the same subtree of another one.
    ///
    /// # Errors
    ///
    /// As [`plan`](Self::plan); `noSuchObject` if the other server has no such entry.
    ///
    /// # Cancel safety
    ///
    /// As [`plan`](Self::plan).
    pub async fn plan_from<E: Executor, S: Executor>(
        &self,
        executor: &E,
        source: &S,
    ) -> Result<Plan, MirrorError> {
        let (schema, target) = self.target(executor).await?;
        let wanted = self.gather(source, "(source)", &[]).await?;
        self.compare(schema, target, wanted).await
    }

    /// Reads what the server knows of its schema, and the subtree as it is; of a base that is not there nothing.
    async fn target<E: Executor>(&self, executor: &E) -> Result<(Target, Unsorted), MirrorError> {
        let target = Target::read(executor).await?;
        let guards: &[&str] = if target.asserts { &GUARDS } else { &[] };
        let entries = match self.gather(executor, "(server)", guards).await {
            Err(error) if error.code() == Some(ResultCode::NO_SUCH_OBJECT) => {
                self.unsorted(PathBuf::from("(server)"))?
            }
            gathered => gathered?,
        };
        Ok((target, entries))
    }

    /// Reads a subtree of a server. Sorting goes on beside it, on a thread for blocking work.
    async fn gather<E: Executor>(
        &self,
        executor: &E,
        name: &'static str,
        guards: &[&'static str],
    ) -> Result<Unsorted, MirrorError> {
        let search =
            SearchRequest::new(self.base.clone(), Scope::WholeSubtree, Filter::present("objectClass"))
                .attributes(["*"].iter().chain(guards).copied())
                .with_control(ManageDsaIt)
                .with_delivery(self.pages.map_or(Delivery::Stall, Delivery::Paged));
        let mut chunks = executor.search(search).await?.chunks().of(CHUNK);
        let unsorted = self.unsorted(PathBuf::from(name))?;
        let (sender, receiver) = mpsc::channel(WAITING);
        let sorting = spawn_blocking(move || sort(unsorted, receiver));
        while let Some(chunk) = chunks.next().await? {
            let count = chunk.len() as u64;
            if sender.send(chunk).await.is_err() {
                break;
            }
            self.progress.add(count, 0);
        }
        drop(sender);
        Ok(sorting.await.map_err(io::Error::from)??)
    }

    async fn compare(&self, target: Target, old: Unsorted, new: Unsorted) -> Result<Plan, MirrorError> {
        let mut options = DiffOptions::new().ignoring_operational().ignoring(self.ignored.iter().cloned());
        if let Some(schema) = target.schema {
            options = options.ignoring(operational(&schema)).equality(schema);
        }
        if target.asserts {
            options = options.guarded_by(GUARDS);
        }
        let extra = self.extra;
        let plan = spawn_blocking(move || {
            let diff = Diff::of(old.sort()?, new.sort()?, options);
            Plan::write(diff, extra)
        });
        plan.await.map_err(io::Error::from)?
    }

    fn unsorted(&self, name: PathBuf) -> Result<Unsorted, MirrorError> {
        let base = Dn::parse(&self.base).map_err(MirrorErrorKind::Base)?;
        Ok(Unsorted::new(name, self.memory).within(&base))
    }
}

/// What is known of the server that is to change.
struct Target {
    /// None if the server does not show it.
    schema: Option<Schema>,
    /// Whether it knows the assertion control.
    asserts: bool,
}

impl Target {
    async fn read<E: Executor>(executor: &E) -> Result<Self, Error> {
        let root = executor.root_dse().await?;
        let asserts = is_supported::<AssertionControl>(&root);
        let Some(subschema) = root.first_text("subschemaSubentry") else {
            return Ok(Self { schema: None, asserts });
        };
        // "clients SHOULD specify [...] (objectClass=subschema)" (RFC 4512 4.4)
        let filter = Filter::equality("objectClass", "subschema");
        let search = SearchRequest::new(subschema, Scope::BaseObject, filter).attributes(["*", "+"]);
        match executor.search_one(search).await {
            Ok(entry) => Ok(Self { schema: Some(Schema::from_entry(&entry.to_entry())), asserts }),
            // Values are compared by their octets then.
            Err(error) if error.is_connection_usable() => Ok(Self { schema: None, asserts }),
            Err(error) => Err(error),
        }
    }
}

fn sort(
    mut unsorted: Unsorted,
    mut entries: mpsc::Receiver<Vec<SearchResultEntry>>,
) -> Result<Unsorted, FileError> {
    let mut number = 0;
    while let Some(chunk) = entries.blocking_recv() {
        for entry in chunk {
            number += 1;
            let position = Position::new(number, number, 0);
            unsorted.push(Located::new(position, LdifRecord::Content(entry.to_entry())))?;
        }
    }
    Ok(unsorted)
}

/// The names of what clients may not write.
fn operational(schema: &Schema) -> Vec<String> {
    let types = schema.attribute_types().iter();
    let operational = types.filter(|found| found.is_no_user_modification || found.usage.is_operational());
    operational.flat_map(|found| found.names.iter().map(ToString::to_string)).collect()
}

/// What changes with an entry, the more exact one first.
const GUARDS: [&str; 2] = ["entryCSN", "modifyTimestamp"];

/// The entries that are handed over at a time.
const CHUNK: usize = 256;

/// The chunks that wait to be sorted: they pin what they were received in.
const WAITING: usize = 2;

#[cfg(all(test, feature = "directory"))]
mod tests;
