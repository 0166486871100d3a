//! What is done again and again.

use std::io::{self, IsTerminal};
use std::sync::Arc;

use fastrand::Rng;
use ldapwire::authenticate::{Authenticator, Verdict};
use ldapwire::model::{AttributeDescription, Filter, Scope, Secret};
use ldapwire::pool::Servers;
use ldapwire::proto::SearchRequest;
use ldapwire::{Error, ErrorKind, Executor, Pool, PoolOptions};

use crate::failure::{Failure, one_line};
use crate::serve::interrupt;

use super::kept::{Before, Kept, PutBack, replacing};
use super::pattern::Pattern;

/// Which operations.
pub(super) enum Work {
    Search(Search),
    Auth(Auth),
    Modify(Modify),
    /// So many of a hundred are changes.
    Mixed(Search, Modify, u32),
}

pub(super) struct Search {
    base: Pattern,
    scope: Scope,
    filter: Pattern,
    attributes: Vec<String>,
}

pub(super) struct Auth {
    pub(super) user: Pattern,
    pub(super) base: String,
    pub(super) attribute: AttributeDescription,
    pub(super) password: Secret,
}

pub(super) struct Modify {
    entry: Pattern,
    attribute: AttributeDescription,
    value: Pattern,
    /// What the entries had, unless nobody wants that back.
    kept: Option<Arc<Kept>>,
}

/// One operation, of which all is known but what comes of it.
pub(super) enum Operation {
    Search(SearchRequest),
    Change(Change),
    Auth(String),
}

pub(super) struct Change {
    dn: String,
    value: String,
    before: Option<Arc<Before>>,
}

/// What there is to say of entries when all is over.
pub(super) enum Ended {
    Unchanged,
    PutBack(PutBack),
    /// They are left as they are.
    Left(String),
}

/// Work with the connections that it goes over. Clones are the same.
#[derive(Clone)]
pub(super) struct Begun {
    work: Arc<Work>,
    pool: Pool,
    authenticator: Option<Authenticator>,
}

impl Search {
    /// Takes a search, if its filter is one with numbers in it.
    pub(super) fn new(base: Pattern, scope: Scope, filter: Pattern) -> Result<Self, Failure> {
        let search = Self { base, scope, filter, attributes: Vec::new() };
        search.filter(&mut Rng::new()).map_err(Failure::usage)?;
        Ok(search)
    }

    pub(super) fn attributes(mut self, attributes: Vec<String>) -> Self {
        self.attributes = attributes;
        self
    }

    fn filter(&self, random: &mut Rng) -> Result<Filter, String> {
        let text = self.filter.text(random);
        Filter::parse(&text).map_err(|error| error.to_string())
    }

    fn choose(&self, random: &mut Rng) -> Result<Operation, String> {
        let request = SearchRequest::new(self.base.text(random), self.scope, self.filter(random)?);
        Ok(Operation::Search(request.attributes(&self.attributes)))
    }
}

impl Modify {
    /// Takes what is to be changed, and whether the new values are left in the entries.
    pub(super) fn new(
        entry: &Pattern,
        attribute: &AttributeDescription,
        value: &Pattern,
        leaves_changed: bool,
    ) -> Self {
        let kept = (!leaves_changed).then(|| Arc::new(Kept::new(attribute.clone())));
        Self { entry: entry.clone(), attribute: attribute.clone(), value: value.clone(), kept }
    }

    async fn choose(&self, pool: &Pool, random: &mut Rng) -> Result<Operation, String> {
        let (dn, value) = (self.entry.text(random), self.value.text(random));
        let before = match &self.kept {
            Some(kept) => Some(kept.before(pool, &dn).await?),
            None => None,
        };
        Ok(Operation::Change(Change { dn, value, before }))
    }

    async fn perform(&self, pool: &Pool, change: Change) -> Result<u64, String> {
        let Change { dn, value, before } = change;
        let changed = match (&self.kept, before) {
            (Some(kept), Some(before)) => kept.change(pool, &dn, &before, value).await,
            _ => pool.modify(replacing(&dn, &self.attribute, [value])).await.map(drop),
        };
        changed.map(|()| 0).map_err(|error| word(&error))
    }
}

impl Work {
    /// Makes what it needs besides the pool.
    pub(super) async fn begin(self, pool: &Pool, servers: Servers, connections: usize) -> Begun {
        let authenticator = match &self {
            Self::Auth(auth) => {
                let binds = PoolOptions::new(servers).connections(0, connections).start_in_background();
                let attribute = auth.attribute.clone();
                let authenticator = Authenticator::with_pools(pool.clone(), binds, auth.base.as_str())
                    .find_by(move |name| Filter::equality(attribute.clone(), name))
                    .attributes(["1.1"]);
                Some(authenticator)
            }
            _ => None,
        };
        Begun { work: Arc::new(self), pool: pool.clone(), authenticator }
    }
}

impl Begun {
    /// Makes the next operation ready; what that takes is none of its time.
    pub(super) async fn choose(&self, random: &mut Rng) -> Result<Operation, String> {
        match &*self.work {
            Work::Search(search) => search.choose(random),
            Work::Modify(modify) => modify.choose(&self.pool, random).await,
            Work::Mixed(search, modify, writes) => match random.u32(0..100) < *writes {
                true => modify.choose(&self.pool, random).await,
                false => search.choose(random),
            },
            Work::Auth(auth) => Ok(Operation::Auth(auth.user.text(random))),
        }
    }

    /// Carries out an operation; returns the entries that came, or a word for what went wrong.
    pub(super) async fn perform(&self, operation: Operation) -> Result<u64, String> {
        match (operation, &*self.work) {
            (Operation::Search(request), _) => match self.pool.search_all(request).await {
                Ok(found) => Ok(found.entries.len() as u64),
                Err(error) => Err(word(&error)),
            },
            (Operation::Change(change), Work::Modify(modify) | Work::Mixed(_, modify, _)) => {
                modify.perform(&self.pool, change).await
            }
            (Operation::Auth(user), Work::Auth(auth)) => {
                let Some(authenticator) = &self.authenticator else { return Ok(0) };
                match authenticator.authenticate(&user, auth.password.clone()).await {
                    Ok(Verdict::Accepted { .. }) => Ok(1),
                    Ok(Verdict::NoSuchUser) => Err("noSuchUser".to_owned()),
                    Ok(Verdict::Ambiguous) => Err("ambiguous".to_owned()),
                    Ok(Verdict::WrongPassword) => Err("wrongPassword".to_owned()),
                    Ok(Verdict::Account(state)) => Err(state.to_string()),
                    Ok(_) => Err("refused".to_owned()),
                    Err(error) => Err(word(&error)),
                }
            }
            // An operation is one of the work that chose it.
            (Operation::Change(_) | Operation::Auth(_), _) => Ok(0),
        }
    }

    /// Puts back what was changed, so many entries at a time.
    pub(super) async fn end(&self, concurrency: u32) -> Result<Ended, Failure> {
        if let Some(authenticator) = &self.authenticator {
            authenticator.stop().await;
        }
        let modify = match &*self.work {
            Work::Modify(modify) | Work::Mixed(_, modify, _) => modify,
            Work::Search(_) | Work::Auth(_) => return Ok(Ended::Unchanged),
        };
        let Some(kept) = &modify.kept else { return Ok(Ended::Left(modify.entry.to_string())) };
        let interrupted = interrupt()?;
        let changed = kept.changed();
        if io::stderr().is_terminal() && !changed.is_empty() {
            eprintln!("ldapwire: putting back what was changed; Ctrl-C leaves the rest");
        }
        Ok(Ended::PutBack(kept.put_back(&self.pool, changed, concurrency, interrupted).await))
    }
}

impl Operation {
    /// Whether an entry may be another one behind it.
    pub(super) const fn is_change(&self) -> bool {
        matches!(self, Self::Change(_))
    }
}

/// Returns what went wrong without what differs from one time to the next: a word where there is one.
pub(super) fn word(error: &Error) -> String {
    match error.kind() {
        ErrorKind::Refused { result, .. } => result.code().to_string(),
        ErrorKind::Timeout { .. } => "timeout".to_owned(),
        ErrorKind::NoLease(why) => why.why.word().to_owned(),
        ErrorKind::Closed(_) | ErrorKind::Transport(_) => "connection lost".to_owned(),
        _ => one_line(&error.to_string()),
    }
}
