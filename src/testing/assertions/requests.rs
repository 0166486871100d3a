//! What was asked.

use std::fmt;

use crate::model::{Filter, ResultCode, Scope};
use crate::proto::{BindRequest, OpKind, ProtocolOp, SearchRequest};
use crate::server::layers::{Exchange, Recorder};

/// A search that came, for more to be said of it: the last one with its filter.
#[derive(Clone, Debug)]
#[must_use = "say more of the search; that it came was checked already"]
pub struct AssertedSearch {
    exchange: Exchange,
    search: SearchRequest,
}

/// A bind that came, for more to be said of it: the last one with its name.
#[derive(Clone, Debug)]
#[must_use = "say more of the bind; that it came was checked already"]
pub struct AssertedBind {
    exchange: Exchange,
}

impl Recorder {
    /// Asserts that a search with this filter came.
    ///
    /// Filters are equal if they have the same parts in the same order, the names of attributes in any case.
    ///
    /// ```
    /// use ldapwire::directory::Directory;
    /// use ldapwire::model::Scope;
    /// use ldapwire::proto::SearchRequest;
    /// use ldapwire::{Executor, filter};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let directory = Directory::builder().ldif("dn: dc=example\nobjectClass: domain\n").start().await?;
    /// let client = directory.client().await?;
    /// let search = SearchRequest::new("dc=example", Scope::WholeSubtree, filter!("(uid={})", "ada"));
    /// client.search_all(search.attributes(["cn", "mail"])).await?;
    /// let _ = directory
    ///     .requests()
    ///     .assert_search("(uid=ada)")
    ///     .below("dc=example")
    ///     .with_scope(Scope::WholeSubtree)
    ///     .for_attributes(["mail", "cn"])
    ///     .found(0);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// There is none among those that are kept, or the text is no filter.
    #[track_caller]
    pub fn assert_search(&self, filter: &str) -> AssertedSearch {
        let wanted = parse(filter);
        let Some(found) = searches(self).rfind(|asserted| *asserted.search.filter() == wanted) else {
            panic!("nobody searched for {filter}; {}", Searches(self))
        };
        found
    }

    /// Asserts that no search with this filter came.
    ///
    /// # Panics
    ///
    /// One did, or the text is no filter.
    #[track_caller]
    pub fn assert_no_search(&self, filter: &str) {
        let wanted = parse(filter);
        let came = searches(self).any(|asserted| *asserted.search.filter() == wanted);
        assert!(!came, "somebody searched for {filter}");
    }

    /// Asserts that somebody bound by this name; a SASL bind has none.
    ///
    /// # Panics
    ///
    /// Nobody did.
    #[track_caller]
    pub fn assert_bind(&self, name: &str) -> AssertedBind {
        let binds: Vec<_> = binds(self).collect();
        let Some((exchange, _)) = binds.iter().rfind(|(_, bind)| bind.name().as_str() == name) else {
            let names: Vec<_> = binds.iter().map(|(_, bind)| bind.name().as_str()).collect();
            panic!("nobody bound as '{name}'; there were {} binds: {names:?}", names.len())
        };
        AssertedBind { exchange: exchange.clone() }
    }

    /// Asserts that so many requests of a kind came.
    ///
    /// # Panics
    ///
    /// There were more, or fewer.
    #[track_caller]
    pub fn assert_count(&self, kind: OpKind, count: usize) {
        let came = self.requests(kind).len();
        assert_eq!(came, count, "the count of {kind}; all were {:?}", kinds(self));
    }
}

impl AssertedSearch {
    /// Asserts that the search began at this entry; the names are compared as they are written.
    ///
    /// # Panics
    ///
    /// It began elsewhere.
    #[track_caller]
    pub fn below(self, base: &str) -> Self {
        assert_eq!(self.search.base().as_str(), base, "the base of the search");
        self
    }

    /// Asserts how deep the search went.
    ///
    /// # Panics
    ///
    /// It went elsewhere.
    #[track_caller]
    pub fn with_scope(self, scope: Scope) -> Self {
        assert_eq!(self.search.scope(), scope, "the scope of the search");
        self
    }

    /// Asserts that these attributes were asked for, and no others, in any order; none if all user attributes were.
    ///
    /// # Panics
    ///
    /// Others were.
    #[track_caller]
    pub fn for_attributes<'a>(self, attributes: impl IntoIterator<Item = &'a str>) -> Self {
        let sorted = |names: Vec<&str>| {
            let mut names: Vec<_> = names.into_iter().map(str::to_ascii_lowercase).collect();
            names.sort_unstable();
            names
        };
        let asked = self.search.selectors().iter().map(|selector| selector.as_str()).collect();
        assert_eq!(
            sorted(asked),
            sorted(attributes.into_iter().collect()),
            "the attributes that were asked for"
        );
        self
    }

    /// Asserts that the search was answered, and found so many entries.
    ///
    /// # Panics
    ///
    /// It found more or fewer, or was not answered.
    #[track_caller]
    pub fn found(self, entries: u64) -> Self {
        assert!(self.exchange.answer.is_some(), "the search was not answered");
        assert_eq!(self.exchange.entries, entries, "the entries that were found");
        self
    }

    /// Returns the request.
    pub const fn request(&self) -> &SearchRequest {
        &self.search
    }

    /// Returns the request with its controls, and its answer.
    pub const fn exchange(&self) -> &Exchange {
        &self.exchange
    }
}

impl AssertedBind {
    /// Asserts how the bind ended.
    ///
    /// # Panics
    ///
    /// It ended otherwise, or was not answered.
    #[track_caller]
    pub fn ended(self, code: ResultCode) -> Self {
        let answer = self.exchange.answer.as_ref().map(|answer| answer.code());
        assert_eq!(answer, Some(code), "the answer to the bind");
        self
    }

    /// Returns the request with its controls, and its answer.
    pub const fn exchange(&self) -> &Exchange {
        &self.exchange
    }
}

#[track_caller]
fn parse(filter: &str) -> Filter {
    Filter::parse(filter).unwrap_or_else(|error| panic!("'{filter}' is no filter: {error}"))
}

fn searches(recorder: &Recorder) -> impl DoubleEndedIterator<Item = AssertedSearch> {
    recorder.exchanges().into_iter().filter_map(|exchange| match &exchange.request.op {
        ProtocolOp::SearchRequest(search) => Some(AssertedSearch { search: search.clone(), exchange }),
        _ => None,
    })
}

fn binds(recorder: &Recorder) -> impl DoubleEndedIterator<Item = (Exchange, BindRequest)> {
    recorder.exchanges().into_iter().filter_map(|exchange| match &exchange.request.op {
        ProtocolOp::BindRequest(bind) => {
            let bind = bind.clone();
            Some((exchange, bind))
        }
        _ => None,
    })
}

fn kinds(recorder: &Recorder) -> Vec<&'static str> {
    recorder.exchanges().iter().map(|exchange| exchange.request.op.kind().name()).collect()
}

/// The filters of the searches that came, for a test that waits for another: the last of them.
struct Searches<'a>(&'a Recorder);

/// Filters that are shown at most.
const MAX_FILTERS: usize = 20;

impl fmt::Display for Searches<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let filters: Vec<_> = searches(self.0).map(|asserted| asserted.search.filter().to_string()).collect();
        let shown = filters.get(filters.len().saturating_sub(MAX_FILTERS)..).unwrap_or_default();
        write!(f, "there were {} searches", filters.len())?;
        if shown.is_empty() { Ok(()) } else { write!(f, ", at last for {}", shown.join(" ")) }
    }
}
