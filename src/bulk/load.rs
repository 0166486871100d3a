//! `Load`: many records into a directory.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use futures_core::Stream;

use crate::model::ValueEquality;

use super::books::{Books, Observer};
use super::likeness::Likeness;
use super::run::Run;
use super::{Connections, Failure, LoadError, Mode, Record, Report};

/// Many records into a directory: quickly, in an order that makes sense, and with an [outcome](super::Outcome) for each.
///
/// Records come from any stream: of an LDIF file ([`RecordStream`](crate::files::RecordStream), or [`records`](super::records) of any
/// iterator), of a search, of the caller's. They go over several connections, many at a time on each, and **keep their order
/// where it matters: an entry comes behind the one above it, changes of one entry follow each other, and a delete or a rename waits
/// for what touches its subtree and lets what comes later wait.** An entry that comes before the one above it is held back, as is a
/// delete that comes before those of the entries below.
///
/// What a load holds at a time is bounded, whatever the size of the input: the operations under way, the records that wait
/// (1024 more, or 16 MiB), and those that are held back.
///
/// ```
/// use ldapwire::bulk::{Load, OutcomeKind, Record, records};
/// use ldapwire::directory::Directory;
/// use ldapwire::model::Entry;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let root = Entry::new("dc=example").with("objectClass", ["domain"]).with("dc", ["example"]);
/// let directory = Directory::builder().entry(root).start().await?;
/// let client = directory.client().await?;
/// let people = (0..1000).map(|number| {
///     let uid = format!("u{number}");
///     Record::from(Entry::new(format!("uid={uid},dc=example")).with("objectClass", ["account"]).with("uid", [uid]))
/// });
/// let report = Load::new().max_concurrent(1).run(&client, records(people)).await?;
/// assert_eq!(report.count(OutcomeKind::Applied), 1000);
/// assert_eq!(directory.len(), 1001);
/// # Ok(())
/// # }
/// ```
#[must_use = "a load does nothing until it runs"]
pub struct Load<'a> {
    settings: Settings,
    observer: Option<Observer<'a>>,
}

/// How a load is done.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) mode: Mode,
    pub(super) max_concurrent: usize,
    pub(super) window: usize,
    pub(super) batch_size: usize,
    pub(super) held: usize,
    pub(super) message_limit: usize,
    pub(super) pack: usize,
    pub(super) rate: Option<u32>,
    pub(super) stop_after: Option<u64>,
    pub(super) reconnects: u32,
    pub(super) resolves: bool,
    pub(super) is_dry_run: bool,
    pub(super) input: Option<PathBuf>,
    pub(super) journal: Option<PathBuf>,
    pub(super) rejects: Option<PathBuf>,
    pub(super) undo: Option<PathBuf>,
    pub(super) equality: Arc<dyn ValueEquality + Send + Sync>,
}

impl<'a> Load<'a> {
    /// Makes a load with the defaults: entries are added.
    pub fn new() -> Self {
        Self {
            settings: Settings {
                mode: Mode::Add,
                max_concurrent: 5,
                window: 64,
                batch_size: 100,
                held: 1000,
                message_limit: 4 * 1024 * 1024 - 1,
                pack: 1,
                rate: None,
                stop_after: None,
                reconnects: 10,
                resolves: true,
                is_dry_run: false,
                input: None,
                journal: None,
                rejects: None,
                undo: None,
                equality: Arc::new(Likeness),
            },
            observer: None,
        }
    }

    /// Sets what is done with a record. Default [`Mode::Add`].
    pub const fn mode(mut self, mode: Mode) -> Self {
        self.settings.mode = mode;
        self
    }

    /// Sets how many connections are used at most. Default 5. Another one is made when there is more to do than those that are
    /// there take at a time.
    pub const fn max_concurrent(mut self, connections: usize) -> Self {
        self.settings.max_concurrent = if connections == 0 { 1 } else { connections };
        self
    }

    /// Sets how many operations are under way on each connection at most. Default 64. There are fewer while the server says that
    /// it is busy, or takes longer than a second to answer. More than a client lets be
    /// [in flight](crate::ConnectOptions::in_flight) only wait there.
    pub const fn window(mut self, operations: usize) -> Self {
        self.settings.window = if operations == 0 { 1 } else { operations };
        self
    }

    /// Sets behind how many settled records the journal and the other files are written. Default 100. With fewer there is less to
    /// look at again behind a crash, and more to write.
    pub const fn batch_size(mut self, records: usize) -> Self {
        self.settings.batch_size = if records == 0 { 1 } else { records };
        self
    }

    /// Sets how many records are held back at a time: entries because the one above them has not come yet, deletes because of
    /// entries below. Default 1000. Beyond it, and when nothing else is left to do, the oldest is tried once more and then
    /// [rejected](super::Rejection::NoParent).
    pub const fn held(mut self, records: usize) -> Self {
        self.settings.held = records;
        self
    }

    /// Sets how many octets a message may have that is sent. Default 4,194,303, what OpenLDAP takes from who is bound unless it is told
    /// otherwise. **A server closes the connection on a larger one**, so that it is [rejected](super::Rejection::TooLarge) here.
    pub const fn message_limit(mut self, octets: usize) -> Self {
        self.settings.message_limit = octets;
        self
    }

    /// Sets how many records a second are sent. Default no limit.
    pub const fn rate(mut self, per_second: u32) -> Self {
        self.settings.rate = Some(per_second);
        self
    }

    /// Stops when so many records have failed. Default never. What is under way then ends; the rest of the input is counted as
    /// [`NotSent`](super::Outcome::NotSent).
    pub const fn stop_after(mut self, failures: u64) -> Self {
        self.settings.stop_after = Some(failures);
        self
    }

    /// Sets how often in a row each connection is made again while nothing is answered, with pauses that grow to 30 seconds. Default
    /// 10, which waits more than a minute for a server that starts again; with 0 a load ends with its connections.
    pub const fn reconnects(mut self, times: u32) -> Self {
        self.settings.reconnects = times;
        self
    }

    /// Leaves records whose answer was lost as [`Unknown`](super::Outcome::Unknown), instead of looking whether they were carried
    /// out, and sending those that were not.
    pub const fn without_resolving(mut self) -> Self {
        self.settings.resolves = false;
        self
    }

    /// Only reads, and tells what would become of each record. Each is compared with the directory as it is now, and not as
    /// the records before would make it. Neither a journal nor an undo file is written.
    pub const fn dry_run(mut self) -> Self {
        self.settings.is_dry_run = true;
        self
    }

    /// Packs changes that follow each other and add values to one attribute of one entry into one request, up to so many: members
    /// of a group, say, of which each would else wait for the one before. Default 1, which packs nothing. If the request is
    /// refused, its changes are sent one by one.
    pub const fn pack(mut self, records: usize) -> Self {
        self.settings.pack = if records == 0 { 1 } else { records };
        self
    }

    /// Says which file the records are read from, so that a load is refused that would write to it. The files of a load are
    /// different ones in any case, or it does not begin.
    pub fn input(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.input = Some(path.into());
        self
    }

    /// Keeps a journal in this file, **and goes on behind an earlier load if the file is there**: the same input has to
    /// be given, from its beginning. What that load settled is not sent again; what it may have sent without an answer is
    /// looked at first. Works behind any end of either side: `kill -9`, a crash of the machine, a restart of the server.
    pub fn journal(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.journal = Some(path.into());
        self
    }

    /// Writes what failed into this file, as LDIF, each record behind a comment with the reason: to be mended and applied again.
    /// With a [journal](Self::journal) it has what is settled; what is not comes when the load is resumed.
    pub fn rejects(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.rejects = Some(path.into());
        self
    }

    /// Writes what undoes the load into this file, as LDIF, the last record first, when it is over. What an entry was
    /// before comes with the change, if the server can (RFC 4527), and is read before otherwise.
    pub fn undo(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.undo = Some(path.into());
        self
    }

    /// Sets how values are compared when an entry is [replaced](Mode::AddOrReplace). Default by their octets; superclasses of
    /// standard classes, which servers add, are left where they are.
    pub fn equality(mut self, equality: impl ValueEquality + Send + Sync + 'static) -> Self {
        self.settings.equality = Arc::new(equality);
        self
    }

    /// Tells of each record when it is settled, those that went well among them. The function must not block.
    pub fn on_outcome(mut self, observer: impl FnMut(&Failure) + Send + 'a) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Carries the records out, to the end of the input or until there is a reason to [stop](Report::stop).
    ///
    /// Files are written in between, on the thread of the caller.
    ///
    /// # Errors
    ///
    /// A file cannot be used, or is to be used for two things; nothing was sent. Whatever happens later is in the report.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future abandons what is under way, of which it is not known whether it was carried out. With a journal a later
    /// load looks.
    pub async fn run<C, S, R, E>(self, connections: &C, records: S) -> Result<Report, LoadError>
    where
        C: Connections,
        S: Stream<Item = Result<R, E>>,
        R: Into<Record>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let Self { mut settings, observer } = self;
        if settings.is_dry_run {
            (settings.journal, settings.undo) = (None, None);
        }
        let step = settings.batch_size.max(settings.window.saturating_mul(settings.max_concurrent)) as u64;
        let books = Books::open(&settings, observer, step.saturating_mul(4))?;
        Ok(Run::new(connections, settings, books).finish(records).await)
    }
}

#[cfg(all(test, feature = "directory"))]
impl Load<'_> {
    pub(super) fn settings(self) -> Settings {
        self.settings
    }
}

impl Default for Load<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Load<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Load")
            .field("mode", &self.settings.mode)
            .field("max_concurrent", &self.settings.max_concurrent)
            .field("window", &self.settings.window)
            .field("journal", &self.settings.journal)
            .finish_non_exhaustive()
    }
}
