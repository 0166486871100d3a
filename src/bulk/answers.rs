//! What becomes of a record when its attempt is over.

use tokio::time::Instant;

use crate::error::{Error, ErrorKind};
use crate::ldif::ChangeRecord;
use crate::model::ResultCode;

use super::attempt::{Answer, Attempt};
use super::pack::Along;
use super::record::Job;
use super::run::{Answered, Event, Run, given_up};
use super::schedule::RecordId;
use super::worker::{State, pause};
use super::{Connections, Outcome, OutcomeKind, Rejection, Stop};

/// How often a record is tried that comes back without an answer: one that breaks each connection must not break all.
const SETBACKS: u32 = 3;

/// How often a record is sent to a server that says that it is busy; with the pauses between that is most of a minute.
const BUSY: u32 = 16;

impl<C: Connections> Run<'_, C> {
    pub(super) fn heard(&mut self, event: Event<C::Connection>) {
        match event {
            Event::Answered(answered) => self.answered(*answered),
            Event::Connected { worker, result: Ok((connection, undo)) } => {
                self.is_up(worker, connection, undo)
            }
            Event::Connected { worker, result: Err(error) } => self.not_connected(worker, error),
        }
    }

    fn answered(&mut self, answered: Answered) {
        let Answered { worker, generation, id, mut job, along, begun, answer } = answered;
        let now = Instant::now();
        if let Some(place) = self.workers.get_mut(worker) {
            place.end();
        }
        let was_packed = !along.is_empty();
        if was_packed {
            job.is_alone = true;
            self.answered_along(worker, along, &answer);
        }
        match answer.attempt {
            // Which of them is to blame is found by sending each alone.
            Attempt::Over(Outcome::Rejected(_)) if was_packed => {
                self.progress(worker, begun, now);
                self.scheduler.retry(id, job);
            }
            Attempt::Over(outcome) => {
                self.progress(worker, begun, now);
                self.settle(id, &job, outcome, answer.undo.as_deref());
            }
            Attempt::NoParent(result) => {
                self.progress(worker, begun, now);
                if let Err(job) = self.scheduler.hold(id, job) {
                    self.settle(id, &job, Outcome::Rejected(Rejection::NoParent(result)), None);
                }
            }
            Attempt::NotLeaf(result) => {
                self.progress(worker, begun, now);
                if let Err(job) = self.scheduler.hold_full(id, job) {
                    self.settle(id, &job, Outcome::Rejected(Rejection::Refused(result)), None);
                }
            }
            Attempt::Busy(result) => {
                job.busy += 1;
                self.troubles = 0;
                if let Some(place) = self.workers.get_mut(worker) {
                    place.is_busy(now);
                }
                if job.busy < BUSY {
                    self.scheduler.retry(id, job);
                } else {
                    self.settle(id, &job, Outcome::Rejected(Rejection::Refused(result)), None);
                }
            }
            Attempt::NotSent(error) => {
                let is_usable = error.is_connection_usable();
                self.trouble(worker, generation, error);
                self.again(id, job, is_usable);
            }
            Attempt::Lost(error) => {
                job.is_doubtful = true;
                // That of several that were packed is not that of one.
                job.undo = answer.undo.filter(|_| !was_packed);
                job.server = self.workers.get(worker).map(|place| place.server.clone());
                self.trouble(worker, generation, error);
                if self.settings.resolves {
                    self.again(id, job, true);
                } else {
                    self.settle(id, &job, Outcome::Unknown, None);
                }
            }
            Attempt::NotLooked(error) => self.not_looked(worker, generation, id, job, error, now),
        }
    }

    /// Ends what was packed with a record that was carried out, or puts it back, to go one by one behind that one.
    fn answered_along(&mut self, worker: usize, along: Along, answer: &Answer) {
        // What undoes all of them is that of the first.
        let undo: Option<&[_]> = answer.undo.as_ref().map(|_| &[][..]);
        for (id, mut job) in along.into_iter().rev() {
            match answer.attempt {
                Attempt::Over(Outcome::Applied) => self.settle(id, &job, Outcome::Applied, undo),
                _ => {
                    job.is_alone = true;
                    if matches!(answer.attempt, Attempt::Lost(_)) {
                        job.is_doubtful = true;
                        job.server = self.workers.get(worker).map(|place| place.server.clone());
                    }
                    self.scheduler.put_back(id, job);
                }
            }
        }
    }

    /// What was there could not be read, and nothing was sent.
    fn not_looked(
        &mut self,
        worker: usize,
        generation: u64,
        id: RecordId,
        mut job: Box<Job>,
        error: Error,
        now: Instant,
    ) {
        match error.kind() {
            ErrorKind::Refused { result, .. } if result.code() == ResultCode::BUSY && job.busy < BUSY => {
                job.busy += 1;
                if let Some(place) = self.workers.get_mut(worker) {
                    place.is_busy(now);
                }
                self.scheduler.retry(id, job);
            }
            ErrorKind::Refused { .. } if job.is_doubtful => self.settle(id, &job, Outcome::Unknown, None),
            ErrorKind::Refused { result, .. } => {
                let outcome = Outcome::Rejected(Rejection::Refused(result.clone()));
                self.settle(id, &job, outcome, None);
            }
            _ => {
                // A connection that was lost under a look says nothing of the record.
                let is_usable = error.is_connection_usable();
                self.trouble(worker, generation, error);
                self.again(id, job, is_usable);
            }
        }
    }

    /// Lets a record have another try, if it may have one.
    fn again(&mut self, id: RecordId, mut job: Box<Job>, counts: bool) {
        job.setbacks += u32::from(counts);
        if job.setbacks > SETBACKS {
            self.settle(id, &job, given_up(job.is_doubtful), None);
        } else {
            self.scheduler.retry(id, job);
        }
    }

    /// Ends a record.
    pub(super) fn settle(
        &mut self,
        id: RecordId,
        job: &Job,
        outcome: Outcome,
        undo: Option<&[ChangeRecord]>,
    ) {
        let is_there =
            outcome.kind().is_success() || outcome.code() == Some(ResultCode::ENTRY_ALREADY_EXISTS);
        self.scheduler.finish(id, is_there);
        self.note(job, outcome, undo);
    }

    /// Writes down what became of a record.
    pub(super) fn note(&mut self, job: &Job, outcome: Outcome, undo: Option<&[ChangeRecord]>) {
        let kind = outcome.kind();
        if let Err(stop) = self.books.note(job, outcome, undo) {
            self.stop.get_or_insert(stop);
        }
        if !kind.is_success() && kind != OutcomeKind::NotSent {
            self.failures += 1;
            if self.settings.stop_after.is_some_and(|most| self.failures >= most) {
                self.stop.get_or_insert(Stop::Failures(self.failures));
            }
        }
    }

    /// Notes that a server answers.
    fn progress(&mut self, worker: usize, begun: Instant, now: Instant) {
        self.troubles = 0;
        if let Some(place) = self.workers.get_mut(worker) {
            place.answered(now.saturating_duration_since(begun));
        }
    }

    /// Notes an error that may be the end of a connection; it is made again later.
    fn trouble(&mut self, worker: usize, generation: u64, error: Error) {
        let now = Instant::now();
        let Some(place) = self.workers.get_mut(worker) else { return };
        let is_lost = !error.is_connection_usable()
            && place.generation == generation
            && matches!(place.state, State::Up(_));
        if is_lost {
            place.state = State::Down(now + pause(0));
            self.went_down(error, false);
        }
    }

    fn not_connected(&mut self, worker: usize, error: Error) {
        let Some(place) = self.workers.get_mut(worker) else { return };
        place.state = State::Down(Instant::now() + pause(place.tries));
        place.tries = place.tries.saturating_add(1);
        let is_first = self.connects == 1;
        self.went_down(error, is_first);
    }

    /// Ends the load if there is no connection, and there was none often enough.
    fn went_down(&mut self, error: Error, is_hopeless: bool) {
        self.troubles = self.troubles.saturating_add(1);
        let others = self.workers.iter().any(|worker| !matches!(worker.state, State::Down(_)));
        // Each of them has as many tries.
        let connections = u32::try_from(self.workers.len()).unwrap_or(u32::MAX);
        let most = self.settings.reconnects.saturating_mul(connections);
        if !others && (is_hopeless || self.troubles > most) {
            self.stop.get_or_insert(Stop::Connection(error));
        }
    }
}
