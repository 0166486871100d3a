//! What is done again and again.

use std::sync::Arc;

use fastrand::Rng;
use ldapwire::authenticate::{Authenticator, Verdict};
use ldapwire::model::{AttributeDescription, Filter, Modification, Scope, Secret};
use ldapwire::pool::Servers;
use ldapwire::proto::{ModifyRequest, SearchRequest};
use ldapwire::{Error, ErrorKind, Executor, Pool, PoolOptions};

use crate::failure::{Failure, one_line};

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

    async fn perform(&self, pool: &Pool, random: &mut Rng) -> Result<u64, String> {
        let request = SearchRequest::new(self.base.text(random), self.scope, self.filter(random)?);
        match pool.search_all(request.attributes(&self.attributes)).await {
            Ok(found) => Ok(found.entries.len() as u64),
            Err(error) => Err(word(&error)),
        }
    }
}

impl Modify {
    pub(super) fn new(entry: &Pattern, attribute: &AttributeDescription, value: &Pattern) -> Self {
        Self { entry: entry.clone(), attribute: attribute.clone(), value: value.clone() }
    }

    async fn perform(&self, pool: &Pool, random: &mut Rng) -> Result<u64, String> {
        let change = Modification::replace(self.attribute.clone(), [self.value.text(random)]);
        let modified = pool.modify(ModifyRequest::new(self.entry.text(random), [change])).await;
        modified.map(|_| 0).map_err(|error| word(&error))
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
    /// Carries out one operation; returns the entries that came, or a word for what went wrong.
    pub(super) async fn perform(&self, random: &mut Rng) -> Result<u64, String> {
        match &*self.work {
            Work::Search(search) => search.perform(&self.pool, random).await,
            Work::Modify(modify) => modify.perform(&self.pool, random).await,
            Work::Mixed(search, modify, writes) => match random.u32(0..100) < *writes {
                true => modify.perform(&self.pool, random).await,
                false => search.perform(&self.pool, random).await,
            },
            Work::Auth(auth) => {
                let Some(authenticator) = &self.authenticator else { return Ok(0) };
                match authenticator.authenticate(&auth.user.text(random), auth.password.clone()).await {
                    Ok(Verdict::Accepted { .. }) => Ok(1),
                    Ok(Verdict::NoSuchUser) => Err("noSuchUser".to_owned()),
                    Ok(Verdict::Ambiguous) => Err("ambiguous".to_owned()),
                    Ok(Verdict::WrongPassword) => Err("wrongPassword".to_owned()),
                    Ok(Verdict::Account(state)) => Err(state.to_string()),
                    Ok(_) => Err("refused".to_owned()),
                    Err(error) => Err(word(&error)),
                }
            }
        }
    }

    pub(super) async fn end(&self) {
        if let Some(authenticator) = &self.authenticator {
            authenticator.stop().await;
        }
    }
}

/// Returns what went wrong without what differs from one time to the next: a word where there is one.
fn word(error: &Error) -> String {
    match error.kind() {
        ErrorKind::Refused { result, .. } => result.code().to_string(),
        ErrorKind::Timeout { .. } => "timeout".to_owned(),
        ErrorKind::NoLease(why) => why.why.word().to_owned(),
        ErrorKind::Closed(_) | ErrorKind::Transport(_) => "connection lost".to_owned(),
        _ => one_line(&error.to_string()),
    }
}
