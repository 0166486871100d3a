//! A load that runs.
//!
//! ```text
//!            take                  issue                 answered
//!  records ───────▶ scheduler ──────────────▶ connection ─────────▶ books
//!                       ▲     retry, hold         │
//!                       └─────────────────────────┘
//! ```
//!
//! Advice for the next maintainer: all of it is one task. It takes every answer that is there before it waits, and what it sends in
//! one turn is written by the connections together: a system call for many requests is what makes it quick.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until};

use crate::ber::Writer;
use crate::error::Error;
use crate::ldif::Change;
use crate::model::SortKeys;
use crate::proto::encode_operation;

use super::attempt::{Answer, Rules, Undo};
use super::books::Books;
use super::journal::Known;
use super::load::Settings;
use super::pace::Pace;
use super::pack::Along;
use super::record::{Job, octets};
use super::schedule::{Bounds, Claims, RecordId, Scheduler};
use super::worker::Worker;
use super::{Connections, Outcome, Record, Rejection, Report, Stop};

/// A load that runs.
pub(super) struct Run<'a, C: Connections> {
    pub(super) connections: &'a C,
    pub(super) settings: Settings,
    pub(super) rules: Arc<Rules>,
    pub(super) books: Books<'a>,
    pub(super) scheduler: Scheduler<Box<Job>>,
    pub(super) workers: Vec<Worker<C::Connection>>,
    pub(super) events: FuturesUnordered<Coming<'a, C::Connection>>,
    pub(super) pace: Option<Pace>,
    /// When the pace lets the next record go.
    pub(super) paced_until: Option<Instant>,
    /// Connections that were asked for.
    pub(super) connects: usize,
    /// Connections that were lost or not made since the last answer.
    pub(super) troubles: u32,
    pub(super) failures: u64,
    pub(super) stop: Option<Stop>,
    keys: SortKeys,
    /// Records that came up.
    taken: u64,
    has_ended: bool,
    /// Why the input cannot be read on.
    fault: Option<Box<dyn std::error::Error + Send + Sync>>,
    started: Instant,
}

/// What is under way, and will be an event.
type Coming<'a, C> = Pin<Box<dyn Future<Output = Event<C>> + Send + 'a>>;

/// What happens to a load.
pub(super) enum Event<C> {
    /// An attempt is over.
    Answered(Box<Answered>),
    /// A connection was made, or not.
    Connected { worker: usize, result: Result<(C, Undo), Error> },
}

/// An attempt that is over.
pub(super) struct Answered {
    pub(super) worker: usize,
    pub(super) generation: u64,
    pub(super) id: RecordId,
    pub(super) job: Box<Job>,
    /// Those that were packed with it, in their order.
    pub(super) along: Along,
    pub(super) begun: Instant,
    pub(super) answer: Answer,
}

/// Records that are taken up beyond those that are under way and those that are held: enough that behind a barrier or within a family
/// there is something else to do.
const WAITING: usize = 1024;

/// The octets of records that are taken up at most, unless it is a single one.
const WAITING_OCTETS: usize = 16 * 1024 * 1024;

/// Records that are taken up without a pause for the other tasks of the thread.
const RUN: usize = 256;

/// The octets of a message around its operation: tag and length, and the message id.
const MESSAGE_HEAD: usize = 12;

impl<'a, C: Connections> Run<'a, C> {
    pub(super) fn new(connections: &'a C, settings: Settings, books: Books<'a>) -> Self {
        let started = Instant::now();
        let undo = if settings.undo.is_some() { Undo::Read } else { Undo::Unwanted };
        let rules = Rules {
            mode: settings.mode,
            is_dry_run: settings.is_dry_run,
            undo,
            equality: Arc::clone(&settings.equality),
        };
        let under_way = settings.window.saturating_mul(settings.max_concurrent);
        let bounds = Bounds {
            records: under_way.saturating_add(settings.held).saturating_add(WAITING),
            octets: WAITING_OCTETS,
            held: settings.held,
        };
        Self {
            connections,
            rules: Arc::new(rules),
            books,
            scheduler: Scheduler::new(bounds),
            workers: Vec::new(),
            events: FuturesUnordered::new(),
            pace: settings.rate.map(|rate| Pace::new(rate, started)),
            paced_until: None,
            connects: 0,
            troubles: 0,
            failures: 0,
            stop: None,
            keys: SortKeys::default(),
            taken: 0,
            has_ended: false,
            fault: None,
            started,
            settings,
        }
    }

    /// Carries out all records.
    pub(super) async fn finish<S, R, E>(mut self, records: S) -> Report
    where
        S: Stream<Item = Result<R, E>>,
        R: Into<Record>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let mut records = pin!(records);
        loop {
            let now = Instant::now();
            self.advance(now);
            if self.is_over() {
                break;
            }
            let wakes_at = self.wakes_at(now);
            if self.events.is_empty() && !self.wants_record() && wakes_at.is_none() {
                break;
            }
            tokio::select! {
                biased;
                is_long = poll_fn(|cx| self.poll_batch(records.as_mut(), cx)) => if is_long {
                    yield_now().await;
                },
                () = sleep_until(wakes_at.unwrap_or(now)), if wakes_at.is_some() => {}
            }
        }
        self.give_up_the_rest(records).await;
        let stop = self.stop.or_else(|| self.fault.map(Stop::Input));
        let (report, closed) = self.books.close(stop.is_none());
        let stop = stop.or_else(|| closed.err());
        report.finish(self.started.elapsed(), stop)
    }

    /// Takes all that has happened, and the records that are wanted; returns whether these were so many that other tasks
    /// should have their turn.
    ///
    /// **What is sent is sent behind that, together**: one answer, one request would be a system call for each, and wake the
    /// server each time.
    fn poll_batch<S, R, E>(&mut self, mut records: Pin<&mut S>, cx: &mut Context<'_>) -> Poll<bool>
    where
        S: Stream<Item = Result<R, E>>,
        R: Into<Record>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let mut is_any = false;
        while let Poll::Ready(Some(event)) = self.events.poll_next_unpin(cx) {
            self.heard(event);
            is_any = true;
        }
        for _ in 0..RUN {
            if !self.wants_record() {
                break;
            }
            match records.as_mut().poll_next(cx) {
                Poll::Ready(record) => self.came(record),
                Poll::Pending if is_any => return Poll::Ready(false),
                Poll::Pending => return Poll::Pending,
            }
            is_any = true;
        }
        if is_any { Poll::Ready(self.wants_record()) } else { Poll::Pending }
    }

    /// Does what can be done without waiting.
    fn advance(&mut self, now: Instant) {
        if self.stop.is_some() {
            return;
        }
        if self.scheduler.is_stalled() && (self.has_ended || !self.scheduler.has_room()) {
            self.scheduler.relieve();
        }
        self.connect(now);
        self.issue(now);
    }

    fn is_over(&self) -> bool {
        match self.stop {
            Some(_) => self.workers.iter().all(Worker::is_idle),
            None => self.has_ended && self.scheduler.len() == 0,
        }
    }

    fn wants_record(&self) -> bool {
        let connections = self.workers.len().max(1);
        let enough = self.settings.window.saturating_mul(connections).saturating_mul(2);
        let is_open = !self.has_ended && self.stop.is_none();
        is_open && self.scheduler.ready() < enough && self.scheduler.has_room()
    }

    /// Returns when there is something to do without an event.
    fn wakes_at(&self, now: Instant) -> Option<Instant> {
        if self.scheduler.ready() == 0 || self.stop.is_some() {
            return None;
        }
        let workers = self.workers.iter().filter_map(Worker::wakes_at);
        workers.chain(self.paced_until).filter(|at| *at > now).min()
    }

    /// Takes up what came from the input.
    fn came<R, E>(&mut self, record: Option<Result<R, E>>)
    where
        R: Into<Record>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        match record {
            Some(Ok(record)) => {
                let (job, known) = self.number(record.into());
                match known {
                    Known::Settled => {}
                    Known::Another => self.stop = Some(Stop::AnotherInput { number: job.number }),
                    Known::Fresh | Known::Doubtful => self.take(job),
                }
            }
            // What came before is carried out.
            Some(Err(error)) => {
                self.has_ended = true;
                self.fault = Some(error.into());
            }
            None => {
                self.has_ended = true;
                if let Some(number) = self.books.missing(self.taken) {
                    self.stop = Some(Stop::AnotherInput { number });
                }
            }
        }
    }

    /// Gives a record its number, and looks what is known of it.
    fn number(&mut self, record: Record) -> (Job, Known) {
        self.taken += 1;
        let (position, record) = record.into_parts();
        let print = self.books.print(&record);
        let known = self.books.known(self.taken, print);
        let is_doubtful = known == Known::Doubtful;
        let job = Job {
            number: self.taken,
            position,
            record,
            print,
            is_doubtful,
            undo: None,
            server: None,
            setbacks: 0,
            busy: 0,
            is_alone: false,
        };
        (job, known)
    }

    /// Takes a record up, unless it cannot be sent.
    fn take(&mut self, job: Job) {
        let octets = octets(&job.record);
        let is_entry = matches!(job.record.change(), Change::Add(_));
        if !is_entry && !self.settings.mode.takes_changes() {
            return self.reject(&job, Rejection::NotAnEntry);
        }
        let limit = self.settings.message_limit;
        // The estimate is above what the message has, by some octets for each value.
        if octets > limit {
            let octets = message_octets(&job);
            if octets > limit {
                return self.reject(&job, Rejection::TooLarge { octets, limit });
            }
        }
        let claims = Claims::of(job.record.change(), &mut self.keys);
        self.scheduler.push(Box::new(job), claims, octets);
    }

    fn reject(&mut self, job: &Job, rejection: Rejection) {
        self.note(job, Outcome::Rejected(rejection), None);
    }

    /// Counts what was not sent.
    async fn give_up_the_rest<S, R, E>(&mut self, mut records: Pin<&mut S>)
    where
        S: Stream<Item = Result<R, E>>,
        R: Into<Record>,
    {
        let mut left = self.scheduler.drain();
        left.sort_unstable_by_key(|job| job.number);
        for job in left {
            self.note(&job, given_up(job.is_doubtful), None);
        }
        if self.has_ended || matches!(self.stop, Some(Stop::AnotherInput { .. })) {
            return;
        }
        while let Some(Ok(record)) = poll_fn(|cx| records.as_mut().poll_next(cx)).await {
            let (job, known) = self.number(record.into());
            if !matches!(known, Known::Settled | Known::Another) {
                self.note(&job, given_up(job.is_doubtful), None);
            }
            if self.taken.is_multiple_of(RUN as u64) {
                yield_now().await;
            }
        }
    }
}

/// The outcome of a record that is not sent, or not once more.
pub(super) const fn given_up(is_doubtful: bool) -> Outcome {
    if is_doubtful { Outcome::Unknown } else { Outcome::NotSent }
}

/// Returns the octets that the message of a record has; none if there is no such message, which the connection tells.
fn message_octets(job: &Job) -> usize {
    let (change, controls) = job.record.clone().into_parts();
    let mut writer = Writer::new();
    match encode_operation(&change.into(), &controls, &mut writer) {
        Ok(()) => writer.len() + MESSAGE_HEAD,
        Err(_) => 0,
    }
}

impl<C: Connections> fmt::Debug for Run<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("taken", &self.taken).field("books", &self.books).finish_non_exhaustive()
    }
}
