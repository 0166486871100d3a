//! One record, carried out on one connection.
//!
//! The common way is short: the request is sent and answered. All others - to look what is there, to compare, to undo - are for
//! the records that ask for them.

use std::fmt;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Phase};
use crate::execute::{Call, Executor, Response};
use crate::ldif::{Change, ChangeError, ChangeProblem, ChangeRecord};
use crate::model::{Entry, LdapString, ResultCode, ValueEquality};
use crate::proto::controls::{ControlValue, PreRead, PreReadResponse};
use crate::proto::{LdapResult, ModifyRequest, SearchRequest};

use super::record::Job;
use super::verify::{self, Found};
use super::{Mode, Outcome, Rejection};

/// What holds for all records that go over one connection.
#[derive(Clone)]
pub(super) struct Rules {
    pub(super) mode: Mode,
    pub(super) is_dry_run: bool,
    /// Whether what undoes a record is wanted.
    pub(super) undo: Undo,
    pub(super) equality: Arc<dyn ValueEquality + Send + Sync>,
}

/// How what undoes a record is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undo {
    Unwanted,
    /// By a read before.
    Read,
    /// By the control that reads before, in one step with the change.
    PreRead,
}

/// How an attempt ended.
#[derive(Debug)]
pub(super) enum Attempt {
    /// The record is settled.
    Over(Outcome),
    /// The server had too much to do.
    Busy(LdapResult),
    /// There is nothing above the entry to add.
    NoParent(LdapResult),
    /// There are entries below the one to delete.
    NotLeaf(LdapResult),
    /// The server cannot have seen it.
    NotSent(Error),
    /// It was sent, and no answer came.
    Lost(Error),
    /// Whether it was carried out could not be looked at; it was not sent.
    NotLooked(Error),
}

/// What an attempt brought.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) attempt: Attempt,
    /// What undoes the record, in order, if it was carried out; nothing if that is not known.
    pub(super) undo: Option<Vec<ChangeRecord>>,
}

impl From<Attempt> for Answer {
    fn from(attempt: Attempt) -> Self {
        Self { attempt, undo: None }
    }
}

impl From<Outcome> for Attempt {
    fn from(outcome: Outcome) -> Self {
        Self::Over(outcome)
    }
}

/// Carries out a record.
pub(super) async fn carry_out<E: Executor>(connection: &E, job: &Job, rules: &Rules) -> Answer {
    if rules.is_dry_run {
        return Box::pin(rehearse(connection, job, rules)).await.into();
    }
    if job.is_doubtful {
        match Box::pin(verify::look(connection, &job.record, rules)).await {
            Ok(Found::Done) => return verified(job, rules),
            // What is there is compared again.
            Ok(Found::Other) if rules.mode.takes_what_is_there() => {}
            Ok(Found::Other) => return Attempt::from(Outcome::Conflict).into(),
            Ok(Found::NotDone) => {}
            Err(error) => return Attempt::NotLooked(error).into(),
        }
    }
    let before = match (rules.undo, job.record.change()) {
        (Undo::Read, Change::Delete(_) | Change::Modify(_) | Change::ModifyDn(_)) => {
            match Box::pin(read(connection, job.record.dn())).await {
                Ok(before) => before,
                Err(error) => return Attempt::NotLooked(error).into(),
            }
        }
        _ => None,
    };
    match send(connection, &job.record, rules.undo).await {
        Ok(response) => {
            let undo = match rules.undo {
                Undo::Unwanted => None,
                Undo::Read => inverse(&job.record, before, rules),
                Undo::PreRead => inverse(&job.record, pre_read(&response), rules),
            };
            Answer { attempt: Outcome::Applied.into(), undo }
        }
        Err(error) => match (job.record.change(), sort_out(error)) {
            (Change::Add(_), Attempt::Over(Outcome::Rejected(Rejection::Refused(result)))) => {
                Box::pin(refused_add(connection, job, rules, result)).await
            }
            (Change::Delete(_), Attempt::Over(Outcome::Rejected(Rejection::Refused(result))))
                if result.code() == ResultCode::NOT_ALLOWED_ON_NON_LEAF =>
            {
                Attempt::NotLeaf(result).into()
            }
            (_, attempt @ Attempt::Lost(_)) => {
                let undo = before.and_then(|before| inverse(&job.record, Some(before), rules));
                Answer { attempt, undo }
            }
            (_, attempt) => attempt.into(),
        },
    }
}

/// Makes the answer for a record that was found carried out. What undoes an add is known all the same, and what undoes another
/// change if the entry was read before that was sent.
fn verified(job: &Job, rules: &Rules) -> Answer {
    let is_known = rules.undo != Undo::Unwanted && matches!(job.record.change(), Change::Add(_));
    let undo = is_known.then(|| inverse(&job.record, None, rules)).flatten().or_else(|| job.undo.clone());
    Answer { attempt: Outcome::AppliedVerified.into(), undo }
}

/// Decides what a refusal to add an entry means.
async fn refused_add<E: Executor>(connection: &E, job: &Job, rules: &Rules, result: LdapResult) -> Answer {
    match (result.code(), rules.mode) {
        (ResultCode::NO_SUCH_OBJECT, _) => Attempt::NoParent(result).into(),
        // The answer that was lost came to be true meanwhile.
        (ResultCode::ENTRY_ALREADY_EXISTS, Mode::Add | Mode::Apply) if job.is_doubtful => {
            match verify::look(connection, &job.record, rules).await {
                Ok(Found::Done) => verified(job, rules),
                Ok(_) => Attempt::from(Outcome::Conflict).into(),
                Err(error) => Attempt::NotLooked(error).into(),
            }
        }
        (ResultCode::ENTRY_ALREADY_EXISTS, Mode::AddOrIgnore) => Attempt::from(Outcome::Skipped).into(),
        (ResultCode::ENTRY_ALREADY_EXISTS, Mode::AddOrReplace) => {
            replace(connection, job, rules, result).await
        }
        _ => Attempt::from(Outcome::Rejected(Rejection::Refused(result))).into(),
    }
}

/// Makes the entry that is there into the one of the record, by the fewest changes.
async fn replace<E: Executor>(connection: &E, job: &Job, rules: &Rules, result: LdapResult) -> Answer {
    let Change::Add(request) = job.record.change() else {
        return Attempt::from(Outcome::Rejected(Rejection::Refused(result))).into();
    };
    let there = match read(connection, request.dn()).await {
        Ok(Some(there)) => there,
        Ok(None) => return Attempt::from(Outcome::Rejected(Rejection::Refused(result))).into(),
        Err(error) => return Attempt::NotLooked(error).into(),
    };
    let changes = there.diff_by(&request.to_entry(), &*rules.equality);
    if changes.is_empty() {
        return Attempt::from(Outcome::Skipped).into();
    }
    let modify = ModifyRequest::new(request.dn().clone(), changes);
    let record = ChangeRecord::new(modify).with_controls(job.record.controls().iter().cloned());
    match send(connection, &record, Undo::Unwanted).await {
        Ok(_) => {
            let undo = (rules.undo != Undo::Unwanted).then(|| inverse(&record, Some(there), rules)).flatten();
            Answer { attempt: Outcome::Applied.into(), undo }
        }
        Err(error) => sort_out(error).into(),
    }
}

/// Tells what would become of a record, and changes nothing.
async fn rehearse<E: Executor>(connection: &E, job: &Job, rules: &Rules) -> Attempt {
    let there = match read(connection, job.record.dn()).await {
        Ok(there) => there,
        Err(error) => return Attempt::NotLooked(error),
    };
    let refused = |error: ChangeError| {
        let text = match error.problem() {
            // The code says it all, and the name is told with the record.
            ChangeProblem::NoSuchEntry | ChangeProblem::EntryExists => "rehearsed".to_owned(),
            _ => format!("rehearsed: {error}"),
        };
        let result = LdapResult::new(error.code()).with_diagnostic_message(text);
        Attempt::from(Outcome::Rejected(Rejection::Refused(result)))
    };
    match (job.record.change(), &there, rules.mode) {
        (Change::Add(_), None, _) => Outcome::Applied.into(),
        (Change::Add(_), Some(_), Mode::AddOrIgnore) => Outcome::Skipped.into(),
        (Change::Add(request), Some(there), Mode::AddOrReplace) => {
            let is_equal = there.diff_by(&request.to_entry(), &*rules.equality).is_empty();
            if is_equal { Outcome::Skipped.into() } else { Outcome::Applied.into() }
        }
        _ => match job.record.apply_by(there.as_ref(), &*rules.equality) {
            Ok(_) => Outcome::Applied.into(),
            Err(error) => refused(error),
        },
    }
}

async fn send<E: Executor>(connection: &E, record: &ChangeRecord, undo: Undo) -> Result<Response, Error> {
    let (change, mut controls) = record.clone().into_parts();
    if undo == Undo::PreRead && !matches!(change, Change::Add(_)) {
        controls.push(PreRead::new(["*"]).into_control());
    }
    connection.execute(Call::new(change.into()).with_controls(controls)).await
}

/// Reads an entry with its user attributes; nothing if there is none.
pub(super) async fn read<E: Executor>(connection: &E, dn: &LdapString) -> Result<Option<Entry>, Error> {
    read_for(connection, SearchRequest::entry(dn.clone())).await
}

/// Reads the entry that a search is for; nothing if there is none.
pub(super) async fn read_for<E: Executor>(
    connection: &E,
    search: SearchRequest,
) -> Result<Option<Entry>, Error> {
    match connection.search_one(search).await {
        Ok(entry) => Ok(Some(entry.to_entry())),
        Err(error) if error.code() == Some(ResultCode::NO_SUCH_OBJECT) => Ok(None),
        Err(error) if matches!(error.kind(), ErrorKind::NotOne { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Makes the changes that lead back; nothing if what was there before is not known.
fn inverse(record: &ChangeRecord, before: Option<Entry>, rules: &Rules) -> Option<Vec<ChangeRecord>> {
    record.inverse_by(before.as_ref(), &*rules.equality).ok()
}

fn pre_read(response: &Response) -> Option<Entry> {
    let control = response.control::<PreReadResponse>().ok()?;
    control.map(|control| control.entry().to_entry())
}

/// Decides what an error says of the record.
fn sort_out(error: Error) -> Attempt {
    match error.kind() {
        ErrorKind::Refused { result, .. } if result.code() == ResultCode::BUSY => {
            Attempt::Busy(result.clone())
        }
        ErrorKind::Refused { result, .. } => Outcome::Rejected(Rejection::Refused(result.clone())).into(),
        ErrorKind::Encode(problem) => Outcome::Rejected(Rejection::Encode(*problem)).into(),
        _ if error.phase() == Phase::NotSent => Attempt::NotSent(error),
        _ => Attempt::Lost(error),
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules")
            .field("mode", &self.mode)
            .field("is_dry_run", &self.is_dry_run)
            .field("undo", &self.undo)
            .finish_non_exhaustive()
    }
}
